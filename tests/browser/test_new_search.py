"""The form for a new search: a site looked over, changed, brought along, found again."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Person
from tests.stack import Client

People = Callable[..., Person]

TEMPLATES = Path("frontend/public/templates")
CSV = {"name": "mill.csv", "mimeType": "text/csv"}


def field(page: Page, path: str) -> Locator:
    return page.locator(f'[data-path="{path}"]')


def change(page: Page, path: str, text: str) -> None:
    field(page, path).fill(text)
    field(page, path).press("Tab")


def error_of(page: Page, path: str) -> Locator:
    return page.locator(".number-field", has=field(page, path)).locator(".error")


def submitted(page: Page, client: Client) -> dict[str, Any]:
    """Start the search; what was submitted, with its job's id."""
    page.click('[data-action="submit"]')
    page.wait_for_url(re.compile(r"/jobs/"))
    job = page.url.rpartition("/")[2]
    wish: dict[str, Any] = client.get(f"/api/v1/jobs/{job}/submission").json()
    return wish | {"job": job}


def test_a_site_is_looked_over_changed_and_found_again(
    person: People, client: Client, screenshots: Path
) -> None:
    someone = person()
    page = someone.page
    page.goto("/new?sample=tiny&quick=1")
    heat = page.locator("figure.curve", has=page.get_by_text("heat", exact=True))
    expect(heat).to_contain_text("load factor")
    expect(heat.locator("canvas")).to_be_visible()
    expect(page.locator("figure.curve")).to_have_count(6)
    change(page, "supplies.gas.price", "0.1")
    change(page, "supplies.electricity.price", "2")
    change(page, "interest_rate", "7")
    page.get_by_text("Accuracy and time limit").click()
    change(page, "options.time_limit_s", "3")
    expect(page.locator("figure.curve").last).to_contain_text("0.28 to 0.52 EUR/kWh")
    page.uncheck('input[name="devices"][value="battery"]')
    expect(page.locator('[data-field="summary"]')).to_have_text("Excluded: Battery.")
    page.locator("details", has=page.get_by_text("189.9 EUR per kWh")).locator("summary").click()
    expect(page.locator(".device details[open]")).to_contain_text("PyPSA technology-data")
    page.screenshot(path=screenshots / "new-changed.png", full_page=True)

    page.reload()
    expect(field(page, "supplies.gas.price")).to_have_value("0.1")
    wish = submitted(page, client)
    site = wish["requirement"]
    assert site["supplies"]["gas"]["price"] == 0.1
    assert max(site["supplies"]["electricity"]["price"]) == 0.52
    assert site["interest_rate"] == 0.07
    assert wish["disabled_devices"] == ["battery"]
    assert wish["options"] == {"detail": "typical days", "time_limit_s": 180}

    client.wait_for_end(wish["job"])
    page.click('[data-action="change"]')
    expect(field(page, "supplies.gas.price")).to_have_value("0.1")
    expect(field(page, "options.time_limit_s")).to_have_value("3")
    expect(page.locator('input[value="battery"]')).not_to_be_checked()
    expect(page.locator('input[value="gas-boiler"]')).to_be_checked()
    came_from = page.locator("[data-again] a")
    expect(came_from).to_have_text("One winter day")
    expect(came_from).to_have_attribute("href", f"/jobs/{wish['job']}")
    again = submitted(page, client)
    assert {**again, "job": ""} == {**wish, "job": ""}
    assert someone.complaints == []


def test_an_earlier_search_that_there_is_not_is_said_to_be_missing(person: People) -> None:
    page = person().page
    page.goto("/new?again=nothing")
    expect(page.locator("figure.curve")).to_have_count(6)
    expect(page.locator("[data-unknown]")).to_contain_text("There is no job 'nothing'")
    expect(page.locator("[data-again]")).to_be_hidden()


def test_a_sample_that_is_as_it_came_is_submitted_by_its_name(
    person: People, client: Client
) -> None:
    page = person().page
    page.goto("/new")
    change(page, "co2_limit", "1000")
    change(page, "co2_limit", "")
    wish = submitted(page, client)
    assert (wish["sample"], "requirement" in wish) == ("tiny", False)


def test_a_search_has_a_name_of_its_own(person: People, client: Client, screenshots: Path) -> None:
    someone = person()
    page = someone.page
    page.goto("/new")
    expect(field(page, "name")).to_have_attribute("placeholder", "One winter day")
    change(page, "name", "x" * 201)
    expect(error_of(page, "name")).to_have_text("should have 1 to 200 characters")
    page.click('[data-action="submit"]')
    expect(field(page, "name")).to_be_focused()
    page.screenshot(path=screenshots / "new-name-wrong.png")
    change(page, "name", "  <b>Without</b> CHP ")
    expect(error_of(page, "name")).to_be_hidden()
    page.reload()
    page.check('input[name="sample"][value="campus"]')
    expect(field(page, "name")).to_have_attribute("placeholder", "University campus")
    page.check('input[name="sample"][value="tiny"]')
    expect(field(page, "name")).to_have_attribute("placeholder", "One winter day")
    wish = submitted(page, client)
    assert (wish["name"], wish["sample"]) == ("<b>Without</b> CHP", "tiny")
    expect(page.locator("h1")).to_have_text("<b>Without</b> CHP")
    client.wait_for_end(wish["job"])

    page.click('[data-action="change"]')
    expect(page.locator("[data-again] a")).to_have_text("<b>Without</b> CHP")
    expect(field(page, "name")).to_have_value("<b>Without</b> CHP")
    change(page, "name", "")
    unnamed = submitted(page, client)
    assert unnamed["name"] is None
    expect(page.locator("h1")).to_have_text("One winter day")
    client.wait_for_end(unnamed["job"])
    page.click('[data-action="change"]')
    expect(page.locator("[data-again] a")).to_have_text("One winter day")
    expect(field(page, "name")).to_have_value("")
    assert someone.complaints == []


def test_what_is_wrong_is_said_beside_its_field_before_and_after(
    person: People, screenshots: Path
) -> None:
    page = person().page
    page.goto("/new")
    change(page, "co2_price", "-5")
    expect(error_of(page, "co2_price")).to_contain_text("greater than or equal to 0, not -5")
    change(page, "supplies.gas.price", "0,07")
    expect(error_of(page, "supplies.gas.price")).to_contain_text("without a comma")
    page.click('[data-action="submit"]')
    expect(field(page, "supplies.gas.price")).to_be_focused()

    change(page, "supplies.gas.price", "")
    page.click('[data-action="submit"]')
    wrong = page.locator("[data-errors] a")
    expect(wrong).to_have_count(2)
    expect(field(page, "co2_price")).to_be_focused()
    page.screenshot(path=screenshots / "new-wrong.png", full_page=True)
    wrong.filter(has_text="Purchase: gas, Price: is required").click()
    expect(field(page, "supplies.gas.price")).to_be_focused()

    change(page, "supplies.gas.price", "0.07")
    change(page, "co2_price", "50")
    expect(page.locator("[aria-invalid]")).to_have_count(0)
    page.click('[data-action="submit"]')
    page.wait_for_url(re.compile(r"/jobs/"))


def test_a_site_comes_from_a_table_alone(person: People, client: Client, screenshots: Path) -> None:
    someone = person()
    page = someone.page
    page.goto("/new")
    rows = "".join(f"{100 + hour},{300 - hour},{hour % 12 / 12},{-hour},7\n" for hour in range(24))
    table = "Power [kW],Steam (t/h),PV,Outdoor temp,note\n" + rows
    page.get_by_label("Your own").check()
    page.set_input_files('input[type="file"]', files=[{**CSV, "buffer": table.encode()}])
    uses = page.locator(".roles select")
    expect(uses).to_have_count(5)
    guessed = [use.input_value() for use in uses.all()]
    assert guessed == ["electricity", "steam", "sun", "temperature", ""]
    page.get_by_label("Use of Steam (t/h)").select_option("heat")
    heat = page.locator("figure.curve", has=page.get_by_text("heat", exact=True))
    expect(heat).to_be_visible()
    plot, whole = heat.locator("canvas").bounding_box(), heat.bounding_box()
    assert plot is not None
    assert whole is not None
    assert plot["width"] == whole["width"]
    page.screenshot(path=screenshots / "new-own.png", full_page=True)
    page.reload()
    expect(page.locator("figure.curve canvas").first).to_be_visible()
    site = submitted(page, client)["requirement"]
    assert site["name"] == "mill"
    assert site["demands"]["heat"] == {"carrier": "heat", "power": "heat demand"}
    assert site["profiles"]["heat demand"][:2] == [300, 299]
    assert site["devices"]["air-heat-pump"] == {
        "like": "air-heat-pump",
        "inputs": {"electricity": "heat-pump-input"},
    }
    assert "wind" not in site["devices"]
    assert someone.complaints == []


def test_a_requirement_and_its_table_are_dropped_on_the_page(person: People) -> None:
    someone = person()
    page = someone.page
    page.goto("/new")
    drop(page, "site.json")
    expect(page.locator("[data-files]")).to_contain_text("columns are in site.csv")
    page.click('[data-action="submit"]')
    expect(page.locator('[data-error="site"]')).to_contain_text("drop a file")
    drop(page, "site.csv")
    expect(page.locator("[data-files]")).to_contain_text("site.json + site.csv (24 rows)")
    expect(page.locator("figure.curve canvas").first).to_be_visible()
    expect(field(page, "areas.roof")).to_have_value("4000")
    assert someone.complaints == []


def drop(page: Page, name: str) -> None:
    """Let a template's file fall on the page's heading."""
    files = page.evaluate_handle(
        """async (name) => {
            const answer = await fetch(`/static/templates/${name}`);
            const data = new DataTransfer();
            data.items.add(new File([await answer.blob()], name));
            return data;
        }""",
        name,
    )
    page.dispatch_event("h1", "dragover", {"dataTransfer": files})
    expect(page.locator("html")).to_have_attribute("data-dropping", "")
    page.dispatch_event("h1", "drop", {"dataTransfer": files})


WRONG_FILES = [
    ("a.csv", b"heat,sun\n1,2\n3,x\n", "a.csv: column 'sun', row 3 should be a number"),
    ("b.csv", b"note\n1\n2\n", "b.csv: should have a column that is used as a demand"),
    ("a.xlsx", b"nonsense", "a.xlsx: is not a workbook that can be read"),
    ("a.json", b"{", "a.json: is not JSON"),
    ("b.json", b"[]", "b.json: should hold one JSON object"),
    ("c.json", b'{"demands": {"heat": [1, "x"]}}', "demands.heat.1: "),
    ("a.txt", b"", "a.txt: should be a .json, .csv or .xlsx file"),
]


def test_a_file_that_is_wrong_is_said_to_be(person: People) -> None:
    someone = person()
    page = someone.page
    page.goto("/new")
    page.get_by_label("Your own").check()
    for name, content, said in WRONG_FILES:
        file = {"name": name, "mimeType": "text/plain", "buffer": content}
        page.set_input_files('input[type="file"]', files=[file])
        expect(page.locator('[data-error="site"]')).to_contain_text(said)
        expect(page.locator("[data-look]")).to_be_hidden()
    assert someone.complaints == []


def test_what_to_doubt_in_a_site_is_said_before_it_is_submitted(person: People) -> None:
    someone = person()
    page = someone.page
    page.goto("/new")
    expect(page.locator("figure.curve").first).to_be_visible()
    expect(page.locator(".warnings")).to_have_count(0)
    change(page, "supplies.gas.price", "70")
    expect(page.locator(".warnings li")).to_contain_text("is 70 EUR/kWh on average")
    change(page, "supplies.gas.price", "0.07")
    expect(page.locator(".warnings")).to_have_count(0)
    assert someone.complaints == []


def test_whatever_a_file_calls_things_is_text(person: People) -> None:
    someone = person()
    page = someone.page
    page.goto("/new")
    page.get_by_label("Your own").check()
    table = b"heat <img src=x onerror=alert(1)>,sun\n1,0\n2,1\n"
    page.set_input_files('input[type="file"]', files=[{**CSV, "buffer": table}])
    expect(page.locator(".roles")).to_contain_text("<img src=x")
    expect(page.locator("figure.curve canvas").first).to_be_visible()
    assert page.locator("main img").count() == 0
    assert someone.complaints == []


def test_who_may_not_submit_may_look(person: People) -> None:
    viewer = person("vera", "viewer")
    viewer.page.goto("/new")
    viewer.page.check('input[name="sample"][value="campus"]')
    expect(field(viewer.page, "name")).to_have_count(0)
    expect(viewer.page.locator("figure.curve")).to_have_count(9)
    assert viewer.page.locator('[data-action="submit"]').count() == 0
    assert viewer.complaints == []


def test_the_form_fits_a_phone_with_all_of_it_open(person: People, screenshots: Path) -> None:
    page = person().page
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/new")
    page.set_input_files('input[type="file"]', TEMPLATES / "site.csv")
    expect(page.locator("figure.curve canvas").first).to_be_visible()
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    page.screenshot(path=screenshots / "new-phone.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390

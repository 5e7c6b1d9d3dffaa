"""Plans side by side: picked, compared, reordered, taken along; what can't be is said."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Ended, Person
from tests.browser.test_wall import lettering
from tests.stack import LONG, Client, Web, wait_for

People = Callable[..., Person]

FRONT: dict[str, Any] = {"sample": "tiny", "options": {"goal": "front", "plans": 5}}
WITHOUT: dict[str, Any] = {"sample": "tiny", "disabled_devices": ["gas-engine-chp"]}


def compared(page: Page) -> list[str]:
    """What the address names."""
    return parse_qs(urlsplit(page.url).query).get("with", [])


def open_comparison(page: Page, *picks: str) -> None:
    page.goto("/compare?" + "&".join(f"with={pick}" for pick in picks))
    page.wait_for_selector(".compare-diagram svg [data-node-id]")


def row(page: Page, table: str, label: str) -> Locator:
    return (
        page.get_by_role("table", name=table)
        .get_by_role("row")
        .filter(has=page.get_by_role("rowheader", name=label, exact=True))
    )


def places(page: Page, column: int) -> dict[str, str]:
    """Where each node of a column's diagram stands."""
    found: dict[str, str] = (
        page.locator(".compare-diagram")
        .nth(column)
        .evaluate(
            "one => Object.fromEntries([...one.querySelectorAll('[data-node-id]')]"
            ".map(node => [node.dataset.nodeId, node.getAttribute('transform')]))"
        )
    )
    return found


def top(part: Locator) -> float:
    """Where it begins in the window."""
    return float(part.evaluate("one => one.getBoundingClientRect().top"))


def test_plans_of_a_search_are_ticked_and_stand_side_by_side(
    person: People, client: Client, ended: Ended, screenshots: Path
) -> None:
    job = ended(FRONT)
    plans = client.get(f"/api/v1/jobs/{job}/result").json()["plans"]
    someone = person()
    page = someone.page
    page.goto(f"/jobs/{job}")
    button = page.locator(".plans .result-head button")
    expect(button).to_be_disabled()
    page.get_by_label("Compare plan 1").check()
    page.get_by_label("Compare plan 3").check()
    assert "plan" not in parse_qs(urlsplit(page.url).query)  # a tick chooses no plan
    page.screenshot(path=screenshots / "compare-ticks.png", full_page=True)
    button.click()
    page.wait_for_selector(".compare-diagram svg [data-node-id]")
    assert compared(page) == [f"{job}.0", f"{job}.2"]

    cost = row(page, "Key figures", "Cost per year").get_by_role("cell")
    expect(cost.nth(0)).to_have_text(f"€{plans[0]['cost_per_year']:,.0f}")
    expect(cost.nth(1)).to_contain_text(f"€{plans[2]['cost_per_year']:,.0f}")
    expect(cost.nth(1)).to_contain_text("+€")
    expect(page.locator(".compare-note").first).to_have_text(re.compile("The same requirement"))

    assert places(page, 0) == places(page, 1)
    faded = page.locator(".compare-diagram").nth(1).locator(".node.unused")
    used = {node["id"] for node in plans[2]["graph"]["nodes"]}
    expect(faded).to_have_count(len(set(places(page, 0)) - used))
    first, second = (page.locator(".compare-diagram").nth(place) for place in (0, 1))
    first.locator('[data-node-id="device:gas-engine-chp"]').focus()
    expect(second.locator('[data-node-id="device:gas-engine-chp"]')).to_have_class(
        re.compile("lit")
    )
    page.screenshot(path=screenshots / "compare-plans.png", full_page=True)

    first.locator('[data-node-id="device:gas-engine-chp"]').press("Enter")
    expect(page.locator(".curve-line[d*=V]")).to_have_count(2)
    highest = row(page, "Load duration", "Highest power").get_by_role("cell")
    size = next(one["size"] for one in plans[0]["devices"] if one["name"] == "gas-engine-chp")
    kw = float(highest.nth(0).inner_text().removesuffix("\u00a0kW").replace(",", ""))
    assert kw == pytest.approx(size, rel=1e-3)
    page.get_by_label("Load duration of").select_option("storage:battery")
    expect(page.locator(".curve-line[d*=V]")).to_have_count(1)  # plan 3 has none
    assert parse_qs(urlsplit(page.url).query)["node"] == ["storage:battery"]
    page.reload()
    page.get_by_role("button", name=re.compile("Remove B")).scroll_into_view_if_needed()
    expect(page.get_by_label("Load duration of")).to_have_value("storage:battery")

    page.get_by_label("Plan of B").select_option("1")
    expect(cost.nth(1)).to_contain_text(f"€{plans[1]['cost_per_year']:,.0f}")
    assert compared(page) == [f"{job}.0", f"{job}.1"]
    page.get_by_label("Plan of B").select_option("0")
    expect(page.get_by_role("alert")).to_have_text("Plan 1 of this search is already compared.")
    assert someone.complaints == []


def test_searches_are_picked_by_mouse_and_keys_and_stay_so(
    person: People, ended: Ended, screenshots: Path
) -> None:
    best, without = ended(FRONT), ended(WITHOUT)
    someone = person()
    page = someone.page
    bar = page.locator("[data-picks]")
    expect(page.locator(f'[data-job="{best}"]')).to_be_visible()
    before = page.locator(f'[data-job="{best}"]').bounding_box()
    page.locator(f'[data-job="{without}"]').get_by_role("checkbox").check()
    expect(bar).to_contain_text("1 selected")
    assert page.locator(f'[data-job="{best}"]').bounding_box() == before
    page.fill('[name="search"]', "no such title")
    expect(page.locator('[data-list="searches"] > li')).to_have_count(0)
    expect(bar).to_contain_text("1 selected")
    page.keyboard.press("Escape")
    page.locator(f'[data-job="{best}"] a').focus()
    page.keyboard.press("x")
    expect(bar).to_contain_text("2 selected")
    expect(page.locator(f'[data-job="{best}"]').get_by_role("checkbox")).to_be_checked()
    page.keyboard.press("x")
    expect(bar).to_contain_text("1 selected")
    page.keyboard.press("x")
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.screenshot(path=screenshots / f"compare-picks-{width}.png")
    bar.get_by_role("link", name="Compare").click()
    page.wait_for_selector(".compare-diagram svg [data-node-id]")
    assert compared(page) == [f"{without}.0", f"{best}.0"]
    left_out = row(page, "Inputs", "Excluded").get_by_role("cell")
    expect(left_out).to_have_text(["Gas engine CHP", "nothing"])
    chp = row(page, "What to install", "Gas engine CHP").get_by_role("cell")
    expect(chp.nth(0)).to_have_class("absent")
    expect(chp.nth(1)).to_contain_text("not in A")

    page.get_by_role("button", name="Make reference: B").click()
    expect(chp.nth(1)).to_have_class("absent")
    assert compared(page) == [f"{best}.0", f"{without}.0"]
    page.get_by_role("button", name=re.compile("Remove A")).click()
    expect(page.locator(".compare-card")).to_have_count(1)
    expect(page.locator('[data-field="reference"]')).to_contain_text("Add another search")
    page.go_back()
    expect(page.locator(".compare-card")).to_have_count(2)
    assert someone.complaints == []


def test_a_search_is_found_by_its_title_and_its_requirement_held_against_the_others(
    person: People, client: Client, ended: Ended, screenshots: Path
) -> None:
    best = ended(WITHOUT)
    own = client.get("/api/v1/samples/tiny").json() | {"name": "Dear carbon", "co2_price": 150}
    dear = ended({"requirement": own})
    swiss = ended({"requirement": own | {"name": "In francs", "currency": "CHF", "eur_rate": 0.95}})
    someone = person()
    page = someone.page
    page.goto(f"/jobs/{best}")
    page.get_by_role("link", name="Compare…").click()
    expect(page.locator(".compare-card")).to_have_count(1)

    def add(title: str) -> None:
        page.get_by_role("button", name="Add a search…").click()
        page.get_by_role("searchbox").fill(title)
        found = page.locator('[data-list="found"] button')
        expect(found).to_have_text([re.compile(title, re.IGNORECASE)])
        page.screenshot(path=screenshots / "compare-dialog.png")
        found.click()

    add("dear CARBON")
    price = row(page, "Inputs", "Price of CO₂").get_by_role("cell")
    expect(price.nth(1)).to_have_text(re.compile(r"150.EUR/t.*\+50.EUR/t \(\+50.%\)"))
    expect(page.locator(".cost-bars .bar-row")).to_have_count(3)
    add("francs")
    assert compared(page) == [f"{best}.0", f"{dear}.0", f"{swiss}.0"]
    cost = row(page, "Key figures", "Cost per year").get_by_role("cell")
    expect(cost.nth(2)).to_have_text(re.compile(r"^CHF[^+%]+$"))
    expect(page.locator(".compare-note").first).to_contain_text("currencies differ")
    expect(page.locator(".cost-bars")).to_have_count(0)
    page.screenshot(path=screenshots / "compare-currencies.png", full_page=True)
    assert someone.complaints == []


def test_what_cannot_be_compared_is_said_beside_it_and_the_others_still_are(
    person: People, client: Client, ended: Ended, screenshots: Path
) -> None:
    front, without = ended(FRONT), ended(WITHOUT)
    running = client.submit(**LONG)
    someone = person()
    page = someone.page
    picks = [f"{front}.9", "nothing.0", running, f"{front}.4", f"{without}.1", without, front]
    open_comparison(page, *picks)
    cards = page.locator(".compare-card")
    expect(cards).to_have_count(6)
    expect(cards.nth(0)).to_contain_text("There is no plan 10; this search has plans 1 to 5.")
    expect(cards.nth(1)).to_contain_text("There is no such search.")
    expect(cards.nth(2)).to_contain_text("Appears when the search ends.")
    expect(cards.nth(3)).to_contain_text("Reference")
    expect(cards.nth(4)).to_contain_text("This search has only one plan")
    expect(page.get_by_role("alert")).to_contain_text("names 7 plans; the first 6 are compared")
    heads = page.get_by_role("table", name="Key figures").get_by_role("columnheader")
    expect(heads).to_have_text([re.compile("D.*Reference"), re.compile("F")])
    page.screenshot(path=screenshots / "compare-apart.png", full_page=True)

    page.get_by_role("button", name="Add a search…").click()
    expect(page.get_by_role("alert")).to_contain_text("At most 6 plans can be compared")
    client.post(f"/api/v1/jobs/{running}/cancel", json={"keep_best": False})
    client.wait_for_end(running)
    expect(cards.nth(2)).to_contain_text("This search ended without a plan")
    assert someone.complaints == []


def test_the_column_of_a_running_search_fills_when_it_ends_and_nobody_is_disturbed(
    person: People, client: Client, ended: Ended, web: Web, screenshots: Path
) -> None:
    done, running = ended(FRONT), client.submit(**LONG)
    someone = person()
    page = someone.page
    open_comparison(page, f"{done}.0", running, f"{done}.1")
    card = page.locator(".compare-card").nth(1)
    expect(card.locator(".badge")).to_have_text("Running")
    expect(card.locator(".compare-phase")).to_contain_text("Choosing devices")
    expect(card.get_by_role("progressbar")).not_to_have_attribute("aria-valuenow", "0")
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=screenshots / f"compare-running-{theme}-{width}.png")

    wait_for("a plan", lambda: client.job(running).get("incumbent"))
    node = page.locator(".compare-diagram").nth(1).locator('[data-node-id="storage:battery"]')
    node.scroll_into_view_if_needed()
    node.focus()
    pictures = page.locator(".compare-pictures")
    stood = top(pictures)
    web.kill()
    notice = page.locator('[data-notice="stale"]')
    expect(notice).to_contain_text("Connection lost")
    page.screenshot(path=screenshots / "compare-stale.png")
    web.start()
    expect(notice).to_be_hidden()
    client.post(f"/api/v1/jobs/{running}/cancel", json={"keep_best": True})
    expect(page.locator(".compare-diagram")).to_have_count(3)
    expect(card.get_by_role("progressbar")).to_have_count(0)
    focused = page.locator(":focus")
    expect(focused).to_have_attribute("data-node-id", "storage:battery")
    assert focused.evaluate("one => one.closest('section').ariaLabel").startswith("C: ")
    told = page.locator("[data-announcer]")
    expect(told).to_have_text(re.compile(r"^B: .* was added to the comparison\.$"))
    assert top(pictures) == pytest.approx(stood, abs=1), "what is read stays where it is"
    page.screenshot(path=screenshots / "compare-filled.png")


def test_the_comparison_is_taken_along_as_a_table_and_on_paper(
    person: People, client: Client, ended: Ended, screenshots: Path
) -> None:
    front, without = ended(FRONT), ended(WITHOUT)
    plan = client.get(f"/api/v1/jobs/{without}/result").json()["plans"][0]
    page = person().page
    open_comparison(page, f"{front}.0", f"{without}.0")
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").click()
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    table = list(csv.DictReader(text.splitlines()))
    cost = next(line for line in table if line["Row"] == "Cost per year")
    assert float(cost["B: One winter day"]) == pytest.approx(plan["cost_per_year"])
    assert {line["Table"] for line in table} >= {"Inputs", "What to install"}
    paper = page.pdf(prefer_css_page_size=True)
    (screenshots / "compare.pdf").write_bytes(paper)
    size = re.search(rb"/MediaBox ?\[0 0 ([\d.]+) ([\d.]+)\]", paper)
    assert size
    assert [round(float(side)) for side in size.groups()] == [842, 595]  # A4, landscape


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_comparison_fits_phones_and_wall_screens(
    person: People, ended: Ended, screenshots: Path, theme: Any
) -> None:
    page = person().page
    page.emulate_media(color_scheme=theme)
    open_comparison(page, *(f"{ended(FRONT)}.{plan}" for plan in range(3)), f"{ended(WITHOUT)}.0")
    for width in (390, 1280, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        page.screenshot(path=screenshots / f"compare-{theme}-{width}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.set_viewport_size({"width": 1280, "height": 900})
    page.reload()
    assert lettering(page.locator(".compare-diagram").first) >= 9, "px, side by side"
    page.set_viewport_size({"width": 390, "height": 900})
    frames = page.locator(".compare-scroll")
    label = frames.first.get_by_role("rowheader").first
    stood = label.bounding_box()
    frames.first.evaluate("frame => frame.scrollTo(120, 0)")
    assert label.bounding_box() == stood
    # Not `wait_for_function`, which the page's Content-Security-Policy keeps from asking twice.
    scrolled = "[...document.querySelectorAll('.compare-scroll')].map(one => one.scrollLeft)"
    wait_for("all to stand alike", lambda: set(page.evaluate(scrolled)) == {120})

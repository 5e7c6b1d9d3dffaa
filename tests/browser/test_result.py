"""What operators see of a finished search: plans to choose from, how they are run, files."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.browser.conftest import Ended, Person
from tests.stack import Client

People = Callable[..., Person]

FRONT: dict[str, Any] = {"sample": "tiny", "options": {"goal": "front", "plans": 5}}
TYPICAL: dict[str, Any] = {
    "sample": "campus",
    "options": {"detail": "typical days", "gap": 0.05, "typical_days": 6},
}


def open_result(page: Page, job: str, query: str = "") -> None:
    """Open a finished job's page and wait for its diagram and charts."""
    page.goto(f"/jobs/{job}{query}")
    page.wait_for_selector("[data-result] svg [data-node-id]")
    page.locator(".operation-section").scroll_into_view_if_needed()
    page.wait_for_selector(".plots .u-over")


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def places(page: Page) -> dict[str, str]:
    """Where each node of the diagram stands."""
    found: dict[str, str] = page.eval_on_selector_all(
        "[data-result] svg [data-node-id]",
        "all => Object.fromEntries("
        "all.map(one => [one.dataset.nodeId, one.getAttribute('transform')]))",
    )
    return found


def titles(page: Page) -> list[str]:
    """What the charts are of."""
    return [title or "" for title in page.locator(".plots figure").all_inner_texts()]


def test_plans_of_a_front_are_chosen_by_mouse_and_keys_and_nothing_jumps(
    person: People, client: Client, ended: Ended, screenshots: Path
) -> None:
    job = ended(FRONT)
    plans = client.get(f"/api/v1/jobs/{job}/result").json()["plans"]
    someone = person()
    page = someone.page
    open_result(page, job)
    before = places(page)
    page.screenshot(path=screenshots / "result-front.png", full_page=True)

    page.locator(".front-point").nth(2).click()
    assert query(page)["plan"] == ["2"]
    assert places(page) == before
    used = {node["id"] for node in plans[2]["graph"]["nodes"]}
    faded = page.eval_on_selector_all(
        ".energy-system-diagram .node.unused", "all => all.map(one => one.dataset.nodeId)"
    )
    assert set(faded) == set(before) - used
    assert faded
    figures = page.locator(".headline dd").first
    expect(figures).to_have_attribute("title", f"€{plans[2]['cost_per_year']:,.0f}")
    expect(page.locator('a:text("CSV")')).to_have_attribute("href", re.compile(r"plan=2$"))

    page.keyboard.press("ArrowLeft")
    assert query(page)["plan"] == ["3"]
    page.get_by_role("radio", name="Plan 1").last.check()
    assert "plan" not in query(page)
    expect(page.locator(".front-point").first).to_have_attribute("aria-checked", "true")
    assert someone.complaints == []


def test_a_linked_plan_is_shown_to_whom_the_link_was_sent(person: People, ended: Ended) -> None:
    someone = person()
    open_result(someone.page, ended(FRONT), "?plan=3&node=carrier:heat")
    assert someone.page.get_by_role("radio", name="Plan 4").last.is_checked()
    assert [title.splitlines()[0] for title in titles(someone.page)] == ["Heat", "Load duration"]


def test_a_device_is_pinned_in_the_diagram_and_its_dispatch_shown_alone(
    person: People, ended: Ended, screenshots: Path
) -> None:
    someone = person()
    page = someone.page
    open_result(page, ended(FRONT))
    everything = len(titles(page))
    node = page.locator('[data-node-id="storage:battery"]')
    node.focus()
    page.keyboard.press("Enter")
    expect(node).to_have_attribute("aria-pressed", "true")
    assert [title.splitlines()[0] for title in titles(page)] == [
        "Battery",
        "Levels",
        "Load duration",
    ]
    assert query(page)["node"] == ["storage:battery"]
    page.screenshot(path=screenshots / "result-pinned.png", full_page=True)
    node.click()
    expect(page.locator(".plots figure")).to_have_count(everything)
    assert "node" not in query(page)
    assert someone.complaints == []


def test_hours_are_looked_at_closer_by_dragging_and_keys(person: People, ended: Ended) -> None:
    someone = person()
    page = someone.page
    open_result(page, ended(FRONT))
    over = page.locator(".plots .u-over").first
    box = over.bounding_box()
    assert box
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.26, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.49, middle, steps=5)
    page.mouse.up()
    assert query(page)["steps"] == ["6-12"]
    page.locator(".plots button").first.focus()
    page.keyboard.press("ArrowRight")
    assert query(page)["steps"] == ["12-18"]
    page.keyboard.press("0")
    assert "steps" not in query(page)
    assert someone.complaints == []


def test_typical_days_are_shown_as_such(person: People, ended: Ended, screenshots: Path) -> None:
    someone = person()
    page = someone.page
    open_result(page, ended(TYPICAL))
    told = page.locator(".window-range")
    expect(told).to_contain_text("typical days stand for the year")
    expect(page.locator(".guarantee")).to_contain_text("not on the whole year")
    page.get_by_role("button", name="Day", exact=True).click()
    expect(told).to_contain_text("a typical day: it stands for")
    assert query(page)["steps"] == ["0-24"]
    page.get_by_role("button", name="Later").click()
    assert query(page)["steps"] == ["24-48"]
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        page.get_by_role("button", name="All days").click()
        page.screenshot(path=screenshots / f"result-typical-{theme}.png", full_page=True)
    assert someone.complaints == []


def test_a_heat_map_says_when_power_is_largest_and_leads_to_that_day(
    person: People, client: Client, ended: Ended, screenshots: Path
) -> None:
    job = ended(TYPICAL)
    flows = client.get(f"/api/v1/jobs/{job}/plans/0/dispatch").json()["flows"]
    heat = next(flow["kw"] for flow in flows if flow["target"] == "demand:heat")
    someone = person()
    page = someone.page
    open_result(page, job, "?node=demand:heat")
    expect(page.locator(".heat-map figcaption")).to_contain_text(f"At most {max(heat):,.0f}")
    page.screenshot(path=screenshots / "result-heat-map.png", full_page=True)
    page.locator(".heat-map-frame canvas").click(position={"x": 3, "y": 30})
    assert query(page)["steps"] == ["0-24"]
    cells = page.get_by_role("slider", name="Every hour of the typical days")
    cells.focus()
    for key in ("ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
    expect(cells).to_have_attribute("aria-valuetext", re.compile(rf"01:00 · .*{heat[25]:,.0f}"))
    page.screenshot(path=screenshots / "result-heat-map-keys.png", full_page=True)
    page.keyboard.press("Enter")
    assert query(page)["steps"] == ["24-48"]
    assert someone.complaints == []


@pytest.mark.parametrize(("width", "theme"), [(390, "light"), (1600, "dark")])
def test_the_result_fits_phones_and_wide_screens(
    person: People, ended: Ended, screenshots: Path, width: int, theme: Any
) -> None:
    page = person().page
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme)
    open_result(page, ended(FRONT), "?plan=1")
    page.screenshot(path=screenshots / f"result-{width}-{theme}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_sankey_diagram_shows_the_same_plan_and_is_linked(
    person: People, ended: Ended, screenshots: Path
) -> None:
    someone = person()
    page = someone.page
    open_result(page, ended(FRONT))
    page.get_by_role("button", name="Sankey").click()
    page.wait_for_selector(".sankey")
    assert query(page)["view"] == ["sankey"]
    expect(page.locator(".sankey .badge-text")).to_have_text(
        [re.compile("Battery"), re.compile("Hot-water tank")]
    )
    page.locator(".front-point").nth(2).click()
    expect(page.locator(".sankey .badge-text")).to_have_text([re.compile("Hot-water tank")])
    bar = page.locator('.sankey [data-node-id="carrier:heat"]')
    bar.focus()
    page.keyboard.press("Enter")
    expect(bar).to_have_attribute("aria-pressed", "true")
    page.screenshot(path=screenshots / "result-sankey.png", full_page=True)
    page.get_by_role("button", name="Diagram").click()
    page.wait_for_selector(".energy-system-diagram")
    assert "view" not in query(page)
    assert someone.complaints == []


def test_pictures_of_the_diagram_look_the_same_without_the_page(
    person: People, ended: Ended, screenshots: Path
) -> None:
    someone = person()
    page = someone.page
    open_result(page, ended(FRONT))
    with page.expect_download() as drawing:
        page.click('[data-export="svg"]')
    assert drawing.value.suggested_filename == "One winter day.svg"
    text = Path(drawing.value.path()).read_text()
    assert "Gas engine CHP" in text
    assert not re.search(r"var\(|light-dark|class=|style=", text)
    with page.expect_download() as painted:
        page.click('[data-export="png"]')
    painted.value.save_as(screenshots / "result-exported.png")
    assert (screenshots / "result-exported.png").read_bytes().startswith(b"\x89PNG")
    assert someone.complaints == []


def test_the_workbook_is_of_the_plan_that_is_chosen(person: People, ended: Ended) -> None:
    page = person().page
    open_result(page, ended(FRONT), "?plan=1")
    with page.expect_download() as download:
        page.click('a:text("Excel")')
    assert download.value.suggested_filename.endswith("-1.xlsx")
    book = load_workbook(io.BytesIO(Path(download.value.path()).read_bytes()))
    assert book["dispatch"].max_row == 25


def test_paper_gets_the_diagram_the_tables_and_the_guarantee(
    person: People, ended: Ended, screenshots: Path
) -> None:
    page = person().page
    open_result(page, ended(FRONT))
    page.emulate_media(media="print")
    for shown in (".guarantee", ".energy-system-diagram", ".tables table"):
        expect(page.locator(shown).first).to_be_visible()
    for hidden in (
        ".masthead",
        ".exports",
        ".switch",
        ".operation-section",
        "[data-progress]",
        ".log",
    ):
        expect(page.locator(hidden).first).to_be_hidden()
    page.set_viewport_size({"width": 794, "height": 1123})
    page.screenshot(path=screenshots / "result-print.png", full_page=True)


def test_what_to_doubt_stands_below_the_figures_and_what_was_assumed_is_folded_at_the_end(
    person: People, client: Client, ended: Ended, screenshots: Path
) -> None:
    doubtful = {"demands": {"heat": [300, 400]}, "supplies": {"gas": {"price": 50}}}
    job = ended({"requirement": doubtful | {"devices": {"gas-boiler": {}}}})
    result = client.get(f"/api/v1/jobs/{job}/result").json()
    (warning,) = result["warnings"]
    someone = person()
    page = someone.page
    open_result(page, job)
    expect(page.get_by_role("region", name="Warnings").locator("li")).to_have_text(warning["text"])
    rows = page.locator(".assumptions tbody tr")
    expect(rows).to_have_count(len(result["assumptions"]))
    expect(rows.first).to_be_hidden()
    page.locator(".assumptions summary").click()
    invested = rows.filter(has_text="devices.gas-boiler.investment").first
    expect(invested).to_contain_text("66.8EUR/kWcatalogue (2025): PyPSA technology-data")
    page.screenshot(path=screenshots / "result-warnings.png", full_page=True)

    open_result(page, ended(FRONT))
    expect(page.locator(".warnings")).to_have_count(0)
    assert someone.complaints == []

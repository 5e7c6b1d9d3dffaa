"""Pages in two languages: the switch, and a search watched in both at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Ended, Person
from tests.browser.test_result import open_result

People = Callable[..., Person]

FRONT: dict[str, Any] = {"sample": "tiny", "options": {"goal": "front", "plans": 4}}

NOT_TRANSLATED = {
    *("olga", "otto", "O", "English", "CHP", "ORC", "COP", "CO"),
    *("Enter", "Esc", "j", "k", "n", "SVG", "PNG", "CSV", "JSON", "Excel", "JavaScript"),
    *("kW", "MW", "kWh", "MWh", "GWh", "kg", "t", "h", "m", "EUR"),
}
"""Names that people have, what is on a key, what files are called, and units."""

SOURCES = {
    *("PyPSA", "technology", "data", "costs", "csv"),
    *("NREL", "REopt", "jl", "CityEnergyAnalyst"),
}
"""Names of works that the catalogue's figures are from."""


@pytest.fixture
def reader(person: People, web: Any) -> Person:
    """Somebody who has chosen Chinese on the page."""
    someone = person()
    someone.page.locator('[data-action="language"]').select_option("zh-Hans")
    expect(someone.page.locator("html")).to_have_attribute("lang", "zh-Hans")
    return someone


@pytest.fixture(scope="module")
def front(ended: Ended) -> str:
    """A finished search with several plans."""
    return ended(FRONT)


def english_in(page: Page) -> set[str]:
    """English words that a reader of the page sees or hears."""
    said: list[str] = page.evaluate(
        """() => [
          document.title, document.body.innerText,
          ...[...document.querySelectorAll('text, desc, svg title')].map((one) => one.textContent),
          ...['aria-label', 'title', 'placeholder', 'aria-valuetext'].flatMap((name) =>
            [...document.querySelectorAll(`[${name}]`)].map((one) => one.getAttribute(name))),
        ]"""
    )
    return set(re.findall(r"[A-Za-z]+", " ".join(said))) - NOT_TRANSLATED


def test_the_switch_changes_the_language_and_every_page_keeps_it(
    reader: Person, screenshots: Path
) -> None:
    page = reader.page
    expect(page).to_have_title("优化任务 · 能源岛")
    page.goto("/jobs/none")
    expect(page.locator("h1")).to_have_text("错误 404")
    page.goto("/")
    page.locator('[data-action="language"]').select_option("en")
    expect(page).to_have_title("Searches · Energy Island")
    assert reader.complaints == []


def test_a_finished_search_is_chinese_throughout(
    reader: Person, front: str, screenshots: Path
) -> None:
    page = reader.page
    page.goto("/")
    expect(page.locator(f'[data-job="{front}"] .badge')).to_have_text("已完成")
    page.screenshot(path=screenshots / "chinese-overview.png", full_page=True)
    assert english_in(page) == set()
    open_result(page, front)
    expect(page).to_have_title("✓ 已完成 · 冬季的一天 · 能源岛")
    page.screenshot(path=screenshots / "chinese-result.png", full_page=True)
    assert english_in(page) == set()
    page.locator("[data-result]").get_by_role("button", name="桑基图").click()
    page.wait_for_selector("svg.sankey")
    page.locator('.sankey [data-node-id="carrier:electricity"]').click()
    expect(page.locator(".pinned")).to_have_text("电力")
    page.screenshot(path=screenshots / "chinese-sankey.png", full_page=True)
    assert english_in(page) == set()
    assert reader.complaints == []


def test_a_new_search_is_chinese_throughout(reader: Person, screenshots: Path) -> None:
    page = reader.page
    page.goto("/new?sample=tiny&goal=front&disabled=battery")
    expect(page.locator("[data-look] .small-plot canvas").first).to_be_visible()
    expect(page.locator('[data-field="summary"]')).to_have_text("不含电池储能。")
    unfold(page)
    page.locator('[data-path="co2_price"]').fill("1,5")
    page.locator('[data-action="submit"]').click()
    expect(page.locator(".error:visible")).to_have_text(
        "应为不含逗号的数值，例如 1250.5"  # noqa: RUF001
    )
    look(page, screenshots / "chinese-new")
    assert english_in(page) - SOURCES == set()
    page.get_by_label("您自己的站点").check()
    expect(page.locator("[data-own]")).to_be_visible()
    assert english_in(page) - SOURCES == {"json", "xlsx"}
    assert reader.complaints == []


def test_a_comparison_is_chinese_throughout(reader: Person, front: str, screenshots: Path) -> None:
    page = reader.page
    page.goto(f"/compare?with={front}.0&with={front}.1")
    page.wait_for_selector(".compare-diagram svg [data-node-id]")
    page.locator(".load-duration").scroll_into_view_if_needed()
    page.wait_for_selector(".load-duration svg")
    look(page, screenshots / "chinese-compare")
    assert english_in(page) - {"A", "B"} == set()
    page.locator('[data-action="add"]').click()
    expect(page.locator('[data-field="found"]')).to_have_text(re.compile("已完成任务"))
    assert english_in(page) - {"A", "B"} == set()
    assert reader.complaints == []


def test_the_wall_is_chinese_throughout(
    reader: Person, long_one: str, front: str, screenshots: Path
) -> None:
    page = reader.page
    for job, drawn in ((long_one, "[data-provisional]"), (front, "[data-canvas]")):
        page.goto(f"/wall?jobs={job}")
        page.wait_for_selector(f".slide {drawn} svg.energy-system-diagram")
        look(page, screenshots / f"chinese-wall-{drawn[6:-1]}")
        assert english_in(page) - {"F"} == set()
    assert reader.complaints == []


def unfold(page: Page) -> None:
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")


def look(page: Page, name: Path) -> None:
    """Pictures of the page: wide and narrow, light and dark."""
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        for theme in ("dark", "light"):
            page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
            page.screenshot(path=f"{name}-{theme}-{width}.png", full_page=True)


def test_two_people_watch_a_search_in_two_languages(
    reader: Person, person: People, long_one: str, screenshots: Path
) -> None:
    other = person("otto")
    for someone in (reader, other):
        someone.page.goto(f"/jobs/{long_one}")
    for someone, phase, found in (
        (reader, "选择设备", "找到更优方案"),
        (other, "Choosing devices", "Found a better plan:"),
    ):
        page = someone.page
        expect(page.locator('[data-field="phase"]')).to_have_text(phase)
        expect(page.locator('[data-list="milestones"]')).to_contain_text(found)
        expect(page.locator("[data-provisional] svg.energy-system-diagram")).to_be_visible()
    page = reader.page
    page.locator("[data-chart]").focus()
    page.keyboard.press("ArrowLeft")
    page.screenshot(path=screenshots / "chinese-running.png", full_page=True)
    assert english_in(page) == set()
    assert reader.complaints == other.complaints == []

"""One look: a carrier and a technology have the same colour wherever they are drawn."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Page, expect

from algorithm.export.diagram import draw
from tests.browser.conftest import Ended, Person
from tests.stack import Client

People = Callable[..., Person]
Look = tuple[str, str]  # a colour, and a dash

TINY: dict[str, Any] = {"sample": "tiny", "options": {"goal": "cheapest"}}
SVG = "{http://www.w3.org/2000/svg}"

WIRES = """all => Object.fromEntries(all.map(one => {
  const { stroke, strokeDasharray } = getComputedStyle(one.querySelector('.wire-line'));
  return [one.dataset.link, [stroke, strokeDasharray]];
}))"""
COLOURS = """all => Object.fromEntries(all.map(one => {
  const colour = getComputedStyle(one.querySelector('.mark, .swatch'));
  const isDrawn = one.matches('[data-node-id]');
  const name = isDrawn ? one.getAttribute('aria-label').split(', ')[0] : one.textContent;
  return [name, isDrawn ? colour.stroke : colour.backgroundColor];
}))"""


@pytest.fixture
def job(ended: Ended) -> str:
    return ended(TINY)


def open_result(page: Page, job: str) -> None:
    page.goto(f"/jobs/{job}")
    page.wait_for_selector("[data-result] svg [data-node-id]")
    page.locator(".operation-section").scroll_into_view_if_needed()
    page.wait_for_selector(".plots .u-over")


def in_file(plan: dict[str, Any]) -> dict[str, Look]:
    """The look of each carrier, from the legend of the plan's picture in a file."""
    picture = ElementTree.fromstring(draw(plan, title="One winter day", currency="EUR"))
    looks: dict[str, Look] = {}
    line: Look | None = None
    for element in picture:
        if element.tag == f"{SVG}path":
            line = element.attrib["stroke"], element.get("stroke-dasharray", "none")
        elif element.tag == f"{SVG}text" and line is not None:
            looks[(element.text or "").lower()] = line
    return looks


def hexadecimal(rgb: str) -> str:
    return "#" + "".join(f"{int(part):02x}" for part in rgb[4:-1].split(","))


def test_a_carrier_looks_the_same_on_the_page_and_in_a_file(
    person: People, client: Client, job: str
) -> None:
    plan = client.get(f"/api/v1/jobs/{job}/result").json()["plans"][0]
    page = person().page
    open_result(page, job)
    drawn = page.eval_on_selector_all("[data-result] [data-link]", WIRES)
    stated = in_file(plan)
    carriers = {
        f"{one['source']}→{one['target']}": one["carrier"] for one in plan["graph"]["links"]
    }
    on_page = {
        carriers[name]: (hexadecimal(stroke), dash.replace("px", "").replace(",", ""))
        for name, (stroke, dash) in drawn.items()
    }
    assert len(on_page) >= 4
    assert on_page == {carrier: stated[carrier] for carrier in on_page}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_technology_has_one_colour_in_diagram_table_and_charts(
    person: People, job: str, theme: str, screenshots: Path
) -> None:
    someone = person()
    page = someone.page
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    open_result(page, job)
    expect(page.locator(".tables tbody .swatch").first).to_be_visible()
    diagram = page.eval_on_selector_all("[data-node-id]:has(.mark)", COLOURS)
    table = page.eval_on_selector_all(".tables th:has(.swatch)", COLOURS)
    charts = page.eval_on_selector_all(
        ".plots .plain",
        COLOURS.replace("one.textContent", "one.querySelector('.name').textContent"),
    )
    assert len(diagram) >= 5
    assert table == diagram
    assert {name: charts[name] for name in diagram} == diagram
    assert len(set(diagram.values())) == len(diagram)
    page.screenshot(path=screenshots / f"look-{theme}.png", full_page=True)
    assert someone.complaints == []

"""Whatever a search, its devices or its owner are called: it is shown as it was typed, and it is
text, in pages, pictures, tables and terminals alike."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from dashboard.config import ROOT
from tests.browser.conftest import Ended, Person
from tests.fake_job import FakeJob
from tests.stack import Client, Stack, Web, wait_for

People = Callable[..., Person]

MARKUP = "<img src=x onerror=alert(1)>"
NASTY = (
    MARKUP,
    '"><script>alert(1)</script>',
    "</script><svg onload=alert(1)>",
    "{{7*7}} ${1+1} %(name)s",
    "\u202egpj.exe",
    "zero\u200bwidth\u200d",
    "two\nlines",
    "能源岛 🏝️⚡",
    "W" * 100,
    '=HYPERLINK("http://x")',
    "+1",
    "-1",
    "@SUM(A1)",
)
TITLE = f"{MARKUP}\x1b[31m\u202e{'M' * 150}"
NAME = f"{MARKUP}{{{{7*7}}}}\u202e{'M' * 150}"
"""What a person may call a search: no control characters, but those that turn the writing."""
LONG_NAME = "carrier_" + "w" * 52
"""As long as a name may be."""

REQUIREMENT: dict[str, Any] = {
    "name": TITLE,
    "demands": {"heat": [float(20 + hour) for hour in range(48)], LONG_NAME: 5.0},
    "supplies": {"gas": {"price": 0.08}, LONG_NAME: {"price": 0.1}},
    "devices": {
        **{
            f"boiler-{number}": {
                "kind": "converter",
                "label": label,
                "inputs": {"gas": 1.1},
                "outputs": {"heat": 1.0},
                "size": 6.0,
            }
            for number, label in enumerate(NASTY)
        },
        "store": {"kind": "store", "label": MARKUP, "carrier": "heat", "size": 40.0},
    },
}


@pytest.fixture(scope="module")
def job(running: Stack) -> str:
    client = Client(running.webs[0], running.token(MARKUP))
    answer = client.post("/api/v1/jobs", json={"requirement": REQUIREMENT})
    assert answer.status_code == 202, answer.text
    identity: str = answer.json()["id"]
    assert client.wait_for_end(identity)["state"] == "SUCCESS"
    return identity


@pytest.fixture
def page(person: People) -> Iterator[Page]:
    """A page on which nothing has run, was asked or was injected, however it is looked at."""
    someone = person(MARKUP)
    dialogs: list[str] = []
    someone.page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    yield someone.page
    assert dialogs == []
    assert someone.complaints == []


WIDE = """(width) => document.documentElement.scrollWidth <= width ? [] :
    [...document.body.querySelectorAll('*')]
        .filter((one) => one.getBoundingClientRect().right > width)
        .filter((one) => !one.closest('.diagram-scroll, .table-frame, .plan-list'))
        .map((one) => one.outerHTML.slice(0, 100))"""
"""What reaches beyond the window, where the page scrolls sideways."""


def is_sound(page: Page) -> None:
    """Nothing was injected, and nothing reaches beyond the window."""
    assert page.locator("img, iframe, main script:not(#page-data), svg[onload]").count() == 0
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        # Charts follow the window a moment later.
        wait_for(
            f"all to fit into {width} px",
            lambda width=width: page.evaluate(WIDE, width) == [],
        )


def texts(page: Page, selector: str) -> list[str]:
    return page.locator(selector).evaluate_all("all => all.map(one => one.textContent)")


def test_titles_and_owners_are_text_in_the_overview(
    page: Page, running: Stack, job: str, screenshots: Path
) -> None:
    told = [FakeJob(running, title) for title in NASTY]
    told[0].tell(status=MARKUP, phase=MARKUP, current=5, milestone=True)
    page.goto("/")
    expect(page.locator(f'[data-job="{told[0].id}"]')).to_contain_text(MARKUP)
    assert set(NASTY) | {TITLE} <= set(texts(page, ".search-name a"))
    assert texts(page, ".user") == [MARKUP]
    is_sound(page)
    page.screenshot(path=screenshots / "hostile-overview.png", full_page=True)
    page.goto(f"/jobs/{told[0].id}")
    expect(page.locator(".log-text")).to_have_text(MARKUP)
    assert texts(page, "h1") == [MARKUP]
    is_sound(page)
    page.screenshot(path=screenshots / "hostile-running.png", full_page=True)


def test_the_name_that_a_search_was_given_is_text_wherever_it_stands(
    page: Page, ended: Ended, screenshots: Path
) -> None:
    named = ended({"sample": "tiny", "options": {"detail": "typical days"}, "name": NAME})
    for page_of, path, place in (
        ("overview", "/", ".search-name a"),
        ("job", f"/jobs/{named}", "h1"),
        ("new", f"/new?again={named}", "[data-again] a"),
        ("compare", f"/compare?with={named}.0", ".compare-title"),
        ("wall", f"/wall?jobs={named}", '[data-field="title"]'),
    ):
        page.goto(path)
        expect(page.locator(place).filter(has_text=MARKUP).first).to_be_visible()
        assert NAME in texts(page, place)
        is_sound(page)
        page.screenshot(path=screenshots / f"hostile-name-{page_of}.png")


def test_names_are_text_in_a_result(page: Page, job: str, screenshots: Path) -> None:
    page.goto(f"/jobs/{job}")
    expect(page.locator("[data-result] svg.energy-system-diagram")).to_be_visible()
    assert texts(page, "h1") == [TITLE]
    assert set(NASTY) <= set(texts(page, "[data-result] tbody th"))
    for number, label in enumerate(NASTY):
        node = page.locator(f'[data-node-id="device:boiler-{number}"]')
        assert (node.get_attribute("aria-label") or "").startswith(label)
    is_sound(page)
    page.locator('[data-node-id="device:boiler-0"]').hover()
    expect(page.locator(".diagram-note")).to_contain_text(MARKUP)
    page.locator(".operation-section").scroll_into_view_if_needed()
    page.wait_for_selector(".plots .u-over")
    assert set(NASTY) <= set(texts(page, ".plots .name"))
    is_sound(page)
    page.screenshot(path=screenshots / "hostile-result.png", full_page=True)
    page.goto(f"/jobs/{job}?view=sankey&node=device:boiler-0")
    expect(page.locator(".sankey .badge-text")).to_contain_text(MARKUP)
    page.locator(".operation-section").scroll_into_view_if_needed()
    page.wait_for_selector(".plots .u-over")
    is_sound(page)
    page.screenshot(path=screenshots / "hostile-sankey.png", full_page=True)
    page.emulate_media(media="print")
    page.screenshot(path=screenshots / "hostile-print.png", full_page=True)


def test_names_are_text_in_files(page: Page, client: Client, job: str) -> None:
    page.goto(f"/jobs/{job}")
    expect(page.locator("[data-result] svg.energy-system-diagram")).to_be_visible()
    with page.expect_download() as download:
        page.click('[data-export="svg"]')
    drawing = ElementTree.fromstring(Path(download.value.path()).read_text())
    found = "".join(drawing.itertext())
    assert MARKUP.split()[0] in found
    assert {element.tag.rpartition("}")[2] for element in drawing.iter()} <= {
        "svg",
        "g",
        "path",
        "rect",
        "text",
        "title",
        "desc",
    }
    book = load_workbook(io.BytesIO(client.get(f"/api/v1/jobs/{job}/result.xlsx").content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d", "b"}, "no formula"
    assert '\'=HYPERLINK("http://x")' in {cell.value for cell in cells}
    rows = list(csv.reader(io.StringIO(client.get(f"/api/v1/jobs/{job}/dispatch.csv").text)))
    assert not [head for head in rows[0] if head.startswith(("=", "+", "-", "@"))]
    name = client.get(f"/api/v1/jobs/{job}/result.xlsx").headers["Content-Disposition"]
    assert "\n" not in name


def test_names_do_not_steer_a_terminal(running: Stack, web: Web, job: str) -> None:
    listing = subprocess.run(
        [sys.executable, "-m", "dashboard", "--url", web.url, "list"],
        cwd=ROOT,
        env={**os.environ, "ENERGY_ISLAND_TOKEN": running.token()},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert MARKUP in listing
    steering = [one for one in listing if unicodedata.category(one) in ("Cc", "Cf")]
    assert set(steering) <= {"\n"}

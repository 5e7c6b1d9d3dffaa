"""Who is watching a search: named on its page, and in the overview at the count."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Person
from tests.stack import LONG, Client, Stack, Web, viewing

People = Callable[..., Person]

HOSTILE = ("<img src=x onerror=alert(1)>", "x" * 80, "\u202eمريم")


@pytest.fixture(scope="module")
def long_one(running: Stack) -> Iterator[str]:
    """A search that lasts as long as the module."""
    client = Client(running.webs[0], running.token())
    job = client.submit(**LONG)
    yield job
    client.post(f"/api/v1/jobs/{job}/cancel", json={"keep_best": False})
    client.wait_for_end(job)


def watching(someone: Person) -> Locator:
    return someone.page.locator('[data-field="viewers"]')


def badges(someone: Person) -> list[str]:
    found: list[str] = someone.page.eval_on_selector_all(
        "[data-audience] > li", "all => all.map(one => one.title)"
    )
    return found


def test_people_come_and_go_and_nothing_moves(person: People, long_one: str) -> None:
    olga = person()
    olga.page.goto(f"/jobs/{long_one}")
    expect(watching(olga)).to_have_text("Only you are watching")
    place = olga.page.locator(".job-actions").bounding_box()
    wei = person("wei")
    wei.page.goto(f"/jobs/{long_one}")
    expect(watching(olga)).to_have_text("You and wei are watching")
    expect(watching(wei)).to_have_text("You and olga are watching")
    tab = wei.context.new_page()
    tab.goto(f"/jobs/{long_one}")
    expect(tab.locator('[data-field="viewers"]')).to_have_text("You and olga are watching")
    assert badges(olga) == ["olga (you)", "wei"], "once, with two tabs"
    tab.close()
    wei.page.goto("/")
    expect(watching(olga)).to_have_text("Only you are watching")
    assert olga.page.locator(".job-actions").bounding_box() == place
    assert olga.complaints == wei.complaints == []


def test_a_terminal_and_other_web_processes_count_too(
    person: People, running: Stack, long_one: str
) -> None:
    olga = person()
    olga.page.goto(f"/jobs/{long_one}")
    other = running.add_web()
    with viewing(other, running.token("terry", "viewer"), long_one):
        expect(watching(olga)).to_have_text("You and terry are watching")
    expect(watching(olga)).to_have_text("Only you are watching")
    other.kill()
    running.webs.remove(other)


def test_the_overview_names_them_where_one_points_at_the_count(
    person: People, long_one: str
) -> None:
    wei = person("wei")
    wei.page.goto(f"/jobs/{long_one}")
    olga = person()
    count = olga.page.locator(f'[data-job="{long_one}"] .search-viewers')
    expect(count).to_contain_text("1 watching")
    expect(count).to_have_attribute("title", "wei")


def test_names_are_text_whatever_they_are(
    person: People, running: Stack, web: Web, long_one: str, screenshots: Path
) -> None:
    olga = person()
    olga.page.goto(f"/jobs/{long_one}")
    tokens = [running.token(name, "viewer") for name in HOSTILE]
    with (
        viewing(web, tokens[0], long_one),
        viewing(web, tokens[1], long_one),
        viewing(web, tokens[2], long_one),
    ):
        expect(olga.page.locator("[data-audience] > li")).to_have_count(4)
        assert set(badges(olga)) == {"olga (you)", *HOSTILE}
        expect(watching(olga)).to_contain_text(f"You, {HOSTILE[0][:23]}…, {'x' * 23}… and")
        expect(watching(olga)).to_contain_text(f"\u2068{HOSTILE[2]}\u2069 are watching")
        for theme in ("light", "dark"):
            olga.page.emulate_media(color_scheme=theme)
            for width in (390, 1280):
                olga.page.set_viewport_size({"width": width, "height": 844})
                name = f"who-watches-{theme}-{width}.png"
                olga.page.screenshot(path=screenshots / name)
                assert olga.page.evaluate("document.documentElement.scrollWidth") <= width
    assert olga.complaints == []

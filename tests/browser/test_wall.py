"""The screen on the wall: running searches in turn, their ends, and nothing left behind."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Person
from tests.stack import LONG, Client, Stack, Web, wait_for

People = Callable[..., Person]


@pytest.fixture
def long_ones(client: Client) -> Iterator[Callable[[int], list[str]]]:
    """Submits as many searches that last; they are cancelled at the end of the test."""
    submitted: list[str] = []

    def submit(count: int) -> list[str]:
        new = [client.submit(**LONG) for _ in range(count)]
        submitted.extend(new)
        return new

    yield submit
    for job in submitted:
        client.post(f"/api/v1/jobs/{job}/cancel", json={"keep_best": False})
    for job in submitted:
        client.wait_for_end(job)


def chips(someone: Person) -> Locator:
    return someone.page.locator('[data-list="turns"] > li')


def shown(someone: Person) -> Locator:
    return someone.page.locator('[data-list="turns"] > li[aria-current]')


def slide(someone: Person) -> Locator:
    return someone.page.locator(".slide")


def lettering(place: Locator) -> float:
    """How large the labels of the diagram there are on the screen, px."""
    label = place.locator(".node .label").first
    size = "one => parseFloat(getComputedStyle(one).fontSize) * one.getScreenCTM().a"
    return float(label.evaluate(size))


def test_without_searches_it_says_so_calmly_and_then_shows_the_results_that_come(
    person: People, client: Client, screenshots: Path
) -> None:
    someone = person("vera", "viewer")
    someone.page.get_by_role("link", name="Wall screen").click()
    expect(slide(someone)).to_contain_text("Nothing is running")
    expect(someone.page.locator(".wall-clock")).to_have_text(re.compile(r"\d\d:\d\d:\d\d"))
    someone.page.screenshot(path=screenshots / "wall-idle.png")
    job = client.submit()
    client.wait_for_end(job)
    expect(slide(someone).locator(".slide-outcome")).to_have_text("Finished")
    expect(slide(someone)).to_contain_text("Cost per year")
    expect(slide(someone).locator("svg.energy-system-diagram")).to_be_visible()
    assert someone.complaints == []


def test_running_searches_take_turns_and_the_edge_tells_what_comes(
    person: People, running: Stack, long_ones: Callable[[int], list[str]], screenshots: Path
) -> None:
    long_ones(4)
    someone = person()
    someone.page.goto("/wall?every=600")
    someone.page.set_viewport_size({"width": 1920, "height": 1080})
    expect(chips(someone)).to_have_count(4)
    expect(shown(someone)).to_have_count(1)
    expect(chips(someone).nth(2)).to_contain_text("Next")
    expect(someone.page.locator('[data-field="next"]')).to_contain_text("Next in")
    expect(slide(someone).locator('[data-field="incumbent"]')).to_contain_text("€")
    expect(slide(someone).locator("svg.energy-system-diagram")).to_be_visible()
    expect(slide(someone).locator(".chart-best").last).to_have_attribute("d", re.compile("M.*H"))
    for width, height in ((1280, 720), (1920, 1080), (390, 844)):
        someone.page.set_viewport_size({"width": width, "height": height})
        for theme in ("light", "dark"):
            someone.page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
            someone.page.wait_for_timeout(300)  # for the eye alone
            someone.page.screenshot(path=screenshots / f"wall-{theme}-{width}.png")
            assert someone.page.evaluate("document.documentElement.scrollWidth") <= width
    assert someone.complaints == []


def test_the_end_of_what_is_shown_is_told_before_the_next_one_comes(
    person: People,
    client: Client,
    long_ones: Callable[[int], list[str]],
    screenshots: Path,
) -> None:
    first, second, third = long_ones(3)
    someone = person()
    someone.page.goto("/wall?every=5")
    someone.page.set_viewport_size({"width": 1920, "height": 1080})
    # Not only a result of before, which is shown while nothing runs yet.
    expect(slide(someone).locator('[data-field="incumbent"]')).to_contain_text("€")
    # Two run, so the turn is the first one's again at last.
    someone.page.keyboard.press("Space")
    expect(someone.page.locator('[data-field="next"]')).to_have_text("Paused")
    here = first if chips(someone).first.get_attribute("aria-current") else second
    client.post(f"/api/v1/jobs/{here}/cancel", json={"keep_best": True})
    expect(slide(someone).locator(".slide-outcome")).to_have_text("Stopped early")
    expect(slide(someone)).to_contain_text("Cost per year")
    expect(slide(someone).locator("svg.energy-system-diagram")).to_be_visible()
    assert lettering(slide(someone)) >= 16, "px, to be read from across the room"
    for theme in ("light", "dark"):
        someone.page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
        someone.page.screenshot(path=screenshots / f"wall-ended-{theme}.png")
    someone.page.keyboard.press("Space")
    expect(slide(someone).locator(".slide-percent")).to_be_visible()
    # The one that waited runs now, and has its turn.
    wait_for("the third to run", lambda: client.job(third)["state"] == "PROGRESS")
    expect(chips(someone)).to_have_count(2)
    someone.page.mouse.move(400, 400)
    expect(someone.page.locator(".wall-controls")).to_be_visible()
    someone.page.screenshot(path=screenshots / "wall-attended.png")
    other = second if here == first else first
    client.post(f"/api/v1/jobs/{other}/cancel", json={"keep_best": False})
    client.post(f"/api/v1/jobs/{third}/cancel", json={"keep_best": False})
    expect(slide(someone).locator(".slide-outcome")).to_have_text("Cancelled")
    someone.page.screenshot(path=screenshots / "wall-cancelled.png")
    # Then those that have a result, and what was cancelled has none.
    expect(slide(someone).locator(".slide-outcome")).not_to_have_text("Cancelled")
    expect(chips(someone).first).not_to_contain_text("Cancelled")
    assert someone.complaints == []


def test_two_hundred_turns_leave_nothing_behind(
    person: People, client: Client, web: Web, long_ones: Callable[[int], list[str]]
) -> None:
    done = client.submit()
    client.wait_for_end(done)
    pinned = [done, *long_ones(2)]
    someone = person()
    someone.page.goto("/wall?every=600&" + "&".join(f"jobs={job}" for job in pinned))
    tools = someone.context.new_cdp_session(someone.page)

    def turn() -> None:
        """Shows each of the three once, wholly drawn."""
        for _ in pinned:
            someone.page.keyboard.press("ArrowRight")
            expect(slide(someone).locator("svg.energy-system-diagram")).to_be_visible()

    def held() -> dict[str, float]:
        tools.send("HeapProfiler.collectGarbage")
        metrics = tools.send("Performance.getMetrics")["metrics"]
        return {metric["name"]: metric["value"] for metric in metrics}

    tools.send("Performance.enable")
    turn()
    turn()
    before = held()
    for _ in range(200):
        someone.page.keyboard.press("ArrowRight")
    turn()
    turn()
    after = held()
    for name in ("Nodes", "JSEventListeners"):
        assert after[name] <= 1.1 * before[name], (name, before[name], after[name])
    watched = re.search(r"^energy_island_viewers (\S+)", client.get("/metrics").text, re.MULTILINE)
    assert watched
    assert float(watched[1]) <= 1
    assert someone.complaints == []


def test_it_says_that_it_is_cut_off_or_signed_out_and_comes_back(
    person: People, web: Web, client: Client, long_ones: Callable[[int], list[str]]
) -> None:
    (job,) = long_ones(1)
    # Until it runs, results take turns.
    wait_for("it to run", lambda: client.job(job)["state"] == "PROGRESS")
    someone = person()
    someone.page.goto("/wall?every=600")
    expect(slide(someone).locator(".slide-percent")).to_be_visible()
    web.kill()
    notice = someone.page.locator('[data-notice="stale"]')
    expect(notice).to_contain_text("Connection lost")
    cookies = someone.context.cookies()
    someone.context.clear_cookies()
    web.start()
    expect(someone.page.locator("[data-signed-out]")).to_contain_text("session has ended")
    assert someone.page.get_by_role("alert").get_by_role("link").get_attribute("href") == (
        "/sign-in?next=%2Fwall%3Fevery%3D600"
    )
    someone.context.add_cookies(cookies)
    expect(someone.page.locator("[data-signed-out]")).to_be_hidden()
    expect(notice).to_be_hidden()
    expect(slide(someone).locator(".slide-percent")).to_be_visible()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("every=soon", "every: whole seconds for each search, 5 to 600."),
        ("every=4", "every: whole seconds for each search, 5 to 600."),
        ("every=601", "every: whole seconds for each search, 5 to 600."),
        ("every=-5", "every: whole seconds for each search, 5 to 600."),
        ("jobs=<b>", "jobs: there is no search <b>."),
        ("&".join(f"jobs={job}" for job in range(21)), "jobs: 20 searches at most."),
    ],
)
def test_an_address_that_asks_for_what_cannot_be_says_what_can(
    person: People, query: str, said: str
) -> None:
    someone = person()
    answer = someone.page.goto(f"/wall?{query}")
    assert answer
    assert answer.status == 422
    expect(someone.page.locator(".error-message")).to_have_text(said)

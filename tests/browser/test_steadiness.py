"""Pages that hold still: nothing moves or flickers when events arrive, and a tab that is open for a
day is no larger in the evening."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import CDPSession, Page, expect

from dashboard.journal.journal import MILESTONES_KEPT
from tests.browser.conftest import Person
from tests.fake_job import FakeJob
from tests.stack import LONG, Client, Stack

People = Callable[..., Person]

OBSERVE = """
window.shifts = [];
new PerformanceObserver((list) => {
    for (const { hadRecentInput, value, sources } of list.getEntries()) {
        if (hadRecentInput) continue;
        const moved = sources.map(({ node, previousRect, currentRect }) => {
            const element = node instanceof Element ? node : node?.parentElement;
            const places = [previousRect, currentRect].map(({ x, y }) => `${x}, ${y}`);
            return `${places.join(' → ')} ${element?.outerHTML.slice(0, 160)}`;
        });
        window.shifts.push(`${value}: ${moved.join('; ')}`);
    }
}).observe({ type: 'layout-shift', buffered: true });
"""

CHANGES = """(job) => {
    const row = document.querySelector(`[data-job="${job}"]`);
    window.changes = [];
    new MutationObserver((records) => {
        for (const { type, target, attributeName } of records) {
            const element = target.nodeType === 1 ? target : target.parentNode;
            window.changes.push(type === 'attributes' ? attributeName : element.className);
        }
    }).observe(row, { subtree: true, childList: true, characterData: true, attributes: true });
}"""


def observe(page: Page) -> None:
    """Notes each layout shift that nobody's click or key brought about, before the first paint."""
    # Rows glide; who wants no motion sees them jump.
    page.emulate_media(reduced_motion="no-preference")
    page.add_init_script(OBSERVE)


def shifts(page: Page) -> list[str]:
    """What moved by now, and from where to where."""
    page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done, 100)))")
    found: list[str] = page.evaluate("window.shifts")
    return found


def test_nothing_shifts_on_the_overview(person: People, client: Client) -> None:
    ended = client.submit()
    client.wait_for_end(ended)
    page = person().page
    observe(page)
    page.goto("/")
    expect(page.locator(f'[data-job="{ended}"]')).to_contain_text("Finished")
    assert shifts(page) == []
    first, second, waiting = [client.submit(**LONG) for _ in range(3)]
    expect(page.locator(f'[data-job="{first}"]')).to_contain_text("€")
    expect(page.locator(f'[data-job="{waiting}"]')).to_contain_text("queue")
    assert shifts(page) == []
    for job in (waiting, second, first):
        client.post(f"/api/v1/jobs/{job}/cancel", json={"keep_best": False})
        expect(page.locator(f'[data-job="{job}"]')).to_contain_text("Cancelled")
    assert shifts(page) == []


def test_nothing_shifts_from_waiting_to_the_drawn_result(person: People, client: Client) -> None:
    ahead = [client.submit(**LONG) for _ in range(2)]
    job = client.submit("campus", options={"detail": "typical days", "typical_days": 4})
    page = person().page
    observe(page)
    page.goto(f"/jobs/{job}")
    expect(page.locator('[data-field="queue"]')).to_be_visible()
    assert shifts(page) == []
    for other in ahead:
        client.post(f"/api/v1/jobs/{other}/cancel", json={"keep_best": False})
    expect(page.locator("[data-provisional] svg.energy-system-diagram")).to_be_visible()
    assert shifts(page) == []
    drawn = "[data-result] svg.energy-system-diagram"
    expect(page.locator(drawn)).to_be_visible()
    assert shifts(page) == []
    page.reload()
    expect(page.locator(drawn)).to_be_visible()
    assert shifts(page) == []


def test_nothing_shifts_where_nothing_was_found(person: People, client: Client) -> None:
    failed = client.post(
        "/api/v1/jobs", json={"requirement": {"demands": {"heat": 5.0}, "devices": {}}}
    )
    job = failed.json()["id"]
    page = person().page
    observe(page)
    page.goto(f"/jobs/{job}")
    page.wait_for_selector("body[data-ended][data-tone=bad]")
    assert shifts(page) == []
    page.reload()
    page.wait_for_selector("body[data-ended][data-tone=bad]")
    assert shifts(page) == []


def test_an_event_touches_no_more_than_what_it_changes(person: People, running: Stack) -> None:
    job = FakeJob(running, "A search")
    job.tell(current=10, incumbent=2e6)
    page = person().page
    page.goto("/")
    row = page.locator(f'[data-job="{job.id}"]')
    expect(row).to_contain_text("10 %")
    expect(row).to_contain_text("€2.00 M")
    page.evaluate(CHANGES, job.id)
    for percent in (11, 12, 13):
        job.tell(current=percent, incumbent=2e6)
        expect(row).to_contain_text(f"{percent} %")
    # Time goes by meanwhile.
    changes = set(page.evaluate("window.changes")) - {"search-elapsed"}
    assert changes == {"search-percent", "aria-valuenow", "style"}


def test_a_long_search_makes_its_page_no_larger(person: People, running: Stack) -> None:
    job = FakeJob(running, "A search")
    page = person().page
    page.goto(f"/jobs/{job.id}")
    devtools = page.context.new_cdp_session(page)
    sizes = []
    for begin in (0, EVENTS // 3):
        for number in range(begin, begin + EVENTS // 3):
            job.tell(current=number / EVENTS, milestone=number % 3 == 0, incumbent=2e6 - number)
        expect(page.locator('[data-list="milestones"] > li')).to_have_count(MILESTONES_KEPT)
        expect(page.locator('[data-field="incumbent"]')).to_have_attribute(
            "title", f"€{2_000_001 - begin - EVENTS // 3:,} per year"
        )
        sizes.append(size(devtools))
    before, after = sizes
    assert after["jsEventListeners"] == before["jsEventListeners"]
    # Axes have a few ticks more or less.
    assert after["nodes"] <= before["nodes"] + 50
    line = page.locator(".chart-best").last.get_attribute("d") or ""
    assert line.count("H") <= 1000


def test_many_events_make_the_overview_no_larger(person: People, running: Stack) -> None:
    searches = [FakeJob(running, f"Search {number}") for number in range(10)]
    page = person().page
    page.goto("/")
    devtools = page.context.new_cdp_session(page)
    sizes = []
    for begin in (0, EVENTS // 20):
        for number in range(begin, begin + EVENTS // 20):
            for job in searches:
                job.tell(current=100 * number / EVENTS, incumbent=2e6 - number)
        last = f"€{2_000_001 - begin - EVENTS // 20:,} per year"
        for job in searches:
            cost = page.locator(f'[data-job="{job.id}"] .search-figures dd').first
            expect(cost).to_have_attribute("title", last)
        sizes.append(size(devtools))
    before, after = sizes
    assert after["jsEventListeners"] == before["jsEventListeners"]
    assert after["nodes"] <= before["nodes"] + 10


EVENTS = 2000
"""Of which some come before a page is looked at, and as many after."""


def size(devtools: CDPSession) -> dict[str, int]:
    """How many nodes and listeners a page has when all that it let go of is gone."""
    devtools.send("HeapProfiler.collectGarbage")
    found: dict[str, int] = devtools.send("Memory.getDOMCounters")
    return found

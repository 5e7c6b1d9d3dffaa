"""What pages cost a browser: headless Chromium, real server, real events.

- Drawing: from the arrival of a result (or a dispatch) to the frame in which it is drawn. The
  baseline is the same page with almost nothing to draw: a graph of two nodes, or a dispatch of one
  series of one day, in charts that exist already.
- The overview with 50 searches of 10 events a second each, compared with no events, in the same
  run: frames a second, the share of frames that took longer than 25 ms, tasks longer than 50 ms,
  and scripting for each event.
- The size of the scripts of a first load, gzip.
- The growth of the heap by events, once all bounded lists are full.
"""

from __future__ import annotations

import gzip
import json
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, Page, Route

from benchmarks.chromium import signed_in
from benchmarks.site import dispatch, graph, result
from benchmarks.table import Row
from dashboard.config import ROOT
from dashboard.web.vite import needs
from tests.fake_job import FakeJob
from tests.stack import Client, Stack

REPEATS = 7
SEARCHES = 50
RATE = 10  # events a second, of each
SECONDS = 10
LATE = 25.0  # ms
EVENTS = 10_000
PAGES = ("overview", "new", "job", "compare", "wall")
STATIC = ROOT / "dashboard/static"

DRAWN = """(selector) => new Promise((done) => {
    const look = () => {
        if (document.querySelector(selector)?.checkVisibility()) {
            requestAnimationFrame(() => done(performance.now()));
        } else requestAnimationFrame(look);
    };
    look();
})"""
"""Resolves in the frame after the one in which it is there."""

CAME = """(url) => performance.getEntriesByType('resource')
    .findLast(({ name }) => name.endsWith(url)).responseEnd"""

FRAMES = """(seconds) => new Promise((done) => {
    const tasks = [];
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map((one) => one.duration)))
        .observe({ type: 'longtask' });
    const frames = [];
    let before = performance.now();
    const until = before + 1000 * seconds;
    const frame = (now) => {
        frames.push(now - before);
        before = now;
        if (now < until) requestAnimationFrame(frame);
        else done({ frames, tasks });
    };
    requestAnimationFrame(frame);
})"""


def rows() -> Iterator[Row]:
    yield from _first_loads()
    with tempfile.TemporaryDirectory() as folder:
        stack = Stack(Path(folder))
        try:
            web = stack.add_web()
            client = Client(web, stack.token())
            stack.worker.start()
            job = client.submit()
            client.wait_for_end(job)
            # From here on only fake jobs publish events.
            stack.worker.kill()
            stored = client.get(f"/api/v1/jobs/{job}/result").json()
            with signed_in(stack, web) as page:
                yield from _drawings(page, job, stored)
                yield from _busy_overview(page, stack)
                yield from _growth(page, stack)
        finally:
            stack.stop()


def _first_loads() -> Iterator[Row]:
    """Script that a page needs before it works: its entry and what that imports."""
    manifest = json.loads((STATIC / ".vite/manifest.json").read_text())
    for name in PAGES:
        entry = f"src/pages/{name}.ts"
        files = [manifest[entry]["file"], *needs(manifest, entry)[0]]
        size = sum(len(gzip.compress((STATIC / file).read_bytes())) for file in files)
        yield Row(f"first load of {name}: script, gzip", f"{size / 1000:.1f} kB")


def _drawings(page: Page, job: str, stored: dict[str, Any]) -> Iterator[Row]:
    address = f"/api/v1/jobs/{job}/result"

    def drawn(nodes: int) -> float:
        with _answers(page, {address: result(stored, graph(nodes))}):
            return statistics.median(_diagram(page, job, address) for _ in range(REPEATS))

    yield _drawing("a graph of 60 nodes drawn", drawn(60), drawn(2))

    year = f"/api/v1/jobs/{job}/year"
    first = stored["plans"][0]["dispatch_url"]

    def charted(told: dict[str, Any]) -> float:
        bodies = {address: result(stored, graph(20), first, year), year: told}
        with _answers(page, bodies):
            return statistics.median(_charts(page, job, year) for _ in range(REPEATS))

    yield _drawing("a year of 15 series drawn", charted(dispatch(15)), charted(dispatch(1, 24)))


def _drawing(what: str, taken: float, empty: float) -> Row:
    return Row(what, f"{taken:.0f} ms", f"{taken / empty:.1f} x the empty frame, {empty:.0f} ms")


@contextmanager
def _answers(page: Page, bodies: dict[str, Any]) -> Iterator[None]:
    """Replace the answers of some addresses meanwhile."""
    for address, body in bodies.items():
        page.route(f"**{address}", _answer(json.dumps(body)))
    yield
    page.unroute_all()


def _answer(body: str) -> Callable[[Route], None]:
    return lambda route: route.fulfill(body=body, content_type="application/json")


def _diagram(page: Page, job: str, address: str) -> float:
    """ms from the moment at which a result has come until it is drawn, by a page just loaded."""
    page.goto(f"/jobs/{job}")
    return _since(page, address, "[data-result] svg.energy-system-diagram")


def _charts(page: Page, job: str, address: str) -> float:
    """ms from the moment at which another plan's dispatch has come until it is drawn."""
    page.goto(f"/jobs/{job}")
    page.wait_for_selector("[data-result] svg.energy-system-diagram")
    page.locator(".operation-section").scroll_into_view_if_needed()
    page.wait_for_selector(".plots canvas")
    page.evaluate("for (const one of document.querySelectorAll('canvas')) one.dataset.old = ''")
    page.locator('.plan-list input[type="radio"]').nth(1).evaluate("input => input.click()")
    return _since(page, address, ".plots canvas:not([data-old])")


def _since(page: Page, address: str, selector: str) -> float:
    at: float = page.evaluate(DRAWN, selector)
    came: float = page.evaluate(CAME, address)
    return at - came


def _busy_overview(page: Page, stack: Stack) -> Iterator[Row]:
    searches = [FakeJob(stack, f"Search {number}") for number in range(SEARCHES)]
    page.goto("/")
    page.wait_for_selector(f'[data-job="{searches[0].id}"]')
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable")
    with _telling(searches, 0):
        quiet = _watched(page, devtools)
    with _telling(searches, RATE) as told:
        busy = _watched(page, devtools)
        events = told[0]
    for what, seen in (("no events", quiet), (f"{SEARCHES} searches", busy)):
        frames = seen["frames"]
        late = sum(frame > LATE for frame in frames) / len(frames)
        yield Row(
            f"overview, {what}: frames a second",
            f"{1000 * len(frames) / sum(frames):.1f}",
            f"{late:.2%} late, {len(seen['tasks'])} long tasks",
        )
    each = (busy["script"] - quiet["script"]) / events
    rate = f"{events / SECONDS:.0f} events a second"
    yield Row("   scripting for an event", f"{1000 * each:.2f} ms", rate)


def _watched(page: Page, devtools: CDPSession) -> dict[str, Any]:
    before = _metrics(devtools)["ScriptDuration"]
    seen: dict[str, Any] = page.evaluate(FRAMES, SECONDS)
    return {**seen, "script": _metrics(devtools)["ScriptDuration"] - before}


def _metrics(devtools: CDPSession) -> dict[str, float]:
    found = devtools.send("Performance.getMetrics")["metrics"]
    return {metric["name"]: metric["value"] for metric in found}


@contextmanager
def _telling(searches: list[FakeJob], rate: float) -> Iterator[list[int]]:
    """All publish progress meanwhile, `rate` times a second each; yields the total count."""
    over, told = threading.Event(), [0]

    def tell() -> None:
        begun = time.perf_counter()
        while not over.is_set():
            for search in searches:
                if rate == 0:
                    search.renew()
                    continue
                search.tell(current=told[0] / 1000 % 100, incumbent=2e6 - told[0], gap=0.1)
                told[0] += 1
                due = begun + told[0] / (rate * len(searches))
                time.sleep(max(0.0, due - time.perf_counter()))
            if rate == 0:
                over.wait(0.1)

    teller = threading.Thread(target=tell)
    teller.start()
    try:
        yield told
    finally:
        over.set()
        teller.join()


def _growth(page: Page, stack: Stack) -> Iterator[Row]:
    """The heap after a fifth of the events, when milestones and points are full, and after all."""
    search = FakeJob(stack, "A long search")
    for what, path, before in (("job page", f"/jobs/{search.id}", 0), ("overview", "/", EVENTS)):
        page.goto(path)
        page.wait_for_selector("[data-job], [data-field='percent']")
        devtools = page.context.new_cdp_session(page)
        heaps = []
        for begin, end in ((0, EVENTS // 5), (EVENTS // 5, EVENTS)):
            for number in range(begin, end):
                milestone = number % 10 == 0
                cost = 2e6 - before - number
                search.tell(current=number / EVENTS, incumbent=cost, milestone=milestone)
            page.wait_for_selector(f"[title^='€{cost:,.0f}']", state="attached")
            heaps.append(_heap(devtools))
        grown = (heaps[1] - heaps[0]) / (EVENTS - EVENTS // 5) * EVENTS
        whole = f"of {heaps[1] / 1e6:.1f} MB"
        yield Row(f"{what}: heap per {EVENTS:,} events", f"{grown / 1000:+.0f} kB", whole)


def _heap(devtools: CDPSession) -> float:
    devtools.send("HeapProfiler.collectGarbage")
    used: float = devtools.send("Runtime.getHeapUsage")["usedSize"]
    return used

"""How cost grows with viewers, events, jobs, hours and devices, and where one process ends.

For each: a few short measurements, the law that they follow, the point at which one process or one
machine ends by that law, and a picture. The web process has one core to itself, as in `fanout`.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.fanout import EVENT, ROOM_FOR_ALL, Load, on_core, ours
from benchmarks.scale import page
from benchmarks.scale.fit import Law, fit
from benchmarks.scale.picture import draw
from benchmarks.searches import wait_for_ends
from benchmarks.table import Row, p50_p99
from dashboard.config import Settings
from tests.stack import Client, Stack

VIEWERS = (10, 100, 500, 1000, 2000)
VIEWERS_RATE = 5.0  # events a second
EVENTS = (1, 2, 5, 10, 20)  # a second
EVENTS_VIEWERS = 500
JOBS = (1, 10, 30, 100, 300)
HOURS = (168, 720, 2184, 4368, 8760)  # whole days
DEVICES = (5, 10, 20, 30, 40)
DEVICES_HOURS = 720
LONGEST_S = 150  # of one search
WHOLE_HORIZON = 14 * 24  # hours; longer ones are searched on typical days first
ON_PAPER = (1_000, 10_000, 100_000, 1_000_000)  # viewers
FULL = 0.7  # of a core: a web process that is busier has nothing left for those who join
JOINING_S = 300.0
EVENT_BYTES = len(json.dumps(EVENT)) + 250  # with its position, job, and Socket.IO's message
FAR = 4  # times the greatest n: beyond it a law says little
WORST_WAIT_S = 3600.0  # what a person who submits is taken to put up with
SEARCH_LIMIT_S = float(Settings.time_limit)
MEMORY_MB = psutil.virtual_memory().total / 2**20


@dataclass(frozen=True)
class Series:
    """One growing quantity.

    points: n, and the figure whose law is sought. more: further columns, a text for each point.
    limit: the figure at which something ends, and what. fitted_above: the law is of greater n.
    """

    name: str
    title: str
    axes: tuple[str, str]
    points: Sequence[tuple[float, float]]
    more: dict[str, list[str]]
    limit: tuple[float, str]
    other_end: str = ""
    fitted_above: float = 0

    @property
    def law(self) -> Law:
        return fit(
            *zip(*(point for point in self.points if point[0] > self.fitted_above), strict=True)
        )

    @property
    def end(self) -> str:
        reached = self.law.reaches(self.limit[0])
        far = " (far beyond what was measured)" if reached > FAR * self.points[-1][0] else ""
        return f"{self.limit[1]} at {_round(reached)}{self.other_end}{far}"


def rows() -> Iterator[Row]:
    for measure in (_viewers, _events, _jobs, _hours, _devices):
        yield from _rows(measure)


def _rows(measure: Callable[[], Series]) -> Iterator[Row]:
    """Measure one quantity; its part of the page and its picture are written at once."""
    began, machine = time.monotonic(), page.machine()
    series = measure()
    for place, (n, y) in enumerate(series.points):
        more = ", ".join(f"{texts[place]} {head}" for head, texts in series.more.items())
        yield Row(f"{series.title}: {n:,.0f}", f"{y:,.4g}", more)
    yield Row(f"   law of {series.axes[1]}", str(series.law), series.end)
    picture = page.PICTURES / f"growth-{series.name}.svg"
    draw(picture, series.title, series.axes, series.points, series.law, series.limit)
    minutes = (time.monotonic() - began) / 60
    header = f"`python -m benchmarks growth`, {minutes:.1f} minutes of it; {machine}.\n"
    page.write(f"growth-{series.name}", f"{_section(series)}\n{header}")


def _section(series: Series) -> str:
    heads = [series.axes[0], series.axes[1], *series.more]
    lines = [
        [f"{n:,.0f}", f"{y:,.4g}", *(texts[place] for texts in series.more.values())]
        for place, (n, y) in enumerate(series.points)
    ]
    return (
        f"### {series.title}\n\n![{series.title}](pictures/growth-{series.name}.svg)\n\n"
        f"{page.table(heads, lines)}\n\nLaw: {series.law}. {series.end}.\n"
    )


def _on_paper(load: Load) -> str:
    """What many viewers of one job need, by the costs that the most viewers had."""
    heads = [
        f"viewers, {VIEWERS_RATE:.0f} events/s",
        "deliveries/s",
        f"web processes, {FULL:.0%} busy",
        "memory of viewers, GB",
        "cores, if all join within 5 minutes",
        "Redis sends, MB/s",
        "entries of viewers renewed, 1/s",
    ]
    lines = []
    for viewers in ON_PAPER:
        webs = math.ceil(load.cpu * viewers * VIEWERS_RATE / FULL)
        lines.append(
            [
                f"{viewers:,}",
                f"{viewers * VIEWERS_RATE:,.0f}",
                f"{webs:,}",
                f"{viewers * load.memory / 1e9:,.1f}",
                f"{viewers * load.join / JOINING_S:,.1f}",
                f"{webs * VIEWERS_RATE * EVENT_BYTES / 1e6:,.2f}",
                f"{viewers / Settings.heartbeat:,.0f}",
            ]
        )
    costs = (
        f"By the costs with {VIEWERS[-1]:,} viewers: {1e6 * load.cpu:.0f} µs of CPU for each"
        f" delivery, {load.memory / 1000:.0f} kB for each viewer, {1000 * load.join:.1f} ms of CPU"
        f" to join.\n\n"
    )
    return costs + page.table(heads, lines)


def _round(value: float) -> str:
    """Two significant digits are what such a law is good for."""
    return "never" if value == float("inf") else f"{float(f'{value:.2g}'):,.0f}"


def _viewers() -> Series:
    loads = [_load(count, VIEWERS_RATE) for count in VIEWERS]
    page.write("million", _on_paper(loads[-1]))
    return Series(
        "viewers",
        f"Viewers of one job, {VIEWERS_RATE:.0f} events/s",
        ("viewers", "web process, % of a core"),
        [(n, 100 * load.cpu * n * VIEWERS_RATE) for n, load in zip(VIEWERS, loads, strict=True)],
        _delays(loads),
        (100.0, "One core is full"),
    )


def _events() -> Series:
    loads = [_load(EVENTS_VIEWERS, rate) for rate in EVENTS]
    return Series(
        "events",
        f"Events a second, {EVENTS_VIEWERS} viewers",
        ("events/s", "web process, % of a core"),
        [
            (rate, 100 * load.cpu * EVENTS_VIEWERS * rate)
            for rate, load in zip(EVENTS, loads, strict=True)
        ],
        _delays(loads),
        (100.0, "One core is full"),
    )


def _load(viewers: int, rate: float) -> Load:
    with on_core(1), tempfile.TemporaryDirectory() as folder:
        stack = Stack(Path(folder), settings=ROOM_FOR_ALL)
        try:
            return ours(stack, "eventlet", viewers, rate)
        finally:
            stack.stop()


def _delays(loads: Sequence[Load]) -> dict[str, list[str]]:
    def each(of: Callable[[Load], str]) -> list[str]:
        return [of(load) for load in loads]

    return {
        "µs each delivery": each(lambda load: f"{1e6 * load.cpu:.0f}"),
        "p50, ms": each(lambda load: f"{1000 * p50_p99(load.delays)[0]:.1f}"),
        "p99, ms": each(lambda load: f"{1000 * p50_p99(load.delays)[1]:.1f}"),
        "not delivered": each(lambda load: str(load.lost)),
    }


def _jobs() -> Series:
    """Tiny searches submitted at once to one worker with a slot for each core."""
    taken, submits, busy = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        stack = Stack(Path(folder), settings={"SEARCHES_WAITING_PER_PERSON": str(max(JOBS))})
        try:
            client = Client(stack.add_web(), stack.token())
            stack.worker.start()
            wait_for_ends(stack, [client.submit() for _ in range(2 * stack.slots)])  # warm up
            for count in JOBS:
                psutil.cpu_percent()
                began = time.monotonic()
                jobs = [client.submit() for _ in range(count)]
                submits.append((time.monotonic() - began) / count)
                wait_for_ends(stack, jobs)
                taken.append(time.monotonic() - began)
                busy.append(psutil.cpu_percent())
        finally:
            stack.stop()
    return Series(
        "jobs",
        f"Tiny searches submitted at once, {stack.slots} slots",
        ("jobs", "until the last has ended, s"),
        list(zip(JOBS, taken, strict=True)),
        {
            "jobs a minute": [f"{60 * n / s:.0f}" for n, s in zip(JOBS, taken, strict=True)],
            "a submit, ms": [f"{1000 * seconds:.0f}" for seconds in submits],
            "all cores, % busy": [f"{share:.0f}" for share in busy],
        },
        (WORST_WAIT_S, "The last waits an hour"),
        " jobs",
    )


def _hours() -> Series:
    found = [_search(hours=hours, devices=0) for hours in HOURS]
    memory = fit(HOURS, [megabytes for _, megabytes, _ in found])
    seconds = [taken for taken, _, _ in found]
    end = f" hours, and the machine's memory at {_round(memory.reaches(MEMORY_MB))}"
    return Series(
        "hours",
        "Hours of a campus, one plan without its bound",
        ("hours", "CPU of the search, s"),
        list(zip(HOURS, seconds, strict=True)),
        _of_searches(found),
        (SEARCH_LIMIT_S, "The default time limit of a search (4 h) is reached"),
        end,
        WHOLE_HORIZON,
    )


def _devices() -> Series:
    found = [_search(hours=DEVICES_HOURS, devices=count) for count in DEVICES]
    return Series(
        "devices",
        f"Devices of a campus, {DEVICES_HOURS} hours, one plan without its bound",
        ("devices", "CPU of the search, s"),
        [(n, taken) for n, (taken, _, _) in zip(DEVICES, found, strict=True)],
        _of_searches(found),
        (SEARCH_LIMIT_S, "The default time limit of a search (4 h) is reached"),
        " devices",
    )


def _of_searches(found: Sequence[tuple[float, float, bool]]) -> dict[str, list[str]]:
    return {
        "peak memory, MB": [f"{megabytes:.0f}" for _, megabytes, _ in found],
        f"cut off at {LONGEST_S} s": ["yes" if cut else "no" for _, _, cut in found],
    }


def _search(hours: int, devices: int) -> tuple[float, float, bool]:
    """CPU seconds, peak memory (MB), and whether it was cut off, of one search in a process."""
    command = [sys.executable, "-m", "benchmarks.scale.one_search"]
    told = subprocess.run(
        [*command, str(hours), str(devices), str(LONGEST_S)],
        stdout=subprocess.PIPE,
        check=True,
    ).stdout
    said = json.loads(told)
    return said["cpu_s"], said["memory_mb"], said["cut"]

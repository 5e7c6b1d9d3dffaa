"""Live progress of one Celery task: ours beside what people use instead, in one run.

A task reports ten times a second; some viewers watch it. For each system: how old an update is when
a viewer has it or a newer one, and what CPU its server pays for a viewer's second. The server has
one core to itself; worker, broker and viewers share the other.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.peers.clients import Receipts
from benchmarks.peers.systems import SYSTEMS, Running, on_core
from benchmarks.table import Row, p50_p99
from tests.stack import Process, Stack

VIEWERS = (1, 20, 100)
WINDOW_S = 20.0
SETTLE_S = 3.0
"""After viewers have come: their first answers, imports, caches."""

STARVED = 0.3
"""Seconds a second that a server may wait for its core; beyond, its delays are the machine's."""

WITH_ROOM = {"WEB_CONNECTIONS_PER_ADDRESS": "1000"}


@dataclass(frozen=True)
class Load:
    """What some viewers received in a window.

    server: CPU of what takes their connections, s. waited: how long its threads were ready to run,
    and didn't, s. others: CPU of worker and broker, s.
    """

    receipts: list[Receipts]
    server: float
    waited: float
    others: float

    @property
    def per_viewer_second(self) -> float:
        return self.server / len(self.receipts) / WINDOW_S


def rows() -> Iterator[Row]:
    floor: dict[int, Load] = {}
    for system in SYSTEMS:
        with on_core(1), tempfile.TemporaryDirectory() as folder:
            stack = Stack(Path(folder), settings=WITH_ROOM)
            try:
                running = system.start(stack)
                yield Row(system.name, "", running.setup)
                for load in asyncio.run(_measure(stack, running)):
                    yield _row(load, floor.setdefault(len(load.receipts), load), running)
            finally:
                stack.stop()


def _row(load: Load, floor: Load, running: Running) -> Row:
    count = len(load.receipts)
    what = f"  {count} viewer{'s' if count > 1 else ''}, p50 / p99"
    ratio = (
        f"{1e6 * load.per_viewer_second:,.0f} us CPU per viewer-second, "
        f"{load.per_viewer_second / floor.per_viewer_second:.1f} x floor; "
        f"worker and broker {1000 * load.others / WINDOW_S:.0f} ms/s"
    )
    if refused := sum(each.refused for each in load.receipts):
        ratio += f"; {refused} requests refused"
    if load.waited / WINDOW_S > STARVED:
        ratio += f"; waited {load.waited / WINDOW_S:.1f} s/s for its core"
    if not running.shows_progress:
        return Row(what, "-", ratio)
    delays = [delay for each in load.receipts for delay in each.delays]
    p50, p99 = p50_p99(delays)
    received = sum(each.received for each in load.receipts) / len(delays)
    ratio += f"; {received:.0%} of the updates"
    return Row(what, f"{_ms(p50)} / {_ms(p99)} ms", ratio)


def _ms(seconds: float) -> str:
    return f"{1000 * seconds:.1f}" if seconds < 0.1 else f"{1000 * seconds:,.0f}"


async def _measure(stack: Stack, running: Running) -> list[Load]:
    loads: list[Load] = []
    receipts: list[Receipts] = []
    async with asyncio.TaskGroup() as group:
        viewing: list[asyncio.Task[None]] = []
        for count in VIEWERS:
            for number in range(len(receipts), count):
                # In a thread: those that are there already must answer pings.
                viewer = await asyncio.to_thread(running.viewer, number)
                receipts.append(Receipts())
                viewing.append(group.create_task(viewer.view(receipts[-1])))
            await asyncio.sleep(SETTLE_S)
            loads.append(await _window(stack, running, receipts))
        for task in viewing:
            task.cancel()
    return loads


async def _window(stack: Stack, running: Running, receipts: list[Receipts]) -> Load:
    servers = list(running.servers)
    others = [each for each in stack.workers if each.is_running and each not in servers]
    for each in receipts:
        each.clear()
    assert stack.valkey is not None
    broker = stack.valkey.pid
    waited = _waited_s(servers)
    server, other = _cpu_s(servers), _cpu_s(others) + _cpu_of(broker)
    await asyncio.sleep(WINDOW_S)
    taken = [each.copy() for each in receipts]
    server, waited = _cpu_s(servers) - server, _waited_s(servers) - waited
    other = _cpu_s(others) + _cpu_of(broker) - other
    assert all(each.answers for each in taken), "A viewer received nothing."
    return Load(taken, server, waited, other)


def _cpu_s(processes: Iterable[Process]) -> float:
    """CPU of processes and all that they started, s."""
    return sum(map(_cpu_of, _pids(processes)))


def _waited_s(processes: Iterable[Process]) -> float:
    """How long threads of these were ready to run while others had the core, s."""
    waited = 0
    for pid in _pids(processes):
        for thread in Path(f"/proc/{pid}/task").glob("*/schedstat"):
            waited += int(thread.read_text().split()[1])
    return waited / 1e9


def _pids(processes: Iterable[Process]) -> Iterator[int]:
    for process in processes:
        started = psutil.Process(process.pid)
        yield started.pid
        yield from (child.pid for child in started.children(recursive=True))


def _cpu_of(pid: int) -> float:
    """CPU of one process, s: its clock counts nanoseconds, `/proc` hundredths of a second."""
    return time.clock_gettime(~pid << 3 | 2)

"""What more web processes and more workers bring on one machine.

Web processes stand behind nginx, with deploy/nginx.conf and TLS; viewers come through it, and it
chooses the process. A calm stream of events shows delays, a burst how many deliveries a second all
of them manage. Which part used the cores says what limits: here broker, publisher and viewers share
the machine with what is measured.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.fanout import ROOM_FOR_ALL, cpu_s
from benchmarks.scale import page
from benchmarks.searches import wait_for_ends, workers_of_one_slot
from benchmarks.table import Row, p50_p99
from benchmarks.viewers import Heard, Viewers, browsers
from dashboard.config import Settings
from dashboard.core import create_publisher
from dashboard.jobs.lifecycle import begin
from tests.nginx import Nginx
from tests.stack import Client, Process, Stack
from workers.lease import Lease

WEBS = (1, 2, 3)
VIEWERS = 500
RATE, CALM_EVENTS = 10.0, 60  # events a second, events
BURST = 90
"""Events as fast as can be: fewer than the 100 packets that may wait for one socket."""
LONGEST_S = 60.0
WORKERS = (1, 2, 4)
JOBS = 40


@dataclass(frozen=True)
class Found:
    """webs: how many viewers nginx gave each. cores: which each part used in the burst."""

    webs: list[int]
    delays: list[float]
    missing: int
    deliveries_per_s: float
    cores: dict[str, float]


def rows() -> Iterator[Row]:
    machine = page.machine()
    webs, workers = {}, {}
    for count in WEBS:
        found = webs[count] = _web(count)
        yield Row(
            f"{count} web process(es), {VIEWERS} viewers: deliveries a second",
            f"{found.deliveries_per_s:,.0f}",
            f"p50 / p99 at {RATE:.0f}/s {_delays(found)} ms, {found.missing} missing; cores: "
            + ", ".join(f"{part} {share:.2f}" for part, share in found.cores.items()),
        )
    for count in WORKERS:
        a_minute, busy = workers[count] = _jobs_a_minute(count)
        yield Row(
            f"{count} worker(s) of 1 slot: jobs a minute", f"{a_minute:.0f}", f"cores {busy:.2f}"
        )
    header = f"`python -m benchmarks processes`; {machine}."
    heads = ["web processes", "viewers of each", f"p50 / p99 at {RATE:.0f} events/s, ms"]
    heads += ["missing", "deliveries/s in a burst", *(f"{part}, cores" for part in webs[1].cores)]
    lines = [
        [
            str(count),
            ", ".join(map(str, found.webs)),
            _delays(found),
            str(found.missing),
            f"{found.deliveries_per_s:,.0f}",
            *(f"{share:.2f}" for share in found.cores.values()),
        ]
        for count, found in webs.items()
    ]
    jobs = [
        [str(count), f"{a_minute:.0f}", f"{a_minute / workers[1][0]:.2f}", f"{busy:.2f}"]
        for count, (a_minute, busy) in workers.items()
    ]
    heads_of_jobs = ["workers of one slot", "tiny jobs a minute", "x one worker", "cores used"]
    tables = [page.table(heads, lines), page.table(heads_of_jobs, jobs)]
    page.write("processes", "\n\n".join([header, *tables]))


def _delays(found: Found) -> str:
    p50, p99 = p50_p99(found.delays)
    return f"{1000 * p50:.1f} / {1000 * p99:.1f}"


def _web(count: int) -> Found:
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as parts:
        folder = Path(name)
        stack = Stack(folder, settings=ROOM_FOR_ALL)
        assert stack.valkey is not None
        parts.callback(stack.stop)
        webs = [stack.add_web() for _ in range(count)]
        front = parts.enter_context(Nginx(folder / "front", [web.port for web in webs]))
        # Read by websocket-client at each connection.
        os.environ["WEBSOCKET_CLIENT_CA_BUNDLE"] = str(front.authority)
        token = stack.token()
        job = Client(webs[0], token).submit()
        publisher = create_publisher(
            Settings.from_environment({**stack.environ, "SOCKETIO_ASYNC_MODE": "threading"})
        )
        with publisher.app_context():
            begin(job)  # so that no worker takes it
        # Also while no publisher runs: else the job would go on elsewhere.
        parts.enter_context(Lease(publisher, job, attempt=1))
        crowd = parts.enter_context(Viewers(browsers(front.url, token, job, VIEWERS)))
        crowd.hear(3)

        def heard(name: str, events: int, rate: float) -> list[Heard]:
            """Publish events, and return what the viewers receive, within LONGEST_S."""
            told = ["benchmarks.scale.steady", job, str(rate), str(events)]
            command = [sys.executable, "-m", *told]
            publisher = Process(command, stack.environ, folder / f"{name}.log")
            publisher.start()
            parts.callback(publisher.kill)
            found: list[Heard] = []
            until = time.monotonic() + LONGEST_S
            while len(found) < events * VIEWERS and time.monotonic() < until:
                found += crowd.hear(0.1)
            return found

        calm = heard("calm", CALM_EVENTS, RATE)
        measured = {
            "web": [psutil.Process(web.pid) for web in webs],
            "nginx": _processes(front.pid),
            "Redis": [psutil.Process(stack.valkey.pid)],
            "viewers": [psutil.Process()],
        }
        before = _cpu_s(measured)
        burst = heard("burst", BURST, 0)
        took = max(at for at, _ in burst) - min(event["current"] for _, event in burst)
        after = _cpu_s(measured)
        return Found(
            [_connected(web.port, front.pid) for web in webs],
            [at - event["current"] for at, event in calm],
            (CALM_EVENTS + BURST) * VIEWERS - len(calm) - len(burst),
            len(burst) / took,
            {part: (after[part] - before[part]) / took for part in measured},
        )


def _processes(leader: int) -> list[psutil.Process]:
    process = psutil.Process(leader)
    return [process, *process.children(recursive=True)]


def _cpu_s(parts: dict[str, list[psutil.Process]]) -> dict[str, float]:
    return {part: sum(map(cpu_s, processes)) for part, processes in parts.items()}


def _connected(port: int, front: int) -> int:
    """How many connections nginx has to a web process."""
    return sum(
        connection.raddr.port == port
        for process in _processes(front)
        for connection in process.net_connections("tcp")
        if connection.raddr and connection.status == psutil.CONN_ESTABLISHED
    )


def _jobs_a_minute(workers: int) -> tuple[float, float]:
    """Tiny searches a minute, and the cores that all processes used meanwhile."""
    with workers_of_one_slot(workers) as (stack, client):
        # Until every worker is warm.
        wait_for_ends(stack, [client.submit() for _ in range(4 * workers)])
        psutil.cpu_percent()
        began = time.monotonic()
        wait_for_ends(stack, [client.submit() for _ in range(JOBS)])
        taken = time.monotonic() - began
        return 60 * JOBS / taken, psutil.cpu_percent() / 100 * (os.cpu_count() or 1)

"""What a web process pays for each delivery, to join, to keep a viewer, and while nothing happens.

The web process has one core to itself; broker, publisher and viewers (bare WebSockets) share the
other. Beside it, in the same run: bare Flask-SocketIO over the same Redis, and the floor, a process
that does nothing but one `send()` per socket.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
from redis import Redis
from socketio import RedisManager

from benchmarks.table import Row, p50_p99
from benchmarks.viewers import Viewers, browsers, plain
from dashboard.config import Settings
from dashboard.core import create_publisher
from dashboard.jobs.lifecycle import begin
from dashboard.journal.envelope import Event
from dashboard.journal.publish import publish
from dashboard.transport.message_queue import CHANNEL
from tests.stack import Client, Process, Stack, free_port, wait_for
from workers.lease import Lease

VIEWERS = 1000
RATE = 10.0  # events a second
MANY_VIEWERS, MANY_RATE = 10_000, 1.0
WINDOW_S = 8.0
IDLE_S = 15.0
UNWATCHED = 3000  # events
MODES = ("eventlet", "gevent", "threading")
ROOM_FOR_ALL = {"WEB_CONNECTIONS": "12000", "WEB_CONNECTIONS_PER_ADDRESS": "12000"}

EVENT: Event = {
    "state": "PROGRESS",
    "attempt": 1,
    "current": 0.0,
    "total": 1,
    "status": "Improving the plan",
    "status_i18n": {"id": "Improving the plan", "values": {}},
    "best": 1234567.89,
    "lower_bound": 1200000.12,
    "gap": 0.0279,
    "elapsed": 123.4,
}
"""An event of the size that a search publishes; `current` is when (monotonic s) it was."""


@dataclass(frozen=True)
class Load:
    """What a server paid under a load.

    delays: from the worker to each viewer, s. cpu: of the server for each delivery, s. lost: events
    that didn't come. join: CPU for a viewer to join, s. memory: for each viewer, bytes.
    """

    delays: list[float]
    cpu: float
    lost: int
    join: float
    memory: float


def rows() -> Iterator[Row]:
    with on_core(1), tempfile.TemporaryDirectory() as folder:
        stack = Stack(Path(folder), settings=ROOM_FOR_ALL)
        try:
            floor = _floor(stack)
            yield _row(f"floor, {VIEWERS} viewers, {RATE:.0f}/s", floor, floor)
            for mode in MODES:
                bare, own = _bare(stack, mode), ours(stack, mode)
                yield _row(f"bare Flask-SocketIO, {mode}", bare, floor)
                yield _row(f"ours, {mode}", own, floor, bare)
                joined = f"{1000 * own.join:.1f} ms CPU"
                yield Row(f"to join, {mode}", joined, f"{own.join / bare.join:.1f} x bare")
                yield Row(f"memory for each viewer, {mode}", f"{own.memory / 1024:.0f} kB")
            many = ours(stack, "eventlet", MANY_VIEWERS, MANY_RATE)
            yield _row(f"ours, eventlet, {MANY_VIEWERS} viewers, {MANY_RATE:.0f}/s", many, floor)
            yield Row("memory for each of them", f"{many.memory / 1024:.0f} kB")
            yield from _unwatched(stack)
            yield from _idle(stack)
        finally:
            stack.stop()


def _row(what: str, found: Load, floor: Load, bare: Load | None = None) -> Row:
    p50, p99 = p50_p99(found.delays)
    ratio = f"{1e6 * found.cpu:.1f} us CPU each, {found.cpu / floor.cpu:.1f} x floor"
    if bare:
        ratio += f", {found.cpu / bare.cpu:.2f} x bare"
    if found.lost:
        ratio += f", {found.lost} not delivered"
    return Row(f"{what}, p50 / p99", f"{1000 * p50:.1f} / {1000 * p99:.1f} ms", ratio)


@contextlib.contextmanager
def on_core(core: int) -> Iterator[None]:
    """Run this process, and those that it starts, on one core."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {sorted(before)[core % len(before)]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def _server_core() -> int:
    """The core that the server has to itself."""
    return min(os.sched_getaffinity(1))


def ours(stack: Stack, mode: str, viewers: int = VIEWERS, rate: float = RATE) -> Load:
    web = stack.add_web(SOCKETIO_ASYNC_MODE=mode)
    token = stack.token()
    job = Client(web, token).submit()
    environ = {**stack.environ, "SOCKETIO_ASYNC_MODE": "threading"}
    publisher = create_publisher(Settings.from_environment(environ))

    def send(moment: float) -> None:
        with publisher.app_context():
            publish(job, {**EVENT, "current": moment})

    try:
        with publisher.app_context():
            begin(job)  # so that no worker takes it
            with Lease(publisher, job, attempt=1):
                return _measure(
                    web, lambda n: browsers(web.url, token, job, n), send, viewers, rate
                )
    finally:
        web.kill()


def _unwatched(stack: Stack) -> Iterator[Row]:
    """What an event costs its publisher, and a web process where nobody watches the search."""
    web = stack.add_web()
    process = psutil.Process(web.pid)
    process.cpu_affinity([_server_core()])
    environ = {**stack.environ, "SOCKETIO_ASYNC_MODE": "threading"}
    publisher = create_publisher(Settings.from_environment(environ))
    with publisher.app_context():
        redis = publisher.extensions["journal"].redis
        publish("nobody's", EVENT)
        commands, cpu, begun = _commands(redis), cpu_s(process), time.perf_counter()
        for _ in range(UNWATCHED):
            publish("nobody's", EVENT)
        each = (time.perf_counter() - begun) / UNWATCHED
        commands = (_commands(redis) - commands) / UNWATCHED
        time.sleep(1)
        received = (cpu_s(process) - cpu) / UNWATCHED
    yield Row("publish, one event", f"{1000 * each:.2f} ms", f"{commands:.1f} Redis commands")
    yield Row("an event without viewers, in a web process", f"{1e6 * received:.0f} us CPU")
    web.kill()


def _commands(redis: Redis) -> int:
    """How many commands Redis has run, those of scripts included."""
    return sum(each["calls"] for each in redis.info("commandstats").values())


def _bare(stack: Stack, mode: str) -> Load:
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.servers.bare", mode, stack.valkey.url, str(port)]
    server = Process(command, stack.environ, stack.folder / f"bare-{mode}.log")
    server.start()
    url = f"http://127.0.0.1:{port}"
    manager = RedisManager(stack.valkey.url, CHANNEL, write_only=True)
    try:
        wait_for(url, lambda: _listens(port))
        return _measure(
            server,
            lambda n: browsers(url, None, None, n),
            lambda moment: manager.emit("progress", {**EVENT, "current": moment}),
        )
    finally:
        server.kill()


def _floor(stack: Stack) -> Load:
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.servers.floor", stack.valkey.url, "floor"]
    server = Process([*command, str(port)], stack.environ, stack.folder / "floor.log")
    server.start()
    redis = Redis.from_url(stack.valkey.url)
    try:
        wait_for("the floor's server", lambda: _listens(port))
        return _measure(
            server,
            lambda n: plain(port, n),
            lambda moment: redis.publish(
                "floor", "42" + json.dumps(["progress", {**EVENT, "current": moment}])
            ),
        )
    finally:
        server.kill()


def _listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def _measure(
    server: Process,
    connect: Callable[[int], Iterable[socket.socket]],
    send: Callable[[float], object],
    viewers: int = VIEWERS,
    rate: float = RATE,
) -> Load:
    """Connect viewers to `server`, and `send` at a rate. send: publishes an event with a moment."""
    process = psutil.Process(server.pid)
    process.cpu_affinity([_server_core()])
    with Viewers(connect(1)) as first:
        first.hear(2)  # imports and caches
        memory, joining = process.memory_info().rss, cpu_s(process)
        with Viewers(connect(viewers)) as crowd:
            joined = cpu_s(process)
            crowd.hear(2)
            memory = process.memory_info().rss - memory
            delays: list[float] = []
            events = int(WINDOW_S * rate)
            sender = threading.Thread(target=_send, args=(send, events, rate))
            serving = cpu_s(process)
            sender.start()
            until = time.monotonic() + WINDOW_S + 5
            while len(delays) < events * viewers and time.monotonic() < until:
                delays += [at - event["current"] for at, event in crowd.hear(0.2)]
            cpu = cpu_s(process) - serving
            sender.join()
    return Load(
        delays,
        cpu / len(delays),
        events * viewers - len(delays),
        (joined - joining) / viewers,
        memory / viewers,
    )


def _send(send: Callable[[float], object], events: int, rate: float) -> None:
    for _ in range(events):
        begun = time.monotonic()
        send(begun)
        time.sleep(max(0.0, begun + 1 / rate - time.monotonic()))


def cpu_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


def _idle(stack: Stack) -> Iterator[Row]:
    """What viewers cost a web process while nothing happens, and how long it computes at once."""
    web = stack.add_web()
    process = psutil.Process(web.pid)
    process.cpu_affinity([_server_core()])
    token = stack.token()
    job = Client(web, token).submit()
    for count in (0, VIEWERS):
        with Viewers(browsers(web.url, token, job, count)) as crowd:
            crowd.hear(5)
            bursts = Bursts(web.pid)
            watching = threading.Thread(target=bursts.watch, args=(IDLE_S,))
            begun = cpu_s(process)
            watching.start()
            crowd.hear(IDLE_S)
            watching.join()
            cpu = (cpu_s(process) - begun) / IDLE_S
            burst = f"longest burst {1000 * bursts.longest:.0f} ms"
            yield Row(f"idle, {count} viewers", f"{1000 * cpu:.1f} ms/s CPU", burst)
    web.kill()


class Bursts:
    """How long a process computes without a pause, as seen every millisecond."""

    def __init__(self, pid: int) -> None:
        self._stat = Path(f"/proc/{pid}/schedstat")
        self.longest = 0.0

    def watch(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        at, busy, burst = time.monotonic(), self._busy_s(), 0.0
        while at < until:
            time.sleep(0.001)
            now, then = time.monotonic(), self._busy_s()
            burst = burst + then - busy if then - busy > 0.8 * (now - at) else 0.0
            self.longest = max(self.longest, burst)
            at, busy = now, then

    def _busy_s(self) -> float:
        return int(self._stat.read_text().split()[0]) / 1e9

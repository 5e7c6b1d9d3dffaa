"""How long an event takes from the worker to its viewers, and a submit to its first progress.

Real parts: Valkey, a web process, a worker, WebSockets. The baseline is a bare Redis publish and
receive over two connections in the same run.
"""

from __future__ import annotations

import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from flask import Flask
from redis import Redis

from benchmarks.table import Row, p50_p99
from benchmarks.viewers import Viewers, browsers
from dashboard.config import Settings
from dashboard.core import create_publisher
from dashboard.jobs.lifecycle import begin
from dashboard.journal.publish import publish
from tests.stack import Client, Stack, Viewer, Web, viewing, wait_for

EVENTS = 200
RATE = 10.0  # events a second
REPEATS = 5


def rows() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        stack = Stack(Path(folder))
        try:
            web = stack.add_web()
            floor = _bare_redis(stack)
            yield _row("bare Redis, publish → receipt", floor, None)
            for viewers in (2, 50):
                delays = _delays(stack, web, viewers)
                yield _row(f"worker → browser, {viewers} viewers", delays, floor)
            stack.worker.start()
            yield from _submits(stack, web)
        finally:
            stack.stop()


def _row(what: str, delays: list[float], floor: list[float] | None) -> Row:
    p50, p99 = p50_p99(delays)
    value = f"{1000 * p50:.1f} / {1000 * p99:.1f} ms"
    if floor is None:
        return Row(f"{what}, p50 / p99", value)
    floor50, floor99 = p50_p99(floor)
    return Row(
        f"{what}, p50 / p99", value, f"{p50 / floor50:.1f} / {p99 / floor99:.1f} x bare Redis"
    )


def _bare_redis(stack: Stack) -> list[float]:
    """Seconds from a publish to its receipt, with nothing of ours between."""
    redis = Redis.from_url(stack.valkey.url)
    heard = redis.pubsub(ignore_subscribe_messages=True)
    heard.subscribe("floor")
    heard.get_message(timeout=1)
    delays: list[float] = []

    def listen() -> None:
        while len(delays) < EVENTS:
            if message := heard.get_message(timeout=5):
                delays.append(time.perf_counter() - float(message["data"]))

    listener = threading.Thread(target=listen)
    listener.start()
    for _ in range(EVENTS):
        redis.publish("floor", time.perf_counter())
        time.sleep(1 / RATE / 4)
    listener.join()
    return delays


def _delays(stack: Stack, web: Web, count: int) -> list[float]:
    """Seconds from `publish` in a worker's application to each viewer's socket."""
    environ = {**stack.environ, "SOCKETIO_ASYNC_MODE": "threading"}
    worker = create_publisher(Settings.from_environment(environ))
    delays: list[float] = []
    token = stack.token()
    job = Client(web, token).submit()
    with worker.app_context():
        begin(job)  # so that no real worker takes it
        with Viewers(browsers(web.url, token, job, count)) as viewers:
            publisher = threading.Thread(target=_publish, args=(worker, job))
            publisher.start()
            while len(delays) < EVENTS * count:
                heard = viewers.hear(0.5)
                delays += [at - event["current"] for at, event in heard]
            publisher.join()
    return delays


def _publish(worker: Flask, job: str) -> None:
    """Publish events at the rate of a busy search, each with the moment it was published."""
    with worker.app_context():
        for _ in range(EVENTS):
            begun = time.perf_counter()
            event = {"state": "PROGRESS", "attempt": 1, "current": begun, "total": 1}
            publish(job, event)
            time.sleep(max(0.0, begun + 1 / RATE - time.perf_counter()))


def _submits(stack: Stack, web: Web) -> Iterator[Row]:
    """Seconds from a submit to the first progress that its viewer hears, on an idle worker."""
    client = Client(web, stack.token())
    client.wait_for_end(client.submit())
    delays = []
    for _ in range(REPEATS):
        begun = time.perf_counter()
        job = client.submit()
        with viewing(web, stack.token(), job) as (viewer,):
            wait_for("progress", lambda: _progressed(viewer))
            delays.append(time.perf_counter() - begun)
        assert client.wait_for_end(job)["state"] == "SUCCESS"
    yield Row("submit → first progress of the solver, median", f"{statistics.median(delays):.2f} s")


def _progressed(viewer: Viewer) -> bool:
    return "phase" in viewer.state

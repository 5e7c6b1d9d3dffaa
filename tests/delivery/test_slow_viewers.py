"""Viewers who don't read, or ask for too much: bounded memory, and nobody else notices."""

from __future__ import annotations

import json
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import pytest
from flask import Flask
from websocket import WebSocket, WebSocketException, create_connection

from dashboard.config import Settings
from dashboard.core import create_publisher
from dashboard.jobs.lifecycle import begin
from dashboard.journal.publish import publish
from tests.stack import Client, Stack, Web, viewing, wait_for
from workers.lease import Lease

SLOW = 50
EVENTS = 1000
LONG_STATUS = "A status of some length. " * 40
"""So that what is said to a socket, over a megabyte, is more than the bounds keep for it."""

MEGABYTE = 1024 * 1024


@pytest.fixture(params=["eventlet", "gevent", "threading"])
def running(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stack]:
    """An installation with one web process, and a test that plays the worker."""
    stack = Stack(tmp_path, mode=request.param)
    stack.add_web()
    yield stack
    stack.stop()


class RawSocket:
    """A browser's socket of which nothing is read unless it's asked for."""

    def __init__(self, web: Web, token: str) -> None:
        self.socket: WebSocket = create_connection(
            web.url.replace("http", "ws", 1) + "/socket.io/?EIO=4&transport=websocket",
            timeout=60,
            # With much less, the kernels would take a minute for what waits when it's read at last.
            sockopt=[(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 * 1024)],
        )
        self.socket.recv()  # Engine.IO's greeting
        self.socket.send("40" + json.dumps({"token": token}))
        self.socket.recv()  # Socket.IO's

    def say(self, event: str, payload: Any) -> None:
        """Say something that is to be acknowledged."""
        self.socket.send("421" + json.dumps([event, payload]))

    def hear(self, event: str) -> Any:
        """The payload of the next such event; whatever comes before is dropped."""
        while not (text := self.socket.recv()).startswith(f'42["{event}"'):
            self._answer_ping(text)
        return json.loads(text[2:])[1]

    def answer(self) -> Any:
        """The next acknowledgement."""
        while not (text := self.socket.recv()).startswith("431["):
            self._answer_ping(text)
        return json.loads(text[3:])[0]

    def _answer_ping(self, text: str) -> None:
        if not text:
            raise ConnectionError("The server closed the connection.")
        if text == "2":
            self.socket.send("3")


class Flood(threading.Thread):
    """Asks and reads none of the answers, until it's cut off or has said all."""

    def __init__(self, web: Web, token: str, job: str) -> None:
        super().__init__()
        self.said_all = False
        self._socket = RawSocket(web, token)
        # Cut off with its kernel's buffers full, it would be told by nobody.
        self._socket.socket.settimeout(5)
        self._job = job

    def run(self) -> None:
        with suppress(WebSocketException, OSError):
            for number in range(1_000_000):
                self._socket.say("watch", {"job": self._job, "epoch": "x", "since": number})
                self._socket.socket.send('4399999["an answer to nothing"]')
            self.said_all = True


@contextmanager
def working(stack: Stack, job: str) -> Iterator[Flask]:
    """A worker's application that holds the job's lease."""
    app = create_publisher(
        Settings.from_environment({**stack.environ, "SOCKETIO_ASYNC_MODE": "threading"})
    )
    with app.app_context():
        begin(job)
        with Lease(app, job, attempt=1):
            yield app


def publish_many(job: str, count: int) -> None:
    """What a busy worker publishes, as fast as it can."""
    for number in range(count):
        figures = {"current": number, "total": count, "status": LONG_STATUS}
        publish(job, {"state": "PROGRESS", "attempt": 1, **figures})


def memory(web: Web) -> float:
    """Megabytes that the process holds."""
    return float(psutil.Process(web.pid).memory_info().rss) / MEGABYTE


def test_viewers_who_do_not_read_cost_little_and_are_brought_up_to_date_or_cut_off(
    running: Stack, web: Web, client: Client
) -> None:
    job = client.submit()
    token = running.token()
    slow = [RawSocket(web, token) for _ in range(SLOW)]
    for each in slow:
        each.say("watch", {"job": job})
        assert each.answer()["ok"]
    with working(running, job), viewing(web, token, job) as (viewer,):
        wait_for("it to watch", lambda: viewer.snapshots)
        before = memory(web)
        publish_many(job, EVENTS)
        wait_for("the other to have all of it", lambda: viewer.state["current"] == EVENTS - 1)
        assert viewer.seqs == list(range(viewer.seqs[0], viewer.seqs[0] + len(viewer.seqs)))
        grown = memory(web) - before
        print(f"{running.mode}: {SLOW} viewers who don't read: {grown:.1f} MB more")
        assert grown < SLOW * 0.7, "MB, of what was said to each"
        # Half of them read again: what came too late is told by a request to ask anew.
        patient, given_up = slow[: SLOW // 2], slow[SLOW // 2 :]
        with ThreadPoolExecutor(len(patient)) as threads:
            for state in threads.map(partial(catch_up, job=job), patient):
                assert state["current"] == EVENTS - 1
        wait_for("the others to be cut off", lambda: viewer.viewers == 1 + len(patient))
        for each in given_up:
            with pytest.raises((WebSocketException, OSError)):
                each.hear("nothing of this name")
    for each in slow:
        each.socket.shutdown()


def catch_up(viewer: RawSocket, job: str) -> dict[str, Any]:
    """Read all that waits, and when told to ask, ask."""
    while not viewer.hear("relay")["live"]:
        pass
    viewer.say("watch", {"job": job})
    return dict(viewer.answer()["snapshot"])


def test_a_flood_of_questions_ends_its_socket_and_nobody_else_notices(
    running: Stack, web: Web, client: Client
) -> None:
    job = client.submit()
    token = running.token()
    before = memory(web)
    asking = Flood(web, token, job)
    with working(running, job), viewing(web, token, job) as (viewer,):
        wait_for("it to watch", lambda: viewer.snapshots)
        asking.start()
        publish_many(job, 200)
        wait_for("all of it", lambda: viewer.state["current"] == 199)
        assert viewer.seqs == list(range(viewer.seqs[0], viewer.seqs[0] + len(viewer.seqs)))
        asking.join()
        assert not asking.said_all, "it was cut off"
        wait_for("it to be counted out", lambda: viewer.viewers == 1)
    assert memory(web) - before < 60


def test_a_flood_that_cannot_be_answered_yet_is_not_kept(
    running: Stack, web: Web, client: Client
) -> None:
    """While Redis is frozen nothing of it is handled; it goes on all the same."""
    job = client.submit()
    token = running.token()
    with viewing(web, token, job) as (viewer,):
        wait_for("it to watch", lambda: viewer.snapshots)
        before = memory(web)
        asking = Flood(web, token, job)
        asking.start()
        os.kill(running.valkey.pid, signal.SIGSTOP)
        time.sleep(2)
        os.kill(running.valkey.pid, signal.SIGCONT)
        asking.join()
        assert not asking.said_all, "it was cut off"
        wait_for("it to be counted out", lambda: viewer.viewers == 1)
        assert memory(web) - before < 20


def test_who_asks_too_much_is_told_so_before_they_are_cut_off(
    running: Stack, web: Web, client: Client
) -> None:
    job = client.submit()
    eager = RawSocket(web, running.token())

    def refusal() -> Any:
        for _ in range(50):
            eager.say("watch", {"job": job})
        answers = [eager.answer() for _ in range(50)]
        return next((answer for answer in answers if not answer["ok"]), None)

    error = wait_for("a refusal", refusal)["error"]
    assert error == "Too many requests on this socket; wait a few seconds."
    wait_for("it to be answered again", lambda: ask_after_a_second(eager, job)["ok"])
    eager.socket.close()


def ask_after_a_second(viewer: RawSocket, job: str) -> Any:
    time.sleep(1)  # or else it would be asking too much for ever
    viewer.say("watch", {"job": job})
    return viewer.answer()

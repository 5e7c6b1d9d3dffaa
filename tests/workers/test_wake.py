"""A slot that becomes free has its next task at once, under every pool."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from kombu.utils.eventio import READ, poll

from dashboard import jobs
from dashboard.extensions import db
from dashboard.models import Job
from tests.stack import PATIENCE, Stack, wait_for
from tests.workers.test_search import ended, submit
from workers.wake import WakingPoller

CANCELLED = 100


@pytest.fixture(params=["eventlet", "gevent", "threads", "prefork", "solo"])
def one_slot(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stack]:
    """An installation whose only worker has one slot, and isn't started."""
    stack = Stack(tmp_path, pool=request.param, slots=1)
    stack.token()
    yield stack
    stack.stop()


def test_the_next_begins_at_once_after_a_hundred_that_were_cancelled(one_slot: Stack) -> None:
    with one_slot.app.app_context():
        for cancelled in [submit() for _ in range(CANCELLED)]:
            jobs.ask_to_cancel(db.session.get_one(Job, cancelled), keep_best=False)
        following = submit()
    one_slot.worker.start()
    # A worker that takes one message every 2 s comes to it after 200 s.
    job = wait_for("the next to end", lambda: ended(one_slot, following))
    assert job.outcome == "finished"


def test_who_waits_is_woken_and_hears_of_others_as_before() -> None:
    poller = WakingPoller(poll())
    theirs, ours = socket.socketpair()
    with theirs, ours:
        poller.register(theirs.fileno(), READ)
        threading.Timer(0.1, poller.wake).start()
        assert poller.poll(PATIENCE) == []
        ours.send(b"x")
        assert [number for number, _ in poller.poll(PATIENCE)] == [theirs.fileno()]


def test_a_wake_while_nobody_waits_is_not_lost_and_of_many_none_blocks() -> None:
    poller = WakingPoller(poll())
    for _ in range(100_000):
        poller.wake()
    began = time.monotonic()
    poller.poll(PATIENCE)
    assert time.monotonic() < began + PATIENCE / 2

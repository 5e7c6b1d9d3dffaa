"""A slot that becomes free has its next task at once, under every pool."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from kombu.utils.eventio import ERR, READ, _select, poll

from dashboard.db.extensions import db
from dashboard.db.models import Job
from dashboard.jobs import lifecycle
from tests.stack import WAIT_TIMEOUT_S, Stack, free_port, wait_for
from tests.workers.test_search import ended, submit
from workers.wake import WakingPoller

pytestmark = pytest.mark.slow

CANCELLED = 100


@pytest.fixture(params=["eventlet"])
def one_slot(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stack]:
    """An installation whose only worker has one slot, and isn't started."""
    stack = Stack(tmp_path, pool=request.param, slots=1)
    stack.token()
    yield stack
    stack.stop()


def submit_after_cancelled(stack: Stack) -> str:
    """A job that waits behind a hundred that were cancelled."""
    with stack.app.app_context():
        for cancelled in [submit() for _ in range(CANCELLED)]:
            lifecycle.ask_to_cancel(db.session.get_one(Job, cancelled), keep_best=False)
        return submit()


def assert_finishes_soon(stack: Stack, job_id: str) -> None:
    # A worker that takes one message every 2 s comes to it after 200 s.
    job = wait_for("the next to end", lambda: ended(stack, job_id))
    assert job.outcome == "finished"


@pytest.mark.parametrize(
    "one_slot", ["eventlet", "gevent", "threads", "prefork", "solo"], indirect=True
)
def test_the_next_begins_at_once_after_a_hundred_that_were_cancelled(one_slot: Stack) -> None:
    following = submit_after_cancelled(one_slot)
    one_slot.worker.start()
    assert_finishes_soon(one_slot, following)


def test_it_does_so_too_when_the_broker_has_been_away(one_slot: Stack) -> None:
    one_slot.worker.start()
    with one_slot.app.app_context():
        first = submit()
    wait_for("a first job to end", lambda: ended(one_slot, first))
    one_slot.valkey.restart()
    assert_finishes_soon(one_slot, submit_after_cancelled(one_slot))


@pytest.mark.parametrize("pool", ["eventlet", "gevent", "threads", "prefork", "solo"])
def test_a_slot_is_free_again_although_celery_cannot_store_how_its_task_ended(
    tmp_path: Path, pool: str
) -> None:
    nowhere = f"redis://127.0.0.1:{free_port()}"
    stack = Stack(tmp_path, pool=pool, slots=1, settings={"CELERY_RESULT_BACKEND": nowhere})
    stack.token()
    try:
        stack.worker.start()
        with stack.app.app_context():
            jobs = [submit() for _ in range(3)]
        for job in jobs:
            assert_finishes_soon(stack, job)
    finally:
        stack.stop()


def test_who_waits_is_woken_and_hears_of_others_as_before() -> None:
    poller = WakingPoller(poll())
    theirs, ours = socket.socketpair()
    with theirs, ours:
        poller.register(theirs.fileno(), READ)
        threading.Timer(0.1, poller.wake).start()
        assert poller.poll(WAIT_TIMEOUT_S) == []
        ours.send(b"x")
        assert [number for number, _ in poller.poll(WAIT_TIMEOUT_S)] == [theirs.fileno()]


def test_a_wake_while_nobody_waits_is_not_lost_and_of_many_none_blocks() -> None:
    poller = WakingPoller(poll())
    for _ in range(100_000):
        poller.wake()
    began = time.monotonic()
    poller.poll(WAIT_TIMEOUT_S)
    assert time.monotonic() < began + WAIT_TIMEOUT_S / 2


def test_a_number_that_another_socket_has_got_is_not_heard_of() -> None:
    poller = WakingPoller(_select())  # what eventlet and gevent leave of `poll`
    theirs, ours = socket.socketpair()
    number = theirs.fileno()
    poller.register(theirs, READ | ERR)
    theirs.close()
    # As where Redis ended all connections, and one of another pool has the number now.
    others = [socket.socketpair() for _ in range(10)]
    for one, other in others:
        one.send(b"x")
        other.send(b"x")
    assert number in [end.fileno() for pair in others for end in pair]
    assert poller.poll(0) == []
    for end in (ours, *(end for pair in others for end in pair)):
        end.close()


def test_a_socket_that_is_registered_again_under_its_number_is_heard_of() -> None:
    poller = WakingPoller(_select())
    for _ in range(2):
        theirs, ours = socket.socketpair()
        poller.register(theirs, READ | ERR)
        ours.send(b"x")
        assert [number for number, _ in poller.poll(0)] == [theirs.fileno()]
        theirs.close()
        ours.close()

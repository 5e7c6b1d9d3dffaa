"""What a free worker does for jobs whose messages don't come."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import current_app
from redis import Redis

from dashboard.db.extensions import db
from dashboard.db.models import Job
from dashboard.jobs import lifecycle
from tests.stack import Stack
from tests.workers.test_search import submit
from workers.redelivery import FIRST_WAIT_S, MAX_WAIT_S, Redelivery


class Worker:
    """A free worker's reminder, by a clock of its own."""

    def __init__(self) -> None:
        self.now = 0.0
        self.redelivery = Redelivery(lambda: self.now)

    def look(self, seconds: float = 0.0) -> None:
        """Look now, and then every second for so long."""
        self.redelivery.look()
        for _ in range(int(seconds)):
            self.now += 1
            self.redelivery.look()


def queued() -> int:
    """How many messages wait for a worker."""
    messages: int = current_app.extensions["celery"].queued()
    return messages


def lose(redis: Redis) -> None:
    """Lose all messages, of every priority."""
    redis.delete("celery", *redis.keys("celery\x06*"))


@pytest.fixture
def queue(stack: Stack) -> Iterator[Redis]:
    """The broker, with nothing of another test's in it."""
    with Redis.from_url(stack.valkey.url) as redis:
        lose(redis)
        yield redis


@pytest.fixture
def waiting(stack: Stack, queue: Redis) -> Iterator[list[str]]:
    """Jobs that wait, their messages in the queue."""
    stack.token()
    with stack.app.app_context():
        submitted = [submit() for _ in range(3)]
        yield submitted
        for job_id in submitted:
            lifecycle.ask_to_cancel(db.session.get_one(Job, job_id), keep_best=False)


def test_messages_that_are_queued_are_not_sent_again_however_long_they_wait(
    queue: Redis, waiting: list[str]
) -> None:
    worker = Worker()
    worker.look(2 * MAX_WAIT_S)
    assert queued() == len(waiting)


def test_lost_messages_are_sent_once_however_many_workers_are_free(
    queue: Redis, waiting: list[str]
) -> None:
    lose(queue)
    workers = [Worker() for _ in range(3)]
    for worker in workers:
        worker.look()
    assert queued() == 0
    for worker in workers:
        worker.look(FIRST_WAIT_S)
    assert queued() == len(waiting)


def test_of_two_workers_that_miss_a_message_at_once_one_sends_it(
    queue: Redis, waiting: list[str]
) -> None:
    lose(queue)
    seen = lifecycle.heartbeats({"PENDING"})[waiting[0]]
    assert [lifecycle.resend(waiting[0], *seen) for _ in range(2)] == [True, False]
    assert queued() == 1


def test_a_message_that_is_lost_again_is_sent_again_after_a_longer_while(
    queue: Redis, waiting: list[str]
) -> None:
    worker = Worker()
    lose(queue)
    worker.look(FIRST_WAIT_S)
    assert queued() == len(waiting)
    lose(queue)
    worker.look(FIRST_WAIT_S)
    assert queued() == 0
    worker.look(FIRST_WAIT_S)
    assert queued() == len(waiting)

"""What waits for a worker, in the order in which the brokers give it out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from kombu.entity import Queue

from dashboard.celery_config import HELP, LAST, SEARCH, Sender, sending_celery
from dashboard.config import Settings
from tests.stack import wait_for


@pytest.fixture(params=["rabbitmq", "redis_socket"])
def celery(request: pytest.FixtureRequest) -> Iterator[Sender]:
    """Who sends over a broker whose queue is empty."""
    address = request.getfixturevalue(request.param).url
    environ = {"FLASK_CONFIG": "testing", "SECRET_KEY": "s", "REDIS_URL": "redis://nowhere"}
    settings = Settings.from_environment(environ | {"CELERY_BROKER_URL": address})
    celery = sending_celery(settings)
    yield celery
    celery.control.purge()


def test_whoever_waits_for_a_search_comes_before_the_help_for_another(celery: Sender) -> None:
    celery.send_task(HELP, args=["one"], priority=LAST, retry=False)
    celery.send_task(SEARCH, args=["two"], retry=False)
    with celery.connection_for_write() as connection:
        waiting = Queue("celery", channel=connection.default_channel)
        given = [waiting.get(no_ack=True).headers["task"] for _ in range(2)]
    assert given == [SEARCH, HELP]


def test_what_is_queued_is_counted_whatever_its_priority(celery: Sender) -> None:
    assert celery.queued() == 0
    celery.send_task(HELP, args=["one"], priority=LAST, retry=False)
    celery.send_task(SEARCH, args=["two"], retry=False)
    # RabbitMQ counts a message a moment after it has taken it.
    wait_for("both to be counted", lambda: celery.queued() == 2)

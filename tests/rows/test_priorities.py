"""What waits for a worker, in the order in which the brokers give it out."""

from __future__ import annotations

import pytest
from kombu.entity import Queue

from dashboard import Settings
from dashboard.broker import HELP, LAST, SEARCH, sending_celery


@pytest.mark.parametrize("broker", ["rabbitmq", "redis_socket"])
def test_whoever_waits_for_a_search_comes_before_the_help_for_another(
    request: pytest.FixtureRequest, broker: str
) -> None:
    address = request.getfixturevalue(broker).url
    environ = {"FLASK_CONFIG": "testing", "SECRET_KEY": "s", "REDIS_URL": "redis://nowhere"}
    settings = Settings.from_environment(environ | {"CELERY_BROKER_URL": address})
    celery = sending_celery(settings)
    celery.send_task(HELP, args=["one"], priority=LAST, retry=False)
    celery.send_task(SEARCH, args=["two"], retry=False)
    with celery.connection_for_write() as connection:
        waiting = Queue("celery", channel=connection.default_channel)
        given = [waiting.get(no_ack=True).headers["task"] for _ in range(2)]
    assert given == [SEARCH, HELP]

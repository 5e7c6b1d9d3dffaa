"""What ails Redis is said in one sentence, and not every second again."""

from __future__ import annotations

import logging

import pytest
from kombu.exceptions import OperationalError
from redis import AuthenticationError, ConnectionError, ReadOnlyError, RedisError, ResponseError
from redis.exceptions import NoPermissionError, OutOfMemoryError

from dashboard.log_filter import REPEAT_AFTER_S, RedisErrorFilter, describe


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OutOfMemoryError("command not allowed"), "is full (its maxmemory)"),
        (
            NoPermissionError("no permissions to run 'zadd'"),
            "a right (no permissions to run 'zadd'",
        ),
        (AuthenticationError("invalid pair"), "takes no such user and password (invalid pair)"),
        (ReadOnlyError("You can't write"), "is a read-only replica"),
        (ResponseError("MISCONF Redis is configured to"), "can't save its data to disk"),
        (ConnectionError("max number of clients reached"), "has no connection left"),
        (ConnectionError("Error 111.\nConnection refused."), "Error 111."),
        (ResponseError("Command # 2 (SET a 1) of pipeline caused error: bad"), "bad"),
        (ConnectionError(), "ConnectionError"),
    ],
)
def test_a_trouble_is_a_sentence(error: RedisError, words: str) -> None:
    assert words in describe(error)
    assert "\n" not in describe(error)


class Log:
    def __init__(self) -> None:
        self.now = 0.0
        self._filter = RedisErrorFilter(lambda: self.now)

    def say(self, message: str, *args: object, raised: Exception | None = None) -> str | None:
        """What is written of it, None if nothing is."""
        info = (type(raised), raised, None) if raised else None
        record = logging.LogRecord("celery", logging.ERROR, "x.py", 1, message, args, info)
        if not self._filter.filter(record):
            return None
        return logging.Formatter("%(message)s").format(record)


def test_a_traceback_becomes_a_sentence() -> None:
    written = Log().say("Error in timer: %r", "x", raised=OperationalError("Error 111.\nRefused."))
    assert written == "Error in timer: 'x': Error 111."


def test_a_trouble_is_said_once_a_minute_and_each_of_them() -> None:
    log = Log()
    full, away = OutOfMemoryError("full"), ConnectionError("away")
    assert log.say("Not counted: %s", full)
    assert log.say("Not counted: %s", full) is None
    assert log.say("Not counted: %s", away) == "Not counted: away"
    log.now = REPEAT_AFTER_S
    assert log.say("Not counted: %s", full)


def test_what_else_is_logged_stays_as_it_is() -> None:
    log = Log()
    for _ in range(2):
        written = log.say("Task %s raised", "a", raised=ValueError("no plan"))
        assert written is not None
        assert written.splitlines() == ["Task a raised", "ValueError: no plan"]

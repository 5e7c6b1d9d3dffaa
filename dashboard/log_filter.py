"""The log says in one sentence what ails Redis, and not every second again.

Whoever needs Redis tries on, as they should, and each says so each time; Celery and kombu with a
page of traceback.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from kombu.exceptions import OperationalError
from redis import AuthenticationError, BusyLoadingError, ReadOnlyError, RedisError
from redis.exceptions import NoPermissionError, OutOfMemoryError

AGAIN = 60.0
"""Seconds after which the same is said again."""

TROUBLES = (RedisError, OperationalError)
"""What is Redis' trouble; kombu wraps some of what its library raises."""

RIGHTS = "Redis refuses its user a right ({error}); docs/deployment.md lists those that are needed"

_SENTENCES: tuple[tuple[type[Exception], str, str], ...] = (
    (OutOfMemoryError, "", "Redis is full (its maxmemory): it takes nothing until there is room"),
    (NoPermissionError, "", RIGHTS),
    (RedisError, "user executing the script can't run", RIGHTS),
    (AuthenticationError, "", "Redis takes no such user and password ({error})"),
    (ReadOnlyError, "", "Redis is a read-only replica; its address must be the master's"),
    (BusyLoadingError, "", "Redis is loading its data"),
    (RedisError, "MISCONF", "Redis can't save its data to disk, and takes nothing until it can"),
    (RedisError, "max number of clients", "Redis has no connection left (its maxclients)"),
)


def in_words(error: BaseException) -> str:
    """What a trouble with Redis is, in one sentence without its full stop."""
    # What a command of several was is of no use, and long.
    text = str(error).rpartition(" of pipeline caused error: ")[2].partition("\n")[0]
    for kind, words, sentence in _SENTENCES:
        if isinstance(error, kind) and words in text:
            return sentence.format(error=text)
    return text or type(error).__name__


class PlainLog(logging.Filter):
    """Puts troubles with Redis into words, and drops what it let pass less than AGAIN ago."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._said: dict[tuple[str, str], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        raised = record.exc_info[1] if record.exc_info else None
        told = record.args if isinstance(record.args, tuple) else ()
        troubles = [each for each in (raised, *told) if isinstance(each, TROUBLES)]
        if not troubles:
            return True
        record.args = tuple(in_words(arg) if isinstance(arg, TROUBLES) else arg for arg in told)
        kind, words, said = record.msg, in_words(troubles[0]), record.getMessage()
        if raised is not None:
            # A message of several lines has the traceback in it.
            said = said.partition("\n")[0]
        if words not in said:
            said = f"{said}: {words}"
        record.msg, record.args, record.exc_info, record.exc_text = said, (), None, None
        now = self._clock()
        new = now - self._said.get((kind, words), float("-inf")) >= AGAIN
        if new:
            self._said[kind, words] = now
        return new


PLAIN = PlainLog()
"""What every handler of this process gets, so that they agree on what was said."""

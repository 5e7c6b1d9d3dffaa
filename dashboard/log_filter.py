"""A log filter that turns errors of Redis into one sentence, and logs each once a minute.

Everything that needs Redis keeps retrying and logs each failure, Celery and kombu with a long
traceback.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from kombu.exceptions import OperationalError
from redis import AuthenticationError, BusyLoadingError, ReadOnlyError, RedisError
from redis.exceptions import NoPermissionError, OutOfMemoryError

REPEAT_AFTER_S = 60.0
"""Seconds after which the same error is logged again."""

REDIS_ERRORS = (RedisError, OperationalError)
"""Errors of Redis; kombu wraps some of those that redis-py raises."""

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


def describe(error: BaseException) -> str:
    """An error of Redis in one sentence, without its full stop."""
    # Errors in a pipeline begin with the whole command, which is long and doesn't help.
    text = str(error).rpartition(" of pipeline caused error: ")[2].partition("\n")[0]
    for kind, words, sentence in _SENTENCES:
        if isinstance(error, kind) and words in text:
            return sentence.format(error=text)
    return text or type(error).__name__


class RedisErrorFilter(logging.Filter):
    """Shortens errors of Redis, and drops those that were logged less than REPEAT_AFTER_S ago."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._logged_at: dict[tuple[str, str], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        raised = record.exc_info[1] if record.exc_info else None
        args = record.args if isinstance(record.args, tuple) else ()
        errors = [each for each in (raised, *args) if isinstance(each, REDIS_ERRORS)]
        if not errors:
            return True
        record.args = tuple(describe(arg) if isinstance(arg, REDIS_ERRORS) else arg for arg in args)
        template, words, message = record.msg, describe(errors[0]), record.getMessage()
        if raised is not None:
            # A message of several lines has the traceback in it.
            message = message.partition("\n")[0]
        if words not in message:
            message = f"{message}: {words}"
        record.msg, record.args, record.exc_info, record.exc_text = message, (), None, None
        now = self._clock()
        new = now - self._logged_at.get((template, words), float("-inf")) >= REPEAT_AFTER_S
        if new:
            self._logged_at[template, words] = now
        return new


REDIS_ERROR_FILTER = RedisErrorFilter()
"""Shared by all handlers of this process, so that each error is logged once."""

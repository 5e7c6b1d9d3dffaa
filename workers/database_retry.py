"""Retries while the database is away: a search goes on, and its end is stored later.

Code that supervises a running solver can't block: it uses a `DatabaseOutage`, and retries in its
next iteration. All other code blocks in `retry_database`.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError

from dashboard.db.extensions import db
from dashboard.times import DATABASE_RETRY_S
from dashboard.transport.database import AWAY, first_line
from workers import shutdown

T = TypeVar("T")

logger = logging.getLogger(__name__)


def retry_database(act: Callable[[], T]) -> T:
    """Call `act`, and retry while the database is away.

    Raises one of AWAY if it's away while this worker shuts down.
    """
    logged = False
    while True:
        try:
            return act()
        except AWAY as error:
            log_outage(error, logged=logged)
            logged = True
            if shutdown.has_begun():
                raise
            time.sleep(DATABASE_RETRY_S)


class DatabaseOutage:
    """Whether the database is away, for code that can't block until it's back."""

    def __init__(self) -> None:
        self.ongoing = False

    @contextmanager
    def tolerated(self) -> Iterator[None]:
        """Suppress an error in the block because the database is away; log only the first one."""
        try:
            yield
        except AWAY as error:
            log_outage(error, logged=self.ongoing)
            self.ongoing = True
        else:
            self.ongoing = False


def log_outage(error: SQLAlchemyError, *, logged: bool) -> None:
    """Drop the failed transaction; log the error unless it was `logged` already."""
    # A lost connection can't be rolled back, so the whole session is discarded.
    db.session.remove()
    if not logged:
        logger.warning("The database is away: %s", first_line(error))

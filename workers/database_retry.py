"""Rides out a database that is away: a search goes on, and its end is stored when it can be.

Code that supervises a running solver can't block: it uses an `Absence`, and tries again at its next
turn. All other code blocks in `patiently`.
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


def patiently(act: Callable[[], T]) -> T:
    """Do what needs the database, again and again while that is away.

    Raises one of AWAY if it's away when this worker is to end.
    """
    told = False
    while True:
        try:
            return act()
        except AWAY as error:
            away(error, told=told)
            told = True
            if shutdown.has_begun():
                raise
            time.sleep(DATABASE_RETRY_S)


class Absence:
    """Whether the database is away, for code that can't block until it's back."""

    def __init__(self) -> None:
        self.lasts = False

    @contextmanager
    def ridden_out(self) -> Iterator[None]:
        """End the block where it finds the database away; log only the first time."""
        try:
            yield
        except AWAY as error:
            away(error, told=self.lasts)
            self.lasts = True
        else:
            self.lasts = False


def away(error: SQLAlchemyError, *, told: bool) -> None:
    """Leave the transaction that failed, and say so once."""
    # A connection that was lost can't even be rolled back; the session forgets it all the same.
    db.session.remove()
    if not told:
        logger.warning("The database is away: %s", first_line(error))

"""How the database's connections behave: each waits for a lock, for a bounded time, and holds up
nobody else.
"""

from __future__ import annotations

import sqlite3
import time
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import ExecutionContext
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.pool import ConnectionPoolEntry

from dashboard.times import STATEMENT

PAUSE = 0.02
"""Seconds between two tries to get SQLite's lock."""


def tune_sqlite(engine: Engine) -> None:
    """Let the worker write while the web reads, and wait for each other instead of failing.

    SQLite's own waiting would stop a whole process whose threads are green, for it's done in C.
    """

    @event.listens_for(engine, "connect")
    def _pragmas(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "busy_timeout=100", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "do_execute")
    def _wait_for_lock(
        cursor: DBAPICursor, statement: str, parameters: Any, _: ExecutionContext | None
    ) -> bool:
        until = time.monotonic() + STATEMENT
        while True:
            try:
                cursor.execute(statement, parameters)
                return True
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                    raise
            time.sleep(PAUSE)

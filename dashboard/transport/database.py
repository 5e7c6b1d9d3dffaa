"""Database connections, SQLite and Postgres (`dashboard.transport.postgres`), with timeouts.

Waiting yields to other green threads, and times out within seconds, with one of the errors in AWAY.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, event, exc, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor, ExceptionContext
from sqlalchemy.pool import ConnectionPoolEntry

from dashboard.private_files import private_database
from dashboard.times import STATEMENT_TIMEOUT_S

WEB_TIMEOUT_S = 5.0
"""Seconds that a request waits for a statement, or for one of the process's connections."""

WORKER_TIMEOUT_S = 30.0
"""The same in a worker: it stores more, and nobody waits for an answer."""

WAL_TIMEOUT_S = 5.0
"""Seconds that a new connection to SQLite waits to switch the file to WAL mode."""

LOCK_RETRY_S = 0.02
"""Seconds between two attempts to get SQLite's lock."""

LOCKED = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_BUSY_RECOVERY)

POSTGRES = ("postgres", "postgresql", "postgresql+psycopg")
SQLITE = ("sqlite",)

MALFORMED = (
    "has a host, a port or an option that isn't one; special characters of a password must be "
    "percent-encoded"
)

AWAY: tuple[type[exc.SQLAlchemyError], ...] = (
    exc.OperationalError,  # away, locked for long, full, restarted
    exc.InterfaceError,  # the connection is gone
    exc.InternalError,  # read-only; the transaction was ended by the server
    exc.PendingRollbackError,  # after one of the others
    exc.TimeoutError,  # the connection pool is exhausted
)
"""Errors while the database is away or rejects writes; a retry may succeed."""


def first_line(error: exc.SQLAlchemyError) -> str:
    """The error's first line, for the log: while the database is away, errors are many."""
    return str(error).partition("\n")[0]


class AddressError(Exception):
    """What is wrong with an address, as the rest of a sentence that begins with its setting."""


def checked_address(url: str) -> str:
    """`url` for SQLAlchemy; raises AddressError, which doesn't quote the password."""
    scheme, separator, _ = url.partition("://")
    if not separator or scheme not in (*POSTGRES, *SQLITE):
        raise AddressError(
            "must begin with postgresql:// (or postgres://), whose driver is psycopg, or with "
            "sqlite:///; other databases and drivers aren't supported"
        )
    try:
        address = make_url(url)
    except (exc.ArgumentError, ValueError) as error:
        raise AddressError(MALFORMED) from error
    if "@" in (address.host or ""):
        raise AddressError(MALFORMED)
    if scheme in POSTGRES:
        return _checked_postgres(address)
    if address.host or address.database in (None, "", ":memory:"):
        raise AddressError("must name a file: sqlite:///relative.db or sqlite:////absolute.db")
    return url


def _checked_postgres(address: URL) -> str:
    from dashboard.transport import postgres

    try:
        postgres.check_options(address)
    except ValueError as error:
        raise AddressError(f"has an option that Postgres doesn't know: {error}") from error
    return address.set(drivername=postgres.DRIVER).render_as_string(hide_password=False)


def engine_options(url: str, connections: int, timeout: float) -> dict[str, Any]:
    """Options of `create_engine`: at most `connections` for this process."""
    bounded = {
        "pool_size": connections,
        "max_overflow": 0,
        "pool_timeout": timeout,
        # Reuse few connections, so that the others can idle.
        "pool_use_lifo": True,
    }
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        return bounded
    from dashboard.transport import postgres

    return bounded | postgres.options(address)


def tune(engine: Engine, timeout: float) -> None:
    """Set the timeouts of every connection; call it before the first one is made."""
    if engine.dialect.name == "sqlite":
        _tune_sqlite(engine)
    else:
        from dashboard.transport import postgres

        postgres.tune(engine, timeout)
    event.listen(engine, "handle_error", _as_data_error)


def _as_data_error(context: ExceptionContext) -> Exception | None:
    """Raise DataError for each error of a driver that can't encode a value."""
    error = context.original_exception
    if isinstance(error, UnicodeEncodeError | OverflowError):
        return exc.DataError(context.statement, None, error)
    return None


def _tune_sqlite(engine: Engine) -> None:
    """WAL mode, so that reads and writes can overlap; waiting for locks that yields; and a file
    that only its owner can read."""

    @event.listens_for(engine, "do_connect")
    def _keep_private(*_: object) -> None:
        private_database(Path(engine.url.database or ""))

    @event.listens_for(engine, "connect")
    def _pragmas(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        # Finally 0: SQLite would wait in C, and block all green threads of the process.
        waits = [f"busy_timeout={1000 * WAL_TIMEOUT_S:.0f}", "journal_mode=WAL", "busy_timeout=0"]
        for pragma in (*waits, "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "do_execute")
    def _execute(cursor: DBAPICursor, statement: str, values: Any, _: Any) -> bool:
        return _when_unlocked(lambda: cursor.execute(statement, values))

    @event.listens_for(engine, "do_executemany")
    def _execute_many(cursor: DBAPICursor, statement: str, values: Any, _: Any) -> bool:
        return _when_unlocked(lambda: cursor.executemany(statement, values))


def _when_unlocked(execute: Callable[[], Any]) -> bool:
    """Execute once the lock is free; raises sqlite3.OperationalError after a timeout."""
    until = time.monotonic() + STATEMENT_TIMEOUT_S
    while True:
        try:
            execute()
        except sqlite3.OperationalError as error:
            # Not SQLITE_BUSY_SNAPSHOT (a write since this transaction began): a retry can't help.
            is_locked = error.sqlite_errorcode in LOCKED
            if not is_locked or time.monotonic() > until:
                raise
            time.sleep(LOCK_RETRY_S)
        else:
            return True

"""The database as a part that can fail: how it's connected to, and how long anything waits for it.

SQLite and Postgres (`dashboard.transport.postgres`). Whatever waits lets others go on meanwhile,
and gives up in seconds, with one of the errors in AWAY.
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

WEB_PATIENCE = 5.0
"""Seconds that a request waits for a statement, or for one of the process's connections."""

WORKER_PATIENCE = 30.0
"""The same, of a worker: it has more to store, and nobody sits and waits for the answer."""

FIRST_PATIENCE = 5.0
"""Seconds that a new connection to SQLite waits until it has the file in WAL mode."""

PAUSE = 0.02
"""Seconds between two tries to get SQLite's lock."""

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
    exc.PendingRollbackError,  # one of the others was first
    exc.TimeoutError,  # all connections are in use, and don't come back in time
)
"""What is raised while the database is away or takes nothing: it may do so again in a moment."""


def first_line(error: exc.SQLAlchemyError) -> str:
    """What a log says of it: while the database is away, each who asks has this to say."""
    return str(error).partition("\n")[0]


class AddressError(Exception):
    """What is wrong with an address, as the rest of a sentence that begins with its setting."""


def checked_address(url: str) -> str:
    """`url` as SQLAlchemy reads it; raises AddressError, which leaves the password out."""
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


def engine_options(url: str, connections: int, patience: float) -> dict[str, Any]:
    """Options of `create_engine`: never more than so many connections a process."""
    bounded = {
        "pool_size": connections,
        "max_overflow": 0,
        "pool_timeout": patience,
        # Of a few that are enough most of the time, the others rest.
        "pool_use_lifo": True,
    }
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        return bounded
    from dashboard.transport import postgres

    return bounded | postgres.options(address)


def tune(engine: Engine, patience: float) -> None:
    """Have every connection wait as it should; before the first one is made."""
    if engine.dialect.name == "sqlite":
        _tune_sqlite(engine)
    else:
        from dashboard.transport import postgres

        postgres.tune(engine, patience)
    event.listen(engine, "handle_error", _as_wrong_data)


def _as_wrong_data(context: ExceptionContext) -> Exception | None:
    """What a driver can't write is wrong data, whichever error it has for that."""
    error = context.original_exception
    if isinstance(error, UnicodeEncodeError | OverflowError):
        return exc.DataError(context.statement, None, error)
    return None


def _tune_sqlite(engine: Engine) -> None:
    """Let the worker write while the web reads, and wait for each other instead of failing; and let
    nobody else read the file."""

    @event.listens_for(engine, "do_connect")
    def _keep_private(*_: object) -> None:
        private_database(Path(engine.url.database or ""))

    @event.listens_for(engine, "connect")
    def _pragmas(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        # At last not at all: it would wait in C, and hold up everybody whom the process serves.
        waits = [f"busy_timeout={1000 * FIRST_PATIENCE:.0f}", "journal_mode=WAL", "busy_timeout=0"]
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
    """Execute as soon as nobody else writes; raises sqlite3.OperationalError where that lasts."""
    until = time.monotonic() + STATEMENT_TIMEOUT_S
    while True:
        try:
            execute()
        except sqlite3.OperationalError as error:
            # Not where somebody has written since this transaction began: that stays so.
            is_locked = error.sqlite_errorcode in LOCKED
            if not is_locked or time.monotonic() > until:
                raise
            time.sleep(PAUSE)
        else:
            return True

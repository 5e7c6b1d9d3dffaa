"""Postgres by psycopg 3, which waits as the rest of the process does, and not for ever.

psycopg is imported here alone, before SQLAlchemy does: it chooses how it waits when it's imported.
"""

from __future__ import annotations

import os
import select
from typing import Any, TypeVar

# Its own choice waits in C, below eventlet and gevent: one slow statement would hold up everybody
# whom the process serves. Waiting by `selectors` is patched together with `select`.
if select.select.__module__ != "select":
    os.environ.setdefault("PSYCOPG_WAIT_FUNC", "wait_selector")

import psycopg
from psycopg import conninfo
from psycopg.abc import PQGen
from sqlalchemy import URL, Engine, event
from sqlalchemy.engine import Dialect
from sqlalchemy.pool import ConnectionPoolEntry

from dashboard.times import LEASE_S, STATEMENT_TIMEOUT_S

RV = TypeVar("RV")

DRIVER = "postgresql+psycopg"

CONNECTS_WITHIN = 3
"""Seconds, for each of the addresses that its host's name has."""

RECYCLED_AFTER = 1800
"""Seconds after which a connection is replaced: routers forget those that are open for hours."""

ANSWERS_LATE = 1.0
"""Seconds beside its patience in which the server itself is to end what takes too long."""

KEPT_ALIVE = {
    "keepalives_idle": 10,  # s
    "keepalives_interval": 5,  # s
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,  # ms
}
"""How a server that the network has lost is noticed: within 25 s, or 10 s while it's sent to."""


class Connection(psycopg.Connection[Any]):
    """Waits for an answer for `patience` seconds, and is closed then. None waits for ever.

    The server's own limits don't help where it stands still itself.
    """

    patience: float | None = None

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        try:
            return super().wait(gen, interval, self.patience if timeout is None else timeout)
        except psycopg.errors._WaitTimeout:
            self.close()
            raise

    def rollback(self) -> None:
        """Of a connection that is gone, too: with it went what is to be rolled back."""
        try:
            super().rollback()
        except psycopg.OperationalError:
            self.close()


def check_options(url: URL) -> None:
    """Raises ValueError for an option that Postgres' library doesn't know."""
    given = {name: str(value) for name, value in url.query.items()}
    try:
        conninfo.make_conninfo("", **given)
    except psycopg.ProgrammingError as error:
        raise ValueError(str(error).strip()) from error


def options(url: URL) -> dict[str, Any]:
    """What `create_engine` is told beside the address, which may say otherwise."""
    ours = {"connect_timeout": CONNECTS_WITHIN, "application_name": "energy-island", **KEPT_ALIVE}
    return {
        "pool_pre_ping": True,
        "pool_recycle": RECYCLED_AFTER,
        "connect_args": {
            **{name: value for name, value in ours.items() if name not in url.query},
            # A pooler such as PgBouncer may give each transaction another session of the server.
            "prepare_threshold": None,
        },
    }


def tune(engine: Engine, patience: float) -> None:
    """Bound how long a statement takes, `patience` seconds, and how long it waits for a lock."""

    @event.listens_for(engine, "do_connect")
    def _connect(_: Dialect, __: ConnectionPoolEntry, args: Any, named: Any) -> Connection:
        connection = Connection.connect(*args, **named)
        connection.patience = patience + ANSWERS_LATE
        return connection

    limits = {
        "lock_timeout": STATEMENT_TIMEOUT_S,
        "statement_timeout": patience,
        # Of a process that stands still in the middle: its job is lost by then, its locks aren't.
        "idle_in_transaction_session_timeout": LEASE_S,
    }
    settings = [f"{name} = {seconds * 1000:.0f}" for name, seconds in limits.items()]

    @event.listens_for(engine, "connect")
    def _settle(connection: Any, _: ConnectionPoolEntry) -> None:
        # Not as options of the connection, which such poolers refuse.
        for setting in (*settings, "TimeZone = 'UTC'"):
            connection.execute(f"SET {setting}")
        connection.commit()

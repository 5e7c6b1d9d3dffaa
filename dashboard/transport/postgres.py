"""Postgres by psycopg 3, with timeouts, and with waiting that green threads can share.

psycopg is imported here only, before SQLAlchemy imports it: it chooses its way to wait at import.
"""

from __future__ import annotations

import os
import select
from typing import Any, TypeVar

# psycopg's default waits in C, which eventlet and gevent can't patch: one slow statement would
# block the whole process. Waiting by `selectors` is patched together with `select`.
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

CONNECT_TIMEOUT_S = 3
"""Seconds, for each address of the host's name."""

RECYCLE_S = 1800
"""Seconds after which a connection is replaced: routers drop long-lived ones."""

CLIENT_GRACE_S = 1.0
"""Seconds beyond the timeout, so that the server's own timeout comes first."""

KEEPALIVE = {
    "keepalives_idle": 10,  # s
    "keepalives_interval": 5,  # s
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,  # ms
}
"""TCP keep-alive: a lost server is noticed within 25 s, or 10 s while data is sent."""


class Connection(psycopg.Connection[Any]):
    """A connection with a client-side timeout; after that it's closed. None waits for ever.

    The server's own timeouts don't help if the server itself is frozen.
    """

    statement_timeout_s: float | None = None

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        try:
            return super().wait(
                gen, interval, self.statement_timeout_s if timeout is None else timeout
            )
        except psycopg.errors._WaitTimeout:
            self.close()
            raise

    def rollback(self) -> None:
        """Never raises for a lost connection: its transaction is lost too."""
        try:
            super().rollback()
        except psycopg.OperationalError:
            self.close()


def check_options(url: URL) -> None:
    """Raises ValueError for an option that libpq doesn't know."""
    given = {name: str(value) for name, value in url.query.items()}
    try:
        conninfo.make_conninfo("", **given)
    except psycopg.ProgrammingError as error:
        raise ValueError(str(error).strip()) from error


def options(url: URL) -> dict[str, Any]:
    """Options of `create_engine`; options in the address override them."""
    ours = {"connect_timeout": CONNECT_TIMEOUT_S, "application_name": "energy-island", **KEEPALIVE}
    return {
        "pool_pre_ping": True,
        "pool_recycle": RECYCLE_S,
        "connect_args": {
            **{name: value for name, value in ours.items() if name not in url.query},
            # None, because a pooler such as PgBouncer may switch sessions between transactions.
            "prepare_threshold": None,
        },
    }


def tune(engine: Engine, timeout: float) -> None:
    """Limit the time of a statement to `timeout` seconds, and its wait for locks."""

    @event.listens_for(engine, "do_connect")
    def _connect(_: Dialect, __: ConnectionPoolEntry, args: Any, named: Any) -> Connection:
        connection = Connection.connect(*args, **named)
        connection.statement_timeout_s = timeout + CLIENT_GRACE_S
        return connection

    limits = {
        "lock_timeout": STATEMENT_TIMEOUT_S,
        "statement_timeout": timeout,
        # A process frozen in a transaction has lost its lease by then, but would keep its locks.
        "idle_in_transaction_session_timeout": LEASE_S,
    }
    settings = [f"{name} = {seconds * 1000:.0f}" for name, seconds in limits.items()]

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _: ConnectionPoolEntry) -> None:
        # SET, because poolers reject these as connection options.
        for setting in (*settings, "TimeZone = 'UTC'"):
            connection.execute(f"SET {setting}")
        connection.commit()

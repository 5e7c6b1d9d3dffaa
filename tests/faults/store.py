"""The durable store of an installation, to be locked by somebody else: SQLite's file, or Postgres.

The scenes ask of it whether anybody writes at the moment: frozen then, a worker would keep others
from writing, which is a fault of its own.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from tests.backends.servers import Postgres


class Store(Protocol):
    def is_written(self) -> bool:
        """Whether somebody is in the middle of writing."""

    def locked(self) -> contextlib.AbstractContextManager[None]:
        """Nobody else can write meanwhile; with Postgres, nor read."""

    def restore(self) -> None:
        """Be there again, whatever became of it."""


class SqliteStore:
    def __init__(self, file: Path) -> None:
        self._file = file

    def is_written(self) -> bool:
        try:
            with self.locked():
                return False
        except sqlite3.OperationalError:
            return True

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        with contextlib.closing(sqlite3.connect(self._file, timeout=0)) as store:
            store.execute("BEGIN IMMEDIATE")
            yield

    def restore(self) -> None:
        pass


class PostgresStore:
    def __init__(self, server: Postgres) -> None:
        self.server = server
        self.url = server.database()

    def is_written(self) -> bool:
        with self.server.connected(self.url) as connection:
            writers = connection.execute(
                "SELECT 1 FROM pg_stat_activity"
                " WHERE datname = current_database() AND backend_xid IS NOT NULL"
            )
            return writers.fetchone() is not None

    def locked(self) -> contextlib.AbstractContextManager[None]:
        return self.server.locked(self.url)

    def take_writes(self, takes: bool) -> None:
        """Take what is written, or refuse it, from now on."""
        name, refuses = self.url.rpartition("/")[2], "off" if takes else "on"
        change = f"ALTER DATABASE {name} SET default_transaction_read_only = {refuses}"
        with self.server.connected() as connection:
            connection.execute(change.encode())
        # Those that are connected already wouldn't know.
        self.server.drop_connections()

    def restore(self) -> None:
        if self.server.is_running:
            self.server.thaw()
        else:
            self.server.start()
        self.take_writes(True)

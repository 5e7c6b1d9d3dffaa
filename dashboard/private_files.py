"""Files that nobody else on the machine may read: the instance folder, and a database in a file."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

SIBLINGS = ("", "-wal", "-shm", "-journal")
"""Suffixes of SQLite's files for one database; new ones get the database's own mode."""


def private_folder(path: Path) -> None:
    """Create the folder, accessible to its owner only, or restrict it."""
    path.mkdir(mode=0o700, exist_ok=True)
    _restrict_to_owner(path)


def private_database(path: Path) -> None:
    """Create the file of an SQLite database for its owner only, or restrict it and its siblings."""
    # If it can't be created, SQLite raises a clear error later.
    with contextlib.suppress(OSError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    for sibling in SIBLINGS:
        _restrict_to_owner(path.with_name(path.name + sibling))


def _restrict_to_owner(path: Path) -> None:
    # PermissionError: the file of another user, which we can't change.
    with contextlib.suppress(FileNotFoundError, PermissionError):
        mode = path.stat().st_mode
        if mode & 0o077:
            path.chmod(mode & 0o700)

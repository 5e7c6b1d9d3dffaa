"""Files that nobody else on the machine may read: the instance folder, and a database in a file."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

SIBLINGS = ("", "-wal", "-shm", "-journal")
"""What SQLite has beside a database, which gets the database's own mode when it is made."""


def private_folder(path: Path) -> None:
    """Make the folder for its owner alone, or make it so."""
    path.mkdir(mode=0o700, exist_ok=True)
    _keep_to_owner(path)


def private_database(path: Path) -> None:
    """Make the file of an SQLite database for its owner alone, or make it so, with its siblings."""
    # Where it can't be made, SQLite says so.
    with contextlib.suppress(OSError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    for sibling in SIBLINGS:
        _keep_to_owner(path.with_name(path.name + sibling))


def _keep_to_owner(path: Path) -> None:
    # Those of others are theirs to mend.
    with contextlib.suppress(FileNotFoundError, PermissionError):
        mode = path.stat().st_mode
        if mode & 0o077:
            path.chmod(mode & 0o700)

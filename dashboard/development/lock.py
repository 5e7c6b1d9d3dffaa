"""One runner for each checkout, so that no two Valkeys write to the same files."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

REAPED_WITHIN = 10.0
"""How long to wait for the processes of a runner that was killed, seconds."""


class AlreadyRunning(Exception):
    """Another runner has this checkout; the message names it."""


@contextmanager
def hold_checkout(path: Path) -> Iterator[int]:
    """Hold the lock file for as long as the block runs; gives its file descriptor.

    A runner's reaper holds the descriptor too. So after a `kill -9` of the runner the lock is free
    only when all that it had started has ended, which is worth a short wait.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        deadline = time.monotonic() + REAPED_WITHIN
        while not _lock(descriptor):
            holder = os.pread(descriptor, 20, 0).decode().strip()
            if time.monotonic() > deadline or not holder or _alive(int(holder)):
                raise AlreadyRunning(
                    f"Energy Island already runs from this folder (process {holder or 'unknown'}). "
                    "Stop it there with Ctrl-C first."
                )
            time.sleep(0.05)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield descriptor
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True

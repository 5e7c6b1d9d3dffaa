"""Runs CPU-bound work of a request in a process of its own, so that others don't wait for it.

Pydantic, table parsers and numpy hold the GIL, and block a web process under each of the servers.
Few processes run at once, and one for each person: their further requests wait.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from functools import wraps
from typing import IO, ParamSpec, TypeVar

from flask import abort, request
from flask_babel import gettext as _

from dashboard.accounts import signed_in_user
from dashboard.config import ROOT

P = ParamSpec("P")
R = TypeVar("R")

SMALL_BYTES = 64 * 1024
"""Bytes of JSON that are read and checked within milliseconds, whatever the content."""

MAX_PROCESSES = 4
"""Processes of one web process that run at a time."""

MAX_WAITING = 20
"""Requests of one person that may wait."""

QUEUE_TIMEOUT_S = 60.0
"""Seconds that a request may wait."""

_processes = threading.BoundedSemaphore(MAX_PROCESSES)


class PersonLocks:
    """A lock for each person; the bodies of waiting requests haven't been read yet."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._active: set[int] = set()
        self._requests: Counter[int] = Counter()

    @contextlib.contextmanager
    def hold(self, person: int) -> Iterator[None]:
        """Hold this person's lock; 429 if too many requests wait for it, or for too long."""
        with self._changed:
            if self._requests[person] > MAX_WAITING:
                _refuse_as_busy()
            self._requests[person] += 1
            free = self._changed.wait_for(lambda: person not in self._active, QUEUE_TIMEOUT_S)
            if not free:
                self._leave(person)
                _refuse_as_busy()
            self._active.add(person)
        try:
            yield
        finally:
            with self._changed:
                self._active.discard(person)
                self._leave(person)
                self._changed.notify_all()

    def _leave(self, person: int) -> None:
        self._requests[person] -= 1
        if not self._requests[person]:
            del self._requests[person]


person_locks = PersonLocks()


def is_small() -> bool:
    """Whether the request's body is small enough to be read and checked within milliseconds."""
    length = request.content_length
    return (
        length <= SMALL_BYTES if length is not None else "Transfer-Encoding" not in request.headers
    )


def one_per_person(view: Callable[P, R]) -> Callable[P, R]:
    """Decorator: a view with a body that isn't small runs once at a time for each person."""

    @wraps(view)
    def waiting(*args: P.args, **kwargs: P.kwargs) -> R:
        if is_small():
            return view(*args, **kwargs)
        with person_locks.hold(signed_in_user().id):
            return view(*args, **kwargs)

    return waiting


def run_in_process(module: str, seconds: int, head: object, body: IO[bytes]) -> bytes | None:
    """The output of `python -m module seconds`; None if it failed, such as at its limits.

    The process reads `head` as a line of JSON, then `body`. It starts when all of `body` is in a
    temporary file, so that a slow upload doesn't occupy one of the few processes.
    """
    with tempfile.TemporaryFile() as file:
        file.write(json.dumps(head).encode() + b"\n")
        shutil.copyfileobj(body, file)
        file.seek(0)
        if not _processes.acquire(timeout=QUEUE_TIMEOUT_S):
            _refuse_as_busy()
        try:
            ended = subprocess.run(
                [sys.executable, "-m", module, str(seconds)],
                stdin=file,
                stdout=subprocess.PIPE,
                cwd=ROOT,
                check=False,
            )
        finally:
            _processes.release()
    return ended.stdout if ended.returncode == 0 else None


def _refuse_as_busy() -> None:
    abort(429, _("The server is busy checking other requests; try again in a minute."))

"""Work for one request, done in a process of its own so that nobody else has to wait for it.

Pydantic, the parsers of tables and numpy give no other thread its turn while they are at it, under
none of the servers. Few processes at once, and of each person one at a time: whoever asks for more
waits for themselves first.
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
"""Bytes of JSON that are read and checked within milliseconds, whatever they say."""

MAX_PROCESSES = 4
"""Processes of one web process at a time."""

MAX_WAITING = 20
"""Requests of one person that may wait for their turn."""

TURN_TIMEOUT_S = 60.0
"""Seconds that a request waits for its turn."""

_processes = threading.BoundedSemaphore(MAX_PROCESSES)


class Turns:
    """Of each person one request at a time; those who have to wait haven't been read yet."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._served: set[int] = set()
        self._asked: Counter[int] = Counter()

    @contextlib.contextmanager
    def of(self, person: int) -> Iterator[None]:
        """Wait until no other request of this person is served; 429 if too many wait for that."""
        with self._changed:
            if self._asked[person] > MAX_WAITING:
                _ask_to_wait()
            self._asked[person] += 1
            free = self._changed.wait_for(lambda: person not in self._served, TURN_TIMEOUT_S)
            if not free:
                self._leave(person)
                _ask_to_wait()
            self._served.add(person)
        try:
            yield
        finally:
            with self._changed:
                self._served.discard(person)
                self._leave(person)
                self._changed.notify_all()

    def _leave(self, person: int) -> None:
        self._asked[person] -= 1
        if not self._asked[person]:
            del self._asked[person]


turns = Turns()


def is_small() -> bool:
    """Whether the request's body is read and checked within milliseconds, whatever it says."""
    length = request.content_length
    return (
        length <= SMALL_BYTES if length is not None else "Transfer-Encoding" not in request.headers
    )


def in_turn(view: Callable[P, R]) -> Callable[P, R]:
    """Let a view wait for its person's turn before it reads a body that isn't small."""

    @wraps(view)
    def waiting(*args: P.args, **kwargs: P.kwargs) -> R:
        if is_small():
            return view(*args, **kwargs)
        with turns.of(signed_in_user().id):
            return view(*args, **kwargs)

    return waiting


def run_apart(module: str, seconds: int, head: object, body: IO[bytes]) -> bytes | None:
    """What `python -m module seconds` prints; None if it used more than it may.

    The process reads `head` as a line of JSON, then `body`. It starts when all of `body` has
    arrived in a temporary file, so that a slow upload occupies none of the few processes.
    """
    with tempfile.TemporaryFile() as file:
        file.write(json.dumps(head).encode() + b"\n")
        shutil.copyfileobj(body, file)
        file.seek(0)
        if not _processes.acquire(timeout=TURN_TIMEOUT_S):
            _ask_to_wait()
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


def _ask_to_wait() -> None:
    abort(429, _("The server is busy checking other requests; try again in a minute."))

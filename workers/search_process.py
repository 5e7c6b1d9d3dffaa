"""One part of a search in a process of its own, as the task that supervises it sees it.

Parent and child speak over a socket pair, because sockets wait in every Celery pool alike: under
eventlet and gevent the waiting is green, in a thread or a forked process it's an ordinary wait.
"""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from typing import Any

from algorithm.phrase import phrase
from dashboard.config import ROOT

Message = dict[str, Any]

HERE = 1.0  # s: how often its process is told that its supervisor is there


class SearchProcess:
    """A running `python -m algorithm.process`; a context manager, which leaves no process behind.

    `receive()` returns what it said; when it has closed its end, `ended` is true.
    """

    def __init__(self, search: Message) -> None:
        self._socket, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "algorithm.process"], stdin=theirs.fileno(), cwd=ROOT
            )
        self._unread = b""
        self._heard_at = 0.0
        self._kill_at: float | None = None
        self.ended = False
        self._say(search)

    @property
    def pid(self) -> int:
        return int(self._process.pid)

    def receive(self, wait: float) -> list[Message]:
        """What the search said since the last call; waits up to `wait` s for the first of it.

        Call it every second or so: a process that hears nothing of its supervisor ends.
        """
        if time.monotonic() >= self._heard_at + HERE:
            self._heard_at = time.monotonic()
            self._say({})
        if self._kill_at is not None and time.monotonic() >= self._kill_at:
            self.kill()
        self._socket.settimeout(wait)
        try:
            piece = self._socket.recv(1 << 20)
        except TimeoutError:
            return []
        except ConnectionResetError:
            piece = b""
        if not piece:
            self.ended = True
        *lines, self._unread = (self._unread + piece).split(b"\n")
        return [json.loads(line) for line in lines]

    def stop(self, grace: float) -> None:
        """Ask it to end with the best it has; kill it if it hasn't after `grace` s."""
        if self._kill_at is None:
            self._kill_at = time.monotonic() + grace
            self._say({"stop": True})

    def kill(self) -> None:
        self._process.kill()

    def was_killed(self) -> bool:
        """Whether a signal ended it: maybe not by its own fault, as where memory ran short."""
        return self._process.wait() < 0

    def how_it_ended(self) -> str:
        """For a part that said no outcome: what became of its process, in one sentence."""
        code = self._process.wait()
        if code < 0:
            name = signal.Signals(-code).name
            return phrase("The solver process was killed by %(signal)s.", signal=name)
        return phrase(
            "The solver process ended with exit status %(code)s and said no outcome.", code=code
        )

    def __enter__(self) -> SearchProcess:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self._process.wait()
        self._socket.close()

    def _say(self, message: Message) -> None:
        try:
            self._socket.settimeout(None)
            self._socket.sendall(json.dumps(message).encode() + b"\n")
        except OSError:
            # It has ended; `receive` finds that out, and `how_it_ended` says why.
            self.ended = self._process.poll() is not None

"""One part of a search in a process of its own, as the task that supervises it sees it.

Parent and child speak over a socket pair, because sockets wait in every Celery pool alike: under
eventlet and gevent the waiting is green, in a thread or a forked process it's an ordinary wait.
"""

from __future__ import annotations

import json
import queue
import signal
import socket
import threading
import time
from typing import Any

from algorithm.messages import Message
from algorithm.process import LEFT_ALONE
from dashboard.times import ALONE, HERE
from workers.child_process import ChildProcess

WireMessage = dict[str, Any]

DAY = 24 * 3600.0  # s


class SearchProcess:
    """A running `algorithm.process`; a context manager, which leaves no process behind.

    `receive()` returns what it said; when it has closed its end, `ended` is true. A thread tells it
    that its supervisor is there, however long the supervisor waits for something else.
    """

    def __init__(self, search: WireMessage) -> None:
        self._socket, theirs = socket.socketpair()
        with theirs:
            self._process = ChildProcess(theirs)
        self._unread = b""
        self._kill_at: float | None = None
        self.ended = False
        self._unsaid: queue.Queue[WireMessage | None] = queue.Queue()
        self._unsaid.put({**search, "alone_s": ALONE})
        self._speaking = threading.Thread(
            target=_speak, args=(self._socket.dup(), self._unsaid), daemon=True
        )
        self._speaking.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def receive(self, wait: float) -> list[WireMessage]:
        """What the search said since the last call; waits up to `wait` s for the first of it."""
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
            self._unsaid.put({"stop": True})

    def kill(self) -> None:
        self._process.kill()

    def was_killed(self) -> bool:
        """Whether a signal ended it: maybe not by its own fault, as where memory ran short."""
        return self._process.wait() < 0

    def was_left_alone(self) -> bool:
        """Whether it ended because its supervisor, this process, stood still."""
        return self._process.wait() == LEFT_ALONE

    def how_it_ended(self) -> str:
        """For a part that said no outcome: what became of its process, in one sentence."""
        code = self._process.wait()
        if code < 0:
            name = signal.Signals(-code).name
            return Message("The solver process was killed by %(signal)s.", signal=name)
        return Message(
            "The solver process ended with exit status %(code)s and said no outcome.", code=code
        )

    def __enter__(self) -> SearchProcess:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.close()
        self._unsaid.put(None)
        self._speaking.join()
        self._socket.close()


def _speak(theirs: socket.socket, unsaid: queue.Queue[WireMessage | None]) -> None:
    """Say each message as it comes, and {} where there is none; until None, or nobody hears."""
    with theirs:
        # Whoever reads the same socket with a timeout makes it non-blocking for both.
        theirs.settimeout(DAY)
        while True:
            try:
                message = unsaid.get(timeout=HERE)
            except queue.Empty:
                message = {}
            if message is None:
                return
            try:
                theirs.sendall(json.dumps(message).encode() + b"\n")
            except OSError:
                return  # it has ended: `receive` finds that out, and `how_it_ended` says why

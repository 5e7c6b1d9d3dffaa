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
from collections.abc import Mapping

from algorithm.messages import Message
from algorithm.process import SUPERVISOR_LOST, Order, PartOrder, WireMessage
from dashboard.times import KEEPALIVE_S, SUPERVISOR_TIMEOUT_S
from workers.child_process import ChildProcess

DAY_S = 24 * 3600.0  # s


class SearchProcess:
    """A running `algorithm.process`; a context manager, which leaves no process behind.

    `receive()` returns what it said; when it has closed its end, `ended` is true. A thread tells it
    that its supervisor is there, however long the supervisor waits for something else.
    """

    def __init__(self, order: PartOrder) -> None:
        self._socket, theirs = socket.socketpair()
        with theirs:
            self._process = ChildProcess(theirs)
        self._unread = b""
        self._kill_at: float | None = None
        self.ended = False
        self._unsaid: queue.Queue[Mapping[str, object] | None] = queue.Queue()
        self._unsaid.put(Order(**order, supervisor_timeout_s=SUPERVISOR_TIMEOUT_S))
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

    def lost_its_supervisor(self) -> bool:
        """Whether it ended because its supervisor, this process, stood still."""
        return self._process.wait() == SUPERVISOR_LOST

    def how_it_ended(self) -> str:
        """For a part that said no outcome: what became of its process, in one sentence."""
        code = self._process.wait()
        if code < 0:
            name = signal.Signals(-code).name
            return Message("The solver process was killed by %(signal)s.", signal=name)
        return Message(
            "The solver process ended with exit status %(code)s and no result.", code=code
        )

    def __enter__(self) -> SearchProcess:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.close()
        self._unsaid.put(None)
        self._speaking.join()
        self._socket.close()


def _speak(theirs: socket.socket, unsaid: queue.Queue[Mapping[str, object] | None]) -> None:
    """Say each message as it comes, and {} where there is none; until None, or nobody hears."""
    with theirs:
        # Whoever reads the same socket with a timeout makes it non-blocking for both.
        theirs.settimeout(DAY_S)
        while True:
            try:
                message = unsaid.get(timeout=KEEPALIVE_S)
            except queue.Empty:
                message = {}
            if message is None:
                return
            try:
                theirs.sendall(json.dumps(message).encode() + b"\n")
            except OSError:
                return  # it has ended: `receive` finds that out, and `how_it_ended` says why

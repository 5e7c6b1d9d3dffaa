"""Supervises one part of a search in its own process.

Parent and child exchange JSON lines over a socket pair, because sockets work in every Celery pool:
under eventlet and gevent they yield to other green threads, elsewhere they block.
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

DAY_S = 24 * 3600.0


class SearchProcess:
    """A running `algorithm.process`; a context manager, which leaves no process behind.

    `receive()` returns its messages; once it has closed its end, `ended` is true. A thread sends it
    keep-alives, however long the supervisor is blocked elsewhere.
    """

    def __init__(self, order: PartOrder) -> None:
        self._socket, theirs = socket.socketpair()
        with theirs:
            self._process = ChildProcess(theirs)
        self._unread = b""
        self._kill_at: float | None = None
        self.ended = False
        self._outbox: queue.Queue[Mapping[str, object] | None] = queue.Queue()
        self._outbox.put(Order(**order, supervisor_timeout_s=SUPERVISOR_TIMEOUT_S))
        self._sender = threading.Thread(
            target=_send_loop, args=(self._socket.dup(), self._outbox), daemon=True
        )
        self._sender.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def receive(self, wait: float) -> list[WireMessage]:
        """The messages since the last call; waits up to `wait` s for the first one."""
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
            self._outbox.put({"stop": True})

    def kill(self) -> None:
        self._process.kill()

    def was_killed(self) -> bool:
        """Whether a signal ended it, such as the out-of-memory killer's."""
        return self._process.wait() < 0

    def lost_its_supervisor(self) -> bool:
        """Whether it ended because it had no keep-alive from this process for too long."""
        return self._process.wait() == SUPERVISOR_LOST

    def how_it_ended(self) -> str:
        """For a part without an outcome: how its process ended, in one sentence."""
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
        self._outbox.put(None)
        self._sender.join()
        self._socket.close()


def _send_loop(theirs: socket.socket, outbox: queue.Queue[Mapping[str, object] | None]) -> None:
    """Send each queued message, and {} as a keep-alive; until None, or the process has ended."""
    with theirs:
        # The reader's timeout makes the shared socket non-blocking, so this end needs one too.
        theirs.settimeout(DAY_S)
        while True:
            try:
                message = outbox.get(timeout=KEEPALIVE_S)
            except queue.Empty:
                message = {}
            if message is None:
                return
            try:
                theirs.sendall(json.dumps(message).encode() + b"\n")
            except OSError:
                return  # it has ended, which `receive` notices

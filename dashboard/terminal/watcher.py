"""Receives a job's events over Socket.IO until it has ended, and reconnects when needed.

The socket's threads only put events into a queue, which `run` handles in the caller's thread.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from queue import Empty, Queue
from typing import Any

import socketio

from dashboard.journal.envelope import Snapshot
from dashboard.terminal.follower import JobFollower
from dashboard.terminal.server import Server

RETRY_S = 2.0
"""Seconds after a `watch` in which its answer, or the missing events, may still arrive."""


class Watcher:
    """Watches one job.

    show: called with every new state, in order. connection_lost: called when the connection is
    lost; it reconnects by itself.
    """

    def __init__(
        self,
        server: Server,
        job: str,
        show: Callable[[Snapshot], None],
        connection_lost: Callable[[], None],
    ) -> None:
        self._server = server
        self._follower = JobFollower(job)
        self._show = show
        self._connection_lost = connection_lost
        self._events: Queue[tuple[str, Any]] = Queue()
        self._asked = 0
        self._ask_at: float | None = None
        self._socket = socketio.Client(reconnection_delay=0.5, reconnection_delay_max=5)
        for event in ("connect", "disconnect", "progress", "final", "position", "relay"):
            self._socket.on(event, self._put(event))

    def run(self) -> Snapshot:
        """Watch until the job has ended; returns its last state."""
        try:
            self._socket.connect(
                self._server.url,
                auth={"token": self._server.token},
                transports=["websocket"],
                retry=True,
            )
            while not ((state := self._follower.state) and self._follower.ended):
                self._handle_next()
        finally:
            self._socket.disconnect()
            self._socket.shutdown()
        return state

    def _put(self, event: str) -> Callable[..., None]:
        def put(*payload: Any) -> None:
            self._events.put((event, payload[0] if payload else None))

        return put

    def _handle_next(self) -> None:
        try:
            event, payload = self._events.get(timeout=0.2)
        except Empty:
            pass
        else:
            self._handle(event, payload)
        due = self._ask_at is not None and time.monotonic() >= self._ask_at
        if due and self._follower.missing:
            self._ask()

    def _handle(self, event: str, payload: Any) -> None:
        follower = self._follower
        if event == "connect" or (event == "relay" and payload["live"]):
            # Events may have been missed meanwhile.
            self._ask()
        elif event == "disconnect":
            self._ask_at = None
            self._connection_lost()
        elif event in ("progress", "final"):
            self._show_all(follower.take_event(payload))
        elif event == "position":
            follower.compare(payload)
        elif event == "answer":
            asked, answer = payload
            # Only the answer to the newest `watch` counts.
            if asked == self._asked:
                self._show_all(follower.take_answer(answer))

    def _ask(self) -> None:
        self._asked += 1
        self._ask_at = time.monotonic() + RETRY_S
        asked = self._asked
        try:
            self._socket.emit(
                "watch",
                self._follower.watch_request(),
                callback=lambda answer: self._events.put(("answer", (asked, answer))),
            )
        except socketio.exceptions.BadNamespaceError:
            self._ask_at = None  # Disconnected just now: it asks after the reconnect.

    def _show_all(self, states: list[Snapshot]) -> None:
        for state in states:
            self._show(state)

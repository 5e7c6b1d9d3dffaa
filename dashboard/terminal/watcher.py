"""Hears a job's events over Socket.IO until it has ended, however often the line breaks.

Called by `command`. The socket's threads only put what they hear into one queue; it is worked off
here, in the caller's.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from queue import Empty, Queue
from typing import Any

import socketio

from dashboard.journal.envelope import Snapshot
from dashboard.terminal.follower import Following
from dashboard.terminal.server import Server

PATIENCE = 2.0
"""Seconds after a question in which an answer, or what was missed, may still come by itself."""


class Watching:
    """Watches one job.

    show: called with every new state, in order. line_lost: called when the connection breaks; it
    comes back by itself.
    """

    def __init__(
        self,
        server: Server,
        job: str,
        show: Callable[[Snapshot], None],
        line_lost: Callable[[], None],
    ) -> None:
        self._server = server
        self._following = Following(job)
        self._show = show
        self._line_lost = line_lost
        self._heard: Queue[tuple[str, Any]] = Queue()
        self._asked = 0
        self._ask_at: float | None = None
        self._socket = socketio.Client(reconnection_delay=0.5, reconnection_delay_max=5)
        for event in ("connect", "disconnect", "progress", "final", "position", "relay"):
            self._socket.on(event, self._put(event))

    def run(self) -> Snapshot:
        """Watch until the job has ended; the state in which it did."""
        try:
            self._socket.connect(
                self._server.url,
                auth={"token": self._server.token},
                transports=["websocket"],
                retry=True,
            )
            while not ((state := self._following.state) and self._following.ended):
                self._work()
        finally:
            self._socket.disconnect()
            self._socket.shutdown()
        return state

    def _put(self, event: str) -> Callable[..., None]:
        def put(*payload: Any) -> None:
            self._heard.put((event, payload[0] if payload else None))

        return put

    def _work(self) -> None:
        try:
            event, payload = self._heard.get(timeout=0.2)
        except Empty:
            pass
        else:
            self._take(event, payload)
        due = self._ask_at is not None and time.monotonic() >= self._ask_at
        if due and self._following.missing:
            self._ask()

    def _take(self, event: str, payload: Any) -> None:
        following = self._following
        if event == "connect" or (event == "relay" and payload["live"]):
            # Whatever happened meanwhile never came.
            self._ask()
        elif event == "disconnect":
            self._ask_at = None
            self._line_lost()
        elif event in ("progress", "final"):
            self._tell(following.heard(payload))
        elif event == "position":
            following.compare(payload)
        elif event == "answer":
            asked, answer = payload
            # Only the answer to the newest question counts.
            if asked == self._asked:
                self._tell(following.answered(answer))

    def _ask(self) -> None:
        self._asked += 1
        self._ask_at = time.monotonic() + PATIENCE
        asked = self._asked
        try:
            self._socket.emit(
                "watch",
                self._following.question(),
                callback=lambda answer: self._heard.put(("answer", (asked, answer))),
            )
        except socketio.exceptions.BadNamespaceError:
            self._ask_at = None  # Disconnected just now: it asks when it's back.

    def _tell(self, states: list[Snapshot]) -> None:
        for state in states:
            self._show(state)

"""Many viewers in one thread: bare WebSockets that time the events they receive.

Fifty Socket.IO clients, each with its threads, would slow each other down. This one implements just
enough of the protocol: connect, `watch`, events, pings.
"""

from __future__ import annotations

import json
import selectors
import time
from typing import Any

from websocket import WebSocket, create_connection


class Viewers:
    """`count` websockets that watch `job`; a context manager."""

    def __init__(self, url: str, token: str, job: str, count: int) -> None:
        self._selector = selectors.DefaultSelector()
        self._sockets = [self._connect(url, token, job) for _ in range(count)]

    def _connect(self, url: str, token: str, job: str) -> WebSocket:
        address = url.replace("http", "ws", 1) + "/socket.io/?EIO=4&transport=websocket"
        socket = create_connection(address, timeout=30)
        socket.recv()  # Engine.IO's handshake
        socket.send("40" + json.dumps({"token": token}))
        socket.recv()  # Socket.IO's
        socket.send("421" + json.dumps(["watch", {"job": job}]))
        while not socket.recv().startswith("431"):
            pass  # until `watch` is answered
        self._selector.register(socket.sock, selectors.EVENT_READ, socket)
        return socket

    def hear(self, wait: float) -> list[tuple[float, dict[str, Any]]]:
        """When each `progress` that came within `wait` s was received, and its payload."""
        heard = []
        deadline = time.perf_counter() + wait
        while (left := deadline - time.perf_counter()) > 0:
            for key, _ in self._selector.select(left):
                text = key.data.recv()
                if text == "2":
                    key.data.send("3")
                elif text.startswith('42["progress"'):
                    heard.append((time.perf_counter(), json.loads(text[2:])[1]))
        return heard

    def __enter__(self) -> Viewers:
        return self

    def __exit__(self, *_: object) -> None:
        for socket in self._sockets:
            socket.close()

"""Many viewers in one thread: bare WebSockets that time the events they receive.

Fifty Socket.IO clients, each with its threads, would slow each other down. This one implements just
enough of the protocol: connect, `watch`, events, pings. A frame that comes to all of them is parsed
once.
"""

from __future__ import annotations

import json
import selectors
import socket
import ssl
import time
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from websocket import ABNF, create_connection

RECEIVED_BYTES = 256 * 1024
CONNECTED_AT_ONCE = 50
"""Connections after which pings are answered: a server closes a socket that is silent for 45 s."""


class Heard(NamedTuple):
    """When (monotonic s) an event was received, and its payload."""

    at: float
    event: dict[str, Any]


def browsers(url: str, token: str | None, job: str | None, count: int) -> Iterator[socket.socket]:
    """`count` WebSockets, signed in with `token`, that watch `job`, as far as these are given.

    Each connects when it's taken: `Viewers` answers the pings of those before it meanwhile.
    """
    return (_browser(url, token, job) for _ in range(count))


def _browser(url: str, token: str | None, job: str | None) -> socket.socket:
    address = url.replace("http", "ws", 1) + "/socket.io/?EIO=4&transport=websocket"
    web = create_connection(address, timeout=60)
    web.recv()  # Engine.IO's handshake
    web.send("40" + (json.dumps({"token": token}) if token else ""))
    web.recv()  # Socket.IO's
    if job is not None:
        web.send("421" + json.dumps(["watch", {"job": job}]))
        while not web.recv().startswith("431"):
            pass  # until `watch` is answered
    return web.sock


def plain(port: int, count: int) -> list[socket.socket]:
    """`count` sockets that nothing is said on."""
    return [socket.create_connection(("127.0.0.1", port)) for _ in range(count)]


class Viewers:
    """Hears what comes on the sockets of viewers; a context manager that closes them.

    closed: how many the server has closed.
    """

    def __init__(self, sockets: Iterable[socket.socket]) -> None:
        self._selector = selectors.DefaultSelector()
        self._last: tuple[bytes, dict[str, Any] | None] = (b"", None)
        self._sockets: list[_Frames] = []
        self.closed = 0
        for each in sockets:
            frames = _Frames(each)
            self._sockets.append(frames)
            self._selector.register(frames.tcp, selectors.EVENT_READ, frames)
            if len(self._sockets) % CONNECTED_AT_ONCE == 0:
                self.hear(0.001)

    def hear(self, wait: float) -> list[Heard]:
        """Each `progress` that comes within `wait` s."""
        heard = []
        deadline = time.monotonic() + wait
        while (left := deadline - time.monotonic()) > 0:
            for key, _ in self._selector.select(left):
                payloads = key.data.read()
                if payloads is None:
                    self._selector.unregister(key.fileobj)
                    self.closed += 1
                for payload in payloads or ():
                    at = time.monotonic()
                    if payload == b"2":
                        key.data.tcp.sendall(_PONG)
                    elif event := self._progress(payload):
                        heard.append(Heard(at, event))
        return heard

    def _progress(self, payload: bytes) -> dict[str, Any] | None:
        if payload != self._last[0]:
            known = payload.startswith(b'42["progress"')
            self._last = (payload, json.loads(payload[2:])[1] if known else None)
        return self._last[1]

    def __enter__(self) -> Viewers:
        return self

    def __exit__(self, *_: object) -> None:
        for frames in self._sockets:
            frames.tcp.close()


_PONG = ABNF.create_frame("3", ABNF.OPCODE_TEXT).format()


class _Frames:
    """The payloads of the frames that a server sends on one socket."""

    def __init__(self, tcp: socket.socket) -> None:
        self.tcp = tcp
        self._rest = b""

    def read(self) -> list[bytes] | None:
        """None once the server has closed it."""
        received = self.tcp.recv(RECEIVED_BYTES)
        if not received:
            return None
        data = self._rest + received
        # What TLS has decrypted already doesn't make the socket readable again.
        while isinstance(self.tcp, ssl.SSLSocket) and self.tcp.pending():
            data += self.tcp.recv(RECEIVED_BYTES)
        payloads, begin = [], 0
        while len(data) - begin >= 2:
            length, header = data[begin + 1] & 127, 2
            if length > 125:
                header = 4 if length == 126 else 10
                length = int.from_bytes(data[begin + 2 : begin + header], "big")
            end = begin + header + length
            if len(data) < begin + header or len(data) < end:
                break
            payloads.append(data[begin + header : end])
            begin = end
        self._rest = data[begin:]
        return payloads

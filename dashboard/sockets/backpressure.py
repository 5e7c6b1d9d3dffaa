"""What one browser's socket may cost: how much it may ask, and how much may wait for it.

Engine.IO puts what it sends into a queue for each socket, without a bound, and takes whatever a
socket says as fast as it says it. Here no more than MAX_QUEUED_PACKETS wait for
a socket that doesn't read: what is beyond is dropped, for the journal has it, and once the socket
reads again it's told to ask. One that stays behind is cut off, and so is one that goes on asking
when it was told to wait.

One with which nobody signs in is closed soon.

simple-websocket, below Engine.IO under gevent and threads, puts what it reads into a list, without
a bound either: so a socket that sends much more than it may is not read any further.
"""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from weakref import WeakKeyDictionary

from socketio import Server

MAX_QUEUED_PACKETS = 100
"""Packets that wait for a socket at most."""

MAX_QUEUED_CHARACTERS = 256 * 1024
"""Characters in them at most, before the last."""

SEND_BUFFER_BYTES = 64 * 1024
"""Bytes that the kernel keeps for it, who would take 4 MB; the kernel itself doubles it."""

SLOW_CLIENT_TIMEOUT_S = 15.0
"""Seconds after which a socket that doesn't read is cut off."""

MESSAGES_PER_S = 20.0
"""Messages a second that a socket may send for long."""

MESSAGE_BURST = 400.0
"""Messages that it may send at once: after a reconnect it asks for each job that it watches."""

SIGN_IN_TIMEOUT_S = 5.0
"""Seconds in which somebody is to have signed in with a socket."""

MESSAGE_BYTES = 320
"""Bytes that a message may have, on average; browsers send a hundred."""


class Backpressure:
    """Backpressure the sockets of one server. Engine.IO's ids of sockets are their `eio_sid`."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._eio = server.eio
        self._behind: dict[str, float] = {}
        # Those with whom nobody has signed in yet: since when.
        self._met: dict[str, float] = {}
        # Messages that a connection may still send.
        self._allowed: WeakKeyDictionary[Any, TokenBucket] = WeakKeyDictionary()
        self._meet, self._take = self._eio.handlers["connect"], self._eio.handlers["message"]
        self._eio.on("connect", self._meet_with_little)
        self._eio.on("message", self._take_if_allowed)
        self._part = self._eio.handlers["disconnect"]
        self._eio.on("disconnect", self._part_for_good)
        self._send = self._eio.send_packet
        self._eio.send_packet = self._send_if_there_is_room

    def charge(self, eio_sid: str, messages: float = 0.0) -> float:
        """Count what a socket said as so many messages; how many it may send yet, below 0 none."""
        connection = self._eio.sockets.get(eio_sid)
        if connection is None:
            return MESSAGE_BURST
        return self._allowed.setdefault(
            connection, TokenBucket(MESSAGE_BURST, MESSAGES_PER_S)
        ).spend(messages)

    def look_after(self, catch_up: Callable[[str], None]) -> None:
        """Have those catch up that read again, by their Socket.IO id; cut the others off in time.

        To be called every few seconds.
        """
        for eio_sid, since in list(self._behind.items()):
            connection = self._eio.sockets.get(eio_sid)
            if connection is None or connection.closed:
                del self._behind[eio_sid]
            elif connection.queue.qsize() == 0:
                del self._behind[eio_sid]
                if sid := self._server.manager.sid_from_eio_sid(eio_sid, "/"):
                    catch_up(sid)
            elif time.monotonic() - since > SLOW_CLIENT_TIMEOUT_S:
                del self._behind[eio_sid]
                self.cut_off(eio_sid)

    def turn_away(self) -> None:
        """End the sockets with which nobody has signed in in time. To be called every second."""
        for eio_sid, since in list(self._met.items()):
            connection = self._eio.sockets.get(eio_sid)
            if (
                connection is None
                or connection.closed
                or self._server.manager.sid_from_eio_sid(eio_sid, "/")
            ):
                del self._met[eio_sid]
            elif time.monotonic() - since > SIGN_IN_TIMEOUT_S:
                del self._met[eio_sid]
                if connection.upgraded:
                    self.cut_off(eio_sid)
                else:  # Its last request's connection may be another's by now.
                    connection.close(wait=False)

    def cut_off(self, eio_sid: str) -> None:
        """End a connection, without waiting for its other end to read."""
        transport = _transport(self._server.environ.get(eio_sid, {}))
        self._eio.sockets[eio_sid].close(wait=False, abort=True)
        _shut(transport)

    def _meet_with_little(self, eio_sid: str, environ: dict[str, Any]) -> Any:
        self._met[eio_sid] = time.monotonic()
        with contextlib.suppress(OSError, AttributeError):
            _transport(environ).setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
        mode = self._server.async_mode
        if mode != "eventlet" and (transport := _transport(environ)):
            bounded = ThrottledSocket(transport, self._server.sleep)
            if mode == "gevent":
                environ["wsgi.input"] = SimpleNamespace(raw=SimpleNamespace(_sock=bounded))
            else:
                environ["werkzeug.socket"] = bounded
        return self._meet(eio_sid, environ)

    def _part_for_good(self, eio_sid: str, reason: str) -> None:
        transport = _transport(self._server.environ.get(eio_sid, {}))
        self._part(eio_sid, reason)
        if reason == self._eio.reason.PING_TIMEOUT:
            _shut(transport)

    def _send_if_there_is_room(self, eio_sid: str, packet: Any) -> None:
        connection = self._eio.sockets.get(eio_sid)
        if connection is not None and _is_full(connection.queue.queue):
            self._behind.setdefault(eio_sid, time.monotonic())
        else:
            self._send(eio_sid, packet)

    def _take_if_allowed(self, eio_sid: str, data: Any) -> None:
        if self.charge(eio_sid, 1) < -MESSAGE_BURST:
            self.cut_off(eio_sid)
        else:
            self._take(eio_sid, data)


class TokenBucket:
    """How much of something may yet be: `burst` at once, and `rate` a second for long."""

    def __init__(self, burst: float, rate: float) -> None:
        self._burst, self._rate = burst, rate
        self._left, self._counted = burst, time.monotonic()

    def spend(self, amount: float) -> float:
        """What is left then; below 0 it was more than there was."""
        now = time.monotonic()
        self._left = min(self._burst, self._left + self._rate * (now - self._counted)) - amount
        self._counted = now
        return self._left


class ThrottledSocket:
    """A TCP socket as simple-websocket needs it.

    It forgets what of a `send` didn't fit, never stops to receive, and while there is something to
    receive it lets no other green thread have its turn.
    """

    def __init__(self, transport: Any, let_others: Callable[[], None]) -> None:
        self._transport = transport
        self._let_others = let_others
        # Bytes, for twice the messages: who asks too much is told so before being cut off.
        self._allowed = TokenBucket(
            2 * MESSAGE_BURST * MESSAGE_BYTES, MESSAGES_PER_S * MESSAGE_BYTES
        )
        self.send = transport.sendall

    def recv(self, size: int) -> bytes:
        """What came, or nothing, as from an end that is closed."""
        received: bytes = self._transport.recv(size)
        left = self._allowed.spend(len(received))
        self._let_others()
        return received if left >= 0 else b""

    def dup(self) -> Any:
        """Its user takes the socket itself, then."""
        raise NotImplementedError

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


def _shut(transport: Any) -> None:
    """End a TCP connection: who reads it, or writes to it, would wait for its other end."""
    with contextlib.suppress(OSError, AttributeError):
        transport.shutdown(socket.SHUT_RDWR)


def _is_full(packets: Any) -> bool:
    if len(packets) < 2:
        return False
    waiting = [packet for packet in list(packets) if packet is not None]
    return (
        len(waiting) >= MAX_QUEUED_PACKETS
        or sum(len(packet.data or "") for packet in waiting) >= MAX_QUEUED_CHARACTERS
    )


def _transport(environ: dict[str, Any]) -> Any:
    """The TCP socket under a WebSocket, where the server in use tells; None elsewhere."""
    if "eventlet.input" in environ:
        return environ["eventlet.input"].get_socket()
    if "werkzeug.socket" in environ:
        return environ["werkzeug.socket"]
    gevents = getattr(environ.get("wsgi.input"), "raw", None)
    return getattr(gevents, "_sock", None)

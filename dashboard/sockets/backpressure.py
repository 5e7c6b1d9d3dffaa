"""Backpressure: limits on what one socket may send, and on what may be queued for it.

Engine.IO queues packets for each socket without a limit, and accepts messages as fast as a client
sends them. Here at most MAX_QUEUED_PACKETS are queued for a socket that doesn't read. Further ones
are dropped, because the journal has them; once the socket reads again, it's told to ask for what it
missed. A socket that stays slow is disconnected, and so is one that ignores the rate limit.

A socket on which nobody signs in is closed after a few seconds.

simple-websocket, which Engine.IO uses under gevent and threads, buffers received data without a
limit too: so a socket far beyond its rate limit isn't read any further.
"""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

from socketio import Server

from dashboard.sockets.direct_send import (
    SEND_BUFFER_BYTES,
    Transport,
    replace_tcp_socket,
    shut,
    tcp_socket,
    use_direct_send,
)

MAX_QUEUED_PACKETS = 100
"""Packets queued for one socket."""

MAX_QUEUED_CHARACTERS = 256 * 1024
"""Characters in these packets, not counting the last one."""

SLOW_CLIENT_TIMEOUT_S = 15.0
"""Seconds after which a socket that doesn't read is disconnected."""

MESSAGES_PER_S = 20.0
"""Messages a second that a socket may send on average."""

MESSAGE_BURST = 400.0
"""Messages that it may send at once: after a reconnect it sends `watch` for each of its jobs."""

SIGN_IN_TIMEOUT_S = 5.0
"""Seconds within which somebody must sign in on a socket."""

MESSAGE_BYTES = 320
"""Bytes of a message that the rate limit allows for; browsers send about 100."""


class Backpressure:
    """Limits the sockets of one server. `eio_sid`: a socket's id in Engine.IO."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._eio = server.eio
        # Sockets whose queue is full: since when (monotonic s).
        self._slow: dict[str, float] = {}
        # Sockets on which nobody has signed in yet: since when (monotonic s).
        self._unauthenticated: dict[str, float] = {}
        self._rate_limits: WeakKeyDictionary[Any, TokenBucket] = WeakKeyDictionary()
        handlers = self._eio.handlers
        self._connect, self._receive = handlers["connect"], handlers["message"]
        self._eio.on("connect", self._connect_limited)
        self._eio.on("message", self._receive_if_allowed)
        self._after_disconnect = handlers["disconnect"]
        self._eio.on("disconnect", self._close_after_timeout)
        use_direct_send(server)
        self.sent_at = float("-inf")  # monotonic s, of the last packet to any socket
        self._send = self._eio.send_packet
        self._eio.send_packet = self._send_or_drop

    def charge(self, eio_sid: str, messages: float = 0.0) -> float:
        """Count `messages` against a socket's rate limit; returns what is left, below 0 none."""
        connection = self._eio.sockets.get(eio_sid)
        if connection is None:
            return MESSAGE_BURST
        return self._rate_limits.setdefault(
            connection, TokenBucket(MESSAGE_BURST, MESSAGES_PER_S)
        ).spend(messages)

    def check_slow_clients(self, catch_up: Callable[[str], None]) -> None:
        """Call `catch_up` with the Socket.IO id of each socket that reads again; disconnect those
        that stay slow. To be called every few seconds.
        """
        for eio_sid, since in list(self._slow.items()):
            connection = self._eio.sockets.get(eio_sid)
            if connection is None or connection.closed:
                del self._slow[eio_sid]
            elif connection.queue.qsize() == 0:
                del self._slow[eio_sid]
                if sid := self._server.manager.sid_from_eio_sid(eio_sid, "/"):
                    catch_up(sid)
            elif time.monotonic() - since > SLOW_CLIENT_TIMEOUT_S:
                del self._slow[eio_sid]
                self.disconnect(eio_sid)

    def close_unauthenticated(self) -> None:
        """Close sockets on which nobody signed in in time. To be called every second."""
        for eio_sid, since in list(self._unauthenticated.items()):
            connection = self._eio.sockets.get(eio_sid)
            if (
                connection is None
                or connection.closed
                or self._server.manager.sid_from_eio_sid(eio_sid, "/")
            ):
                del self._unauthenticated[eio_sid]
            elif time.monotonic() - since > SIGN_IN_TIMEOUT_S:
                del self._unauthenticated[eio_sid]
                if connection.upgraded:
                    self.disconnect(eio_sid)
                else:  # Polling: its last request's TCP connection may serve another socket by now.
                    connection.close(wait=False)

    def disconnect(self, eio_sid: str) -> None:
        """Close a connection without waiting for the client to read."""
        tcp = tcp_socket(self._server.environ.get(eio_sid, {}))
        self._eio.sockets[eio_sid].close(wait=False, abort=True)
        shut(tcp)

    def _connect_limited(self, eio_sid: str, environ: dict[str, Any]) -> Any:
        self._unauthenticated[eio_sid] = time.monotonic()
        if tcp := tcp_socket(environ):
            with contextlib.suppress(OSError):
                tcp.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
        if tcp and "HTTP_UPGRADE" in environ:
            # Compression would cost each viewer 300 kB, and each event a compression per viewer.
            environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
            # eventlet's WebSocket reads no further than the frame that it's in.
            throttled = self._server.async_mode != "eventlet"
            transport = ThrottledTransport(tcp, self._server.sleep) if throttled else Transport(tcp)
            replace_tcp_socket(environ, transport)
            self._eio.sockets[eio_sid].queue.transport = transport
        return self._connect(eio_sid, environ)

    def _close_after_timeout(self, eio_sid: str, reason: str) -> None:
        tcp = tcp_socket(self._server.environ.get(eio_sid, {}))
        self._after_disconnect(eio_sid, reason)
        if reason == self._eio.reason.PING_TIMEOUT:
            shut(tcp)

    def _send_or_drop(self, eio_sid: str, packet: Any) -> None:
        self.sent_at = time.monotonic()
        connection = self._eio.sockets.get(eio_sid)
        if connection is not None and _is_full(connection.queue.queue):
            self._slow.setdefault(eio_sid, time.monotonic())
        else:
            self._send(eio_sid, packet)

    def _receive_if_allowed(self, eio_sid: str, data: Any) -> None:
        if self.charge(eio_sid, 1) < -MESSAGE_BURST:
            self.disconnect(eio_sid)
        else:
            self._receive(eio_sid, data)


class TokenBucket:
    """A rate limit: `burst` at once, and `rate` a second on average."""

    def __init__(self, burst: float, rate: float) -> None:
        self._burst, self._rate = burst, rate
        self._left, self._counted = burst, time.monotonic()

    def spend(self, amount: float) -> float:
        """Take `amount`, and return what is left; below 0 it was too much."""
        now = time.monotonic()
        self._left = min(self._burst, self._left + self._rate * (now - self._counted)) - amount
        self._counted = now
        return self._left


class ThrottledTransport(Transport):
    """For simple-websocket, which reads without a limit, and doesn't yield to other green threads
    while there is data to read.
    """

    def __init__(self, tcp: Any, yield_: Callable[[], None]) -> None:
        super().__init__(tcp)
        self._yield = yield_
        # Bytes for twice the messages: a client gets the "too many requests" answer first.
        self._limit = TokenBucket(2 * MESSAGE_BURST * MESSAGE_BYTES, MESSAGES_PER_S * MESSAGE_BYTES)

    def recv(self, size: int) -> bytes:
        """Receive data; over the limit return nothing, as if the client had closed."""
        received: bytes = self._tcp.recv(size)
        left = self._limit.spend(len(received))
        self._yield()
        return received if left >= 0 else b""


def _is_full(packets: Any) -> bool:
    if len(packets) < 2:
        return False
    waiting = [packet for packet in list(packets) if packet is not None]
    return (
        len(waiting) >= MAX_QUEUED_PACKETS
        or sum(len(packet.data or "") for packet in waiting) >= MAX_QUEUED_CHARACTERS
    )

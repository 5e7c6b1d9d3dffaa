"""Limits on connections to a web process: how many, and how long each may stay idle.

A connection whose request headers or body don't arrive in time is closed. When the limit is
reached, in all or for one address, the connection that has been idle for longest is closed, so that
new clients get in. It works with each of the servers: they register the connections that they
accept, and call the application through the limiter. `backpressure` closes WebSockets on which
nobody signs in.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Response
from werkzeug.wsgi import ClosingIterator

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

HEADERS_TIMEOUT_S = 5.0
"""Within this time the headers of a connection's first request must arrive."""

KEEPALIVE_TIMEOUT_S = 60.0
"""Within this time the headers of each further request must arrive."""

BODY_TIMEOUT_S = 10.0
"""Within this time a body must arrive, plus the time it takes at MIN_BODY_RATE."""

MIN_BODY_RATE = 32 * 1024  # bytes/s

RESPONSE_TIMEOUT_S = 300.0
"""Within this time a response must be computed and sent."""

CHECK_S = 1.0

MAX_SOCKET_MESSAGE = 64 * 1024
"""Bytes of the largest message that a browser's socket may send: it sends small JSON only."""

SOCKETS = "/socket.io/"


@dataclass(eq=False)
class Connection:
    """A TCP connection.

    peer: host and port of its other end. address: of the client, which differs behind a proxy.
    until: its deadline (monotonic s), None for an open WebSocket. active: whether a request is
    being served.
    """

    transport: Any
    peer: tuple[str, int]
    address: str
    until: float | None
    active: bool = False

    @property
    def closed(self) -> bool:
        return bool(self.transport.fileno() < 0)

    def set_deadline(self, seconds: float | None, *, active: bool) -> None:
        self.until = None if seconds is None else time.monotonic() + seconds
        self.active = active

    def shutdown(self) -> None:
        """Shut the socket down, so that pending reads and writes end."""
        with contextlib.suppress(OSError):
            self.transport.shutdown(socket.SHUT_RDWR)


@dataclass
class ConnectionLimiter:
    """WSGI middleware that limits the connections to `wsgi_app`.

    Attributes:
        max_connections: connections at a time.
        max_per_address: connections of one address at a time.
        proxied: whether all come through a proxy, which names the client in X-Forwarded-For.
    """

    wsgi_app: WSGIApplication
    max_connections: int
    max_per_address: int
    proxied: bool
    _by_peer: dict[tuple[str, int], Connection] = field(default_factory=dict)
    _by_address: defaultdict[str, dict[Connection, None]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    # Of both tables: some servers have a thread for each connection.
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def add(self, transport: Any, peer: tuple[Any, ...]) -> None:
        """Register a new connection; at the limit, close an idle one, or else this one."""
        with contextlib.suppress(OSError):
            # Otherwise a small answer may wait 40 ms for the client's delayed ACK.
            transport.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        host, port = str(peer[0]), int(peer[1])
        connection = Connection(transport, (host, port), host, time.monotonic() + HEADERS_TIMEOUT_S)
        with self._lock:
            self._evict_if_full(connection, self._by_peer.values(), self.max_connections)
            if not self.proxied:
                self._evict_if_full(connection, self._by_address[host].keys(), self.max_per_address)
            self._by_peer[host, port] = connection
            self._by_address[host][connection] = None

    def close_overdue(self, sleep: Callable[[float], object], also: Callable[[], object]) -> None:
        """Loop for ever: every second close connections past their deadline, and call `also`."""
        while True:
            sleep(CHECK_S)
            now = time.monotonic()
            with self._lock:
                self._forget_closed()
                connections = list(self._by_peer.values())
            for connection in connections:
                if connection.until is not None and connection.until < now:
                    connection.shutdown()
            also()

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse, /
    ) -> Iterable[bytes]:
        connection = self._connection(environ)
        if connection is None:
            return self.wsgi_app(environ, start_response)
        if self.proxied and not self._admit_proxied(connection, environ):
            connection.set_deadline(HEADERS_TIMEOUT_S, active=False)
            return _refuse(429, "Too many connections from your address.")(environ, start_response)
        is_socket = environ["PATH_INFO"].startswith(SOCKETS)
        if (
            is_socket
            and environ["REQUEST_METHOD"] == "POST"
            and _length(environ) > MAX_SOCKET_MESSAGE
        ):
            connection.set_deadline(HEADERS_TIMEOUT_S, active=False)
            said = f"A socket takes at most {MAX_SOCKET_MESSAGE} bytes at once."
            return _refuse(413, said)(environ, start_response)
        if is_socket and "HTTP_UPGRADE" in environ:
            connection.set_deadline(None, active=True)
        else:
            connection.set_deadline(RESPONSE_TIMEOUT_S, active=True)
        if length := _length(environ):
            environ["wsgi.input"] = Body(environ["wsgi.input"], length, connection)
        answer = self.wsgi_app(environ, start_response)
        return ClosingIterator(
            answer, lambda: connection.set_deadline(KEEPALIVE_TIMEOUT_S, active=False)
        )

    def _evict_if_full(self, new: Connection, others: Collection[Connection], most: int) -> None:
        if len(others) < most:
            return
        evicted = _oldest_idle(others)
        if evicted is None:
            self._forget_closed()
            evicted = new if len(others) >= most else None
        if evicted is not None:
            evicted.shutdown()
            self._forget(evicted)

    def _forget_closed(self) -> None:
        for connection in list(self._by_peer.values()):
            if connection.closed:
                self._forget(connection)

    def _forget(self, connection: Connection) -> None:
        if self._by_peer.get(connection.peer) is connection:
            del self._by_peer[connection.peer]
        self._leave(connection)

    def _leave(self, connection: Connection) -> None:
        of_address = self._by_address[connection.address]
        of_address.pop(connection, None)
        if not of_address:
            del self._by_address[connection.address]

    def _connection(self, environ: WSGIEnvironment) -> Connection | None:
        return self._by_peer.get((environ["REMOTE_ADDR"], int(environ["REMOTE_PORT"])))

    def _admit_proxied(self, connection: Connection, environ: WSGIEnvironment) -> bool:
        """Count a proxy's connection for its client's address; False if that has too many."""
        # The proxy appends the last address itself; a client can forge those before it.
        forwarded = environ.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
        with self._lock:
            self._leave(connection)
            connection.address = forwarded or connection.address
            if len(self._by_address[connection.address]) >= self.max_per_address:
                self._forget_closed()
            has_place = len(self._by_address[connection.address]) < self.max_per_address
            if has_place:
                self._by_address[connection.address][connection] = None
            return has_place


class Body:
    """A request's body, with a deadline for its arrival.

    The time starts with the first read: a request may wait in a queue before that.
    """

    def __init__(self, stream: Any, length: float, connection: Connection) -> None:
        self._stream = stream
        self._left = length
        self._begun = False
        self._connection = connection

    def read(self, *size: int) -> bytes:
        return self._count(self._stream.read, *size)

    def readline(self, *size: int) -> bytes:
        return self._count(self._stream.readline, *size)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.readline, b"")

    def _count(self, read: Callable[..., bytes], *size: int) -> bytes:
        if not self._begun:
            self._begun = True
            self._connection.set_deadline(BODY_TIMEOUT_S + self._left / MIN_BODY_RATE, active=True)
        data = read(*size)
        self._left -= len(data)
        if self._left <= 0 or not data:
            self._connection.set_deadline(RESPONSE_TIMEOUT_S, active=True)
        return data


def _oldest_idle(connections: Iterable[Connection]) -> Connection | None:
    return next((each for each in connections if not each.active), None)


ASSUMED_CHUNKED_LENGTH = 20 * 1024 * 1024
"""Bytes assumed for a body without a Content-Length."""


def _length(environ: WSGIEnvironment) -> int:
    if environ.get("HTTP_TRANSFER_ENCODING"):
        return ASSUMED_CHUNKED_LENGTH
    try:
        return int(environ.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _refuse(code: int, message: str) -> Response:
    return Response(f"{message}\n", code, mimetype="text/plain")

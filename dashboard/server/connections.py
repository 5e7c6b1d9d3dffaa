"""Who may hold a connection to a web process, and for how long without saying anything.

A connection costs a place, whoever holds it, and there are only so many. One that doesn't get to
the end of a request's headers or body in time is closed. Where places run out, for all or for one
address, the one that has said nothing for longest makes room: who has something to say gets in.
The same for each server: it tells of the connections that it accepts, and calls the application
through the door. A browser's socket that nobody signs in with is for `backpressure` to turn away.
"""

from __future__ import annotations

import contextlib
import socket
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Response
from werkzeug.wsgi import ClosingIterator

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

HEADERS = 5.0
"""Seconds in which the headers of a connection's first request are to be there."""

REST = 60.0
"""Seconds in which those of another request are."""

BODY = 10.0
"""Seconds in which a body is to be there, and a second more for each SLOWEST bytes of it."""

SLOWEST = 32 * 1024

ANSWER = 300.0
"""Seconds in which an answer is to be made and taken."""

LOOK = 1.0  # s

SOCKET_BODY = 64 * 1024
"""Bytes that a browser's socket may send at once: positions, nothing large."""

SOCKETS = "/socket.io/"


@dataclass(eq=False)
class Connection:
    """A TCP connection.

    address: of whom it's for. until: when it's closed (monotonic s), None for an open socket.
    speaks: whether a request is under way.
    """

    transport: Any
    peer: tuple[str, int]
    address: str
    until: float | None
    speaks: bool = False

    @property
    def closed(self) -> bool:
        return bool(self.transport.fileno() < 0)

    def wait(self, seconds: float | None, *, speaks: bool) -> None:
        self.until = None if seconds is None else time.monotonic() + seconds
        self.speaks = speaks

    def shut(self) -> None:
        """Whoever reads or writes it finds its end."""
        with contextlib.suppress(OSError):
            self.transport.shutdown(socket.SHUT_RDWR)


@dataclass
class Door:
    """Stands before `wsgi_app`.

    Attributes:
        most: connections at a time.
        most_of_one: those of one address.
        proxied: whether they all come from a proxy that says in X-Forwarded-For whose they are.
    """

    wsgi_app: WSGIApplication
    most: int
    most_of_one: int
    proxied: bool
    _by_peer: dict[tuple[str, int], Connection] = field(default_factory=dict)
    _by_address: defaultdict[str, dict[Connection, None]] = field(
        default_factory=lambda: defaultdict(dict)
    )

    def let_in(self, transport: Any, peer: tuple[Any, ...]) -> None:
        """Count a new connection; where there is no place for it, it or a silent one is shut."""
        host, port = str(peer[0]), int(peer[1])
        connection = Connection(transport, (host, port), host, time.monotonic() + HEADERS)
        self._make_room(connection, self._by_peer.values(), self.most)
        if not self.proxied:
            self._make_room(connection, self._by_address[host].keys(), self.most_of_one)
        self._by_peer[host, port] = connection
        self._by_address[host][connection] = None

    def watch(self, sleep: Callable[[float], object], turn_away: Callable[[], object]) -> None:
        """Close for ever what stays silent for too long; `turn_away` is called as often."""
        while True:
            sleep(LOOK)
            now = time.monotonic()
            self._forget_closed()
            for connection in list(self._by_peer.values()):
                if connection.until is not None and connection.until < now:
                    connection.shut()
            turn_away()

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse, /
    ) -> Iterable[bytes]:
        connection = self._connection(environ)
        if connection is None:
            return self.wsgi_app(environ, start_response)
        if self.proxied and not self._has_place(connection, environ):
            connection.wait(HEADERS, speaks=False)
            return _refuse(429, "Too many connections from your address.")(environ, start_response)
        is_socket = environ["PATH_INFO"].startswith(SOCKETS)
        if is_socket and environ["REQUEST_METHOD"] == "POST" and _length(environ) > SOCKET_BODY:
            connection.wait(HEADERS, speaks=False)
            said = f"A socket takes at most {SOCKET_BODY} bytes at once."
            return _refuse(413, said)(environ, start_response)
        if is_socket and "HTTP_UPGRADE" in environ:
            connection.wait(None, speaks=True)
        else:
            connection.wait(ANSWER, speaks=True)
        if length := _length(environ):
            environ["wsgi.input"] = Body(environ["wsgi.input"], length, connection)
        answer = self.wsgi_app(environ, start_response)
        return ClosingIterator(answer, lambda: connection.wait(REST, speaks=False))

    def _make_room(self, newcomer: Connection, others: Collection[Connection], most: int) -> None:
        if len(others) < most:
            return
        leaves = _longest_silent(others)
        if leaves is None:
            self._forget_closed()
            leaves = newcomer if len(others) >= most else None
        if leaves is not None:
            leaves.shut()
            self._forget(leaves)

    def _forget_closed(self) -> None:
        for connection in list(self._by_peer.values()):
            if connection.closed:
                self._forget(connection)

    def _forget(self, connection: Connection) -> None:
        if self._by_peer.get(connection.peer) is connection:
            del self._by_peer[connection.peer]
        self._leave(connection)

    def _leave(self, connection: Connection) -> None:
        of_one = self._by_address[connection.address]
        of_one.pop(connection, None)
        if not of_one:
            del self._by_address[connection.address]

    def _connection(self, environ: WSGIEnvironment) -> Connection | None:
        return self._by_peer.get((environ["REMOTE_ADDR"], int(environ["REMOTE_PORT"])))

    def _has_place(self, connection: Connection, environ: WSGIEnvironment) -> bool:
        """Count a proxy's connection as that of whom it's for; whether they may have one more."""
        # The last address is what the proxy saw; those before it anybody may have written.
        told = environ.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
        self._leave(connection)
        connection.address = told or connection.address
        if len(self._by_address[connection.address]) >= self.most_of_one:
            self._forget_closed()
        has_place = len(self._by_address[connection.address]) < self.most_of_one
        if has_place:
            self._by_address[connection.address][connection] = None
        return has_place


class Body:
    """A request's body, whose connection is closed if it isn't there in time.

    The time begins when somebody begins to read: a request may have to wait for its turn.
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
            self._connection.wait(BODY + self._left / SLOWEST, speaks=True)
        data = read(*size)
        self._left -= len(data)
        if self._left <= 0 or not data:
            self._connection.wait(ANSWER, speaks=True)
        return data


def _longest_silent(connections: Iterable[Connection]) -> Connection | None:
    return next((each for each in connections if not each.speaks), None)


CHUNKED = 20 * 1024 * 1024
"""What counts as the length of a body that doesn't tell its own."""


def _length(environ: WSGIEnvironment) -> int:
    if environ.get("HTTP_TRANSFER_ENCODING"):
        return CHUNKED
    try:
        return int(environ.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _refuse(code: int, message: str) -> Response:
    return Response(f"{message}\n", code, mimetype="text/plain")

"""Connection limits of a web server: which connections count together, and which are closed."""

from __future__ import annotations

import socket
import sys
import threading
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from dashboard.server.connections import ConnectionLimiter

Pair = tuple[socket.socket, socket.socket]


def hello(environ: Any, start_response: Any) -> Iterable[bytes]:
    start_response("200 OK", [])
    return [b"hello"]


class Street:
    """Clients of a limiter; ports tell them apart."""

    def __init__(self, **settings: Any) -> None:
        self.limiter = ConnectionLimiter(
            hello, **{"max_connections": 100, "max_per_address": 100, "proxied": False} | settings
        )
        self.pairs: list[Pair] = []

    def come(self, host: str = "10.0.0.1") -> int:
        self.pairs.append(pair := socket.socketpair())
        self.limiter.add(pair[0], (host, len(self.pairs)))
        return len(self.pairs)

    def is_shut(self, port: int) -> bool:
        client = self.pairs[port - 1][1]
        client.setblocking(False)
        try:
            return client.recv(1) == b""
        except BlockingIOError:
            return False

    def ask(self, port: int, host: str = "10.0.0.1", **more: str) -> tuple[str, Iterable[bytes]]:
        """The status, and the answer, which stands until it is closed."""
        told: list[str] = []
        environ = {
            "REMOTE_ADDR": host,
            "REMOTE_PORT": str(port),
            "PATH_INFO": "/",
            "REQUEST_METHOD": "GET",
            **more,
        }
        answer = self.limiter(environ, lambda status, headers, *_: told.append(status) or bytes)  # type: ignore[func-returns-value, arg-type, return-value]
        return told[0], answer


@pytest.fixture
def streets() -> Iterator[list[Street]]:
    found: list[Street] = []
    yield found
    for street in found:
        for pair in street.pairs:
            for end in pair:
                end.close()


def test_where_places_run_out_the_longest_silent_one_makes_room(streets: list[Street]) -> None:
    streets.append(street := Street(max_connections=2))
    first, second = street.come(), street.come("10.0.0.2")
    status, _ = street.ask(first)
    assert status == "200 OK"
    third = street.come("10.0.0.3")
    assert [street.is_shut(port) for port in (first, second, third)] == [False, True, False]
    street.ask(third, "10.0.0.3")
    assert street.is_shut(street.come()), "nobody is silent, so there is no place"


def test_one_address_makes_room_for_itself_alone(streets: list[Street]) -> None:
    streets.append(street := Street(max_per_address=2))
    other = street.come("10.0.0.2")
    first, second, third = street.come(), street.come(), street.come()
    assert street.is_shut(first)
    assert not any(street.is_shut(port) for port in (other, second, third))


def test_behind_a_proxy_connections_count_for_whom_it_speaks(streets: list[Street]) -> None:
    streets.append(street := Street(max_per_address=2, proxied=True))
    ports = [street.come() for _ in range(4)]
    forged = {"HTTP_X_FORWARDED_FOR": "1.2.3.4, 192.0.2.1"}
    held = [street.ask(port, **forged) for port in ports[:3]]
    assert [status for status, _ in held] == ["200 OK", "200 OK", "429 TOO MANY REQUESTS"]
    assert street.ask(ports[3], HTTP_X_FORWARDED_FOR="192.0.2.9")[0] == "200 OK"
    street.pairs[ports[0] - 1][0].close()
    assert street.ask(street.come(), **forged)[0] == "200 OK"


def test_what_a_stranger_says_of_their_address_counts_for_nothing_without_a_proxy(
    streets: list[Street],
) -> None:
    streets.append(street := Street(max_per_address=2))
    first, second = street.come(), street.come()
    for port in (first, second):
        street.ask(port, HTTP_X_FORWARDED_FOR=f"192.0.2.{port}")
    assert street.is_shut(street.come())


def test_threads_may_add_and_ask_at_once(streets: list[Street]) -> None:
    """With a thread for each connection, one adds while others look for the oldest."""
    streets.append(street := Street(max_connections=200))
    pairs = [socket.socketpair() for _ in range(8)]
    street.pairs += pairs
    failed: list[Exception] = []

    def come_and_ask(number: int) -> None:
        try:
            for port in range(1000 * number, 1000 * number + 500):
                street.limiter.add(pairs[number][0], ("10.0.0.1", port))
                street.ask(port)
        except Exception as error:
            failed.append(error)

    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=come_and_ask, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(usual)
    assert not failed

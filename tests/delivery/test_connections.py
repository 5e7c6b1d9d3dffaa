"""Who holds a web process's connections without saying anything: closed soon, and others get in."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Iterator

import pytest
import requests
import websocket

from tests.stack import Stack, Web, wait_for

PLACES = 40
GENEROUS = 30.0
"""Seconds; the product promises 5 to 10."""


@pytest.fixture(scope="module", params=["eventlet", "gevent", "threading"])
def narrow(stack: Stack, request: pytest.FixtureRequest) -> Iterator[Web]:
    """A web process with few places."""
    web = stack.add_web(SOCKETIO_ASYNC_MODE=request.param, WEB_CONNECTIONS=str(PLACES))
    yield web
    web.kill()
    stack.webs.remove(web)


@contextlib.contextmanager
def connected(web: Web, count: int) -> Iterator[list[socket.socket]]:
    with contextlib.ExitStack() as stack:
        yield [
            stack.enter_context(socket.create_connection(("127.0.0.1", web.port), timeout=10))
            for _ in range(count)
        ]


def is_closed(connection: socket.socket) -> bool:
    connection.settimeout(0.01)
    try:
        return connection.recv(1) == b""
    except TimeoutError:
        return False
    except OSError:
        return True


def takes(connection: socket.socket, data: bytes) -> bool:
    with contextlib.suppress(OSError):
        connection.sendall(data)
        return True
    return False


def is_alive(web: Web) -> bool:
    return requests.get(f"{web.url}/healthz", timeout=GENEROUS).ok


def test_those_who_say_nothing_keep_nobody_out_and_are_closed(narrow: Web) -> None:
    with connected(narrow, 3 * PLACES) as silent:
        assert is_alive(narrow)
        wait_for("all to be closed", lambda: all(map(is_closed, silent)), GENEROUS)
    assert is_alive(narrow)


def test_headers_and_bodies_that_come_by_drops_are_not_waited_for(
    narrow: Web, stack: Stack
) -> None:
    head = b"POST /api/v1/check HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer "
    body = head + stack.token().encode() + b"\r\nContent-Length: 1000\r\n\r\n"
    for beginning, drop in ((head, b"x"), (body, b" ")):
        with connected(narrow, 1) as (slow,):
            assert takes(slow, beginning)
            until = time.monotonic() + GENEROUS
            while takes(slow, drop) and time.monotonic() < until:
                time.sleep(0.2)
            assert time.monotonic() < until


def test_a_socket_that_nobody_signs_in_with_is_closed(narrow: Web, stack: Stack) -> None:
    path = f"127.0.0.1:{narrow.port}/socket.io/?EIO=4&transport="
    stranger = websocket.create_connection(f"ws://{path}websocket", timeout=GENEROUS)
    with contextlib.suppress(websocket.WebSocketConnectionClosedException):
        while stranger.recv():
            pass
    opened = requests.get(f"http://{path}polling", timeout=GENEROUS).text
    session = opened.partition('"sid":"')[2].partition('"')[0]
    told = requests.get(f"http://{path}polling&sid={session}", timeout=GENEROUS)
    assert told.text == "1"  # the end, as Engine.IO says it


@pytest.mark.parametrize("size", [100_000, 5_000_000])
def test_a_socket_that_sends_too_much_at_once_is_told_so(narrow: Web, size: int) -> None:
    address = f"{narrow.url}/socket.io/?EIO=4&transport=polling"
    session = requests.get(address, timeout=10).text.partition('"sid":"')[2].partition('"')[0]
    answer = requests.post(f"{address}&sid={session}", data=b"4" * size, timeout=GENEROUS)
    assert answer.status_code == 413

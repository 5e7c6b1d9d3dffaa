"""What a socket is refused: without a person behind it, from elsewhere, or with a wrong request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests
import socketio

from tests.stack import WAIT_TIMEOUT_S, Client, Stack, Web


@pytest.fixture
def socket(running: Stack, web: Web) -> Iterator[socketio.Client]:
    socket = socketio.Client()
    socket.connect(
        web.url,
        auth={"token": running.token()},
        transports=["websocket"],
        wait_timeout=WAIT_TIMEOUT_S,
    )
    yield socket
    socket.disconnect()


@pytest.mark.parametrize("auth", [None, {}, {"token": "wrong"}, {"token": 5}, "wrong", ["wrong"]])
def test_a_socket_without_a_person_is_refused(web: Web, auth: Any) -> None:
    with pytest.raises(socketio.exceptions.ConnectionError):
        socketio.Client().connect(
            web.url, auth=auth, transports=["websocket"], wait_timeout=WAIT_TIMEOUT_S
        )


def test_a_foreign_origin_is_refused(running: Stack, web: Web) -> None:
    headers = {"Origin": "https://evil.example", "Authorization": f"Bearer {running.token()}"}
    for transport in ("websocket", "polling"):
        with pytest.raises(socketio.exceptions.ConnectionError):
            socketio.Client().connect(
                web.url, headers=headers, transports=[transport], wait_timeout=WAIT_TIMEOUT_S
            )
    path = "/socket.io/?EIO=4&transport=polling"
    assert requests.get(web.url + path, headers=headers, timeout=30).status_code == 400


@pytest.mark.parametrize(
    ("payload", "says"),
    [
        ({"job": "nothing"}, "no job 'nothing'"),
        ({}, "job"),
        (None, "watch"),
        ([], "watch"),
        ({"job": 5}, "job"),
        ({"job": "x" * 1000}, "job"),
        ({"job": "x", "since": -1}, "since"),
        ({"job": "x", "since": 2**60}, "since"),
        ({"job": "x", "since": "1"}, "since"),
        ({"job": "x", "epoch": 7}, "epoch"),
        ({"job": "x", "more": 1}, "more"),
    ],
)
def test_a_wrong_watch_is_answered_with_what_is_wrong(
    socket: socketio.Client, payload: Any, says: str
) -> None:
    answer = socket.call("watch", payload)
    assert answer["ok"] is False
    assert says in answer["error"]


def test_unwatch_of_what_is_not_watched_is_refused(socket: socketio.Client, client: Client) -> None:
    job = client.submit()
    assert socket.call("unwatch", {"job": job})["ok"] is False
    assert socket.call("watch", {"job": job})["ok"] is True
    assert socket.call("unwatch", {"job": job}) == {"ok": True}
    assert socket.call("unwatch", {"job": job})["ok"] is False
    assert socket.call("unwatch", None)["ok"] is False

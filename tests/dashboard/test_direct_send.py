"""Frames that go straight to a viewer's TCP socket: in order, whole, and beside the queue."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator

import pytest
from websocket import WebSocket, create_connection

from dashboard.journal.publish import publish
from dashboard.sockets import relay
from dashboard.sockets.direct_send import Transport, pack
from tests.dashboard.conftest import Api, Serving
from tests.stack import wait_for

LONG = "A status of some length. " * 2000


@pytest.fixture
def viewer(serving: Serving, api: Api) -> Iterator[tuple[WebSocket, str]]:
    """A WebSocket that watches a job, which offers compression as browsers do."""
    job = api.submit()
    web = create_connection(
        serving.url.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket",
        header=["Sec-WebSocket-Extensions: permessage-deflate"],
        timeout=60,
    )
    web.recv()
    web.send("40" + json.dumps({"token": serving.token}))
    web.recv()
    web.send("421" + json.dumps(["watch", {"job": job}]))
    while not str(web.recv()).startswith("431"):
        pass
    yield web, job
    web.close()


def tell(serving: Serving, job: str, number: int, status: str = "Searching") -> None:
    with serving.app.app_context():
        publish(
            job,
            {
                "state": "PROGRESS",
                "attempt": 1,
                "current": number,
                "total": 100,
                "status": status,
            },
        )


def hear(web: WebSocket) -> float:
    """The number of the next event."""
    while not (text := str(web.recv())).startswith('42["progress"'):
        if text == "2":
            web.send("3")
    return float(json.loads(text[2:])[1]["current"])


def only_socket() -> str:
    eio_sid: str
    (eio_sid,) = [sid for sid, each in relay.socketio.server.eio.sockets.items() if not each.closed]
    return eio_sid


def is_idle(eio_sid: str) -> bool:
    return bool(relay.socketio.server.eio.sockets[eio_sid].queue.is_idle)


def test_a_viewer_who_keeps_up_is_sent_to_without_the_queue(
    serving: Serving,
    viewer: tuple[WebSocket, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Fails if the internals of python-engineio that direct sends rely on have changed."""
    web, job = viewer
    eio_sid = only_socket()
    wait_for("its writer to be idle", lambda: is_idle(eio_sid))
    written: list[bytes] = []
    transport = relay.socketio.server.eio.sockets[eio_sid].queue.transport
    monkeypatch.setattr(transport, "sendall", written.append)
    for number in range(20):
        tell(serving, job, number)
        assert hear(web) == number
    assert not written


def test_nothing_overtakes_what_a_slow_viewer_has_yet_to_get(
    serving: Serving,
    viewer: tuple[WebSocket, str],
) -> None:
    web, job = viewer
    eio_sid = only_socket()
    wait_for("its writer to be idle", lambda: is_idle(eio_sid))
    count = 0
    while is_idle(eio_sid):  # until the kernel's buffers are full
        tell(serving, job, count, LONG)
        count += 1
    for _ in range(3):
        tell(serving, job, count)
        count += 1
    heard = [hear(web)]
    heard += [hear(web) for _ in range(count - 1)]
    assert heard == list(range(count))
    wait_for("its writer to be idle again", lambda: is_idle(eio_sid))
    tell(serving, job, count)
    assert hear(web) == count


def test_the_rest_of_a_frame_comes_before_all_else() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        transport = Transport(ours)
        frame = pack("x" * 1_000_000)
        assert transport.send_now(frame)
        assert transport.unsent
        assert not transport.send_now(b"another")
        writer = threading.Thread(target=transport.sendall, args=[b"the end"])
        writer.start()
        received = b""
        while not received.endswith(b"the end"):
            received += theirs.recv(65536)
        writer.join()
        assert received == frame + b"the end"
        assert transport.send_now(b"now")
        assert theirs.recv(10) == b"now"


def test_a_broken_connection_is_left_to_the_writer() -> None:
    ours, theirs = socket.socketpair()
    theirs.close()
    with ours:
        assert not Transport(ours).send_now(b"x")


@pytest.mark.parametrize("length", [0, 1, 125, 126, 65535, 65536])
def test_frames_are_as_long_as_they_say(length: int) -> None:
    frame = pack("x" * length)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        client = WebSocket()
        client.sock = theirs
        writer = threading.Thread(target=ours.sendall, args=[frame + pack("end")])
        writer.start()
        assert client.recv() == "x" * length
        assert client.recv() == "end"
        writer.join()
    assert pack(b"\x00") == b"\x82\x01\x00"

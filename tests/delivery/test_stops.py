"""Processes that are asked to end by SIGTERM, as at a deploy, and killed a few seconds later."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.delivery.test_live import assert_whole, in_progress
from tests.stack import LONG, Client, Process, Stack, Web, viewing, wait_for


@pytest.fixture(params=["eventlet", "prefork", "threads"])
def running(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stack]:
    """An installation with one web process and two workers, of which the second isn't started."""
    stack = Stack(tmp_path, pool=request.param, slots=1)
    stack.worker.start()
    stack.new_worker()
    stack.add_web()
    yield stack
    stack.stop()


def stop(process: Process) -> None:
    process.terminate()
    wait_for("it to end", lambda: not process.is_running)


def test_a_worker_that_is_stopped_hands_its_job_on_at_once(running: Stack) -> None:
    first, second = running.workers
    client = Client(running.webs[0], running.token())
    job = client.submit(**LONG)
    with viewing(running.webs[0], running.token(), job) as (viewer,):
        wait_for("a first plan", lambda: viewer.state.get("incumbent"))
        stop(first)
        assert not first.searches()
        wait_for("the hand-on to be told", lambda: viewer.state["state"] == "RETRY")
        assert viewer.state["status"].startswith("Its worker was stopped; ")
        second.start()
        wait_for("the second to go on", lambda: second.searches() and in_progress(viewer))
        assert viewer.state["attempt"] == 2
        client.post(f"/api/v1/jobs/{job}/cancel", json={"keep_best": True})
        wait_for("the end", lambda: viewer.ended)
        assert_whole(viewer, client)


def test_a_worker_that_helps_leaves_its_part_to_others(running: Stack) -> None:
    first, second = running.workers
    client = Client(running.webs[0], running.token())
    job = client.submit("campus", options={"goal": "front", "detail": "typical days"})
    with viewing(running.webs[0], running.token(), job) as (viewer,):
        wait_for("the first to be at it", first.searches)
        second.start()
        wait_for("the second to help", second.searches)
        stop(second)
        assert client.job(job)["attempt"] == 1
        assert client.job(job)["state"] == "PROGRESS"
        client.post(f"/api/v1/jobs/{job}/cancel", json={"keep_best": False})
        wait_for("the end", lambda: viewer.ended)
        assert_whole(viewer, client)


@contextmanager
def half_a_request(web: Web, token: str) -> Iterator[socket.socket]:
    """A submit that the web process has begun to answer, and waits for the last byte of."""
    with socket.create_connection(("127.0.0.1", web.port), timeout=30) as request:
        request.sendall(
            b"POST /api/v1/jobs HTTP/1.1\r\nHost: test\r\nContent-Length: 2\r\n"
            b"Authorization: Bearer " + token.encode() + b"\r\nExpect: 100-continue\r\n\r\n{"
        )
        assert request.recv(100).startswith(b"HTTP/1.1 100 Continue")
        yield request


def read_whole(request: socket.socket) -> bytes:
    """The answer, to the end of its JSON; some servers say once more that they go on."""
    answer = b""
    while b"}" not in answer:
        piece = request.recv(4096)
        assert piece, answer
        answer += piece
    return answer


@pytest.mark.parametrize("mode", ["eventlet", "gevent", "threading"])
def test_a_web_process_that_is_stopped_answers_what_it_was_asked_before(
    tmp_path: Path, mode: str
) -> None:
    stack = Stack(tmp_path, mode=mode)
    try:
        web, other = stack.add_web(), stack.add_web()
        client = Client(web, stack.token())
        job = client.submit()
        with (
            viewing(web, stack.token(), job) as (here,),
            viewing(other, stack.token(), job) as (there,),
        ):
            wait_for("both to be counted", lambda: here.viewers == there.viewers == 2)
            with half_a_request(web, stack.token()) as request:
                web.terminate()
                wait_for("it to say that it ends", lambda: not web.is_ready())
                assert web.is_running
                request.sendall(b"}")
                assert b"HTTP/1.1 422 " in read_whole(request)
            wait_for("it to end", lambda: not web.is_running)
            wait_for("its viewer to be counted out", lambda: there.viewers == 1)
            web.start()
            wait_for("its viewer to be back", lambda: here.viewers == there.viewers == 2)
            assert len(here.snapshots) == 1, "it went on from where it was"
    finally:
        stack.stop()

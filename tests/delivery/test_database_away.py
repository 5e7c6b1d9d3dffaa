"""SQLite is locked for long, or its disk is full: who asks is told in seconds, others aren't held
up, viewers know that what they see may be stale, and a running search goes on.

`tests/backends/test_postgres.py` has the same of Postgres, `tests/faults` what else can happen.
"""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest
import requests

from dashboard.times import LEASE_S
from tests.delivery.test_live import assert_whole
from tests.stack import LONG, Client, Process, Stack, Web, viewing, wait_for


@contextlib.contextmanager
def locked(stack: Stack) -> Iterator[None]:
    with contextlib.closing(sqlite3.connect(stack.folder / "test.db")) as store:
        store.execute("BEGIN IMMEDIATE")
        yield


@contextlib.contextmanager
def full(stack: Stack) -> Iterator[None]:
    """Nobody can write a byte more, not even to a log."""
    processes: list[Process] = [*stack.webs, *stack.workers]
    for process in processes:
        psutil.Process(process.pid).rlimit(psutil.RLIMIT_FSIZE, (0, psutil.RLIM_INFINITY))
    yield
    for process in processes:
        bounds = (psutil.RLIM_INFINITY, psutil.RLIM_INFINITY)
        psutil.Process(process.pid).rlimit(psutil.RLIMIT_FSIZE, bounds)


@pytest.mark.parametrize("fails", [locked, full])
def test_a_search_goes_on_and_its_viewers_are_told(
    running: Stack, web: Web, client: Client, fails: type[contextlib.AbstractContextManager[None]]
) -> None:
    job = client.submit(**LONG)
    with viewing(web, running.token(), job) as (viewer,):
        wait_for("a plan", lambda: viewer.state.get("incumbent"))
        with fails(running):
            answer = client.post("/api/v1/jobs", json={"sample": "tiny"})
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
            assert "database is unavailable, locked or full" in answer.json()["message"]
            wait_for("the viewer to be told", lambda: viewer.relay == [False])
            assert not web.is_ready()
            before = viewer.last
            wait_for("more events", lambda: viewer.last > before)
        wait_for("the viewer to be told", lambda: viewer.relay == [False, True])
        client.post(f"/api/v1/jobs/{job}/cancel", json={"keep_best": True})
        wait_for("the end", lambda: viewer.ended)
        assert_whole(viewer, client)
        assert viewer.state["outcome"] == "stopped"


def test_a_lock_that_is_shorter_than_a_lease_costs_no_attempt(
    running: Stack, web: Web, client: Client
) -> None:
    job = client.submit(**LONG)
    with viewing(web, running.token(), job) as (viewer,):
        wait_for("a plan", lambda: viewer.state.get("incumbent"))
        with locked(running):
            time.sleep(LEASE_S / 2)
        time.sleep(LEASE_S)
        client.post(f"/api/v1/jobs/{job}/cancel", json={"keep_best": True})
        wait_for("the end", lambda: viewer.ended)
        assert_whole(viewer, client)
        assert viewer.state["attempt"] == 1


def test_a_request_that_waits_for_a_lock_holds_up_nobody_else(
    running: Stack, web: Web, client: Client
) -> None:
    with locked(running), ThreadPoolExecutor() as pool:
        asked = pool.submit(client.post, "/api/v1/jobs", {"sample": "tiny"})
        answers = 0
        while not asked.done():
            answers += requests.get(f"{web.url}/healthz", timeout=60).ok
        assert asked.result().status_code == 503
    # One could come from before it waits, one from after.
    assert answers > 2

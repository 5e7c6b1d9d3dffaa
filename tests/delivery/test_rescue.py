"""Workers that die, or freeze, with a job's own task: the job goes on, and ends once.

Every worker has one slot, so that nothing of a job can run beside anything else on the same one.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from algorithm import run_search
from tests.delivery.test_live import assert_whole
from tests.delivery.test_shared_search import (
    FRONT,
    caught_at_work,
    figures_of,
    holds,
    is_at_work,
    statuses,
)
from tests.stack import Client, Process, Stack, Viewer, Web, viewing, wait_for


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    stack = Stack(tmp_path_factory.mktemp("stack"), slots=1)
    yield stack
    stack.stop()


@pytest.fixture(scope="module")
def figures() -> list[tuple[float, float]]:
    """What the same search finds where nobody is lost."""
    return figures_of(run_search("campus", options=FRONT))


@pytest.fixture
def first(running: Stack) -> Process:
    """The worker that has the job at first, alone."""
    # Begun anew, whatever became of it in the test before.
    running.worker.kill()
    running.worker.start()
    return running.worker


@pytest.fixture
def other(running: Stack) -> Iterator[Process]:
    """A worker that isn't started yet."""
    worker = running.new_worker()
    yield worker
    worker.kill()
    running.workers.remove(worker)


def done(stack: Stack, job: str) -> dict[str, str | None]:
    """The holder of each part that is done."""
    parts = statuses(stack, job).values()
    return {part.name: part.holder for part in parts if part.state == "done"}


def catch_after_a_part(stack: Stack, job: str, worker: Process) -> dict[str, str | None]:
    """Freeze the worker in the middle of a part, when it has done another; what is done then."""
    wait_for("a part to be done", lambda: done(stack, job))
    wait_for("it to be caught in a part", lambda: caught_at_work(stack, job, worker))
    return done(stack, job)


@contextmanager
def polling(client: Client, job: str) -> Iterator[list[str]]:
    """The states that an older client is told as it polls all the while."""
    states: list[str] = []
    over = threading.Event()

    def poll() -> None:
        while not over.wait(0.3):
            states.append(client.get(f"/status/{job}").json()["state"])

    poller = threading.Thread(target=poll)
    poller.start()
    try:
        yield states
    finally:
        over.set()
        poller.join()


def assert_rescued_once(viewer: Viewer) -> None:
    """The bar never fell within an attempt; the second says what became of the first."""
    events = [viewer.snapshots[0], *viewer.applied]
    for attempt in (1, 2):
        currents = [event["current"] for event in events if event["attempt"] == attempt]
        assert currents == sorted(currents)
    attempts = [event["attempt"] for event in events]
    assert attempts == sorted(attempts)
    assert set(attempts) == {1, 2}
    rescued = next(event for event in events if event["attempt"] == 2)
    assert rescued["state"] == "RETRY"
    assert rescued["status"].startswith("Its worker was lost; resuming after ")
    assert sum("outcome" in event for event in events) == 1


def test_the_next_worker_goes_on_after_what_the_killed_one_did(
    running: Stack,
    first: Process,
    other: Process,
    web: Web,
    client: Client,
    figures: list[tuple[float, float]],
) -> None:
    job = client.submit("campus", options=FRONT)
    with viewing(web, running.token(), job) as (viewer,), polling(client, job) as polled:
        before = catch_after_a_part(running, job, first)
        first.kill()
        # Nobody is left. The viewers are told, and the job waits.
        wait_for("the loss to be noticed", lambda: viewer.state.get("state") == "RETRY")
        other.start()
        wait_for("the other to be at it", lambda: is_at_work(running, job, other))
        now = statuses(running, job)
        assert {name: now[name].holder for name in before} == before, "none is done again"
        wait_for("the end", lambda: viewer.ended)
        assert_whole(viewer, client)
        assert_rescued_once(viewer)
        assert viewer.state["outcome"] == "finished"
        wait_for("the poller to see the end", lambda: polled[-1] == "SUCCESS")
    assert set(polled[: polled.index("SUCCESS")]) <= {"PENDING", "PROGRESS"}
    assert figures_of(client.get(f"/api/v1/jobs/{job}/result").json()) == figures


def test_a_worker_that_helps_takes_the_job_over(
    running: Stack,
    first: Process,
    other: Process,
    web: Web,
    client: Client,
    figures: list[tuple[float, float]],
) -> None:
    job = client.submit("campus", options=FRONT)
    with viewing(web, running.token(), job) as (viewer,):
        wait_for("the first to be at it", lambda: is_at_work(running, job, first))
        other.start()
        wait_for("the other to help", lambda: is_at_work(running, job, other))
        assert holds(first, statuses(running, job)["structure"]), "it is the job's own"
        first.kill()
        wait_for("the end", lambda: viewer.ended)
        assert_whole(viewer, client)
        assert viewer.state["outcome"] == "finished"
        assert viewer.state["attempt"] == 2
    assert figures_of(client.get(f"/api/v1/jobs/{job}/result").json()) == figures


def test_a_frozen_worker_that_wakes_up_late_is_not_heard(
    running: Stack,
    first: Process,
    other: Process,
    web: Web,
    client: Client,
    figures: list[tuple[float, float]],
) -> None:
    job = client.submit("campus", options=FRONT)
    with viewing(web, running.token(), job) as (viewer,):
        catch_after_a_part(running, job, first)
        other.start()
        wait_for("the other to be at it", lambda: is_at_work(running, job, other))
        assert first.searches(), "its process is frozen, too"
        first.signal(signal.SIGCONT)
        wait_for("the end", lambda: viewer.ended)
        wait_for("the first to stop its process", lambda: not first.searches())
        assert_whole(viewer, client)
        assert_rescued_once(viewer)
        assert viewer.state["outcome"] == "finished"
    assert figures_of(client.get(f"/api/v1/jobs/{job}/result").json()) == figures
    # It isn't broken: alone, it does the next job.
    other.kill()
    assert client.wait_for_end(client.submit("tiny"))["outcome"] == "finished"

"""A search whose parts several workers share: one job, one bar, one cancel, one end.

Every worker has one slot, so that nothing of a job can run beside anything else on the same one.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from typing import Any

import pytest

from algorithm import run_search
from dashboard.jobs import parts
from dashboard.jobs.parts import PartStatus
from tests.delivery.test_live import assert_whole
from tests.stack import Client, Process, Stack, Viewer, Web, viewing, wait_for

FRONT: dict[str, Any] = {
    "goal": "front",
    "plans": 4,
    "detail": "typical days",
    "typical_days": 2,
}
"""Of the sample `campus`: four parts, the last two of some seconds, which can run side by side."""


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    stack = Stack(tmp_path_factory.mktemp("stack"), slots=1)
    yield stack
    stack.stop()


@pytest.fixture(scope="module")
def other(running: Stack) -> Process:
    """A second worker."""
    worker = running.new_worker()
    worker.start()
    return worker


@pytest.fixture(scope="module")
def figures() -> list[tuple[float, float]]:
    """What the same search finds in one process."""
    return figures_of(run_search("campus", options=FRONT))


def figures_of(result: dict[str, Any]) -> list[tuple[float, float]]:
    """Cost and CO2 of each plan."""
    return [(plan["cost_per_year"], plan["co2_kg_per_year"]) for plan in result["plans"]]


def statuses(stack: Stack, job: str) -> dict[str, PartStatus]:
    with stack.app.app_context():
        return {part.name: part for part in parts.statuses(job)}


def holds(worker: Process, part: PartStatus) -> bool:
    """Whether a task of this worker runs the part, or ran it last."""
    return part.holder is not None and part.holder.split(":")[1] == str(worker.pid)


def is_at_work(stack: Stack, job: str, worker: Process) -> bool:
    return any(
        part.state == "running" and holds(worker, part) for part in statuses(stack, job).values()
    )


def both_at_work(stack: Stack, job: str) -> bool:
    return all(is_at_work(stack, job, worker) for worker in stack.workers)


def caught_at_work(stack: Stack, job: str, worker: Process) -> bool:
    """Freeze the worker; if it isn't in the middle of a part, let it go on."""
    worker.signal(signal.SIGSTOP)
    # A part may be claimed, or done and not handed in: then it has no process.
    if is_at_work(stack, job, worker) and worker.searches():
        return True
    worker.signal(signal.SIGCONT)
    return False


def assert_one_bar(viewer: Viewer) -> None:
    """The bar never fell, and reached its end once."""
    currents = [event["current"] for event in [viewer.snapshots[0], *viewer.applied]]
    assert currents == sorted(currents)
    assert (currents.count(100), currents[-1]) == (1, 100)


def test_two_workers_share_a_front_and_it_ends_as_one_job(
    running: Stack, other: Process, web: Web, client: Client, figures: list[tuple[float, float]]
) -> None:
    job = client.submit("campus", options=FRONT)
    with viewing(web, running.token(), job) as (viewer,):
        wait_for("both workers to be at it", lambda: both_at_work(running, job))
        shown = client.job(job)["parts"]
        assert {"structure", "cleanest", "point-1", "point-2"} <= {part["name"] for part in shown}
        wait_for("the end", lambda: viewer.ended)
        assert_whole(viewer, client)
        assert_one_bar(viewer)
        assert viewer.state["outcome"] == "finished"
    result = client.get(f"/api/v1/jobs/{job}/result").json()
    assert figures_of(result) == figures
    for plan in result["plans"]:
        assert client.get(plan["dispatch_url"]).json()["flows"]
    assert client.job(job)["parts"] == []


def test_what_a_killed_worker_left_is_taken_back_and_the_job_ends_right(
    running: Stack, other: Process, client: Client, figures: list[tuple[float, float]]
) -> None:
    job = client.submit("campus", options=FRONT)
    wait_for("both workers to be at it", lambda: both_at_work(running, job))
    # The job's own task began the first part; the other worker came to help.
    own = statuses(running, job)["structure"]
    helper = next(worker for worker in running.workers if not holds(worker, own))
    wait_for(
        "it to be caught in the middle of a part", lambda: caught_at_work(running, job, helper)
    )
    helper.kill()
    assert client.wait_for_end(job)["outcome"] == "finished"
    assert figures_of(client.get(f"/api/v1/jobs/{job}/result").json()) == figures
    helper.start()


@pytest.mark.parametrize("keep_best", [True, False])
def test_a_cancel_reaches_all_workers_and_none_of_their_processes_is_left(
    running: Stack, other: Process, web: Web, client: Client, keep_best: bool
) -> None:
    job = client.submit("campus", options={"goal": "front", "plans": 3})
    with viewing(web, running.token(), job) as (viewer,):
        wait_for("both workers to be at it", lambda: both_at_work(running, job))
        wait_for("a plan", lambda: viewer.state.get("incumbent"))
        # Between two parts a worker has none for a moment.
        wait_for("a process on each", lambda: all(w.searches() for w in running.workers))
        client.post(f"/api/v1/jobs/{job}/cancel", json={"keep_best": keep_best})
        ended = client.wait_for_end(job)
        assert ended["outcome"] == ("stopped" if keep_best else "cancelled")
        wait_for("the end", lambda: viewer.ended)
        assert_whole(viewer, client)
        assert_one_bar(viewer)
    wait_for("no process to be left", lambda: not any(w.searches() for w in running.workers))
    result = client.get(f"/api/v1/jobs/{job}/result")
    assert result.ok == keep_best
    if keep_best:
        assert result.json()["stopped"] is True
        assert result.json()["plans"][0]["graph"]["nodes"]


def test_one_slot_of_one_worker_is_enough(
    running: Stack, other: Process, web: Web, client: Client, figures: list[tuple[float, float]]
) -> None:
    other.kill()
    job = client.submit("campus", options=FRONT)
    with viewing(web, running.token(), job) as (viewer,):
        wait_for("the end", lambda: viewer.ended)
        assert_whole(viewer, client)
        assert_one_bar(viewer)
    assert figures_of(client.get(f"/api/v1/jobs/{job}/result").json()) == figures
    # The help that it asked for finds nothing to do, and stands in nobody's way.
    assert client.wait_for_end(client.submit("tiny"))["outcome"] == "finished"

"""The task that sees a job through: what it begins with, and how it ends, on a real worker."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from algorithm import Part, check, load_sample, parts_of, run_search
from dashboard.db.extensions import db
from dashboard.db.models import Job, Result, User
from dashboard.jobs import lifecycle, parts
from tests.stack import Stack, wait_for

pytestmark = pytest.mark.slow

TWO: dict[str, Any] = {"goal": "alternatives", "plans": 2}
MARK = 12_345.0
"""What the plan of the first part costs where an earlier attempt has done it, as no other does."""

Prepare = Callable[[str], None]


@pytest.fixture
def finished(stack: Stack) -> Callable[..., Job]:
    """Submits a job, prepares it before any worker has it, and waits for its end."""

    def run(prepare: Prepare = lambda job_id: None, **submission: Any) -> Job:
        stack.worker.kill()
        stack.token()
        with stack.app.app_context():
            job_id = submit(**submission)
            prepare(job_id)
        stack.worker.start()
        return wait_for("the job to end", lambda: ended(stack, job_id))

    return run


def submit(
    sample: str | None = "tiny",
    requirement: dict[str, Any] | None = None,
    options: dict[str, Any] | None = None,
) -> str:
    job = lifecycle.submit(
        db.session.scalars(db.select(User)).one(),
        title="A search",
        sample=sample,
        requirement=requirement,
        disabled_devices=[],
        options=options or {},
    )
    return job.id


def ended(stack: Stack, job_id: str) -> Job | None:
    with stack.app.app_context():
        job = db.session.get_one(Job, job_id)
        db.session.expunge(job)
        return job if job.ended else None


def first_part_done(job_id: str) -> None:
    """Leave the parts as an attempt does that was lost after the first of them."""
    requirement, _, options = check(load_sample("tiny"), [], TWO)
    parts.create_parts(job_id, parts_of(requirement, options))
    assert parts.claim(job_id, "lost") == "structure"
    plan = run_search("tiny")["plans"][0] | {"cost_per_year": MARK}
    devices = [device["name"] for device in plan["devices"]]
    outcome = {"plan": plan, "structure": devices, "left_out": [], "wanted": {}, "stopped": False}
    more = {"basis": "whole horizon", "bound": MARK, "gap": 0.0, "typical_days": None}
    assert parts.finish(job_id, "structure", "lost", "done", outcome=outcome | more)


def test_a_later_attempt_does_not_redo_what_is_done(
    stack: Stack, finished: Callable[..., Job]
) -> None:
    job = finished(first_part_done, options=TWO)
    assert (job.outcome, job.status) == ("finished", "Finished: 12,345 EUR a year.")
    with stack.app.app_context():
        plans = db.session.get_one(Result, job.id).value["plans"]
    assert len(plans) == 2
    assert plans[0]["cost_per_year"] == MARK < plans[1]["cost_per_year"]


def test_a_search_whose_time_is_up_ends_with_the_best_so_far(finished: Callable[..., Job]) -> None:
    job = finished(first_part_done, options=TWO | {"time_limit_s": 0.001})
    assert (job.state, job.outcome) == ("SUCCESS", "stopped")
    assert (
        job.status == "The time limit of 0.001 s was reached; best plan so far: 12,345 EUR a year."
    )


def test_a_search_whose_time_is_up_before_there_is_a_plan_fails(
    finished: Callable[..., Job],
) -> None:
    job = finished(sample="campus", options={"time_limit_s": 0.001})
    assert (job.state, job.status) == ("FAILURE", "No plan was found within 0.001 s.")


def test_a_part_that_fails_fails_the_search_and_is_named(finished: Callable[..., Job]) -> None:
    requirement = {"demands": {"heat": 5.0}, "devices": {}}
    job = finished(sample=None, requirement=requirement, options=TWO)
    assert (job.state, job.outcome) == ("FAILURE", "failed")
    assert "heat" in job.status
    assert job.status.endswith("(Part of the search: structure.)")


def test_a_failure_inside_is_one_sentence(finished: Callable[..., Job]) -> None:
    """Of the first part, without which there is no plan: no solver takes such figures."""
    requirement = {
        "demands": {"electricity": 1e12},
        "supplies": {"electricity": {"price": 1e12}},
        "devices": {},
    }
    job = finished(sample=None, requirement=requirement)
    assert (job.state, job.outcome) == ("FAILURE", "failed")
    assert job.status.startswith("The solver refused the model, as some figure in it is too large")
    assert "Error" not in job.status
    assert "Traceback" not in job.status


def test_a_part_that_kills_its_solver_costs_no_plan_but_its_own(
    stack: Stack, finished: Callable[..., Job]
) -> None:
    def killed(job_id: str) -> None:
        first_part_done(job_id)
        for _ in range(parts.TRIES):
            assert parts.claim(job_id, "lost") == "structure-2"
            parts.retry_part(job_id, "structure-2", "lost", "It was killed.")

    job = finished(killed, options=TWO)
    assert (job.state, job.outcome) == ("SUCCESS", "finished")
    assert job.status == "Finished: 12,345 EUR a year."
    with stack.app.app_context():
        (plan,) = db.session.get_one(Result, job.id).value["plans"]
    assert plan["cost_per_year"] == MARK


def test_a_part_that_all_its_workers_were_lost_with_fails_the_search(
    finished: Callable[..., Job],
) -> None:
    def lost(job_id: str) -> None:
        parts.create_parts(job_id, [Part("structure", (), 1.0)])
        parts.claim(job_id, "lost")
        parts.finish(job_id, "structure", "lost", "failed", error=parts.LOST)

    assert finished(lost).status == parts.LOST

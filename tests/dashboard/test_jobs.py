"""A job's life in the durable store, and the tables that it is kept in."""

from __future__ import annotations

import os
import re
import signal
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask, current_app
from flask_migrate import upgrade
from sqlalchemy import text

import algorithm
from dashboard.app import create_app
from dashboard.config import Settings
from dashboard.db.extensions import db
from dashboard.db.models import Dispatch, Job, Result
from dashboard.development.valkey import EmbeddedValkey
from dashboard.jobs import lifecycle, parts
from dashboard.journal.publish import journal
from dashboard.times import LEASE_S
from tests.dashboard.conftest import Api, Listener


def begin(job_id: str, options: dict[str, Any], spent_s: float) -> None:
    """Begin a job as a worker would have done that has been at it for so many seconds."""
    job = lifecycle.begin(job_id)
    assert job is not None
    job.options = options
    db.session.commit()
    assert lifecycle.renew(job_id, job.attempt, spent_s)


@pytest.mark.parametrize(
    ("options", "reason"),
    [({}, None), ({"time_limit_s": 600.0}, None), ({"time_limit_s": 50.0}, "time")],
)
def test_a_search_ends_when_its_time_is_up(
    app: Flask, api: Api, options: dict[str, Any], reason: str | None
) -> None:
    job = api.submit()
    with app.app_context():
        begin(job, options, spent_s=60)
        assert lifecycle.stop_reason(job) == reason


@pytest.mark.parametrize(("keep_best", "reason"), [(True, "keep"), (False, "discard")])
def test_a_search_ends_when_somebody_cancels_it(
    app: Flask, api: Api, keep_best: bool, reason: str
) -> None:
    identity = api.submit()
    with app.app_context():
        begin(identity, {"time_limit_s": 50.0}, spent_s=60)
        assert lifecycle.ask_to_cancel(db.session.get_one(Job, identity), keep_best=keep_best)
        assert lifecycle.stop_reason(identity) == reason


def test_a_job_that_is_gone_is_nothing_to_go_on_with(app: Flask) -> None:
    with app.app_context():
        assert lifecycle.stop_reason("nothing") == "discard"


def test_only_the_first_end_of_a_job_leaves_a_result(app: Flask, api: Api) -> None:
    job = api.submit()
    plan = {"dispatch": {"flows": []}}
    with app.app_context():
        assert lifecycle.end(job, "SUCCESS", "finished", "It ended.", {"plans": [plan]})
        assert not lifecycle.end(job, "SUCCESS", "finished", "Too late.", {"plans": [plan, plan]})
        assert len(db.session.get_one(Result, job).value["plans"]) == 1
        assert db.session.get(Dispatch, (job, 0)) is not None
        assert db.session.get(Dispatch, (job, 1)) is None


@pytest.fixture
def begun(app: Flask, api: Api) -> Iterator[str]:
    """A job that a worker has begun."""
    identity = api.submit()
    with app.app_context():
        assert lifecycle.begin(identity)
        yield identity


def queued() -> int:
    """How many messages wait for a worker."""
    messages: int = current_app.extensions["celery"].queued()
    return messages


def stored(job_id: str) -> Job:
    db.session.expire_all()
    return db.session.get_one(Job, job_id)


def lose_worker(job_id: str) -> None:
    job = stored(job_id)
    assert lifecycle.expire(job_id, job.attempt, job.heartbeat)
    lifecycle.send_requeued()


def test_a_job_whose_task_falls_silent_is_handed_on_once(
    app: Flask, begun: str, listener: Listener
) -> None:
    before = queued()
    listener.for_a_lease()
    listener.listen(3)
    job = stored(begun)
    assert (job.state, job.attempt) == ("RETRY", 2)
    assert job.status == "Its worker was lost; starting again."
    assert queued() == before + 1
    assert journal().snapshots([begun])[begun]["state"] == "RETRY"


def test_a_job_whose_task_renews_its_lease_stays_its_own(
    app: Flask, begun: str, listener: Listener
) -> None:
    for _ in range(3):
        listener.listen(LEASE_S - 2)
        assert lifecycle.renew(begun, 1, 0.0)
    listener.listen(0)
    assert (stored(begun).state, stored(begun).attempt) == ("STARTED", 1)
    assert lifecycle.begin(begun) is None, "a message that comes twice finds the lease held"


def test_a_job_that_waits_for_its_first_worker_is_left_alone(
    app: Flask, api: Api, listener: Listener
) -> None:
    job = api.submit()
    with app.app_context():
        before = queued()
        listener.for_a_lease()
        assert (stored(job).state, stored(job).attempt) == ("PENDING", 1)
        assert queued() == before


def test_of_many_who_begin_a_rescued_job_one_does(app: Flask, begun: str) -> None:
    lose_worker(begun)
    began: list[Job | None] = []
    together = threading.Barrier(6)

    def begin_too() -> None:
        together.wait()
        with app.app_context():
            began.append(lifecycle.begin(begun))

    tasks = [threading.Thread(target=begin_too) for _ in range(6)]
    for task in tasks:
        task.start()
    for task in tasks:
        task.join()
    assert sum(job is not None for job in began) == 1
    assert len(stored(begun).begun) == 2


def test_a_rescued_job_says_after_which_parts_it_goes_on(app: Flask, begun: str) -> None:
    parts.create_parts(
        begun, [algorithm.Part("structure", (), 1.0), algorithm.Part("plan", (), 1.0)]
    )
    assert parts.claim(begun, "lost") == "structure"
    assert parts.finish(begun, "structure", "lost", "done", outcome={"plan": 1})
    lose_worker(begun)
    job = lifecycle.begin(begun)
    assert job is not None
    assert job.status == "Its worker was lost; resuming after 1 of 2 parts."
    assert job.started_at is not None
    assert job.begun[0] <= job.begun[1]
    assert parts.outcomes(begun) == {"structure": {"plan": 1}}


def test_an_older_attempt_neither_renews_nor_ends_nor_goes_on(app: Flask, begun: str) -> None:
    lose_worker(begun)
    assert lifecycle.begin(begun)
    assert not lifecycle.renew(begun, 1, 0.0)
    result: dict[str, Any] = {"plans": [{"dispatch": {"flows": []}}]}
    assert not lifecycle.end(begun, "SUCCESS", "finished", "Too late.", result, attempt=1)
    assert lifecycle.stop_reason(begun, attempt=1) == "discard"
    assert db.session.get(Result, begun) is None
    assert lifecycle.stop_reason(begun, attempt=2) is None
    assert lifecycle.renew(begun, 2, 0.0)
    assert lifecycle.end(begun, "SUCCESS", "finished", "Right.", result, attempt=2)
    assert stored(begun).status == "Right."


def test_a_job_that_loses_all_its_workers_fails_and_tells_its_attempts(
    app: Flask, begun: str
) -> None:
    for _ in range(lifecycle.ATTEMPTS - 1):
        lose_worker(begun)
        assert lifecycle.begin(begun)
    lose_worker(begun)
    job = stored(begun)
    assert (job.state, job.outcome, job.attempt) == ("FAILURE", "failed", lifecycle.ATTEMPTS)
    assert job.status.startswith("Failed: its worker was lost 3 times. Attempts started at ")
    assert len(re.findall(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", job.status)) == 3
    assert journal().snapshots([begun])[begun]["outcome"] == "failed"


def test_a_rescued_job_waits_for_a_broker_that_is_away(
    app: Flask, begun: str, valkey: EmbeddedValkey
) -> None:
    before = queued()
    os.kill(valkey.pid, signal.SIGSTOP)
    lose_worker(begun)
    os.kill(valkey.pid, signal.SIGCONT)
    assert (stored(begun).state, stored(begun).heartbeat) == ("RETRY", 0)
    lifecycle.send_requeued()
    assert stored(begun).heartbeat == 1
    # A message that was half sent before may be there, too: only one of them begins the job.
    assert queued() > before


@pytest.mark.parametrize("keep_best", [True, False])
def test_a_cancel_of_a_job_that_waits_for_its_next_worker(
    app: Flask, begun: str, keep_best: bool
) -> None:
    lose_worker(begun)
    assert lifecycle.ask_to_cancel(stored(begun), keep_best=keep_best)
    if keep_best:
        assert lifecycle.begin(begun), "what there is to keep, a worker keeps"
        assert lifecycle.stop_reason(begun, attempt=2) == "keep"
    else:
        assert stored(begun).state == "REVOKED"
        assert lifecycle.begin(begun) is None


def test_a_job_is_handed_on_as_often_as_workers_are_stopped(app: Flask, begun: str) -> None:
    for attempt in range(1, lifecycle.ATTEMPTS + 2):
        assert lifecycle.requeue(begun, attempt)
        assert not lifecycle.renew(begun, attempt, 0.0)
        job = stored(begun)
        assert (job.state, job.attempt, job.lost) == ("RETRY", attempt + 1, 0)
        assert job.status == "Its worker was stopped; starting again."
        assert lifecycle.begin(begun)
    assert not lifecycle.requeue(begun, attempt=1), "only the newest attempt has it"


def test_a_job_that_ran_before_anybody_counted_is_rescued(
    settings: Settings, listener: Listener
) -> None:
    app = create_app(settings)
    with app.app_context():
        upgrade(revision="0002")
        columns = "id, owner_id, title, disabled_devices, options, state, status, attempt"
        with db.engine.begin() as connection:
            connection.execute(text("INSERT INTO user VALUES (1, 'olga', 'operator', NULL)"))
            connection.execute(
                text(
                    f"INSERT INTO job ({columns}, created_at) VALUES "
                    "('old', 1, '', '[]', '{}', 'STARTED', '', 1, '2026-01-01')"
                )
            )
        upgrade()
        listener.for_a_lease()
        assert (stored("old").state, stored("old").attempt) == ("RETRY", 2)
        app.extensions["journal"].redis.flushdb()


def test_the_migrations_make_the_tables_of_the_models(settings: Settings) -> None:
    app = create_app(settings)
    with app.app_context():
        upgrade()
        with db.engine.connect() as connection:
            context = MigrationContext.configure(connection)
            assert compare_metadata(context, db.metadata) == []

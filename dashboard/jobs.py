"""A job's life in the durable store: submit, begin, cancel, end.

The web submits and cancels, the worker begins and ends. Each step is one conditional UPDATE, so of
two who try it at once (a cancel and a worker that takes the job, say) exactly one succeeds.
"""

from __future__ import annotations

import uuid
from typing import Any

from celery import Celery
from flask import current_app
from redis import RedisError
from sqlalchemy import ColumnElement, update
from sqlalchemy.exc import IntegrityError

from dashboard.broker import SEARCH
from dashboard.events import journal, publish_stored
from dashboard.extensions import db
from dashboard.models import ENDED, Job, Outcome, Result, State, User, now


class Unavailable(Exception):
    """The message queue can't be reached, so nothing was queued."""


def submit(
    owner: User,
    *,
    title: str,
    sample: str | None,
    requirement: dict[str, Any] | None,
    disabled_devices: list[str],
    options: dict[str, Any],
    idempotency_key: str | None = None,
) -> Job:
    """Store, announce and queue a job; a known `idempotency_key` answers with its job.

    Raises Unavailable, and then there is no job.
    """
    if idempotency_key and (known := _submitted_before(owner, idempotency_key)):
        return known
    try:
        journal().redis.ping()
    except RedisError as error:
        raise Unavailable from error
    job = Job(
        id=str(uuid.uuid4()),
        owner_id=owner.id,
        title=title,
        sample=sample,
        requirement=requirement,
        disabled_devices=disabled_devices,
        options=options,
        status="Pending...",
        idempotency_key=idempotency_key,
    )
    db.session.add(job)
    try:
        db.session.commit()
    except IntegrityError:
        # The same click came twice at once, and the other one was first.
        db.session.rollback()
        if idempotency_key and (known := _submitted_before(owner, idempotency_key)):
            return known
        raise
    try:
        publish_stored(job)
        _send(job)
    # Whatever the broker's library raises (there are several), no message was queued.
    except Exception as error:
        current_app.logger.warning("Job %s could not be queued: %s", job.id, error)
        _withdraw(job)
        raise Unavailable from error
    return job


def _submitted_before(owner: User, idempotency_key: str) -> Job | None:
    known: Job | None = db.session.scalar(
        db.select(Job).filter_by(owner_id=owner.id, idempotency_key=idempotency_key)
    )
    return known


def _send(job: Job) -> None:
    celery: Celery = current_app.extensions["celery"]
    celery.send_task(SEARCH, args=[job.id], task_id=job.id, retry=False)


def _withdraw(job: Job) -> None:
    identity = job.id
    db.session.delete(job)
    db.session.commit()
    try:
        journal().forget(identity)
    except RedisError:
        current_app.logger.info("The journal of withdrawn job %s is left to expire.", identity)


def begin(job_id: str) -> Job | None:
    """The job, now STARTED; None if it isn't waiting (any more), so that a task that Celery
    delivers twice, or after a cancel, runs nothing."""
    values = {"state": "STARTED", "status": "Started.", "started_at": now()}
    if not _move(job_id, Job.state == "PENDING", **values):
        return None
    job = db.session.get_one(Job, job_id)
    try:
        publish_stored(job)
    except RedisError as error:
        # The first progress says as much.
        current_app.logger.warning("The start of job %s is not told: %s", job_id, error)
    return job


def ask_to_cancel(job: Job, *, keep_best: bool) -> bool:
    """End a waiting job at once, or tell the worker that has it; False if it has ended.

    Raises redis.RedisError if a waiting job's end can't be told yet (it is stored all the same).
    """
    if end(job.id, "REVOKED", "cancelled", "Cancelled before it started.", waiting=True):
        return True
    wish = "keep" if keep_best else "discard"
    return _move(job.id, Job.state.not_in(ENDED), cancel=wish)


def cancel_wish(job_id: str) -> str | None:
    """What a running job was asked: None, "keep" or "discard"."""
    # The worker asks for as long as the search runs: each time in a transaction of its own.
    wish: str | None = db.session.scalar(db.select(Job.cancel).filter_by(id=job_id))
    db.session.rollback()
    return wish


def end(
    job_id: str,
    state: State,
    outcome: Outcome,
    status: str,
    result: dict[str, Any] | None = None,
    *,
    waiting: bool = False,
) -> bool:
    """Store how a job ended and its result, then publish it; False if it had ended before.

    `waiting`: only if no worker has begun it. Raises redis.RedisError if it could not be published
    yet; `publish_stored` does that later.
    """
    condition = Job.state == "PENDING" if waiting else Job.state.not_in(ENDED)
    if result is not None:
        # With the state, in one transaction: a job that succeeded has its result.
        db.session.merge(Result.of(job_id, result))
    if not _move(
        job_id, condition, state=state, outcome=outcome, status=status[:1000], ended_at=now()
    ):
        return False
    publish_stored(db.session.get_one(Job, job_id))
    return True


def _move(job_id: str, condition: ColumnElement[bool], **values: Any) -> bool:
    """Change the job if `condition` holds of it, in one step; False, and nothing done, if not."""
    moved = db.session.execute(
        update(Job).where(Job.id == job_id, condition).values(**values),
        execution_options={"synchronize_session": False},
    )
    if moved.rowcount == 0:  # type: ignore[attr-defined]
        db.session.rollback()
        return False
    db.session.commit()
    db.session.expire_all()
    return True

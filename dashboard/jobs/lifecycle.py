"""A job's life in the database: submit, begin, renew, requeue, cancel, end.

Web processes submit and cancel, workers begin, renew and end. Each step is one conditional UPDATE,
so of two that race (such as a cancel and a worker that takes the job) exactly one succeeds. The
task that has begun a job holds a lease on it, and renews it: a worker that shuts down requeues its
jobs, and expired leases are taken away (`dashboard.jobs.rescue`). Then the job's next attempt
begins. The attempt is a fencing token: later writes of an earlier one are rejected.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, cast

from celery import Celery
from flask import current_app
from redis import RedisError
from sqlalchemy import ColumnElement, CursorResult, bindparam, delete, func, tuple_, update
from sqlalchemy.exc import IntegrityError

from algorithm.messages import Message, encoded, with_message
from algorithm.search.result import Result as SearchResult
from dashboard.celery_config import LAST, SEARCH
from dashboard.db import audit, probe
from dashboard.db.extensions import current_settings, db
from dashboard.db.models import (
    ENDED,
    WAITING,
    Dispatch,
    Job,
    JobOutcome,
    LinkedPlan,
    Result,
    State,
    StatedOptions,
    StoredResult,
    Team,
    User,
    Visibility,
    now,
)
from dashboard.jobs import parts
from dashboard.journal.publish import journal, milliseconds, publish_stored
from dashboard.times import RENEW_S

ATTEMPTS = 3
"""A job whose workers are lost so often has failed: it's probably the job that kills them."""

CANCELLED = Message("Cancelled.")
NOT_STARTED = Message("Cancelled before it started.")

SUBMIT_TIMEOUT_S = 3.0
"""Seconds that a submit takes at most; clients time out after that."""

BEAT = {"heartbeat": Job.heartbeat + 1}
"""The update that is a heartbeat: a worker has the job, or its message was sent."""


class StopReason(StrEnum):
    """Why a running search is to end. The first two are what people ask for (`Job.cancel`)."""

    KEEP = "keep"
    """The best plan so far becomes the result."""
    DISCARD = "discard"
    """Nobody wants it any more."""
    TIME = "time"
    """Its time limit is up; the best plan so far becomes the result."""


class Unavailable(Exception):
    """The message queue can't be reached, so nothing was queued."""


class TooManyWaiting(Exception):
    """The owner has the maximum number of waiting searches, so it wasn't queued."""


def submit(
    owner: User,
    *,
    title: str,
    sample: str | None,
    requirement: dict[str, Any] | None,
    disabled_devices: list[str],
    options: StatedOptions,
    visibility: Visibility = "all",
    team: Team | None = None,
    idempotency_key: str | None = None,
) -> Job:
    """Store, announce and queue a job; a known `idempotency_key` answers with its job.

    Raises Unavailable or TooManyWaiting, and then there is no job.
    """
    if idempotency_key and (known := _submitted_before(owner, idempotency_key)):
        return known
    if (
        _count(Job.owner_id == owner.id, Job.state.in_(WAITING))
        >= current_settings().waiting_per_person
    ):
        raise TooManyWaiting
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
        **with_message("status", Message("Pending...")),
        visibility=visibility,
        team_id=team.id if team else None,
        idempotency_key=idempotency_key,
    )
    db.session.add(job)
    audit.record("submit", job.id, actor=owner, title=title)
    try:
        db.session.commit()
    except IntegrityError:
        # A concurrent request with the same key was first.
        db.session.rollback()
        if idempotency_key and (known := _submitted_before(owner, idempotency_key)):
            return known
        raise Unavailable from None
    try:
        publish_stored(job)
        send(job)
    # Each broker's library raises its own errors; after any of them no message was queued.
    except Exception as error:
        current_app.logger.warning("Job %s could not be queued: %s", job.id, error)
        if _withdraw(job.id):
            raise Unavailable from error
    return job


def _submitted_before(owner: User, idempotency_key: str) -> Job | None:
    """The job that was submitted with this key, once it's certain that it's kept.

    The request that submits it may still be running, and withdraw it. If that request was lost with
    its process, the job is kept: an idle worker has its message sent.
    """
    until = time.monotonic() + SUBMIT_TIMEOUT_S
    query = db.select(Job).filter_by(owner_id=owner.id, idempotency_key=idempotency_key)
    while (known := db.session.scalar(query)) is not None:
        if known.heartbeat or known.state != "PENDING" or time.monotonic() > until:
            return cast(Job, known)
        db.session.rollback()
        time.sleep(0.05)
    return None


def send(job: Job) -> None:
    """Queue the message that starts a waiting job.

    It may be sent more than once: only one starts the job. Raises any error of the broker's
    library, and then nothing was queued.
    """
    celery: Celery = current_app.extensions["celery"]
    priority = min(rank(job), LAST - 1)
    celery.send_task(SEARCH, args=[job.id], task_id=job.id, priority=priority, retry=False)
    _move(job.id, Job.state == job.state, Job.attempt == job.attempt, **BEAT)


def resend(job_id: str, attempt: int, heartbeat: int) -> bool:
    """Send a job's message again if it still waits at this `heartbeat`; False otherwise.

    Of several concurrent callers, one sends. Raises like `send`.
    """
    waits = (Job.state.in_(WAITING), Job.attempt == attempt, Job.heartbeat == heartbeat)
    # A heartbeat first, so that concurrent callers see it; `send` adds another one.
    if not _move(job_id, *waits, **BEAT):
        return False
    send(db.session.get_one(Job, job_id))
    return True


def rank(job: Job) -> int:
    """How many searches of its owner are running or queued before it; the lowest rank goes first.

    This makes the queue fair, however many searches each person has waiting.
    """
    before = tuple_(Job.created_at, Job.id) < (job.created_at, job.id)
    return _count(
        Job.owner_id == job.owner_id,
        Job.id != job.id,
        Job.state.not_in(ENDED),
        (Job.state == "STARTED") | before,
    )


def send_next(owner_id: int) -> None:
    """Send the owner's next waiting job again after a search of theirs ended, if others wait too.

    Its rank is better now, but its queued message has the old priority. If the new message can't be
    queued, the old one still starts the job, later.
    """
    waiting = Job.state.in_(WAITING)
    if not _count(waiting, Job.owner_id != owner_id):
        return
    own = db.select(Job).where(waiting, Job.owner_id == owner_id, Job.heartbeat > 0)
    job = db.session.scalar(own.order_by(Job.created_at, Job.id).limit(1))
    if job is None:
        return
    try:
        send(job)
    # Each broker's library raises its own errors.
    except Exception as error:
        current_app.logger.info("Job %s keeps its older place: %s", job.id, error)


def _count(*conditions: ColumnElement[bool]) -> int:
    return db.session.scalar(db.select(func.count()).select_from(Job).where(*conditions)) or 0


def _withdraw(job_id: str) -> bool:
    """Delete a job that couldn't be queued; False if its message did arrive and a worker has it."""
    waiting = delete(Job).where(Job.id == job_id, Job.state == "PENDING")
    withdrawn = cast(CursorResult[Any], db.session.execute(waiting)).rowcount > 0
    if withdrawn:
        audit.record("submit withdrawn", job_id)
    db.session.commit()
    if withdrawn:
        try:
            journal().forget(job_id)
        except RedisError:
            current_app.logger.info("The journal of withdrawn job %s is left to expire.", job_id)
    return withdrawn


def delete_ended(job: Job) -> bool:
    """Delete a job with its result; False, and nothing is stored, if it hasn't ended."""
    job_id = job.id
    ended = delete(Job).where(Job.id == job_id, Job.state.in_(ENDED))
    options = {"synchronize_session": False}
    if not cast(CursorResult[Any], db.session.execute(ended, execution_options=options)).rowcount:
        db.session.rollback()
        return False
    db.session.commit()
    try:
        journal().forget(job_id)
    except RedisError:
        current_app.logger.info("The journal of deleted job %s is left to expire.", job_id)
    return True


def begin(job_id: str) -> Job | None:
    """Start a waiting job; the caller then holds the lease of its attempt, and has to renew it.

    None if the job isn't waiting, so that a task that Celery delivers twice, or after a cancel,
    runs nothing.
    """
    job = db.session.get(Job, job_id)
    if job is None or job.state not in WAITING:
        db.session.rollback()
        return None
    began = now()
    begun = [*job.begun, milliseconds(began)]
    values: dict[str, Any] = {"state": "STARTED", "begun": begun, **BEAT}
    if job.state == "PENDING":
        values |= {**with_message("status", Message("Started.")), "started_at": began}
    if not _move(job_id, Job.state == job.state, Job.attempt == job.attempt, **values):
        return None
    job = db.session.get_one(Job, job_id)
    try:
        publish_stored(job)
    except RedisError as error:
        # The first progress event says so too.
        current_app.logger.warning("The start of job %s is not told: %s", job_id, error)
    return job


def renew(job_id: str, attempt: int, passed_s: float) -> bool:
    """Renew this attempt's lease; False if the job has ended, or a later attempt has it.

    passed_s: time since the last renewal, which counts towards the job's time limit.
    """
    values = {**BEAT, "spent_s": Job.spent_s + passed_s}
    return _move(job_id, Job.state == "STARTED", Job.attempt == attempt, **values)


# Web processes run these every second: to build a query takes longer than to run it.
_HEARTBEATS = db.select(Job.id, Job.attempt, Job.heartbeat).where(
    Job.state.in_(bindparam("states", expanding=True))
)
_BEGUN = db.select(Job.id).where(Job.state.in_(("STARTED", "RETRY"))).limit(1)
_REQUEUED = db.select(Job).where(Job.state == "RETRY", Job.heartbeat == 0)


def any_begun() -> bool:
    """Whether any job is running or requeued: without one, no lease can expire."""
    found = db.session.scalar(_BEGUN)
    db.session.rollback()
    return found is not None


def heartbeats(states: Collection[str]) -> dict[str, tuple[int, int]]:
    """Attempt and heartbeat of each job in one of the `states`."""
    rows = db.session.execute(_HEARTBEATS, {"states": list(states)}).all()
    db.session.rollback()
    return {job_id: (attempt, times) for job_id, attempt, times in rows}


def requeue(job_id: str, attempt: int) -> bool:
    """Put a job of a worker that shuts down back into the queue; False as in `renew`.

    A web process sends its message soon after, when that worker takes no messages any more.
    """
    values = with_message("status", _going_on(job_id, Message("Its worker was stopped")))
    return _move(job_id, Job.state == "STARTED", Job.attempt == attempt, **_next(values))


def preempt(job_id: str, attempt: int) -> bool:
    """Put a running job back into the queue, in favour of another person; False as in `renew`.

    Its parts are requeued. It counts as lost until its task has noticed (`undo_loss`).
    """
    status = _going_on(job_id, Message("It was preempted by another person's search"))
    values = {"lost": Job.lost + 1, **with_message("status", status)}
    if not _move(job_id, Job.state == "STARTED", Job.attempt == attempt, **_next(values)):
        return False
    parts.requeue_parts(job_id)
    return True


def release(job_id: str) -> None:
    """Have the message of a waiting job sent again, because the worker that got it shuts down."""
    _move(job_id, Job.state.in_(WAITING), heartbeat=0)


def expire(job_id: str, attempt: int, heartbeat: int) -> bool:
    """Expire the lease of a job whose heartbeat stopped at `heartbeat`: requeue it, or fail it
    after ATTEMPTS; False as above."""
    held = (Job.state == "STARTED", Job.attempt == attempt, Job.heartbeat == heartbeat)
    job = db.session.get(Job, job_id)
    if job is not None and job.lost + 1 >= ATTEMPTS:
        return _give_up(job_id, job.begun, held)
    status = _going_on(job_id, Message("Its worker was lost"))
    values = {"lost": Job.lost + 1, **with_message("status", status)}
    return _move(job_id, *held, **_next(values))


def undo_loss(job_id: str, attempt: int) -> None:
    """Don't count an attempt as lost whose worker turned out to be alive."""
    later = (Job.attempt > attempt, Job.state.not_in(ENDED), Job.lost > 0)
    _move(job_id, *later, lost=Job.lost - 1)


def takes_writes() -> bool:
    """Whether the database accepts writes without delay; if not, missing heartbeats prove nothing.

    Raises SQLAlchemy's error if it accepts none.
    """
    began = time.monotonic()
    probe.try_to_write()
    return time.monotonic() < began + RENEW_S


def _next(values: dict[str, Any]) -> dict[str, Any]:
    """The update that requeues a running job for its next attempt, with `values`."""
    return {"state": "RETRY", "attempt": Job.attempt + 1, "heartbeat": 0, **values}


def _going_on(job_id: str, reason: str) -> str:
    statuses = parts.statuses(job_id)
    done = sum(part.state == "done" for part in statuses)
    if not done:
        return Message("%(reason)s; starting again.", reason=reason)
    return Message(
        "%(reason)s; resuming after %(done)s of %(parts)s parts.",
        reason=reason,
        done=done,
        parts=len(statuses),
    )


def _give_up(job_id: str, begun: Sequence[int], held: tuple[ColumnElement[bool], ...]) -> bool:
    attempts = ", ".join(
        f"{datetime.fromtimestamp(began / 1000, UTC):%Y-%m-%d %H:%M:%S}" for began in begun
    )
    status = Message(
        "Failed: its worker was lost %(times)s times. Attempts started at %(attempts)s (UTC).",
        times=ATTEMPTS,
        attempts=attempts,
    )
    try:
        return _end(job_id, held, "FAILURE", "failed", status)
    except RedisError as error:
        # A web process with viewers of it publishes it later.
        current_app.logger.warning("The end of job %s is not told yet: %s", job_id, error)
        return True


def send_requeued() -> None:
    """Publish requeued jobs to their viewers, and queue their messages."""
    for job in db.session.scalars(_REQUEUED).all():
        try:
            publish_stored(job)
            send(job)
        # Each broker's library raises its own errors; the next call tries again.
        except Exception as error:
            current_app.logger.warning("Job %s can't be handed on yet: %s", job.id, error)
            break
    db.session.rollback()


def is_waiting(job_id: str) -> bool:
    """Whether the job waits for a worker to begin it, for the first time or again."""
    state = db.session.scalar(db.select(Job.state).where(Job.id == job_id))
    db.session.rollback()
    return state in WAITING


def ask_to_cancel(job: Job, *, keep_best: bool) -> bool:
    """End a waiting job at once, or tell the worker that has it; False if it has ended.

    A requeued job that is to keep its best plan waits for its next worker, which does that.
    Raises redis.RedisError if a waiting job's end is stored but can't be published yet.
    """
    job_id = job.id
    if _end(job_id, [Job.state == "PENDING"], "REVOKED", "cancelled", NOT_STARTED):
        return True
    if not keep_best and _end(job_id, [Job.state == "RETRY"], "REVOKED", "cancelled", CANCELLED):
        return True
    wish = StopReason.KEEP if keep_best else StopReason.DISCARD
    return _move(job_id, Job.state.not_in(ENDED), cancel=wish.value)


def stop_reason(job_id: str, attempt: int | None = None) -> StopReason | None:
    """Why a running job's search is to end now, if it is: somebody cancelled it, or time is up.

    DISCARD also if the job has ended, or if `attempt` is given and isn't the newest.
    """
    # Called throughout a search: each time in its own transaction, to see current data.
    job = db.session.get(Job, job_id)
    reason: StopReason | None = None
    if job is None or job.ended or attempt not in (None, job.attempt):
        reason = StopReason.DISCARD
    elif job.cancel:
        reason = StopReason(job.cancel)
    elif job.seconds_left is not None and job.seconds_left <= 0:
        reason = StopReason.TIME
    db.session.rollback()
    return reason


def end(
    job_id: str,
    state: State,
    outcome: JobOutcome,
    status: str,
    result: SearchResult | None = None,
    *,
    attempt: int | None = None,
) -> bool:
    """Store how a job ended and its result, then publish it; False if it had ended before.

    attempt: only if that is the newest. Raises redis.RedisError if the end couldn't be published
    yet; `publish_stored` does that later.
    """
    conditions: list[ColumnElement[bool]] = [Job.state.not_in(ENDED)]
    if attempt is not None:
        conditions.append(Job.attempt == attempt)
    if not _end(job_id, conditions, state, outcome, status, result):
        return False
    send_next(db.session.get_one(Job, job_id).owner_id)
    return True


def _end(
    job_id: str,
    conditions: Sequence[ColumnElement[bool]],
    state: State,
    outcome: JobOutcome,
    status: str,
    result: SearchResult | None = None,
) -> bool:
    if result is not None:
        # In one transaction with the state, so that a successful job always has its result.
        _store(job_id, result)
    parts.drop(job_id)
    values = {**with_message("status", status), "status": status[:1000], "ended_at": now()}
    if not _move(job_id, *conditions, state=state, outcome=outcome, **values):
        return False
    publish_stored(db.session.get_one(Job, job_id))
    return True


def _store(job_id: str, result: SearchResult) -> None:
    """Add a result to the transaction, each plan's dispatch in its own row.

    A year's dispatch is megabytes, and most readers of a result don't need it.
    """
    rows: list[Dispatch | Result] = []
    plans: list[LinkedPlan] = []
    for number, plan in enumerate(result["plans"]):
        rest = {name: value for name, value in plan.items() if name != "dispatch"}
        url = f"/api/v1/jobs/{job_id}/plans/{number}/dispatch"
        plans.append(cast(LinkedPlan, {**rest, "dispatch_url": url}))
        rows.append(Dispatch.of(plan["dispatch"], job_id=job_id, plan=number))
        # Packing is slow: yield, so that green threads can renew leases meanwhile.
        time.sleep(0)
    stored = cast(StoredResult, encoded({**result, "plans": plans}))
    rows.append(Result.of(stored, job_id=job_id))
    for row in rows:
        db.session.merge(row)


def _move(job_id: str, *conditions: ColumnElement[bool], **values: Any) -> bool:
    """Update the job if `conditions` hold, atomically; False if they don't."""
    moved = db.session.execute(
        update(Job).where(Job.id == job_id, *conditions).values(**values),
        execution_options={"synchronize_session": False},
    )
    if moved.rowcount == 0:  # type: ignore[attr-defined]
        db.session.rollback()
        return False
    db.session.commit()
    db.session.expire_all()
    return True

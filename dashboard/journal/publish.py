"""Publishing: an event is appended to the journal first, then emitted to viewers.

Workers publish a search's progress and its end; web processes publish what happens while no worker
has the job. An emit may be lost without an error: viewers catch up from the journal, so a loss
costs only time.
"""

from __future__ import annotations

import contextlib
from datetime import datetime
from typing import cast

from flask import current_app
from flask_socketio import SocketIO

from algorithm.messages import to_json
from dashboard.db.models import Job, JobOutcome
from dashboard.journal.envelope import Envelope, Event, JobState
from dashboard.journal.journal import Ended, Fenced, Journal, Position

OVERVIEW = "overview"


def room(job: str) -> str:
    """The Socket.IO room of a job's viewers."""
    return f"job:{job}"


def journal() -> Journal:
    found: Journal = current_app.extensions["journal"]
    return found


def _emitter() -> SocketIO:
    found: SocketIO = current_app.extensions["emitter"]
    return found


def publish(job: str, event: Event, *, final: bool = False) -> Envelope:
    """Append to the journal, then emit to the job's room and the overview.

    Raises journal.Ended, journal.Fenced, or redis.RedisError; then nothing was emitted.
    """
    envelope = journal().append(job, event, final=final)
    _emitter().emit("final" if final else "progress", envelope, to=[room(job), OVERVIEW])
    return envelope


def publish_stored(job: Job) -> None:
    """Publish the state of `job` as the database has it.

    So a new job is announced, an end is published (it's in the database first), and a journal that
    Redis lost is started again. Idempotent: a final event is never published twice. Raises
    redis.RedisError.
    """
    with contextlib.suppress(Ended, Fenced):
        publish(job.id, stored_event(job), final=job.ended)


def publish_missing(job: Job, position: Position | None) -> None:
    """Publish what the database knows of `job` and its journal (at `position`) doesn't: its end,
    or its whole state if Redis lost its events or they have expired.

    Nothing of a running job: only its worker knows its progress. Raises redis.RedisError.
    """
    lost = position is None and not job.running
    unpublished = job.ended and not (position and position.final)
    if lost or unpublished:
        publish_stored(job)


def milliseconds(moment: datetime | None) -> int | None:
    """UTC milliseconds, the form of all times that browsers get."""
    return int(moment.timestamp() * 1000) if moment else None


def stored_event(job: Job) -> Event:
    """A job's state in the database, as an event."""
    event: Event = {
        "attempt": job.attempt,
        "state": cast(JobState, job.state),
        "started_at": milliseconds(job.started_at),
        "ended_at": milliseconds(job.ended_at),
        "current": 0,
        "total": 100,
        "status": job.status,
        "status_i18n": job.status_i18n or to_json(job.status),
        # Nobody works on it.
        "eta_s": None,
        "eta_low_s": None,
        "eta_high_s": None,
        "eta_reason": None,
        "eta_reason_i18n": None,
    }
    if not job.ended:
        return event
    return {
        **event,
        "current": 100,
        "outcome": cast(JobOutcome, job.outcome),
        "milestone": True,
        "result_url": f"/api/v1/jobs/{job.id}/result" if job.has_result else None,
    }

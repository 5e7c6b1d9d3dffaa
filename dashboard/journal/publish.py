"""Publishing: an event goes into the journal first, then out to whoever watches.

The worker publishes a search's progress and its end; the web publishes what happens while no
worker has the job. An emit may be lost on the way, which `emit` never tells: readers catch up from
the journal, so nothing but speed depends on it.
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
    """Bring the journal to what the durable store says of `job`, and tell its viewers.

    This is how a job is announced, how its end is published (the store has it first, always), and
    how a journal that Redis lost is begun again. Safe to call at any time and by anyone: a final
    event is never published twice. Raises redis.RedisError.
    """
    with contextlib.suppress(Ended, Fenced):
        publish(job.id, stored_event(job), final=job.ended)


def publish_missing(job: Job, position: Position | None) -> None:
    """Publish what the store knows of `job` and its journal, which stands at `position`, doesn't:
    its end, or all of it, where Redis lost its events or they have expired.

    Of a running job nothing: only its worker knows how far it has come. Raises redis.RedisError.
    """
    lost = position is None and not job.running
    untold = job.ended and not (position and position.final)
    if lost or untold:
        publish_stored(job)


def milliseconds(moment: datetime | None) -> int | None:
    """UTC milliseconds, as every moment is told to browsers."""
    return int(moment.timestamp() * 1000) if moment else None


def stored_event(job: Job) -> Event:
    """What the durable store knows of a job, in the words of an event."""
    event: Event = {
        "attempt": job.attempt,
        "state": cast(JobState, job.state),
        "started_at": milliseconds(job.started_at),
        "ended_at": milliseconds(job.ended_at),
        "current": 0,
        "total": 100,
        "status": job.status,
        "status_i18n": job.status_i18n or to_json(job.status),
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

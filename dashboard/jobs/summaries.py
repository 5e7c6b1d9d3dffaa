"""A job in a few fields: its record, and what its journal says of it now. For lists and API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, Required, cast

from flask import current_app
from redis import RedisError
from typing_extensions import TypedDict

from dashboard.db.models import Job, PartState, StatedOptions, Visibility
from dashboard.journal.envelope import Event, Snapshot
from dashboard.journal.publish import journal, milliseconds, stored_event

CancelWish = Literal["keep", "discard"]


class Summary(Event, total=False):
    """A job in a few fields; epoch, seq and at are those of its journal, where that is known."""

    job: Required[str]
    title: Required[str]
    owner: Required[str]
    sample: Required[str | None]
    disabled_devices: Required[list[str]]
    options: Required[StatedOptions]
    created_at: Required[int]
    cancel: Required[CancelWish | None]
    visibility: Required[Visibility]
    team: Required[str | None]
    epoch: str
    seq: int
    at: int


class RunningPart(TypedDict):
    """A part of a running job's search."""

    name: str
    state: PartState


class JobDetails(Summary):
    """A job, and while it runs its parts."""

    parts: list[RunningPart]


def summaries(jobs: Sequence[Job]) -> list[Summary]:
    """One summary per job, in their order.

    The database decides whether and how a job ended; the journal has its progress. While Redis is
    away, only the database is used.
    """
    try:
        snapshots = journal().snapshots(job.id for job in jobs)
    except RedisError as error:
        current_app.logger.warning("Summaries without the journal: %s", error)
        snapshots = {}
    return [_summary(job, snapshots.get(job.id)) for job in jobs]


def _summary(job: Job, snapshot: Snapshot | None) -> Summary:
    live: dict[str, Any] = {**snapshot} if snapshot else {}
    live.pop("milestones", None)
    stored = {name: value for name, value in stored_event(job).items() if value is not None}
    record = {
        "job": job.id,
        "title": job.title,
        "owner": job.owner.name,
        "sample": job.sample,
        "disabled_devices": job.disabled_devices,
        "options": job.options,
        "created_at": milliseconds(job.created_at),
        "cancel": job.cancel,
        "visibility": job.visibility,
        "team": job.team.name if job.team else None,
    }
    # Until the end the journal is newer than the database; the end is in the database first.
    known = live | stored if job.ended else stored | live
    return cast(Summary, known | record)

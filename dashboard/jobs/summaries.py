"""A job in a few fields: its record, and what its journal says of it now. For lists and API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import current_app
from redis import RedisError

from dashboard.db.models import Job
from dashboard.journal.publish import journal, milliseconds, stored_event

Summary = dict[str, Any]


def summaries(jobs: Sequence[Job]) -> list[Summary]:
    """One summary per job, in their order.

    The durable store decides whether and how a job ended; the journal tells what is between.
    While Redis is away, the store alone answers.
    """
    try:
        snapshots = journal().snapshots(job.id for job in jobs)
    except RedisError as error:
        current_app.logger.warning("Summaries without the journal: %s", error)
        snapshots = {}
    return [_summary(job, snapshots.get(job.id, {})) for job in jobs]


def _summary(job: Job, snapshot: dict[str, Any]) -> Summary:
    live = {name: value for name, value in snapshot.items() if name != "milestones"}
    stored = {name: value for name, value in stored_event(job).items() if value is not None}
    return {
        # Until the end the journal is ahead of the store; at the end the store comes first.
        **(live | stored if job.ended else stored | live),
        "job": job.id,
        "title": job.title,
        "owner": job.owner.name,
        "sample": job.sample,
        "disabled_devices": job.disabled_devices,
        "options": job.options,
        "created_at": milliseconds(job.created_at),
        "cancel": job.cancel,
    }

"""The moments of a job's life at which a fault can strike, and how a job is caught at one.

A moment lasts as long as a worker that is frozen in it: it goes on when the fault has struck.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from dashboard.db.models import ENDED
from tests.faults.installation import Installation, supervisor

COMPLETE_SAID = "The result is complete"
"""The last progress of a job, before its end."""


class Moment(StrEnum):
    """In the order in which jobs are brought to them: those that hold a worker come late."""

    ENDED = "after its end"
    COMPLETE = "between its last progress and its end"
    SHARED = "with parts of it on both workers"
    MIDDLE = "with a part running, and another done"
    FIRST = "at its first event"
    QUEUED = "in the queue"


HELD = (Moment.COMPLETE, Moment.SHARED, Moment.MIDDLE, Moment.FIRST)
"""Moments in which a worker has the job."""

ALTERNATIVES: dict[str, Any] = {"goal": "alternatives", "plans": 15}
"""Parts of less than a second, one after the other: a job that outlasts every fault."""

SEARCHES: dict[Moment, dict[str, Any]] = {
    Moment.ENDED: {},
    Moment.COMPLETE: {},
    Moment.SHARED: {"options": {"goal": "front", "plans": 6}},
    Moment.MIDDLE: {"options": ALTERNATIVES},
    Moment.FIRST: {"options": {**ALTERNATIVES, "plans": 2}},
    Moment.QUEUED: {},
}
"""What is submitted of the sample `tiny` to be caught at each."""


def is_at(installation: Installation, job: str, moment: Moment) -> bool:
    """Whether the job stands at that moment now."""
    state = installation.stored(job).state
    if moment is Moment.ENDED:
        return state in ENDED
    if moment is Moment.QUEUED:
        return state == "PENDING"
    if state != "STARTED":
        return False
    statuses = installation.parts(job)
    done = [part for part in statuses if part.state == "done"]
    running = [part for part in statuses if part.state == "running"]
    if moment is Moment.FIRST:
        return not done
    if moment is Moment.MIDDLE:
        return bool(done and running)
    if moment is Moment.SHARED:
        return len({supervisor(part) for part in running}) > 1
    return len(done) == len(statuses) and is_complete(installation, job)


def is_complete(installation: Installation, job: str) -> bool:
    snapshot = installation.journal.snapshots([job]).get(job, {})
    return snapshot.get("status") == COMPLETE_SAID

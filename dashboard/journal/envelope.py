"""Types of the live updates of a job: event, envelope, snapshot, position.

What the search itself reports (status, phase, figures, …) is `algorithm.search.progress.Report`.
Times are UTC milliseconds. A field that an event leaves out is unchanged.
"""

from __future__ import annotations

from typing import Literal, Required

from typing_extensions import TypedDict

from algorithm.errors import Text
from algorithm.messages import MessageJson
from algorithm.search.progress import KnownFigures, Report
from dashboard.db.models import JobOutcome, State

JobState = State | Literal["PROGRESS"]


class Meta(Report, total=False):
    """What a running search publishes. current: of `total`, how far the bar has come."""

    current: Required[float]
    total: Required[int]


class Event(Meta, total=False):
    """What somebody appends to a job's journal. outcome, result_url: of its end."""

    attempt: Required[int]
    state: Required[JobState]
    started_at: int | None
    ended_at: int | None
    outcome: JobOutcome | None
    result_url: str | None


class Position(TypedDict):
    """How far a job's journal has come."""

    job: str
    epoch: str
    seq: int


class Envelope(Event, Position):
    """An event as the journal keeps it and viewers get it, the `seq`-th of its epoch."""

    at: int


class Milestone(KnownFigures, total=False):
    """What is worth keeping in a job's log."""

    seq: Required[int]
    at: Required[int]
    status: Required[Text]
    status_i18n: MessageJson


class Snapshot(Envelope, total=False):
    """All that is known after the event `seq`; the newest milestones, the oldest first."""

    milestones: list[Milestone]

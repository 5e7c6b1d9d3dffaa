"""What the operations of `/api/v1` answer, where no room below has a type for it already."""

from __future__ import annotations

from typing import Literal, NotRequired

from pydantic import JsonValue
from typing_extensions import TypedDict

from algorithm import FieldError
from algorithm.errors import Text
from algorithm.messages import MessageJson
from dashboard.db.models import Role
from dashboard.jobs.interim import Point
from dashboard.jobs.summaries import Summary
from dashboard.journal.envelope import Envelope, Snapshot


class Problem(TypedDict):
    """What went wrong, in one sentence; `errors` names each wrong field."""

    message: Text
    message_i18n: NotRequired[MessageJson]
    errors: NotRequired[list[FieldError]]


class Me(TypedDict):
    """Who asks."""

    name: str
    role: Role | Literal["guest"]


class Deleted(TypedDict):
    """What was deleted."""

    job: str


class Accepted(Summary):
    """A job that was queued."""

    id: str


class JobPage(TypedDict):
    """A page of the list of jobs; total: how many there are on all pages."""

    jobs: list[Summary]
    total: int
    page: int
    pages: int


class Refusal(TypedDict):
    """Why a job was not cancelled."""

    job: str
    message: Text


class Cancellations(TypedDict):
    """What became of a request to cancel several jobs."""

    cancelled: list[str]
    refused: list[Refusal]


class Convergence(TypedDict):
    """How the figures of a job came to be, the oldest first."""

    points: list[Point]


class Missed(TypedDict):
    """What a reader of events missed: the events after its position, or a snapshot."""

    snapshot: Snapshot | None
    events: list[Envelope]


class SampleEntry(TypedDict):
    """A requirement that comes with the project."""

    name: str
    label: str
    description: str


class Samples(TypedDict):
    """All of them."""

    samples: list[SampleEntry]


class DeviceEntry(TypedDict):
    """A device of the catalogue."""

    name: str
    label: str
    kind: str
    group: str
    group_name: str
    source: str
    year: int
    currency: str


class DeviceFigures(DeviceEntry):
    """A device of the catalogue with its figures, as a requirement states them."""

    figures: dict[str, JsonValue]


class Devices(TypedDict):
    """The catalogue."""

    devices: list[DeviceFigures]


class Columns(TypedDict):
    """What is in an uploaded table: a value per step of each column, and what its times tell."""

    columns: dict[str, list[float]]
    start: NotRequired[str]
    step_hours: NotRequired[float]

"""A file's columns and times as they were found, before they become steps."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from algorithm.errors import FieldError
from algorithm.files.importing.choices import Taken
from algorithm.files.importing.layout import Skipped
from algorithm.files.importing.stamps import NONE
from algorithm.files.importing.units import Unit
from algorithm.files.sheet import Cell
from algorithm.messages import Message
from algorithm.series import Floats, Integers


@dataclass(frozen=True)
class Place:
    """Where weather was measured. latitude, longitude: degrees north and east. altitude: m.

    offset_s: the UTC offset of the place's clock.
    """

    latitude: float
    longitude: float
    altitude: float = 0.0
    offset_s: int = 0


@dataclass
class SourceColumn:
    """A column. cells: of all its rows. rows: which rows of the table, all if None.

    unit, taken, profile: what the file's format says they are; `why` says how.
    """

    header: str
    cells: Sequence[Cell]
    unit_text: str = ""
    rows: Integers | None = None
    unit: Unit | None = None
    taken: Taken | None = None
    profile: str | None = None
    why: Message | None = None
    readings: bool | None = None


@dataclass
class Times:
    """The times of all rows. clock, offset: as in `Stamps`. begins: whether they are beginnings.

    keep: (N,) whether a row has a time.
    """

    header: str
    form: str
    clock: Integers
    offset: Floats
    begins: bool = False


@dataclass
class Source:
    """A file as found. rows: (N,) numbers of the table's rows, from 1. times: None without any.

    step_minutes: the length of a step, if the format or the number of rows says it.
    """

    format: Message
    columns: list[SourceColumn]
    rows: Sequence[int]
    times: Times | None = None
    sheet: str = ""
    sheets: list[str] = field(default_factory=list)
    header_row: int | None = None
    skipped: list[Skipped] = field(default_factory=list)
    problems: list[FieldError] = field(default_factory=list)
    remarks: list[Message] = field(default_factory=list)
    place: Place | None = None
    ignored: list[tuple[str, Message]] = field(default_factory=list)

    def without_untimed(self) -> "Source":
        """Leave out rows whose time can't be read, and say so; return this source."""
        times = self.times
        if times is None or (times.clock != NONE).all():
            return self
        keep = [int(row) for row in np.flatnonzero(times.clock != NONE)]
        first = int(np.flatnonzero(times.clock == NONE)[0])
        self.remarks.append(
            Message(
                "%(count)s rows without a readable time are left out, the first is row %(row)s",
                count=len(times.clock) - len(keep),
                row=self.rows[first],
            )
        )
        times.clock, times.offset = times.clock[keep], times.offset[keep]
        self.rows = [self.rows[row] for row in keep]
        for column in self.columns:
            column.cells = [column.cells[row] for row in keep]
        return self


def no_offset(count: int) -> Floats:
    return np.full(count, np.nan)

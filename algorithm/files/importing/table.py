"""A file as it was understood: what a page or a terminal shows of it, and its values."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np

from algorithm.errors import FieldError
from algorithm.files.importing.choices import Choices, Fill, Taken
from algorithm.files.importing.layout import Skipped
from algorithm.messages import Message, encoded
from algorithm.series import HOURS_A_YEAR, Floats

HOUR_S = 3600
MOST_LISTED = 20


@dataclass
class FilledHole:
    """A run of steps without a value, and how it is filled. begin: time of its first step."""

    begin: str
    count: int
    how: Fill


@dataclass
class ImportedColumn:
    """A column. header: as in the file. name: of the profile or demand that it becomes.

    unit: as found, and `unit_reason` where. factor: from the file's values to the model's, of
    `model_unit`. values: (T,) in the model's unit, empty if it is ignored or can't be read.
    """

    header: str
    taken: Taken
    reason: Message
    name: str = ""
    carrier: str | None = None
    unit: str = ""
    unit_reason: Message | None = None
    model_unit: str = ""
    factor: float = 1.0
    currency: str | None = None
    values: Floats = field(default_factory=lambda: np.zeros(0))
    first_rows: list[str] = field(default_factory=list)
    holes: list[FilledHole] = field(default_factory=list)
    missing: int = 0
    remarks: list[Message] = field(default_factory=list)
    done: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class TimeColumn:
    """The column of times. form: what they look like. zone: how they were understood.

    holes: runs of steps without a row. doubled: times of steps with several rows.
    """

    header: str
    form: str
    zone: str
    offset_s: int | None
    stamps: str
    step_minutes: float
    start: date
    count: int
    holes: list[tuple[str, int]]
    doubled: list[str]

    @property
    def end(self) -> date:
        """The last day."""
        return self.start + timedelta(minutes=self.step_minutes * self.count - 1)


@dataclass
class ImportedTable:
    """A file as it was understood. problems: what keeps it from being used, all of it.

    remarks: what was taken for what, in sentences. choices: those that were made. place_offset_s:
    the UTC offset of the place that weather is of.
    """

    file: str
    format: Message
    sheet: str = ""
    sheets: list[str] = field(default_factory=list)
    header_row: int | None = None
    times: TimeColumn | None = None
    columns: list[ImportedColumn] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    problems: list[FieldError] = field(default_factory=list)
    remarks: list[Message] = field(default_factory=list)
    choices: Choices = field(default_factory=Choices)
    place_offset_s: int | None = None

    @property
    def used(self) -> list[ImportedColumn]:
        """The columns with values."""
        return [column for column in self.columns if len(column.values)]

    def as_json(self) -> dict[str, Any]:
        """Return all that a page shows, as JSON; messages have their `_i18n` beside them."""
        times = self.times
        plain: dict[str, Any] = {
            "file": self.file,
            "format": self.format,
            "sheet": self.sheet,
            "sheets": self.sheets,
            "header_row": self.header_row,
            "times": times
            and {
                "header": times.header,
                "form": times.form,
                "zone": times.zone,
                "utc_offset_hours": None if times.offset_s is None else times.offset_s / HOUR_S,
                "stamps": times.stamps,
                "step_minutes": times.step_minutes,
                "start": times.start.isoformat(),
                "end": times.end.isoformat(),
                "steps": times.count,
                "holes": [
                    {"begin": begin, "steps": count} for begin, count in times.holes[:MOST_LISTED]
                ],
                "missing": sum(count for _, count in times.holes),
                "doubled": times.doubled[:MOST_LISTED],
                "doubled_count": len(times.doubled),
            },
            "columns": [_column_json(column, times) for column in self.columns],
            "skipped": [
                {"first": rows.first, "last": rows.last, "why": rows.why}
                for rows in self.skipped[:MOST_LISTED]
            ],
            "problems": self.problems,
            "remarks": list(self.remarks),
            "choices": self.choices.model_dump(mode="json", exclude_none=True),
        }
        result: dict[str, Any] = encoded(plain)
        return result


def _column_json(column: ImportedColumn, times: TimeColumn | None) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "header": column.header,
        "taken": column.taken,
        "reason": column.reason,
        "name": column.name,
        "carrier": column.carrier,
        "unit": column.unit,
        "unit_reason": column.unit_reason,
        "model_unit": column.model_unit,
        "factor": column.factor,
        "currency": column.currency,
        "first_rows": column.first_rows,
        "missing": column.missing,
        "holes": [
            {"begin": hole.begin, "steps": hole.count, "how": hole.how}
            for hole in column.holes[:MOST_LISTED]
        ],
        "remarks": list(column.remarks),
        "values": [float(f"{value:.7g}") for value in column.values.tolist()],
    }
    if times is not None and len(column.values):
        shown |= {
            "mean": float(np.mean(column.values)),
            "least": float(np.min(column.values)),
            "most": float(np.max(column.values)),
            "months": months_of(column, times),
        }
        if column.model_unit == "kW":
            shown |= {"kwh": kwh(column, times), "kwh_per_year": kwh_per_year(column)}
    return shown


def kwh(column: ImportedColumn, times: TimeColumn) -> float:
    """Return the energy of a column of power over the file's steps, kWh."""
    return float(np.sum(column.values)) * times.step_minutes / 60


def kwh_per_year(column: ImportedColumn) -> float:
    """Return the energy that the steps stand for in a year of 8760 hours, kWh."""
    return float(np.mean(column.values)) * HOURS_A_YEAR


def months_of(column: ImportedColumn, times: TimeColumn) -> list[float | None]:
    """Return a value for each month of the calendar: kWh of power, else the mean; None without."""
    minutes = np.arange(times.count) * np.int64(round(times.step_minutes))
    moments = np.datetime64(times.start, "m") + minutes.astype("timedelta64[m]")
    month = moments.astype("datetime64[M]").astype(np.int64) % 12
    sums = np.bincount(month, weights=column.values, minlength=12)
    counts = np.bincount(month, minlength=12)
    hours = times.step_minutes / 60
    figures = sums * hours if column.model_unit == "kW" else sums / np.maximum(counts, 1)
    return [float(f) if n else None for f, n in zip(figures, counts, strict=True)]

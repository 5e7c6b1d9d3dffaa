"""Reads a requirement from a JSON file, with its columns by the step in a table beside it.

The content is not validated here; `requirement.validation.check` does that.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from algorithm.errors import RequirementError
from algorithm.files.json_text import NoJson, parse_json
from algorithm.files.numerals import is_number, read_numbers
from algorithm.files.sheet import FIRST_ROW, MOST_COLUMNS, Row, read_sheet
from algorithm.files.time_column import HOUR, Clock, read_clock
from algorithm.files.timestamps import begins_with_date
from algorithm.messages import Message
from algorithm.series import MOST_STEPS

MOST_BYTES = 20_000_000


def read_requirement(path: Path) -> dict[str, Any]:
    """Return the requirement in a JSON file, with the columns of its table among its `profiles`.

    The file's field `columns` names the table, in the same folder or below. If the table has a
    column of times, `start` and `step_hours` come from it. Raises RequirementError.
    """
    requirement = _parsed(str(path), _bytes_of(path, str(path)))
    if "columns" not in requirement:
        return requirement
    named = requirement.pop("columns")
    table = read_table(named, _bytes_of(_beside(path, named), named))
    for field, value in table.clock().items():
        if requirement.setdefault(field, value) != value:
            message = Message(
                "should be %(value)s, as the times in %(named)s say", value=repr(value), named=named
            )
            raise _wrong(field, message)
    profiles = requirement.setdefault("profiles", {})
    if isinstance(profiles, dict):
        if twice := sorted(profiles.keys() & table.columns.keys()):
            raise _wrong(
                f"profiles.{twice[0]}",
                Message("should not be a column of %(named)s too", named=named),
            )
        requirement["profiles"] = {**table.columns, **profiles}
    return requirement


def read_columns(name: str, data: bytes) -> dict[str, list[float]]:
    """Return the columns of a table, as `read_table` does; times are checked, but not returned."""
    return read_table(name, data).columns


@dataclass(frozen=True)
class Table:
    """Columns by name, each with a value per step, and the steps' times, if the table has any."""

    columns: dict[str, list[float]]
    times: Clock | None

    def clock(self) -> dict[str, Any]:
        """Return the requirement's fields that follow from the times: `start`, `step_hours`."""
        if self.times is None:
            return {}
        clock: dict[str, Any] = {"start": self.times.start.isoformat()}
        if self.times.step is not None:
            clock["step_hours"] = self.times.step / HOUR
        return clock


def read_table(name: str, data: bytes) -> Table:
    """Return a table's columns, by the names in its first row, and its times.

    name: the file's name; its suffix tells text (CSV, TSV) from XLSX. Text is UTF-8, UTF-16 or
    Windows-1252, with commas, semicolons or tabs between cells; of an XLSX file, the first sheet is
    read. `numerals` has the formats of numbers, `timestamps` those of times, and `time_column`
    finds the column of times. Raises RequirementError with a message that names column and row; the
    row of names is row 1.
    """
    rows = read_sheet(name, _within_size_limit(name, data))
    if len(rows) < 2:
        raise _wrong(name, Message("should have a row of names, and below it a row for each step"))
    if len(rows) > MOST_STEPS + 1:
        raise _wrong(
            name,
            Message("should not have more than %(most)s rows below that of names", most=MOST_STEPS),
        )
    names = _names(name, rows[0])
    for number, row in enumerate(rows[1:], start=FIRST_ROW):
        if len(row) != len(names):
            message = Message(
                "should have %(cells)s cells in row %(number)s, as row 1 has, not %(row)s",
                cells=len(names),
                number=number,
                row=len(row),
            )
            raise _wrong(name, message)
    cells = dict(zip(names, zip(*rows[1:], strict=True), strict=True))
    clock, others = read_clock(name, cells)
    return Table(read_numbers(name, others), clock)


def _wrong(field: str, message: str) -> RequirementError:
    return RequirementError([{"field": field, "message": message}])


def _bytes_of(path: Path, field: str) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a name with a null character
        reason = error.strerror if isinstance(error, OSError) else error
        raise _wrong(field, Message("can't be read (%(reason)s)", reason=reason)) from error
    return _within_size_limit(field, data)


def _within_size_limit(field: str, data: bytes) -> bytes:
    if len(data) > MOST_BYTES:
        raise _wrong(
            field, Message("should not have more than %(most)s MB", most=MOST_BYTES // 10**6)
        )
    return data


def _parsed(field: str, data: bytes) -> dict[str, Any]:
    try:
        requirement = parse_json(data)
    except NoJson as error:
        raise _wrong(field, str(error)) from error
    if not isinstance(requirement, dict):
        raise _wrong(field, Message("should hold one JSON object"))
    return requirement


def _beside(path: Path, named: object) -> Path:
    """Return the table's path; refuse a path outside the requirement's folder."""
    if not isinstance(named, str) or not named:
        raise _wrong(
            "columns", Message("should be the name of a .csv or .xlsx file beside this one")
        )
    folder = path.parent.resolve()
    try:
        table = (folder / named).resolve()
    except (OSError, ValueError) as error:
        raise _wrong(
            "columns", Message("should be a file's name, not %(named)s", named=repr(named))
        ) from error
    if not table.is_relative_to(folder):
        raise _wrong(
            "columns",
            Message(
                "should name a file in the requirement's folder, not %(named)s", named=repr(named)
            ),
        )
    return table


def _names(file: str, header: Row) -> list[str]:
    if not header:
        raise _wrong(file, Message("should have the columns' names in row 1, which is empty"))
    if len(header) > MOST_COLUMNS:
        raise _wrong(file, Message("should not have more than %(most)s columns", most=MOST_COLUMNS))
    names = ["" if cell is None else str(cell).strip() for cell in header]
    for place, name in enumerate(names, start=1):
        if not name:
            raise _wrong(
                file, Message("should have a name for column %(place)s in row 1", place=place)
            )
        if name in names[: place - 1]:
            raise _wrong(file, Message("should have the column '%(name)s' once", name=name))
    if all(is_number(name) or begins_with_date(name) for name in names):
        message = Message("should have the columns' names in row 1, not %(found)s", found=names[0])
        raise _wrong(file, message)
    return names

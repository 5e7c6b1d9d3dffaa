"""A requirement from a file: JSON, with its columns by the step in a table (CSV, XLSX) beside it.

`read_requirement` is called by the terminal, `read_columns` by `samples`, and `read_table` for the
web by `reading_process`. They only read; `check` says whether it makes sense.
"""

import csv
import io
import math
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from algorithm.errors import FieldError, RequirementError
from algorithm.json_text import NoJson, parse_json
from algorithm.phrase import phrase
from algorithm.series import MOST_STEPS

MOST_BYTES = 20_000_000
MOST_UNPACKED_BYTES = 10 * MOST_BYTES
MOST_COLUMNS = 500
TIME = "time"
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)

Cell = Any  # str from CSV; None, str, bool, int, float or datetime from XLSX
Row = Sequence[Cell]


def read_requirement(path: Path) -> dict[str, Any]:
    """Return the requirement in a JSON file, with the columns of its table among its `profiles`.

    The file's field `columns` names the table, in the same folder or below it. Where that has a
    column `time`, it tells `start` and `step_hours`. Raises RequirementError.
    """
    requirement = _parsed(str(path), _bytes_of(path, str(path)))
    if "columns" not in requirement:
        return requirement
    named = requirement.pop("columns")
    table = read_table(named, _bytes_of(_beside(path, named), named))
    for field, value in table.clock().items():
        if requirement.setdefault(field, value) != value:
            raise _wrong(
                field,
                phrase(
                    "should be %(value)s, as in column '%(time)s' of %(named)s",
                    value=repr(value),
                    time=TIME,
                    named=named,
                ),
            )
    profiles = requirement.setdefault("profiles", {})
    if isinstance(profiles, dict):
        if twice := sorted(profiles.keys() & table.columns.keys()):
            raise _wrong(
                f"profiles.{twice[0]}",
                phrase("should not be a column of %(named)s too", named=named),
            )
        requirement["profiles"] = {**table.columns, **profiles}
    return requirement


def read_columns(name: str, data: bytes) -> dict[str, list[float]]:
    """Return the columns of a table, by the names in its first row; `time` is checked, not kept.

    As `read_table` reads it.
    """
    return read_table(name, data).columns


@dataclass(frozen=True)
class Table:
    """Columns by name, each with a value per step; and when the steps are, if the table says."""

    columns: dict[str, list[float]]
    times: list[datetime]

    def clock(self) -> dict[str, Any]:
        """Return what the times tell of a requirement."""
        if not self.times:
            return {}
        clock: dict[str, Any] = {"start": self.times[0].date().isoformat()}
        if len(self.times) > 1:
            clock["step_hours"] = _step(self.times) / HOUR
        return clock


def read_table(name: str, data: bytes) -> Table:
    """Return a table's columns, by the names in its first row, and its times.

    name: of the file, which tells CSV from XLSX. A CSV is UTF-8 with commas or semicolons between
    cells and decimal points; of an XLSX, the first sheet is read. Raises RequirementError with a
    message that names column and row, where the row of names is row 1.
    """
    rows_of = _ROWS.get(Path(name).suffix.lower())
    if rows_of is None:
        raise _wrong(name, phrase("should be a .csv or an .xlsx file"))
    rows = list(islice(_trimmed(rows_of(name, _of_fair_size(name, data))), MOST_STEPS + 2))
    if len(rows) < 2:
        raise _wrong(name, phrase("should have a row of names, and below it a row for each step"))
    if len(rows) > MOST_STEPS + 1:
        raise _wrong(
            name,
            phrase("should not have more than %(most)s rows below that of names", most=MOST_STEPS),
        )
    names = _names(name, rows[0])
    for number, row in enumerate(rows[1:], start=2):
        if len(row) != len(names):
            message = phrase(
                "should have %(cells)s cells in row %(number)s, as row 1 has, not %(row)s",
                cells=len(names),
                number=number,
                row=len(row),
            )
            raise _wrong(name, message)
    cells = dict(zip(names, zip(*rows[1:], strict=True), strict=True))
    timed = names[0].lower() == TIME
    times = _times(name, cells.pop(names[0])) if timed else []
    return Table(_numbers(name, cells), times)


def _wrong(field: str, message: str) -> RequirementError:
    return RequirementError([{"field": field, "message": message}])


def _bytes_of(path: Path, field: str) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a name with a null character
        reason = error.strerror if isinstance(error, OSError) else error
        raise _wrong(field, phrase("can't be read (%(reason)s)", reason=reason)) from error
    return _of_fair_size(field, data)


def _of_fair_size(field: str, data: bytes) -> bytes:
    if len(data) > MOST_BYTES:
        raise _wrong(
            field, phrase("should not have more than %(most)s MB", most=MOST_BYTES // 10**6)
        )
    return data


def _text_of(field: str, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _wrong(field, phrase("is not a UTF-8 text file")) from error


def _parsed(field: str, data: bytes) -> dict[str, Any]:
    try:
        requirement = parse_json(data)
    except NoJson as error:
        raise _wrong(field, str(error)) from error
    if not isinstance(requirement, dict):
        raise _wrong(field, phrase("should hold one JSON object"))
    return requirement


def _beside(path: Path, named: object) -> Path:
    """Return the table's path; one that leads out of the requirement's folder is refused."""
    if not isinstance(named, str) or not named:
        raise _wrong(
            "columns", phrase("should be the name of a .csv or .xlsx file beside this one")
        )
    folder = path.parent.resolve()
    try:
        table = (folder / named).resolve()
    except (OSError, ValueError) as error:
        raise _wrong(
            "columns", phrase("should be a file's name, not %(named)s", named=repr(named))
        ) from error
    if not table.is_relative_to(folder):
        raise _wrong(
            "columns",
            phrase(
                "should name a file in the requirement's folder, not %(named)s", named=repr(named)
            ),
        )
    return table


def _csv_rows(name: str, data: bytes) -> Iterator[Row]:
    text = _text_of(name, data)
    header = text.partition("\n")[0]
    delimiter = ";" if header.count(";") > header.count(",") else ","
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error as error:
        raise _wrong(
            name, phrase("is not a table of comma-separated values (%(error)s)", error=error)
        ) from error


def _xlsx_rows(name: str, data: bytes) -> Iterator[Row]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            unpacked = sum(part.file_size for part in packed.infolist())
        if unpacked > MOST_UNPACKED_BYTES:
            raise _wrong(
                name,
                phrase("should not unpack to over %(most)s MB", most=MOST_UNPACKED_BYTES // 10**6),
            )
        sheet = load_workbook(io.BytesIO(data), read_only=True, data_only=True).worksheets[0]
        # One more of each than there may be; a sheet may claim to have millions.
        bounds = {"max_row": MOST_STEPS + 2, "max_col": MOST_COLUMNS + 1}
        yield from sheet.iter_rows(**bounds, values_only=True)
    except RequirementError:
        raise
    except Exception as error:  # whatever openpyxl stumbles over in a damaged file
        raise _wrong(
            name, phrase("is not a workbook that can be read; save it again as .xlsx")
        ) from error


_ROWS: dict[str, Callable[[str, bytes], Iterator[Row]]] = {".csv": _csv_rows, ".xlsx": _xlsx_rows}


def _trimmed(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield the rows without the empty ones at the end, and without what is right of the names."""
    width, empty = 0, 0
    for row in rows:
        filled = [place for place, cell in enumerate(row, start=1) if cell not in (None, "")]
        if not filled:
            empty += 1
            continue
        width = width or filled[-1]
        yield from [()] * empty
        empty = 0
        yield row[: max(width, filled[-1])]


def _names(file: str, header: Row) -> list[str]:
    if not header:
        raise _wrong(file, phrase("should have the columns' names in row 1, which is empty"))
    if len(header) > MOST_COLUMNS:
        raise _wrong(file, phrase("should not have more than %(most)s columns", most=MOST_COLUMNS))
    names = ["" if cell is None else str(cell).strip() for cell in header]
    for place, name in enumerate(names, start=1):
        if not name:
            raise _wrong(
                file, phrase("should have a name for column %(place)s in row 1", place=place)
            )
        if name in names[: place - 1]:
            raise _wrong(file, phrase("should have the column '%(name)s' once", name=name))
    return names


def _numbers(file: str, cells: Mapping[str, Sequence[Cell]]) -> dict[str, list[float]]:
    """Return the columns' numbers; raise with the first wrong cell of each column."""
    columns: dict[str, list[float]] = {}
    errors: list[FieldError] = []
    for name, column in cells.items():
        columns[name] = []
        for row, cell in enumerate(column, start=2):
            number = _number(cell)
            if number is None:
                message = _no_number(name, row, cell)
                errors.append({"field": file, "message": message})
                break
            columns[name].append(number)
    if errors:
        raise RequirementError(errors)
    return columns


def _no_number(name: str, row: int, cell: Cell) -> str:
    if cell in (None, ""):
        return phrase(
            "column '%(name)s', row %(row)s should be a number such as 1234.5, it is empty",
            name=name,
            row=row,
        )
    return phrase(
        "column '%(name)s', row %(row)s should be a number such as 1234.5, not %(found)s",
        name=name,
        row=row,
        found=repr(str(cell)[:40]),
    )


def _number(cell: Cell) -> float | None:
    if isinstance(cell, bool) or not isinstance(cell, str | int | float) or "_" in str(cell):
        return None
    try:
        number = float(cell)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _times(file: str, cells: Sequence[Cell]) -> list[datetime]:
    """Return the times, which must begin at midnight and go on in equal steps."""
    times: list[datetime] = []
    for row, cell in enumerate(cells, start=2):
        time = _time(cell)
        if time is None:
            message = phrase(
                "column '%(time)s', row %(row)s should be like '2023-01-01 00:00', not %(found)s",
                time=TIME,
                row=row,
                found=repr(str(cell)[:40]),
            )
            raise _wrong(file, message)
        times.append(time)
    if times[0].time() != datetime.min.time():
        raise _wrong(
            file,
            phrase(
                "column '%(time)s' should begin at midnight, not at %(times)s",
                time=TIME,
                times=times[0],
            ),
        )
    step = _step(times)
    for row, time in enumerate(times, start=2):
        due = times[0] + (row - 2) * step
        if abs(time - due) > SECOND:
            message = phrase(
                "column '%(time)s', row %(row)s should be %(due)s, as steps are equal, not "
                "%(found)s",
                time=TIME,
                row=row,
                due=due,
                found=time,
            )
            raise _wrong(file, message)
    return times


def _step(times: Sequence[datetime]) -> timedelta:
    """Return the first step, in whole seconds: spreadsheets keep times as fractions of a day."""
    return round((times[1] - times[0]) / SECOND) * SECOND if len(times) > 1 else HOUR


def _time(cell: Cell) -> datetime | None:
    if isinstance(cell, str):
        try:
            cell = datetime.fromisoformat(cell.strip())
        except ValueError:
            return None
    if isinstance(cell, date) and not isinstance(cell, datetime):
        cell = datetime(cell.year, cell.month, cell.day)
    return cell.replace(tzinfo=None) if isinstance(cell, datetime) else None

"""`python -m algorithm import FILE...`: a requirement of the files that people have.

It writes `requirement.json` and `columns.csv`; what it took, and as which unit, goes to standard
error.
"""

import argparse
import csv
import io
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import ValidationError

from algorithm.errors import FieldError, RequirementError
from algorithm.export.folder import as_text
from algorithm.export.texts import printable
from algorithm.files.importing.cells import MOST_BYTES
from algorithm.files.importing.choices import Choices
from algorithm.files.importing.combine import Combined, requirement_of
from algorithm.files.importing.load_profiles import DEFAULT_YEAR, KINDS, standard_table
from algorithm.files.importing.process import choice_errors
from algorithm.files.importing.read import read_table
from algorithm.files.importing.table import (
    ImportedColumn,
    ImportedTable,
    TimeColumn,
    kwh,
    kwh_per_year,
)
from algorithm.suggestions import near_miss
from algorithm.terminal.arguments import WRONG_INPUT, Parser

REQUIREMENT, COLUMNS = "requirement.json", "columns.csv"
DESCRIPTION = """Read files of meters, prices and weather as people have them (CSV, TSV, XLSX, HTML
tables, PVGIS, EPW, TMY3, ENTSO-E, Home Assistant, Green Button), and write requirement.json with
columns.csv beside it. What was taken, and as which unit, goes to standard error; everything that is
wrong, too, and then nothing is written."""
EPILOG = """COLUMN is a header, or FILE:COLUMN where several files have it. Examples: --unit
'Verbrauch=kWh' --take 'Wert=heat' --take 'Rest=ignored' --fill 'Wert=week' --zone Europe/Vienna
--profile office:120000. Exit status: 0, or 2 with a list of what is wrong."""

# What --take accepts beside carriers.
_KINDS = {"ignored", "temperature", "irradiance", "wind speed", "wind-speed", "profile"}
_PREFIXES = {"demand", "price", "sale", "co2", "profile"}
_WEATHER = {"sun", "wind", "solar-heat", "heat-pump-input"}
_EITHER_NUMBER = re.compile(r"-?\d{1,3}\.\d{3}")
_WIDEST = 40


@dataclass(frozen=True)
class _Stated:
    """`--unit COLUMN=VALUE`. column: the header, perhaps with its file before it."""

    column: str
    field: str
    value: Any


def import_files(words: Sequence[str]) -> int:
    """Run one import; return its exit status."""
    args = _parser().parse_args(words)
    try:
        tables = [*_read(args), *_standard(args)]
        _resolve_years(args, tables)
        combined, problems = _combined(args, tables)
        for table in tables:
            if table.columns:
                _report(table)
        if combined is None:
            return _refuse(problems)
        _show([f"note: {statement}" for statement in combined.statements])
        _show([f"warning: {warning}" for warning in combined.warnings])
        _write(args.out, combined, overwrite=args.overwrite)
    except RequirementError as wrong:
        return _refuse(wrong.errors)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="python -m algorithm import",
        description=DESCRIPTION,
        epilog=EPILOG,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("files", nargs="*", metavar="FILE", type=Path)
    add(
        "--out",
        metavar="FOLDER",
        type=Path,
        default=Path("."),
        help="where to write; here if left out",
    )
    add("--overwrite", action="store_true", help="replace the files of an earlier import")
    add("--name", help="of the requirement; the first file's name if left out")
    add(
        "--profile",
        metavar="KIND:KWH",
        action="append",
        default=[],
        help="a standard load profile of electricity and its kWh a year, such as office:120000; "
        f"kinds are {', '.join(KINDS)}",
    )
    columns = {
        "--take": "what it is: a carrier such as heat, 'price electricity', 'sale electricity', "
        "sun, temperature, ignored",
        "--unit": "such as kW, kWh, ct/kWh",
        "--factor": "multiplies the values, beside the unit's own factor",
        "--readings": "yes or no: whether values are readings of a counter",
        "--negative": "zero or keep: what becomes of values below 0",
    }
    for flag, text in columns.items():
        metavar = f"COLUMN={flag[2:].upper()}"
        add(flag, metavar=metavar, action="append", default=[], help=f"{text}; may be repeated")
    add(
        "--fill",
        metavar="[COLUMN=]HOW",
        action="append",
        default=[],
        help="how holes are filled: interpolate, week (as a week before), zero, none",
    )
    add("--sheet", help="of a workbook")
    add("--header-row", type=int, metavar="ROW", help="row of the columns' names, from 1")
    add("--decimal", choices=[".", ","], help="decimal separator")
    add("--time-column", metavar="COLUMN", help="the column of times")
    order = parser.add_mutually_exclusive_group()
    order.add_argument("--day-first", action="store_true", default=None, help="2/1 is January")
    order.add_argument("--month-first", action="store_true", default=None, help="2/1 is February")
    add("--zone", help="time zone of the site, such as Europe/Berlin")
    add("--stamps", choices=["start", "end"], help="what a time is of its interval")
    add("--step", type=float, metavar="MINUTES", help="length of the requirement's steps")
    add("--start", metavar="DATE", help="first day of files without dates, such as 2023-07-01")
    add("--year", type=int, help="which year to take of files with several")
    add("--tilt", type=float, default=30, help="of photovoltaics from weather, degrees (30)")
    add("--azimuth", type=float, default=180, help="of photovoltaics, degrees; 180 is south")
    return parser


# Reading


def _read(args: argparse.Namespace) -> list[ImportedTable]:
    if not args.files and not args.profile:
        raise _wrong("FILE", "is missing: name files, or a standard load profile with --profile")
    stated = list(_stated(args))
    used: set[_Stated] = set()
    datas = [(path, _bytes_of(path)) for path in args.files]
    tables = []
    for path, data in datas:
        first = read_table(path.name, data, _choices(args, {}))
        columns = _columns_of(path, first, stated, used)
        tables.append(read_table(path.name, data, _choices(args, columns)) if columns else first)
    unknown = [each.column for each in stated if each not in used]
    if unknown:
        headers = [column.header for table in tables for column in table.columns]
        near = near_miss(unknown[0], headers)
        raise _wrong(unknown[0], f"is no column of these files{near}")
    return tables


def _bytes_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise _wrong(str(path), f"can't be read ({reason})") from error


def _stated(args: argparse.Namespace) -> Iterator[_Stated]:
    """Yield what is stated of columns."""
    for field in ("take", "unit", "factor", "readings", "negative", "fill"):
        for text in getattr(args, field):
            column, equals, value = text.rpartition("=")
            if not equals:
                if field == "fill":
                    continue
                raise _wrong(f"--{field}", f"should be COLUMN={field.upper()}, not '{text}'")
            if field == "take":
                yield from (_Stated(column, *pair) for pair in _taken(value))
            else:
                yield _Stated(column, field, _plain(field, value))


def _plain(field: str, value: str) -> Any:
    if field == "readings":
        return {"yes": True, "no": False}.get(value.lower(), value)
    if field == "factor":
        with suppress(ValueError):
            return float(value.replace(",", "."))
    return value.strip()


def _taken(value: str) -> Iterator[tuple[str, Any]]:
    """Yield the fields of what a column is taken for."""
    what = value.strip()
    kind, _, rest = what.partition(" ")
    if what in _KINDS:
        yield "taken", what.replace("-", " ")
    elif what in _WEATHER:
        yield from (("taken", "profile"), ("name", what))
    elif kind in _PREFIXES:
        yield "taken", kind
        if rest:
            yield "name" if kind == "profile" else "carrier", rest.strip()
    else:
        yield from (("taken", "demand"), ("carrier", what))


def _columns_of(
    path: Path, table: ImportedTable, stated: Sequence[_Stated], used: set[_Stated]
) -> dict[str, dict[str, Any]]:
    """Return what is stated of a file's columns, by header."""
    headers = {column.header for column in table.columns}
    columns: dict[str, dict[str, Any]] = {}
    for each in stated:
        file, _, rest = each.column.partition(":")
        header = rest if file == path.name and rest in headers else each.column
        if header in headers:
            columns.setdefault(header, {})[each.field] = each.value
            used.add(each)
    return columns


def _choices(args: argparse.Namespace, columns: Mapping[str, Any]) -> Choices:
    given: dict[str, Any] = {
        "sheet": args.sheet,
        "header_row": args.header_row,
        "decimal": args.decimal,
        "time_column": args.time_column,
        "day_first": True if args.day_first else False if args.month_first else None,
        "zone": args.zone,
        "stamps": args.stamps,
        "start": args.start,
        "year": args.year,
        "fill": next((how for how in args.fill if "=" not in how), None),
        "tilt": args.tilt,
        "azimuth": args.azimuth,
        "columns": columns,
    }
    try:
        return Choices.model_validate(given)
    except ValidationError as invalid:
        errors = choice_errors(invalid)
        for error in errors:
            error["field"] = f"--{error['field'].replace('_', '-')}"
        raise RequirementError(errors) from invalid


def _standard(args: argparse.Namespace) -> Iterator[ImportedTable]:
    for text in args.profile:
        kind, _, amount = text.partition(":")
        try:
            energy = float(amount)
        except ValueError:
            raise _wrong(
                "--profile", f"should be KIND:KWH, such as office:120000, not '{text}'"
            ) from None
        yield standard_table(kind, energy, args.year or DEFAULT_YEAR)


def _resolve_years(args: argparse.Namespace, tables: list[ImportedTable]) -> None:
    """Read weather of several years again, for the year of the demand, and standard profiles."""
    demands = [
        table.times.start.year
        for table in tables[: len(args.files)]
        if table.times and any(column.taken == "demand" for column in table.used)
    ]
    if args.year is not None or not demands:
        return
    for at, path in enumerate(args.files):
        table = tables[at]
        if table.times is None or any(column.taken == "demand" for column in table.used):
            continue
        if table.times.start.year != demands[0]:
            choices = table.choices.model_copy(update={"year": demands[0]})
            again = read_table(path.name, _bytes_of(path), choices)
            if not again.problems:
                tables[at] = again
    for at, text in enumerate(args.profile, start=len(args.files)):
        kind, _, amount = text.partition(":")
        tables[at] = standard_table(kind, float(amount), demands[0])


def _combined(
    args: argparse.Namespace, tables: Sequence[ImportedTable]
) -> tuple[Combined | None, list[FieldError]]:
    name = args.name or (args.files[0].stem if args.files else "Energy island")
    try:
        return requirement_of(tables, printable(name).strip() or "Energy island", args.step), []
    except RequirementError as wrong:
        return None, wrong.errors


# Reporting


def _report(table: ImportedTable) -> None:
    """Say what a file was taken for."""
    sheet = f", sheet '{table.sheet}'" if table.sheet else ""
    lines = [f"{table.file}: {table.format}{sheet}"]
    if times := table.times:
        lines.append(f"  times: {_of_times(times)}")
        if times.holes:
            count = sum(count for _, count in times.holes)
            lines.append(f"  holes: {count} steps without a row, the first at {times.holes[0][0]}")
    for column in table.columns:
        lines.append(f"  {_of_column(column, table)}")
        lines += [f"    {remark}" for remark in column.remarks]
        lines += _of_holes(column)
    for rows in table.skipped[:10]:
        last = "" if rows.first == rows.last else f" to {rows.last}"
        lines.append(f"  skipped: row {rows.first}{last}, {rows.why}")
    lines += [f"  note: {remark}" for remark in table.remarks]
    _show(lines)


def _of_times(times: TimeColumn) -> str:
    source = f"'{times.header}' ({times.form}, {times.zone}), " if times.header else ""
    return (
        f"{source}{times.count:,} steps of {times.step_minutes:g} min from {times.start} to "
        f"{times.end}; a time is the {times.stamps} of its step"
    )


def _of_column(column: ImportedColumn, table: ImportedTable) -> str:
    shown = f"'{column.header[:_WIDEST]}'"
    if column.taken == "ignored":
        return f"{shown}: ignored ({column.reason})"
    what = {
        "demand": f"demand of {column.carrier}",
        "price": f"price of {column.carrier}",
        "sale": f"price of selling {column.carrier}",
        "co2": f"CO2 of {column.carrier}",
        "profile": f"profile {column.name}",
    }.get(column.taken, column.taken)
    unit = f", {column.unit}" if column.unit else ""
    why = f" ({column.unit_reason})" if column.unit_reason else ""
    text = f"{shown}: {what} ({column.reason}){unit}{why}"
    if not len(column.values) or table.times is None:
        return text
    if column.factor != 1:
        text += f", times {column.factor:.6g} in {column.model_unit}"
    if column.model_unit == "kW":
        found, yearly = kwh(column, table.times), kwh_per_year(column)
        text += f"; {found:,.0f} kWh"
        if abs(yearly - found) > 0.005 * max(found, 1):
            text += f", {yearly:,.0f} kWh a year"
        return f"{text}, {column.values.max():,.4g} kW at most"
    mean = float(np.mean(column.values))
    if column.taken == "profile" and column.name in ("sun", "wind"):
        return f"{text}; {mean:.4g} on average, {mean * 8760:,.0f} full-load hours a year"
    return f"{text}; {mean:.4g} {column.model_unit} on average"


def _of_holes(column: ImportedColumn) -> Iterator[str]:
    ways = {
        "interpolate": "on a line",
        "week": "from the same hour of another week",
        "zero": "with 0",
    }
    for how, text in ways.items():
        holes = [hole for hole in column.holes if hole.how == how]
        if holes and len(column.values):
            count = sum(hole.count for hole in holes)
            yield f"    {count} steps filled {text}, the first at {holes[0].begin}"


def _show(lines: Sequence[str]) -> None:
    sys.stderr.write("".join(f"{printable(line)}\n" for line in lines))


def _refuse(errors: Sequence[FieldError]) -> int:
    """Write one list of what is wrong."""
    lines = [
        f"python -m algorithm import: {error['field']}: {error['message']}" for error in errors
    ]
    _show(lines)
    return WRONG_INPUT


def _wrong(field: str, message: str) -> RequirementError:
    return RequirementError([{"field": field, "message": message}])


# Writing


def _write(folder: Path, combined: Combined, *, overwrite: bool) -> None:
    """Write both files, or neither."""
    texts = {COLUMNS: _table(combined), REQUIREMENT: _json(combined)}
    made: list[Path] = []
    existed = folder.is_dir()
    try:
        for name in texts:
            if (folder / name).exists() and not overwrite:
                raise _wrong(
                    str(folder / name), "exists: name another folder with --out, or say --overwrite"
                )
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            part = folder / f".{name}-{os.getpid()}"
            made.append(part)
            part.write_text(text, encoding="utf-8")
        for name, part in zip(texts, made, strict=True):
            part.replace(folder / name)
    except OSError as error:
        for part in made:
            part.unlink(missing_ok=True)
        if not existed:
            with suppress(OSError):
                folder.rmdir()
        raise _wrong(f"--out {folder}", f"can't be written ({error.strerror})") from error
    _show([f"written: {folder / REQUIREMENT}, {folder / COLUMNS}"])


def _json(combined: Combined) -> str:
    requirement = dict(combined.requirement)
    imported = requirement.pop("imported")
    return as_text({**requirement, "columns": COLUMNS, "imported": imported}) + "\n"


def _table(combined: Combined) -> str:
    requirement = combined.requirement
    step = np.timedelta64(round(requirement["step_hours"] * 60), "m")
    count = len(next(iter(combined.columns.values())))
    times = np.datetime64(requirement["start"], "m") + step * np.arange(count)
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(["time", *combined.columns])
    cells = [[_number(value) for value in column] for column in combined.columns.values()]
    rows.writerows(zip(times.astype(str), *cells, strict=True))
    return text.getvalue()


def _number(value: float) -> str:
    """Return a number that can be read in one way: 1.234 could be 1234, 1.2340 could not."""
    text = f"{value:.8g}"
    return f"{text}0" if _EITHER_NUMBER.fullmatch(text) else text

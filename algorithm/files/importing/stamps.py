"""Cells with times as numbers: seconds on the clock since 1970, and the UTC offset if it's stated.

Beyond what `timestamps` reads: intervals (`01.01.2023 00:00 - 01.01.2023 01:00`, whose beginning
counts), `20230101:0010`, months by name, weekdays before the date, and the dates of spreadsheets
and computers as numbers.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

import numpy as np

from algorithm.files.sheet import Cell
from algorithm.series import Floats, Integers

NONE = np.iinfo(np.int64).min
"""Stands for a cell that isn't a time."""

DAY_S = 86_400
_EPOCH = datetime(1970, 1, 1)
_EXCEL_EPOCH_DAYS = 25_569  # of 1970-01-01, counted as spreadsheets do
_FIRST, _LAST = (int((datetime(year, 1, 1) - _EPOCH).total_seconds()) for year in (1900, 2200))
_OF_DAY = (
    r"(?P<hour>\d{1,2})[:.h](?P<minute>\d\d)(?:[:.](?P<second>\d\d)(?:[.,]\d+)?)?"
    r"(?:\s*(?P<half>[AP])\.?M\.?)?"
    r"(?:\s*(?P<offset>Z|UTC|GMT|[+-]\d\d(?::?\d\d)?))?"
)
_FORMS = {
    name: re.compile(pattern, re.ASCII | re.IGNORECASE)
    for name, pattern in {
        "yyyy-mm-dd": r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})"
        rf"(?:(?:T|,?\s+){_OF_DAY})?",
        "dd.mm.yyyy": r"(?P<day>\d{1,2})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)"
        rf"(?P<year>\d{{4}}|\d\d)(?:(?:T|,?\s+){_OF_DAY})?",
        "yyyymmdd": r"(?P<year>(?:19|20)\d\d)(?P<month>\d\d)(?P<day>\d\d)"
        r"(?:[T:_\s-]?(?P<hour>\d\d):?(?P<minute>\d\d)(?::?(?P<second>\d\d))?(?P<offset>Z)?)?",
        "dd-Mon-yyyy": r"(?P<day>\d{1,2})[.\s-]+(?P<name>[A-Z]{3,9})[.\s-]+(?P<year>\d{4}|\d\d)"
        rf"(?:(?:T|,?\s+){_OF_DAY})?",
        "Mon dd, yyyy": r"(?P<name>[A-Z]{3,9})\.?\s+(?P<day>\d{1,2}),?\s+(?P<year>\d{4})"
        rf"(?:(?:T|,?\s+){_OF_DAY})?",
    }.items()
}
_HOUR = re.compile(rf"{_OF_DAY}(?:\s*[-\u2013]\s*\d.*)?", re.ASCII | re.IGNORECASE)
_WHOLE_HOUR = re.compile(
    r"[hH]?\s?(\d{1,2})(?:\.0)?\s*h?(?:\s*[-\u2013]\s*\d{1,2}\s*h?)?", re.ASCII
)
_INTERVAL = re.compile(r"\s+(?:-|\u2013|bis|to|~)\s+")
_WEEKDAY = re.compile(r"^[^\W\d_]{2,9}[.,]*\s+(?=\d|[A-Z][a-z]{2,8} \d)")
_SUFFIX = re.compile(r"\s*\((CE[S]?T|WE[S]?T|EE[S]?T|UTC|GMT)\)|\s+(?:Uhr|CES?T|MES?Z)$", re.I)
_MONTHS = {
    name: number
    for names in (
        "jan feb mar apr may jun jul aug sep oct nov dec",
        "jän feb mär apr mai jun jul aug sep okt nov dez",
        "janv févr mars avr mai juin juil août sept oct nov déc",
    )
    for number, name in enumerate(names.split(), start=1)
}
_CHINESE = str.maketrans({"年": "-", "月": "-", "日": " ", "时": ":", "分": None, "秒": None})


@dataclass(frozen=True)
class Stamps:
    """The times of cells. clock: (N,) s since 1970 as written, NONE where there is no time.

    offset: (N,) s, the stated UTC offset, nan where none is. form: what they look like. dates:
    whether they are dates without times of day. either_order: whether some could have the month
    first.
    """

    clock: Integers
    offset: Floats
    form: str
    dates: bool
    either_order: bool = False

    @property
    def share(self) -> float:
        return float(np.mean(self.clock != NONE)) if len(self.clock) else 0.0


def read_stamps(cells: Sequence[Cell], *, month_first: bool = False) -> Stamps:
    """Return the times of cells; those that aren't times become NONE."""
    texts = [cell.strip() if isinstance(cell, str) else cell for cell in cells]
    found = _at_once(texts, month_first)
    stamps = found if found is not None else _one_by_one(texts, month_first)
    if month_first and stamps.either_order:
        return replace(stamps, form="mm/dd/yyyy")
    return stamps


def is_stamp(cell: Cell) -> bool:
    """Whether a cell is a date or a time with a date; a number is not, as it could be any."""
    if isinstance(cell, date):
        return True
    return isinstance(cell, str) and _matched(cell.strip()) is not None


def hours_of(cells: Sequence[Cell]) -> tuple[Floats, bool]:
    """Return s since midnight of each cell (N,), nan if it's no time of day, and whether they are
    whole hours as numbers."""
    known: dict[Cell, float] = {}
    numbers = True
    seconds = np.full(len(cells), np.nan)
    for row, cell in enumerate(cells):
        key = cell if not isinstance(cell, float) else float(cell)
        if key not in known:
            known[key], number = _hour(cell)
            numbers = numbers and number
        seconds[row] = known[key]
    return seconds, numbers


def _hour(cell: Cell) -> tuple[float, bool]:
    if isinstance(cell, datetime):
        cell = cell.time()
    if isinstance(cell, time):
        return cell.hour * 3600 + cell.minute * 60 + round(
            cell.second + cell.microsecond / 1e6
        ), False
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        if 0 < cell < 1:
            return round(cell * DAY_S), False
        return (
            (float(cell) * 3600, True) if 0 <= cell <= 24 and cell == int(cell) else (np.nan, True)
        )
    text = str(cell or "").strip()
    if found := _WHOLE_HOUR.fullmatch(text):
        hour = int(found[1])
        return (hour * 3600.0, True) if hour <= 24 else (np.nan, True)
    if found := _HOUR.fullmatch(text):
        since = _since_midnight(found)
        return (np.nan if since is None else float(since)), False
    return np.nan, True


def serials(values: Floats) -> Integers | None:
    """Return the times that equal steps of numbers stand for: days of a spreadsheet, s or ms since
    1970; None if they stand for none."""
    if len(values) < 3 or np.isnan(values).any():
        return None
    if 29_000 < values[0] < 74_000 and values[-1] < 74_000:
        clock = np.round((values - _EXCEL_EPOCH_DAYS) * DAY_S)
    elif 3e8 < values[0] < 5e9:
        clock = np.round(values)
    elif 3e11 < values[0] < 5e12:
        clock = np.round(values / 1000)
    else:
        return None
    steps = np.diff(clock)
    usual = float(np.median(steps))
    if usual < 30 or usual > DAY_S or np.mean(np.abs(steps - usual) <= 2) < 0.9:
        return None
    # Spreadsheets' fractions of a day are off by some seconds where they were rounded.
    whole: Integers = (np.round(clock / 60) * 60 if usual >= 60 else clock).astype(np.int64)
    return whole


# Many cells of one form


def _at_once(texts: Sequence[Cell], month_first: bool) -> Stamps | None:
    """Return the times of texts that all look like the first, None if some don't.

    This is for speed: matching half a million cells one by one takes many seconds.
    """
    if len(texts) < 100 or not all(isinstance(text, str) for text in texts):
        return None
    cells: list[str] = list(texts)
    if _INTERVAL.search(cells[0]):
        cells = [_INTERVAL.split(cell, maxsplit=1)[0] for cell in cells]
    first = _matched(cells[0])
    if first is None or "name" in first[1].groupdict() or first[1].groupdict().get("half"):
        return None
    form, found = first
    if found.string != cells[0]:
        return None
    length = len(cells[0])
    if any(len(cell) != length or not cell.isascii() for cell in cells):
        return None
    signs = np.frombuffer("".join(cells).encode(), dtype=np.uint8).reshape(len(cells), length)
    digits = (signs >= 48) & (signs <= 57)
    numeric = digits[0]
    if (digits != numeric).any():
        return None
    others = signs[:, ~numeric]
    if (others != others[0]).any():
        return None

    def part(name: str) -> Integers:
        begin, end = found.span(name)
        value = np.zeros(len(cells), dtype=np.int64)
        for place in range(begin, end):
            value = value * 10 + (signs[:, place] - np.int64(48))
        return value

    parts = found.groupdict()
    year, month, day = part("year"), part("month"), part("day")
    year = np.where(year < 100, year + 2000, year)
    either = form == "dd.mm.yyyy" and parts["mark"] != "."
    if month_first and either:
        month, day = day, month
    good = (month >= 1) & (month <= 12) & (day >= 1) & (year >= 1900) & (year <= 2200)
    months = (np.where(good, year, 2000) - 1970) * 12 + np.where(good, month, 1) - 1
    begins = months.astype("datetime64[M]")
    days = begins.astype("datetime64[D]").astype(np.int64) + day - 1
    good &= days.astype("datetime64[D]").astype("datetime64[M]") == begins
    clock = days * DAY_S
    if parts["hour"]:
        hour, minute = part("hour"), part("minute")
        second = part("second") if parts.get("second") else np.int64(0)
        since = hour * 3600 + minute * 60 + second
        good &= (minute < 60) & (since <= DAY_S)
        clock = clock + since
    offset = np.full(len(cells), np.nan)
    if stated := parts.get("offset"):
        offset[:] = 0.0
        if stated[0] in "+-":
            begin = found.start("offset")
            hours = (signs[:, begin + 1] - 48.0) * 10 + (signs[:, begin + 2] - 48.0)
            rest = found["offset"][3:]
            minutes: Any = 0.0
            if rest:
                at = found.end("offset") - 2
                minutes = (signs[:, at] - 48.0) * 10 + (signs[:, at + 1] - 48.0)
            offset[:] = (hours * 3600 + minutes * 60) * (-1 if stated[0] == "-" else 1)
    return Stamps(np.where(good, clock, NONE), offset, form, not parts["hour"], either)


# Each cell by itself


def _one_by_one(texts: Sequence[Cell], month_first: bool) -> Stamps:
    clock = np.full(len(texts), NONE, dtype=np.int64)
    offset = np.full(len(texts), np.nan)
    form, timed, either = "", False, False
    for row, cell in enumerate(texts):
        if isinstance(cell, datetime):
            clock[row] = round((cell.replace(tzinfo=None) - _EPOCH).total_seconds())
            timed = timed or clock[row] % DAY_S != 0
            form = form or "date of a spreadsheet"
        elif isinstance(cell, date):
            clock[row] = (cell - _EPOCH.date()).days * DAY_S
            form = form or "date of a spreadsheet"
        elif isinstance(cell, str) and cell and (matched := _matched(cell)):
            kind, found = matched
            moment = _clock(found, kind, month_first)
            if moment is None or not _FIRST <= moment <= _LAST:
                continue
            clock[row] = moment
            parts = found.groupdict()
            either = either or (kind == "dd.mm.yyyy" and parts["mark"] != ".")
            timed = timed or parts["hour"] is not None
            form = form or kind
            if stated := parts.get("offset"):
                offset[row] = _offset(stated)
    return Stamps(clock, offset, form, not timed, either)


def _matched(text: str) -> tuple[str, re.Match[str]] | None:
    """Return the form of a text with a time, and its parts."""
    if len(text) > 60 or not any(sign.isdigit() for sign in text):
        return None
    for form, pattern in _FORMS.items():
        if found := pattern.fullmatch(text):
            return form, found
    plain = _WEEKDAY.sub("", _SUFFIX.sub("", _INTERVAL.split(text, maxsplit=1)[0])).strip()
    if "年" in plain:
        plain = re.sub(r"-\s", " ", plain.translate(_CHINESE)).strip(" :-")
        plain = re.sub(r"(\s\d{1,2})$", r"\1:00", plain)
    if plain == text:
        return None
    for form, pattern in _FORMS.items():
        if found := pattern.fullmatch(plain):
            return form, found
    return None


def _clock(found: re.Match[str], form: str, month_first: bool) -> int | None:
    parts = found.groupdict()
    year, day = int(parts["year"]), int(parts["day"])
    if "name" in parts:
        name = parts["name"].lower()
        number = next((_MONTHS[name[:n]] for n in (3, 4, 5) if name[:n] in _MONTHS), None)
        if number is None:
            return None
        month = number
    else:
        month = int(parts["month"])
    if month_first and form == "dd.mm.yyyy" and parts["mark"] != ".":
        month, day = day, month
    try:
        midnight = datetime(year + 2000 * (year < 100), month, day)
    except ValueError:  # the 31st of a shorter month
        return None
    since = _since_midnight(found) if parts["hour"] else 0
    return None if since is None else round((midnight - _EPOCH).total_seconds()) + since


def _since_midnight(found: re.Match[str]) -> int | None:
    hour, minute = int(found["hour"]), int(found["minute"])
    if half := found.groupdict().get("half"):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + 12 * (half in "pP")
    second = int(found["second"] or 0)
    since = hour * 3600 + minute * 60 + second
    return since if max(minute, second) < 60 and since <= DAY_S else None


def _offset(stated: str) -> float:
    if stated[0] not in "+-":
        return 0.0
    digits = stated[1:].replace(":", "").ljust(4, "0")
    seconds = int(digits[:2]) * 3600.0 + int(digits[2:]) * 60.0
    return -seconds if stated[0] == "-" else seconds

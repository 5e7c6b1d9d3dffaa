"""Dates and times as people and programs write them, in the cells of a table.

`2023-01-31 15:00`, `2023/1/31`, `31.01.2023 15:00`, `31/01/2023` or `01/31/2023 3:00 PM`, with
`T`, seconds, and a UTC offset (`Z`, `+01:00`) or without; 24:00 is the next midnight.
"""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import cache

from algorithm.files.sheet import Cell

FIRST_YEAR, LAST_YEAR = 1900, 2200  # as a requirement's `start`

_OF_DAY = (
    r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d(?:[.,]\d+)?))?(?:\s*(?P<half>[AP])M)?"
    r"(?:\s*(?P<offset>Z|UTC|GMT|[+-]\d\d(?::?\d\d)?))?"
)
_DATES = (
    r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})",
    r"(?P<day>\d{1,2})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<year>\d{4}|\d\d)",
)


def _forms(*patterns: str) -> list[re.Pattern[str]]:
    return [re.compile(pattern, re.ASCII | re.IGNORECASE) for pattern in patterns]


_DAYS = _forms(*_DATES)
_BEGINNINGS = _forms(*(rf"{dated}(?!\d)" for dated in _DATES))
_TIMESTAMPS = _forms(*(rf"{dated}(?:(?:T|,?\s+){_OF_DAY})?" for dated in _DATES))
_HOURS = _forms(_OF_DAY)
_WHOLE_HOUR = re.compile(r"(?:1?[0-9]|2[0-4])(?:\.0)?")
_EITHER_ORDER = _forms(r"\d{1,2}[-/]")


def begins_with_date(cell: Cell) -> bool:
    return isinstance(cell, date) or any(form.match(_text(cell)) for form in _BEGINNINGS)


def is_timestamp(cell: Cell) -> bool:
    return isinstance(cell, date) or _fits(cell, _TIMESTAMPS)


def is_date(cell: Cell) -> bool:
    """Whether it is a date without a time."""
    if isinstance(cell, datetime):
        return cell.time() == time()
    return isinstance(cell, date) or _fits(cell, _DAYS)


def day_of(cell: Cell) -> str:
    """Return the date of a cell as text."""
    return str(cell.date() if isinstance(cell, datetime) else cell)


def hour_of(cell: Cell) -> str:
    """Return a time of day, or a whole hour up to 24, as text; "" if it is neither."""
    text = str(cell).strip()
    if isinstance(cell, time) or _fits(cell, _HOURS):
        return text
    return f"{float(text):.0f}:00" if _WHOLE_HOUR.fullmatch(text) else ""


def has_either_order(cell: Cell) -> bool:
    """Whether the order of day and month is ambiguous."""
    return any(form.match(_text(cell)) for form in _EITHER_ORDER)


def timestamps(cells: Sequence[Cell], *, month_first: bool = False) -> list[datetime]:
    """Return the times, to the second, up to the first cell that isn't one.

    month_first: whether 2/1/2023 is the first of February. Times with a UTC offset are aware.
    """
    times: list[datetime] = []
    for cell in cells:
        moment = _moment(cell, month_first)
        if moment is None or not FIRST_YEAR <= moment.year <= LAST_YEAR:
            break
        times.append(moment)
    return times


def _text(cell: Cell) -> str:
    return cell.strip() if isinstance(cell, str) else ""


def _fits(cell: Cell, forms: Sequence[re.Pattern[str]]) -> bool:
    return any(form.fullmatch(_text(cell)) for form in forms)


def _moment(cell: Cell, month_first: bool) -> datetime | None:
    if isinstance(cell, datetime):
        # Spreadsheets store times as fractions of a day, so they need rounding.
        return (cell + timedelta(milliseconds=500)).replace(microsecond=0)
    if isinstance(cell, date):
        return datetime.combine(cell, time())
    found = next(filter(None, (form.fullmatch(_text(cell)) for form in _TIMESTAMPS)), None)
    try:
        return None if found is None else _as_matched(found, month_first)
    except (ValueError, OverflowError):  # the 31st of a shorter month; the end of the last year
        return None


def _as_matched(found: re.Match[str], month_first: bool) -> datetime | None:
    year, month, day = (int(found[part]) for part in ("year", "month", "day"))
    if month_first and has_either_order(found[0]):
        month, day = day, month
    midnight = datetime(year + 2000 * (year < 100), month, day, tzinfo=_zone(found["offset"]))
    since = _since_midnight(found) if found["hour"] else timedelta()
    return None if since is None else midnight + since


def _since_midnight(found: re.Match[str]) -> timedelta | None:
    hour, minute = int(found["hour"]), int(found["minute"])
    if half := found["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + 12 * (half in "pP")
    second = round(float((found["second"] or "0").replace(",", ".")))
    since = timedelta(hours=hour, minutes=minute, seconds=second)
    return since if max(minute, second) < 60 and since <= timedelta(days=1) else None


@cache
def _zone(offset: str | None) -> timezone | None:
    if offset is None:
        return None
    if offset[0] not in "+-":
        return UTC
    digits = offset[1:].replace(":", "").ljust(4, "0")
    since = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-since if offset[0] == "-" else since)

"""Tables of any layout: their column of times, and their columns of numbers."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from algorithm.errors import FieldError
from algorithm.files.importing.cells import Sheet
from algorithm.files.importing.choices import Choices
from algorithm.files.importing.layout import Layout, find_layout, is_missing, is_numeric
from algorithm.files.importing.source import Source, SourceColumn, Times, no_offset
from algorithm.files.importing.stamps import (
    DAY_S,
    NONE,
    Stamps,
    hours_of,
    read_stamps,
    serials,
)
from algorithm.files.importing.values import numbers_of
from algorithm.files.sheet import Cell
from algorithm.messages import Message
from algorithm.series import Integers

MOST_KEYS = 50
"""Series that a column of names may tell apart."""

# Rows of a table without times, and the minutes of a step.
_KNOWN_COUNTS = {
    8760: 60, 8784: 60, 35_040: 15, 35_136: 15, 17_520: 30, 17_568: 30, 105_120: 5, 105_408: 5,
    525_600: 1, 527_040: 1, 168: 60, 24: 60, 672: 15, 96: 15,
}  # fmt: skip
_PARTS = {
    "year": ("year", "jahr", "年", "yr", "yyyy"),
    "month": ("month", "monat", "月", "mo", "mm"),
    "day": ("day", "tag", "日", "dd", "dy"),
    "hour": ("hour", "stunde", "时", "hr", "hh", "h", "小时"),
    "minute": ("minute", "min", "minuten", "分"),
}
_HOUR_OF_YEAR = ("hour", "stunde", "hour of year", "h", "hoy", "step", "nr", "no", "小时", "#", "")


def generic_source(file: str, sheets: Sequence[Sheet], choices: Choices) -> Source:
    """Return the largest table of a file, or that of the stated sheet."""
    layouts = [
        (sheet, layout)
        for sheet in sheets
        if choices.sheet in (None, sheet.name) and (layout := find_layout(sheet, choices))
    ]
    if not layouts:
        return _nothing(file, sheets, choices)
    sheet, layout = max(layouts, key=lambda pair: len(pair[1].rows))
    source = Source(
        Message("table"),
        [],
        layout.rows,
        sheet=sheet.name,
        sheets=[other.name for other in sheets],
        header_row=layout.header_row,
        skipped=layout.skipped,
    )
    if layout.header_row is None:
        source.remarks.append(Message("no row of names above the numbers"))
    for other in sheets:
        if other is not sheet:
            source.remarks.append(Message("sheet '%(name)s' is not read", name=other.name))
    headers = _distinct(layout.headers)
    places = []
    for place, cells in enumerate(layout.cells):
        if not all(map(is_missing, cells)):
            places.append(place)
        elif layout.headers[place]:
            source.ignored.append((headers[place], Message("empty")))
    used = _read_times(file, source, layout, headers, choices)
    columns = [place for place in places if place not in used]
    for place in columns:
        source.columns.append(
            SourceColumn(headers[place], layout.cells[place], layout.units[place])
        )
    _split_by_key(source.without_untimed())
    return source


def _nothing(file: str, sheets: Sequence[Sheet], choices: Choices) -> Source:
    if choices.sheet is not None and choices.sheet not in [sheet.name for sheet in sheets]:
        names = [sheet.name for sheet in sheets]
        message = Message("should be one of %(sheets)s", sheets=names)
        problem: FieldError = {"field": f"{file}: sheet", "message": message}
    else:
        message = Message(
            "should have a row for each step, with its time and numbers, below a row of names; "
            "no such rows were found"
        )
        problem = {"field": file, "message": message}
    return Source(Message("unknown"), [], [], problems=[problem])


def _distinct(headers: Sequence[str]) -> list[str]:
    counts: Counter[str] = Counter()
    names = []
    for place, header in enumerate(headers, start=1):
        name = " ".join(header.split()) or str(Message("column %(place)s", place=place))
        counts[name] += 1
        names.append(name if counts[name] == 1 else f"{name} {counts[name]}")
    return names


# Times


def _read_times(
    file: str, source: Source, layout: Layout, headers: Sequence[str], choices: Choices
) -> set[int]:
    """Set the source's times; return the columns that they, or further times, are in."""
    found = _candidates(layout, headers, choices)
    if choices.time_column is not None and choices.time_column not in headers:
        message = Message(
            "should be one of the columns %(names)s, not '%(name)s'",
            names=list(headers)[:12],
            name=choices.time_column,
        )
        source.problems.append({"field": f"{file}: time column", "message": message})
        return set()
    if not found:
        return _from_parts(source, layout, headers) or _from_count(
            file, source, layout, headers, choices
        )
    place = next(iter(found))
    stamps = found[place]
    header = headers[place]
    used = set(found)
    clock = stamps.clock
    if stamps.dates and len(np.unique(clock)) < len(clock):
        clock, hours, note = _with_hours(clock, layout, headers, used)
        if hours is not None:
            used.add(hours)
            header = f"{header}, {headers[hours]}"
        if note is not None:
            source.remarks.append(note)
    if _has_both_orders(layout.cells[place], choices):
        message = Message(
            "should have dates in one order of day and month: '%(found)s' could be either; state "
            "whether the day or the month comes first",
            found=str(layout.cells[place][0]).strip()[:40],
        )
        source.problems.append({"field": f"{file}: {headers[place]}", "message": message})
    begins = any(
        isinstance(cell, str) and (" - " in cell or " \u2013 " in cell)
        for cell in layout.cells[place][:3]
    )
    for other in found:
        if other != place:
            why = Message("times as in '%(name)s'", name=headers[place])
            source.ignored.append((headers[other], why))
    source.times = Times(header, stamps.form, clock, stamps.offset, begins)
    return used


def _candidates(layout: Layout, headers: Sequence[str], choices: Choices) -> dict[int, Stamps]:
    """Return the columns of times, the one to use first."""
    found: dict[int, Stamps] = {}
    for place, cells in enumerate(layout.cells):
        if choices.time_column is not None and headers[place] != choices.time_column:
            continue
        sample = [cells[0], cells[len(cells) // 2], cells[-1]]
        if all(map(is_numeric, sample)):
            stamps = _numbers_as_times(cells, first=place == 0)
        else:
            stamps = _in_order(cells, choices)
        if stamps is not None and stamps.share > 0.6:
            found[place] = stamps
    # Dates alone come after those with times of day.
    return dict(sorted(found.items(), key=lambda pair: (pair[1].dates, pair[0])))


def _in_order(cells: Sequence[Cell], choices: Choices) -> Stamps | None:
    """Return times, day or month first: whichever reads more of them, in more equal steps."""
    if not any(isinstance(cell, str) or hasattr(cell, "year") for cell in cells[:50]):
        return None
    if choices.day_first is not None:
        return read_stamps(cells, month_first=not choices.day_first)
    day_first = read_stamps(cells)
    if not day_first.either_order and day_first.share > 0.6:
        return day_first
    month_first = read_stamps(cells, month_first=True)
    if not month_first.either_order and not day_first.either_order:
        return day_first
    return max(day_first, month_first, key=lambda s: (round(s.share, 2), _evenness(s.clock)))


def _has_both_orders(cells: Sequence[Cell], choices: Choices) -> bool:
    """Whether dates make equal steps with the day first as well as with the month first."""
    if choices.day_first is not None:
        return False
    day_first, month_first = read_stamps(cells), read_stamps(cells, month_first=True)
    if not day_first.either_order or (day_first.clock == month_first.clock).all():
        return False
    found = [(s.share, round(_evenness(s.clock), 2)) for s in (day_first, month_first)]
    return found[0] == found[1]


def _evenness(clock: Integers) -> float:
    steps = np.diff(clock[clock != NONE])
    if not len(steps):
        return 0.0
    _, counts = np.unique(steps, return_counts=True)
    return float(counts.max() / len(steps))


def _numbers_as_times(cells: Sequence[Cell], *, first: bool) -> Stamps | None:
    texts = all(isinstance(cell, str) for cell in cells)
    if texts and len({len(str(cell).strip()) for cell in cells}) == 1:
        stamps = read_stamps(cells)  # 20230131, 202301311545
        if stamps.share > 0.9 and _evenness(stamps.clock) > 0.5:
            return stamps
    numbers = numbers_of(cells, None, None)
    if numbers.wrong or np.isnan(numbers.values).any() or len(numbers.values) < 3:
        return None
    clock = serials(numbers.values)
    if clock is None:
        return None
    is_unix = numbers.values[0] > 1e8
    offset = np.zeros(len(clock)) if is_unix else no_offset(len(clock))
    form = "seconds since 1970" if is_unix else "days since 1900"
    return Stamps(clock, offset, form, dates=bool((clock % DAY_S == 0).all()))


def _with_hours(
    days: Integers, layout: Layout, headers: Sequence[str], used: set[int]
) -> tuple[Integers, int | None, Message | None]:
    """Return days combined with the column of times of day that makes the most equal steps."""
    best: tuple[float, int, Integers, Message | None] | None = None
    for place, cells in enumerate(layout.cells):
        if place in used:
            continue
        seconds, numbers = hours_of(cells)
        if np.isnan(seconds).mean() > 0.05:
            continue
        note = None
        known = seconds[~np.isnan(seconds)]
        if numbers and known.min() >= 3600 and known.max() == DAY_S:
            seconds = seconds - 3600
            note = Message("hours count from 1: the first is from 00:00 to 01:00")
        clock = np.where(np.isnan(seconds), NONE, days + np.nan_to_num(seconds).astype(np.int64))
        even = _evenness(clock)
        if even > 0.8 and (best is None or even > best[0]):
            best = even, place, clock, note
    if best is None:
        return days, None, None
    return best[2], best[1], best[3]


def _from_parts(source: Source, layout: Layout, headers: Sequence[str]) -> set[int]:
    """Read times from columns of year, month, day and hour."""
    places: dict[str, int] = {}
    for part, names in _PARTS.items():
        for place, header in enumerate(headers):
            plain = header.lower().strip(" .:()")
            if plain in names and part not in places and place not in places.values():
                places[part] = place
    if not {"month", "day", "hour"} <= places.keys():
        return set()
    values = {
        part: numbers_of(layout.cells[place], None, ".").values for part, place in places.items()
    }
    if any(np.isnan(numbers).any() for numbers in values.values()):
        return set()
    year = values.get("year", np.full(len(layout.rows), 2023.0))
    if "year" not in values:
        source.remarks.append(Message("no year is stated: taken for 2023"))
    hours = values["hour"]
    if hours.min() >= 1 and hours.max() == 24:
        hours = hours - 1
        source.remarks.append(Message("hours count from 1: the first is from 00:00 to 01:00"))
    months = ((year - 1970) * 12 + values["month"] - 1).astype(np.int64).astype("datetime64[M]")
    days = months.astype("datetime64[D]").astype(np.int64) + values["day"].astype(np.int64) - 1
    seconds = hours * 3600 + values.get("minute", np.zeros(len(hours))) * 60
    header = ", ".join(headers[place] for place in places.values())
    clock = days * DAY_S + seconds.astype(np.int64)
    source.times = Times(header, "columns of their parts", clock, no_offset(len(clock)))
    return set(places.values())


def _from_count(
    file: str, source: Source, layout: Layout, headers: Sequence[str], choices: Choices
) -> set[int]:
    """Set times from the number of rows; return the column of row numbers, if there is one."""
    count = len(layout.rows)
    numbers = {
        place
        for place, header in enumerate(headers[:2])
        if header.lower().strip(" .()") in _HOUR_OF_YEAR or header.startswith("column ")
        if _is_count(layout.cells[place])
    }
    minutes = choices.step_minutes or _KNOWN_COUNTS.get(count)
    if minutes is None:
        message = Message(
            "should be stated: no column has times, and %(count)s rows are no year or week of "
            "equal steps",
            count=count,
        )
        source.problems.append({"field": f"{file}: step", "message": message})
        return numbers
    leap = count * minutes == 366 * 24 * 60
    start = np.datetime64(choices.start or ("2024-01-01" if leap else "2023-01-01"), "s")
    if choices.start is None:
        source.remarks.append(
            Message(
                "no column has times: the first row is taken for %(start)s", start=str(start)[:10]
            )
        )
    source.remarks.append(
        Message(
            "%(count)s rows are taken for steps of %(step)s min", count=count, step=f"{minutes:g}"
        )
    )
    clock = start.astype(np.int64) + np.arange(count) * round(minutes * 60)
    source.times = Times("", "none", clock, no_offset(count), begins=True)
    return numbers


def _is_count(cells: Sequence[Cell]) -> bool:
    values = numbers_of(cells, None, ".").values
    return bool(not np.isnan(values).any() and (np.diff(values) == 1).all())


# Tables with a row for each time and each of several series


def _split_by_key(source: Source) -> None:
    """Turn a column that names several series with the same times into a column for each."""
    if source.times is None:
        return
    clock = source.times.clock
    if len(np.unique(clock)) > 0.7 * len(clock):
        return
    for key in source.columns:
        names = [str(cell).strip() for cell in key.cells]
        known = list(dict.fromkeys(names))
        if not 2 <= len(known) <= MOST_KEYS or sum(map(is_numeric, key.cells)) > 0.5 * len(names):
            continue
        index = {name: number for number, name in enumerate(known)}
        group = np.array([index[name] for name in names])
        pairs = np.unique(np.stack([clock, group]), axis=1).shape[1]
        if pairs < 0.9 * len(clock):
            continue
        source.columns.remove(key)
        source.ignored.append((key.header, Message("tells apart %(names)s", names=known[:5])))
        only_first = "sequence" in key.header.lower()
        if only_first:
            source.remarks.append(
                Message("of '%(key)s', only %(name)s is taken", key=key.header, name=known[0])
            )
        source.columns = [
            SourceColumn(
                column.header if only_first else f"{name} {column.header}",
                [column.cells[int(row)] for row in rows],
                column.unit_text,
                rows=rows,
            )
            for number, name in enumerate(known[:1] if only_first else known)
            if len(rows := np.flatnonzero(group == number))
            for column in source.columns
        ]
        return

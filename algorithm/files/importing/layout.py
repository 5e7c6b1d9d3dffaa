"""Where a sheet's table stands: titles above, rows of names and units, steps, totals below."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from algorithm.files.importing.cells import Sheet, text_at
from algorithm.files.importing.choices import Choices
from algorithm.files.importing.stamps import NONE, is_stamp, read_stamps, serials
from algorithm.files.importing.units import unit_of
from algorithm.files.numerals import is_number
from algorithm.files.sheet import Cell, Row
from algorithm.messages import Message

SAMPLE = 300
MOST_HEADER_ROWS = 4
SEARCHED_ROWS = 3000
"""Rows from the top among which the first step must be."""

_TOTAL = re.compile(
    r"(?:grand\s+)?(?:total|sum|summe|gesamt|mittel|average|mean|max|min|maximum|minimum|count|"
    r"anzahl|ergebnis|合计|总计|平均)\w*\b.*",
    re.IGNORECASE,
)
MISSING = {
    "", "-", "--", "---", "n/a", "na", "nan", "null", "none", "#n/a", "#nv", "#value!", "#wert!",
    "#div/0!", "#ref!", "#bezug!", "#null!", "n.v.", "k.a.", "n.a.", "unavailable", "unknown",
    "missing", "fehlt", "?", "*", "n/e", "nul", "缺失",
}  # fmt: skip


@dataclass(frozen=True)
class Skipped:
    """Rows that aren't steps. first, last: numbers from 1, as spreadsheets count."""

    first: int
    last: int
    why: str


@dataclass
class Layout:
    """A sheet's table. columns: by place, the header; cells: (place) the cells of all steps.

    rows: (N,) the row number of each step, from 1. unit_row: the units' texts by place.
    """

    header_row: int | None
    headers: list[str]
    units: list[str]
    cells: list[list[Cell]]
    rows: list[int]
    skipped: list[Skipped] = field(default_factory=list)


def is_missing(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and cell.strip().lower() in MISSING)


def is_numeric(cell: Cell) -> bool:
    """Whether a cell is a number, or a text with one, perhaps with its unit behind."""
    if isinstance(cell, bool):
        return False
    if isinstance(cell, int | float):
        return True
    if not isinstance(cell, str):
        return False
    text = cell.strip()
    if is_number(text):
        return True
    head, _, tail = text.rpartition(" ")
    return bool(head) and is_number(head.strip()) and unit_of(tail) is not None


def find_layout(sheet: Sheet, choices: Choices) -> Layout | None:
    """Return the table in a sheet, None if there is none."""
    rows = sheet.rows
    first = _first_step(rows, choices)
    if first is None:
        return None
    headers, units, top = _names(rows, first, choices)
    width = max([len(headers), *(len(row) for row in rows[first : first + 50])])
    headers += [""] * (width - len(headers))
    units += [""] * (width - len(units))
    layout = Layout(top + 1 if top is not None else None, headers, units, [], [])
    steps = list(_steps(rows, first, headers, layout.skipped))
    if not steps:
        return None
    layout.rows = [row + 1 for row in steps]
    layout.cells = [
        [rows[row][place] if place < len(rows[row]) else None for row in steps]
        for place in range(width)
    ]
    above = [row for row in range(first) if rows[row] and row != top]
    if above and top is not None and above[0] < top:
        why = Message("titles above the names")
        layout.skipped.insert(0, Skipped(above[0] + 1, top, why))
    return layout


def _first_step(rows: Sequence[Row], choices: Choices) -> int | None:
    """Return the first of the rows that look like steps: times and numbers, one below the other."""
    begin = choices.header_row or 0
    kinds: list[frozenset[tuple[int, str]]] = []
    for place in range(begin, min(len(rows), begin + SEARCHED_ROWS)):
        kinds.append(_kinds(rows[place]))
    for at, kind in enumerate(kinds):
        numbers = {place for place, what in kind if what == "number"}
        times = {place for place, what in kind if what == "time"}
        if not numbers or len(rows[begin + at]) < 1:
            continue
        # The next rows that aren't empty must look alike, as must most of them below.
        below = [other for other in kinds[at + 1 : at + 12] if other]
        alike = [
            other
            for other in below
            if {(place, "time") for place in times} <= other
            and any((place, "number") in other for place in numbers)
        ]
        filled = len([cell for cell in rows[begin + at] if not is_missing(cell)])
        if not times and len(numbers) < filled / 2:
            continue
        if len(alike) >= max(1, 0.6 * len(below)):
            if not times and not _is_wide(kinds, at):
                continue
            return begin + at
    return None


def _is_wide(kinds: Sequence[frozenset[tuple[int, str]]], at: int) -> bool:
    """Whether a row without times isn't just one of a block above the table, such as settings."""
    below = [kind for kind in kinds[at : at + 60] if kind]
    usual = sorted(len(kind) for kind in below)[len(below) // 2]
    later = any(what == "time" for kind in kinds[at + 1 : at + 60] for _, what in kind)
    return len(kinds[at]) >= usual and not later


def _kinds(row: Row) -> frozenset[tuple[int, str]]:
    kinds = set()
    for place, cell in enumerate(row[:60]):
        if is_missing(cell):
            continue
        if is_numeric(cell):
            compact = isinstance(cell, str) and len(cell.strip()) in (8, 12) and is_stamp(cell)
            kinds.add((place, "time" if compact and "." not in cell else "number"))
        elif is_stamp(cell):
            kinds.add((place, "time"))
        else:
            kinds.add((place, "text"))
    return frozenset(kinds)


def _names(
    rows: Sequence[Row], first: int, choices: Choices
) -> tuple[list[str], list[str], int | None]:
    """Return the columns' names, their units from a row of their own, and the row of names."""
    if choices.header_row is not None:
        top = choices.header_row - 1
        between = [row for row in range(top + 1, first) if rows[row]]
        units = _unit_row(rows[between[0]]) if between else []
        return [text_at(rows[top], place) for place in range(len(rows[top]))], units, top
    above = [row for row in range(first - 1, max(-1, first - 12), -1) if rows[row]]
    if not above:
        return [], [], None
    bottom, units = above[0], []
    if len(above) > 1 and (units := _unit_row(rows[bottom])):
        bottom = above[1]
    width = max(len(row) for row in rows[first : first + 5])
    names = [text_at(rows[bottom], place) for place in range(max(width, len(rows[bottom])))]
    for row in range(bottom - 1, max(-1, bottom - MOST_HEADER_ROWS), -1):
        if not _is_upper_header(rows[row], width):
            break
        upper, last = [], ""
        for place in range(len(names)):
            # Of merged cells, only the first has the text.
            last = text_at(rows[row], place) or last
            upper.append(last)
        names = [_joined(one, other) for one, other in zip(upper, names, strict=True)]
    return names, units, bottom


def _joined(upper: str, name: str) -> str:
    return name if upper in ("", name) else f"{upper} {name}".strip()


def _unit_row(row: Row) -> list[str]:
    """Return the texts of a row if it has units alone, else []."""
    filled = [str(cell).strip() for cell in row if not is_missing(cell)]
    plain = [text.strip("[]() ") for text in filled]
    known = [text for text in plain if unit_of(text) is not None]
    if not known or len(known) < len(filled) / 2 or any(map(is_number, plain)):
        return []
    return [text_at(row, place) for place in range(len(row))]


def _is_upper_header(row: Row, width: int) -> bool:
    """Whether a row above the names belongs to them, such as merged cells over several columns."""
    filled = [place for place, cell in enumerate(row) if not is_missing(cell)]
    if len(filled) < 2 and not (filled and filled[0] > 0):
        return False
    if any(is_numeric(row[place]) or is_stamp(row[place]) for place in filled):
        return False
    return filled[0] > 0 or len(filled) >= 0.8 * width


def _steps(
    rows: Sequence[Row], first: int, headers: Sequence[str], skipped: list[Skipped]
) -> Iterator[int]:
    """Yield the rows with steps; note the others."""
    times = _places_of_times(rows, first)
    for row in range(first, len(rows)):
        cells = rows[row]
        why = None
        if not any(not is_missing(cell) for cell in cells):
            why = Message("empty")
        elif isinstance(cells[0], str) and _TOTAL.fullmatch(cells[0].strip()):
            why = Message("a total")
        elif times and not any(
            _has_time(cells, place, numeric) for place, numeric in times.items()
        ):
            why = Message("names again") if list(map(str, cells)) == headers else Message("no time")
        elif not times and not any(map(is_numeric, cells)):
            why = Message("no numbers")
        if why is None:
            yield row
        elif skipped and skipped[-1].last == row and skipped[-1].why == why:
            skipped[-1] = Skipped(skipped[-1].first, row + 1, why)
        else:
            skipped.append(Skipped(row + 1, row + 1, why))


def _has_time(cells: Row, place: int, numeric: bool) -> bool:
    cell = cells[place] if place < len(cells) else None
    if isinstance(cell, str) and cell[:2].isdigit() and len(cell) > 9 and cell[-2:].isdigit():
        return True  # most likely; `read_stamps` looks closer
    return is_numeric(cell) if numeric else is_stamp(cell)


def _places_of_times(rows: Sequence[Row], first: int) -> dict[int, bool]:
    """Return the columns with times, and whether these are numbers."""
    sample = [row for row in rows[first:] if row]
    sample = sample[:: max(1, len(sample) // SAMPLE)]
    found: dict[int, bool] = {}
    for place in range(min(60, max(map(len, sample)))):
        cells = [row[place] if place < len(row) else None for row in sample]
        if np.mean([is_stamp(cell) for cell in cells]) > 0.6:
            found[place] = False
    if not found:
        for place in range(min(3, max(map(len, sample)))):
            column = [
                row[place] if place < len(row) else None for row in rows[first : first + SAMPLE]
            ]
            numbers = [
                float(c) for c in column if isinstance(c, int | float) and not isinstance(c, bool)
            ]
            if len(numbers) > 0.9 * len(column) and serials(np.array(numbers)) is not None:
                found[place] = True
    return found


def month_first_reads_more(cells: Sequence[Cell]) -> bool:
    """Whether more of some cells are times if the month comes before the day."""
    return bool(
        np.sum(read_stamps(cells, month_first=True).clock != NONE)
        > np.sum(read_stamps(cells).clock != NONE)
    )

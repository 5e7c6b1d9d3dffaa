"""The numbers in a column's cells, and its holes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from algorithm.files.importing.choices import Fill
from algorithm.files.importing.layout import is_missing
from algorithm.files.importing.units import Unit, unit_of
from algorithm.files.numerals import COMMA, POINT, Notation, notation_of
from algorithm.files.sheet import Cell
from algorithm.series import Booleans, Floats

SHORT_HOLE_S = 3 * 3600
"""Longest hole that is bridged by a line; the day's course is lost beyond."""

_MINUS = str.maketrans({"\u2212": "-", "\u2013": "-"})


@dataclass(frozen=True)
class Numbers:
    """A column's numbers. values: (N,), nan where there is none. wrong: rows whose cells are
    neither numbers nor empty. ambiguous: the first row that could be two numbers, None if none."""

    values: Floats
    wrong: list[int]
    ambiguous: int | None = None
    unit: Unit | None = None


def usual_notation(columns: Mapping[int, Sequence[Cell]], stated: str | None) -> Notation | None:
    """Return the notation of a file's numbers, by the columns that are unambiguous."""
    if stated is not None:
        return POINT if stated == "." else COMMA
    known = {notation for cells in columns.values() if (notation := notation_of(cells))}
    return known.pop() if len(known) == 1 else None


def numbers_of(cells: Sequence[Cell], usual: Notation | None, stated: str | None) -> Numbers:
    """Return the numbers in cells.

    usual: the file's notation, for columns that have none of their own. stated: the decimal
    separator that a person states.
    """
    notation = usual if stated else notation_of(cells) or usual
    texts = [cell for cell in cells if isinstance(cell, str)]
    if notation is None:
        ambiguous = next((row for row, cell in enumerate(cells) if _is_ambiguous(cell)), None)
        if ambiguous is not None:
            return Numbers(np.full(len(cells), np.nan), [], ambiguous)
        notation = POINT
    if len(texts) == len(cells) and (at_once := notation.at_once(cells)):
        return Numbers(np.array(at_once), [])
    values = np.full(len(cells), np.nan)
    wrong: list[int] = []
    unit: Unit | None = None
    for row, cell in enumerate(cells):
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            values[row] = cell if abs(cell) < 1e300 else np.nan
            continue
        if is_missing(cell):
            continue
        number = notation.number_of(cell)
        if number is None and isinstance(cell, str):
            number, found = _with_unit(cell, notation)
            unit = unit or found
        if number is None:
            wrong.append(row)
        else:
            values[row] = number
    return Numbers(values, wrong, unit=unit)


def _is_ambiguous(cell: Cell) -> bool:
    if not isinstance(cell, str) or not ("." in cell or "," in cell):
        return False
    return POINT.fits(cell) and COMMA.fits(cell)


def _with_unit(cell: str, notation: Notation) -> tuple[float | None, Unit | None]:
    text = cell.strip().translate(_MINUS)
    number = notation.number_of(text)
    if number is not None:
        return number, None
    head = text.rstrip("€$%°CFWhkMGVvar/² m2³")
    tail = text[len(head) :]
    if head and (unit := unit_of(tail)) is not None:
        return notation.number_of(head.strip()), unit
    return None, None


@dataclass(frozen=True)
class Hole:
    """A run of steps without a value. first: the step it begins at."""

    first: int
    count: int


def holes_of(values: Floats) -> list[Hole]:
    missing = np.flatnonzero(np.isnan(values))
    runs = np.split(missing, np.flatnonzero(np.diff(missing) > 1) + 1)
    return [Hole(int(run[0]), len(run)) for run in runs if len(run)]


def proposed_fill(hole: Hole, step_s: int, count: int) -> Fill:
    """Return how a hole is best filled: a short one on a line, a longer one from a week before."""
    short = hole.count * step_s <= SHORT_HOLE_S
    has_weeks = count * step_s >= 14 * 86_400
    return "interpolate" if short or not has_weeks else "week"


def filled(values: Floats, holes: Sequence[Hole], how: Sequence[Fill], step_s: int) -> Floats:
    """Return values (N,) with holes filled, each in its way."""
    result = values.copy()
    known = np.flatnonzero(~np.isnan(values))
    if not len(known):
        return result
    week = 7 * 86_400 // step_s
    for hole, way in zip(holes, how, strict=True):
        steps = np.arange(hole.first, hole.first + hole.count)
        if way == "zero":
            result[steps] = 0.0
        elif way == "week":
            result[steps] = [_of_another_week(values, int(step), week) for step in steps]
        if way == "interpolate" or (way == "week" and np.isnan(result[steps]).any()):
            open_steps: Booleans = np.isnan(result[steps])
            line = np.interp(steps, known, values[known])
            result[steps] = np.where(open_steps, line, result[steps])
    return result


def _of_another_week(values: Floats, step: int, week: int) -> float:
    """Return the nearest value at the same time of a week before, or else after."""
    for weeks in range(1, max(2, len(values) // week + 1)):
        for other in (step - weeks * week, step + weeks * week):
            if 0 <= other < len(values) and not np.isnan(values[other]):
                return float(values[other])
    return float("nan")

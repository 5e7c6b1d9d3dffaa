"""Columns of numbers as people write them: 1234.5, 1,234.5, 1.234,5, 1 234,5 or 1'234.5.

Whether point or comma is the decimal separator is decided for a whole column, by a cell that can be
read in only one way. `1.234` is ambiguous: 1.234 or 1234. If all cells of a column are, the file's
other columns decide. If these are ambiguous, too, or disagree, the column is refused.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence

from algorithm.errors import FieldError, RequirementError
from algorithm.files.sheet import FIRST_ROW, Cell
from algorithm.messages import Message

_SPACES = " \xa0\u2009\u202f'\u2019"  # between thousands, beside point and comma


class Notation:
    """Numbers with `decimal` before their decimals, and `other` or a space between thousands."""

    def __init__(self, decimal: str, other: str) -> None:
        groups = rf"(?:(?:[{other}][0-9]{{3}})+|(?:[{_SPACES}][0-9]{{3}})+)"
        grouped = rf"[1-9][0-9]{{0,2}}{groups}(?:[{decimal}][0-9]*)?"
        plain = rf"(?:[0-9]+[{decimal}]?[0-9]*|[{decimal}][0-9]+)(?:[eE][+-]?[0-9]+)?"
        self._number = re.compile(rf"[+-]?(?:{grouped}|{plain})")
        self._no_number = re.compile(rf"^(?!{self._number.pattern}$)", re.MULTILINE)
        self._between = other + _SPACES
        self._plain = str.maketrans(decimal, ".", self._between)

    def fits(self, cell: Cell) -> bool:
        """Whether a cell is text with a number in it."""
        return isinstance(cell, str) and self._number.fullmatch(cell.strip()) is not None

    def numbers(self, column: Sequence[Cell]) -> list[float]:
        """Return the numbers up to the first cell that isn't one."""
        return self.at_once(column) or list(self._one_by_one(column))

    def at_once(self, column: Sequence[Cell]) -> list[float]:
        """Return the numbers of a column in which all cells are text with numbers, else [].

        This is for speed: converting a million cells one by one takes seconds.
        """
        if not all(isinstance(cell, str) for cell in column):
            return []
        lines = "\n".join(map(str.strip, column))
        grouped = any(mark in lines for mark in self._between)
        if "_" in lines or (grouped and self._no_number.search(lines)):
            return []
        try:
            numbers = [float(line) for line in lines.translate(self._plain).split("\n")]
        except ValueError:
            return []
        return numbers if len(numbers) == len(column) and all(map(math.isfinite, numbers)) else []

    def _one_by_one(self, column: Sequence[Cell]) -> Iterator[float]:
        for cell in column:
            number = self.number_of(cell)
            if number is None:
                return
            yield number

    def number_of(self, cell: Cell) -> float | None:
        """Return the number in a cell, None if it has none."""
        if self.fits(cell):
            cell = cell.strip().translate(self._plain)
        elif isinstance(cell, bool) or not isinstance(cell, int | float):
            return None
        try:
            number = float(cell)
        except OverflowError:
            return None
        return number if math.isfinite(number) else None


POINT, COMMA = Notation(".", ","), Notation(",", ".")


def read_numbers(file: str, columns: Mapping[str, Sequence[Cell]]) -> dict[str, list[float]]:
    """Return the columns' numbers; raise RequirementError with the first wrong cell of each."""
    notations = {name: notation_of(column) for name, column in columns.items()}
    known = set(notations.values()) - {None}
    usual = known.pop() if len(known) == 1 else None
    numbers: dict[str, list[float]] = {}
    errors: list[FieldError] = []
    for name, column in columns.items():
        notation = notations[name] or usual
        if notation is None and (row := next(_ambiguous_rows(column), None)) is not None:
            errors.append({"field": file, "message": _either_number(name, row, column[row])})
            continue
        numbers[name] = (notation or POINT).numbers(column)
        if len(numbers[name]) < len(column):
            message = _no_number(name, len(numbers[name]), column)
            errors.append({"field": file, "message": message})
    if errors:
        raise RequirementError(errors)
    return numbers


def is_number(text: str) -> bool:
    return POINT.fits(text) or COMMA.fits(text)


def notation_of(column: Sequence[Cell]) -> Notation | None:
    """Return the notation of the first unambiguous cell."""
    row = next(_unambiguous_rows(column), None)
    if row is None:
        return None
    return POINT if POINT.fits(column[row]) else COMMA


def _unambiguous_rows(column: Sequence[Cell]) -> Iterator[int]:
    return (row for row, ways in _ways(column) if ways == 1)


def _ambiguous_rows(column: Sequence[Cell]) -> Iterator[int]:
    return (row for row, ways in _ways(column) if ways == 2)


def _ways(column: Sequence[Cell]) -> Iterator[tuple[int, int]]:
    """Yield each row whose cell has a point or comma, and in how many notations it is a number."""
    for row, cell in enumerate(column):
        if isinstance(cell, str) and ("." in cell or "," in cell):
            yield row, POINT.fits(cell) + COMMA.fits(cell)


def _either_number(name: str, row: int, cell: str) -> str:
    found = cell.strip()
    return Message(
        "column '%(name)s', row %(row)s could be %(large)s or %(small)s: write %(large)s without a "
        "separator or %(clear)s with one more decimal, not %(found)s",
        name=name,
        row=row + FIRST_ROW,
        large=re.sub("[.,]", "", found),
        small=found.replace(",", "."),
        clear=f"{found}0",
        found=repr(found),
    )


def _no_number(name: str, row: int, column: Sequence[Cell]) -> str:
    cell = column[row]
    if cell in (None, ""):
        return Message(
            "column '%(name)s', row %(row)s should be a number such as 1234.5, it is empty",
            name=name,
            row=row + FIRST_ROW,
        )
    found = repr(str(cell)[:40])
    first = next(_unambiguous_rows(column), row)
    if first < row and isinstance(cell, str) and is_number(cell):
        return Message(
            "column '%(name)s', row %(row)s should have the decimal separator of row %(first)s, "
            "%(written)s, not %(found)s",
            name=name,
            row=row + FIRST_ROW,
            first=first + FIRST_ROW,
            written=repr(column[first].strip()),
            found=found,
        )
    return Message(
        "column '%(name)s', row %(row)s should be a number such as 1234.5, not %(found)s",
        name=name,
        row=row + FIRST_ROW,
        found=found,
    )

"""Reads the cells of a table: text (CSV, TSV), or a workbook's first sheet (XLSX).

Rows may have too few or too many cells. `reading`, `time_column` and `numerals` check the content.
"""

import csv
import io
import re
import zipfile
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Iterator, Sequence
from datetime import time
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from algorithm.errors import RequirementError
from algorithm.messages import Message
from algorithm.series import MOST_STEPS

if TYPE_CHECKING:
    from openpyxl import Workbook

MOST_UNPACKED_BYTES = 200_000_000
MOST_COLUMNS = 500
DELIMITERS = "\t;,"
FIRST_ROW = 2  # the row of names is row 1
CHUNK = 20

Cell = Any  # str from text; None, str, bool, int, float, datetime, date or time from XLSX
Row = Sequence[Cell]

_TEXT = (".csv", ".tsv", ".txt")
# One more than the maximum of each; a sheet may claim to have millions.
_BOUNDS = {"max_row": MOST_STEPS + 2, "max_col": MOST_COLUMNS + 1}
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_LETTERS = re.compile(r"[^\W\d_]+")
_SIGNS = set("°²³€·\u2013\u2019\xa0")


def read_sheet(name: str, data: bytes) -> list[Row]:
    """Return the rows, without empty rows at the end and empty cells to the right of the names.

    name: the file's name; its suffix tells text from XLSX. Reading stops soon after MOST_STEPS + 1
    rows. Raises RequirementError.
    """
    suffix = Path(name).suffix.lower()
    if suffix in _TEXT:
        return _trimmed(_text_rows(name, data))[0]
    if suffix == ".xlsx":
        return _workbook_rows(name, data)
    raise _wrong(name, Message("should be a .csv, .tsv or .xlsx file"))


def _wrong(name: str, message: str) -> RequirementError:
    return RequirementError([{"field": name, "message": message}])


def _trimmed(rows: Iterable[Row]) -> tuple[list[Row], int]:
    """Return the rows as `read_sheet` does, and the number of empty rows dropped at the end."""
    kept: list[Row] = []
    width, empty = 0, 0
    for row in rows:
        filled = filled_width(row)
        if not filled:
            empty += 1
            continue
        width = width or filled
        kept += [()] * empty
        empty = 0
        kept.append(row[: max(width, filled)])
        if len(kept) > MOST_STEPS + 1:
            break
    return kept, empty


def filled_width(row: Row) -> int:
    """Return the number of cells up to the last that isn't empty."""
    width = len(row)
    while width > CHUNK and row[width - CHUNK : width].count(None) == CHUNK:
        width -= CHUNK  # a sheet's rows may be padded with hundreds of empty cells
    while width and row[width - 1] in (None, ""):
        width -= 1
    return width


# Text


def _text_rows(name: str, data: bytes) -> Iterator[Row]:
    text = text_of(name, data)
    try:
        yield from _split(text, _delimiter(name, text))
    except csv.Error as error:
        raise _wrong(
            name, Message("is not a table of comma-separated values (%(error)s)", error=error)
        ) from error


def text_of(name: str, data: bytes) -> str:
    """Return the text: UTF-8, UTF-16 as Excel's "Unicode text", or else Windows-1252."""
    utf = "utf-16" if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8-sig"
    try:
        return data.decode(utf)
    except UnicodeDecodeError as error:
        text = data.decode("cp1252", errors="replace")
        if utf == "utf-16" or not _is_western(text):
            raise _wrong(name, Message("is not a UTF-8 text file")) from error
        return text


def _is_western(text: str) -> bool:
    """Whether a text was plausibly encoded in Windows-1252.

    Otherwise, words without any of A to Z occur, or signs that are unusual in tables.
    """
    signs = {letter for letter in set(text) if not letter.isalpha() and not letter.isascii()}
    words = (word for word in _LETTERS.findall(text) if not word.isascii())
    return signs <= _SIGNS and all(re.search("[A-Za-z]", word) for word in words)


def _split(text: str, delimiter: str) -> Iterator[Row]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)


def _delimiter(name: str, text: str) -> str:
    """Return the delimiter: the one that splits the names, and the rows into as many cells.

    If none splits the names, return a tab: there is one column, in which a comma belongs to
    numbers.
    """
    samples = {mark: list(islice(_split(text, mark), 10)) for mark in DELIMITERS}
    splitting = {mark: rows for mark, rows in samples.items() if rows and len(rows[0]) > 1}
    if not splitting:
        _refuse_spaces(name, list(islice(io.StringIO(text), 2)))
        return DELIMITERS[0]
    return max(splitting, key=lambda mark: _agreement(splitting[mark]))


def _agreement(rows: Sequence[Row]) -> tuple[bool, int]:
    """Return whether all rows have as many cells as there are names, and the number of names."""
    names = filled_width(rows[0])
    return all(len(row) >= names >= filled_width(row) for row in rows if row), names


def _refuse_spaces(name: str, lines: Sequence[str]) -> None:
    """Refuse '100 200' below 'heat sun', which could be two cells or one grouped number."""
    words = {len(line.split()) for line in lines}
    if len(lines) == 2 and len(words) == 1 and words != {1}:
        message = Message(
            "should have commas, semicolons or tabs between its cells, and no spaces in its numbers"
        )
        raise _wrong(name, message)


# Workbooks


def _workbook_rows(name: str, data: bytes) -> list[Row]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            unpacked = sum(part.file_size for part in packed.infolist())
        if unpacked > MOST_UNPACKED_BYTES:
            raise _wrong(
                name,
                Message("should not unpack to over %(most)s MB", most=MOST_UNPACKED_BYTES // 10**6),
            )
        workbook = open_workbook(data, values=True)
        sheet = workbook.worksheets[0]
        rows, left_out = _trimmed(sheet.iter_rows(**_BOUNDS, values_only=True))
        unsure = bool(workbook.calculation.fullCalcOnLoad)
        if (left_out or unsure or _has_gaps(rows)) and has_formulas(data, sheet._worksheet_path):
            _refuse_formulas(name, data, rows, unsure)
        return rows
    except RequirementError:
        raise
    except Exception as error:  # openpyxl raises many kinds for a damaged file
        raise _wrong(
            name, Message("is not a workbook that can be read; save it again as .xlsx")
        ) from error


def open_workbook(data: bytes, *, values: bool) -> "Workbook":
    # Imported here because it is slow to import (a fifth of everything else), and rarely needed.
    from openpyxl import load_workbook

    return load_workbook(io.BytesIO(data), read_only=True, data_only=values)


def _has_gaps(rows: Sequence[Row]) -> bool:
    return not rows or any(len(row) < len(rows[0]) or None in row for row in rows)


def has_formulas(data: bytes, path: str) -> bool:
    """Whether a sheet has formulas; searching its XML is faster than reading all cells again."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return _FORMULA.search(packed.read(path)) is not None


def _refuse_formulas(name: str, data: bytes, rows: Sequence[Row], unsure: bool) -> None:
    names = rows[0] if rows else ()
    if place := first_uncalculated(data, len(names) or MOST_COLUMNS, unsure):
        row, column = place
        message = Message(
            "column '%(name)s', row %(row)s has a formula that was never calculated: open the file "
            "in a spreadsheet program and save it",
            name=names[column - 1] if names and names[column - 1] is not None else column,
            row=row,
        )
        raise _wrong(name, message)


def first_uncalculated(data: bytes, width: int, unsure: bool) -> tuple[int, int] | None:
    """Return row and column of the first formula without a calculated value in the file.

    Programs that don't calculate write such files. Some of them store 0 for every formula and ask
    the program that opens the file to calculate.

    unsure: whether the file asks for that.
    """
    first = None
    for place, value in _formulas(data, width):
        if value is None:
            return place
        first = first or place
        unsure = unsure and value in (0, time())
    return first if unsure else None


def _formulas(data: bytes, width: int) -> Iterator[tuple[tuple[int, int], Cell]]:
    """Yield each formula's row and column with its stored value, None if there is none."""
    stored, written = (open_workbook(data, values=values).worksheets[0] for values in (True, False))
    bounds = {**_BOUNDS, "max_col": width}
    pairs = zip(stored.iter_rows(**bounds), written.iter_rows(**bounds), strict=True)
    for row, (values, cells) in enumerate(pairs, start=1):
        for column, (value, cell) in enumerate(zip(values, cells, strict=True), start=1):
            if cell.data_type == "f":
                # An empty text is a value, too.
                yield (row, column), "" if value.data_type == "str" else value.value

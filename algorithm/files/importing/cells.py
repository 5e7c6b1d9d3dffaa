"""The sheets of a file: text of any encoding and delimiter, XLSX, and HTML or text named .xls."""

import csv
import io
import re
import zipfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from itertools import islice

from algorithm.errors import RequirementError
from algorithm.files.sheet import (
    MOST_COLUMNS,
    MOST_UNPACKED_BYTES,
    Row,
    filled_width,
    first_uncalculated,
    has_formulas,
    open_workbook,
    text_of,
)
from algorithm.messages import Message

MOST_BYTES = 40_000_000
"""A year of minutes takes 20 MB."""

MOST_ROWS = 600_000
"""A leap year of minutes has 527,040."""

MOST_SHEETS = 20
MOST_CELLS = 6_000_000
SAMPLE_LINES = 400
_DELIMITERS = "\t;,|"
_OLE = b"\xd0\xcf\x11\xe0"  # a real .xls workbook of before 2007


@dataclass(frozen=True)
class Sheet:
    """A sheet's rows, without cells beyond the last filled one. name: "" for a text file."""

    name: str
    rows: list[Row]


def wrong(file: str, message: str) -> RequirementError:
    return RequirementError([{"field": file, "message": message}])


def read_sheets(file: str, data: bytes) -> list[Sheet]:
    """Return all sheets of a file that have rows; raises RequirementError.

    What a file is follows from its first bytes, not from its name.
    """
    if len(data) > MOST_BYTES:
        raise wrong(
            file, Message("should not have more than %(most)s MB", most=MOST_BYTES // 10**6)
        )
    if data.startswith(b"PK"):
        sheets = _of_workbook(file, data)
    elif data.startswith(_OLE):
        raise wrong(
            file,
            Message("is a workbook of Excel 97 to 2003: save it again as .xlsx or .csv"),
        )
    elif data.startswith(b"%PDF"):
        raise wrong(file, Message("is a PDF: ask for the values as .csv or .xlsx"))
    else:
        text = decode(file, data)
        is_html = re.search(r"<table[\s>]", text[:20_000], re.IGNORECASE)
        sheets = _of_html(text) if is_html else [Sheet("", _of_text(file, text))]
    sheets = [sheet for sheet in sheets if sheet.rows]
    if not sheets:
        raise wrong(file, Message("is empty"))
    return sheets


def decode(file: str, data: bytes) -> str:
    """Return a file's text: UTF-8, UTF-16 (also without a mark) or Windows-1252."""
    if b"\0" in data[:1000]:
        for encoding, zeros in (("utf-16-le", data[1:400:2]), ("utf-16-be", data[0:400:2])):
            if zeros.count(0) > len(zeros) * 0.8 and not data.startswith(
                (b"\xff\xfe", b"\xfe\xff")
            ):
                return data.decode(encoding, errors="replace")
    try:
        text = text_of(file, data)
    except RequirementError:
        other = _other_encoding(data)
        if b"\0" in data[:1000] or other is None:
            raise
        return data.decode(other, errors="replace")
    if "\0" in text[:1000]:
        raise wrong(
            file, Message("is neither a table as text nor a workbook: save it as .csv or .xlsx")
        )
    return text


def _other_encoding(data: bytes) -> str | None:
    """Return the encoding of a text that is neither UTF-8 nor clearly Windows-1252.

    Chinese characters (GB 18030) have two bytes beyond ASCII, western ones stand alone among
    letters.
    """
    runs = [len(run) for run in re.findall(rb"[\x80-\xff]+", data[:1_000_000])]
    if sum(length % 2 for length in runs) > 0.2 * len(runs):
        return "cp1252" if sum(runs) <= 2 * len(runs) else None
    try:
        data.decode("gb18030")
    except UnicodeDecodeError:
        return None
    return "gb18030"


# Text


def _of_text(file: str, text: str) -> list[Row]:
    delimiter = delimiter_of(text)
    rows: list[Row] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            rows.append(row[: filled_width(row)][: MOST_COLUMNS + 1])
            if len(rows) > MOST_ROWS:
                break
    except csv.Error as error:
        raise wrong(
            file, Message("is not a table of comma-separated values (%(error)s)", error=error)
        ) from error
    return _checked(file, rows)


def delimiter_of(text: str) -> str:
    """Return the delimiter by which most lines have the same number of cells.

    Lines of the middle count: titles above and totals below may have other numbers of cells.
    """
    lines = [line for line in islice(io.StringIO(text), 20 * SAMPLE_LINES) if line.strip()]
    sample = lines[:: max(1, len(lines) // SAMPLE_LINES)]
    found: dict[str, tuple[float, int]] = {}  # share of lines with the usual number of cells
    for mark in _DELIMITERS:
        try:
            cells = [len(row) for row in csv.reader(sample, delimiter=mark)]
        except csv.Error:
            continue
        usual, count = Counter(cells).most_common(1)[0] if cells else (0, 0)
        if usual > 1:
            found[mark] = count / len(cells), usual
    alike = [m for m in found if found[m][0] > max(share for share, _ in found.values()) - 0.1]
    if not alike:
        return "\t"
    if alike[0] in "\t;":
        return alike[0]
    # Commas may be within numbers, bars within names.
    return max(alike, key=lambda mark: (found[mark][1], mark == "|"))


def _checked(file: str, rows: list[Row]) -> list[Row]:
    if len(rows) > MOST_ROWS:
        raise wrong(file, Message("should not have more than %(most)s rows", most=MOST_ROWS))
    if any(len(row) > MOST_COLUMNS for row in rows):
        raise wrong(file, Message("should not have more than %(most)s columns", most=MOST_COLUMNS))
    while rows and not rows[-1]:
        rows.pop()
    return rows


# HTML


class _Tables(HTMLParser):
    """Collects the rows of all tables."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[list[str]]] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._inside = False
            self.tables.append([])
        elif tag == "tr" and self.tables:
            self._inside = False
            self.tables[-1].append([])
        elif tag in ("td", "th") and self.tables and self.tables[-1]:
            span = dict(attrs).get("colspan") or "1"
            self.tables[-1][-1].append("")
            self._extra = min(int(span), MOST_COLUMNS) - 1 if span.isdecimal() else 0
            self._inside = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th") and self._inside:
            self._inside = False
            self.tables[-1][-1] += [""] * self._extra
        elif tag in ("tr", "table"):
            self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.tables[-1][-1][-1] += " ".join(data.split())


def _of_html(text: str) -> list[Sheet]:
    parser = _Tables()
    parser.feed(text)
    tables = [[row[: filled_width(row)] for row in table] for table in parser.tables]
    return [
        Sheet(f"table {number}", _checked(f"table {number}", list(table)))
        for number, table in enumerate(tables[:MOST_SHEETS], start=1)
    ]


# Workbooks


def _of_workbook(file: str, data: bytes) -> list[Sheet]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            unpacked = sum(part.file_size for part in packed.infolist())
        if unpacked > MOST_UNPACKED_BYTES:
            raise wrong(
                file,
                Message("should not unpack to over %(most)s MB", most=MOST_UNPACKED_BYTES // 10**6),
            )
        workbook = open_workbook(data, values=True)
        sheets = []
        left = MOST_CELLS
        for sheet in workbook.worksheets[:MOST_SHEETS]:
            rows: list[Row] = []
            bounds = {"max_row": MOST_ROWS + 1, "max_col": MOST_COLUMNS + 1}
            for row in sheet.iter_rows(**bounds, values_only=True):
                rows.append(row[: filled_width(row)])
                left -= len(rows[-1])
                if left < 0:
                    raise wrong(file, Message("has too many cells: save the sheet as .csv"))
            sheets.append(Sheet(sheet.title, _checked(file, rows)))
        _refuse_uncalculated(file, data, workbook)
        return sheets
    except RequirementError:
        raise
    except Exception as error:  # openpyxl raises many kinds for a damaged file
        raise wrong(
            file, Message("is not a workbook that can be read; save it again as .xlsx")
        ) from error


def _refuse_uncalculated(file: str, data: bytes, workbook: object) -> None:
    """Refuse a workbook whose first sheet has formulas without values."""
    first = workbook.worksheets[0]  # type: ignore[attr-defined]
    if not has_formulas(data, first._worksheet_path):
        return
    unsure = bool(workbook.calculation.fullCalcOnLoad)  # type: ignore[attr-defined]
    if place := first_uncalculated(data, MOST_COLUMNS, unsure):
        row, column = place
        raise wrong(
            file,
            Message(
                "column '%(name)s', row %(row)s has a formula that was never calculated: open the "
                "file in a spreadsheet program and save it",
                name=column,
                row=row,
            ),
        )


def text_at(row: Sequence[object], place: int) -> str:
    """Return a cell as text, "" beyond the row's end."""
    cell = row[place] if place < len(row) else None
    return "" if cell is None else str(cell).strip()

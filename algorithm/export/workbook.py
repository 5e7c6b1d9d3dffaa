"""A result as an Excel workbook: a sheet for each table.

plans, devices, costs, cash flow, flows: of every plan. dispatch: of one plan, step by step.
warnings, assumptions: of the result. Cells have the types of their values. Names that people chose
are text, even if they begin like a formula.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from algorithm.export.tables import (
    Row,
    assumption_rows,
    cash_flow_rows,
    cost_rows,
    device_rows,
    flow_rows,
    plan_rows,
    warning_rows,
)
from algorithm.export.texts import printable

MONEY = {
    "cost_per_year",
    "cost_of_horizon",
    "investment",
    "annuity",
    "maintenance",
    "operation",
    "extra_investment",
    "npv",
    "annual_worth",
    "cash_flow",
}
UNITS = {
    "full_load_hours": "h",
    "gap": "of 1",
    "hour": "h",
    "irr": "of 1",
    "roi": "of 1",
    "self_sufficiency": "of 1",
    "self_consumption": "of 1",
    "renewable_share": "of 1",
}
TIMES = {"time": datetime.fromisoformat, "date": date.fromisoformat}
NARROWEST, WIDEST = 10, 40


def write_workbook(result: Mapping[str, Any], dispatch: Iterable[Row], file: IO[bytes]) -> None:
    """Write a result's workbook, row by row, so that a year's dispatch needs little memory.

    dispatch: the rows of `tables.dispatch_rows`.
    """
    plans, currency = result["plans"], result["currency"]
    book = Workbook(write_only=True)
    sheets = {
        "plans": plan_rows(plans),
        "devices": device_rows(plans),
        "costs": cost_rows(plans),
        "cash flow": cash_flow_rows(plans),
        "flows": flow_rows(plans),
        "dispatch": dispatch,
        "warnings": warning_rows(result),
        "assumptions": assumption_rows(result),
    }
    for title, rows in sheets.items():
        _write_sheet(book.create_sheet(title), iter(rows), currency)
    book.save(file)


def _write_sheet(sheet: Any, rows: Iterator[Row], currency: str) -> None:
    names = [str(name) for name in next(rows)]
    heads = [_head(name, currency) for name in names]
    for number, head in enumerate(heads, start=1):
        width = min(WIDEST, max(NARROWEST, len(head) + 2))
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = "A2"
    sheet.append([_bold(sheet, head) for head in heads])
    readers = [TIMES.get(name) for name in names]
    for row in rows:
        sheet.append(_cells(sheet, row, readers))


def _cells(sheet: Any, row: Row, readers: Sequence[Any]) -> list[Any]:
    return [
        reader(value) if reader else _text(sheet, value) if isinstance(value, str) else value
        for value, reader in zip(row, readers, strict=True)
    ]


def _head(name: str, currency: str) -> str:
    """Return a column's name with its unit, unless the name contains it."""
    is_money = name in MONEY or (name.endswith("_per_year") and not name.startswith("days_"))
    if is_money and "kwh" not in name and "kg" not in name:
        return f"{name}, {currency}"
    if name == "lcoe":
        return f"{name}, {currency}/kWh"
    return f"{name}, {UNITS[name]}" if name in UNITS else name


def _bold(sheet: Any, text: str) -> Any:
    cell = _text(sheet, text)
    cell.font = Font(bold=True)
    return cell


def _text(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, printable(text))
    # Otherwise a text that begins with = would be a formula.
    cell.data_type = "s"
    return cell

"""Tables as files, and what reading them says."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pytest
from openpyxl import Workbook

from algorithm import RequirementError
from algorithm.files.reading import read_columns


def xlsx(*rows: Sequence[object]) -> bytes:
    """Return a workbook whose first sheet has the rows."""
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    workbook.create_sheet("notes").append(["not", "read"])
    data = io.BytesIO()
    workbook.save(data)
    return data.getvalue()


def error_of(name: str, data: bytes) -> str:
    """Return the one sentence with which a table is refused."""
    with pytest.raises(RequirementError) as wrong:
        read_columns(name, data)
    (error,) = wrong.value.errors
    assert error["field"] == name
    return error["message"]

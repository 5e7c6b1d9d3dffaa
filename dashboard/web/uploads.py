"""Uploaded tables of hourly columns, parsed in a separate process.

The file is buffered on disk, not in memory, and the parser's JSON is passed on unparsed, so that
other requests don't wait.
"""

from __future__ import annotations

import json
from typing import IO

from algorithm import RequirementError
from algorithm.messages import Message
from dashboard.web.request_process import run_in_process

SECONDS = 20
"""CPU seconds; a year of quarter hours in 50 columns, as a workbook, takes 10."""


def read_columns(name: str, upload: IO[bytes]) -> bytes:
    """The columns of a table by name, and `start` and `step_hours` if it has a column of times.

    name: of the file; its extension tells CSV from XLSX. Returns JSON; raises RequirementError.
    """
    answer = run_in_process("algorithm.files.reading_process", SECONDS, name, upload)
    if answer is None:
        message = Message(
            "takes too much time or memory; save its first sheet, values alone, as .csv"
        )
        raise RequirementError([{"field": name, "message": message}])
    if answer.startswith(b'{"errors"'):
        raise RequirementError(json.loads(answer)["errors"])
    return answer

"""Tables of hourly columns that people upload, read apart from the web process.

A file is kept on the disk while it's read, not in memory, and what comes of it is passed on as it
is: others must not have to wait for it.
"""

from __future__ import annotations

import json
from typing import IO

from algorithm import RequirementError
from algorithm.messages import Message
from dashboard.web.request_process import run_apart

SECONDS = 20
"""Seconds of a core; a year of quarter hours in 50 columns, as a workbook, takes 10."""


def read_columns(name: str, upload: IO[bytes]) -> bytes:
    """The columns of a table by name, and `start` and `step_hours` if it has a column of times.

    name: of the file, which tells CSV from XLSX. JSON; raises RequirementError.
    """
    answer = run_apart("algorithm.files.reading_process", SECONDS, name, upload)
    if answer is None:
        message = Message(
            "takes too much time or memory; save its first sheet, values alone, as .csv"
        )
        raise RequirementError([{"field": name, "message": message}])
    if answer.startswith(b'{"errors"'):
        raise RequirementError(json.loads(answer)["errors"])
    return answer

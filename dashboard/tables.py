"""Tables of hourly columns that people upload, read apart from the web process.

An upload must not make others wait, and a hostile one not take the server along: it is read in a
process with limits of its own (`algorithm.reading_process`), few of them at once.
"""

from __future__ import annotations

import json
import subprocess
import sys
from threading import BoundedSemaphore
from typing import Any

from algorithm import RequirementError
from dashboard.config import ROOT

AT_ONCE = 2
PATIENCE = 60  # s; a year of quarter hours in 50 columns, as a workbook, takes 10 of an idle core

_turns = BoundedSemaphore(AT_ONCE)


def read_columns(name: str, data: bytes) -> dict[str, Any]:
    """The columns of a table by name, and `start` and `step_hours` if it has a column of times.

    name: of the file, which tells CSV from XLSX. Raises RequirementError.
    """
    with _turns:
        ended = subprocess.run(
            [sys.executable, "-m", "algorithm.reading_process", str(PATIENCE)],
            input=json.dumps(name).encode() + b"\n" + data,
            capture_output=True,
            cwd=ROOT,
            check=False,
        )
    if ended.returncode != 0:
        message = "takes too much time or memory; save its first sheet, values alone, as .csv"
        raise RequirementError([{"field": name, "message": message}])
    answer: dict[str, Any] = json.loads(ended.stdout)
    if "errors" in answer:
        raise RequirementError(answer["errors"])
    return answer

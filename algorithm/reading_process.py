"""A table read in a process of its own: `python -m algorithm.reading_process`.

Standard input is the file's name as a line of JSON, then the file. Standard output is one object:
`{"columns", "start"?, "step_hours"?}` or `{"errors": [{"field", "message"}]}`. A process, because a
small file may unpack to more than any time or memory; what it may use of both is limited here, and
whoever goes beyond ends without a word. Started by the web for tables that are uploaded.
"""

import json
import os
import resource
import sys

from algorithm.errors import RequirementError
from algorithm.reading import read_table

MEMORY = 2 * 1024**3  # bytes of address space
SECONDS = 30  # of CPU; a year of quarter hours in 50 columns, as a workbook, takes 10


def main() -> None:
    """Read one table from standard input, and say what is in it."""
    os.nice(10)  # those who watch a search come first
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    name = json.loads(sys.stdin.buffer.readline())
    try:
        table = read_table(name, sys.stdin.buffer.read())
    except RequirementError as wrong:
        answer: dict[str, object] = {"errors": wrong.errors}
    else:
        answer = {"columns": table.columns, **table.clock()}
    json.dump(answer, sys.stdout, separators=(",", ":"))


if __name__ == "__main__":
    main()

"""A table read in a process of its own: `python -m algorithm.reading_process SECONDS`.

Standard input is the file's name as a line of JSON, then the file. Standard output is one object:
`{"columns", "start"?, "step_hours"?}` or `{"errors": [{"field", "message"}]}`. A process, because a
small file may unpack to more than any time or memory; what it may use of both is limited here, and
one that goes beyond ends without a word. Started by the web for tables that are uploaded.
"""

import json
import os
import resource
import signal
import sys

from algorithm.errors import RequirementError
from algorithm.reading import read_table

MEMORY = 2 * 1024**3  # bytes of address space


def main() -> None:
    """Read one table from standard input, and say what is in it."""
    signal.alarm(int(sys.argv[1]))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.RLIM_INFINITY))
    os.nice(10)  # those who watch a search come first
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

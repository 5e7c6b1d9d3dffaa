"""Reads a table in a process of its own: `python -m algorithm.files.reading_process SECONDS`.

Standard input is the file's name as a line of JSON, then the file. Standard output is one object:
`{"columns", "start"?, "step_hours"?}` or `{"errors": [{"field", "message"}]}`. The web starts it
for uploaded tables; `sandbox` limits what it may use.
"""

import json
import sys

from algorithm.errors import RequirementError
from algorithm.files.reading import read_table
from algorithm.messages import encoded
from algorithm.sandbox import bound_this_process


def main() -> None:
    """Read one table from standard input, and write its columns to standard output."""
    bound_this_process(int(sys.argv[1]))
    name = json.loads(sys.stdin.buffer.readline())
    try:
        table = read_table(name, sys.stdin.buffer.read())
    except RequirementError as wrong:
        answer: dict[str, object] = {"errors": encoded(wrong.errors)}
    else:
        answer = {"columns": table.columns, **table.clock()}
    json.dump(answer, sys.stdout, separators=(",", ":"))


if __name__ == "__main__":
    main()

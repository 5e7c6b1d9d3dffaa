"""Reads an uploaded file: `python -m algorithm.files.importing.process SECONDS`.

Standard input is `{"name", "choices"}` as a line of JSON, then the file. Standard output is one
object, `ImportedTable.as_json()`, or `{"errors": [...]}` where the choices are wrong. `sandbox`
limits what the process may use.
"""

import json
import sys
from typing import Any

from pydantic import ValidationError

from algorithm.errors import FieldError
from algorithm.files.importing.choices import Choices
from algorithm.files.importing.read import read_table
from algorithm.messages import encoded
from algorithm.sandbox import bound_this_process


def main() -> None:
    """Read one file from standard input, and write what it was taken for to standard output."""
    bound_this_process(int(sys.argv[1]))
    head: dict[str, Any] = json.loads(sys.stdin.buffer.readline())
    data = sys.stdin.buffer.read()
    answer: dict[str, Any]
    try:
        choices = Choices.model_validate(head.get("choices") or {})
    except ValidationError as invalid:
        answer = encoded({"errors": choice_errors(invalid)})
    else:
        answer = read_table(head["name"], data, choices).as_json()
    json.dump(answer, sys.stdout, separators=(",", ":"))


def choice_errors(invalid: ValidationError) -> list[FieldError]:
    """Return what is wrong with choices, one sentence for each."""
    errors: list[FieldError] = []
    for error in invalid.errors(include_url=False, include_input=False):
        message = error.get("ctx", {}).get("message") or error["msg"]
        errors.append({"field": ".".join(map(str, error["loc"])), "message": message})
    return errors


if __name__ == "__main__":
    main()

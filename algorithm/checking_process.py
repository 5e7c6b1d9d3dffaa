"""Checks one submission in a process of its own: `python -m algorithm.checking_process SECONDS`.

Standard input is a line of JSON, `{"digest", "before"}`, then the submission as it was sent; its
fields override those of `before`. Standard output is the result of `checked`, or
`{"unreadable": NAME}`: the name of an exception of `json_text`, or the type that was sent instead
of an object. The web starts it for large submissions; `sandbox` limits what it may use.
"""

import json
import sys
from collections.abc import Mapping
from typing import Any, NotRequired, final

from typing_extensions import TypedDict

from algorithm.errors import FieldError, RequirementError
from algorithm.files.json_text import NoJson, parse_json
from algorithm.messages import Message, encoded
from algorithm.requirement.preview import Preview, digest
from algorithm.requirement.validation import MOST_ERRORS, check
from algorithm.samples import load_sample
from algorithm.sandbox import bound_this_process

SITE = {"sample", "requirement"}


@final
class Checked(TypedDict):
    """A valid submission. options: only those that differ from their defaults."""

    name: str
    disabled_devices: list[str]
    options: dict[str, Any]
    digest: NotRequired[Preview]


@final
class Wrong(TypedDict):
    """Every mistake of a submission."""

    errors: list[FieldError]


@final
class Unreadable(TypedDict):
    """The name of an exception of `json_text`, or the type that was sent instead of an object."""

    unreadable: str


def checked(submission: Mapping[str, Any], *, with_digest: bool) -> Checked | Wrong:
    """Check `sample` or `requirement`, `disabled_devices` and `options`; ignore other fields.

    with_digest: whether a valid submission's answer has a `digest`.
    """
    sample = submission.get("sample")
    try:
        wanted = (
            load_sample(sample) if isinstance(sample, str) else submission.get("requirement") or {}
        )
        requirement, disabled, options = check(
            wanted, submission.get("disabled_devices", ()), submission.get("options", {})
        )
    except RequirementError as wrong:
        return {"errors": wrong.errors}
    answer: Checked = {
        "name": requirement.name,
        "disabled_devices": list(disabled),
        "options": options.model_dump(exclude_defaults=True),
    }
    if with_digest:
        answer["digest"] = digest(requirement)
    return answer


def main() -> None:
    """Check the submission on standard input."""
    bound_this_process(int(sys.argv[1]))
    request = json.loads(sys.stdin.buffer.readline())
    answer = _checked_text(
        sys.stdin.buffer.read(), request["before"], with_digest=request["digest"]
    )
    json.dump(encoded(answer), sys.stdout, separators=(",", ":"))


def _checked_text(
    text: bytes, before: Mapping[str, Any], *, with_digest: bool
) -> Checked | Wrong | Unreadable:
    try:
        written = parse_json(text)
    except NoJson as error:
        return {"unreadable": type(error).__name__}
    except RequirementError as wrong:
        return {"errors": wrong.errors}
    if not isinstance(written, dict):
        return {"unreadable": type(written).__name__}
    if SITE & written.keys():
        before = {field: value for field, value in before.items() if field not in SITE}
    submission = {**before, **written}
    if len(submission) > MOST_ERRORS or not isinstance(submission.get("name", ""), str | None):
        message = Message("has fields that a search has not, or a name that is none")
        return {"errors": [{"field": "submission", "message": message}]}
    return checked(submission, with_digest=with_digest)


if __name__ == "__main__":
    main()

"""What can go wrong in a search, each said in a sentence for people.

Raised by `check`, `samples`, `resolve`, `highs` and `search`.
"""

from collections.abc import Sequence
from typing import Any

from typing_extensions import TypedDict

Text = str
"""A sentence for people."""


class ResultWarning(TypedDict):
    """What people should know of a result. values: what it is about, for programs."""

    id: str
    values: dict[str, Any]
    text: Text


class FieldError(TypedDict):
    """One wrong field: its dotted path, and one sentence that says what would be right."""

    field: str
    message: Text


class RequirementError(ValueError):
    """The requirement, the disabled devices or the options are wrong; `errors` names each field."""

    def __init__(self, errors: Sequence[FieldError]) -> None:
        self.errors = list(errors)
        super().__init__("; ".join(f"{error['field']}: {error['message']}" for error in errors))


class Infeasible(Exception):
    """No plan can meet the demands; the message says which, when, and what would help."""


class Stopped(Exception):
    """The search was stopped, or its time was up, before any plan was found."""


class Failed(Exception):
    """Something inside failed: the solver, memory, a check of a plan."""

"""The errors and warnings of a search, each with one sentence for people."""

from collections.abc import Sequence
from functools import reduce
from typing import Any, NotRequired

from typing_extensions import TypedDict

from algorithm.messages import Message, MessageJson, message_in

Text = str
"""A sentence for people; a `Message` where it has its template and values."""


class ResultWarning(TypedDict):
    """A warning about a result. values: what it is about, in machine-readable form."""

    id: str
    values: dict[str, Any]
    text: Text
    text_i18n: NotRequired[MessageJson]


class FieldError(TypedDict):
    """One wrong field: its dotted path, and one sentence that says what would be right.

    message_i18n: the message's JSON, present once it was encoded to be sent (`messages.encoded`).
    """

    field: str
    message: Text
    message_i18n: NotRequired[MessageJson]


class RequirementError(ValueError):
    """The requirement, the disabled devices or the options are wrong; `errors` names each field."""

    def __init__(self, errors: Sequence[FieldError]) -> None:
        self.errors = list(errors)
        super().__init__(reduce(_and_another, map(_in_one, errors)) if errors else "")


def _in_one(error: FieldError) -> Message:
    return Message(
        "%(field)s: %(problem)s", field=error["field"], problem=message_in(error, "message")
    )


def _and_another(errors: Message, error: Message) -> Message:
    return Message("%(errors)s; %(error)s", errors=errors, error=error)


class Infeasible(Exception):
    """No plan can meet the demands; the message says which, when, and what would help."""


class Stopped(Exception):
    """The search was stopped, or reached its time limit, before any plan was found."""


class Failed(Exception):
    """An internal failure: the solver, memory, or the check of a plan."""

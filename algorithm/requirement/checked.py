"""Reads a stored search that was checked before, without the consistency checks.

A requirement is checked where it enters (`validation.check`) and trusted afterwards. Only its form
is validated again, which detects one that was stored by an incompatible version.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from algorithm.errors import RequirementError
from algorithm.messages import Message
from algorithm.requirement.options import Options
from algorithm.requirement.schema import Requirement


def read_checked(
    requirement: Requirement | Mapping[str, Any],
    disabled_devices: Sequence[str],
    options: Mapping[str, Any],
) -> tuple[Requirement, tuple[str, ...], Options]:
    """Return a search that `check` has passed; raises RequirementError if it can't be read."""
    try:
        read = Requirement.model_validate(requirement)
        chosen = Options.model_validate(options)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(map(str, first["loc"])) or "requirement"
        message = Message(
            "can't be read as it is stored (%(problem)s); submit the search again",
            problem=first["msg"],
        )
        raise RequirementError([{"field": field, "message": message}]) from None
    return read, tuple(dict.fromkeys(disabled_devices)), chosen

"""An internal failure: its message for people, and what was found before is kept.

Here and not in `stages`: a part may also be lost with the process that runs it.
"""

from collections.abc import Mapping
from typing import Any

from algorithm.errors import Failed, Infeasible, RequirementError, Stopped
from algorithm.memory import out_of_memory
from algorithm.messages import Message, sentences
from algorithm.search.progress import Outcome

WITH_MESSAGE = (Failed, Infeasible, RequirementError, Stopped)
MAX_CHARACTERS = 300  # of an unforeseen error
NOTHING: Outcome = {
    "plan": None,
    "structure": None,
    "left_out": None,
    "units": {},
    "sizes": None,
    "limits": None,
    "basis": "whole horizon",
    "bound": None,
    "gap": None,
    "stopped": False,
    "model_s": None,
    "solver_s": None,
    "seconds": None,
}
"""The outcome of a part of which nothing is known."""


def error_message(error: BaseException) -> str:
    """Return the message of an error: its own where it was raised with one."""
    if isinstance(error, WITH_MESSAGE):
        return str(error)
    if isinstance(error, MemoryError):
        return out_of_memory()
    words = " ".join(str(error).split())[:MAX_CHARACTERS]
    kind = type(error).__name__
    return Message(
        "Something inside failed: %(what)s; please report it with the requirement.",
        what=f"{words} ({kind})" if words else kind,
    )


def outcome_after_failure(part: str, reason: str, best: Outcome) -> dict[str, Any] | None:
    """Return the outcome of a part that failed: the best so far or nothing, with a warning.

    reason: a sentence. None where the search can't go on without this part.
    """
    # Of a plan for typical days only the devices of the cheapest one are of use.
    usable = best["basis"] == "whole horizon" or part == "structure"
    kept = best if best["plan"] is not None and usable else NOTHING
    if part == "structure" and kept is NOTHING:
        return None
    return {
        **kept,
        "stopped": False,
        "warnings": [
            *kept.get("warnings", []),
            warning("part_failed", _consequence(part), part=part, reason=reason),
        ],
    }


def warning(identity: str, lost: str, *, reason: str, **values: Any) -> Mapping[str, Any]:
    """Return an entry of a result's warnings. lost: what the result lacks; reason: why; sentences.

    values: what both are about, for programs.
    """
    return {
        "id": identity,
        "values": {**values, "reason": reason},
        "text": sentences([lost, reason]),
    }


def _consequence(part: str) -> str:
    match part:
        case "structure":
            return Message("There may be a cheaper plan, as the search for it failed.")
        case "plan":
            return Message(
                "The devices are sized on typical days, as doing so on all steps failed."
            )
        case "bound":
            return Message("How much cheaper a plan could be is not known, as the proof failed.")
        case "improve":
            return Message("The gap is not as small as asked for, as closing it failed.")
    if part.startswith(("structure", "plan")):
        return Message("An alternative is missing, as the search for it failed.")
    return Message("A plan with less CO2 is missing, as the search for it failed.")

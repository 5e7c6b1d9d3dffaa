"""Internal failures: their messages, and the outcome that is kept of a part that failed.

It is separate from `stages` because a part can also be lost with the process that runs it.
"""

from typing import Any

from algorithm.errors import Failed, Infeasible, RequirementError, ResultWarning, Stopped, Text
from algorithm.memory import out_of_memory
from algorithm.messages import Message, sentences
from algorithm.search.outcome import NOTHING, Outcome
from algorithm.search.part import PartId, PartKind

WITH_MESSAGE = (Failed, Infeasible, RequirementError, Stopped)
MAX_CHARACTERS = 300  # of an unforeseen error
STRUCTURE = PartId(PartKind.STRUCTURE)


def error_message(error: BaseException) -> str:
    """Return an error's message for people: its own if it has one."""
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


def outcome_after_failure(name: str, reason: Text, best: Outcome) -> Outcome | None:
    """Return the outcome of a part that failed: its best so far or nothing, with a warning.

    name: the part's id. reason: a sentence. None if the search can't continue without this part.
    """
    part = PartId.parse(name)
    # A plan on typical days is only useful for its devices, and only from the part `structure`.
    usable = best["basis"] == "whole horizon" or part == STRUCTURE
    kept = best if best["plan"] is not None and usable else NOTHING
    if part == STRUCTURE and kept is NOTHING:
        return None
    return {
        **kept,
        "stopped": False,
        "warnings": [
            *kept.get("warnings", []),
            warning("part_failed", _consequence(part), part=name, reason=reason),
        ],
    }


def warning(identity: str, lost: Text, *, reason: Text, **values: Any) -> ResultWarning:
    """Return an entry of a result's warnings.

    lost: a sentence that says what the result lacks. reason: a sentence that says why. values: the
    subject of both, in machine-readable form.
    """
    return {
        "id": identity,
        "values": {**values, "reason": reason},
        "text": sentences([lost, reason]),
    }


def _consequence(part: PartId) -> Text:
    if part.is_alternative:
        return Message("An alternative is missing, as the search for it failed.")
    match part.kind:
        case PartKind.STRUCTURE:
            return Message("There may be a cheaper plan, as the search for it failed.")
        case PartKind.PLAN:
            return Message(
                "The devices are sized on typical days, as doing so on all steps failed."
            )
        case PartKind.BOUND:
            return Message("How much cheaper a plan could be is not known, as the proof failed.")
        case PartKind.IMPROVE:
            return Message("The gap is not as small as asked for, as closing it failed.")
    return Message("A plan with less CO2 is missing, as the search for it failed.")

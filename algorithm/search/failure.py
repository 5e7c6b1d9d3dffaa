"""What becomes of a failure inside: one sentence for people, and what was found before is kept.

Used by `stages`, and by whoever runs a part of a search in a process that may be lost with it.
"""

from typing import Any

from algorithm.errors import Failed, Infeasible, RequirementError, ResultWarning, Stopped, Text
from algorithm.memory import ran_out
from algorithm.messages import phrase
from algorithm.search.outcome import NOTHING, Outcome
from algorithm.search.part import PartId, PartKind

FOR_PEOPLE = (Failed, Infeasible, RequirementError, Stopped)
LONGEST = 300  # characters of an unforeseen error's own words
STRUCTURE = PartId(PartKind.STRUCTURE)


def in_a_sentence(error: BaseException) -> str:
    """Return what people are told of an error: its own words only where they are for them."""
    if isinstance(error, FOR_PEOPLE):
        return str(error)
    if isinstance(error, MemoryError):
        return ran_out()
    words = " ".join(str(error).split())[:LONGEST]
    kind = type(error).__name__
    return phrase(
        "Something inside failed: %(what)s; please report it with the requirement.",
        what=f"{words} ({kind})" if words else kind,
    )


def outcome_despite(name: str, reason: Text, best: Outcome) -> Outcome | None:
    """Return what a part comes to that failed inside: the best so far or nothing, with a warning.

    name: of the part; reason: a sentence. None where the search can't go on without this part.
    """
    part = PartId.parse(name)
    # Of a plan for typical days only the devices of the cheapest one are of use.
    usable = best["basis"] == "whole horizon" or part == STRUCTURE
    kept = best if best["plan"] is not None and usable else NOTHING
    if part == STRUCTURE and kept is NOTHING:
        return None
    return {
        **kept,
        "stopped": False,
        "warnings": [
            *kept.get("warnings", []),
            warning("part_failed", _what_is_lost(part), part=name, reason=reason),
        ],
    }


def warning(identity: str, lost: Text, *, reason: Text, **values: Any) -> ResultWarning:
    """Return an entry of a result's warnings. lost: what the result lacks; reason: why; sentences.

    values: what both are about, for programs.
    """
    return {"id": identity, "values": {**values, "reason": reason}, "text": f"{lost} {reason}"}


def _what_is_lost(part: PartId) -> Text:
    if part.is_alternative:
        return phrase("An alternative is missing, as the search for it failed.")
    match part.kind:
        case PartKind.STRUCTURE:
            return phrase("There may be a cheaper plan, as the search for it failed.")
        case PartKind.PLAN:
            return phrase("The devices are sized on typical days, as doing so on all steps failed.")
        case PartKind.BOUND:
            return phrase("How much cheaper a plan could be is not known, as the proof failed.")
        case PartKind.IMPROVE:
            return phrase("The gap is not as small as asked for, as closing it failed.")
    return phrase("A plan with less CO2 is missing, as the search for it failed.")

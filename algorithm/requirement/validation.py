"""Validation of input: JSON in, checked models out, or one sentence for each wrong field.

Checks that need several fields are in `consistency`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Sized
from datetime import date
from itertools import islice
from typing import Any, TypeVar

from annotated_types import MaxLen
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from algorithm.components.kinds import KINDS
from algorithm.errors import FieldError, RequirementError
from algorithm.messages import Message
from algorithm.requirement.catalogue import CATALOGUE, GROUPS
from algorithm.requirement.consistency import Finding, contradictions
from algorithm.requirement.options import Options
from algorithm.requirement.schema import Demand, Export, Meter, Path, Requirement, Supply
from algorithm.series import NUMBER, PROFILE, VALUES
from algorithm.suggestions import near_miss

Checked = TypeVar("Checked", bound=BaseModel)

MOST_ERRORS = 50
"""Maximum number of wrong fields that are reported."""

MOST_ENTRIES = 10_000
"""Maximum number of entries in all objects of a requirement; a valid one has at most half."""

_TAGS = {NUMBER, VALUES, PROFILE}
# Pydantic's own error messages, as translatable templates, by error type.
_USUAL = {
    "greater_than": Message("should be greater than %(gt)s"),
    "greater_than_equal": Message("should be greater than or equal to %(ge)s"),
    "less_than": Message("should be less than %(lt)s"),
    "less_than_equal": Message("should be less than or equal to %(le)s"),
    "float_type": Message("should be a valid number"),
    "finite_number": Message("should be a finite number"),
    "int_type": Message("should be a valid integer"),
    "bool_type": Message("should be a valid boolean"),
    "string_type": Message("should be a valid string"),
    "list_type": Message("should be a valid list"),
}
_PARTS: dict[str | int, type[BaseModel]] = {
    "demands": Demand,
    "supplies": Supply,
    "exports": Export,
    "meters": Meter,
    "options": Options,
}


def check(
    requirement: Requirement | Mapping[str, Any],
    disabled_devices: Sequence[str] = (),
    options: Options | Mapping[str, Any] | None = None,
) -> tuple[Requirement, tuple[str, ...], Options]:
    """Return the three as checked values; raises RequirementError, which names every wrong field.

    It names MOST_ERRORS at most. Input that is too large is refused before it is examined: a small
    text can hold so many errors that finding them all takes too long.
    """
    findings = [*_too_large((), requirement, Requirement), *_too_large(("options",), options)]
    if findings:
        raise _wrong(findings, requirement)
    checked = _validated(Requirement, requirement, (), findings)
    chosen = _validated(Options, {} if options is None else options, ("options",), findings)
    findings += islice(_unknown_disabled(disabled_devices, _device_names(requirement)), MOST_ERRORS)
    if checked is not None:
        findings += contradictions(checked, least_co2=chosen is not None and chosen.goal == "front")
    if findings or checked is None or chosen is None:
        raise _wrong(findings, requirement)
    return checked, tuple(dict.fromkeys(disabled_devices)), chosen


def _wrong(findings: Iterable[Finding], requirement: object) -> RequirementError:
    reported = islice(findings, MOST_ERRORS)
    return RequirementError([_field_error(path, said, requirement) for path, said in reported])


def _too_large(
    path: Path, value: object, model: type[BaseModel] | None = None
) -> Iterator[Finding]:
    """Yield the fields with too many entries; if there are none, the whole input if it has."""
    if not isinstance(value, Mapping):
        return
    long = False
    for name, field in model.model_fields.items() if model else ():
        part = value.get(name)
        most = next((each.max_length for each in field.metadata if isinstance(each, MaxLen)), None)
        if isinstance(part, Mapping) and most is not None and len(part) > most:
            long = True
            yield (*path, name), _too_long(part, most)
    if not long and (count := _entries_in(value)) > MOST_ENTRIES:
        yield (
            path or ("requirement",),
            Message(
                "should have at most %(most)s entries in all its objects, not %(had)s",
                most=MOST_ENTRIES,
                had=count,
            ),
        )


def _entries_in(value: Mapping[str, Any]) -> int:
    """Count the entries of an object and all objects within; lists have limits of their own."""
    count = 0
    left = [value]
    while left:
        inner = left.pop()
        count += len(inner)
        left += [item for item in inner.values() if isinstance(item, Mapping)]
    return count


def _validated(
    model: type[Checked], value: object, prefix: Path, findings: list[Finding]
) -> Checked | None:
    try:
        return model.model_validate(value)
    except ValidationError as invalid:
        errors = invalid.errors(include_url=False)[:MOST_ERRORS]
        findings += [_finding(error, prefix) for error in errors]
        return None


def _field_error(path: Path, message: str, requirement: object) -> FieldError:
    parts = (str(part) for part in _as_written(path, requirement))
    return {
        "field": ".".join(part if part.isprintable() else repr(part) for part in parts),
        "message": message,
    }


def _as_written(path: Path, requirement: object) -> Path:
    """Return the path as written: without `power`, if a demand was given as a bare series."""
    demands = requirement.get("demands") if isinstance(requirement, Mapping) else None
    if path[0] != "demands" or path[2:3] != ("power",) or not isinstance(demands, Mapping):
        return path
    as_object = isinstance(demands.get(path[1]), Mapping | Demand)
    return path if as_object else path[:2] + path[3:]


def _finding(error: ErrorDetails, prefix: Path) -> Finding:
    """Return pydantic's error as one sentence, with the tags of unions removed from its path."""
    tagged = (*prefix, *error["loc"])
    path = tuple(part for part in tagged if part not in _TAGS and part != "[key]")
    if path[:1] == ("devices",) and path[2:3] and path[2] in KINDS:
        path = path[:2] + path[3:]
    path = path or ("requirement",)
    value, context = error["input"], error.get("ctx", {})
    match error["type"]:
        case "missing":
            return path, Message("is required")
        case "extra_forbidden" if path == ("columns",):
            return path, Message(
                "is read by the terminal alone: send the file's columns as `profiles`"
            )
        case "extra_forbidden":
            fields = _model_at(tagged).model_fields
            return path, Message(
                "is not a known field%(near)s", near=near_miss(str(path[-1]), fields)
            )
        case "union_tag_not_found" | "union_tag_invalid":
            return _of_unknown_kind(path, value)
        case "string_pattern_mismatch" if path == ("currency",):
            return path, Message(
                "should be three capital letters such as 'EUR', not %(value)s",
                value=_shortened(value),
            )
        case "string_pattern_mismatch":
            return path, Message("should be a name of letters, digits, spaces and _ @ . -")
        case "too_short":
            least, had = context["min_length"], context["actual_length"]
            return path, Message(
                "should have at least %(least)s %(entries)s, not %(had)s",
                least=least,
                entries=_entries(value, least),
                had=had,
            )
        case "too_long":
            return path, _too_long(value, context["max_length"])
        case "model_type" | "dict_type" | "model_attributes_type":
            return path, Message("should be an object, not %(value)s", value=_shortened(value))
    return path, Message(
        "%(problem)s, not %(value)s", problem=_problem(error), value=_shortened(value)
    )


def _problem(error: ErrorDetails) -> str:
    """Return pydantic's text, as a translatable message for the common error types."""
    context = error.get("ctx", {})
    if error["type"] == "refused":
        return str(context["message"])
    text = error["msg"].removeprefix("Input ").removeprefix("String ")
    text = f"{text[:1].lower()}{text[1:]}"
    if usual := _USUAL.get(error["type"]):
        return Message.of(text, {"id": usual.id, "values": context})
    if error["type"] == "literal_error" and " or " in context["expected"]:
        first, _, second = context["expected"].rpartition(" or ")
        return Message("should be %(first)s or %(second)s", first=first, second=second)
    return text


def _too_long(value: Sized, most: int) -> str:
    return Message(
        "should have at most %(most)s %(entries)s, not %(had)s",
        most=most,
        entries=_entries(value, most),
        had=len(value),
    )


def _of_unknown_kind(path: Path, device: Any) -> Finding:
    """Explain what is wrong with a device whose kind can't be determined."""
    if "kind" in device:
        kinds = [f"'{kind}'" for kind in KINDS]
        return (*path, "kind"), Message(
            "should be one of %(kinds)s, not %(value)s",
            kinds=kinds,
            value=_shortened(device["kind"]),
        )
    if like := device.get("like"):
        near = near_miss(str(like), CATALOGUE)
        return (*path, "like"), Message(
            "%(value)s is not a device of the catalogue%(near)s", value=_shortened(like), near=near
        )
    near = near_miss(str(path[-1]), CATALOGUE)
    message = Message(
        "is neither a device of the catalogue, nor has it a `like` or a `kind`%(near)s", near=near
    )
    return path, message


def _entries(value: object, count: int) -> str:
    if isinstance(value, Mapping):
        return Message("entry") if count == 1 else Message("entries")
    if isinstance(value, str):
        return Message("character") if count == 1 else Message("characters")
    return Message("value") if count == 1 else Message("values")


def _model_at(tagged: Path) -> type[BaseModel]:
    """Return the model that the last part of a path is looked up in."""
    if len(tagged) > 2 and tagged[0] == "devices":
        return KINDS[str(tagged[2])]
    return _PARTS.get(tagged[0], Requirement) if len(tagged) > 1 else Requirement


def _shortened(value: object) -> str:
    if isinstance(value, list | tuple | dict):
        return Message("an object") if isinstance(value, dict) else Message("a list")
    text = repr(str(value) if isinstance(value, date) else value)
    return text if len(text) <= 40 else f"{text[:37]}..."


def _device_names(requirement: object) -> Iterable[str]:
    """Return the names of a requirement's own devices, which may not be validated yet."""
    if isinstance(requirement, Requirement):
        return requirement.devices or ()
    devices = requirement.get("devices") if isinstance(requirement, Mapping) else None
    return devices if isinstance(devices, Mapping) else ()


def _unknown_disabled(disabled: Sequence[str], own: Iterable[str]) -> Iterator[Finding]:
    """Yield names that are neither of the requirement's devices nor in the catalogue."""
    if isinstance(disabled, str) or not isinstance(disabled, Sequence):
        yield ("disabled_devices",), Message("should be a list of device names")
        return
    known = list(dict.fromkeys([*own, *CATALOGUE, *GROUPS]))
    for position, name in enumerate(disabled):
        if not isinstance(name, str) or name not in known:
            message = Message(
                "%(value)s is not a known device%(near)s",
                value=_shortened(name),
                near=near_miss(str(name), known),
            )
            yield ("disabled_devices", position), message

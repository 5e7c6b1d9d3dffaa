"""Bad input's border: JSON in, checked models out, or one plain sentence for each wrong field.

Called by `search`, by the terminal, and by the web before it queues a search.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from algorithm.catalogue import CATALOGUE, Converter, Store
from algorithm.errors import FieldError, RequirementError
from algorithm.near_miss import near_miss
from algorithm.requirement import Export, Options, Path, Requirement, Supply
from algorithm.series import HOURS, HOURS_A_DAY, NUMBER, PROFILE, Series

Checked = TypeVar("Checked", bound=BaseModel)

_TAGS = {NUMBER, HOURS, PROFILE}


def check(
    requirement: Requirement | Mapping[str, Any],
    disabled_devices: Sequence[str] = (),
    options: Options | Mapping[str, Any] | None = None,
) -> tuple[Requirement, tuple[str, ...], Options]:
    """Return the three as checked values; raise RequirementError naming every wrong field."""
    errors: list[FieldError] = []
    checked = _validated(Requirement, requirement, (), errors)
    chosen = _validated(Options, {} if options is None else options, ("options",), errors)
    errors += _disabled_errors(disabled_devices)
    if checked is not None:
        errors += _requirement_errors(checked)
    if errors or checked is None or chosen is None:
        raise RequirementError(errors)
    return checked, tuple(dict.fromkeys(disabled_devices)), chosen


def _validated(
    model: type[Checked], value: object, prefix: Path, errors: list[FieldError]
) -> Checked | None:
    try:
        return model.model_validate(value)
    except ValidationError as invalid:
        errors += [_sentence(error, prefix) for error in invalid.errors(include_url=False)]
        return None


def _error(path: Path, message: str) -> FieldError:
    parts = (str(part) for part in path)
    return {
        "field": ".".join(part if part.isprintable() else repr(part) for part in parts),
        "message": message,
    }


def _sentence(error: ErrorDetails, prefix: Path) -> FieldError:
    """Say in one sentence what pydantic found; its paths carry the tags of unions, ours don't."""
    tagged = (*prefix, *error["loc"])
    path = tuple(part for part in tagged if part not in _TAGS and part != "[key]")
    if path[:1] == ("devices",) and path[2:3] in (("converter",), ("store",)):
        path = path[:2] + path[3:]
    path = path or ("requirement",)
    context: Mapping[str, Any] = error.get("ctx", {})
    match error["type"]:
        case "missing":
            return _error(path, "is required")
        case "extra_forbidden":
            fields = _model_at(tagged).model_fields
            return _error(path, f"is not a known field{near_miss(str(path[-1]), fields)}")
        case "union_tag_not_found" if path[0] == "devices":
            return _error(path, f"is not a known device{near_miss(str(path[-1]), CATALOGUE)}")
        case "string_pattern_mismatch":
            return _error(path, "should be a name of letters, digits, spaces and _ @ . -")
        case "too_short":
            least, had = context["min_length"], context["actual_length"]
            return _error(path, f"should have at least {least} values, not {had}")
        case "too_long":
            most, had = context["max_length"], len(error["input"])
            return _error(path, f"should have at most {most} values, not {had}")
        case "model_type" | "dict_type" | "model_attributes_type":
            return _error(path, f"should be an object, not {_shortened(error['input'])}")
    text = error["msg"].removeprefix("Input ")
    return _error(path, f"{text[:1].lower()}{text[1:]}, not {_shortened(error['input'])}")


def _model_at(path: Path) -> type[BaseModel]:
    """Return the model whose field the last part of a path would be."""
    if len(path) > 2 and path[0] == "devices":
        return Store if path[2] == "store" else Converter
    models: dict[str | int, type[BaseModel]] = {
        "supplies": Supply,
        "exports": Export,
        "options": Options,
    }
    return models.get(path[0], Requirement) if len(path) > 1 else Requirement


def _shortened(value: object) -> str:
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "an object"
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."


def _disabled_errors(names: Sequence[str]) -> Iterator[FieldError]:
    if isinstance(names, str) or not isinstance(names, Sequence):
        yield _error(("disabled_devices",), "should be a list of device names")
        return
    for position, name in enumerate(names):
        if name not in CATALOGUE:
            message = f"{_shortened(name)} is not a known device{near_miss(str(name), CATALOGUE)}"
            yield _error(("disabled_devices", position), message)


def _requirement_errors(requirement: Requirement) -> Iterator[FieldError]:
    """Yield what no single field can know: lengths, named profiles, signs, money for nothing."""
    series = list(requirement.series())
    broken = [
        *_length_errors(series),
        *(
            _error(path, f"names the profile '{value}', which is not in profiles")
            for path, value in series
            if isinstance(value, str) and value not in requirement.profiles
        ),
    ]
    if broken:
        yield from broken
        return
    for path, value in series:
        yield from _sign_errors(requirement, path, value)
    if not any(np.any(requirement.values(demand)) for demand in requirement.demands.values()):
        yield _error(("demands",), "should be above 0 somewhere: there is nothing to plan for")
    yield from _device_errors(requirement)
    yield from _arbitrage_errors(requirement)


def _length_errors(series: Sequence[tuple[Path, Series]]) -> Iterator[FieldError]:
    lists = [(path, len(value)) for path, value in series if isinstance(value, list)]
    if not lists:
        return
    first, hours = lists[0]
    for path, length in lists:
        if length % HOURS_A_DAY:
            yield _error(path, f"should have whole days of 24 values, not {length} values")
        elif length != hours:
            where = ".".join(map(str, first))
            yield _error(path, f"should have {hours} values as {where} has, not {length}")


def _sign_errors(requirement: Requirement, path: Path, series: Series) -> Iterator[FieldError]:
    """Demands, CO2 and what devices do can't be negative; prices can."""
    if path[0] == "profiles" or path[-1] == "price":
        return
    values = requirement.values(series)
    negative = np.flatnonzero(np.asarray(values, dtype=float) < 0)
    if len(negative):
        hour = f" in hour {negative[0]}" if isinstance(values, list) else ""
        yield _error(path, f"should not be negative, as it is{hour}")


def _device_errors(requirement: Requirement) -> Iterator[FieldError]:
    for name, figures in requirement.considered().items():
        path: Path = ("devices", name)
        if figures.kind != CATALOGUE[name].kind:
            yield _error((*path, "kind"), f"should be '{CATALOGUE[name].kind}', as {name} is one")
            continue
        if figures.max_size is not None and figures.min_size > figures.max_size:
            sizes = f"{figures.max_size:g}, less than min_size {figures.min_size:g}"
            yield _error(
                (*path, "max_size"), f"should not be below the smallest size: it is {sizes}"
            )
        if isinstance(figures, Converter):
            if not figures.outputs:
                yield _error((*path, "outputs"), "should name at least one carrier")
            profile = figures.availability
            if isinstance(profile, str) and profile not in requirement.profiles:
                message = f"needs the profile '{profile}'; add it to profiles"
                yield _error((*path, "availability"), message)


def _arbitrage_errors(requirement: Requirement) -> Iterator[FieldError]:
    """Refuse to buy for less than one sells at, without limit: the best plan would be infinite."""
    for carrier, export in requirement.exports.items():
        supply = requirement.supplies.get(carrier)
        if supply is None or supply.limit is not None or export.limit is not None:
            continue
        sell = np.asarray(requirement.values(export.price))
        buy = np.asarray(requirement.values(supply.price))
        co2 = np.asarray(requirement.values(supply.co2)) * requirement.co2_price / 1000
        profit = np.atleast_1d(sell - buy - co2)
        if (profit > 0).any():
            hour = int(np.argmax(profit > 0))
            message = (
                f"should not be above the price of supplies.{carrier}, as it is in hour {hour}, "
                f"or one of the two needs a limit: selling what was just bought earns without end"
            )
            yield _error(("exports", carrier, "price"), message)

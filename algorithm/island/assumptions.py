"""A result's assumptions: the figures that its requirement doesn't state, with their origin."""

from collections.abc import Iterator, Mapping, Set
from datetime import date
from typing import Any, NotRequired

import numpy as np
from pydantic import BaseModel
from typing_extensions import TypedDict

from algorithm.components.kinds import Figures
from algorithm.errors import Text
from algorithm.island.island import Island
from algorithm.island.resolve import todays_island
from algorithm.messages import Message, MessageJson
from algorithm.requirement.catalogue import CATALOGUE
from algorithm.requirement.schema import Done, Export, Imported, Requirement, Supply

DEFAULT = Message("default")

# What an import did, by its kind.
_IMPORTED: dict[Done, str] = {
    "column": Message("import: column '%(column)s' of %(file)s"),
    "unit-assumed": Message("import: column '%(column)s' of %(file)s states no unit"),
    "factor": Message("import: factor from the unit of column '%(column)s' of %(file)s"),
    "readings": Message("import: differences of the readings in column '%(column)s' of %(file)s"),
    "negative": Message("import: values below 0 in column '%(column)s' of %(file)s, taken for 0"),
    "filled-interpolate": Message(
        "import: holes of column '%(column)s' of %(file)s, filled on a line"
    ),
    "filled-week": Message(
        "import: holes of column '%(column)s' of %(file)s, filled from another week's same hour"
    ),
    "filled-zero": Message("import: holes of column '%(column)s' of %(file)s, filled with 0"),
    "sun": Message(
        "import: mean of photovoltaics' power, computed from column '%(column)s' of %(file)s"
    ),
    "wind": Message("import: mean of wind power, computed from column '%(column)s' of %(file)s"),
    "solar-heat": Message(
        "import: mean of collectors' heat, computed from column '%(column)s' of %(file)s"
    ),
    "heat-pump-input": Message(
        "import: mean of 1/COP, computed from column '%(column)s' of %(file)s"
    ),
    "aligned": Message("import: of other dates, taken by month, day and hour"),
    "repeated": Message("import: shorter than the year, repeated over it"),
    "default-price": Message("import: an assumption, as no file has this price"),
    "standard-profile": Message("import: BDEW's standard load profile"),
}


class Assumption(TypedDict):
    """One figure. field: its path in the requirement. value: a number, a date, or a profile."""

    field: str
    value: float | str
    unit: str
    origin: Text
    origin_i18n: NotRequired[MessageJson]


def assumptions(requirement: Requirement, island: Island) -> list[Assumption]:
    """Return every figure that a search uses and its requirement doesn't state.

    island: the requirement's island, with the devices that the search considers.
    """
    considered = requirement.considered()
    return [
        *map(_of_import, requirement.imported),
        *_of_site(requirement, considered),
        *_of_trades(requirement),
        *(
            assumption
            for name, device in island.devices.items()
            for assumption in _of_device(requirement, name, considered[name], device.max_size)
        ),
    ]


def _of_import(done: Imported) -> Assumption:
    return {
        "field": done.field,
        "value": done.value,
        "unit": done.unit,
        "origin": Message(_IMPORTED[done.kind], column=done.column, file=done.file),
    }


def _of_site(requirement: Requirement, considered: Mapping[str, Figures]) -> Iterator[Assumption]:
    trades: list[Supply | Export] = [*requirement.supplies.values(), *requirement.exports.values()]
    # Figures without any effect here are no assumptions.
    unused = set()
    if not any(figures.like for figures in considered.values()):
        unused.add("eur_rate")
    if not any(np.any(requirement.values(trade.co2)) for trade in trades):
        unused.add("co2_price")
    if todays_island(requirement) is None:
        unused |= {"horizon_years", "price_growth"}
    for field, value, unit in _left_out(requirement):
        if field not in unused:
            yield _assumption(requirement, field, value, unit, DEFAULT)


def _of_trades(requirement: Requirement) -> Iterator[Assumption]:
    for part, trades in (("supplies", requirement.supplies), ("exports", requirement.exports)):
        for name, trade in trades.items():
            for field, value, unit in _left_out(trade):
                yield _assumption(requirement, f"{part}.{name}.{field}", value, unit, DEFAULT)


def _of_device(
    requirement: Requirement, name: str, figures: Figures, max_size: float
) -> Iterator[Assumption]:
    """Yield a device's unstated figures. max_size: as limited by the areas."""
    stated = (requirement.devices or {}).get(name)
    known = set() if stated is None else stated.model_fields_set
    entry = CATALOGUE.get(figures.like or "")
    for field, value, unit in _left_out(figures, known):
        if not figures.uses(field):
            continue
        origin: str = DEFAULT
        if entry and field in entry.figures.model_fields_set:
            origin = entry.origin(field, requirement.eur_rate)
        parts = value.items() if isinstance(value, dict) else [("", value)]
        for of, part in parts:
            if field != "area" or of in requirement.areas:
                path = ".".join(filter(None, ("devices", name, field, of)))
                yield _assumption(requirement, path, part, unit, origin, figures.unit)
    if figures.size is None and figures.max_size is None and np.isfinite(max_size):
        path, origin = f"devices.{name}.max_size", figures.size_limit[1]
        yield _assumption(requirement, path, max_size, "size", origin, figures.unit)


def _left_out(model: BaseModel, known: Set[str] | None = None) -> Iterator[tuple[str, Any, str]]:
    """Yield each unstated figure (a field with a unit), with its value and unit.

    known: the stated fields, if they differ from the model's fields set.
    """
    stated = model.model_fields_set if known is None else known
    for field, info in type(model).model_fields.items():
        unit = (
            info.json_schema_extra.get("unit") if isinstance(info.json_schema_extra, dict) else None
        )
        value = getattr(model, field)
        if unit is not None and value is not None and field not in stated:
            yield field, value, str(unit)


def _assumption(
    requirement: Requirement, field: str, value: Any, unit: str, origin: str, size: str = ""
) -> Assumption:
    """size: a device's unit of size, which replaces "size" in `unit`."""
    return {
        "field": field,
        "value": value.isoformat() if isinstance(value, date) else value,
        "unit": unit.replace("currency", requirement.currency).replace("size", size),
        "origin": origin,
    }

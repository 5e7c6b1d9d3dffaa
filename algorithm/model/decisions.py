"""What there is to decide of an island beside sizes and dispatch, in two forms.

`settle` makes decisions in a model's program, or leaves them open, which is never dearer: a linear
program, used by `branch_and_cut` for first plans and by `interior_point` for the whole horizon.
`with_decisions` writes them down as whole numbers, for branch and cut. Such a number needs
a largest size to go with it (a big-M); it must be one that no plan worth having goes beyond.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

import highspy
import numpy as np

from algorithm.island.island import Connection, Conversion, Island, Storage
from algorithm.island.size_limits import ROUNDING
from algorithm.linear_program import Program, Term
from algorithm.model.blocks import largest_powers
from algorithm.model.build import Model, device_terms, smallest_size, surplus
from algorithm.model.meters import add_directions, shared_meters
from algorithm.series import Booleans, Floats, Integers

Device = TypeVar("Device", Conversion, Storage, Connection)


@dataclass(frozen=True)
class Decided:
    """Decisions, as far as they are made.

    built: whether a device is installed; units: how many it has. on: whether a converter runs, in
    those steps in which it may (n,); charging: whether a store may charge, and not discharge, in
    each step (T,); importing: whether a meter imports, and doesn't export, in the steps and periods
    in which that is a decision. between: the least and the largest size that a device may have.
    """

    built: Mapping[str, bool] = field(default_factory=dict)
    units: Mapping[str, int] = field(default_factory=dict)
    on: Mapping[str, Booleans] = field(default_factory=dict)
    charging: Mapping[str, Booleans] = field(default_factory=dict)
    importing: Mapping[str, Booleans] = field(default_factory=dict)
    between: Mapping[str, tuple[float, float]] = field(default_factory=dict)


NOTHING_DECIDED = Decided()


class Settled:
    """A model's program with some decisions made and all others open.

    What is open costs no more than it could: of a fixed cost, the share that a size has of the
    largest one, and nothing where there is no largest one.
    limits: proven largest sizes, by device; a plan beyond one is not worth having.
    """

    def __init__(self, model: Model, decided: Decided, limits: Mapping[str, float]) -> None:
        program = model.program
        self.lower, self.upper = program.bounds
        self.row_lower, self.row_upper = program.row_bounds
        self.costs = program.costs.copy()
        self.offset = program.offset
        self._model = model
        for name, device in model.island.devices.items():
            if device.figures.size is None:
                self._settle_size(name, decided, limits.get(name, np.inf))
        for name, columns in model.switched.items():
            if name in decided.on:
                on = decided.on[name]
                self.upper[columns.activity[columns.switched[~on]]] = 0.0
                self.row_lower[columns.least[on]] = 0.0
        for name, store in model.storages.items():
            if name in decided.charging:
                self.upper[store.charge[~decided.charging[name]]] = 0.0
                self.upper[store.discharge[decided.charging[name]]] = 0.0
        for name, meter in model.meters.items():
            if name in decided.importing:
                closed = meter.closed(decided.importing[name])
                self.lower[closed] = self.upper[closed] = 0.0

    def _settle_size(self, name: str, decided: Decided, limit: float) -> None:
        model, column = self._model, int(self._model.devices[name].size[0])
        figures = model.island.devices[name].figures
        unit = figures.unit_size or 0.0
        largest = min(float(self.upper[column]), limit)
        if name not in model.choices or name not in decided.built:
            if name in model.choices and 0 < largest < np.inf:
                self.costs[column] += model.fixed_cost(name) / largest
            self.upper[column] = largest
        elif decided.built[name]:
            self.lower[column] = max(smallest_size(figures), unit)
            self.offset += model.fixed_cost(name)
            if "budget" in model.limits:
                self.row_upper[model.limits["budget"]] -= figures.investment_fixed
        else:
            self.upper[column] = 0.0
        if name in decided.units:
            self.lower[column] = self.upper[column] = decided.units[name] * unit
        if name in decided.between:
            least, most = decided.between[name]
            self.lower[column] = max(self.lower[column], least)
            self.upper[column] = min(self.upper[column], most)

    def to_highs(self) -> highspy.HighsLp:
        """Return the linear program for HiGHS."""
        lp = self._model.program.to_highs()
        lp.col_lower_, lp.col_upper_, lp.col_cost_ = self.lower, self.upper, self.costs
        lp.row_lower_, lp.row_upper_, lp.offset_ = self.row_lower, self.row_upper, self.offset
        return lp

    def pass_to(self, highs: highspy.Highs) -> None:
        """Change what HiGHS has of this program already, which goes on from where it ended."""
        columns = np.arange(len(self.lower), dtype=np.int32)
        rows = np.arange(len(self.row_lower), dtype=np.int32)
        highs.changeColsBounds(len(columns), columns, self.lower, self.upper)
        highs.changeColsCost(len(columns), columns, self.costs)
        highs.changeRowsBounds(  # type: ignore[attr-defined]
            len(rows), rows, self.row_lower, self.row_upper
        )
        highs.changeObjectiveOffset(self.offset)


def settle(
    model: Model,
    decided: Decided = NOTHING_DECIDED,
    limits: Mapping[str, float] | None = None,
) -> Settled:
    """Return the model's program with these decisions made."""
    return Settled(model, decided, limits or {})


def sized_by_decisions(model: Model) -> list[str]:
    """Return the devices that need a largest size to be decided on."""
    decided = {*model.choices, *model.switched, *model.exclusive}
    for name in model.directed:
        carrier = model.island.supplies[model.island.meters[name].supplies[0]].carrier
        decided |= {n for n in model.devices if list(device_terms(model, n, carrier))}
    devices = model.island.devices
    return [name for name in devices if name in decided and devices[name].figures.size is None]


@dataclass(frozen=True)
class DecisionColumns:
    """The columns of whole numbers, by device, in the form of `Decided`."""

    built: Mapping[str, int]
    units: Mapping[str, int]
    on: Mapping[str, Integers]
    charging: Mapping[str, Integers]
    importing: Mapping[str, Integers]

    def values(self, decided: Decided, others: Floats, count: int) -> Floats:
        """Return the values (count,) of all columns; others: of those that are no decisions."""
        values = np.concatenate([others, np.zeros(count - len(others))])
        for columns, chosen in (
            (self.built, decided.built),
            (self.units, decided.units),
            (self.on, decided.on),
            (self.charging, decided.charging),
            (self.importing, decided.importing),
        ):
            for name, column in columns.items():
                values[column] = chosen[name]
        return values


def with_decisions(model: Model, limits: Mapping[str, float]) -> tuple[Program, DecisionColumns]:
    """Return the model's program with its decisions as columns after all others.

    limits: a largest size for each device that `sized_by_decisions` names.
    """
    program = model.program.copy()
    island = _within(model.island, limits)
    columns = DecisionColumns(
        {name: _add_built(program, model, island, name) for name in model.choices},
        {name: _add_units(program, model, island, name) for name in model.unit_sizes},
        {name: _add_on(program, model, island, name) for name in model.switched},
        {name: _add_charging(program, model, island, name) for name in model.exclusive},
        {name: _add_importing(program, model, island, name) for name in model.directed},
    )
    for names in model.without_one_of:
        built = [np.array([columns.built[name]]) for name in names if name in columns.built]
        program.total([(column, 1.0) for column in built], upper=len(built) - 1.0)
    return program, columns


def _within(island: Island, limits: Mapping[str, float]) -> Island:
    """Return the island with its devices no larger than the limits."""

    def limited(devices: Mapping[str, Device]) -> dict[str, Device]:
        return {
            name: replace(device, max_size=min(device.max_size, limits.get(name, np.inf)))
            for name, device in devices.items()
        }

    return replace(
        island,
        conversions=limited(island.conversions),
        storages=limited(island.storages),
        connections=limited(island.connections),
    )


def _add_built(program: Program, model: Model, island: Island, name: str) -> int:
    size, device = model.devices[name].size, island.devices[name]
    built = program.columns(1, upper=1.0, cost=model.fixed_cost(name), whole=True)
    program.rows(1, [(size, 1.0), (built, -device.max_size)], upper=0.0)
    program.rows(1, [(size, 1.0), (built, -smallest_size(device.figures))], lower=0.0)
    if "budget" in model.limits:
        program.add_to_row(model.limits["budget"], [(built, device.figures.investment_fixed)])
    return int(built[0])


def _add_units(program: Program, model: Model, island: Island, name: str) -> int:
    unit, largest = model.unit_sizes[name], island.devices[name].max_size
    units = program.columns(1, upper=np.floor(largest / unit + ROUNDING), whole=True)
    program.rows(1, [(model.devices[name].size, 1.0), (units, -unit)], lower=0.0, upper=0.0)
    return int(units[0])


def _add_on(program: Program, model: Model, island: Island, name: str) -> Integers:
    """Add whether a converter runs in each step: if so, at no less than its smallest load."""
    columns, conversion = model.conversions[name], island.conversions[name]
    share, largest = conversion.figures.min_load, conversion.max_size
    activity = columns.activity[columns.switched]
    on = program.columns(len(activity), upper=1.0, whole=True)
    most = largest * conversion.availability[columns.switched]
    program.rows(len(on), [(activity, 1.0), (on, -most)], upper=0.0)
    above: list[Term] = [(activity, 1.0), (columns.size, -share), (on, -share * largest)]
    program.rows(len(on), above, lower=-share * largest)
    return on


def _add_charging(program: Program, model: Model, island: Island, name: str) -> Integers:
    columns = model.storages[name]
    most_in, most_out = largest_powers(island, island.storages[name])
    charging = program.columns(len(columns.charge), upper=1.0, whole=True)
    program.rows(len(charging), [(columns.charge, 1.0), (charging, -most_in)], upper=0.0)
    program.rows(len(charging), [(columns.discharge, 1.0), (charging, most_out)], upper=most_out)
    return charging


def _add_importing(program: Program, model: Model, island: Island, name: str) -> Integers:
    """Add which way a meter flows. While it exports, what is wanted here is made here, too."""
    columns = model.meters[name]
    importing = add_directions(program, island, shared_meters(island)[name], columns)
    terms, wanted = surplus(model, name, columns.decided)
    of_steps = importing[: len(columns.decided)]
    program.rows(len(of_steps), [*terms, (of_steps, -wanted)], upper=-wanted)
    return importing

"""The decisions of a model, beside sizes and dispatch, in two forms.

`settle` fixes decisions in a model's program, or relaxes them: a linear program, for first plans
and for the whole horizon. `with_decisions` adds them as integer columns, for branch and cut. These
need a maximum size as big-M, which no useful plan may exceed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import highspy
import numpy as np

from algorithm.components.device import ROUNDING, Bounds
from algorithm.island.island import Island
from algorithm.linear_program import Program
from algorithm.model.build import Model, surplus
from algorithm.model.meters import add_directions, shared_meters
from algorithm.series import Booleans, Floats, Integers


@dataclass(frozen=True)
class Decided:
    """The decisions that are fixed; all others are open.

    built: whether a device is built. units: its number of units. in_steps: a device's decisions in
    steps (n,): whether it runs, or charges. importing: whether a meter imports rather than exports,
    in the steps and periods in which that is a decision. between: bounds of a device's size.
    """

    built: Mapping[str, bool] = field(default_factory=dict)
    units: Mapping[str, int] = field(default_factory=dict)
    in_steps: Mapping[str, Booleans] = field(default_factory=dict)
    importing: Mapping[str, Booleans] = field(default_factory=dict)
    between: Mapping[str, tuple[float, float]] = field(default_factory=dict)


NOTHING_DECIDED = Decided()


class Settled:
    """A model's program with some decisions fixed and all others relaxed.

    The fixed cost of an open device is spread over its maximum size, and left out if it has none.
    So the program is a relaxation: it never costs more than a plan.

    limits: proven maximum sizes, by device; no plan beyond them is better than the known one.
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
        bounds = Bounds(self.lower, self.upper, self.row_lower)
        for name, chosen in decided.in_steps.items():
            model.devices[name].decide(bounds, chosen)
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
            self.lower[column] = max(figures.smallest_size, unit)
            self.offset += model.fixed_cost(name)
            if "budget" in model.limits:
                self.row_upper[model.limits["budget"]] -= figures.capital.new_fixed
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
        """Update a program that HiGHS already has, which keeps its basis (a warm start)."""
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
    """Return the model's program with these decisions fixed and all others relaxed."""
    return Settled(model, decided, limits or {})


def sized_by_decisions(model: Model) -> list[str]:
    """Return the devices whose decisions need a maximum size as big-M."""
    decided = {*model.choices, *model.deciding}
    for name in model.directed:
        carrier = model.island.supplies[model.island.meters[name].supplies[0]].carrier
        decided |= {n for n, columns in model.devices.items() if list(columns.terms(carrier))}
    devices = model.island.devices
    return [name for name in devices if name in decided and devices[name].figures.size is None]


@dataclass(frozen=True)
class DecisionColumns:
    """The integer columns, in the form of `Decided`."""

    built: Mapping[str, int]
    units: Mapping[str, int]
    in_steps: Mapping[str, Integers]
    importing: Mapping[str, Integers]

    def values(self, decided: Decided, others: Floats, count: int) -> Floats:
        """Return the values (count,) of all columns. others: the values of continuous columns."""
        values = np.concatenate([others, np.zeros(count - len(others))])
        for columns, chosen in (
            (self.built, decided.built),
            (self.units, decided.units),
            (self.in_steps, decided.in_steps),
            (self.importing, decided.importing),
        ):
            for name, column in columns.items():
                values[column] = chosen[name]
        return values


def with_decisions(model: Model, limits: Mapping[str, float]) -> tuple[Program, DecisionColumns]:
    """Return the model's program with its decisions as integer columns, after all others.

    limits: a maximum size for each device that `sized_by_decisions` names.
    """
    program = model.program.copy()
    island = _within(model.island, limits)
    columns = DecisionColumns(
        {name: _add_built(program, model, island, name) for name in model.choices},
        {name: _add_units(program, model, island, name) for name in model.unit_sizes},
        {
            name: columns.add_decisions(program, island, island.devices[name].max_size)
            for name, columns in model.deciding.items()
        },
        {name: _add_importing(program, model, island, name) for name in model.directed},
    )
    for names in model.without_one_of:
        built = [np.array([columns.built[name]]) for name in names if name in columns.built]
        program.total([(column, 1.0) for column in built], upper=len(built) - 1.0)
    return program, columns


def _within(island: Island, limits: Mapping[str, float]) -> Island:
    """Return the island with its devices' maximum sizes within the limits."""

    devices = {
        name: replace(device, max_size=min(device.max_size, limits.get(name, np.inf)))
        for name, device in island.devices.items()
    }
    return replace(island, devices=devices)


def _add_built(program: Program, model: Model, island: Island, name: str) -> int:
    size, device = model.devices[name].size, island.devices[name]
    built = program.columns(1, upper=1.0, cost=model.fixed_cost(name), whole=True)
    program.rows(1, [(size, 1.0), (built, -device.max_size)], upper=0.0)
    program.rows(1, [(size, 1.0), (built, -device.figures.smallest_size)], lower=0.0)
    if "budget" in model.limits:
        program.add_to_row(model.limits["budget"], [(built, device.figures.capital.new_fixed)])
    return int(built[0])


def _add_units(program: Program, model: Model, island: Island, name: str) -> int:
    unit, largest = model.unit_sizes[name], island.devices[name].max_size
    units = program.columns(1, upper=np.floor(largest / unit + ROUNDING), whole=True)
    program.rows(1, [(model.devices[name].size, 1.0), (units, -unit)], lower=0.0, upper=0.0)
    return int(units[0])


def _add_importing(program: Program, model: Model, island: Island, name: str) -> Integers:
    """Add a meter's direction. While it exports, the site's production covers its demand, too."""
    columns = model.meters[name]
    importing = add_directions(program, island, shared_meters(island)[name], columns)
    terms, wanted = surplus(model, name, columns.decided)
    of_steps = importing[: len(columns.decided)]
    program.rows(len(of_steps), [*terms, (of_steps, -wanted)], upper=-wanted)
    return importing

"""The island as a linear program: how large its devices are, and how they are run.

Built by `stages` and `elastic`, solved by `highs`; `dispatch` reads a solution through the
columns kept here. What belongs to one device or supply alone is that component's.

Costs are the requirement's currency a year, CO2 is kg a year. Each carrier balances in each step.

A device that has a minimum size, or a cost whatever its size, brings a decision: is it installed?
One of a fixed size brings none: it is part of every plan. Others are how many units a device has,
whether it runs in a step, and whether a store is charged in it. The program here has no column for
any of them: `decisions` adds these, or settles what they come to.
"""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from algorithm.components.annuity import yearly_share
from algorithm.components.device import NONE, DeviceColumns
from algorithm.components.trade import Trade, TradeColumns
from algorithm.island.island import Island
from algorithm.linear_program import Program, Term
from algorithm.model.meters import MeterColumns, add_meter, as_they_flow, shared_meters
from algorithm.series import Floats, Integers

# What a kWh of demand that isn't met counts where CO2 is the objective, kg: more than any supply.
UNSERVED_CO2 = 100.0
# A device is installed from this share of the site's largest demand on, where it has no smallest
# size: what is less is the solver's rounding.
INSTALLED = 1e-6
# An interior point leaves more of what isn't wanted.
WANTED = 1e-4
# The peaks of what is wanted of each carrier that suit a solver's absolute tolerances, kW.
LEAST_PEAK, MOST_PEAK = 1.0, 1e6

Objective = Literal["cost", "co2", "shortfall"]


@dataclass(frozen=True)
class Model:
    """The program, and which of its columns and rows mean what.

    without_one_of: sets of devices; of each, at least one that is a choice is left out. unserved:
    (T,) kW by demand. meters: those that supplies and exports share. balances: the rows (T,) of
    each carrier. limits: the row of each of the requirement's limits that all devices or supplies
    share, by field.
    """

    island: Island
    program: Program
    minimise: Objective
    without_one_of: tuple[frozenset[str], ...]
    devices: Mapping[str, DeviceColumns]
    supplies: Mapping[str, TradeColumns]
    exports: Mapping[str, TradeColumns]
    unserved: Mapping[str, Integers]
    meters: dict[str, MeterColumns] = field(default_factory=dict)
    balances: dict[str, Integers] = field(default_factory=dict)
    limits: dict[str, int] = field(default_factory=dict)

    @property
    def trades(self) -> tuple[TradeColumns, ...]:
        """The columns of all supplies, then of all exports."""
        return (*self.supplies.values(), *self.exports.values())

    @property
    def capacities(self) -> Integers:
        """The columns that are paid for once, however they are used: sizes, powers, peaks."""
        capacities = [c for device in self.devices.values() for c, _ in device.capacities]
        return np.concatenate([*capacities, *(trade.peaks for trade in self.trades), NONE])

    @property
    def choices(self) -> tuple[str, ...]:
        """The devices whose installation is a decision."""
        return tuple(
            name
            for name, device in self.island.devices.items()
            if device.figures.size is None
            and (device.figures.smallest_size > 0 or device.figures.investment_fixed > 0)
        )

    @property
    def unit_sizes(self) -> Mapping[str, float]:
        """The size of a unit of each device that comes in whole ones, where it isn't fixed."""
        figures = {name: device.figures for name, device in self.island.devices.items()}
        return {n: f.unit_size for n, f in figures.items() if f.unit_size and f.size is None}

    @property
    def deciding(self) -> Mapping[str, DeviceColumns]:
        """The devices with decisions in steps: what runs, and what charges."""
        return {name: columns for name, columns in self.devices.items() if columns.decisions}

    @property
    def directed(self) -> Mapping[str, MeterColumns]:
        """The meters whose direction is a decision in some step or period."""
        return {name: c for name, c in self.meters.items() if c.decision_count}

    @property
    def decides_in_steps(self) -> bool:
        """Whether there are decisions in steps: what runs, charges, or which way a meter flows."""
        return bool(self.deciding or self.directed)

    @property
    def decision_count(self) -> int:
        """How many whole numbers there are to decide on."""
        hourly = sum(columns.decisions for columns in self.deciding.values())
        hourly += sum(columns.decision_count for columns in self.directed.values())
        return len(self.choices) + len(self.unit_sizes) + hourly

    def fixed_cost(self, name: str) -> float:
        """Return what a device adds to the objective if installed, whatever its size."""
        figures, rate = self.island.devices[name].figures, self.island.interest_rate
        if self.minimise != "cost":
            return 0.0
        return yearly_share(rate, figures.life, figures.maintenance) * figures.investment_fixed

    def sizes(self, values: Floats) -> dict[str, float]:
        """Return every device's size in a solution."""
        return {name: float(values[columns.size[0]]) for name, columns in self.devices.items()}

    def units(self, sizes: Mapping[str, float]) -> dict[str, int]:
        """Return how many units each device has that comes in whole ones, given its size."""
        return {name: round(sizes[name] / unit) for name, unit in self.unit_sizes.items()}

    def installed(self, values: Floats) -> frozenset[str]:
        """Return which of the choices a solution installs."""
        sizes, scale = self.sizes(values), self.island.largest_demand
        least = {n: self.island.devices[n].figures.smallest_size / 2 for n in self.choices}
        return frozenset(n for n in self.choices if sizes[n] > (least[n] or INSTALLED * scale))

    def wanted(self, values: Floats) -> frozenset[str]:
        """Return which of the choices a relaxation has any of, of whatever size."""
        least = WANTED * self.island.largest_demand
        return frozenset(n for n, size in self.sizes(values).items() if size > least) & set(
            self.choices
        )

    def objective(self, values: Floats) -> float:
        """Return what is minimised, the fixed costs of what is installed included."""
        return self.program.objective(values) + sum(map(self.fixed_cost, self.installed(values)))


def build_model(
    island: Island,
    *,
    minimise: Objective = "cost",
    on_off: bool = False,
    unserved_price: float | None = None,
    without_one_of: Collection[Collection[str]] = (),
) -> Model:
    """Write down the whole island, every decision open.

    minimise: the cost or the CO2 of a year; `bending` minimises what falls short. on_off: whether
    the catalogue's minimum loads hold, too. unserved_price: currency per kWh of a demand that
    isn't met and has no such price of its own; it must be met if None.
    """
    program, flowing = Program(_exponent(island)), as_they_flow(island)
    model = Model(
        island,
        program,
        minimise,
        tuple(map(frozenset, without_one_of)),
        devices={n: d.add(program, island, on_off=on_off) for n, d in island.devices.items()},
        supplies=_add_trades(program, island, island.supplies, flowing.supplies),
        exports=_add_trades(program, island, island.exports, flowing.exports),
        unserved={
            name: columns
            for name, demand in island.demands.items()
            if (columns := demand.add(program, island, unserved_price)) is not None
        },
    )
    _add_meters(model)
    _add_balances(model)
    _add_origins(model)
    _add_limits(model)
    if minimise == "co2":
        # Not to meet a demand would be the cleanest of all.
        unserved: list[Term] = [
            (columns, UNSERVED_CO2 * island.steps.weights) for columns in model.unserved.values()
        ]
        program.minimise([*_emissions(model), *unserved])
    return model


def _add_trades(
    program: Program, island: Island, trades: Mapping[str, Trade], flowing: Mapping[str, Trade]
) -> dict[str, TradeColumns]:
    """Add supplies or exports; flowing: each as it is in a step, beyond what a meter settles."""
    return {
        name: replace(flowing[name].add(program, island), trade=trade)
        for name, trade in trades.items()
    }


def _exponent(island: Island) -> int:
    """Return the exponent of 2 by which the solver's kW are to be larger than the island's.

    Tolerances of 1e-8 kW are too much where 1e-4 kW are wanted, and can't be kept with 1e9 kW.
    """
    peaks = [float(wanted_of(island, carrier).max()) for carrier in island.carriers]
    wanted = [peak for peak in peaks if peak > 0] or [LEAST_PEAK]
    least = math.ceil(math.log2(LEAST_PEAK / min(wanted)))
    most = math.floor(math.log2(MOST_PEAK / max(wanted)))
    # Peaks that lie too far apart stand out on both sides.
    return min(max(0, least), most) if least <= most else (least + most) // 2


def _add_meters(model: Model) -> None:
    """What shares a meter may be paid for on balance; which way it flows is a decision."""
    for name, meter in shared_meters(model.island).items():
        model.meters[name] = add_meter(
            model.program,
            model.island,
            meter,
            [model.supplies[one].power for one in meter.supplies],
            [model.exports[one].power for one in meter.exports],
            least_co2=model.minimise == "co2",
        )
        terms, _ = surplus(model, name, model.meters[name].guarded)
        model.program.rows(len(model.meters[name].guarded), terms, upper=0.0)


def surplus(model: Model, name: str, steps: Integers) -> tuple[list[Term], Floats]:
    """Return what a meter exports less what is made of its carrier here, in some steps (G,), and
    what is wanted of it then, kW (G,).

    What a plan exports, it makes, beyond what is wanted here. A relaxation, which may go both ways
    at once, would buy it.
    """
    island, columns = model.island, model.meters[name]
    meter = shared_meters(island)[name]
    carrier = island.exports[meter.exports[0]].carrier
    terms: list[Term] = [(power[steps], 1.0) for power in columns.exports]
    terms += [
        (power[steps], -made.clip(min=0.0)[steps])
        for device in model.devices.values()
        for power, made in device.terms(carrier)
    ]
    terms += [
        (model.supplies[one].power[steps], -1.0)
        for one, supply in island.supplies.items()
        if supply.carrier == carrier and one not in meter.supplies
    ]
    terms += [
        (power[steps], -1.0)
        for demand, power in model.unserved.items()
        if island.demands[demand].carrier == carrier
    ]
    return terms, wanted_of(island, carrier)[steps]


def _add_balances(model: Model) -> None:
    """What comes in of a carrier goes out of it, in each step."""
    for carrier in model.island.carriers:
        wanted = wanted_of(model.island, carrier)
        terms = balance_terms(model, carrier)
        rows = model.program.rows(len(wanted), terms, lower=wanted, upper=wanted)
        model.balances[carrier] = rows


def wanted_of(island: Island, carrier: str) -> Floats:
    """Return what all demands want of a carrier, kW (T,)."""
    wanted = np.zeros(len(island.steps.weights))
    for demand in island.demands.values():
        if demand.carrier == carrier:
            wanted = wanted + demand.power
    return wanted


def balance_terms(model: Model, carrier: str) -> list[tuple[Integers, Floats]]:
    """Return what comes into a carrier (positive) and leaves it but for demands, kW (T,)."""
    island, one = model.island, np.ones(len(model.island.steps.weights))
    parts: list[DeviceColumns | TradeColumns] = [*model.devices.values(), *model.trades]
    terms = [term for part in parts for term in part.terms(carrier)]
    for name, columns in model.unserved.items():
        if island.demands[name].carrier == carrier:
            terms.append((columns, one))
    return terms


def _add_origins(model: Model) -> None:
    """Exports of certain devices stay within what these put out."""
    for name, export in model.island.exports.items():
        if export.devices is None:
            continue
        terms: list[Term] = [(model.exports[name].power, 1.0)]
        terms += [
            (columns, -power.clip(min=0.0))
            for device in export.devices
            for columns, power in model.devices[device].terms(export.carrier)
        ]
        model.program.rows(len(model.exports[name].power), terms, upper=0.0)


def _add_limits(model: Model) -> None:
    """Keep to the areas that devices share, to the budget and to the CO2 of a year."""
    island, program = model.island, model.program
    for area, available in island.areas.items():
        used: list[Term] = [
            (columns.size, island.devices[name].figures.area.get(area, 0.0))
            for name, columns in model.devices.items()
        ]
        model.limits[f"areas.{area}"] = program.total(used, upper=available)
    if np.isfinite(island.budget):
        terms, spent = _investments(model)
        model.limits["budget"] = program.total(terms, upper=island.budget - spent)
    if np.isfinite(island.co2_limit):
        model.limits["co2_limit"] = program.total(_emissions(model), upper=island.co2_limit)


def _investments(model: Model) -> tuple[list[Term], float]:
    """Return what is invested as terms, without the fixed part of what is a decision, and what
    fixed sizes cost whatever is decided."""
    fixed = [d.figures for d in model.island.devices.values() if d.figures.size]
    terms = [term for columns in model.devices.values() for term in columns.capacities]
    return terms, sum((figures.investment_fixed for figures in fixed), 0.0)


def _emissions(model: Model) -> list[Term]:
    """Return the CO2 of a year, kg: what is bought, less what exports save elsewhere."""
    return [trade.emissions(model.island) for trade in model.trades]

"""The linear program of an island: the sizes of its devices and their dispatch.

`solve.highs` solves it, and `plan.dispatch` reads a solution through the columns kept here. The
columns and rows of a single device or trade are in its component.

Costs are the requirement's currency a year, CO2 is kg a year. Each carrier balances in each step.

A device that has a minimum size or a fixed cost brings a decision: is it built? A device of a fixed
size doesn't: it is part of every plan. Other decisions are the number of a device's units, whether
it runs in a step, whether a store charges in a step, and whether a meter imports. The program here
has no columns for decisions: `decisions` fixes or relaxes them, or adds them as integer columns.
"""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from algorithm.components.device import NONE, DeviceColumns
from algorithm.components.trade import Trade, TradeColumns
from algorithm.identifiers import is_electricity
from algorithm.island.island import Island
from algorithm.linear_program import Program, Term
from algorithm.model.meters import MeterColumns, add_meter, as_they_flow, shared_meters
from algorithm.series import Floats, Integers

# Penalty of unserved demand if CO2 is the objective, kg per kWh: more than any supply emits.
UNSERVED_CO2 = 100.0
# A device without a minimum size counts as installed above this share of the site's largest demand;
# smaller sizes are the solver's rounding errors.
INSTALLED = 1e-6
# The same for interior point solutions, in which unused devices keep larger residual sizes.
WANTED = 1e-4
# The range of a carrier's peak demand that suits a solver's absolute tolerances, kW.
LEAST_PEAK, MOST_PEAK = 1.0, 1e6

Objective = Literal["cost", "co2", "shortfall"]


@dataclass(frozen=True)
class Model:
    """A linear program, and the meaning of its columns and rows.

    without_one_of: sets of devices; of each set, at least one optional device is left out.
    unserved: the columns (T,) of each demand's unserved power, kW. meters: the shared meters.
    balances: the rows (T,) of each carrier's balance. limits: the row of each of the requirement's
    site-wide limits, by field.
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
        """The columns that cost something regardless of their use: sizes, powers, peaks."""
        capacities = [c for device in self.devices.values() for c, _ in device.capacities]
        return np.concatenate([*capacities, *(trade.peaks for trade in self.trades), NONE])

    @property
    def choices(self) -> tuple[str, ...]:
        """The optional devices: whether they are built is a decision."""
        return tuple(
            name
            for name, device in self.island.devices.items()
            if device.figures.size is None
            and (device.figures.smallest_size > 0 or device.figures.investment_fixed > 0)
        )

    @property
    def unit_sizes(self) -> Mapping[str, float]:
        """The unit size of each device that comes in whole units, unless its size is fixed."""
        figures = {name: device.figures for name, device in self.island.devices.items()}
        return {n: f.unit_size for n, f in figures.items() if f.unit_size and f.size is None}

    @property
    def deciding(self) -> Mapping[str, DeviceColumns]:
        """The devices with decisions in steps: whether they run, or charge."""
        return {name: columns for name, columns in self.devices.items() if columns.decisions}

    @property
    def directed(self) -> Mapping[str, MeterColumns]:
        """The meters whose direction is a decision in some step or period."""
        return {name: c for name, c in self.meters.items() if c.decision_count}

    @property
    def decides_in_steps(self) -> bool:
        """Whether there are decisions in steps: of devices, or of a meter's direction."""
        return bool(self.deciding or self.directed)

    @property
    def decision_count(self) -> int:
        """The number of integer variables."""
        hourly = sum(columns.decisions for columns in self.deciding.values())
        hourly += sum(columns.decision_count for columns in self.directed.values())
        return len(self.choices) + len(self.unit_sizes) + hourly

    def fixed_cost(self, name: str) -> float:
        """Return the fixed cost of building a device: its part of the objective at any size."""
        return self.island.devices[name].fixed_cost(self.island) if self.minimise == "cost" else 0.0

    def sizes(self, values: Floats) -> dict[str, float]:
        """Return every device's size in a solution."""
        return {name: float(values[columns.size[0]]) for name, columns in self.devices.items()}

    def units(self, sizes: Mapping[str, float]) -> dict[str, int]:
        """Return the number of units of each device that comes in whole units, from its size."""
        return {name: round(sizes[name] / unit) for name, unit in self.unit_sizes.items()}

    def installed(self, values: Floats) -> frozenset[str]:
        """Return the optional devices that a solution builds."""
        sizes, scale = self.sizes(values), self.island.largest_demand
        least = {n: self.island.devices[n].figures.smallest_size / 2 for n in self.choices}
        return frozenset(n for n in self.choices if sizes[n] > (least[n] or INSTALLED * scale))

    def wanted(self, values: Floats) -> frozenset[str]:
        """Return the optional devices that have any size in a relaxed solution."""
        least = WANTED * self.island.largest_demand
        return frozenset(n for n, size in self.sizes(values).items() if size > least) & set(
            self.choices
        )

    def objective(self, values: Floats) -> float:
        """Return the objective of a solution, with the fixed costs of the devices it builds."""
        return self.program.objective(values) + sum(map(self.fixed_cost, self.installed(values)))


def build_model(
    island: Island,
    *,
    minimise: Objective = "cost",
    on_off: bool = False,
    unserved_price: float | None = None,
    without_one_of: Collection[Collection[str]] = (),
) -> Model:
    """Return the model of the whole island, with all decisions open.

    minimise: the yearly cost or CO2; `infeasibility.elastic` sets "shortfall" itself. on_off:
    whether the catalogue's minimum loads hold, too. unserved_price: currency per kWh of unserved
    demand, for demands that state no price; if None, these must be met.
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
        # Without a penalty, leaving demands unserved would minimise CO2.
        unserved: list[Term] = [
            (columns, UNSERVED_CO2 * island.steps.weights) for columns in model.unserved.values()
        ]
        program.minimise([*_emissions(model), *unserved])
    return model


def _add_trades(
    program: Program, island: Island, trades: Mapping[str, Trade], flowing: Mapping[str, Trade]
) -> dict[str, TradeColumns]:
    """Add supplies or exports. flowing: the trades as `as_they_flow` returns them, without the
    prices that net metering settles per period."""
    return {
        name: replace(flowing[name].add(program, island), trade=trade)
        for name, trade in trades.items()
    }


def _exponent(island: Island) -> int:
    """Return the exponent of 2 by which powers are scaled for the solver.

    Its tolerances are absolute: 1e-8 kW is too coarse for demands of 1e-4 kW, and can't be met at
    1e9 kW.
    """
    peaks = [float(wanted_of(island, carrier).max()) for carrier in island.carriers]
    wanted = [peak for peak in peaks if peak > 0] or [LEAST_PEAK]
    least = math.ceil(math.log2(LEAST_PEAK / min(wanted)))
    most = math.floor(math.log2(MOST_PEAK / max(wanted)))
    # If the peaks span more than the suitable range, centre them on it.
    return min(max(0, least), most) if least <= most else (least + most) // 2


def _add_meters(model: Model) -> None:
    """Add shared meters: their settlement, and rows that limit exports to the site's production."""
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
    """Return a meter's export less the site's own production of its carrier, as terms, and the
    demand for that carrier, kW (G,).

    steps: (G,) the steps. A plan that exports produces that power on the site, beyond its demand.
    Without such rows, a relaxation, which can import and export at once, would resell purchases.
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
    """Balance each carrier in each step."""
    for carrier in model.island.carriers:
        wanted = wanted_of(model.island, carrier)
        terms = balance_terms(model, carrier)
        rows = model.program.rows(len(wanted), terms, lower=wanted, upper=wanted)
        model.balances[carrier] = rows


def wanted_of(island: Island, carrier: str) -> Floats:
    """Return the sum of all demands for a carrier, kW (T,)."""
    wanted = np.zeros(len(island.steps.weights))
    for demand in island.demands.values():
        if demand.carrier == carrier:
            wanted = wanted + demand.power
    return wanted


def balance_terms(model: Model, carrier: str) -> list[tuple[Integers, Floats]]:
    """Return the terms of a carrier's balance without demands, kW (T,): inflow is positive."""
    island, one = model.island, np.ones(len(model.island.steps.weights))
    parts: list[DeviceColumns | TradeColumns] = [*model.devices.values(), *model.trades]
    terms = [term for part in parts for term in part.terms(carrier)]
    for name, columns in model.unserved.items():
        if island.demands[name].carrier == carrier:
            terms.append((columns, one))
    return terms


def _add_origins(model: Model) -> None:
    """Limit exports that are reserved for certain devices to the output of these devices."""
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
    """Add the site-wide limits: areas, budget, yearly CO2, self-sufficiency, renewable share."""
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
    if np.isfinite(island.co2_after_cut):
        model.limits["co2_cut_min"] = program.total(_emissions(model), upper=island.co2_after_cut)
    if np.isfinite(island.self_sufficiency_min):
        model.limits["self_sufficiency_min"] = program.total(_bought(model), upper=0.0)
    if np.isfinite(island.renewable_share_min):
        model.limits["renewable_share_min"] = program.total(_not_renewable(model), upper=0.0)


def _bought(model: Model) -> list[Term]:
    """Return the electricity that is bought beyond what the least self-sufficiency allows, kWh a
    year: bought - (1 - least) (bought + produced - sold)."""
    island, weights = model.island, model.island.steps.weights
    least = island.self_sufficiency_min
    terms: list[Term] = []
    for columns in model.trades:
        if is_electricity(columns.trade.carrier):
            share = 1 - least if columns.trade.sold else least
            terms.append((columns.power, share * weights))
    for device in model.devices.values():
        if device.device.converts:
            made = (_made(device, c) for c in device.device.carriers if is_electricity(c))
            terms += [
                (numbers, (least - 1) * weights * kw) for each in made for numbers, kw in each
            ]
    return terms


def _not_renewable(model: Model) -> list[Term]:
    """Return the energy that enters the site beyond what the least renewable share allows, kWh a
    year: least x all of it - what is renewable."""
    island, weights = model.island, model.island.steps.weights
    least = island.renewable_share_min
    terms: list[Term] = [
        (columns.power, (least - columns.trade.renewable) * weights)
        for columns in model.supplies.values()
    ]
    for device in model.devices.values():
        if device.device.resource is not None:
            made = (_made(device, carrier) for carrier in device.device.carriers)
            terms += [
                (numbers, (least - 1) * weights * kw) for each in made for numbers, kw in each
            ]
    return terms


def _made(columns: DeviceColumns, carrier: str) -> list[tuple[Integers, Floats]]:
    """Return a device's output of a carrier as terms, kW (T,); in coarse steps, at its most."""
    return [(numbers, power.clip(min=0.0)) for numbers, power in columns.terms(carrier)]


def _investments(model: Model) -> tuple[list[Term], float]:
    """Return the investment as terms, without the fixed costs of optional devices, and the fixed
    costs of devices of a fixed size."""
    fixed = [d.figures.capital for d in model.island.devices.values() if d.figures.size]
    terms = [term for columns in model.devices.values() for term in columns.capacities]
    return terms, sum((capital.new_fixed for capital in fixed), 0.0)


def _emissions(model: Model) -> list[Term]:
    """Return the yearly CO2 as terms, kg: of supplies, less what exports save elsewhere."""
    return [trade.emissions(model.island) for trade in model.trades]

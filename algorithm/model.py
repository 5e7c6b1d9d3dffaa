"""The island as a mixed-integer linear program: what to install, how large, and how to run it.

Built by `stages` and `bending`, solved by `solver`; `operation` reads a solution through the
columns kept here. `blocks` has what belongs to one device or supply alone.

Costs are the requirement's currency a year, CO2 is kg a year. Each carrier balances in each step.
A device that has a smallest size or a cost whatever its size brings a yes/no decision: is it
installed? A device of a fixed size brings none: it is part of every plan.
"""

import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from algorithm.blocks import (
    NONE,
    ConnectionColumns,
    ConversionColumns,
    StorageColumns,
    TradeColumns,
    add_connection,
    add_conversion,
    add_storage,
    add_trade,
    add_unserved,
)
from algorithm.island import Island
from algorithm.program import Program, Term
from algorithm.series import Floats, Integers

# What a kWh of demand that isn't met counts where CO2 is the objective, kg: more than any supply.
UNSERVED_CO2 = 100.0
# The peaks of what is wanted of each carrier that suit a solver's absolute tolerances, kW.
LEAST_PEAK, MOST_PEAK = 1.0, 1e6

Objective = Literal["cost", "co2"]


@dataclass(frozen=True)
class Model:
    """The program, and which of its columns and rows mean what.

    unserved: (T,) kW by demand. balances: the rows (T,) of each carrier. limits: the row of each of
    the requirement's limits that all devices or supplies share, by field.
    """

    island: Island
    program: Program
    minimise: Objective
    conversions: Mapping[str, ConversionColumns]
    storages: Mapping[str, StorageColumns]
    connections: Mapping[str, ConnectionColumns]
    supplies: Mapping[str, TradeColumns]
    exports: Mapping[str, TradeColumns]
    unserved: Mapping[str, Integers]
    balances: dict[str, Integers] = field(default_factory=dict)
    limits: dict[str, int] = field(default_factory=dict)

    @property
    def devices(self) -> Mapping[str, ConversionColumns | StorageColumns | ConnectionColumns]:
        """Every device's columns, in the island's order."""
        return {**self.conversions, **self.storages, **self.connections}

    @property
    def decisions(self) -> Mapping[str, int]:
        """The column that says whether a device is installed, where that is a decision."""
        return {n: int(c.built[0]) for n, c in self.devices.items() if len(c.built)}

    @property
    def units(self) -> Mapping[str, int]:
        """The column that counts a device's units, where it comes in whole ones."""
        return {n: int(c.units[0]) for n, c in self.devices.items() if len(c.units)}

    @property
    def hourly(self) -> Integers:
        """The columns that are a decision in a step."""
        on = [columns.on for columns in self.conversions.values()]
        charging = [columns.charging for columns in self.storages.values()]
        return np.concatenate([NONE, *on, *charging])


def build_model(
    island: Island,
    *,
    minimise: Objective = "cost",
    on_off: bool = False,
    unserved_price: float | None = None,
    without_one_of: Collection[Collection[str]] = (),
) -> Model:
    """Write down the whole island.

    minimise: the cost or the CO2 of a year. on_off: whether smallest loads hold. unserved_price:
    currency per kWh of a demand that isn't met and has no such price of its own; it must be met if
    None. without_one_of: sets of devices; of each set at least one whose installation is a decision
    is left out.
    """
    program = Program(_exponent(island))
    model = Model(
        island,
        program,
        minimise,
        conversions={
            name: add_conversion(program, island, conversion, on_off)
            for name, conversion in island.conversions.items()
        },
        storages={n: add_storage(program, island, s) for n, s in island.storages.items()},
        connections={n: add_connection(program, island, c) for n, c in island.connections.items()},
        supplies={n: add_trade(program, island, t, 1.0) for n, t in island.supplies.items()},
        exports={n: add_trade(program, island, t, -1.0) for n, t in island.exports.items()},
        unserved=add_unserved(program, island, unserved_price),
    )
    _add_balances(model)
    _add_origins(model)
    _add_limits(model)
    for names in without_one_of:
        built = [model.devices[name].built for name in names if name in model.decisions]
        program.total([(column, 1.0) for column in built], upper=len(built) - 1.0)
    if minimise == "co2":
        # Not to meet a demand would be the cleanest of all.
        unserved: list[Term] = [
            (columns, UNSERVED_CO2 * island.steps.weights) for columns in model.unserved.values()
        ]
        program.minimise([*_emissions(model), *unserved])
    return model


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
    terms = [term for name in model.devices for term in device_terms(model, name, carrier)]
    for name, supply in island.supplies.items():
        if supply.carrier == carrier:
            terms.append((model.supplies[name].power, one))
    for name, export in island.exports.items():
        if export.carrier == carrier:
            terms.append((model.exports[name].power, -one))
    for name, columns in model.unserved.items():
        if island.demands[name].carrier == carrier:
            terms.append((columns, one))
    return terms


def device_terms(model: Model, name: str, carrier: str) -> Iterator[tuple[Integers, Floats]]:
    """Yield what a device puts into a carrier (positive) and takes from it, kW (T,)."""
    island, one = model.island, np.ones(len(model.island.steps.weights))
    if name in model.conversions:
        flows = island.conversions[name].flows
        if carrier in flows:
            yield model.conversions[name].activity, flows[carrier]
    elif name in model.storages:
        if island.storages[name].carrier == carrier:
            yield model.storages[name].discharge, one
            yield model.storages[name].charge, -one
    else:
        connection, columns = island.connections[name], model.connections[name]
        ends = {connection.source: -one, connection.target: connection.efficiency}
        back = {connection.source: connection.efficiency, connection.target: -one}
        if carrier in ends:
            yield columns.forward, ends[carrier]
            if len(columns.backward):
                yield columns.backward, back[carrier]


def _add_origins(model: Model) -> None:
    """Exports of certain devices stay within what these put out."""
    for name, export in model.island.exports.items():
        if export.devices is None:
            continue
        terms: list[Term] = [(model.exports[name].power, 1.0)]
        terms += [
            (columns, -power.clip(min=0.0))
            for device in export.devices
            for columns, power in device_terms(model, device, export.carrier)
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
    """Return what is invested as terms, and what fixed sizes cost whatever is decided."""
    terms: list[Term] = []
    spent = 0.0
    for name, columns in model.devices.items():
        figures = model.island.devices[name].figures
        terms += [(columns.size, figures.investment), (columns.built, figures.investment_fixed)]
        spent += figures.investment_fixed if figures.size else 0.0
    for name, storage in model.storages.items():
        terms.append((storage.power, model.island.storages[name].figures.power_investment))
    return terms, spent


def _emissions(model: Model) -> list[Term]:
    """Return the CO2 of a year, kg: what is bought, less what exports save elsewhere."""
    island = model.island
    bought: list[Term] = [
        (model.supplies[name].power, island.steps.weights * supply.co2)
        for name, supply in island.supplies.items()
    ]
    saved: list[Term] = [
        (model.exports[name].power, -island.steps.weights * export.co2)
        for name, export in island.exports.items()
    ]
    return bought + saved

"""The island as a mixed-integer linear program: what to install, how large, and how to run it.

Built by `search`, solved by `solver`; `plan` reads a solution through the columns kept here.

Costs are EUR a year. Each carrier balances in each step. A device that has a smallest size or a
cost whatever its size brings a yes/no decision: is it installed?
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from algorithm.catalogue import Converter, Store
from algorithm.island import Conversion, Island, Storage, Trade
from algorithm.program import Program, Term
from algorithm.series import Integers


@dataclass(frozen=True)
class ConversionColumns:
    """built (1,) or empty where there is no such decision; size (1,); activity (T,) in kW."""

    built: Integers
    size: Integers
    activity: Integers


@dataclass(frozen=True)
class StorageColumns:
    """built (1,) or empty; size (1,) in kWh; power (1,), charge, discharge (T,) kW; level kWh."""

    built: Integers
    size: Integers
    power: Integers
    charge: Integers
    discharge: Integers
    level: Integers


@dataclass(frozen=True)
class TradeColumns:
    """power (T,) in kW; peak (1,) in kW, or empty where peaks cost nothing."""

    power: Integers
    peak: Integers


@dataclass(frozen=True)
class Model:
    """The program, and which of its columns mean what; unserved is (T,) kW by demand."""

    island: Island
    program: Program
    conversions: Mapping[str, ConversionColumns]
    storages: Mapping[str, StorageColumns]
    supplies: Mapping[str, TradeColumns]
    exports: Mapping[str, TradeColumns]
    unserved: Mapping[str, Integers]


def annuity(interest_rate: float, years: float) -> float:
    """Return the share of an investment to pay back each year over its life."""
    if interest_rate == 0:
        return 1 / years
    return float(interest_rate / (1 - (1 + interest_rate) ** -years))


def yearly_share(interest_rate: float, years: float, maintenance: float) -> float:
    """Return what an investment of 1 EUR costs a year: annuity and maintenance (in %)."""
    return annuity(interest_rate, years) + maintenance / 100


def build_model(island: Island, *, unserved_price: float | None = None) -> Model:
    """Write down the whole island.

    unserved_price: EUR per kWh of demand that isn't met; every demand must be met if None.
    """
    program = Program()
    model = Model(
        island,
        program,
        conversions={n: _add_conversion(program, island, c) for n, c in island.conversions.items()},
        storages={n: _add_storage(program, island, s) for n, s in island.storages.items()},
        supplies={n: _add_trade(program, island, t, 1.0) for n, t in island.supplies.items()},
        exports={n: _add_trade(program, island, t, -1.0) for n, t in island.exports.items()},
        unserved={}
        if unserved_price is None
        else {
            carrier: program.columns(
                len(demand), upper=demand, cost=unserved_price * island.steps.weights
            )
            for carrier, demand in island.demands.items()
        },
    )
    _add_balances(model)
    _add_areas(model)
    return model


def _add_size(
    program: Program, island: Island, figures: Converter | Store, max_size: float
) -> tuple[Integers, Integers]:
    """Add a size between 0 and max_size; built decides where 0 and min_size leave a hole."""
    share = yearly_share(island.interest_rate, figures.life, figures.maintenance)
    size = program.columns(1, upper=max_size, cost=share * figures.investment)
    if figures.min_size == 0 and figures.investment_fixed == 0:
        return np.array([], dtype=np.int64), size
    built = program.columns(1, upper=1.0, cost=share * figures.investment_fixed, whole=True)
    program.rows(1, [(size, 1.0), (built, -max_size)], upper=0.0)
    program.rows(1, [(size, 1.0), (built, -figures.min_size)], lower=0.0)
    return built, size


def _add_conversion(program: Program, island: Island, conversion: Conversion) -> ConversionColumns:
    figures, weights = conversion.figures, island.steps.weights
    built, size = _add_size(program, island, figures, conversion.max_size)
    activity = program.columns(len(weights), cost=weights * figures.operation)
    within: list[Term] = [(activity, 1.0), (size, -conversion.availability)]
    program.rows(len(weights), within, upper=0.0)
    return ConversionColumns(built, size, activity)


def _add_storage(program: Program, island: Island, storage: Storage) -> StorageColumns:
    figures, steps = storage.figures, len(island.steps.weights)
    built, size = _add_size(program, island, figures, storage.max_size)
    share = yearly_share(island.interest_rate, figures.power_life, figures.power_maintenance)
    power = program.columns(1, cost=share * figures.power_investment)
    charge, discharge, level = (program.columns(steps) for _ in range(3))
    program.rows(1, [(power, figures.hours), (size, -1.0)], upper=0.0)
    program.rows(steps, [(level, 1.0), (size, -1.0)], upper=0.0)
    # One bound for both directions: a store's machinery does one or the other.
    program.rows(steps, [(charge, 1.0), (discharge, 1.0), (power, -1.0)], upper=0.0)
    change: list[Term] = [
        (level, 1.0),
        (level[island.steps.previous], figures.loss - 1.0),
        (charge, -figures.charge_efficiency),
        (discharge, 1.0 / figures.discharge_efficiency),
    ]
    program.rows(steps, change, lower=0.0, upper=0.0)
    return StorageColumns(built, size, power, charge, discharge, level)


def _add_trade(program: Program, island: Island, trade: Trade, sign: float) -> TradeColumns:
    """Add a supply (sign 1) or an export (sign -1, whose price is income)."""
    weights = island.steps.weights
    cost = sign * weights * (trade.price + trade.co2 * island.co2_price)
    power = program.columns(len(weights), upper=trade.limit, cost=cost)
    if trade.peak_price == 0:
        return TradeColumns(power, np.array([], dtype=np.int64))
    peak = program.columns(1, upper=trade.limit, cost=trade.peak_price)
    program.rows(len(weights), [(power, 1.0), (peak, -1.0)], upper=0.0)
    return TradeColumns(power, peak)


def _add_balances(model: Model) -> None:
    """What comes in of a carrier goes out of it, in each step."""
    island, steps = model.island, len(model.island.steps.weights)
    for carrier in island.carriers:
        terms: list[Term] = []
        for name, conversion in island.conversions.items():
            if carrier in conversion.flows:
                terms.append((model.conversions[name].activity, conversion.flows[carrier]))
        for name, storage in island.storages.items():
            if storage.figures.carrier == carrier:
                columns = model.storages[name]
                terms += [(columns.discharge, 1.0), (columns.charge, -1.0)]
        if carrier in island.supplies:
            terms.append((model.supplies[carrier].power, 1.0))
        if carrier in island.exports:
            terms.append((model.exports[carrier].power, -1.0))
        if carrier in model.unserved:
            terms.append((model.unserved[carrier], 1.0))
        demand = island.demands.get(carrier, 0.0)
        model.program.rows(steps, terms, lower=demand, upper=demand)


def _add_areas(model: Model) -> None:
    """Devices that stand on the same area share it."""
    island = model.island
    for area, available in island.areas.items():
        terms: list[Term] = [
            (model.conversions[name].size, conversion.figures.area.get(area, 0.0))
            for name, conversion in island.conversions.items()
        ]
        terms += [
            (model.storages[name].size, storage.figures.area.get(area, 0.0))
            for name, storage in island.storages.items()
        ]
        if terms:
            model.program.rows(1, terms, upper=available)

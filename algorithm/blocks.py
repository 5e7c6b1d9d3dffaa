"""The columns and rows of each part of an island by itself: a device, a supply, an export.

Put together by `model`.
"""

from dataclasses import dataclass, fields

import numpy as np

from algorithm.costs import peak_price_of_period, yearly_share
from algorithm.devices import Installable
from algorithm.island import Connection, Conversion, Island, Storage, Trade
from algorithm.program import Program, Term
from algorithm.series import Integers

NONE: Integers = np.array([], dtype=np.int64)
# So that 3 units of 0.1 fit into 0.3.
ROUNDING = 1e-9


@dataclass(frozen=True)
class Sizing:
    """size (1,) in the device's unit; built (1,), whether it is installed, and units (1,), how many
    whole units it has, are empty where there is no such decision."""

    size: Integers
    built: Integers
    units: Integers

    @property
    def all(self) -> Integers:
        """All columns of the device."""
        return np.concatenate([getattr(self, part.name) for part in fields(self)])


@dataclass(frozen=True)
class ConversionColumns(Sizing):
    """activity (T,) kW; on (T,), whether it runs, or empty where it may run at any load."""

    activity: Integers
    on: Integers


@dataclass(frozen=True)
class StorageColumns(Sizing):
    """power (1,), charge, discharge (T,) kW; level (T,) kWh at each step's end; charging (T,),
    whether it may charge and not discharge, or empty where it may do both."""

    power: Integers
    charge: Integers
    discharge: Integers
    level: Integers
    charging: Integers


@dataclass(frozen=True)
class ConnectionColumns(Sizing):
    """forward (T,), backward (T,) or empty: kW that enter at the source, or at the target."""

    forward: Integers
    backward: Integers


@dataclass(frozen=True)
class TradeColumns:
    """power (T,) kW; peaks (P,) kW of each year or month that occurs, which `period` (T,) tells;
    both empty where peaks cost nothing."""

    power: Integers
    peaks: Integers
    period: Integers


def _add_sizing(program: Program, island: Island, figures: Installable, max_size: float) -> Sizing:
    """Add a size between 0 and max_size, in whole units if so wanted.

    built decides where 0 and the smallest size leave a hole, or to be installed costs something.
    """
    share = yearly_share(island.interest_rate, figures.life, figures.maintenance)
    cost, cost_if_built = share * figures.investment, share * figures.investment_fixed
    if figures.size is not None:
        program.offset += cost_if_built if figures.size > 0 else 0.0
        return Sizing(
            program.columns(1, lower=figures.size, upper=figures.size, cost=cost), NONE, NONE
        )
    size = program.columns(1, upper=max_size, cost=cost)
    units, smallest = NONE, figures.min_size
    if figures.unit_size is not None:
        most = np.floor(max_size / figures.unit_size + ROUNDING)
        units = program.columns(1, upper=most, whole=True)
        program.rows(1, [(size, 1.0), (units, -figures.unit_size)], lower=0.0, upper=0.0)
        smallest = smallest if smallest > figures.unit_size else 0.0
    if smallest == 0 and cost_if_built == 0:
        return Sizing(size, NONE, units)
    built = program.columns(1, upper=1.0, cost=cost_if_built, whole=True)
    program.rows(1, [(size, 1.0), (built, -max_size)], upper=0.0)
    program.rows(1, [(size, 1.0), (built, -smallest)], lower=0.0)
    return Sizing(size, built, units)


def add_conversion(
    program: Program, island: Island, conversion: Conversion, on_off: bool
) -> ConversionColumns:
    figures, weights = conversion.figures, island.steps.weights
    sizing = _add_sizing(program, island, figures, conversion.max_size)
    activity = program.columns(len(weights), cost=weights * conversion.operation)
    within: list[Term] = [(activity, 1.0), (sizing.size, -conversion.availability)]
    lowest = 0.0 if figures.must_take else -np.inf
    program.rows(len(weights), within, lower=lowest, upper=0.0)
    on = NONE
    if on_off and figures.min_load > 0 and not figures.must_take:
        on = _add_on(program, conversion, sizing.size, activity)
    return ConversionColumns(sizing.size, sizing.built, sizing.units, activity, on)


def _add_on(
    program: Program, conversion: Conversion, size: Integers, activity: Integers
) -> Integers:
    """Add whether it runs in each step: if so, at no less than its smallest load."""
    largest, share = conversion.max_size, conversion.figures.min_load
    on = program.columns(len(activity), upper=1.0, whole=True)
    program.rows(len(on), [(activity, 1.0), (on, -largest * conversion.availability)], upper=0.0)
    above: list[Term] = [(activity, 1.0), (size, -share), (on, -share * largest)]
    program.rows(len(on), above, lower=-share * largest)
    return on


def add_storage(program: Program, island: Island, storage: Storage) -> StorageColumns:
    figures, steps = storage.figures, len(island.steps.weights)
    sizing = _add_sizing(program, island, figures, storage.max_size)
    share = yearly_share(island.interest_rate, figures.power_life, figures.power_maintenance)
    power = program.columns(1, cost=share * figures.power_investment)
    charge, level = program.columns(steps), program.columns(steps)
    discharge = program.columns(steps, cost=island.steps.weights * storage.operation)
    together = figures.power == "together" and figures.hours > 0
    program.rows(
        1,
        [(power, figures.hours), (sizing.size, -1.0)],
        lower=0.0 if together else -np.inf,
        upper=0.0,
    )
    _add_content(program, island, storage, sizing.size, (charge, discharge, level))
    charging = _add_charging(program, island, storage, power, charge, discharge)
    return StorageColumns(
        sizing.size, sizing.built, sizing.units, power, charge, discharge, level, charging
    )


def _add_content(
    program: Program,
    island: Island,
    storage: Storage,
    size: Integers,
    columns: tuple[Integers, Integers, Integers],
) -> None:
    """What a store holds at a step's end: what was left of it, and what came in and went out.

    A store that isn't cyclic begins the horizon at its start level, a cyclic one at its end as
    well. Typical days have no such beginning: there, every store ends each day as full as it began
    it, at any level, since what the horizon's start gives or takes would else count once a day.
    """
    figures, steps = storage.figures, island.steps
    charge, discharge, level = columns
    kept, hours = (1 - figures.loss) ** steps.step_hours, steps.step_hours
    begins = steps.first & (steps.whole and not figures.cyclic)
    start = figures.start_level or 0.0
    change: list[Term] = [
        (level, 1.0),
        (level[steps.previous], np.where(begins, 0.0, -kept)),
        (size, hours * figures.standing_loss - kept * start * begins),
        (charge, -hours * figures.charge_efficiency),
        (discharge, hours / figures.discharge_efficiency),
    ]
    program.rows(len(level), change, lower=0.0, upper=0.0)
    program.rows(len(level), [(level, 1.0), (size, -storage.max_level)], upper=0.0)
    if storage.min_level.any():
        program.rows(len(level), [(level, 1.0), (size, -storage.min_level)], lower=0.0)
    if steps.whole and figures.cyclic and figures.start_level is not None:
        program.rows(1, [(level[-1:], 1.0), (size, -start)], lower=0.0, upper=0.0)


def _add_charging(
    program: Program,
    island: Island,
    storage: Storage,
    power: Integers,
    charge: Integers,
    discharge: Integers,
) -> Integers:
    """Keep charging and discharging within the power: together, each, or never both at once."""
    steps = len(charge)
    if storage.figures.charging == "separate":
        program.rows(steps, [(charge, 1.0), (power, -1.0)], upper=0.0)
        program.rows(steps, [(discharge, 1.0), (power, -1.0)], upper=0.0)
        return NONE
    program.rows(steps, [(charge, 1.0), (discharge, 1.0), (power, -1.0)], upper=0.0)
    if storage.figures.charging == "shared":
        return NONE
    most_in, most_out = largest_powers(island, storage)
    charging = program.columns(steps, upper=1.0, whole=True)
    program.rows(steps, [(charge, 1.0), (charging, -most_in)], upper=0.0)
    program.rows(steps, [(discharge, 1.0), (charging, most_out)], upper=most_out)
    return charging


def largest_powers(island: Island, storage: Storage) -> tuple[float, float]:
    """Return the kW that the largest store can be charged and discharged with in a step."""
    figures, hours = storage.figures, island.steps.step_hours
    by_power = storage.max_size / figures.hours if figures.hours > 0 else np.inf
    filled = storage.max_size * (1 + hours * figures.standing_loss)
    most_in = min(by_power, filled / hours / figures.charge_efficiency)
    most_out = min(by_power, storage.max_size / hours * figures.discharge_efficiency)
    return most_in, most_out


def add_connection(program: Program, island: Island, connection: Connection) -> ConnectionColumns:
    figures, weights = connection.figures, island.steps.weights
    sizing = _add_sizing(program, island, figures, connection.max_size)
    cost = weights * connection.operation
    forward = program.columns(len(weights), cost=cost)
    backward = program.columns(len(weights), cost=cost) if figures.two_way else NONE
    within: list[Term] = [(forward, 1.0), (sizing.size, -1.0)]
    if len(backward):
        within.append((backward, 1.0))
    program.rows(len(weights), within, upper=0.0)
    return ConnectionColumns(sizing.size, sizing.built, sizing.units, forward, backward)


def add_trade(program: Program, island: Island, trade: Trade, sign: float) -> TradeColumns:
    """Add a supply (sign 1) or an export (sign -1, whose price is income and whose CO2 is saved).

    Each month's peak counts as many times as it takes to make twelve, each year's to make one.
    """
    weights = island.steps.weights
    cost = sign * weights * (trade.price + trade.co2 * island.co2_price)
    power = program.columns(len(weights), upper=trade.limit, cost=cost)
    if trade.peak_price == 0:
        return TradeColumns(power, NONE, NONE)
    period = island.steps.periods(trade.peak_period)
    count = int(period.max()) + 1
    price = peak_price_of_period(trade, count)
    peaks = program.columns(count, upper=trade.limit.max(), cost=price)
    program.rows(len(weights), [(power, 1.0), (peaks[period], -1.0)], upper=0.0)
    return TradeColumns(power, peaks, period)


def add_unserved(
    program: Program, island: Island, price_of_others: float | None
) -> dict[str, Integers]:
    prices = {
        name: price_of_others if demand.unserved_price is None else demand.unserved_price
        for name, demand in island.demands.items()
    }
    return {
        name: program.columns(
            len(demand.power), upper=demand.power, cost=price * island.steps.weights
        )
        for name, demand in island.demands.items()
        if (price := prices[name]) is not None
    }

"""The columns and rows of each part of an island by itself: a device, a supply, an export.

Put together by `build`. No column here is a decision: `decisions` adds those, or settles them.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from algorithm.components.figures import Installable
from algorithm.island.island import Connection, Conversion, Island, Storage, Trade
from algorithm.linear_program import Program, Term
from algorithm.model.annuity import peak_price_of_period, yearly_share
from algorithm.series import Floats, Integers

NONE: Integers = np.array([], dtype=np.int64)
# A store that keeps less than this share of its content over a day carries nothing to the next.
KEPT_OVER_A_DAY = 1e-3


@dataclass(frozen=True)
class ConversionColumns:
    """size (1,); activity (T,) kW. Of a device with a smallest load: switched (n,), the steps in
    which it may run, and least (n,), the rows that hold it at its smallest load where it does.
    less: by how much a flow is less than it could be (T,) kW, in coarse steps where it varies."""

    size: Integers
    activity: Integers
    switched: Integers
    least: Integers
    less: Mapping[str, Integers]

    @property
    def all(self) -> Integers:
        """All columns of the device."""
        return np.concatenate([self.size, self.activity, *self.less.values()])


@dataclass(frozen=True)
class StorageColumns:
    """size, power (1,); charge, discharge (T,) kW; level (T,) kWh at each step's end; between, what
    links the levels of typical days over the horizon, empty where all steps are modelled."""

    size: Integers
    power: Integers
    charge: Integers
    discharge: Integers
    level: Integers
    between: Integers

    @property
    def all(self) -> Integers:
        """All columns of the device."""
        parts = (self.size, self.power, self.charge, self.discharge, self.level, self.between)
        return np.concatenate(parts)


@dataclass(frozen=True)
class ConnectionColumns:
    """size (1,); forward (T,), backward (T,) or empty: kW that enter at the source, or at the
    target; less: as a conversion's, of what arrives at the target, or at the source."""

    size: Integers
    forward: Integers
    backward: Integers
    less: Mapping[str, Integers]

    @property
    def all(self) -> Integers:
        """All columns of the device."""
        return np.concatenate([self.size, self.forward, self.backward, *self.less.values()])


@dataclass(frozen=True)
class TradeColumns:
    """power (T,) kW; peaks (P,) kW of each year or month that occurs, which `period` (T,) tells;
    both empty where peaks cost nothing."""

    power: Integers
    peaks: Integers
    period: Integers


def _add_size(program: Program, island: Island, figures: Installable, max_size: float) -> Integers:
    """Add a size between 0 and max_size, or the stated one, whose fixed cost is part of all."""
    share = yearly_share(island.interest_rate, figures.life, figures.maintenance)
    if figures.size is None:
        return program.columns(1, upper=max_size, cost=share * figures.investment)
    program.offset += share * figures.investment_fixed if figures.size > 0 else 0.0
    size = figures.size
    return program.columns(1, lower=size, upper=size, cost=share * figures.investment)


def add_conversion(
    program: Program, island: Island, conversion: Conversion, on_off: bool
) -> ConversionColumns:
    """Add a converter. on_off: whether the catalogue's smallest loads hold, too."""
    figures, weights = conversion.figures, island.steps.weights
    size = _add_size(program, island, figures, conversion.max_size)
    activity = program.columns(len(weights), cost=weights * conversion.operation)
    within: list[Term] = [(activity, 1.0), (size, -conversion.availability)]
    lowest = 0.0 if figures.must_take else -np.inf
    program.rows(len(weights), within, lower=lowest, upper=0.0)
    switched = least = NONE
    holds = on_off or conversion.min_load_stated
    if holds and figures.min_load > 0 and not figures.must_take:
        switched = np.flatnonzero(conversion.availability)
        above: list[Term] = [(activity[switched], 1.0), (size, -figures.min_load)]
        least = program.rows(len(switched), above)
    less = {
        carrier: _add_less(program, activity, spread)
        for carrier, spread in conversion.spread.items()
    }
    return ConversionColumns(size, activity, switched, least, less)


def _add_less(program: Program, power: Integers, spread: Floats) -> Integers:
    """Add by how much less there may be of what `power` makes, kW (T,)."""
    less = program.columns(len(power))
    program.rows(len(power), [(less, 1.0), (power, -spread)], upper=0.0)
    return less


def add_storage(program: Program, island: Island, storage: Storage) -> StorageColumns:
    figures, steps = storage.figures, len(island.steps.weights)
    size = _add_size(program, island, figures, storage.max_size)
    share = yearly_share(island.interest_rate, figures.power_life, figures.power_maintenance)
    power = program.columns(1, cost=share * figures.power_investment)
    charge, level = program.columns(steps), program.columns(steps)
    discharge = program.columns(steps, cost=island.steps.weights * storage.operation)
    together = figures.power == "together" and figures.hours > 0
    program.rows(
        1,
        [(power, figures.hours), (size, -1.0)],
        lower=0.0 if together else -np.inf,
        upper=0.0,
    )
    between = _add_content(program, island, storage, size, (charge, discharge, level))
    _add_charging(program, storage, power, charge, discharge)
    # In a coarse step, it may be more often.
    if figures.hours < island.steps.step_hours and not island.steps.coarse:
        _add_turnover(program, island, storage, size, charge, discharge)
    return StorageColumns(size, power, charge, discharge, level, between)


def _add_content(
    program: Program,
    island: Island,
    storage: Storage,
    size: Integers,
    columns: tuple[Integers, Integers, Integers],
) -> Integers:
    """What a store holds at a step's end: what was left of it, and what came in and went out.

    A store that isn't cyclic begins the horizon at its start level, a cyclic one at its end as
    well. Returns the columns that link typical days, none where all steps are modelled.
    """
    figures, steps = storage.figures, island.steps
    charge, discharge, level = columns
    kept, hours = (1 - figures.loss) ** steps.step_hours, steps.step_hours
    start = figures.start_level or 0.0
    before, between = level[steps.previous], NONE
    begins = steps.first & (steps.whole and not figures.cyclic)
    if not steps.whole and kept**steps.a_day > KEPT_OVER_A_DAY:
        between, before = _add_days(program, island, storage, size, level)
    change: list[Term] = [
        (level, 1.0),
        (before, np.where(begins, 0.0, -kept)),
        (size, hours * figures.standing_loss - kept * start * begins),
        (charge, -hours * figures.charge_efficiency),
        (discharge, hours / figures.discharge_efficiency),
    ]
    # What is lost within a coarse step isn't known: there, a store may lose anything.
    program.rows(len(level), change, lower=-np.inf if steps.coarse else 0.0, upper=0.0)
    program.rows(len(level), [(level, 1.0), (size, -storage.max_level)], upper=0.0)
    if storage.min_level.any():
        program.rows(len(level), [(level, 1.0), (size, -storage.min_level)], lower=0.0)
    if steps.whole and figures.cyclic and figures.start_level is not None:
        program.rows(1, [(level[-1:], 1.0), (size, -start)], lower=0.0, upper=0.0)
    return between


def _add_days(
    program: Program, island: Island, storage: Storage, size: Integers, level: Integers
) -> tuple[Integers, Integers]:
    """Link typical days by the level at which each day of the horizon begins.

    Each day runs as its typical day does; the levels of that are those of its own date, and any
    other day's are higher or lower by what is left of the difference at the day's beginning (Kotzur
    et al. 2018, "Time series aggregation for energy system design: modeling seasonal storage").
    Returns the columns, and the level before each modelled step (T,).
    """
    figures, steps = storage.figures, island.steps
    assert steps.days is not None
    of_day, own = steps.days.typical, steps.days.own
    count, kept = len(of_day), (1 - figures.loss) ** steps.step_hours
    start = program.columns(count if figures.cyclic else count + 1)
    above, below = program.columns(len(own)), program.columns(len(own))
    today, tomorrow = start[:count], np.roll(start, -1)[:count]
    left = kept**steps.a_day
    last = level.reshape(-1, steps.a_day)[:, -1]
    passing: list[Term] = [
        (tomorrow, 1.0),
        (last[of_day], -1.0),
        (today, -left),
        (start[own[of_day]], left),
    ]
    program.rows(count, passing, lower=0.0, upper=0.0)
    program.rows(
        count, [(today, 1.0), (start[own[of_day]], -1.0), (above[of_day], -1.0)], upper=0.0
    )
    program.rows(count, [(today, 1.0), (start[own[of_day]], -1.0), (below[of_day], 1.0)], lower=0.0)
    since = np.tile(kept ** np.arange(1, steps.a_day + 1), len(own))
    room = np.repeat(np.arange(len(own)), steps.a_day)
    program.rows(
        len(level), [(above[room], since), (level, 1.0), (size, -storage.max_level)], upper=0.0
    )
    program.rows(
        len(level), [(below[room], -since), (level, 1.0), (size, -storage.min_level)], lower=0.0
    )
    if figures.start_level is not None:
        program.rows(1, [(start[:1], 1.0), (size, -figures.start_level)], lower=0.0, upper=0.0)
    before = level[steps.previous]
    before[steps.first] = start[own]
    return np.concatenate([start, above, below]), before


def _add_turnover(
    program: Program,
    island: Island,
    storage: Storage,
    size: Integers,
    charge: Integers,
    discharge: Integers,
) -> None:
    """Let a store be filled and emptied once in a step, however short that takes."""
    figures, hours = storage.figures, island.steps.step_hours
    filled = (1 + hours * figures.standing_loss) / hours / figures.charge_efficiency
    emptied = figures.discharge_efficiency / hours
    program.rows(len(charge), [(charge, 1.0), (size, -filled)], upper=0.0)
    program.rows(len(charge), [(discharge, 1.0), (size, -emptied)], upper=0.0)


def _add_charging(
    program: Program, storage: Storage, power: Integers, charge: Integers, discharge: Integers
) -> None:
    """Keep charging and discharging within the power: together, or each."""
    steps = len(charge)
    if storage.figures.charging == "separate":
        program.rows(steps, [(charge, 1.0), (power, -1.0)], upper=0.0)
        program.rows(steps, [(discharge, 1.0), (power, -1.0)], upper=0.0)
        return
    program.rows(steps, [(charge, 1.0), (discharge, 1.0), (power, -1.0)], upper=0.0)


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
    size = _add_size(program, island, figures, connection.max_size)
    cost = weights * connection.operation
    forward = program.columns(len(weights), cost=cost)
    backward = program.columns(len(weights), cost=cost) if figures.two_way else NONE
    within: list[Term] = [(forward, 1.0), (size, -1.0)]
    if len(backward):
        within.append((backward, 1.0))
    program.rows(len(weights), within, upper=0.0)
    arriving = {connection.target: forward, connection.source: backward}
    less = {
        carrier: _add_less(program, power, connection.spread)
        for carrier, power in arriving.items()
        if connection.spread is not None and connection.spread.any() and len(power)
    }
    return ConnectionColumns(size, forward, backward, less)


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

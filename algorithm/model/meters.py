"""Connections that supplies and exports share: in a step one or the other flows, never both.

Written down by `build` and `decisions`, read off by `dispatch`. Which of the two flows is a
decision only where both at once could pay. Elsewhere no plan gains by it, and `dispatch` takes off
both what flows to and fro.

With net metering, exports are set off against supplies over a period, and what is left is paid for:
the net import at the supply's price, or the net export at the export's. That is a matter of the
bill alone. CO2, peaks and limits count what flows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from algorithm.components.device import NONE
from algorithm.components.trade import Trade
from algorithm.island.island import Island, Meter
from algorithm.linear_program import Program, Term
from algorithm.series import NO_GAIN, Booleans, Floats, Integers


@dataclass(frozen=True)
class Settlement:
    """imported, exported (P,) kWh a year on balance of each period, which `period` (T,) tells;
    decided (Q,): the periods in which it is a decision which of the two it is."""

    period: Integers
    imported: Integers
    exported: Integers
    decided: Integers


@dataclass(frozen=True)
class MeterColumns:
    """supplies, exports: kW (T,) of each; decided (K,): the steps in which it is a decision whether
    it imports or exports; guarded (G,): those in which both at once cost nothing; settlement: of
    net metering."""

    supplies: tuple[Integers, ...]
    exports: tuple[Integers, ...]
    decided: Integers
    guarded: Integers
    settlement: Settlement | None

    @property
    def decision_count(self) -> int:
        """How many decisions there are: of its steps (K,), then of its periods (Q,)."""
        periods = 0 if self.settlement is None else len(self.settlement.decided)
        return len(self.decided) + periods

    def importing(self, values: Floats, weights: Floats) -> Booleans:
        """Return for each decision whether power flows in on balance."""
        net = self._net(values)
        ways = [net[self.decided] > 0]
        if self.settlement is not None:
            balance = _by_period(self.settlement.period, weights * net)
            ways.append(balance[self.settlement.decided] > 0)
        return np.concatenate(ways)

    def closed(self, importing: Booleans) -> Integers:
        """Return the columns in which nothing flows, decided so."""
        of_steps, of_periods = np.split(importing, [len(self.decided)])
        closed = [power[self.decided[~of_steps]] for power in self.supplies]
        closed += [power[self.decided[of_steps]] for power in self.exports]
        if self.settlement is not None:
            closed.append(self.settlement.imported[self.settlement.decided[~of_periods]])
            closed.append(self.settlement.exported[self.settlement.decided[of_periods]])
        return np.concatenate(closed)

    def settle(self, values: Floats, weights: Floats) -> None:
        """Set what each period comes to, from what flows."""
        if self.settlement is not None:
            net = _by_period(self.settlement.period, weights * self._net(values))
            values[self.settlement.imported] = net.clip(min=0.0)
            values[self.settlement.exported] = (-net).clip(min=0.0)

    def left(self, values: Floats, weights: Floats) -> tuple[Floats, Floats]:
        """Return what is left to be paid for of import and export, once settled, kW (T,): of each
        kW in a period the same share."""
        assert self.settlement is not None
        period, left = self.settlement.period, []
        for columns, net in (
            (self.supplies, self.settlement.imported),
            (self.exports, self.settlement.exported),
        ):
            power = values[np.concatenate(columns)]
            gross = _by_period(period, weights * power)
            share = np.divide(values[net], gross, out=np.zeros_like(gross), where=gross > 0)
            left.append(power * share[period])
        return left[0], left[1]

    def _net(self, values: Floats) -> Floats:
        """Return the import less the export, kW (T,)."""
        bought: Floats = np.sum([values[columns] for columns in self.supplies], axis=0)
        sold: Floats = np.sum([values[columns] for columns in self.exports], axis=0)
        return bought - sold


def shared_meters(island: Island) -> dict[str, Meter]:
    """Return the meters that both a supply and an export of this island go through, by name."""
    here = {
        name: replace(
            meter,
            supplies=tuple(one for one in meter.supplies if one in island.supplies),
            exports=tuple(one for one in meter.exports if one in island.exports),
        )
        for name, meter in island.meters.items()
    }
    return {name: meter for name, meter in here.items() if meter.supplies and meter.exports}


def as_they_flow(island: Island) -> Island:
    """Return the island with what goes through shared meters as it is in a step: within what the
    site could take or give, and without a price where that is for what is left on balance."""
    supplies, exports = dict(island.supplies), dict(island.exports)
    for meter in shared_meters(island).values():
        for trades, names, most in (
            (supplies, meter.supplies, _most_in(island, meter)),
            (exports, meter.exports, _most_out(island, meter)),
        ):
            for name in names:
                trade = trades[name]
                price = np.zeros_like(trade.price) if meter.net_metering else trade.price
                trades[name] = replace(trade, price=price, limit=np.minimum(trade.limit, most))
    return replace(island, supplies=supplies, exports=exports)


def both_pay(island: Island, supply: Trade, export: Trade, *, least_co2: bool) -> Booleans:
    """Return in which steps (T,) it could pay to buy and sell the same: in money, or in CO2 where
    that is minimised (least_co2) or has a limit."""
    saved = export.co2 - supply.co2
    earned = export.price - supply.price + saved * island.co2_price
    matters = least_co2 or bool(np.isfinite(island.co2_limit))
    return (earned > NO_GAIN) | ((saved > NO_GAIN) & matters)


def never_at_once(island: Island, *, least_co2: bool) -> Iterator[tuple[str, str, Booleans]]:
    """Yield each supply and export of a carrier with the steps (T,) in which not both flow.

    Those that share a meter never do. Two that are in none do nothing by it that pays.
    """
    meters = island.meters.values()
    sharing = {(one, other) for m in meters for one in m.supplies for other in m.exports}
    bought = {name for meter in meters for name in meter.supplies}
    sold = {name for meter in meters for name in meter.exports}
    for one, supply in island.supplies.items():
        for other, export in island.exports.items():
            if supply.carrier != export.carrier:
                continue
            if (one, other) in sharing:
                yield one, other, np.ones(len(supply.price), dtype=bool)
            elif one not in bought and other not in sold:
                yield one, other, ~both_pay(island, supply, export, least_co2=least_co2)


def decided_steps(island: Island, meter: Meter, *, least_co2: bool) -> Integers:
    """Return the steps in which it is a decision whether a shared meter imports or exports."""
    flowing = as_they_flow(island)
    pays = [
        both_pay(island, flowing.supplies[one], flowing.exports[other], least_co2=least_co2)
        for one in meter.supplies
        for other in meter.exports
    ]
    both = (_most_in(island, meter) > 0) & (_most_out(island, meter) > 0)
    return np.flatnonzero(np.any(pays, axis=0) & both)


def add_meter(
    program: Program,
    island: Island,
    meter: Meter,
    supplies: Sequence[Integers],
    exports: Sequence[Integers],
    *,
    least_co2: bool,
) -> MeterColumns:
    """Add what a shared meter asks for. supplies, exports: the columns of the power of each."""
    decided = decided_steps(island, meter, least_co2=least_co2)
    every = np.arange(len(island.steps.weights))
    settlement = None
    if meter.net_metering is not None:
        settlement = _add_settlement(program, island, meter, supplies[0], exports[0])
    guarded = decided if settlement is None else every
    return MeterColumns(tuple(supplies), tuple(exports), decided, guarded, settlement)


def _add_settlement(
    program: Program, island: Island, meter: Meter, bought: Integers, sold: Integers
) -> Settlement:
    """Add the net import and export of each period, at the prices that are constant within it.

    bought, sold: the power's columns (T,). Where a surplus pays as much as the supply costs, one
    column is both, below 0 for an export; where it pays more, which it is, is a decision.
    """
    assert meter.net_metering is not None
    weights = island.steps.weights
    period = island.steps.periods(meter.net_metering)
    begins = np.unique(period, return_index=True)[1]
    cost = island.supplies[meter.supplies[0]].price[begins]
    income = island.exports[meter.exports[0]].price[begins]
    same = np.abs(income - cost) <= NO_GAIN
    imported = program.columns(len(begins), lower=np.where(same, -np.inf, 0.0), cost=cost)
    exported = program.columns(len(begins), upper=np.where(same, 0.0, np.inf), cost=-income)
    for number, steps in enumerate(np.split(np.arange(len(period)), begins[1:])):
        net: list[Term] = [(imported[[number]], -1.0), (exported[[number]], 1.0)]
        net += [(bought[steps], weights[steps]), (sold[steps], -weights[steps])]
        program.total(net, lower=0.0, upper=0.0)
        # No more is exported on balance than is: else both could be anything.
        program.total([(exported[[number]], 1.0), (sold[steps], -weights[steps])], upper=0.0)
    return Settlement(period, imported, exported, np.flatnonzero(income - cost > NO_GAIN))


def add_directions(
    program: Program, island: Island, meter: Meter, columns: MeterColumns
) -> Integers:
    """Add the decisions of a meter (`decision_count`): 1 lets it import, 0 export.

    island: with a maximum size for each device that takes or gives the meter's carrier.
    """
    most_in, most_out = _most_in(island, meter), _most_out(island, meter)
    steps = columns.decided
    importing = _add_either(
        program,
        [(power[steps], 1.0) for power in columns.supplies],
        [(power[steps], 1.0) for power in columns.exports],
        most_in[steps],
        most_out[steps],
    )
    if (settlement := columns.settlement) is None:
        return importing
    weights, periods = island.steps.weights, settlement.decided
    of_periods = _add_either(
        program,
        [(settlement.imported[periods], 1.0)],
        [(settlement.exported[periods], 1.0)],
        _by_period(settlement.period, weights * most_in)[periods],
        _by_period(settlement.period, weights * most_out)[periods],
    )
    return np.concatenate([importing, of_periods])


def _by_period(period: Integers, energies: Floats) -> Floats:
    """Return the sum of energies (T,) over each period (P,)."""
    sums = np.zeros(int(period.max()) + 1)
    np.add.at(sums, period, energies)
    return sums


def _add_either(
    program: Program,
    imported: Sequence[Term],
    exported: Sequence[Term],
    most_in: Floats,
    most_out: Floats,
) -> Integers:
    """Add decisions (K,): 1 lets the one be up to so much and not the other, 0 the other way."""
    if not len(most_in):
        return NONE
    importing = program.columns(len(most_in), upper=1.0, whole=True)
    program.rows(len(importing), [*imported, (importing, -most_in)], upper=0.0)
    program.rows(len(importing), [*exported, (importing, most_out)], upper=most_out)
    return importing


# What can flow at most


def _most_in(island: Island, meter: Meter) -> Floats:
    """Return the kW (T,) that are imported at most: what supplies may bring, or the site takes."""
    trades = [island.supplies[name] for name in meter.supplies]
    elsewhere = [
        export.limit
        for name, export in island.exports.items()
        if name not in meter.exports
        and export.carrier == trades[0].carrier
        and export.devices is None  # else it is these devices' own
    ]
    return _most(trades, largest_flow(island, trades[0].carrier, 1.0), elsewhere)


def _most_out(island: Island, meter: Meter) -> Floats:
    """Return the kW (T,) that are exported at most: what exports may take, or the site gives."""
    trades = [island.exports[name] for name in meter.exports]
    elsewhere = [
        supply.limit
        for name, supply in island.supplies.items()
        if name not in meter.supplies and supply.carrier == trades[0].carrier
    ]
    return _most(trades, largest_flow(island, trades[0].carrier, -1.0), elsewhere)


def _most(trades: Sequence[Trade], own: Floats, elsewhere: Sequence[Floats]) -> Floats:
    """Return what is traded at most, kW (T,).

    own: what the site takes or gives by itself; elsewhere: what can go on to, or come from, other
    connections. Where neither has an end, nobody trades there: `consistency` refuses what pays.
    """
    through = own + np.sum([*elsewhere, np.zeros_like(own)], axis=0)
    limited = np.minimum(np.sum([trade.limit for trade in trades], axis=0), through)
    return np.where(np.isfinite(limited), limited, own)


def largest_flow(island: Island, carrier: str, sign: float) -> Floats:
    """Return the kW (T,) of a carrier that the site could take by itself (sign 1), or give (-1).

    All its devices at their maximum size, for or against its demands: what must be met is not
    given away. A store takes what fills it in a step, and gives what empties it.
    """
    power = np.zeros(len(island.steps.weights))
    for demand in island.demands.values():
        if demand.carrier == carrier and (sign > 0 or demand.unserved_price is None):
            power = power + sign * demand.power
    for device in island.devices.values():
        power = power + device.largest_flow(carrier, sign, island.steps.step_hours)
    return power.clip(min=0.0)

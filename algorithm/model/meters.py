"""Connections that supplies and exports share: in a step they import or export, never both.

The direction is a decision only in steps where importing and exporting at once could pay. In other
steps no plan gains by that, and `trimming` cancels opposing flows.

With net metering, exports are set off against supplies over a period, and the balance is paid for:
the net import at the supply's price, or the net export at the export's. This concerns only the
bill: CO2, peaks and limits count the actual flows.
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
    """The columns of net metering. period (T,): the index of each step's period. imported, exported
    (P,): net import and net export of each period, kWh a year. decided (Q,): the periods in which
    it is a decision which of the two it is."""

    period: Integers
    imported: Integers
    exported: Integers
    decided: Integers


@dataclass(frozen=True)
class MeterColumns:
    """supplies, exports: kW (T,) of each. decided (K,): the steps in which the direction is a
    decision. guarded (G,): the steps in which a relaxation could gain, or lose nothing, by
    importing and exporting at once. settlement: the columns of net metering, if any."""

    supplies: tuple[Integers, ...]
    exports: tuple[Integers, ...]
    decided: Integers
    guarded: Integers
    settlement: Settlement | None

    @property
    def decision_count(self) -> int:
        """The number of decisions: of its steps (K,), then of its periods (Q,)."""
        periods = 0 if self.settlement is None else len(self.settlement.decided)
        return len(self.decided) + periods

    def importing(self, values: Floats, weights: Floats) -> Booleans:
        """Return for each decision whether there is net import."""
        net = self._net(values)
        ways = [net[self.decided] > 0]
        if self.settlement is not None:
            balance = _by_period(self.settlement.period, weights * net)
            ways.append(balance[self.settlement.decided] > 0)
        return np.concatenate(ways)

    def closed(self, importing: Booleans) -> Integers:
        """Return the columns that are 0 by these decisions."""
        of_steps, of_periods = np.split(importing, [len(self.decided)])
        closed = [power[self.decided[~of_steps]] for power in self.supplies]
        closed += [power[self.decided[of_steps]] for power in self.exports]
        if self.settlement is not None:
            closed.append(self.settlement.imported[self.settlement.decided[~of_periods]])
            closed.append(self.settlement.exported[self.settlement.decided[of_periods]])
        return np.concatenate(closed)

    def settle(self, values: Floats, weights: Floats) -> None:
        """Set each period's net import and net export from the flows."""
        if self.settlement is not None:
            net = _by_period(self.settlement.period, weights * self._net(values))
            values[self.settlement.imported] = net.clip(min=0.0)
            values[self.settlement.exported] = (-net).clip(min=0.0)

    def left(self, values: Floats, weights: Floats) -> tuple[Floats, Floats]:
        """Return the import and the export that are paid for after net metering, kW (T,): the same
        share of each kW in a period."""
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
    """Return the meters that both a supply and an export of this island use, by name."""
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
    """Return the island with the trades of shared meters adapted to single steps: limited to what
    the site can take or give, and without a price if net metering settles it per period."""
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
    """Return in which steps (T,) buying and selling the same energy could pay: in money, or in CO2
    if that is minimised (least_co2) or limited."""
    saved = export.co2 - supply.co2
    earned = export.price - supply.price + saved * island.co2_price
    matters = least_co2 or bool(np.isfinite(island.co2_limit))
    return (earned > NO_GAIN) | ((saved > NO_GAIN) & matters)


def never_at_once(island: Island, *, least_co2: bool) -> Iterator[tuple[str, str, Booleans]]:
    """Yield each supply and export of a carrier with the steps (T,) in which only one may flow.

    If they share a meter, these are all steps. If neither has a meter, they are the steps in which
    both at once wouldn't pay.
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
    """Return the steps (K,) in which the direction of a shared meter is a decision."""
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
    """Add a shared meter. supplies, exports: the power columns (T,) of each."""
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
    """Add the net import and export of each period, whose prices are constant within it.

    bought, sold: the power columns (T,). If an export pays as much as the supply costs, one column
    serves for both, negative for net export. If it pays more, the direction is a decision.
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
        # Net export is at most the actual export: otherwise both could grow without limit.
        program.total([(exported[[number]], 1.0), (sold[steps], -weights[steps])], upper=0.0)
    return Settlement(period, imported, exported, np.flatnonzero(income - cost > NO_GAIN))


def add_directions(
    program: Program, island: Island, meter: Meter, columns: MeterColumns
) -> Integers:
    """Add the decisions of a meter (`decision_count`): 1 for import, 0 for export.

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
    """Add decisions (K,): 1 allows import up to most_in and no export, 0 export up to most_out."""
    if not len(most_in):
        return NONE
    importing = program.columns(len(most_in), upper=1.0, whole=True)
    program.rows(len(importing), [*imported, (importing, -most_in)], upper=0.0)
    program.rows(len(importing), [*exported, (importing, most_out)], upper=most_out)
    return importing


# Upper bounds of flows


def _most_in(island: Island, meter: Meter) -> Floats:
    """Return an upper bound of the import, kW (T,), from the supplies' limits and the site."""
    trades = [island.supplies[name] for name in meter.supplies]
    elsewhere = [
        export.limit
        for name, export in island.exports.items()
        if name not in meter.exports
        and export.carrier == trades[0].carrier
        and export.devices is None  # else it sells these devices' output only
    ]
    return _most(trades, largest_flow(island, trades[0].carrier, 1.0), elsewhere)


def _most_out(island: Island, meter: Meter) -> Floats:
    """Return an upper bound of the export, kW (T,), from the exports' limits and the site."""
    trades = [island.exports[name] for name in meter.exports]
    elsewhere = [
        supply.limit
        for name, supply in island.supplies.items()
        if name not in meter.supplies and supply.carrier == trades[0].carrier
    ]
    return _most(trades, largest_flow(island, trades[0].carrier, -1.0), elsewhere)


def _most(trades: Sequence[Trade], own: Floats, elsewhere: Sequence[Floats]) -> Floats:
    """Return an upper bound of the traded power, kW (T,).

    own: what the site itself takes or gives. elsewhere: what other connections can take or bring.
    If all are unlimited, only `own` counts: `consistency` refuses to pass energy from one
    connection to another at a profit.
    """
    through = own + np.sum([*elsewhere, np.zeros_like(own)], axis=0)
    limited = np.minimum(np.sum([trade.limit for trade in trades], axis=0), through)
    return np.where(np.isfinite(limited), limited, own)


def largest_flow(island: Island, carrier: str, sign: float) -> Floats:
    """Return the most power that the site itself can take (sign 1) or give (-1), kW (T,).

    All devices count at their maximum size. Demands add to what it can take; those that must be met
    reduce what it can give. A store takes what fills it in a step, and gives what empties it.
    """
    power = np.zeros(len(island.steps.weights))
    for demand in island.demands.values():
        if demand.carrier == carrier and (sign > 0 or demand.unserved_price is None):
            power = power + sign * demand.power
    for device in island.devices.values():
        power = power + device.largest_flow(carrier, sign, island.steps.step_hours)
    return power.clip(min=0.0)

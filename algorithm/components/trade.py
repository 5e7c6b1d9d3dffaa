"""A supply or an export: a carrier that is bought or sold, at a price in each step.

With power w_t, price p_t and CO2 e_t per kWh, the price of CO2 c, and the peak power m_q of each
month or year q, n of which occur in the modelled steps:

    w_t <= limit_t,  w_t <= m_q
    cost of a supply: weight_t (p_t + c e_t) w_t + peak_price 12/n m_q    (1/n, if by the year)
    cost of an export: -weight_t (p_t + c e_t) w_t
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from algorithm.components.costs import CostTerm
from algorithm.components.device import NONE, Curtailable, Merge
from algorithm.components.site import Site
from algorithm.linear_program import Program
from algorithm.series import MONTHS_A_YEAR, Floats, Integers
from algorithm.timesteps import Period


@dataclass(frozen=True)
class Trade:
    """A supply or an export.

    price: currency per kWh (T,). co2: kg per kWh (T,), saved by an export. limit: largest power,
    kW (T,). renewable: the share of it that comes from renewable sources. peak_price: currency per
    kW of the peak of each `peak_period`. devices: only the output of these may be exported; None
    for any. sold: whether it is an export.
    """

    carrier: str
    price: Floats
    co2: Floats
    limit: Floats
    renewable: float = 0.0
    peak_price: float = 0.0
    peak_period: Period = "year"
    devices: tuple[str, ...] | None = None
    sold: bool = False

    @property
    def sign(self) -> float:
        """1 for a supply, -1 for an export."""
        return -1.0 if self.sold else 1.0

    @property
    def profiles(self) -> Sequence[Floats]:
        """The arrays by which typical days compare days."""
        return [self.price, self.co2, self.limit]

    def at(self, positions: Integers) -> "Trade":
        """Return it at some of its steps."""
        return replace(
            self,
            price=self.price[positions],
            co2=self.co2[positions],
            limit=self.limit[positions],
        )

    def coarser(self, merged: Merge) -> "Trade":
        """Return it in longer steps, each at the best price and CO2 of the steps it merges."""
        best: Any = np.max if self.sold else np.min
        return replace(
            self,
            price=merged(self.price, best),
            co2=merged(self.co2, best),
            limit=merged(self.limit, np.mean),
        )

    def peak_price_of_period(self, periods: int) -> float:
        """Return the yearly cost of a kW of one period's peak.

        periods: how many months, or years, occur. They are scaled to twelve months, or one year.
        """
        a_year = MONTHS_A_YEAR if self.peak_period == "month" else 1
        return self.peak_price * a_year / periods

    def energy_cost(self, power: Floats, site: Site) -> float:
        """Return the yearly payment for power (T,), without CO2 and peaks; income for an export."""
        return float((power * self.price) @ site.steps.weights)

    def peak_cost(self, peaks: Floats) -> float:
        """Return the yearly cost of the peaks (P,) of its months or years, kW."""
        price = self.peak_price_of_period(len(peaks)) if len(peaks) else 0.0
        return price * float(peaks.sum())

    def emissions(self, power: Floats, site: Site) -> float:
        """Return the kg of CO2 a year of power (T,): emitted, or saved by an export."""
        return float((power * self.co2) @ site.steps.weights)

    def costs(self, site: Site, paid: Floats, peaks: Floats | None = None) -> Sequence[CostTerm]:
        """Return its yearly costs without CO2. paid: kW (T,) that are paid for; peaks: kW (P,)."""
        energy = self.energy_cost(paid, site)
        if self.sold:
            return [CostTerm("export_revenue", energy)]
        of_peaks = 0.0 if peaks is None else self.peak_cost(peaks)
        return [CostTerm("energy", energy), CostTerm("peak", of_peaks)]

    def add(self, program: Program, site: Site) -> "TradeColumns":
        """Add it to a program; an export's price is income, and its CO2 is saved.

        Monthly peaks are scaled to twelve months, yearly ones to one year.
        """
        weights = site.steps.weights
        cost = self.sign * weights * (self.price + self.co2 * site.co2_price)
        power = program.columns(len(weights), upper=self.limit, cost=cost)
        if self.peak_price == 0:
            return TradeColumns(self, power, NONE, NONE)
        period = site.steps.periods(self.peak_period)
        count = int(period.max()) + 1
        price = self.peak_price_of_period(count)
        peaks = program.columns(count, upper=self.limit.max(), cost=price)
        program.rows(len(weights), [(power, 1.0), (peaks[period], -1.0)], upper=0.0)
        return TradeColumns(self, power, peaks, period)


@dataclass(frozen=True)
class TradeColumns:
    """power (T,) kW. peaks (P,): the peak of each year or month that occurs, kW. period (T,): the
    index of each step's peak. Both are empty if peaks cost nothing."""

    trade: Trade
    power: Integers
    peaks: Integers
    period: Integers

    def terms(self, carrier: str) -> Iterator[tuple[Integers, Floats]]:
        """Yield its term in a carrier's balance, kW (T,): supply positive, export negative."""
        if carrier == self.trade.carrier:
            yield self.power, self.trade.sign * np.ones(len(self.power))

    def emissions(self, site: Site) -> tuple[Integers, Floats]:
        """Return its yearly CO2 as a term, kg; negative for an export."""
        return self.power, self.trade.sign * site.steps.weights * self.trade.co2

    def curtailable(
        self, carrier: str, values: Floats, site: Site, *, metered: bool
    ) -> Iterator[Curtailable]:
        """Yield the purchases that can be lowered, or the sales that can be raised, at no cost.

        metered: whether it is an export that shares a connection.
        """
        trade = self.trade
        value = trade.price + trade.co2 * site.co2_price
        if trade.carrier != carrier or (value < 0).any():
            return
        if not trade.sold:
            yield self.power, np.ones_like(value), values[self.power]
        elif not metered and trade.devices is None:
            yield self.power, -np.ones_like(value), trade.limit - values[self.power]

    def trim(self, values: Floats) -> None:
        """Lower the peaks to the power that is used."""
        values[self.peaks] = 0.0
        if len(self.peaks):
            np.maximum.at(values, self.peaks[self.period], values[self.power])

"""A supply or an export: a carrier that is bought or sold, at a price by the step.

With power w_t, price p_t and CO2 e_t per kWh, the price of CO2 c, and the highest power m_q of each
month or year q, of which n make up the horizon's:

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
    """A supply or an export: currency per kWh (T,), kg CO2 per kWh (T,; an export's are saved),
    largest power (T,), and the price of a kW of each month's or the year's peak.

    sold: whether it is an export. devices: those whose output alone may be exported; None:
    anything.
    """

    carrier: str
    price: Floats
    co2: Floats
    limit: Floats
    peak_price: float = 0.0
    peak_period: Period = "year"
    devices: tuple[str, ...] | None = None
    sold: bool = False

    @property
    def sign(self) -> float:
        """1 for what comes in, -1 for what leaves."""
        return -1.0 if self.sold else 1.0

    @property
    def profiles(self) -> Sequence[Floats]:
        """Its arrays, by which days are like each other or not."""
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
        """Return it in longer steps, each at the best price and CO2 of those it stands for."""
        best: Any = np.max if self.sold else np.min
        return replace(
            self,
            price=merged(self.price, best),
            co2=merged(self.co2, best),
            limit=merged(self.limit, np.mean),
        )

    def peak_price_of_period(self, periods: int) -> float:
        """Return what a kW of the peak of each of so many months, or years, costs a year.

        The months that occur make twelve, however many they are; years make one.
        """
        a_year = MONTHS_A_YEAR if self.peak_period == "month" else 1
        return self.peak_price * a_year / periods

    def energy_cost(self, power: Floats, site: Site) -> float:
        """Return what is paid a year for power (T,), or to the site, but for CO2 and peaks."""
        return float((power * self.price) @ site.steps.weights)

    def peak_cost(self, peaks: Floats) -> float:
        """Return what the peaks (P,) of its months, or years, cost a year."""
        price = self.peak_price_of_period(len(peaks)) if len(peaks) else 0.0
        return price * float(peaks.sum())

    def emissions(self, power: Floats, site: Site) -> float:
        """Return the kg of CO2 a year of power (T,): emitted, or saved by an export."""
        return float((power * self.co2) @ site.steps.weights)

    def costs(self, site: Site, paid: Floats, peaks: Floats | None = None) -> Sequence[CostTerm]:
        """Return what it costs a year but for CO2; paid: kW (T,) that are paid for, peaks (P,)."""
        energy = self.energy_cost(paid, site)
        if self.sold:
            return [CostTerm("export_revenue", energy)]
        of_peaks = 0.0 if peaks is None else self.peak_cost(peaks)
        return [CostTerm("energy", energy), CostTerm("peak", of_peaks)]

    def add(self, program: Program, site: Site) -> "TradeColumns":
        """Write it into a program: an export's price is income, and its CO2 is saved.

        Each month's peak counts as many times as it takes to make twelve, each year's to make one.
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
    """power (T,) kW; peaks (P,) kW of each year or month that occurs, which `period` (T,) tells;
    both empty where peaks cost nothing."""

    trade: Trade
    power: Integers
    peaks: Integers
    period: Integers

    def terms(self, carrier: str) -> Iterator[tuple[Integers, Floats]]:
        """Yield what it puts into a carrier (positive) or takes from it, kW (T,)."""
        if carrier == self.trade.carrier:
            yield self.power, self.trade.sign * np.ones(len(self.power))

    def emissions(self, site: Site) -> tuple[Integers, Floats]:
        """Return the CO2 of a year as a term, kg: an export saves some."""
        return self.power, self.trade.sign * site.steps.weights * self.trade.co2

    def curtailable(
        self, carrier: str, values: Floats, site: Site, *, metered: bool
    ) -> Iterator[Curtailable]:
        """Yield what of a carrier is bought for nothing, or could be sold for nothing more.

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
        """Lower the peaks to what is used of them."""
        values[self.peaks] = 0.0
        if len(self.peaks):
            np.maximum.at(values, self.peaks[self.period], values[self.power])

"""A demand, and the part of it that isn't met (unserved).

With demand d_t and unserved power u_t, which exists only if unserved demand has a price:

    u_t <= d_t
    balance of the carrier: + u_t - d_t
    cost: weight_t unserved_price u_t
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from algorithm.components.costs import CostTerm
from algorithm.components.device import Merge
from algorithm.components.site import Site
from algorithm.linear_program import Program
from algorithm.series import Floats, Integers


@dataclass(frozen=True)
class Demand:
    """A demand's power (T,) kW. unserved_price: currency per kWh; None if it must be met."""

    carrier: str
    power: Floats
    unserved_price: float | None

    @property
    def profiles(self) -> Sequence[Floats]:
        """The arrays by which typical days compare days."""
        return [self.power]

    def at(self, positions: Integers) -> "Demand":
        """Return it at some of its steps."""
        return replace(self, power=self.power[positions])

    def coarser(self, merged: Merge) -> "Demand":
        """Return it in longer steps."""
        return replace(self, power=merged(self.power, np.mean))

    def costs(self, site: Site, unserved: Floats) -> Sequence[CostTerm]:
        """Return the yearly cost of unserved power (T,) kW."""
        kwh = float(unserved @ site.steps.weights)
        return [CostTerm("unserved", kwh * (self.unserved_price or 0.0))]

    def add(self, program: Program, site: Site, price_of_others: float | None) -> Integers | None:
        """Add the columns (T,) of unserved power, kW; return None if all must be met.

        price_of_others: unserved price, currency per kWh, of demands that state none.
        """
        price = price_of_others if self.unserved_price is None else self.unserved_price
        if price is None:
            return None
        cost = price * site.steps.weights
        return program.columns(len(self.power), upper=self.power, cost=cost)

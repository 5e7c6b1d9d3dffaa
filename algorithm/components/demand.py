"""Power that is wanted, and what of it isn't met.

With what is wanted d_t and what isn't met u_t, where that has a price or may fall short:

    u_t <= d_t,  carrier gets u_t - d_t
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
    """Power that is wanted (T,), and what a kWh of it costs that isn't met; None: all must be."""

    carrier: str
    power: Floats
    unserved_price: float | None

    @property
    def profiles(self) -> Sequence[Floats]:
        """Its arrays, by which days are like each other or not."""
        return [self.power]

    def at(self, positions: Integers) -> "Demand":
        """Return it at some of its steps."""
        return replace(self, power=self.power[positions])

    def coarser(self, merged: Merge) -> "Demand":
        """Return it in longer steps."""
        return replace(self, power=merged(self.power, np.mean))

    def costs(self, site: Site, unserved: Floats) -> Sequence[CostTerm]:
        """Return what it costs a year that power (T,) isn't met."""
        kwh = float(unserved @ site.steps.weights)
        return [CostTerm("unserved", kwh * (self.unserved_price or 0.0))]

    def add(self, program: Program, site: Site, price_of_others: float | None) -> Integers | None:
        """Add the columns (T,) of what isn't met; None where all must be.

        price_of_others: currency per kWh of a demand that states no such price.
        """
        price = price_of_others if self.unserved_price is None else self.unserved_price
        if price is None:
            return None
        cost = price * site.steps.weights
        return program.columns(len(self.power), upper=self.power, cost=cost)

"""Investments by year: when each is paid, and what is left of the last one at the horizon's end.

An investment is made `due_years` from today and again whenever its life ends, within N years. One
that falls within a year is paid at its end, with interest until then, so that its worth today is
exact.
"""

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from algorithm.components.annuity import present_value
from algorithm.economics.record import Salvage
from algorithm.plan.record import Capital

# Years that differ by less are the same: lives are added up in floating point.
SAME_YEAR = 1e-9


class Payment(NamedTuple):
    """An amount that is paid at the end of a year, 0 for today; `first` if it replaces nothing."""

    year: int
    amount: float
    first: bool


def payments(capital: Capital, rate: float, years: int) -> Iterator[Payment]:
    """Yield the payments of an investment and its replacements within `years`."""
    for time in _times(capital, years):
        year = math.ceil(time - SAME_YEAR)
        amount = capital["amount"] * (1 + rate) ** max(0.0, year - time)
        yield Payment(year, amount, first=time == 0)


def residual_value(capitals: Sequence[Capital], rate: float, years: int, salvage: Salvage) -> float:
    """Return what is left of investments at the end of `years`, at that time's worth.

    By annuities: the worth of those still to come of the last replacement. Linear: its price in
    proportion to the life that remains. What stands today, until it is replaced, is worth nothing.
    """
    return sum(_residual(capital, rate, years, salvage) for capital in capitals)


def _residual(capital: Capital, rate: float, years: int, salvage: Salvage) -> float:
    times = list(_times(capital, years))
    if not times:
        return 0.0
    life = capital["life_years"]
    left = times[-1] + life - years
    if left <= SAME_YEAR:
        return 0.0
    if salvage == "linear":
        return capital["amount"] * left / life
    return capital["amount"] * present_value(rate, left) / present_value(rate, life)


def _times(capital: Capital, years: int) -> Iterator[float]:
    number = 0
    while (time := capital["due_years"] + number * capital["life_years"]) < years - SAME_YEAR:
        yield time
        number += 1

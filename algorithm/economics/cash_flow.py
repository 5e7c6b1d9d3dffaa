"""Figures of a cash flow: one amount at the end of each year, from year 0 (today) on."""

from collections.abc import Sequence

import numpy as np

from algorithm.components.annuity import present_value
from algorithm.series import Floats

# Rates between which an internal rate of return is sought: from losing nearly all to 100-fold.
RATES = np.concatenate([-np.geomspace(0.999, 1e-6, 400), [0.0], np.geomspace(1e-6, 99.0, 800)])
BISECTIONS = 200


def net_present_value(flow: Sequence[float], rate: float) -> float:
    """Return the sum of the amounts, each discounted to today."""
    return float(discounted(flow, rate).sum())


def discounted(flow: Sequence[float], rate: float) -> Floats:
    """Return each amount's worth today."""
    amounts = np.asarray(flow, dtype=float)
    worths: Floats = amounts / (1 + rate) ** np.arange(len(amounts))
    return worths


def annual_worth(npv: float, rate: float, years: int) -> float:
    """Return the equal yearly amount over `years` that has this net present value."""
    return npv / present_value(rate, years)


def internal_rate(flow: Sequence[float]) -> float | None:
    """Return the rate at which the net present value is 0; None if there is none, or several.

    A rate of 0 or more is preferred to a negative one: flows with replacements often have one of
    each, and the negative one means nothing.
    """
    if not any(amount > 0 for amount in flow) or not any(amount < 0 for amount in flow):
        return None
    found = list(dict.fromkeys(_roots(flow)))
    for among in ([rate for rate in found if rate >= 0], found):
        if among:
            return among[0] if len(among) == 1 else None
    return None


def _roots(flow: Sequence[float]) -> list[float]:
    values = [net_present_value(flow, rate) for rate in RATES]
    roots = [float(rate) for rate, value in zip(RATES, values, strict=True) if value == 0]
    for low, high, before, after in zip(RATES, RATES[1:], values, values[1:], strict=False):
        if before * after < 0:
            roots.append(_root(flow, float(low), float(high), before))
    return roots


def _root(flow: Sequence[float], low: float, high: float, at_low: float) -> float:
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if net_present_value(flow, middle) * at_low > 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def payback(flow: Sequence[float]) -> float | None:
    """Return the years until the sum of the amounts turns positive, within a year by proportion.

    0 if it never is negative; None if it doesn't turn, or begins positive and turns negative.
    """
    sums = np.cumsum(flow)
    if sums[0] >= 0:
        return 0.0 if (sums >= 0).all() else None
    positive = np.flatnonzero(sums >= 0)
    if not len(positive):
        return None
    year = int(positive[0])
    return float(year - 1 - sums[year - 1] / flow[year])


def return_on_investment(flow: Sequence[float], investment: float) -> float | None:
    """Return the mean yearly amount after year 0, as a share of the investment."""
    if investment <= 0:
        return None
    return sum(flow[1:]) / (len(flow) - 1) / investment

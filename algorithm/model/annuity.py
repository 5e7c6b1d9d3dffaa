"""What a year's share of a cost is: of an investment, and of the price of a peak.

Used by `blocks` for the objective and by `plan` for what a plan costs.
"""

from algorithm.island.island import Trade
from algorithm.series import MONTHS_A_YEAR


def annuity(interest_rate: float, years: float) -> float:
    """Return the share of an investment to pay back each year over its life."""
    if interest_rate == 0:
        return 1 / years
    return float(interest_rate / (1 - (1 + interest_rate) ** -years))


def yearly_share(interest_rate: float, years: float, maintenance: float) -> float:
    """Return what an investment of 1 costs a year: annuity and maintenance (in %)."""
    return annuity(interest_rate, years) + maintenance / 100


def peak_price_of_period(trade: Trade, periods: int) -> float:
    """Return what a kW of the peak of each of so many months, or years, costs a year.

    The months that occur make twelve, however many they are; years make one.
    """
    return trade.peak_price * (MONTHS_A_YEAR if trade.peak_period == "month" else 1) / periods

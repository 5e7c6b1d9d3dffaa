"""Annuities: investments as equal yearly costs."""

import math

# A year's interest below this is rounding.
NO_INTEREST = 1e-12


def annuity(interest_rate: float, years: float) -> float:
    """Return the annuity factor: the share of an investment to pay each year over its life."""
    return 1 / present_value(interest_rate, years)


def present_value(interest_rate: float, years: float) -> float:
    """Return what 1 at the end of each of the years is worth today."""
    if interest_rate < NO_INTEREST:
        return years
    # As 1 - (1 + i)^-n, but exact for small rates, too.
    return -math.expm1(-years * math.log1p(interest_rate)) / interest_rate


def deferred_share(interest_rate: float, after: float, years: float) -> float:
    """Return the equal yearly cost over `years` of 1 a year that is only due after some of them."""
    if after >= years:
        return 0.0
    return 1 - present_value(interest_rate, after) / present_value(interest_rate, years)


def yearly_share(interest_rate: float, years: float, maintenance: float) -> float:
    """Return the yearly cost of an investment of 1: annuity plus maintenance (% a year)."""
    return annuity(interest_rate, years) + maintenance / 100

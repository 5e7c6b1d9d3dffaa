"""Annuities: investments as equal yearly costs."""


def annuity(interest_rate: float, years: float) -> float:
    """Return the annuity factor: the share of an investment to pay each year over its life."""
    if interest_rate == 0:
        return 1 / years
    return float(interest_rate / (1 - (1 + interest_rate) ** -years))


def yearly_share(interest_rate: float, years: float, maintenance: float) -> float:
    """Return the yearly cost of an investment of 1: annuity plus maintenance (% a year)."""
    return annuity(interest_rate, years) + maintenance / 100

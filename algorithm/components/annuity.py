"""What a year's share of an investment is."""


def annuity(interest_rate: float, years: float) -> float:
    """Return the share of an investment to pay back each year over its life."""
    if interest_rate == 0:
        return 1 / years
    return float(interest_rate / (1 - (1 + interest_rate) ** -years))


def yearly_share(interest_rate: float, years: float, maintenance: float) -> float:
    """Return what an investment of 1 costs a year: annuity and maintenance (in %)."""
    return annuity(interest_rate, years) + maintenance / 100

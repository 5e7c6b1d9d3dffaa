"""What a component needs to know of the site that it stands on."""

from dataclasses import dataclass

from algorithm.timesteps import Steps


@dataclass(frozen=True)
class Site:
    """The steps that are modelled; the interest rate a year; the price of CO2, currency per kg."""

    steps: Steps
    interest_rate: float
    co2_price: float

"""The data of a site that every component needs."""

from dataclasses import dataclass

from algorithm.timesteps import Steps


@dataclass(frozen=True)
class Site:
    """steps: the modelled steps. interest_rate: a year. co2_price: currency per kg.

    horizon_years: the years over which devices that stand today are looked at: they are replaced
    when their life ends within them.
    """

    steps: Steps
    interest_rate: float
    co2_price: float
    horizon_years: float

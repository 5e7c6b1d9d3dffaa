"""The data of a site that every component needs."""

from dataclasses import dataclass

from algorithm.timesteps import Steps


@dataclass(frozen=True)
class Site:
    """steps: the modelled steps. interest_rate: a year. co2_price: currency per kg."""

    steps: Steps
    interest_rate: float
    co2_price: float

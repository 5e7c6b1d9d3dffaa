"""The problems, and a device's investment as all tools read it.

They are samples, with two changes that let every tool state the same problem:

- The power of a store is sized together with its energy, and charging and discharging are limited
  separately: PyPSA and oemof.solph have no store whose power is a decision of its own.
- Each device has a maximum size, at least twice what the largest demand needs: PyPSA and
  oemof.solph can't decide whether to build a device without one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from algorithm import Requirement, load_sample
from algorithm.components.annuity import yearly_share
from algorithm.components.store import Storage
from algorithm.island.island import Island

# A store's maximum size, in hours of the largest power that a converter may have.
MOST_HOURS = 24
# At full power; a battery of an hour, as in the catalogue, isn't built where it has no power apart.
BATTERY_HOURS = 4


@dataclass(frozen=True)
class Problem:
    """A sample with all its devices and demands, or only some.

    gap: what is to be proven. days: its first day and the day after its last; all if left out.
    """

    sample: str
    gap: float
    days: tuple[int, int] | None = None
    devices: tuple[str, ...] = ()
    demands: tuple[str, ...] = ()


_TINY = load_sample("tiny")
_EIGHT = {"devices": tuple(_TINY.devices or ()), "demands": tuple(_TINY.demands)}
PROBLEMS = {
    "tiny": Problem("tiny", 1e-6),
    "four weeks": Problem("campus", 0.01, days=(59, 87), **_EIGHT),  # March
    "campus, 8 devices": Problem("campus", 0.01, **_EIGHT),
    "campus": Problem("campus", 0.01),
}


def requirement_of(problem: Problem) -> Requirement:
    """Return the requirement that all tools are given."""
    sample = load_sample(problem.sample)
    stated = sample.model_dump(exclude_unset=True)
    demands = {
        n: d for n, d in stated["demands"].items() if n in problem.demands or not problem.demands
    }
    considered = {
        name: figures
        for name, figures in sample.considered().items()
        if name in problem.devices or not problem.devices
    }
    peak = max(float(np.max(sample.values(sample.demands[name].power))) for name in demands)
    most = 2 * round(peak, -2)
    devices = {}
    for name, figures in considered.items():
        changes: dict[str, Any] = {}
        if figures.kind == "store":
            changes |= {"power": "together", "charging": "separate"}
            if name == "battery":
                changes["hours"] = BATTERY_HOURS
        if figures.max_size is None and not figures.area:
            changes["max_size"] = most * (MOST_HOURS if figures.kind == "store" else 1)
        devices[name] = stated["devices"][name] | changes
    if problem.days is not None:
        steps = slice(*(day * sample.steps_a_day for day in problem.days))
        profiles = {name: list(column)[steps] for name, column in stated["profiles"].items()}
        stated["profiles"] = profiles
    return Requirement.model_validate(stated | {"demands": demands, "devices": devices})


@dataclass(frozen=True)
class Investment:
    """What it costs to build a device: currency a year per unit of size, and whatever the size.

    Built, its size is from `least` to `most`; otherwise it is 0.
    """

    per_size: float
    fixed: float
    least: float
    most: float


def investment_of(island: Island, name: str) -> Investment:
    """Return a device's investment; that of a store's power is part of that of its energy."""
    device, rate = island.devices[name], island.interest_rate
    figures = device.figures
    share = yearly_share(rate, figures.life, figures.maintenance)
    per_size = share * figures.investment
    if isinstance(device, Storage):
        store = device.figures
        share_of_power = yearly_share(rate, store.power_life, store.power_maintenance)
        per_size += share_of_power * store.power_investment / store.hours
    return Investment(per_size, share * figures.investment_fixed, figures.min_size, device.max_size)

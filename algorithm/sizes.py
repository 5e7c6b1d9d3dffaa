"""The largest size that is worth considering for each device, from what the site could need.

Called by `resolve`. A size limit is the big-M of a device's install decision: the tighter it is,
the faster the search; so it is derived, generously, from the demands, unless the requirement
gives one.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from algorithm.island import Conversion, Island, Storage
from algorithm.series import HOURS_A_DAY, Floats

# A device that charges a store in cheap hours is larger than the peak that it serves.
HEADROOM = 2.0


def with_largest_sizes(island: Island) -> Island:
    """Return the island with every `max_size` set; devices of no use here are left out.

    A device that is free to run can serve `HEADROOM` times the peak that its main carrier could
    be needed for; one that runs on sun or wind, a year's need; a store, a day of the peak.
    Neither can be larger than the areas that it stands on.
    """
    peak = _needs(island, np.max)
    energy = _needs(island, np.mean)

    def of_conversion(conversion: Conversion) -> float:
        need, flow = peak[conversion.carrier], conversion.flows[conversion.carrier]
        if conversion.figures.resource is not None:
            need, flow = energy[conversion.carrier], conversion.availability * flow
            return need / flow.mean() if flow.any() else 0.0
        return HEADROOM * need / flow.max() if flow.max() > 0 else 0.0

    conversions, storages = {}, {}
    for name, conversion in island.conversions.items():
        largest = _largest(island, conversion, of_conversion(conversion))
        if largest > 0:
            conversions[name] = replace(conversion, max_size=largest)
    for name, storage in island.storages.items():
        day = HOURS_A_DAY * peak.get(storage.figures.carrier, 0.0)
        largest = _largest(island, storage, day)
        if largest > 0:
            storages[name] = replace(storage, max_size=largest)
    return replace(island, conversions=conversions, storages=storages)


def _largest(island: Island, device: Conversion | Storage, derived: float) -> float:
    """Return the limit within the areas; 0 if not even the smallest size has a use or fits."""
    figures = device.figures
    if figures.max_size is not None:
        largest = figures.max_size
    else:
        largest = max(derived, figures.min_size) if derived > 0 else 0.0
    for area, per_unit in figures.area.items():
        if area in island.areas and per_unit > 0:
            largest = min(largest, island.areas[area] / per_unit)
    return largest if largest >= figures.min_size else 0.0


def _needs(island: Island, statistic: Callable[[Floats], np.float64]) -> dict[str, float]:
    """Return how much of each carrier the site could need, kW: its peak or its mean.

    Each demand, and what can be sold, reaches a carrier through at most two conversions (cooling
    from heat from gas), by the one that takes the most.
    """
    wanted = {carrier: float(statistic(demand)) for carrier, demand in island.demands.items()}
    demanded = sum(wanted.values())
    for carrier, export in island.exports.items():
        wanted[carrier] = wanted.get(carrier, 0.0) + min(export.limit, demanded)
    needs = dict.fromkeys(island.carriers, 0.0)
    for origin, amount in wanted.items():
        reached = {origin: amount}
        for _ in range(2):
            before = dict(reached)
            for conversion in island.conversions.values():
                for carrier, per_unit in _takes(conversion, statistic).items():
                    through = before.get(conversion.carrier, 0.0) * per_unit
                    if carrier != origin:
                        reached[carrier] = max(reached.get(carrier, 0.0), through)
        for carrier, through in reached.items():
            needs[carrier] += through
    return needs


def _takes(conversion: Conversion, statistic: Callable[[Floats], np.float64]) -> dict[str, float]:
    """Return the kW of each input per kW of the main carrier."""
    main = conversion.flows[conversion.carrier]
    running = main > 0
    if not running.any():
        return {}
    return {
        carrier: float(statistic(-conversion.flows[carrier][running] / main[running]))
        for carrier in conversion.figures.inputs
        if carrier != conversion.carrier
    }

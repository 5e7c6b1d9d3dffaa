"""The largest size that is worth considering for each device, from what the site could need.

Called by `resolve`. A size limit is the big-M of a device's install decision: the tighter it is,
the faster the search; so it is derived, generously, from the demands, unless the requirement
gives one.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

import numpy as np

from algorithm.island import Connection, Conversion, Island, Storage
from algorithm.series import HOURS_A_DAY, MOST, Floats

Device = TypeVar("Device", Conversion, Storage, Connection)

# A device that charges a store in cheap hours is larger than the peak that it serves.
HEADROOM = 2.0
# kW per kW; less isn't worth dividing by.
NOTHING = 1e-6


def with_largest_sizes(island: Island) -> Island:
    """Return the island with every `max_size` set; devices of no use here are left out.

    A device that is free to run, or a link, can serve `HEADROOM` times the peak that its carrier
    could be needed for; one that runs on nothing but its availability also a year's need; a store,
    a day of the peak, or `HEADROOM` times as long as it takes to empty it at the peak. Sizes are
    whole units, and within the areas that they stand on.
    """
    peak = _needs(island, np.max)
    energy = _needs(island, np.mean)

    def of_conversion(conversion: Conversion) -> float:
        most = conversion.availability * conversion.flows[conversion.carrier]
        if most.max() <= NOTHING:
            return 0.0
        power = HEADROOM * peak[conversion.carrier] / float(most.max())
        if conversion.figures.inputs:
            return power
        return max(power, energy[conversion.carrier] / float(most.mean()))

    def of_storage(storage: Storage) -> float:
        hours = max(HOURS_A_DAY, HEADROOM * storage.figures.hours)
        return hours * peak[storage.carrier]

    def of_connection(connection: Connection) -> float:
        ends = [connection.target, connection.source][: 1 + connection.figures.two_way]
        return HEADROOM * max(peak[end] for end in ends) / float(connection.efficiency.min())

    return replace(
        island,
        conversions=_sized(island, island.conversions, of_conversion),
        storages=_sized(island, island.storages, of_storage),
        connections=_sized(island, island.connections, of_connection),
    )


def _sized(
    island: Island, devices: Mapping[str, Device], derived: Callable[[Device], float]
) -> dict[str, Device]:
    sizes = {name: _largest(island, device, derived) for name, device in devices.items()}
    return {name: replace(devices[name], max_size=size) for name, size in sizes.items() if size > 0}


def _largest(island: Island, device: Device, derived: Callable[[Device], float]) -> float:
    """Return the limit within the areas; 0 if not even the smallest size has a use or fits."""
    figures = device.figures
    if figures.size is not None:
        return figures.size
    if figures.max_size is not None:
        largest = figures.max_size
    else:
        needed = min(derived(device), MOST)
        largest = max(needed, figures.min_size) if needed > 0 else 0.0
        if figures.unit_size is not None:
            largest = math.ceil(largest / figures.unit_size) * figures.unit_size
    for area, per_unit in figures.area.items():
        if area in island.areas and per_unit > 0:
            largest = min(largest, island.areas[area] / per_unit)
    if figures.unit_size is not None:
        largest = math.floor(largest / figures.unit_size + 1e-9) * figures.unit_size
    return largest if largest >= figures.min_size else 0.0


def _needs(island: Island, statistic: Callable[[Floats], np.float64]) -> dict[str, float]:
    """Return how much of each carrier the site could need, kW: its peak or its mean.

    Each demand, and what can be sold, reaches a carrier through at most two conversions (cooling
    from heat from gas), by the one that takes the most, and through any number of links.
    """
    wanted: dict[str, float] = {}
    for demand in island.demands.values():
        power = float(statistic(demand.power))
        wanted[demand.carrier] = wanted.get(demand.carrier, 0.0) + power
    demanded = sum(wanted.values())
    for export in island.exports.values():
        if not (export.price + export.co2 * island.co2_price > 0).any():
            continue  # a way to get rid of it, not a reason to make it
        sold = min(float(statistic(export.limit)), demanded)
        wanted[export.carrier] = wanted.get(export.carrier, 0.0) + sold
    needs = dict.fromkeys(island.carriers, 0.0)
    for origin, amount in wanted.items():
        for carrier, through in _reached(island, origin, amount, statistic).items():
            needs[carrier] += through
    return needs


def _reached(
    island: Island, origin: str, amount: float, statistic: Callable[[Floats], np.float64]
) -> dict[str, float]:
    """Return what is needed of each carrier, kW, for `amount` of one."""
    reached = {origin: amount}
    _bring(island, reached)
    for _ in range(2):
        before = dict(reached)
        for conversion in island.conversions.values():
            for carrier, per_unit in _takes(conversion, statistic).items():
                through = before.get(conversion.carrier, 0.0) * per_unit
                if carrier != origin:
                    reached[carrier] = max(reached.get(carrier, 0.0), through)
        _bring(island, reached)
    return reached


def _bring(island: Island, reached: dict[str, float]) -> None:
    """Go back along the links to where nothing was needed yet; once, as they may go in circles."""
    grown = True
    while grown:
        before = dict(reached)
        for source, target, efficiency in _ways(island):
            if before.get(target) and not before.get(source):
                reached[source] = max(reached.get(source, 0.0), before[target] / efficiency)
        grown = reached != before


def _ways(island: Island) -> Iterator[tuple[str, str, float]]:
    for connection in island.connections.values():
        efficiency = float(connection.efficiency.min())
        yield connection.source, connection.target, efficiency
        if connection.figures.two_way:
            yield connection.target, connection.source, efficiency


def _takes(conversion: Conversion, statistic: Callable[[Floats], np.float64]) -> dict[str, float]:
    """Return the kW of each input per kW of the main carrier."""
    main = conversion.flows[conversion.carrier]
    running = main > NOTHING
    if not running.any():
        return {}
    return {
        carrier: float(statistic(-conversion.flows[carrier][running] / main[running]))
        for carrier in conversion.figures.inputs
        if carrier != conversion.carrier
    }

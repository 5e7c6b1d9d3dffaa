"""The largest size that a requirement leaves a device: its `max_size`, its areas, whole units.

Called by `resolve`. What the requirement leaves open stays open (inf): no plan and no bound may
rest on a limit that nobody stated.
"""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from algorithm.components.figures import Installable
from algorithm.island.island import Connection, Conversion, Island, Storage

Device = TypeVar("Device", Conversion, Storage, Connection)

# So that three units of 0.1 fit into 0.3.
ROUNDING = 1e-9


def with_size_limits(island: Island) -> Island:
    """Return the island with every `max_size` set; devices that there is no room for are left out.

    A size is in whole units where the device comes in such, and within the areas that it stands on.
    """
    return replace(
        island,
        conversions=_limited(island, island.conversions),
        storages=_limited(island, island.storages),
        connections=_limited(island, island.connections),
    )


def _limited(island: Island, devices: Mapping[str, Device]) -> dict[str, Device]:
    sizes = {name: _largest(island, device.figures) for name, device in devices.items()}
    return {name: replace(devices[name], max_size=size) for name, size in sizes.items() if size > 0}


def _largest(island: Island, figures: Installable) -> float:
    """Return the limit; 0 if not even the smallest size fits."""
    if figures.size is not None:
        return figures.size
    largest = math.inf if figures.max_size is None else figures.max_size
    for area, per_unit in figures.area.items():
        if area in island.areas and per_unit > 0:
            largest = min(largest, island.areas[area] / per_unit)
    if figures.unit_size is not None and largest < math.inf:
        largest = math.floor(largest / figures.unit_size + ROUNDING) * figures.unit_size
    return largest if largest >= figures.min_size else 0.0

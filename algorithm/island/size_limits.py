"""The maximum size of each device in a requirement: from its `max_size`, areas and whole units.

Without such a limit it stays inf: no plan and no bound may depend on a limit that nobody stated.
"""

from dataclasses import replace

from algorithm.island.island import Island


def with_size_limits(island: Island) -> Island:
    """Return the island with every `max_size` set, without devices for which there is no room.

    A maximum size is a whole number of units, if the device has units, and fits into its areas.
    """
    sizes = {name: device.largest_size(island.areas) for name, device in island.devices.items()}
    limited = {
        name: replace(island.devices[name], max_size=size)
        for name, size in sizes.items()
        if size > 0
    }
    return replace(island, devices=limited)

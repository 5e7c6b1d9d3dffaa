"""The maximum size that a requirement leaves each device: its `max_size`, its areas, whole units.

What the requirement leaves open stays open (inf): no plan and no bound may rest on a limit that
nobody stated.
"""

from dataclasses import replace

from algorithm.island.island import Island


def with_size_limits(island: Island) -> Island:
    """Return the island with every `max_size` set; devices that there is no room for are left out.

    A size is in whole units where the device comes in such, and within the areas that it stands on.
    """
    sizes = {name: device.largest_size(island.areas) for name, device in island.devices.items()}
    limited = {
        name: replace(island.devices[name], max_size=size)
        for name, size in sizes.items()
        if size > 0
    }
    return replace(island, devices=limited)

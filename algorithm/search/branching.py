"""A node of branch and bound over devices and units, and the branches that it has."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from algorithm.model.build import WANTED, Model
from algorithm.model.decisions import Decided

# A device isn't branched on if less than this share of its fixed cost is missing in the relaxation.
PAID = 1e-3
# Numbers of units this close to a whole number count as whole.
WHOLE = 1e-4


@dataclass(frozen=True)
class Node:
    """A node of the tree. bound: the least cost of a plan with its decisions, currency a year.

    decided: the decisions that are fixed. sizes: those of the relaxation. unpaid: by open device,
    the part of its fixed cost, and of its investment up to its minimum size, that the relaxation
    doesn't count, currency a year. parted: by device, the distance of its number of units from a
    whole number, at most 0.5.
    """

    bound: float
    decided: Decided
    sizes: Mapping[str, float]
    unpaid: Mapping[str, float]
    parted: Mapping[str, float]


class Branching:
    """Makes nodes of a model's relaxations, and branches of nodes.

    limits: proven maximum sizes, by device, to which the relaxations were settled.
    """

    def __init__(self, model: Model, limits: Mapping[str, float]) -> None:
        self.model = model
        self._limits = limits

    def node(self, bound: float, decided: Decided, sizes: Mapping[str, float]) -> Node:
        """Return the node of a relaxation. sizes: of every device, in its solution."""
        open_choices = [name for name in self.model.choices if name not in decided.built]
        unpaid = {name: self._unpaid(name, sizes[name]) for name in open_choices}
        units = {name: sizes[name] / unit for name, unit in self.model.unit_sizes.items()}
        parted = {name: abs(count - round(count)) for name, count in units.items()}
        return Node(bound, decided, sizes, unpaid, {n: p for n, p in parted.items() if p > WHOLE})

    def branches(self, node: Node) -> Iterator[Decided]:
        """Yield a node's branches: the device with the most unpaid cost built or not; if there is
        none, the device with the most fractional number of units rounded down or up."""
        decided = node.decided
        if node.unpaid:
            name = max(node.unpaid, key=lambda name: node.unpaid[name])
            for built in (True, False):
                yield replace(decided, built={**decided.built, name: built})
        elif node.parted:
            name = max(node.parted, key=lambda name: node.parted[name])
            unit, size = self.model.unit_sizes[name], node.sizes[name]
            least, most = decided.between.get(name, (0.0, math.inf))
            whole = math.floor(size / unit)
            for between in ((least, whole * unit), ((whole + 1) * unit, most)):
                yield replace(decided, between={**decided.between, name: between})

    def _unpaid(self, name: str, size: float) -> float:
        """Return the cost of building a device that the relaxation doesn't count, currency a year:
        of its fixed cost the share of the maximum size that it doesn't use, and the investment
        between its size and its minimum size."""
        model, device = self.model, self.model.island.devices[name]
        if size <= WANTED * model.island.largest_demand:
            return 0.0
        largest = min(device.max_size, self._limits.get(name, math.inf))
        open_share = 1 - size / largest
        figures, island = device.figures, model.island
        below = max(0.0, figures.smallest_size - size) * figures.investment
        # What stands today costs less than what is new.
        share = figures.capital.first_share(island) - figures.maintenance / 100
        return (open_share > PAID) * model.fixed_cost(name) * open_share + below * share

"""Closes the gap on the whole horizon: branch and bound over devices and units, best bound first.

Each node is a linear program of the whole horizon, which takes a minute or more for a year.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from algorithm.errors import Failed, Infeasible
from algorithm.messages import Message
from algorithm.model.build import WANTED, Model
from algorithm.model.decisions import NOTHING_DECIDED, Decided
from algorithm.plan.record import Plan
from algorithm.search.outcome import Outcome
from algorithm.search.progress import Figures, way_to_gap
from algorithm.search.stage_solver import Solving

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


def close_gap(work: Solving, planned: Outcome, decided: Outcome, bounded: Outcome) -> Outcome:
    """Improve plan and bound until the gap that was asked for is reached; return the outcome.

    planned, decided, bounded: outcomes of the parts `plan`, `structure` and `bound`. Without a plan
    or a bound there is no gap to close.
    """
    if planned["plan"] is None or bounded["bound"] is None:
        return work.nothing()
    tree = Tree(work, planned["plan"], bounded["bound"], bounded)
    tree.tried.add((frozenset(decided["left_out"] or ()),))
    while tree.nodes and not tree.stopped and (tree.figures.gap or 0.0) > tree.goal:
        tree.grow()
    return work.outcome(tree.best, tree.figures, stopped=tree.stopped)


class Tree:
    """The open nodes, lowest bound first, and the incumbent."""

    def __init__(self, work: Solving, plan: Plan, bound: float, bounded: Outcome) -> None:
        self._work = work
        self._model: Model = work.model(work.whole, 0.0)
        work.reporter.begin("improve", 0.02, Message("Closing the gap: branching on devices"))
        self.goal = work.options.gap or 0.0
        self.best = plan
        self.figures = Figures(plan["cost_per_year"], bound)
        self._limits: Mapping[str, float] = bounded["limits"] or {}
        self.nodes = [self._node(bound, NOTHING_DECIDED, bounded["sizes"] or {})]
        self.tried: set[tuple[object, ...]] = set()
        # Lowest bound of the leaves: all devices and units are fixed, only decisions in steps open.
        self._decided = math.inf
        self.stopped = False
        self._way_begun = way_to_gap(self.figures.gap, self.goal)

    def grow(self) -> None:
        """Take the node with the lowest bound, try the plan that it suggests, and branch."""
        node = self.nodes.pop(0)
        branches = list(self._branches(node))
        if not branches:
            self._decided = min(self._decided, node.bound)
        if node.decided is NOTHING_DECIDED or not branches:
            self._try_plan(node)
        for decided in branches:
            if not self.stopped:
                self._branch(node, decided)
        if self.stopped:
            self.nodes.append(node)  # not all its branches are solved: its bound still counts
        least = math.inf if self.figures.incumbent is None else self.figures.incumbent
        promising = [node for node in self.nodes if node.bound < least]
        self.nodes = sorted(promising, key=lambda node: node.bound)
        lowest = self.nodes[0].bound if self.nodes else least
        self.figures = self.figures.with_bound(min(lowest, self._decided))
        self._work.reporter.figures = self.figures
        gap = f"{self.figures.gap or 0.0:.2%}"
        self._work.reporter.milestone(self._fraction, Message("Proven within %(gap)s", gap=gap))

    def _branches(self, node: Node) -> Iterator[Decided]:
        """Yield a node's branches: the device with the most unpaid cost built or not; if there is
        none, the device with the most fractional number of units rounded down or up."""
        decided = node.decided
        if node.unpaid:
            name = max(node.unpaid, key=lambda name: node.unpaid[name])
            for built in (True, False):
                yield replace(decided, built={**decided.built, name: built})
        elif node.parted:
            name = max(node.parted, key=lambda name: node.parted[name])
            unit, size = self._model.unit_sizes[name], node.sizes[name]
            least, most = decided.between.get(name, (0.0, math.inf))
            whole = math.floor(size / unit)
            for between in ((least, whole * unit), ((whole + 1) * unit, most)):
                yield replace(decided, between={**decided.between, name: between})

    @property
    def _fraction(self) -> float:
        way = way_to_gap(self.figures.gap, self.goal)
        return (way - self._way_begun) / max(1 - self._way_begun, 1e-9)

    def _try_plan(self, node: Node) -> None:
        left_out = self._left_out(node)
        units = {} if node.parted else self._model.units(node.sizes)
        if (left_out, *units.items()) in self.tried:
            return
        self.tried.add((left_out, *units.items()))
        at = self._fraction
        try:
            found = self._work.size(self._work.whole, left_out, at, at, units=units)
        except (Failed, Infeasible):
            return  # there is no plan with these devices only
        self.stopped = found.stopped
        if found.plan is not None:
            better = self.figures.with_incumbent(found.plan["cost_per_year"])
            if better != self.figures:
                self.best, self.figures = found.plan, better

    def _branch(self, node: Node, decided: Decided) -> None:
        at = self._fraction
        found = self._work.linear(self._model, decided, at, at, self._limits, prove=True)
        self.stopped = found.stopped
        if found.solution is not None:
            sizes = self._model.sizes(found.solution)
            bound = node.bound if found.bound is None else max(found.bound, node.bound)
            self.nodes.append(self._node(bound, decided, sizes))

    def _node(self, bound: float, decided: Decided, sizes: Mapping[str, float]) -> Node:
        open_choices = [name for name in self._model.choices if name not in decided.built]
        unpaid = {name: self._unpaid(name, sizes[name]) for name in open_choices}
        units = {name: sizes[name] / unit for name, unit in self._model.unit_sizes.items()}
        parted = {name: abs(count - round(count)) for name, count in units.items()}
        return Node(bound, decided, sizes, unpaid, {n: p for n, p in parted.items() if p > WHOLE})

    def _unpaid(self, name: str, size: float) -> float:
        """Return the cost of building a device that the relaxation doesn't count, currency a year:
        of its fixed cost the share of the maximum size that it doesn't use, and the investment
        between its size and its minimum size."""
        model, device = self._model, self._model.island.devices[name]
        if size <= WANTED * model.island.largest_demand:
            return 0.0
        largest = min(device.max_size, self._limits.get(name, math.inf))
        open_share = 1 - size / largest
        figures, island = device.figures, model.island
        below = max(0.0, figures.smallest_size - size) * figures.investment
        # What stands today costs less than what is new.
        share = figures.capital.first_share(island) - figures.maintenance / 100
        return (open_share > PAID) * model.fixed_cost(name) * open_share + below * share

    def _left_out(self, node: Node) -> frozenset[str]:
        """Return the optional devices that a node's relaxation doesn't use."""
        least = WANTED * self._model.island.largest_demand
        return frozenset(n for n in self._model.choices if node.sizes[n] <= least)

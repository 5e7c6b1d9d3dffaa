"""Closing the gap on the whole horizon: which devices are a must, and which are of no use?

Used by `stages`. Branch and bound over the devices, the lowest bound first. Each node is a linear
program of the whole horizon, a minute or more for a year: it is for gaps that are worth minutes.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from algorithm.costs import yearly_share
from algorithm.decisions import Decided
from algorithm.errors import Failed, Infeasible
from algorithm.model import WANTED, Model, smallest_size
from algorithm.phrase import phrase
from algorithm.progress import Figures, Outcome, way_to_gap
from algorithm.solving import Solving

# A fixed cost of which less than this share is unpaid is as good as paid.
PAID = 1e-3


@dataclass(frozen=True)
class Node:
    """Some devices fixed as built or left out, what that costs at least, the sizes that the
    relaxation then has, and of each device that isn't fixed what it leaves unpaid a year."""

    bound: float
    built: Mapping[str, bool]
    sizes: Mapping[str, float]
    unpaid: Mapping[str, float]

    @property
    def undecided(self) -> str | None:
        """The device of which the relaxation leaves the most unpaid; None if nothing is."""
        name = max(self.unpaid, key=lambda name: self.unpaid[name], default=None)
        return name if name and self.unpaid[name] > 0 else None


def close_gap(
    work: Solving, planned: Outcome, decided: Outcome, bounded: Outcome
) -> dict[str, Any]:
    """Return the outcome with a better plan, a higher bound, or both, until the gap is as asked.

    planned, decided, bounded: outcomes of the parts `plan`, `structure` and `bound`.
    """
    if planned["plan"] is None:
        return work.nothing()
    tree = Tree(work, planned["plan"], bounded)
    tree.tried.add(frozenset(decided["left_out"] or ()))
    while tree.nodes and not tree.stopped and (tree.figures.gap or 0.0) > tree.goal:
        tree.grow()
    return work.outcome(tree.best, tree.figures, stopped=tree.stopped)


class Tree:
    """The nodes that may still hold a better plan, lowest bound first, and the best plan yet."""

    def __init__(self, work: Solving, plan: dict[str, Any], bounded: Outcome) -> None:
        self._work = work
        self._model: Model = work.model(work.whole, 0.0)
        work.reporter.begin("improve", 0.02, phrase("Closing the gap: which devices are a must?"))
        self.goal = work.options.gap or 0.0
        self.best = plan
        self.figures = Figures(plan["cost_per_year"], bounded["bound"])
        self._limits: Mapping[str, float] = bounded["limits"] or {}
        self.nodes = [self._node(bounded["bound"], {}, bounded["sizes"])]
        self.tried: set[frozenset[str]] = set()
        # What plans cost at least in which every device is decided on.
        self._decided = math.inf
        self.stopped = False
        self._way_begun = way_to_gap(self.figures.gap, self.goal)

    def grow(self) -> None:
        """Take the node with the lowest bound, try the plan that it points to, and branch."""
        node = self.nodes.pop(0)
        if node.undecided is None:
            self._decided = min(self._decided, node.bound)
        if not node.built or node.undecided is None:
            self._try_plan(self._left_out(node))
        for built in (True, False):
            if node.undecided is not None and not self.stopped:
                self._branch(node, {**node.built, node.undecided: built})
        if self.stopped:
            self.nodes.append(node)  # whose branches are not all known
        least = math.inf if self.figures.incumbent is None else self.figures.incumbent
        promising = [node for node in self.nodes if node.bound < least]
        self.nodes = sorted(promising, key=lambda node: node.bound)
        lowest = self.nodes[0].bound if self.nodes else least
        self.figures = self.figures.with_bound(min(lowest, self._decided))
        self._work.reporter.figures = self.figures
        gap = f"{self.figures.gap or 0.0:.2%}"
        self._work.reporter.milestone(self._fraction, phrase("Proven within %(gap)s", gap=gap))

    @property
    def _fraction(self) -> float:
        way = way_to_gap(self.figures.gap, self.goal)
        return (way - self._way_begun) / max(1 - self._way_begun, 1e-9)

    def _try_plan(self, left_out: frozenset[str]) -> None:
        if left_out in self.tried:
            return
        self.tried.add(left_out)
        try:
            found = self._work.size(self._work.whole, left_out, self._fraction, self._fraction)
        except (Failed, Infeasible):
            return  # these devices alone make no plan
        self.stopped = found.stopped
        if found.plan is not None:
            better = self.figures.with_incumbent(found.plan["cost_per_year"])
            if better != self.figures:
                self.best, self.figures = found.plan, better

    def _branch(self, node: Node, built: Mapping[str, bool]) -> None:
        found = self._work.linear(
            self._model, Decided(built), self._fraction, self._fraction, self._limits
        )
        self.stopped = found.stopped
        if found.solution is not None:
            sizes = self._model.sizes(found.solution)
            bound = node.bound if found.bound is None else max(found.bound, node.bound)
            self.nodes.append(self._node(bound, built, sizes))

    def _node(self, bound: float, built: Mapping[str, bool], sizes: Mapping[str, float]) -> Node:
        unpaid = {n: self._unpaid(n, sizes[n]) for n in self._model.choices if n not in built}
        return Node(bound, built, sizes, unpaid)

    def _unpaid(self, name: str, size: float) -> float:
        """Return the part of a device's fixed cost that its share of the largest size leaves open,
        and of its investment what it is below its smallest size by, currency a year."""
        model, device = self._model, self._model.island.devices[name]
        if size <= WANTED * model.island.largest_demand:
            return 0.0
        largest = min(device.max_size, self._limits.get(name, math.inf))
        open_share = 1 - size / largest
        below = max(0.0, smallest_size(device.figures) - size) * device.figures.investment
        share = yearly_share(model.island.interest_rate, device.figures.life, 0.0)
        return (open_share > PAID) * model.fixed_cost(name) * open_share + below * share

    def _left_out(self, node: Node) -> frozenset[str]:
        """Return the devices that a plan after this node does without."""
        least = WANTED * self._model.island.largest_demand
        return frozenset(n for n in self._model.choices if node.sizes[n] <= least)

"""Closing the gap on the whole horizon: which devices are a must, and which are of no use?

Used by `stages`. Branch and bound over the devices, the lowest bound first. Each node is a linear
program of the whole horizon, a minute or more for a year: it is for gaps that are worth minutes.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from algorithm.components.annuity import yearly_share
from algorithm.errors import Failed, Infeasible
from algorithm.messages import Message
from algorithm.model.build import WANTED, Model
from algorithm.model.decisions import NOTHING_DECIDED, Decided
from algorithm.plan.record import Plan
from algorithm.search.outcome import Outcome
from algorithm.search.progress import Figures, way_to_gap
from algorithm.search.stage_solver import Solving

# A fixed cost of which less than this share is unpaid is as good as paid.
PAID = 1e-3
# Units that are within this of a whole number are whole.
WHOLE = 1e-4


@dataclass(frozen=True)
class Node:
    """Decisions that are made, what a plan after them costs at least, the sizes that the relaxation
    then has, and how much is open of each device.

    unpaid: of its fixed cost, and its investment up to its minimum size, currency a year; parted:
    by how much its units aren't whole, at most a half.
    """

    bound: float
    decided: Decided
    sizes: Mapping[str, float]
    unpaid: Mapping[str, float]
    parted: Mapping[str, float]


def close_gap(work: Solving, planned: Outcome, decided: Outcome, bounded: Outcome) -> Outcome:
    """Return the outcome with a better plan, a higher bound, or both, until the gap is as asked.

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
    """The nodes that may still hold a better plan, lowest bound first, and the best plan yet."""

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
        # What plans cost at least that are all decided on but for what runs when.
        self._decided = math.inf
        self.stopped = False
        self._way_begun = way_to_gap(self.figures.gap, self.goal)

    def grow(self) -> None:
        """Take the node with the lowest bound, try the plan that it points to, and branch."""
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
            self.nodes.append(node)  # whose branches are not all known
        least = math.inf if self.figures.incumbent is None else self.figures.incumbent
        promising = [node for node in self.nodes if node.bound < least]
        self.nodes = sorted(promising, key=lambda node: node.bound)
        lowest = self.nodes[0].bound if self.nodes else least
        self.figures = self.figures.with_bound(min(lowest, self._decided))
        self._work.reporter.figures = self.figures
        gap = f"{self.figures.gap or 0.0:.2%}"
        self._work.reporter.milestone(self._fraction, Message("Proven within %(gap)s", gap=gap))

    def _branches(self, node: Node) -> Iterator[Decided]:
        """Yield what to decide next, either way: the device of which most is unpaid, whether it is
        built; else the one whose units are least whole, how many it has at the most or at least."""
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
            return  # these devices alone make no plan
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
        """Return the part of a device's fixed cost that its share of the maximum size leaves open,
        and of its investment what it is below its minimum size by, currency a year."""
        model, device = self._model, self._model.island.devices[name]
        if size <= WANTED * model.island.largest_demand:
            return 0.0
        largest = min(device.max_size, self._limits.get(name, math.inf))
        open_share = 1 - size / largest
        below = max(0.0, device.figures.smallest_size - size) * device.figures.investment
        share = yearly_share(model.island.interest_rate, device.figures.life, 0.0)
        return (open_share > PAID) * model.fixed_cost(name) * open_share + below * share

    def _left_out(self, node: Node) -> frozenset[str]:
        """Return the devices that a plan after this node does without."""
        least = WANTED * self._model.island.largest_demand
        return frozenset(n for n in self._model.choices if node.sizes[n] <= least)

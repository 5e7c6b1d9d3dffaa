"""Closes the gap on the whole horizon: branch and bound over devices and units, best bound first.

Each node is a linear program of the whole horizon, which takes a minute or more for a year.
"""

import math
from collections.abc import Mapping

from algorithm.errors import Failed, Infeasible
from algorithm.messages import Message
from algorithm.model.build import WANTED, Model
from algorithm.model.decisions import NOTHING_DECIDED, Decided
from algorithm.plan.record import Plan
from algorithm.search.branching import Branching, Node
from algorithm.search.outcome import Outcome
from algorithm.search.progress import Figures, way_to_gap
from algorithm.search.stage_solver import Solving


def close_gap(work: Solving, planned: Outcome, decided: Outcome, bounded: Outcome) -> Outcome:
    """Improve plan and bound until the gap that was asked for is reached; return the outcome.

    planned, decided, bounded: outcomes of the parts `plan`, `structure` and `bound`. Without a plan
    or a bound there is no gap to close.
    """
    if planned["plan"] is None or bounded["bound"] is None:
        return work.nothing()
    reached = Figures(planned["plan"]["cost_per_year"], bounded["bound"])
    if (reached.gap or 0.0) <= (work.options.gap or 0.0):
        return work.outcome(planned["plan"], reached, stopped=False)
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
        self._branching = Branching(self._model, self._limits)
        self.nodes = [self._branching.node(bound, NOTHING_DECIDED, bounded["sizes"] or {})]
        self.tried: set[tuple[object, ...]] = set()
        # Lowest bound of the leaves: all devices and units are fixed, only decisions in steps open.
        self._decided = math.inf
        self.stopped = False
        self._way_begun = way_to_gap(self.figures.gap, self.goal)

    def grow(self) -> None:
        """Take the node with the lowest bound, try the plan that it suggests, and branch."""
        node = self.nodes.pop(0)
        branches = list(self._branching.branches(node))
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
            self.nodes.append(self._branching.node(bound, decided, sizes))

    def _left_out(self, node: Node) -> frozenset[str]:
        """Return the optional devices that a node's relaxation doesn't use."""
        least = WANTED * self._model.island.largest_demand
        return frozenset(n for n in self._model.choices if node.sizes[n] <= least)

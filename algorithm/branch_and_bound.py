"""Closing the gap on the whole horizon: which devices are a must, and which are of no use?

Used by `stages`. Branch and bound over the devices, the lowest bound first. Each node is a linear
program of the whole horizon, a minute or more for a year: it is for gaps that are worth minutes.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from algorithm.model import Model
from algorithm.phrase import phrase
from algorithm.progress import Figures, Outcome, way_to_gap
from algorithm.solving import LEFT_OUT, Solving, wanted_of

# A decision this close to 0 or 1 in an interior solution is taken.
DECIDED = 1e-4


@dataclass(frozen=True)
class Node:
    """Some devices fixed as built (1) or left out (0), what that costs at least, and how much of
    each device the relaxation then wants."""

    bound: float
    fixed: Mapping[str, float]
    wanted: Mapping[str, float]

    @property
    def undecided(self) -> str | None:
        """The device that the relaxation is least decided about; None if it is of all."""
        name = min(self.wanted, key=lambda name: abs(self.wanted[name] - 0.5), default=None)
        return name if name and DECIDED < self.wanted[name] < 1 - DECIDED else None

    @property
    def left_out(self) -> frozenset[str]:
        """The devices that a plan after this node does without."""
        return frozenset(name for name, share in self.wanted.items() if share < LEFT_OUT)


def close_gap(
    work: Solving, planned: Outcome, decided: Outcome, bounded: Outcome
) -> dict[str, Any]:
    """Return the outcome with a better plan, a higher bound, or both, until the gap is as asked.

    planned, decided, bounded: outcomes of the parts `plan`, `structure` and `bound`.
    """
    if planned["plan"] is None:
        return work.nothing()
    tree = Tree(work, planned["plan"], bounded)
    tree.tried.add(frozenset(decided["left_out"]))
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
        self.nodes = [Node(bounded["bound"], {}, bounded["wanted"])]
        self.tried: set[frozenset[str]] = set()
        self.stopped = False
        self._way_begun = way_to_gap(self.figures.gap, self.goal)

    def grow(self) -> None:
        """Take the node with the lowest bound, try the plan that it points to, and branch."""
        node = self.nodes.pop(0)
        if not node.fixed or node.undecided is None:
            self._try_plan(node.left_out)
        for built in (1.0, 0.0):
            if node.undecided is not None and not self.stopped:
                self._branch(node, {**node.fixed, node.undecided: built})
        if self.stopped:
            self.nodes.append(node)  # whose branches are not all known
        least = math.inf if self.figures.incumbent is None else self.figures.incumbent
        promising = [node for node in self.nodes if node.bound < least]
        self.nodes = sorted(promising, key=lambda node: node.bound)
        self.figures = self.figures.with_bound(self.nodes[0].bound if self.nodes else least)
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
        found = self._work.size(self._work.whole, left_out, self._fraction, self._fraction)
        self.stopped = found.stopped
        if found.plan is not None:
            better = self.figures.with_incumbent(found.plan["cost_per_year"])
            if better != self.figures:
                self.best, self.figures = found.plan, better

    def _branch(self, node: Node, fixed: Mapping[str, float]) -> None:
        columns = {self._model.decisions[name]: value for name, value in fixed.items()}
        found = self._work.linear(self._model, columns, self._fraction, self._fraction)
        self.stopped = found.stopped
        if found.solution is not None and found.bound is not None:
            wanted = {**wanted_of(self._model, found.solution), **fixed}
            self.nodes.append(Node(max(found.bound, node.bound), fixed, wanted))

"""Proves a lower bound of the whole horizon in longer steps, by branch and bound over devices.

Longer steps are a relaxation (`island.coarsening`) that is solved in seconds. The leaf with the
lowest bound is branched on if a fixed cost is much of its gap, else solved again in shorter steps.
So a device without which every plan costs more is found in long steps; from then on its fixed cost
counts in full.
"""

from dataclasses import dataclass
from functools import cache

from algorithm.island.coarsening import coarser
from algorithm.model.build import build_model
from algorithm.model.decisions import NOTHING_DECIDED, Decided
from algorithm.search.branching import Branching, Node
from algorithm.search.progress import Figures
from algorithm.search.stage_solver import Solving
from algorithm.solve.highs import End
from algorithm.solve.interior_point import ROUGH

# Steps a day, first to last; the second ones for a gap below FINE.
STEPS_A_DAY, FINE_STEPS_A_DAY = (2, 6), (2, 6, 12)
FINE = 0.02
# For a smaller gap, longer steps aren't tried: they alone cost more than that.
LEAST_GAP = 0.005
# A device is branched on if the fixed cost that a leaf doesn't count exceeds this share of the gap:
# before the steps get shorter, and in the shortest ones.
WORTH_BRANCHING, WORTH_AT_LAST = 0.4, 0.1
# Most linear programs that are solved. A campus takes five.
MOST_PROGRAMS = 12
# This stage fills the progress bar up to BAR_ENDS at most. Each program advances it by NEXT_SHARE
# of the rest, because the number of programs isn't known beforehand.
BAR_ENDS, NEXT_SHARE = 0.6, 0.25


@dataclass(frozen=True)
class Leaf:
    """A solved node. level: its steps a day, as a position among the levels."""

    node: Node
    level: int


class CoarseBound:
    """Branch and bound over devices in longer steps.

    goal: the gap to prove, relative. figures: the known plan's cost, and the bound so far.
    """

    def __init__(self, work: Solving, cost: float, goal: float) -> None:
        self.figures = Figures(cost)
        self._work, self._goal = work, goal
        wanted = STEPS_A_DAY if goal >= FINE else FINE_STEPS_A_DAY
        a_day = work.whole.steps.a_day
        self._levels = [most for most in wanted if most < a_day] if goal >= LEAST_GAP else []
        self._branching = cache(self._branching_at)
        self._leaves: list[Leaf] = []
        self._programs = 0
        self._given_up = False

    @property
    def reached(self) -> bool:
        """Whether the gap is proven."""
        gap = self.figures.gap
        return gap is not None and gap <= self._goal

    def prove(self) -> None:
        """Improve the bound until the gap is proven, the search is stopped, or longer steps can't
        prove more."""
        if not self._levels:
            return
        self._take(self._solve(NOTHING_DECIDED, 0))
        while self._leaves and self._programs < MOST_PROGRAMS and not self.reached:
            lowest = min(self._leaves, key=lambda leaf: leaf.node.bound)
            level, branches = self._refined(lowest)
            solved = [self._solve(decided, level, lowest) for decided in branches]
            if not branches or self._given_up:
                return
            self._leaves.remove(lowest)
            self._take(*solved)

    def _refined(self, leaf: Leaf) -> tuple[int, list[Decided]]:
        """Return the level and the decisions of the leaves that replace a leaf; none if there is
        no way to improve it."""
        is_last = leaf.level + 1 == len(self._levels)
        allowed = self._goal * abs(self.figures.incumbent or 0.0)
        worth = (WORTH_AT_LAST if is_last else WORTH_BRANCHING) * allowed
        if max(leaf.node.unpaid.values(), default=0.0) > worth:
            return leaf.level, list(self._branching(leaf.level).branches(leaf.node))
        if not is_last:
            return leaf.level + 1, [leaf.node.decided]
        return leaf.level, []

    def _solve(self, decided: Decided, level: int, parent: Leaf | None = None) -> Leaf | None:
        """Return a new leaf; None if no plan has these decisions, or it couldn't be solved."""
        if self._given_up:
            return None
        self._programs += 1
        branching, begins = self._branching(level), self._work.reporter.fraction
        ends = begins + NEXT_SHARE * max(0.0, BAR_ENDS - begins)
        found = self._work.linear(
            branching.model, decided, begins, ends, prove=True, tolerance=ROUGH
        )
        if found.end is End.INFEASIBLE:
            return None
        if found.solution is None or found.bound is None:
            self._given_up = True
            return None
        bound = found.bound if parent is None else max(found.bound, parent.node.bound)
        sizes = branching.model.sizes(found.solution)
        return Leaf(branching.node(bound, decided, sizes), level)

    def _take(self, *solved: Leaf | None) -> None:
        """Add leaves, and report the bound if it is better."""
        self._leaves += [leaf for leaf in solved if leaf is not None]
        if not self._leaves:
            return
        bound = min(leaf.node.bound for leaf in self._leaves)
        better = self.figures.with_bound(bound)
        if better != self.figures and better.bound is not None:
            self.figures = better
            self._work.proved(better.bound, self._work.reporter.fraction)

    def _branching_at(self, level: int) -> Branching:
        island = coarser(self._work.whole, self._levels[level])
        return Branching(build_model(island, on_off=self._work.options.on_off), {})

"""What a search tells while it runs. Made by `search`; read by terminals, workers and tests."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

Phase = Literal["days", "model", "solve", "plan"]


@dataclass(frozen=True)
class Progress:
    """Where a search stands.

    fraction: of the search, 0 to 1, never falls. status: one short sentence.
    incumbent: cost of the best plan so far, never rises; bound: what no plan can cost less than on
    the modelled hours, never falls, never above the incumbent; both EUR a year, None if unknown.
    gap: (incumbent - bound) / |incumbent|. eta_s: seconds that are left, as far as one can tell.
    milestone: a new phase or a new best plan. result: a whole result with the best plan so far,
    where this is a new one.
    """

    phase: Phase
    fraction: float
    status: str
    incumbent: float | None = None
    bound: float | None = None
    gap: float | None = None
    eta_s: float | None = None
    milestone: bool = False
    result: dict[str, Any] | None = None


# Two costs closer than this, relative, are the solver's rounding and not a better plan.
SAME_COST = 1e-9

OnProgress = Callable[[Progress], None]


def relative_gap(incumbent: float | None, bound: float | None) -> float | None:
    """Return the gap between a plan's cost and the bound, relative to the cost if that isn't 0."""
    if incumbent is None or bound is None:
        return None
    if incumbent == bound:
        return 0.0
    return (incumbent - bound) / abs(incumbent) if incumbent else None


def way_to_gap(gap: float | None, goal: float) -> float:
    """Return the share of the way from a gap of 100 % to the asked one, in orders of magnitude.

    A solver halves a gap again and again, so the logarithm moves more evenly than the gap.
    """
    if gap is None or gap >= 1:
        return 0.0
    goal = max(goal, 1e-6)
    return 1.0 if gap <= goal else math.log(gap) / math.log(goal)


class Reporter:
    """Passes progress on, and sees to it that it only ever gets better."""

    def __init__(self, on_progress: OnProgress | None) -> None:
        self._on_progress = on_progress
        self.latest = Progress("days", 0.0, "")
        self._told: tuple[str, float | None] = ("", None)

    def begin(self, phase: Phase, fraction: float, status: str) -> None:
        """Tell of a new phase."""
        self._tell(replace(self.latest, phase=phase, status=status, eta_s=None), fraction, True)

    def bound(self, bound: float) -> None:
        """Take in a bound, EUR a year; one that is below an earlier one is no news."""
        known = self.latest.bound
        self._compare(self.latest.incumbent, bound if known is None else max(bound, known))

    def incumbent(self, cost: float) -> bool:
        """Take in a plan's cost, EUR a year; return whether it is the best so far."""
        known = self.latest.incumbent
        if known is not None and cost >= known - SAME_COST * abs(known):
            return False
        self._compare(cost, self.latest.bound)
        return True

    def _compare(self, incumbent: float | None, bound: float | None) -> None:
        """Keep both in order: they cross by the solver's tolerance at most."""
        if incumbent is not None and bound is not None and bound > incumbent:
            if incumbent == self.latest.incumbent:
                bound = incumbent
            else:
                incumbent = bound
        gap = relative_gap(incumbent, bound)
        self.latest = replace(self.latest, incumbent=incumbent, bound=bound, gap=gap)

    def standing(
        self,
        status: str,
        fraction: float,
        eta_s: float | None,
        result: dict[str, Any] | None = None,
    ) -> None:
        """Tell where the search stands, if that is news; `result` if there is a new best plan."""
        if result is None and (status, self.latest.bound) == self._told:
            return
        progress = replace(self.latest, status=status, eta_s=eta_s, result=result)
        self._tell(progress, fraction, result is not None)

    def _tell(self, progress: Progress, fraction: float, milestone: bool) -> None:
        fraction = min(1.0, max(fraction, self.latest.fraction))
        progress = replace(progress, fraction=fraction, milestone=milestone)
        self.latest = replace(progress, result=None)
        self._told = (progress.status, progress.bound)
        if self._on_progress is not None:
            self._on_progress(progress)

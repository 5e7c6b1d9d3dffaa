"""How much longer a search will take: a model of its parts' durations, corrected as they run.

Each part has a predicted duration (`parts`). It is corrected by

- the pace: measured over predicted duration of the parts that have ended, those of the same kind
  first. It holds both how fast this machine is and how hard this requirement;
- the part's own progress, the more, the further it has come. Only the moments count at which it
  progressed: a bar that stands says nothing new.

The parts that are left are then scheduled on as many slots as have been seen at work. What is said
counts down with the clock. It is raised only by more than `RISE`, and then a reason is given.
"""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from algorithm.messages import Message
from algorithm.search.part import Part, PartKind

# By which factor a part may take longer or shorter than predicted, before anything is measured.
# Branch and bound ends at a gap that may be reached with the first node or with the hundredth.
SPREAD: Mapping[PartKind, float] = {
    PartKind.STRUCTURE: 3.0,
    PartKind.PLAN: 2.0,
    PartKind.BOUND: 2.0,
    PartKind.IMPROVE: 4.0,
    PartKind.CLEANEST: 3.0,
    PartKind.POINT: 3.0,
}
# Progress from which a part's own pace is used, and from which it is trusted alone.
OWN_FROM, OWN_ALONE = 0.1, 0.3
# Weights of the prediction, and of an ended part of the same or of another kind, in the pace.
PREDICTED, SAME_KIND, OTHER_KIND = 0.5, 4.0, 1.0
# A part that took less than this share of its prediction had nothing to do: it has no pace.
NOTHING_DONE = 0.02
# What is left of a part that stands still, at least: this share of what its pace so far would say.
# A part that has hardly begun counts as having come as far as OWN_ALONE.
OVERDUE = 0.4
# What is said is changed if the estimate is lower or higher by more than these shares; a rise must
# also exceed RISE_S.
FALL, RISE, RISE_S = 0.05, 0.1, 2.0
# Within this factor up and down, a single figure is said, otherwise a range.
WELL_KNOWN = 1.3

LONGER = Message("this stage takes longer than expected")
MORE_TO_DO = Message("the next stages take longer than expected")
AGAIN = Message("a part of the search is begun again")


@dataclass(frozen=True)
class Remaining:
    """What is said: seconds left, the range if it isn't known well, and why it rose, if it did."""

    seconds: float
    low: float | None = None
    high: float | None = None
    reason: str | None = None


@dataclass
class _Run:
    """A part that was begun. began, progressed, ended: by the clock, s. fraction: at `progressed`.
    ended: None while it runs."""

    began: float
    progressed: float
    fraction: float = 0.0
    ended: float | None = None


class RemainingTime:
    """Estimates the remaining time from what the parts report.

    parts: all of the search, each after those that it depends on. clock: in seconds.
    """

    def __init__(self, parts: Sequence[Part], clock: Callable[[], float] = time.monotonic) -> None:
        self._parts = {part.name: part for part in parts}
        self._clock = clock
        self._runs: dict[str, _Run] = {}
        self._done: set[str] = set()
        self._slots = 1
        self._said: tuple[float, float] | None = None  # when it ends, by the clock; spread
        self._reason: str | None = None
        self._why: str | None = None  # of a rise that is still to be said

    def progressed(self, part: str, fraction: float) -> None:
        """Take a running part's progress, 0 to 1."""
        now = self._clock()
        run = self._runs.setdefault(part, _Run(now, now))
        if fraction > run.fraction:
            run.progressed, run.fraction = now, fraction
        self._slots = max(self._slots, len(self._running()))

    def done(self, part: str) -> None:
        """Take the end of a part."""
        run = self._runs.get(part)
        if run is not None and run.ended is None:
            run.ended = self._clock()
        self._done.add(part)

    def begins_again(self, part: str) -> None:
        """Take that a part starts over."""
        self._runs.pop(part, None)
        self._why = AGAIN

    def say(self) -> Remaining:
        """Return the remaining time to show now."""
        now = self._clock()
        left, spread = self._estimate(now)
        if self._said is None:
            self._said = (now + left, spread)
        ends, said_spread = self._said
        said = max(0.0, ends - now)
        if left > said * (1 + RISE) + RISE_S:
            self._reason = self._why or (LONGER if self._is_overdue(now) else MORE_TO_DO)
            self._said = (now + left, spread)
        elif left < said * (1 - FALL):
            self._reason = None
            # The upper end must not rise, either.
            self._said = (now + left, min(spread, said_spread * said / max(left, 1e-9)))
        else:
            self._said = (ends, min(spread, said_spread))
        self._why = None
        ends, spread = self._said
        said = max(0.0, ends - now)
        if spread <= WELL_KNOWN:
            return Remaining(said, reason=self._reason)
        return Remaining(said, said / spread, said * spread, self._reason)

    def _running(self) -> list[str]:
        return [name for name in self._runs if name not in self._done]

    def _ratios(self) -> dict[str, float]:
        """Return measured over predicted duration, by part that has ended."""
        measured = {
            name: (run.ended - run.began) / self._parts[name].seconds
            for name, run in self._runs.items()
            if run.ended is not None
        }
        return {name: ratio for name, ratio in measured.items() if ratio > NOTHING_DONE}

    def _pace(self, kind: PartKind) -> tuple[float, float]:
        """Return the pace of parts of a kind, and the share of the prediction in it."""
        weights, logs = PREDICTED, 0.0
        for name, ratio in self._ratios().items():
            weight = SAME_KIND if self._parts[name].id.kind is kind else OTHER_KIND
            weights, logs = weights + weight, logs + weight * math.log(ratio)
        return math.exp(logs / weights), PREDICTED / weights

    def _whole(self, name: str) -> tuple[float, float]:
        """Return the expected duration of a part, s, and the factor by which it may differ."""
        part = self._parts[name]
        pace, predicted = self._pace(part.id.kind)
        expected, spread = part.seconds * pace, SPREAD[part.id.kind] ** math.sqrt(predicted)
        run = self._runs.get(name)
        if run is None or run.fraction < OWN_FROM:
            return expected, spread
        own = (run.progressed - run.began) / run.fraction
        trust = min(1.0, run.fraction / OWN_ALONE)
        return (1 - trust) * expected + trust * own, spread ** (1 - run.fraction)

    def _left(self, name: str, now: float) -> tuple[float, float]:
        """Return the time that is left of a part, s, and the factor by which it may differ."""
        whole, spread = self._whole(name)
        run = self._runs.get(name)
        if run is None:
            return whole, spread
        gone = now - run.began
        at_pace = gone * (1 - run.fraction) / max(run.fraction, OWN_ALONE)
        if run.fraction < OWN_FROM:
            left = whole - gone
        else:
            left = whole * (1 - run.fraction) - (now - run.progressed)
        return max(left, OVERDUE * at_pace), spread

    def _is_overdue(self, now: float) -> bool:
        """Whether a running part has taken half of the time predicted for it, or more."""
        return any(
            now - self._runs[name].began > 0.5 * self._parts[name].seconds
            for name in self._running()
        )

    def _estimate(self, now: float) -> tuple[float, float]:
        """Return the search's remaining time, s, and the factor by which it may differ."""
        left = {name: self._left(name, now) for name in self._parts if name not in self._done}
        whole = self._scheduled({name: seconds for name, (seconds, _) in left.items()})
        total = sum(seconds for seconds, _ in left.values())
        if not total:
            return 0.0, 1.0
        # The parts differ from their predictions independently, so their errors partly cancel out.
        squares = sum((seconds * math.log(spread)) ** 2 for seconds, spread in left.values())
        return whole, math.exp(math.sqrt(squares) / total)

    def _scheduled(self, left: Mapping[str, float]) -> float:
        """Return when the last of the parts ends if each slot takes the first part that is ready.

        left: seconds of each part that isn't done; running parts go first.
        """
        ends = {name: left[name] for name in self._running()}
        free = sorted([*ends.values(), *[0.0] * (self._slots - len(ends))])
        for name, part in self._parts.items():
            if name in left and name not in ends:
                ready = max((ends.get(before, 0.0) for before in part.after), default=0.0)
                ends[name] = max(free.pop(0), ready) + left[name]
                free = sorted([*free, ends[name]])
        return max(ends.values(), default=0.0)

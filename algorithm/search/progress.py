"""The progress of a search, defined once for solver, workers and browser.

A search reports `Progress`; a `ProgressRecord` is its JSON form, and a `Report` the part of it that
viewers get. Each part of a search has a `Reporter`; `Overall` combines the parts' progress. To add
a figure, add a field to `KnownFigures`, `Figures` and `Progress`.
"""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, Required, Self, cast

from typing_extensions import TypedDict

from algorithm.errors import Text
from algorithm.messages import Message, MessageJson, encoded, message_in, with_message
from algorithm.plan.record import Basis
from algorithm.search.outcome import Outcome
from algorithm.search.part import Part
from algorithm.search.remaining_time import Remaining, RemainingTime

Phase = Literal["days", "model", "solve", "year", "bound", "improve", "front", "plan"]


class KnownFigures(TypedDict, total=False):
    """The figures of the best plan; None if unknown. They start over when the basis changes.

    incumbent: cost of the best plan so far, currency a year; never rises. bound: lower bound of the
    cost, currency a year; never falls, and is never above the incumbent. gap: (incumbent - bound) /
    |incumbent|.
    """

    incumbent: float | None
    bound: float | None
    gap: float | None


FIGURES = tuple(KnownFigures.__annotations__)
ESTIMATE = ("eta_s", "eta_low_s", "eta_high_s", "eta_reason", "eta_reason_i18n")


def figures_in(record: KnownFigures) -> KnownFigures:
    """Return only the figures of a record; None for those that it doesn't have."""
    return cast(KnownFigures, {name: record.get(name) for name in FIGURES})


class Report(KnownFigures, total=False):
    """The progress that viewers get; the fields are those of `Progress`."""

    status: Required[Text]
    status_i18n: MessageJson
    phase: Phase
    basis: Basis
    currency: str
    eta_s: float | None
    eta_low_s: float | None
    eta_high_s: float | None
    eta_reason: Text | None
    eta_reason_i18n: MessageJson | None
    milestone: bool | None


class ProgressRecord(Report):
    """`Progress` as JSON."""

    fraction: float
    outcome: Outcome | None


@dataclass(frozen=True)
class Progress:
    """The progress of a search, or of one part.

    fraction: the share that is done, 0 to 1, never falls. status: one short sentence. basis: the
    steps that the figures are about; they start over when it changes. incumbent, bound, gap: see
    `KnownFigures`. eta_s: estimated seconds left; eta_low_s, eta_high_s: its range, if it isn't
    known well; eta_reason: why it rose, if it did. milestone: whether this is a new phase or a new
    best plan. outcome: only of a part, if it is a new best one.
    """

    phase: Phase
    fraction: float
    status: Text
    basis: Basis = "whole horizon"
    incumbent: float | None = None
    bound: float | None = None
    gap: float | None = None
    eta_s: float | None = None
    eta_low_s: float | None = None
    eta_high_s: float | None = None
    eta_reason: Text | None = None
    milestone: bool = False
    outcome: Outcome | None = None
    currency: str = "EUR"

    def record(self) -> ProgressRecord:
        """Return it as JSON."""
        return cast(ProgressRecord, encoded(vars(self)))

    def report(self) -> Report:
        """Return the part of it that viewers get."""
        internal = ("fraction", "outcome")
        shown = {k: v for k, v in vars(self).items() if k not in internal}
        reason = {"eta_reason": None, "eta_reason_i18n": None}
        if self.eta_reason is not None:
            reason = with_message("eta_reason", self.eta_reason)
        return cast(Report, {**shown, **with_message("status", self.status), **reason})

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Self:
        """Read what `record` returned, here or in another version; unknown fields are ignored."""
        known = cls.__dataclass_fields__
        fields = {name: value for name, value in record.items() if name in known}
        return cls(**{**fields, "status": message_in(record, "status")})


OnProgress = Callable[[Progress], None]

# A plan must be cheaper by more than this, relative, to be better; less is rounding.
SAME_COST = 1e-9
# A difference between plan and bound up to this, currency a year, is rounding, too.
NO_GAP = 1e-6
# A running part reports at least this often, s, even without news.
BEAT_S = 2.0


def relative_gap(incumbent: float | None, bound: float | None) -> float | None:
    """Return the gap between a plan's cost and the bound, relative to the cost; None if unknown."""
    if incumbent is None or bound is None:
        return None
    missing = incumbent - bound
    if missing <= NO_GAP:
        return 0.0
    return missing / abs(incumbent) if incumbent else None


def way_to_gap(gap: float | None, goal: float) -> float:
    """Return the progress from a gap of 100 % to `goal`, on a logarithmic scale, 0 to 1.

    A solver reduces the gap by factors, so its logarithm progresses more evenly.
    """
    if gap is None or gap >= 1:
        return 0.0
    goal = max(goal, 1e-6)
    return 1.0 if gap <= goal else math.log(gap) / math.log(goal)


@dataclass(frozen=True)
class Figures:
    """Incumbent and bound on the same steps; they only improve, and never cross."""

    incumbent: float | None = None
    bound: float | None = None

    @property
    def gap(self) -> float | None:
        return relative_gap(self.incumbent, self.bound)

    def known(self) -> KnownFigures:
        """Return them in the form of a progress report."""
        return {"incumbent": self.incumbent, "bound": self.bound, "gap": self.gap}

    def with_bound(self, bound: float | None) -> "Figures":
        """Return the figures with a new bound, if it is higher than the known one."""
        if bound is None or (self.bound is not None and bound <= self.bound):
            return self
        if self.incumbent is not None:
            bound = min(bound, self.incumbent)  # may be above it by the solver's tolerance
        return replace(self, bound=bound)

    def with_incumbent(self, cost: float | None) -> "Figures":
        """Return the figures with a new plan's cost, if it is lower than the known one."""
        if cost is None or (self.incumbent is not None and cost >= self.incumbent):
            return self
        return replace(self, incumbent=cost if self.bound is None else max(cost, self.bound))


class Reporter:
    """Reports a part's progress, and makes sure that it only improves."""

    def __init__(self, on_progress: OnProgress | None, currency: str) -> None:
        self._on_progress = on_progress
        self._currency = currency
        self._basis: Basis = "whole horizon"
        self._phase: Phase = "days"
        self.fraction = 0.0
        self._status = ""
        self._reported_at = -math.inf
        self.figures = Figures()

    def begin(self, phase: Phase, fraction: float, status: str, basis: Basis | None = None) -> None:
        """Report a new phase; on another basis, the figures start over."""
        if basis is not None and basis != self._basis:
            self._basis, self.figures = basis, Figures()
        self._phase = phase
        self._report(status, fraction, milestone=True)

    def bound(self, bound: float | None) -> bool:
        """Record a bound; return whether it is better than the known one."""
        before, self.figures = self.figures, self.figures.with_bound(bound)
        return self.figures != before

    def is_better(self, cost: float) -> bool:
        """Return whether a plan of this cost would be the best so far."""
        known = self.figures.incumbent
        return known is None or cost < known - SAME_COST * abs(known)

    def incumbent(self, cost: float, fraction: float, status: str, outcome: Outcome) -> None:
        """Report a new best plan."""
        self.figures = self.figures.with_incumbent(cost)
        self._report(status, fraction, milestone=True, outcome=outcome)

    def milestone(self, fraction: float, status: str) -> None:
        """Report an event that viewers can look up later."""
        self._report(status, fraction, milestone=True)

    def standing(self, fraction: float, status: str, *, news: bool) -> None:
        """Report the part's progress, if there is news or the last report is BEAT_S old."""
        if news or status != self._status or time.monotonic() - self._reported_at >= BEAT_S:
            self._report(status, fraction)

    def _report(
        self,
        status: str,
        fraction: float,
        *,
        milestone: bool = False,
        outcome: Outcome | None = None,
    ) -> None:
        self.fraction = min(1.0, max(fraction, self.fraction))
        self._status, self._reported_at = status, time.monotonic()
        if self._on_progress is None:
            return
        self._on_progress(
            Progress(
                self._phase,
                self.fraction,
                status,
                self._basis,
                **self.figures.known(),
                milestone=milestone,
                outcome=outcome,
                currency=self._currency,
            )
        )


class Overall:
    """Combines the progress of a search's parts, wherever they run, into the search's progress.

    The figures are those of the leading parts: on typical days until a plan for the whole horizon
    is known.
    """

    def __init__(self, parts: Sequence[Part], on_progress: OnProgress) -> None:
        self._parts = {part.name: part for part in parts}
        self._fractions = dict.fromkeys(self._parts, 0.0)
        self._on_progress = on_progress
        self._figures: dict[Basis, Figures] = {}
        self._fraction = 0.0
        self._phase: Phase = "days"
        self._currency = "EUR"
        self._remaining = RemainingTime(parts)

    def take(self, part: str, progress: Progress) -> None:
        """Take a part's progress and report that of the whole search."""
        self._fractions[part] = max(self._fractions[part], progress.fraction)
        self._remaining.progressed(part, progress.fraction)
        if self._parts[part].leads:
            known = self._figures.get(progress.basis, Figures())
            known = known.with_bound(progress.bound).with_incumbent(progress.incumbent)
            self._figures[progress.basis] = known
        self._fraction = max(self._fraction, self._done())
        self._phase, self._currency = progress.phase, progress.currency
        self._report(part, progress.status, milestone=progress.milestone)

    def done(self, part: str) -> None:
        """Count a part as done, whether or not it has reported its end."""
        self._fractions[part] = 1.0
        self._remaining.done(part)

    def begins_again(self, part: str, reason: str) -> None:
        """Report that a part is run again, and why; its progress so far is kept."""
        self._remaining.begins_again(part)
        self._report(
            part, Message("%(reason)s This part is begun again.", reason=reason), milestone=True
        )

    def finish(self, status: str) -> None:
        """Report that the search is complete."""
        self._phase, self._fraction = "plan", 1.0
        self._report(None, status, milestone=True)

    def _report(self, part: str | None, status: str, *, milestone: bool) -> None:
        basis, figures = self._shown()
        left = Remaining(0.0) if self._fraction == 1.0 else self._remaining.say()
        title = self._parts[part].title if part else ""
        self._on_progress(
            Progress(
                self._phase,
                self._fraction,
                Message("%(part)s: %(status)s", part=title, status=status) if title else status,
                basis,
                **figures.known(),
                eta_s=left.seconds,
                eta_low_s=left.low,
                eta_high_s=left.high,
                eta_reason=left.reason,
                milestone=milestone,
                currency=self._currency,
            )
        )

    def _done(self) -> float:
        """Return the share of the search that is done, below 1: only `finish` reports 1."""
        whole = sum(part.seconds for part in self._parts.values())
        done = sum(part.seconds * self._fractions[name] for name, part in self._parts.items())
        return min(0.999, done / whole)

    def _shown(self) -> tuple[Basis, Figures]:
        whole = self._figures.get("whole horizon", Figures())
        if whole.incumbent is None and "typical days" in self._figures:
            return "typical days", self._figures["typical days"]
        return "whole horizon", whole

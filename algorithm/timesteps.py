"""The steps that are modelled: all of a short horizon, or typical days that stand for a long one.

Called by `resolve` (the whole horizon) and `search` (which steps to model); `build` reads what each
weighs and which follows which.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Literal

import numpy as np

from algorithm.messages import phrase
from algorithm.series import HOURS_A_DAY, HOURS_A_YEAR, Booleans, Floats, Integers

if TYPE_CHECKING:
    from algorithm.island.island import Island  # which holds Steps, and so imports this file

Period = Literal["day", "month", "year"]

MOST_DAYS_IN_FULL = 14
DAYS_A_YEAR = 365.25


@dataclass(frozen=True)
class Days:
    """Which typical day stands for which day of the horizon.

    typical: (D,) the typical day, of N, that each of the horizon's days runs as. own: (N,) the day
    of the horizon that each typical day is.
    """

    typical: Integers
    own: Integers


@dataclass(frozen=True)
class Steps:
    """The modelled steps, T of them, in the order of the horizon.

    positions: (T,) each step's place among those of the horizon.
    weights: (T,) the hours a year that each step stands for; they add up to 8760.
    previous: (T,) the place of the step before each; the first of a period follows its last.
    first: (T,) whether a step is the first of the horizon, or of its typical day.
    months: (T,) the month of the calendar that each step is in; the January of the horizon's first
    year is 0, that of the next is 12.
    horizon: the steps of the whole horizon. step_hours: the length of a step, h.
    start: the horizon's first day. days: what typical days stand for; None where all steps are
    modelled. coarse: whether a step stands for several, and what is modelled is a relaxation.
    """

    positions: Integers
    weights: Floats
    previous: Integers
    first: Booleans
    months: Integers
    horizon: int
    step_hours: float
    start: date
    days: Days | None = None
    coarse: bool = False

    @property
    def whole(self) -> bool:
        """Whether these are all steps of the horizon."""
        return self.days is None

    @property
    def a_day(self) -> int:
        """The steps of a day."""
        return round(HOURS_A_DAY / self.step_hours)

    def periods(self, of: Period) -> Integers:
        """Return which day, month or year each step is in (T,), counted from 0 without a gap.

        Months are the calendar's, years those from the horizon's first day on; of the last year,
        less than half belongs to the one before. A typical day is in the month and year that it is
        taken from.
        """
        days = self.positions // self.a_day
        numbers = {"day": days, "month": self.months, "year": self._years(days)}[of]
        periods: Integers = np.unique(numbers, return_inverse=True)[1]
        return periods

    def _years(self, days: Integers) -> Integers:
        whole = max(1, round(self.horizon / self.a_day / DAYS_A_YEAR))
        month, first = np.datetime64(self.start, "M"), np.datetime64(self.start, "D")
        begins = (month + 12 * np.arange(1, whole)).astype("datetime64[D]") + (self.start.day - 1)
        years: Integers = np.searchsorted((begins - first).astype(np.int64), days, side="right")
        return years


def every_step(count: int, step_hours: float, start: date) -> Steps:
    """Return all steps of a horizon: one period that stands for a year, however long it is."""
    positions = np.arange(count)
    return Steps(
        positions=positions,
        weights=np.full(count, HOURS_A_YEAR / count),
        previous=np.roll(positions, 1),
        first=positions == 0,
        months=_months(positions, step_hours, start),
        horizon=count,
        step_hours=step_hours,
        start=start,
    )


MONTHS = (
    phrase("%(day)s January, %(time)s"),
    phrase("%(day)s February, %(time)s"),
    phrase("%(day)s March, %(time)s"),
    phrase("%(day)s April, %(time)s"),
    phrase("%(day)s May, %(time)s"),
    phrase("%(day)s June, %(time)s"),
    phrase("%(day)s July, %(time)s"),
    phrase("%(day)s August, %(time)s"),
    phrase("%(day)s September, %(time)s"),
    phrase("%(day)s October, %(time)s"),
    phrase("%(day)s November, %(time)s"),
    phrase("%(day)s December, %(time)s"),
)


def moment(start: date, hours: float) -> str:
    """Return when it is so many hours after a day began, for people: "1 January, 17:00"."""
    at = datetime.combine(start, datetime.min.time()) + timedelta(hours=hours)
    return phrase(MONTHS[at.month - 1], day=at.day, time=f"{at:%H:%M}")


def is_long(horizon: int, a_day: int) -> bool:
    """Return whether typical days stand for a horizon of so many steps, so many a day."""
    return horizon > MOST_DAYS_IN_FULL * a_day


def steps_to_model(island: "Island", count: int) -> Steps:
    """Return every step of a horizon of up to 14 days, else `count` typical days and the peaks'.

    island: over its whole horizon.
    """
    steps = island.steps
    if not is_long(steps.horizon, steps.a_day):
        return steps
    return typical_days(island, count)


def typical_days(island: "Island", count: int) -> Steps:
    """Choose the days that stand for the horizon: each demand's peak day, and `count` medoids.

    A peak day stands for itself alone; every other day is stood for by its nearest medoid. The
    island covers its whole horizon, in whole days.
    """
    steps = island.steps
    days = _by_day(list(_columns(island)), steps.a_day)
    demands = [demand.power for demand in island.demands.values() if np.ptp(demand.power) > 0]
    peaks = sorted({int(np.argmax(demand)) // steps.a_day for demand in demands})
    rest = np.setdiff1d(np.arange(len(days)), peaks)
    if len(rest) <= count:
        return steps
    medoids, nearest = _k_medoids(days[rest], count)
    # Of medoids that are alike, all but one stand for no day.
    medoids = medoids[np.unique(nearest)]
    nearest = np.unique(nearest, return_inverse=True)[1]
    own = np.sort(np.concatenate([peaks, rest[medoids]]).astype(np.int64))
    typical = np.empty(len(days), dtype=np.int64)
    typical[peaks] = np.searchsorted(own, peaks)
    typical[rest] = np.searchsorted(own, rest[medoids])[nearest]
    return _steps_of(Days(typical, own), steps)


def _steps_of(days: Days, whole: Steps) -> Steps:
    """Return the steps of typical days, each weighed by how many of the horizon's it stands for."""
    within = np.arange(whole.a_day)
    positions = (days.own[:, None] * whole.a_day + within).ravel()
    place = np.arange(len(days.own))[:, None] * whole.a_day
    counts = np.bincount(days.typical)
    return Steps(
        positions=positions,
        weights=np.repeat(counts * HOURS_A_YEAR / whole.horizon, whole.a_day),
        previous=(place + np.roll(within, 1)).ravel(),
        first=np.tile(within == 0, len(days.own)),
        months=whole.months[positions],
        horizon=whole.horizon,
        step_hours=whole.step_hours,
        start=whole.start,
        days=days,
    )


def _months(positions: Integers, step_hours: float, start: date) -> Integers:
    # A hair late, so that rounding never puts a day's first step into the day before.
    days = np.floor((positions + 1e-6) * step_hours / HOURS_A_DAY).astype(np.int64)
    calendar = (np.datetime64(start, "D") + days).astype("datetime64[M]")
    january = np.datetime64(start, "Y").astype("datetime64[M]")
    months: Integers = (calendar - january).astype(np.int64)
    return months


def _columns(island: "Island") -> Iterator[Floats]:
    """Yield every array that any part of the island has, demands first."""
    parts = [*island.demands.values(), *island.supplies.values(), *island.exports.values()]
    for part in (*parts, *island.devices.values()):
        for value in vars(part).values():
            if isinstance(value, np.ndarray):
                yield value
            elif isinstance(value, Mapping):
                yield from value.values()


def _by_day(columns: Sequence[Floats], a_day: int) -> Floats:
    """Return a row per day of all columns that vary, each scaled to a variance of 1.

    Columns that are alike once scaled count once: two devices under one sun are one weather.
    """
    varying = [column for column in columns if np.isfinite(column).all() and np.ptp(column) > 0]
    scaled = [np.round(column / column.std(), 9) for column in varying] or columns[:1]
    distinct = {column.tobytes(): column for column in scaled}
    return np.hstack([column.reshape(-1, a_day) for column in distinct.values()])


def _k_medoids(points: Floats, count: int) -> tuple[Integers, Integers]:
    """Partition around medoids (Kaufman and Rousseeuw: build, then swap), without randomness.

    Returns the medoids' positions (count,) and each point's medoid as 0..count-1 (points,).
    """
    squares = (points**2).sum(axis=1)
    distance = np.sqrt(np.maximum(squares[:, None] + squares - 2 * points @ points.T, 0.0))
    medoids: list[int] = []
    best = np.full(len(points), np.inf)
    for _ in range(count):
        totals = np.minimum(best[:, None], distance).sum(axis=0)
        totals[medoids] = np.inf
        medoids.append(int(totals.argmin()))
        best = np.minimum(best, distance[:, medoids[-1]])
    improved = True
    while improved:
        improved = False
        for place in range(count):
            others = [medoid for medoid in medoids if medoid != medoids[place]]
            without = distance[:, others].min(axis=1) if others else np.full(len(points), np.inf)
            totals = np.minimum(without[:, None], distance).sum(axis=0)
            candidate = int(totals.argmin())
            if totals[candidate] < totals[medoids[place]] * (1 - 1e-9):
                medoids[place], improved = candidate, True
    chosen = np.array(medoids)
    return chosen, distance[:, chosen].argmin(axis=1)

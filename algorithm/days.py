"""The hours that are modelled: all of a short horizon, or typical days that stand for a long one.

Called by `search` (which days) and `island` (what they weigh and which hour follows which).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from algorithm.series import HOURS_A_DAY, HOURS_A_YEAR, Floats, Integers

MOST_DAYS_IN_FULL = 14


@dataclass(frozen=True)
class Steps:
    """The modelled hours, T of them, days after one another.

    hours: (T,) each step's hour in the requirement's horizon.
    weights: (T,) the hours a year that each step stands for; they add up to 8760.
    previous: (T,) the position of the step before each; the first follows the last of its period,
        so that a store ends a period as it began it.
    horizon: the hours of the whole horizon.
    """

    hours: Integers
    weights: Floats
    previous: Integers
    horizon: int

    @property
    def whole(self) -> bool:
        """Whether these are all hours of the horizon."""
        return len(self.hours) == self.horizon

    @property
    def days(self) -> Integers:
        """Each modelled day's position in the horizon."""
        return self.hours[::HOURS_A_DAY] // HOURS_A_DAY

    @property
    def days_a_year(self) -> Floats:
        """The days a year that each modelled day stands for."""
        return self.weights[::HOURS_A_DAY]


def every_hour(hours: int) -> Steps:
    """Model a whole horizon as one period."""
    steps = np.arange(hours)
    return Steps(steps, np.full(hours, HOURS_A_YEAR / hours), np.roll(steps, 1), horizon=hours)


def typical_days(demands: Sequence[Floats], others: Sequence[Floats], count: int) -> Steps:
    """Choose the days that stand for the horizon: each demand's peak day, and k medoids.

    A peak day stands for itself alone; every other day is stood for by its nearest medoid. Each
    typical day is a period of its own.

    demands, others: hourly values (hours,) that tell days apart; count: of medoids.
    """
    days = _by_day([*demands, *others])
    peaks = sorted({int(np.argmax(demand)) // HOURS_A_DAY for demand in demands})
    rest = np.setdiff1d(np.arange(len(days)), peaks)
    if len(rest) <= count:
        return every_hour(len(days) * HOURS_A_DAY)
    medoids, nearest = _k_medoids(days[rest], count)
    represented = np.bincount(nearest, minlength=count)
    chosen = np.concatenate([peaks, rest[medoids]]).astype(np.int64)
    counts = np.concatenate([np.ones(len(peaks)), represented])
    order = np.argsort(chosen)
    return _steps_of(chosen[order], counts[order], len(days))


def _steps_of(days: Integers, counts: Floats, horizon_days: int) -> Steps:
    within = np.arange(HOURS_A_DAY)
    position = np.arange(len(days))[:, None] * HOURS_A_DAY
    return Steps(
        hours=(days[:, None] * HOURS_A_DAY + within).ravel(),
        weights=np.repeat(counts * HOURS_A_YEAR / HOURS_A_DAY / horizon_days, HOURS_A_DAY),
        previous=(position + np.roll(within, 1)).ravel(),
        horizon=horizon_days * HOURS_A_DAY,
    )


def _by_day(columns: Sequence[Floats]) -> Floats:
    """Return a row per day of all columns that vary, each scaled to a variance of 1.

    Columns that are alike once scaled count once: two devices under one sun are one weather.
    """
    varying = [column / column.std() for column in columns if np.ptp(column) > 0]
    scaled = {column.tobytes(): column for column in varying or columns[:1]}
    return np.hstack([column.reshape(-1, HOURS_A_DAY) for column in scaled.values()])


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

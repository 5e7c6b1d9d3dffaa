"""Typical days: a few days that represent all days of a long horizon.

They are chosen from the island's arrays by k-medoids, in addition to each demand's peak day.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from algorithm.components.demand import Demand
from algorithm.components.device import Device
from algorithm.components.trade import Trade
from algorithm.island.island import Island
from algorithm.series import HOURS_A_YEAR, Floats, Integers
from algorithm.timesteps import Days, Steps, is_long


def steps_to_model(island: Island, count: int) -> Steps:
    """Return every step of a horizon of up to 14 days, else those of its typical days.

    island: over its whole horizon. count: the number of medoids, in addition to peak days.
    """
    steps = island.steps
    if not is_long(steps.horizon, steps.a_day):
        return steps
    return typical_days(island, count)


def typical_days(island: Island, count: int) -> Steps:
    """Choose the days that represent the horizon: each demand's peak day, and `count` medoids.

    A peak day represents only itself; every other day is represented by its nearest medoid. The
    island must cover its whole horizon, in whole days.
    """
    steps = island.steps
    days = _by_day(list(_columns(island)), steps.a_day)
    demands = [demand.power for demand in island.demands.values() if np.ptp(demand.power) > 0]
    peaks = sorted({int(np.argmax(demand)) // steps.a_day for demand in demands})
    rest = np.setdiff1d(np.arange(len(days)), peaks)
    if len(rest) <= count:
        return steps
    medoids, nearest = _k_medoids(days[rest], count)
    # Of identical medoids, all but one represent no day.
    medoids = medoids[np.unique(nearest)]
    nearest = np.unique(nearest, return_inverse=True)[1]
    own = np.sort(np.concatenate([peaks, rest[medoids]]).astype(np.int64))
    typical = np.empty(len(days), dtype=np.int64)
    typical[peaks] = np.searchsorted(own, peaks)
    typical[rest] = np.searchsorted(own, rest[medoids])[nearest]
    return _steps_of(Days(typical, own), steps)


def _steps_of(days: Days, whole: Steps) -> Steps:
    """Return the steps of typical days, weighted by the number of days that each represents."""
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


def _columns(island: Island) -> Iterator[Floats]:
    """Yield the arrays of all components, demands first."""
    parts: list[Demand | Trade | Device]
    parts = [*island.demands.values(), *island.supplies.values(), *island.exports.values()]
    parts += island.devices.values()
    for part in parts:
        yield from part.profiles


def _by_day(columns: Sequence[Floats], a_day: int) -> Floats:
    """Return one row per day with all columns that vary, each scaled to a variance of 1.

    Columns that are equal after scaling count once, such as the sun on two devices.
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

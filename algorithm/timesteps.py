"""The modelled time steps: their weights, their order, and the day, month and year of each.

They are all steps of the horizon, or those of typical days that represent a long horizon;
`island.typical_days` chooses these days.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

import numpy as np

from algorithm.messages import Message
from algorithm.series import HOURS_A_DAY, HOURS_A_YEAR, Booleans, Floats, Integers

Period = Literal["day", "month", "year"]

MOST_DAYS_IN_FULL = 14
DAYS_A_YEAR = 365.25


@dataclass(frozen=True)
class Days:
    """Which typical day represents which day of the horizon.

    typical: (D,) for each day of the horizon, the index of its typical day, 0 to N - 1.
    own: (N,) for each typical day, its own day in the horizon.
    """

    typical: Integers
    own: Integers


@dataclass(frozen=True)
class Steps:
    """The T modelled steps, in the order of the horizon.

    positions: (T,) each step's index in the horizon.
    weights: (T,) the hours a year that each step represents; they sum to 8760.
    previous: (T,) the index of the step before each one. The first step of the horizon, or of a
    typical day, is preceded by its last.
    first: (T,) whether a step is the first of the horizon, or of its typical day.
    months: (T,) the calendar month of each step: 0 is January of the horizon's first year, 12 is
    January of the next.
    horizon: the number of steps of the whole horizon. step_hours: the length of a step, h.
    start: the horizon's first day. days: the assignment of days to typical days; None where all
    steps are modelled. coarse: whether each step merges several, so that the model is a relaxation.
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
        """The number of steps in a day."""
        return round(HOURS_A_DAY / self.step_hours)

    def periods(self, of: Period) -> Integers:
        """Return the day, month or year of each step (T,), numbered from 0 without gaps.

        Months are calendar months. Years count from the horizon's first day; a remainder of less
        than half a year at the end belongs to the year before. A typical day is in the month and
        year of its own date.
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
    """Return all steps of a horizon. Their weights scale it to a year, whatever its length."""
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
    Message("%(day)s January, %(time)s"),
    Message("%(day)s February, %(time)s"),
    Message("%(day)s March, %(time)s"),
    Message("%(day)s April, %(time)s"),
    Message("%(day)s May, %(time)s"),
    Message("%(day)s June, %(time)s"),
    Message("%(day)s July, %(time)s"),
    Message("%(day)s August, %(time)s"),
    Message("%(day)s September, %(time)s"),
    Message("%(day)s October, %(time)s"),
    Message("%(day)s November, %(time)s"),
    Message("%(day)s December, %(time)s"),
)


def moment(start: date, hours: float) -> str:
    """Return the time `hours` after the beginning of the day `start`: "1 January, 17:00"."""
    at = datetime.combine(start, datetime.min.time()) + timedelta(hours=hours)
    return Message(MONTHS[at.month - 1], day=at.day, time=f"{at:%H:%M}")


def is_long(horizon: int, a_day: int) -> bool:
    """Return whether a horizon is so long that its structure is searched on typical days.

    horizon: its number of steps. a_day: the steps of a day.
    """
    return horizon > MOST_DAYS_IN_FULL * a_day


def _months(positions: Integers, step_hours: float, start: date) -> Integers:
    # Add a small offset, so that rounding never puts a day's first step into the day before.
    days = np.floor((positions + 1e-6) * step_hours / HOURS_A_DAY).astype(np.int64)
    calendar = (np.datetime64(start, "D") + days).astype("datetime64[M]")
    january = np.datetime64(start, "Y").astype("datetime64[M]")
    months: Integers = (calendar - january).astype(np.int64)
    return months

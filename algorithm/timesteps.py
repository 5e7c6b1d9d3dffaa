"""The steps of a horizon: what each weighs, which follows which, which period each is in.

Steps are all of the horizon, or those of typical days that stand for a long one;
`island.typical_days` chooses these.
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
    """Return when it is so many hours after a day began, for people: "1 January, 17:00"."""
    at = datetime.combine(start, datetime.min.time()) + timedelta(hours=hours)
    return Message(MONTHS[at.month - 1], day=at.day, time=f"{at:%H:%M}")


def is_long(horizon: int, a_day: int) -> bool:
    """Return whether typical days stand for a horizon of so many steps, so many a day."""
    return horizon > MOST_DAYS_IN_FULL * a_day


def _months(positions: Integers, step_hours: float, start: date) -> Integers:
    # A hair late, so that rounding never puts a day's first step into the day before.
    days = np.floor((positions + 1e-6) * step_hours / HOURS_A_DAY).astype(np.int64)
    calendar = (np.datetime64(start, "D") + days).astype("datetime64[M]")
    january = np.datetime64(start, "Y").astype("datetime64[M]")
    months: Integers = (calendar - january).astype(np.int64)
    return months

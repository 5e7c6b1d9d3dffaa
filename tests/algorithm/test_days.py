"""Typical days: they stand for the whole horizon, peaks included."""

from __future__ import annotations

import numpy as np
import pytest

from algorithm import load_sample
from algorithm.days import every_hour, typical_days
from algorithm.resolve import island_of

HOURS = np.arange(24 * 40)
SEASON = 100 + 50 * np.sin(HOURS / HOURS.size * 2 * np.pi)


def test_weights_add_up_to_a_year() -> None:
    for steps in (every_hour(48), typical_days([SEASON], [], 5)):
        assert steps.weights.sum() == pytest.approx(8760)


def test_the_peak_day_of_each_demand_is_modelled_and_stands_for_itself() -> None:
    other = np.zeros(HOURS.size)
    other[24 * 33 + 5] = 7.0
    steps = typical_days([SEASON, other], [], 3)
    peak = int(SEASON.argmax()) // 24
    for day in (peak, 33):
        (place,) = np.flatnonzero(steps.days == day)
        assert steps.days_a_year[place] == pytest.approx(365 / 40)


def test_every_day_is_stood_for_by_one_like_it() -> None:
    """Three kinds of day in turn, and a peak: three typical days tell it all."""
    kinds = np.array([1.0, 5.0, 9.0])
    demand = np.repeat(np.tile(kinds, 14)[:40], 24)
    demand[24 * 20 + 3] = 99.0
    steps = typical_days([demand], [], 3)
    assert len(steps.days) == 4
    assert demand[steps.hours] @ steps.weights == pytest.approx(demand.sum() * 365 / 40)


def test_a_horizon_of_few_days_is_modelled_in_full() -> None:
    steps = typical_days([SEASON[:96]], [], 12)
    assert steps.whole
    assert steps.hours.tolist() == list(range(96))


def test_a_constant_column_tells_no_days_apart() -> None:
    third = np.full(HOURS.size, 1 / 3.2)
    with_it, without = typical_days([SEASON], [third], 4), typical_days([SEASON], [], 4)
    assert with_it.days.tolist() == without.days.tolist()


def test_each_typical_day_is_a_period_of_its_own() -> None:
    steps = typical_days([SEASON], [], 4)
    for day in range(len(steps.days)):
        hours = np.arange(day * 24, (day + 1) * 24)
        assert sorted(steps.previous[hours]) == hours.tolist()


def test_a_whole_horizon_is_one_period() -> None:
    assert every_hour(72).previous.tolist() == [71, *range(71)]


def test_typical_days_of_the_campus_keep_its_yearly_demands() -> None:
    island = island_of(load_sample("campus"))
    steps = typical_days(list(island.demands.values()), [], 12)
    for demand in island.demands.values():
        assert demand[steps.hours] @ steps.weights == pytest.approx(demand.sum(), rel=0.1)

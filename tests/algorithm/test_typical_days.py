"""Typical days: they stand for the whole horizon, peaks included, whatever a step's length."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from algorithm import check, load_sample
from algorithm.errors import Infeasible
from algorithm.island.island import Island
from algorithm.island.resolve import island_of
from algorithm.island.typical_days import steps_to_model, typical_days
from algorithm.model.build import build_model
from algorithm.series import Floats
from algorithm.timesteps import Days, Steps, every_step
from tests.algorithm.islands import island as resolved
from tests.algorithm.islands import solved
from tests.algorithm.random_islands import island as random_island

DAYS = 40
HOURS = np.arange(24 * DAYS)
SEASON = 100 + 50 * np.sin(HOURS / HOURS.size * 2 * np.pi)


def site(*demands: Floats, step_hours: float = 1, prices: Sequence[float] | float = 1) -> Island:
    """A site that buys what it wants."""
    requirement, _, _ = check(
        {
            "demands": {
                f"{n}": {"carrier": "heat", "power": d.tolist()} for n, d in enumerate(demands)
            },
            "supplies": {"heat": {"price": prices}},
            "devices": {},
            "step_hours": step_hours,
            "start": "2023-07-01",
        }
    )
    return island_of(requirement)


def days_of(steps: Steps) -> list[int]:
    days: list[int] = (steps.positions[steps.first] // steps.a_day).tolist()
    return days


@given(
    step_hours=st.sampled_from([0.25, 0.5, 1, 3, 8, 24]),
    days=st.integers(15, 40),
    count=st.integers(1, 45),
    seed=st.integers(0, 9),
)
@settings(max_examples=40, deadline=None)
def test_typical_days_of_any_steps_stand_for_the_year(
    step_hours: float, days: int, count: int, seed: int
) -> None:
    a_day = round(24 / step_hours)
    demand = np.random.default_rng(seed).random(days * a_day)
    steps = typical_days(site(demand, step_hours=step_hours), count)
    assert steps.weights.sum() == pytest.approx(8760)
    assert (steps.weights > 0).all()
    assert demand.max() in demand[steps.positions]
    assert steps.a_day == a_day
    assert len(days_of(steps)) == min(count + 1, days) or steps.whole
    assert (np.diff(steps.positions) > 0).all()


def test_the_peak_day_of_each_demand_is_modelled_and_stands_for_itself() -> None:
    other = np.zeros(HOURS.size)
    other[24 * 33 + 5] = 7.0
    steps = typical_days(site(SEASON, other), 3)
    peak = int(SEASON.argmax()) // 24
    for day in (peak, 33):
        (place,) = np.flatnonzero(steps.positions == day * 24)
        assert steps.weights[place] * 24 == pytest.approx(8760 / DAYS)


def test_every_day_is_stood_for_by_one_like_it() -> None:
    """Three kinds of day in turn, and a peak: three typical days tell it all."""
    kinds = np.array([1.0, 5.0, 9.0])
    demand = np.repeat(np.tile(kinds, 14)[:DAYS], 24)
    demand[24 * 20 + 3] = 99.0
    steps = typical_days(site(demand), 3)
    assert len(days_of(steps)) == 4
    assert demand[steps.positions] @ steps.weights == pytest.approx(demand.sum() * 365 / DAYS)


def test_a_short_horizon_is_modelled_in_full_and_needs_no_whole_days() -> None:
    island = site(SEASON[:101])
    steps = steps_to_model(island, 2)
    assert steps.whole
    assert steps.positions.tolist() == list(range(101))
    assert steps.weights.sum() == pytest.approx(8760)


def test_a_long_horizon_is_stood_for_by_typical_days() -> None:
    assert steps_to_model(site(SEASON[: 24 * 14]), 2).whole
    assert len(days_of(steps_to_model(site(SEASON[: 24 * 15]), 2))) == 3
    assert steps_to_model(site(SEASON[: 24 * 15]), 20).whole


def test_a_constant_demand_has_no_peak_day() -> None:
    steps = typical_days(site(np.ones(HOURS.size), prices=SEASON.tolist()), 3)
    assert len(days_of(steps)) == 3


def test_a_demand_of_two_consumers_tells_days_apart_as_much_as_that_of_one() -> None:
    alone, twice = typical_days(site(SEASON), 4), typical_days(site(SEASON, 3 * SEASON), 4)
    assert days_of(alone) == days_of(twice)


def test_each_typical_day_is_a_period_of_its_own() -> None:
    steps = typical_days(site(SEASON), 4)
    assert steps.first.tolist() == ([True] + [False] * 23) * 5
    for day in range(5):
        places = np.arange(day * 24, (day + 1) * 24)
        assert steps.previous[places].tolist() == [places[-1], *places[:-1]]


def test_a_whole_horizon_is_one_period() -> None:
    steps = every_step(72, 1.0, date(2023, 1, 1))
    assert steps.previous.tolist() == [71, *range(71)]
    assert np.flatnonzero(steps.first).tolist() == [0]


@pytest.mark.parametrize("step_hours", [1 / 60, 0.1, 1 / 3, 1, 3, 24])
def test_each_step_knows_its_month(step_hours: float) -> None:
    a_day = round(24 / step_hours)
    steps = every_step(32 * a_day, step_hours, date(2024, 2, 28))
    assert steps.months.tolist() == [1] * 2 * a_day + [2] * 30 * a_day
    year = every_step(366 * 24, 1.0, date(2024, 7, 1))
    assert np.bincount(year.months)[6:].tolist() == [
        24 * days for days in (31, 31, 30, 31, 30, 31, 31, 28, 31, 30, 31, 30, 1)
    ]


def test_months_of_different_years_are_different_periods() -> None:
    steps = every_step(731, 24.0, date(2023, 1, 1))
    assert np.bincount(steps.periods("month")).tolist() == [
        *(31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31),
        *(31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31),
    ]


@pytest.mark.parametrize(
    ("start", "days", "years"),
    [
        (date(2023, 1, 1), 20, [20]),
        (date(2023, 1, 1), 366, [366]),
        (date(2024, 1, 1), 730, [366, 364]),
        (date(2023, 7, 15), 731, [366, 365]),
        (date(2024, 2, 29), 900, [366, 534]),
        (date(2022, 1, 1), 920, [365, 365, 190]),
    ],
)
def test_years_begin_with_the_horizon_and_a_short_rest_belongs_to_the_last(
    start: date, days: int, years: list[int]
) -> None:
    steps = every_step(days, 24.0, start)
    assert np.bincount(steps.periods("year")).tolist() == years


def test_periods_of_typical_days_are_counted_without_a_gap() -> None:
    steps = typical_days(site(SEASON), 4)
    assert steps.periods("day").tolist() == np.repeat(range(5), 24).tolist()
    assert set(steps.periods("month")) == {0, 1}
    assert set(steps.periods("year")) == {0}


def test_typical_days_know_their_months_too() -> None:
    steps = typical_days(site(SEASON), 4)
    whole = every_step(HOURS.size, 1.0, date(2023, 7, 1))
    assert steps.months.tolist() == whole.months[steps.positions].tolist()


def test_typical_days_of_the_campus_keep_its_yearly_demands() -> None:
    island = island_of(load_sample("campus"))
    steps = typical_days(island, 12)
    for demand in island.demands.values():
        kept = demand.power[steps.positions] @ steps.weights
        assert kept == pytest.approx(demand.power.sum(), rel=0.1)


# Typical days linked by the levels of stores.


def linked(whole: Island, typical: Sequence[int], own: Sequence[int]) -> Island:
    """Return an island at typical days: `typical` is which of `own` each day of the horizon is."""
    steps = whole.steps
    within, places = np.arange(steps.a_day), np.arange(len(own))[:, None] * steps.a_day
    positions = (np.array(own)[:, None] * steps.a_day + within).ravel()
    counts = np.bincount(typical)
    return whole.at(
        replace(
            steps,
            positions=positions,
            weights=np.repeat(counts * 8760 / steps.horizon, steps.a_day),
            previous=(places + np.roll(within, 1)).ravel(),
            first=np.tile(within == 0, len(own)),
            months=steps.months[positions],
            days=Days(np.array(typical), np.array(own)),
        )
    )


def least(of: Island) -> float:
    model = build_model(of)
    values = solved(model)
    return np.inf if values is None else model.objective(values)


@pytest.mark.parametrize("seed", range(60))
def test_all_days_as_typical_ones_are_the_whole_horizon(seed: int) -> None:
    asked = random_island(seed)
    try:
        whole = resolved(asked)
    except Infeasible:
        return
    days, rest = divmod(whole.steps.horizon, whole.steps.a_day)
    if not rest and days > 1 and whole.steps.horizon <= 150:
        every = range(days)
        assert least(linked(whole, every, every)) == pytest.approx(least(whole), rel=1e-5)


def two_seasons(**figures: float | bool) -> Island:
    """Thirty days of cheap power and thirty of dear power, with a store of half a season's need."""
    store = {"kind": "store", "carrier": "electricity", "size": 30 * 24 * 5.0, "hours": 1.0}
    return resolved(
        {
            "step_hours": 6.0,
            "demands": {"electricity": [0.0] * 120 + [10.0] * 120},
            "supplies": {"electricity": {"price": [0.1] * 120 + [0.5] * 120}},
            "devices": {"pit": store | figures},
        }
    )


@pytest.mark.parametrize("first", [0, 29])
@pytest.mark.parametrize("second", [30, 59])
def test_a_store_carries_over_from_one_season_to_the_next(first: int, second: int) -> None:
    """Whichever days are the typical ones: half of what the dear season needs is bought before."""
    whole = two_seasons()
    seasons = linked(whole, [0] * 30 + [1] * 30, [first, second])
    expected = 10 * 8760 / 2 * (0.1 + 0.5) / 2
    assert least(whole) == pytest.approx(expected)
    assert least(seasons) == pytest.approx(expected)


def test_what_a_store_loses_from_day_to_day_is_lost_on_typical_days_too() -> None:
    """Two cheap days and two dear ones: what is bought on the first day is lost for longer."""
    loss = 0.01
    kept = (1 - loss) ** 24
    asked = {
        "step_hours": 24.0,
        "demands": {"electricity": [0.0, 0.0, 10.0, 10.0]},
        "supplies": {"electricity": {"price": [0.1, 0.1, 0.5, 0.5]}},
        "devices": {"pit": {"kind": "store", "carrier": "electricity", "size": 1e4, "loss": loss}},
    }
    whole = resolved(asked)
    wanted = 10 / kept + 10 / kept**2  # at the end of the second day
    assert least(whole) == pytest.approx(8760 / 4 * 0.1 * wanted)
    for own in ((0, 2), (1, 2), (0, 3), (1, 3)):
        each = wanted / (1 + kept)  # as each day of a kind runs alike
        assert least(linked(whole, [0, 0, 1, 1], own)) == pytest.approx(8760 / 4 * 0.1 * 2 * each)


@pytest.mark.parametrize(("level", "cyclic"), [(1.0, False), (0.4, False), (0.5, True)])
def test_a_start_level_is_that_of_the_horizons_first_day(level: float, cyclic: bool) -> None:
    whole = two_seasons(start_level=level, cyclic=cyclic)
    seasons = linked(whole, [0] * 30 + [1] * 30, [15, 45])
    assert least(seasons) == pytest.approx(least(whole), rel=1e-6)


def test_the_level_of_each_day_stays_within_the_store() -> None:
    """A day's charge of 240 kWh fits twice into the store, whatever the typical day's own level."""
    charged = [0] * 4 + [1] * 4
    asked = {
        "step_hours": 24.0,
        "demands": {"electricity": [0.0] * 4 + [10.0] * 4},
        "supplies": {"electricity": {"price": [0.1] * 4 + [0.5] * 4, "limit": 10.0}},
        "devices": {"cells": {"kind": "store", "carrier": "electricity", "size": 480.0}},
    }
    whole = resolved(asked)
    for own in ((0, 4), (3, 7), (1, 6)):
        assert least(linked(whole, charged, own)) == pytest.approx(least(whole))
    assert least(whole) == pytest.approx(8760 / 8 * 10 * 2 * (0.1 + 0.5))

"""The lower bound in longer steps: it holds, and counts the fixed costs of needed devices."""

from __future__ import annotations

from typing import Any

import pytest

from algorithm import check
from algorithm.model.decisions import NOTHING_DECIDED
from algorithm.search.coarse_bound import CoarseBound
from algorithm.search.stage_solver import Solving
from tests.algorithm.islands import best_plan
from tests.algorithm.random_islands import island as random_island

HOURS = range(24 * 4)
SAME = 1e-6


def two_boilers() -> dict[str, Any]:
    """Heat for which a boiler with a large fixed cost is built, though another one could do it."""
    return {
        "demands": {"heat": [1000 + 20 * (hour % 24) for hour in HOURS]},
        "supplies": {"gas": {"price": 0.06}, "electricity": {"price": 0.3}},
        "devices": {"gas-boiler": {"investment_fixed": 400_000}, "electric-boiler": {}},
    }


def work(asked: dict[str, Any], *, stopped: bool = False) -> Solving:
    requirement, disabled, options = check(asked)
    return Solving(requirement, disabled, options, lambda: stopped, None, None)


def proven(asked: dict[str, Any], cost: float, goal: float) -> CoarseBound:
    coarse = CoarseBound(work(asked), cost, goal)
    coarse.prove()
    return coarse


# Random islands with a plan, a bounded relaxation, and whole days of more than two steps.
SEEDS = (3, 4, 6, 7, 9, 12, 13, 16, 17, 19, 22, 23, 24, 26, 27)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_plan_costs_less(seed: int) -> None:
    asked = random_island(seed)
    cost = best_plan(asked)["cost_per_year"]
    # Also as if the known plan were dear: then the bound isn't cut to it.
    for known in (cost, cost + abs(cost)):
        for goal in (0.03, 0.005):
            bound = proven(asked, known, goal).figures.bound
            assert bound is not None
            assert bound <= cost + SAME * abs(cost) + SAME


def test_the_fixed_cost_of_a_needed_device_counts() -> None:
    asked = two_boilers()
    cost = best_plan(asked)["cost_per_year"]
    whole = work(asked)
    relaxed = whole.linear(whole.model(whole.whole, 0.0), NOTHING_DECIDED, 0.0, 1.0).bound
    assert relaxed is not None
    assert relaxed < 0.97 * cost
    coarse = proven(asked, cost, 0.03)
    assert coarse.reached
    assert 0.97 * cost <= (coarse.figures.bound or 0.0) <= cost * (1 + SAME)


def test_a_small_gap_is_left_to_the_whole_horizon() -> None:
    coarse = proven(two_boilers(), 1.0, 0.001)
    assert (coarse.reached, coarse.figures.bound) == (False, None)


def test_a_stop_leaves_what_is_proven() -> None:
    coarse = CoarseBound(work(two_boilers(), stopped=True), 1e9, 0.03)
    coarse.prove()
    assert not coarse.reached

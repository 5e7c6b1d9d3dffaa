"""No bound is above the least cost, however early the search that told of it is stopped."""

from __future__ import annotations

import os
from collections.abc import Callable

import highspy
import numpy as np
import pytest

import algorithm.solve.highs
from algorithm import Infeasible, Progress, Stopped, load_sample, run_search
from algorithm.linear_program import Program
from algorithm.model.build import build_model
from algorithm.requirement.schema import Requirement as AskedFor
from algorithm.series import Floats
from algorithm.solve.dual_bound import dual_bound
from tests.algorithm.islands import island as resolved
from tests.algorithm.plain_milp import Optimum, optimum
from tests.algorithm.random_islands import Requirement, island

ISLANDS = int(os.environ.get("ISLANDS", "300")) // 5
# Of a cost: what two exact solutions may differ by.
ROUNDING = 1e-6

# Whether to stop, given all that was told and how often it was asked.
Stops = Callable[[list[Progress], int], bool]


@pytest.fixture(autouse=True)
def _looked_at_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small islands are done before anybody looks; so look at each moment of their search."""
    monkeypatch.setattr(algorithm.solve.highs, "LOOK_EVERY_S", 1e-4)


def bounds_told(
    requirement: Requirement | AskedFor,
    stops: Stops,
    **options: float,
) -> list[float]:
    """Search until `stops` says so; return every bound on the whole horizon, the result's too."""
    told: list[Progress] = []
    asked = 0

    def should_stop() -> bool:
        nonlocal asked
        asked += 1
        return stops(told, asked)

    bounds: list[float | None] = []
    try:
        result = run_search(
            requirement, options=options, on_progress=told.append, should_stop=should_stop
        )
    except (Infeasible, Stopped):
        pass
    else:
        if result["plans"][0]["basis"] == "whole horizon":
            bounds.append(result["search"]["bound"])
        for plan in result["plans"]:
            if plan["gap"] is not None:
                bounds.append(plan["cost_per_year"] - plan["gap"] * abs(plan["cost_per_year"]))
    bounds += [progress.bound for progress in told if progress.basis == "whole horizon"]
    return [bound for bound in bounds if bound is not None]


def after_calls(count: int) -> Stops:
    return lambda _, asked: asked > count


def after_events(count: int) -> Stops:
    return lambda told, _: len(told) >= count


def never(told: list[Progress], asked: int) -> bool:
    return False


def assert_none_above(bounds: list[float], best: Optimum) -> None:
    if bounds:
        highest = max(bounds)
        assert best.status != "unbounded", f"{highest:,.2f} is no bound where nothing is"
        if best.status == "optimal":
            assert highest <= best.cost + ROUNDING * max(abs(best.cost), abs(highest)) + ROUNDING


@pytest.mark.parametrize("seed", range(ISLANDS))
def test_no_bound_is_above_the_least_cost_wherever_the_search_is_stopped(seed: int) -> None:
    requirement = island(seed)
    best = optimum(requirement)
    for calls in (1, 2, 4, 8, 16, 64):
        assert_none_above(bounds_told(requirement, after_calls(calls)), best)
    for events in (2, 4, 7, 12):
        assert_none_above(bounds_told(requirement, after_events(events), gap=0.001), best)


@pytest.mark.parametrize("seed", range(ISLANDS))
def test_no_bound_is_above_the_least_cost_when_time_is_up(seed: int) -> None:
    requirement = island(seed)
    best = optimum(requirement)
    for limit in (0.001, 0.005, 0.02, 0.1):
        bounds = bounds_told(requirement, never, time_limit_s=limit, gap=0.0005)
        assert_none_above(bounds, best)


def test_no_bound_is_above_the_least_cost_in_the_middle_of_a_proof() -> None:
    requirement = load_sample("tiny")
    best = optimum(requirement)
    for limit in (0.05, 0.1, 0.2, 0.4, 0.8):
        bounds = bounds_told(requirement, never, time_limit_s=limit, gap=0.0)
        assert_none_above(bounds, best)
        assert bounds or limit < 0.8


# The bound of a dual point.


def bound_of(program: Program, duals: Floats) -> float:
    return dual_bound(program.to_highs(), duals)


def assert_bounds_from_below(program: Program, seed: int) -> None:
    """Assert that a program's dual bound is never above what it costs at least, and is that cost
    at the best duals: with those, those a little and far off, and those of the wrong sign."""
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.passModel(program.to_highs())
    highs.run()
    assert highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
    least = float(highs.getInfo().objective_function_value)
    best = np.array(highs.getSolution().row_dual)
    rounding = ROUNDING * max(abs(least), 1.0)
    assert bound_of(program, best) == pytest.approx(least, abs=rounding)
    rng = np.random.default_rng(seed)
    size = max(float(np.abs(best).max()), 1.0)
    for noise in (1e-9, 1e-6, 1e-3, 0.1, 10.0):
        off = rng.normal(size=len(best))
        for duals in (best * (1 + noise * off), best + noise * size * off, size * noise * off):
            assert bound_of(program, duals) <= least + rounding
    for duals in (0 * best, -best, 1e6 * best):
        assert bound_of(program, duals) <= least + rounding


@pytest.mark.parametrize("seed", range(ISLANDS))
def test_no_dual_point_of_an_island_bounds_it_from_above(seed: int) -> None:
    requirement = island(seed)
    if optimum(requirement).status == "optimal":
        assert_bounds_from_below(build_model(resolved(requirement)).program, seed)

"""The solver: the same best plan as by trying every combination of devices."""

from __future__ import annotations

from itertools import product
from typing import Any

import highspy
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from algorithm.island.resolve import island_of
from algorithm.model.build import Model, build_model
from algorithm.model.decisions import Decided, settle
from algorithm.requirement.validation import check
from algorithm.solve.branch_and_cut import BranchAndCut
from algorithm.solve.highs import EXACT, End, News, Solver
from algorithm.solve.interior_point import ROUGH, InteriorPoint

DEVICES = ("gas-boiler", "air-heat-pump", "electric-boiler", "heat-tank")

prices = st.floats(0.02, 0.3)
powers = st.lists(st.floats(0, 2000), min_size=4, max_size=4).filter(lambda hours: max(hours) > 1)


def model_of(requirement: dict[str, Any]) -> Model:
    return build_model(island_of(check(requirement)[0]))


def ended(solver: Solver, within_s: float = 60.0) -> End:
    solver.start()
    assert solver.wait(within_s)
    return solver.end


def solve(model: Model, gap: float = 0.0) -> tuple[float, News]:
    """Return the cost of the last solution, and all news of the run."""
    solver = BranchAndCut(model, gap=gap)
    assert ended(solver) is End.OPTIMAL
    news = solver.news()
    assert solver.news().solutions == ()  # each is handed out once
    return model.objective(news.solutions[-1]), news


def cheapest(model: Model, decided: Decided) -> float:
    """Let HiGHS' simplex solve a plain linear program; inf if it has no solution."""
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("solver", "simplex")
    highs.passModel(settle(model, decided).to_highs())
    highs.run()
    optimal = highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return float(highs.getInfo().objective_function_value) if optimal else np.inf


def cheapest_of_all_combinations(model: Model) -> float:
    """Decide in every possible way what is built."""
    ways = product((False, True), repeat=len(model.choices))
    return min(cheapest(model, Decided(dict(zip(model.choices, way, strict=True)))) for way in ways)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(heat=powers, gas=prices, day=prices, night=prices, limit=st.sampled_from([None, 500.0]))
def test_no_combination_of_devices_is_cheaper_than_the_plan(
    heat: list[float], gas: float, day: float, night: float, limit: float | None
) -> None:
    model = model_of(
        {
            "demands": {"heat": [power for power in heat for _ in range(6)]},
            "supplies": {
                "gas": {"price": gas, "limit": limit},
                "electricity": {"price": [night] * 12 + [day] * 12},
            },
            "devices": {name: {} for name in DEVICES},
        }
    )
    assert model.decision_count == len(model.choices) == len(DEVICES)
    cost, _ = solve(model)
    assert cost == pytest.approx(cheapest_of_all_combinations(model), rel=1e-6)


def test_the_bound_is_reached_where_the_gap_is_closed(site: dict[str, Any]) -> None:
    cost, news = solve(model_of(site))
    assert news.bound is not None
    assert news.bound == pytest.approx(cost, rel=1e-6)
    assert news.bound <= cost + 1e-6 * abs(cost)


def test_without_a_proof_the_bound_is_that_of_the_relaxation(site: dict[str, Any]) -> None:
    """As on typical days, where a later stage has the proof."""
    model = model_of(site)
    best, _ = solve(model)
    solver = BranchAndCut(model, gap=0.0, prove=False)
    assert ended(solver) is End.OPTIMAL
    news = solver.news()
    assert news.bound == pytest.approx(cheapest(model, Decided()), rel=1e-6)
    assert best * (1 - 1e-6) <= model.objective(news.solutions[-1]) <= best * 1.01


@pytest.mark.parametrize("prove", [True, False])
def test_every_solution_is_of_the_models_columns_and_better_than_the_last(
    site: dict[str, Any], prove: bool
) -> None:
    model = model_of(site)
    solver = BranchAndCut(model, gap=0.0, prove=prove)
    assert ended(solver) is End.OPTIMAL
    solutions = solver.news().solutions
    costs = [model.objective(found) for found in solutions]
    assert len(costs) > 1
    assert costs == sorted(costs, reverse=True)
    assert {len(found) for found in solutions} == {model.program.column_count}


@pytest.mark.parametrize("gap", [0.0, 0.1])
@pytest.mark.parametrize("limit", [{"max_size": 60.0}, {}])
def test_a_plan_is_found_where_all_that_would_pay_does_not_fit(
    gap: float, limit: dict[str, float]
) -> None:
    """Two devices of 60 or more, of which the second earns more, and room for 100: the relaxation
    takes 60 of one and 40 of the other, and rounded up they take 120."""
    mill = {"kind": "converter", "outputs": {"power": 1.0}, "area": {"hall": 1.0}, "min_size": 60.0}
    sold = {name: {"carrier": name, "price": 1.0, "limit": 60.0} for name in ("a", "b")}
    model = model_of(
        {
            "demands": {"heat": [1.0]},
            "supplies": {"heat": {"price": 1.0}},
            "exports": sold,
            "devices": {
                "first": {**mill, **limit, "outputs": {"a": 1.0}, "operation": 0.1},
                "second": {**mill, **limit, "outputs": {"b": 1.0}},
            },
            "areas": {"hall": 100.0},
        }
    )
    _, news = solve(model, gap)
    assert model.sizes(news.solutions[-1])["first"] == 0.0
    assert news.solutions[-1][model.exports["b"].power] == pytest.approx([60.0])


def short_of_heat() -> dict[str, Any]:
    return {
        "demands": {"heat": [2.0]},
        "supplies": {"heat": {"price": 1.0, "limit": 1.0}},
        "devices": {},
    }


def below_the_smallest_load() -> dict[str, Any]:
    """80 and 10 kW are wanted, and a boiler of 100 kW gives no less than 50, or nothing."""
    boiler = {"kind": "converter", "inputs": {"gas": 1.0}, "outputs": {"heat": 1.0}}
    return {
        "demands": {"heat": [80.0, 10.0]},
        "supplies": {"gas": {"price": 1.0}},
        "devices": {"boiler": {**boiler, "size": 100.0, "min_load": 0.5}},
    }


def between_two_units() -> dict[str, Any]:
    """All that a source makes must be taken: 70 kW are a unit and three quarters."""
    source = {"kind": "converter", "outputs": {"heat": 1.0}, "must_take": True}
    return {
        "demands": {"heat": [70.0]},
        "supplies": {"gas": {"price": 1.0}},
        "devices": {"source": {**source, "unit_size": 40.0}},
    }


@pytest.mark.parametrize(
    "requirement", [short_of_heat(), below_the_smallest_load(), between_two_units()]
)
def test_what_can_not_be_ends_as_infeasible(requirement: dict[str, Any]) -> None:
    assert ended(BranchAndCut(model_of(requirement), gap=0.0)) is End.INFEASIBLE


def test_an_interrupted_run_ends_soon_and_says_so() -> None:
    solver = BranchAndCut(model_of(_long()), gap=0.0)
    solver.start()
    solver.interrupt()
    assert solver.wait(30)
    assert solver.end is End.INTERRUPTED


def _long() -> dict[str, Any]:
    hours = np.arange(24 * 14)
    return {
        "demands": {
            "heat": (500 + 300 * np.cos(hours / 24)).tolist(),
            "cooling": (500 + 300 * np.sin(hours / 24)).tolist(),
        },
        "supplies": {"gas": {"price": 0.06}, "electricity": {"price": 0.2, "peak_price": 80}},
    }


def test_the_interior_point_finds_what_simplex_finds_with_decisions_made(
    site: dict[str, Any],
) -> None:
    names = (*DEVICES, "compression-chiller")
    model = model_of({**site, "devices": {name: {} for name in names}})
    decided = Decided(dict.fromkeys(model.choices, True))
    interior = InteriorPoint(model, settle(model, decided))
    assert ended(interior) is End.OPTIMAL
    news = interior.news()
    (found,) = news.solutions
    least = cheapest(model, decided)
    fixed = sum(map(model.fixed_cost, model.choices))
    assert model.program.objective(found) + fixed == pytest.approx(least, rel=1e-7)
    assert news.bound is not None
    assert least * (1 - 1e-4) <= news.bound <= least * (1 + 1e-9)


@pytest.mark.parametrize("tolerance", [EXACT, ROUGH, 1e-2])
def test_the_bound_of_the_interior_point_is_below_every_plan(
    site: dict[str, Any], tolerance: float
) -> None:
    model = model_of(site)
    cost, _ = solve(model)
    interior = InteriorPoint(model, settle(model), tolerance=tolerance)
    assert ended(interior) is End.OPTIMAL
    bound = interior.news().bound
    assert bound is not None
    assert 0.5 * cost < bound <= cost


def test_what_makes_money_without_end_is_told_from_what_can_not_be() -> None:
    """One is paid to take what a store loses as it is charged, however fast."""
    cells = {"kind": "store", "carrier": "electricity", "hours": 0.0, "charge_efficiency": 0.9}
    endless = model_of(
        {
            "demands": {"electricity": [80.0, 80.0]},
            "supplies": {"electricity": {"price": [0.2, -0.1]}},
            "devices": {"cells": cells},
        }
    )
    for solver in (BranchAndCut(endless, gap=0.0), InteriorPoint(endless, settle(endless))):
        assert ended(solver) is End.UNBOUNDED
    short = model_of(short_of_heat())
    assert ended(InteriorPoint(short, settle(short))) is End.INFEASIBLE

"""The solver: the same best plan as by trying every combination of devices."""

from __future__ import annotations

from itertools import product
from typing import Any

import highspy
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from algorithm.branch_and_cut import BranchAndCut
from algorithm.check import check
from algorithm.interior_point import InteriorPoint
from algorithm.model import Model, build_model
from algorithm.program import Program
from algorithm.resolve import island_of
from algorithm.solver import End, Solver

DEVICES = ("gas-boiler", "air-heat-pump", "electric-boiler", "heat-tank")

prices = st.floats(0.02, 0.3)
powers = st.lists(st.floats(0, 2000), min_size=4, max_size=4).filter(lambda hours: max(hours) > 1)


def model_of(requirement: dict[str, Any]) -> Model:
    return build_model(island_of(check(requirement)[0]))


def solve(program: Program) -> tuple[float, Solver]:
    solver = BranchAndCut(program, program.whole_columns, gap=0.0)
    solver.start()
    while not solver.wait(1.0):
        pass
    assert solver.end is End.OPTIMAL
    costs = np.array(program.to_highs().col_cost_)
    return min(float(costs @ found) for found in solver.news().solutions), solver


def cheapest_of_all_combinations(program: Program) -> float:
    """Fix the decisions in every possible way and let HiGHS solve each plain linear program."""
    decisions = program.whole_columns.astype(np.int32)
    best = np.inf
    for choice in product((0.0, 1.0), repeat=len(decisions)):
        highs = highspy.Highs()
        highs.setOptionValue("output_flag", False)
        highs.passModel(program.to_highs(relaxed=True))
        fixed = np.array(choice)
        highs.changeColsBounds(len(decisions), decisions, fixed, fixed)
        highs.run()
        if highs.getModelStatus() == highspy.HighsModelStatus.kOptimal:
            best = min(best, highs.getInfo().objective_function_value)
    return best


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
    assert model.program.whole_numbers == len(DEVICES)
    cost, _ = solve(model.program)
    assert cost == pytest.approx(cheapest_of_all_combinations(model.program), rel=1e-6)


def test_the_bound_is_reached_where_the_gap_is_closed(site: dict[str, Any]) -> None:
    program = model_of(site).program
    cost, solver = solve(program)
    bound = solver.news().bound
    assert bound is not None
    assert bound == pytest.approx(cost, rel=1e-6)
    assert bound <= cost + 1e-6 * abs(cost)


def test_each_solution_is_handed_out_once(site: dict[str, Any]) -> None:
    _, solver = solve(model_of(site).program)
    assert solver.news().solutions == ()


@pytest.mark.parametrize("gap", [0.0, 0.1])
def test_a_plan_is_found_where_all_that_would_pay_does_not_fit(gap: float) -> None:
    """Two devices of 60 that earn 1.0 and 1.1 each, and room for 100: the relaxation takes 60 of
    one and 40 of the other, and rounded up they take 120."""
    program = Program()
    first, second = program.columns(2, upper=60.0, cost=[-1.0, -1.1]).reshape(2, 1)
    for size in (first, second):
        built = program.columns(1, upper=1.0, whole=True)
        program.rows(1, [(size, 1.0), (built, -60.0)], lower=0.0, upper=0.0)
    program.rows(1, [(first, 1.0), (second, 1.0)], upper=100.0)
    solver = BranchAndCut(program, program.whole_columns, gap=gap)
    solver.start()
    assert solver.wait(60)
    assert solver.end is End.OPTIMAL
    sizes = solver.news().solutions[-1][[first[0], second[0]]]
    assert sizes.tolist() == pytest.approx([0.0, 60.0])


def test_an_impossible_program_ends_as_infeasible() -> None:
    program = Program()
    (column,) = program.columns(1, upper=1.0)
    program.rows(1, [(np.array([column]), 1.0)], lower=2.0)
    solver = BranchAndCut(program, program.whole_columns, gap=0.0)
    solver.start()
    assert solver.wait(60)
    assert solver.end is End.INFEASIBLE


def test_an_interrupted_run_ends_soon_and_says_so() -> None:
    model = build_model(island_of(check(_long())[0]))
    solver = BranchAndCut(model.program, model.decisions.values(), gap=0.0)
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


def test_the_interior_point_finds_what_simplex_finds_with_decisions_fixed(
    site: dict[str, Any],
) -> None:
    model = model_of(site)
    fixed = dict.fromkeys(model.decisions.values(), 1.0)
    interior = InteriorPoint(model.program, fixed)
    interior.start()
    assert interior.wait(60)
    (found,) = interior.news().solutions
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("solver", "simplex")
    highs.passModel(model.program.to_highs(relaxed=True))
    for column in fixed:
        highs.changeColBounds(column, 1.0, 1.0)
    highs.run()
    cost = float(np.array(model.program.to_highs().col_cost_) @ found)
    assert cost == pytest.approx(highs.getInfo().objective_function_value, rel=1e-7)


def test_the_bound_of_the_interior_point_is_below_every_plan(site: dict[str, Any]) -> None:
    model = model_of(site)
    cost, _ = solve(model.program)
    interior = InteriorPoint(model.program, {})
    interior.start()
    assert interior.wait(60)
    bound = interior.news().bound
    assert bound is not None
    assert 0.5 * cost < bound <= cost


def test_what_makes_money_without_end_is_told_from_what_can_not_be() -> None:
    program = Program()
    column = program.columns(1, cost=-1.0)
    program.rows(1, [(column, 1.0)], lower=0.0)
    for solver in (
        BranchAndCut(program, (), gap=0.0),
        InteriorPoint(program, {}),
    ):
        solver.start()
        assert solver.wait(60)
        assert solver.end is End.UNBOUNDED

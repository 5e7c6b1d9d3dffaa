"""What is decided and what is open: the relaxation is never dearer than a plan, and with all
decisions made it costs what the plan does."""

from __future__ import annotations

import contextlib
import os
from typing import Any

import highspy
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from algorithm.errors import Infeasible
from algorithm.model.build import Model, build_model
from algorithm.model.decisions import (
    NOTHING_DECIDED,
    Decided,
    Settled,
    settle,
    sized_by_decisions,
    with_decisions,
)
from algorithm.series import Floats
from algorithm.solve.bound_tightening import LargestSizes
from algorithm.solve.first_plans import running, units_near
from algorithm.solve.highs import End
from tests.algorithm.islands import island, roomy, solved
from tests.algorithm.random_islands import MOST_HOURLY
from tests.algorithm.random_islands import island as random_island
from tests.algorithm.test_properties import requirements

ISLANDS = int(os.environ.get("ISLANDS", "300")) // 5
SAME = 1e-6
some = settings(max_examples=30, deadline=None)


def least(settled: Settled) -> float:
    """Return the least cost of what is settled; inf if there is no solution, -inf if no end."""
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.passModel(settled.to_highs())
    highs.run()
    match highs.getModelStatus():
        case highspy.HighsModelStatus.kOptimal:
            return float(highs.getInfo().objective_function_value)
        case highspy.HighsModelStatus.kUnbounded:
            return -np.inf
    return np.inf


def at_most(low: float, high: float) -> bool:
    return low <= high + SAME * abs(high) + 1e-6


def proven(model: Model, cost: float) -> dict[str, float]:
    solver = LargestSizes(model, cost, model.devices)
    solver.start()
    assert solver.wait(60)
    assert solver.end is End.OPTIMAL
    return {name: size for name, size in solver.sizes.items() if np.isfinite(size)}


def made(model: Model, values: Floats) -> Decided:
    """Return all decisions of a plan."""
    installed = model.installed(values)
    built = {name: name in installed for name in model.choices}
    return running(model, values, 0.5, Decided(built, units_near(model, values)))


def assert_relaxation_is_below_and_the_plan_is_kept(requirement: dict[str, Any]) -> None:
    model = build_model(island(requirement))
    values = solved(model)
    if values is None:
        return
    cost, relaxation = model.objective(values), least(settle(model))
    if relaxation == -np.inf:
        return  # as no plan is the best either
    tighter = least(settle(model, NOTHING_DECIDED, proven(model, cost)))
    assert at_most(relaxation, tighter)
    assert at_most(tighter, cost)
    decided = made(model, values)
    for part in (
        Decided(decided.built),
        Decided(decided.built, decided.units),
        Decided(decided.built, decided.units, decided.in_steps, decided.importing),
    ):
        relaxed = least(settle(model, part))
        assert at_most(relaxation, relaxed)
        assert at_most(relaxed, cost)
    assert relaxed == pytest.approx(cost, rel=SAME, abs=1e-6)


@some
@given(requirements(), st.booleans())
def test_a_relaxation_is_never_above_the_best_plan(
    requirement: dict[str, Any], limited: bool
) -> None:
    for figures in () if limited else requirement["devices"].values():
        del figures["max_size"]
    assert_relaxation_is_below_and_the_plan_is_kept(requirement)


@pytest.mark.parametrize("seed", range(ISLANDS))
def test_a_relaxation_of_a_random_island_is_never_above_its_best_plan(seed: int) -> None:
    requirement = random_island(seed)
    with contextlib.suppress(Infeasible):
        if island(requirement).steps.horizon <= MOST_HOURLY:
            assert_relaxation_is_below_and_the_plan_is_kept(requirement)


BOILER: dict[str, Any] = {"kind": "converter", "inputs": {"gas": 1.0}, "outputs": {"heat": 1.0}}


def heated(**figures: Any) -> Model:
    """10 kW of heat, for nothing but the boiler: 1 a kW and year, without interest."""
    boiler = {**BOILER, "investment": 1.0, "life": 1.0, **figures}
    return build_model(
        island(
            {
                "demands": {"heat": 10.0},
                "supplies": {"gas": {"price": 0.0}},
                "devices": {"boiler": boiler},
                "interest_rate": 0.0,
            }
        )
    )


def test_an_open_fixed_cost_counts_by_the_share_of_the_largest_size_if_there_is_one() -> None:
    model, open_ = heated(investment_fixed=100.0), NOTHING_DECIDED
    assert least(settle(model)) == pytest.approx(10)
    assert least(settle(model, open_, {"boiler": 40.0})) == pytest.approx(10 + 10 / 40 * 100)
    assert least(settle(model, open_, {"boiler": 9.0})) == np.inf
    assert least(settle(model, Decided({"boiler": True}))) == pytest.approx(110)
    assert least(settle(model, Decided({"boiler": False}))) == np.inf
    stated = heated(investment_fixed=100.0, max_size=20.0)
    assert least(settle(stated)) == pytest.approx(10 + 10 / 20 * 100)
    assert least(settle(stated, open_, {"boiler": 40.0})) == pytest.approx(10 + 10 / 20 * 100)


def test_a_device_that_is_built_is_no_smaller_than_its_smallest_size_or_unit() -> None:
    built = Decided({"boiler": True})
    assert least(settle(heated(min_size=15.0), built)) == pytest.approx(15)
    assert least(settle(heated(min_size=15.0))) == pytest.approx(10)
    units = heated(unit_size=4.0, investment_fixed=100.0)
    assert least(settle(units, Decided({"boiler": True}, {"boiler": 3}))) == pytest.approx(112)
    assert least(settle(units, Decided({"boiler": True}, {"boiler": 2}))) == np.inf


def test_a_fixed_cost_of_what_is_built_is_taken_from_the_budget() -> None:
    asked = {
        "demands": {"heat": 10.0},
        "supplies": {"gas": {"price": 0.0}},
        "devices": {"boiler": {**BOILER, "investment": 1.0, "investment_fixed": 100.0}},
    }
    for budget, can in ((110.0, True), (109.0, False)):
        model = build_model(island({**asked, "budget": budget}))
        assert (least(settle(model, Decided({"boiler": True}))) < np.inf) == can
        assert (solved(model) is not None) == can


def test_what_is_settled_leaves_the_models_program_as_it_is() -> None:
    model = heated(investment_fixed=100.0, min_size=15.0)
    before = least(settle(model))
    for decided in (Decided({"boiler": True}), Decided({"boiler": False})):
        settle(model, decided, {"boiler": 3.0}).to_highs()
        with_decisions(model, {"boiler": 40.0})
    assert least(settle(model)) == before
    assert model.program.whole_numbers == 0


def test_a_program_with_decisions_has_one_column_for_each_and_needs_no_other_sizes() -> None:
    engine = {"kind": "converter", "outputs": {"electricity": 1.0}, "operation": 0.05}
    cells = {"kind": "store", "carrier": "electricity", "hours": 2.0}
    model = build_model(
        island(
            {
                "demands": {"electricity": [10.0, 20.0, 15.0]},
                "supplies": {"electricity": {"price": [0.1, 0.3, 0.2]}},
                "devices": {
                    "plain": engine,
                    "chosen": {**engine, "investment_fixed": 9.0},
                    "in units": {**engine, "unit_size": 7.0},
                    "switched": {**engine, "min_load": 0.4},
                    "exclusive": {**cells, "charging": "exclusive"},
                    "fixed": {**engine, "size": 2.0, "min_load": 0.3},
                },
            }
        )
    )
    program, columns = with_decisions(model, roomy(model))
    assert sized_by_decisions(model) == ["chosen", "switched", "exclusive"]
    assert program.whole_numbers == model.decision_count == 1 + 1 + 3 + 3 + 3
    assert set(columns.built) == {"chosen"}
    assert set(columns.units) == {"in units"}
    assert {name: len(steps) for name, steps in columns.in_steps.items()} == {
        "switched": 3,
        "fixed": 3,
        "exclusive": 3,
    }
    assert (program.whole_columns >= model.program.column_count).all()


@some
@given(requirements())
def test_a_largest_size_that_no_plan_comes_near_changes_nothing(
    requirement: dict[str, Any],
) -> None:
    for figures in requirement["devices"].values():
        del figures["max_size"]
    model = build_model(island(requirement))
    values = solved(model)
    assert values is not None
    cost = model.objective(values)
    limits = {**roomy(model), **proven(model, cost)}
    program, _ = with_decisions(model, limits)
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("mip_rel_gap", 0.0)
    highs.passModel(program.to_highs())
    highs.run()
    assert highs.getInfo().objective_function_value == pytest.approx(cost, rel=1e-6, abs=1e-6)

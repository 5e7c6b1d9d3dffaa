"""Largest sizes that are proven from a plan's cost: no plan as cheap has a larger one."""

from __future__ import annotations

from itertools import product
from typing import Any

import highspy
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from algorithm.model.build import Model, build_model
from algorithm.model.decisions import Decided, settle
from algorithm.solve.bound_tightening import LargestSizes, largest_sizes
from algorithm.solve.highs import SIMPLEX, End, Solver, Stage
from tests.algorithm.islands import ONE_YEAR, island, solved
from tests.algorithm.random_islands import island as random_island
from tests.algorithm.test_properties import requirements

# Of a size: what is added to a proven one, and what two solvers may differ by.
ROOM, SAME = 1e-3, 1e-6


class BySimplex(Solver):
    """Proves as branch and cut does: each size from where the last one ended."""

    def __init__(self, model: Model, cost: float) -> None:
        super().__init__(model.program, Stage.SIZES)
        self._model, self._cost = model, cost
        self.sizes: dict[str, float] = {}

    def solve(self) -> End:
        names, relaxation = self._model.devices, settle(self._model)
        self.sizes = largest_sizes(self, self._model, relaxation, self._cost, names, SIMPLEX)
        return End.OPTIMAL


def proven(model: Model, cost: float, *, by_simplex: bool = True) -> dict[str, float]:
    by_interior = LargestSizes(model, cost, model.devices)
    solver = BySimplex(model, cost) if by_simplex else by_interior
    solver.start()
    assert solver.wait(60)
    assert solver.end is End.OPTIMAL
    return solver.sizes


def largest_of_all_plans(model: Model, cost: float, name: str) -> float:
    """Decide in every way what is built, and maximise a size over all plans of at most this cost;
    0 if there is none."""
    most = 0.0
    for way in product((False, True), repeat=len(model.choices)):
        settled = settle(model, Decided(dict(zip(model.choices, way, strict=True))))
        lp = settled.to_highs()
        highs = highspy.Highs()
        highs.setOptionValue("output_flag", False)
        highs.passModel(lp)
        used = np.flatnonzero(settled.costs).astype(np.int32)
        limit = cost - settled.offset
        highs.addRow(-highspy.kHighsInf, limit, len(used), used, settled.costs[used])
        objective = np.zeros(lp.num_col_)
        objective[model.devices[name].size] = -1.0
        highs.changeColsCost(lp.num_col_, np.arange(lp.num_col_, dtype=np.int32), objective)
        highs.run()
        status = highs.getModelStatus()
        if status == highspy.HighsModelStatus.kOptimal:
            most = max(most, -highs.getInfo().objective_function_value)
        elif status != highspy.HighsModelStatus.kInfeasible:
            return np.inf
    return most


def assert_none_is_larger(requirement: dict[str, Any], above: float) -> None:
    """above: by what share the known plan costs more than the cheapest."""
    model = build_model(island(requirement))
    values = solved(model)
    assert values is not None
    least = model.objective(values)
    cost = least + above * abs(least)
    for by_simplex in (True, False):
        for name, size in proven(model, cost, by_simplex=by_simplex).items():
            assert largest_of_all_plans(model, cost, name) <= size * (1 + SAME) + 1e-6


@settings(max_examples=25, deadline=None)
@given(requirements(), st.sampled_from([0.0, 0.01, 0.5]))
def test_no_plan_as_cheap_has_a_larger_device(requirement: dict[str, Any], above: float) -> None:
    for figures in requirement["devices"].values():
        del figures["max_size"]
    assert_none_is_larger(requirement, above)


@pytest.mark.parametrize("seed", [3, 9, 17, 24, 26, 39, 44, 50])
def test_no_plan_of_a_random_island_has_a_larger_device(seed: int) -> None:
    assert_none_is_larger(random_island(seed), 0.01)


def heated(**figures: Any) -> dict[str, Any]:
    """10 kW of heat at 1 a kWh and 1 for each kW that can be had."""
    heater = {"kind": "converter", "inputs": {"gas": 1.0}, "outputs": {"heat": 1.0}, **ONE_YEAR}
    del heater["power_life"]
    return {
        "demands": {"heat": 10.0},
        "supplies": {"gas": {"price": 0.1}},
        "devices": {"heater": {**heater, "investment": 1.0, **figures}},
        "interest_rate": 0.0,
    }


@pytest.mark.parametrize("by_simplex", [True, False])
@pytest.mark.parametrize("figures", [{}, {"investment_fixed": 50.0}, {"min_size": 12.0}])
def test_each_unit_of_cost_above_the_best_buys_one_kw_more(
    figures: dict[str, float], by_simplex: bool
) -> None:
    model = build_model(island(heated(**figures)))
    running = 10 * 0.1 * 8760
    found = proven(model, running + 10 + 5, by_simplex=by_simplex)["heater"]
    assert found == pytest.approx(15 * (1 + ROOM), rel=1e-3)
    assert found >= 15


@pytest.mark.parametrize("by_simplex", [True, False])
def test_what_fixed_sizes_cost_is_no_part_of_a_size(by_simplex: bool) -> None:
    asked = heated()
    oven = {**asked["devices"]["heater"], "investment": 2.0, "investment_fixed": 3.0, "size": 4.0}
    asked["devices"]["oven"] = oven
    model = build_model(island(asked))
    running = 10 * 0.1 * 8760
    found = proven(model, running + 6 + 4 * 2 + 3 + 5, by_simplex=by_simplex)
    assert found == pytest.approx({"heater": 11 * (1 + ROOM), "oven": 4 * (1 + ROOM)}, rel=1e-3)
    assert found["heater"] >= 11
    assert found["oven"] >= 4


@pytest.mark.parametrize("by_simplex", [True, False])
def test_of_what_costs_nothing_no_largest_size_is_proven(by_simplex: bool) -> None:
    model = build_model(island(heated(investment=0.0)))
    assert proven(model, 10 * 0.1 * 8760 + 99, by_simplex=by_simplex) == {"heater": np.inf}


def test_a_stated_largest_size_is_kept_in_mind() -> None:
    model = build_model(island(heated(investment=0.0, max_size=30.0)))
    found = proven(model, 10 * 0.1 * 8760 + 99)["heater"]
    assert 30 <= found <= 30 * (1 + 2 * ROOM)


@pytest.mark.parametrize("by_simplex", [True, False])
@pytest.mark.parametrize("kw", [1e-4, 1e-2, 1e4, 1e8])
def test_sizes_are_proven_whatever_their_order(kw: float, by_simplex: bool) -> None:
    asked = heated()
    asked["demands"] = {"heat": [0.5 * kw, kw]}
    model = build_model(island(asked))
    found = proven(model, kw * (0.75 * 0.1 * 8760 + 1.0 + 0.5), by_simplex=by_simplex)["heater"]
    assert 1.5 * kw * (1 - 1e-6) <= found <= 1.5 * kw * 1.01

"""A horizon in fewer, longer steps: never dearer than the whole, whatever is decided."""

from __future__ import annotations

import os
from typing import Any

import highspy
import numpy as np
import pytest

from algorithm.errors import Infeasible
from algorithm.island.coarsening import FEWEST_STEPS_A_DAY, STEPS_A_DAY, coarser
from algorithm.island.island import Island
from algorithm.model.build import build_model
from algorithm.model.decisions import NOTHING_DECIDED, Decided, settle
from tests.algorithm.islands import island
from tests.algorithm.random_islands import island as random_island

ISLANDS = int(os.environ.get("ISLANDS", "300")) // 3
SAME = 1e-7


def least(of: Island, decided: Decided = NOTHING_DECIDED) -> float:
    """Return the least cost of the relaxation; inf if there is no solution, -inf if no end."""
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.passModel(settle(build_model(of), decided).to_highs())
    highs.run()
    match highs.getModelStatus():
        case highspy.HighsModelStatus.kOptimal:
            return float(highs.getInfo().objective_function_value)
        case highspy.HighsModelStatus.kInfeasible:
            return np.inf
    return -np.inf


def assert_never_dearer(whole: Island) -> None:
    choices = build_model(whole).choices
    coarse = coarser(whole)
    coarsest = coarser(whole, FEWEST_STEPS_A_DAY)
    assert coarse.steps.a_day <= STEPS_A_DAY
    assert coarsest.steps.a_day <= FEWEST_STEPS_A_DAY
    for decided in (
        NOTHING_DECIDED,
        Decided(dict.fromkeys(choices, True)),
        Decided({name: number % 2 == 0 for number, name in enumerate(choices)}),
    ):
        most = least(whole, decided)
        room = SAME * abs(most) + 1e-6 if np.isfinite(most) else 0.0
        assert least(coarse, decided) <= most + room
        assert least(coarsest, decided) <= most + room


@pytest.mark.parametrize("seed", range(ISLANDS))
def test_the_coarse_optimum_of_a_random_island_is_never_above_the_wholes(seed: int) -> None:
    try:
        whole = island(random_island(seed))
    except Infeasible:
        return
    if whole.steps.horizon % whole.steps.a_day == 0:
        assert_never_dearer(whole)


def test_days_of_few_steps_are_left_as_they_are() -> None:
    whole = island({"demands": {"heat": [1.0] * 8}, "supplies": {"heat": {"price": 1.0}},
                    "devices": {}, "step_hours": 6.0})  # fmt: skip
    assert coarser(whole) is whole


@pytest.mark.parametrize(("step_hours", "a_day"), [(1.0, 4), (2.0, 4), (24 / 5, 1), (24 / 9, 3)])
def test_as_many_steps_a_day_as_go_into_its_own_evenly(step_hours: float, a_day: int) -> None:
    count = 2 * round(24 / step_hours)
    whole = island({"demands": {"heat": [*range(1, count + 1)]}, "devices": {},
                    "supplies": {"heat": {"price": 1.0}}, "step_hours": step_hours})  # fmt: skip
    coarse = coarser(whole)
    assert coarse.steps.a_day == a_day
    assert coarse.steps.weights.sum() == pytest.approx(8760)
    energy = whole.demands["heat"].power @ whole.steps.weights
    assert coarse.demands["heat"].power @ coarse.steps.weights == pytest.approx(energy)


def varying(converter: dict[str, Any], **others: Any) -> dict[str, Any]:
    """A day in two-hour steps with a converter whose flows vary from step to step."""
    return {
        "step_hours": 2.0,
        "demands": {"heat": [10.0, 5.0] * 6, "electricity": [10.0, 10.0] * 6},
        "supplies": {
            "gas": {"price": 0.1},
            "electricity": {"price": 1.0},
            "heat": {"price": 1.0},
        },
        "devices": {"plant": {"kind": "converter", **converter}},
        **others,
    }


def test_two_outputs_of_which_one_varies() -> None:
    """At its best all day, the plant would make more heat than there is anywhere to go."""
    outputs = {"electricity": 1.0, "heat": [1.0, 0.5] * 6}
    assert_never_dearer(island(varying({"inputs": {"gas": 1.0}, "outputs": outputs})))


def test_what_must_be_taken_varies() -> None:
    source = {"outputs": {"heat": [1.0, 0.5] * 6}, "must_take": True, "size": 10.0}
    assert_never_dearer(island(varying(source)))


def test_what_is_taken_away_at_a_price_varies() -> None:
    """Waste heat must go: a plant that takes the less of it the better makes less go away."""
    asked = varying({"inputs": {"waste": [1.0, 0.5] * 6}, "outputs": {"heat": 1.0}, "size": 10.0})
    asked["demands"] = {"heat": [10.0] * 12}
    source = {"kind": "converter", "outputs": {"waste": 1.0}, "must_take": True, "size": 10.0}
    asked["devices"]["source"] = {**source, "availability": [1.0, 0.5] * 6}
    assert_never_dearer(island(asked))


def test_stores_begin_full_lose_and_keep_a_level() -> None:
    tank = {"kind": "store", "carrier": "heat", "size": 40.0, "loss": 0.05, "standing_loss": 0.002}
    for figures in (
        {"start_level": 1.0, "cyclic": False},
        {"start_level": 0.5},
        {"min_level": [0.1, 0.6] * 6, "max_level": [0.7, 0.9] * 6},
    ):
        asked = varying({"inputs": {"gas": 1.0}, "outputs": {"heat": [1.0, 0.5] * 6}})
        asked["devices"]["tank"] = {**tank, **figures}
        assert_never_dearer(island(asked))


def test_peaks_and_limits_are_those_of_means() -> None:
    asked = varying({"inputs": {"electricity": 0.3}, "outputs": {"heat": 1.0}, "investment": 50.0})
    grid = {"price": [0.1, 0.4] * 6, "peak_price": 90.0, "limit": [9.0, 30.0] * 6}
    asked["supplies"] |= {"electricity": grid}
    assert_never_dearer(island(asked))

"""Which parts a search has, and what becomes of their outcomes."""

from __future__ import annotations

from typing import Any

import pytest

from algorithm import Options, Stopped, check, parts_of, result_of

YEAR = {"demands": {"heat": [1.0] * 8760}, "supplies": {"gas": {"price": 0.1}}}
DAY = {"demands": {"heat": 1}, "supplies": {"gas": {"price": 0.1}}}


def names(requirement: dict[str, Any], **options: Any) -> list[str]:
    checked, _, chosen = check(requirement, (), options)
    return [part.name for part in parts_of(checked, chosen)]


def result(outcomes: dict[str, Any], **options: Any) -> dict[str, Any]:
    checked, _, chosen = check(DAY, (), options)
    return result_of(checked, (), chosen, outcomes, stopped=False)


def outcome(cost: float, co2: float, *devices: str, bound: float | None = None) -> dict[str, Any]:
    plan = {
        "cost_per_year": cost,
        "co2_kg_per_year": co2,
        "basis": "whole horizon",
        "devices": [{"name": name} for name in devices],
    }
    gap = None if bound is None else (cost - bound) / cost
    return {"plan": plan, "basis": "whole horizon", "bound": bound, "gap": gap}


@pytest.mark.parametrize(
    ("requirement", "options", "expected"),
    [
        (DAY, {}, ["structure"]),
        (YEAR, {}, ["structure", "plan", "bound"]),
        (YEAR, {"prove": False}, ["structure", "plan"]),
        (YEAR, {"gap": 0.01}, ["structure", "plan", "bound", "improve"]),
        (YEAR, {"detail": "typical days"}, ["structure"]),
        (DAY, {"goal": "alternatives", "plans": 3}, ["structure", "structure-2", "structure-3"]),
        (DAY, {"goal": "front", "plans": 4}, ["structure", "cleanest", "point-1", "point-2"]),
        (DAY, {"goal": "front", "plans": 2}, ["structure", "cleanest"]),
    ],
)
def test_a_search_has_the_parts_that_its_goal_needs(
    requirement: dict[str, Any], options: dict[str, Any], expected: list[str]
) -> None:
    assert names(requirement, **options) == expected


@pytest.mark.parametrize("goal", ["cheapest", "alternatives", "front"])
@pytest.mark.parametrize("requirement", [DAY, YEAR])
def test_each_part_comes_after_all_that_it_needs(requirement: dict[str, Any], goal: str) -> None:
    checked, _, options = check(requirement, (), {"goal": goal, "gap": 0.01})
    seen: set[str] = set()
    for part in parts_of(checked, options):
        assert set(part.after) <= seen
        assert part.seconds > 0
        seen.add(part.name)
    assert len(seen) == len(parts_of(checked, options))


def test_the_cheapest_plan_is_first_and_has_the_gap_to_the_bound() -> None:
    found = result(
        {"structure": outcome(110, 5), "plan": outcome(100, 5), "bound": {"bound": 97.0}}
        | {"bound": {"plan": None, "basis": "whole horizon", "bound": 97.0}}
    )
    (plan,) = found["plans"]
    assert (plan["cost_per_year"], plan["gap"]) == (100, pytest.approx(0.03))


def test_a_plan_for_typical_days_stands_only_where_there_is_no_other() -> None:
    typical = outcome(90, 5)
    typical["plan"]["basis"] = typical["basis"] = "typical days"
    assert result({"structure": typical})["plans"][0]["gap"] is None
    both = result({"structure": typical, "plan": outcome(100, 5)})
    assert [plan["cost_per_year"] for plan in both["plans"]] == [100]


def test_alternatives_with_the_same_devices_are_one() -> None:
    outcomes = {
        "structure": outcome(100, 5, "boiler", bound=99.0),
        "structure-2": outcome(102, 5, "boiler", "tank"),
        "structure-3": outcome(101, 5, "boiler"),
    }
    plans = result(outcomes, goal="alternatives")["plans"]
    assert [plan["cost_per_year"] for plan in plans] == [100, 102]
    assert plans[1]["gap"] == pytest.approx(3 / 102)


def test_a_front_has_no_plan_that_another_beats() -> None:
    outcomes = {
        "structure": outcome(100, 50, bound=100.0),
        "cleanest": outcome(200, 10, bound=150.0),
        "point-1": outcome(120, 30),
        "point-2": outcome(130, 40),
    }
    plans = result(outcomes, goal="front")["plans"]
    assert [plan["cost_per_year"] for plan in plans] == [100, 120, 200]
    assert plans[2]["gap"] == pytest.approx(0.25)


def test_without_any_plan_there_is_no_result() -> None:
    with pytest.raises(Stopped):
        result({"bound": {"plan": None, "basis": "whole horizon", "bound": 97.0}})


def test_how_many_plans_is_told_by_the_goal_unless_it_is_stated() -> None:
    assert Options().most_plans == 1
    assert Options(goal="alternatives").most_plans == 5
    assert Options(goal="front").most_plans == 7
    assert Options(goal="front", plans=3).most_plans == 3


def test_what_parts_warn_of_stands_in_the_result_once_after_what_the_requirement_brings() -> None:
    idle = {"id": "idle", "values": {"device": "a"}, "text": "a is idle."}
    other = {"id": "idle", "values": {"device": "b"}, "text": "b is idle."}
    found = result(
        {
            "structure": outcome(9, 5) | {"warnings": [idle]},
            "plan": outcome(9, 5) | {"warnings": [other, idle]},
            "bound": outcome(9, 5),
        }
    )
    assert found["warnings"] == [idle, other]
    checked, _, chosen = check(DAY | {"supplies": {"gas": {"price": 70}}})
    doubted = result_of(
        checked, (), chosen, {"plan": outcome(9, 5) | {"warnings": [idle]}}, stopped=False
    )
    assert [warning["id"] for warning in doubted["warnings"]] == ["price-high", "idle"]

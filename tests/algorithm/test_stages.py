"""The stages of a search: decide on typical days, size on the whole horizon, prove, improve.

On three weeks in steps of three hours that change from day to day, so that typical days are not the
whole truth, but all of it can still be solved as one program, to compare with.
"""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from algorithm import (
    Infeasible,
    Stopped,
    check,
    load_sample,
    parts_of,
    result_of,
    run_search,
)
from algorithm.island.resolve import island_of
from algorithm.model.build import build_model
from algorithm.search.stages import run_part
from algorithm.solve.branch_and_cut import BranchAndCut

DAYS = 21
STEP_HOURS, STEPS_A_DAY = 3, 8
HOURS = range(0, 24 * DAYS, STEP_HOURS)
SLACK = 1e-6


def requirement() -> dict[str, Any]:
    """Three weeks whose heat and sun differ from day to day, with a choice for each demand."""

    def sun(hour: int) -> float:
        cloud = 0.3 + 0.7 * abs(math.sin(1.7 * (hour // 24)))
        return max(0.0, math.sin((hour % 24 - 6) / 12 * math.pi)) * 0.8 * cloud

    return {
        "step_hours": STEP_HOURS,
        "profiles": {"sun": [sun(hour) for hour in HOURS]},
        "demands": {
            "electricity": [300 + 100 * math.sin(hour / 24 * 2 * math.pi) for hour in HOURS],
            "heat": [
                500 + 200 * math.cos(hour / 24 * 2 * math.pi) + 150 * math.sin(hour / 90)
                for hour in HOURS
            ],
        },
        "supplies": {
            "electricity": {
                "price": [0.12 if hour % 24 < 6 else 0.25 for hour in HOURS],
                "co2": 0.35,
                "peak_price": 80,
            },
            "gas": {"price": 0.06, "co2": 0.198},
        },
        "exports": {"electricity": {"price": 0.05}},
        "devices": {
            "rooftop-pv": {"investment_fixed": 60_000},
            "gas-boiler": {},
            "gas-engine-chp": {"min_size": 100},
            "air-heat-pump": {"min_size": 100},
            "battery": {},
            "heat-tank": {},
        },
        "areas": {"roof": 3000},
        "co2_price": 80,
    }


def optimum(asked: dict[str, Any], **how: Any) -> float:
    """Return the least cost of the whole horizon, from one program with all decisions."""
    model = build_model(island_of(check(asked)[0], ()), **how)
    solver = BranchAndCut(model, gap=0.0)
    solver.start()
    assert solver.wait(300)
    bound = solver.news().bound
    assert bound is not None
    return bound


@pytest.fixture(scope="module")
def least() -> float:
    return optimum(requirement())


def test_the_plan_is_for_the_whole_horizon_and_the_proof_holds(least: float) -> None:
    result = run_search(requirement(), options={"typical_days": 4})
    (plan,) = result["plans"]
    assert plan["basis"] == "whole horizon"
    assert result["search"]["typical_days"] is not None
    assert result["search"]["bound"] <= least * (1 + SLACK)
    assert plan["cost_per_year"] >= least * (1 - SLACK)
    gap = (plan["cost_per_year"] - result["search"]["bound"]) / plan["cost_per_year"]
    assert plan["gap"] == pytest.approx(gap)
    assert len(plan["dispatch"]["flows"][0]["kw"]) == len(HOURS)
    assert plan["dispatch"]["days"] is None


def test_without_a_proof_there_is_no_gap() -> None:
    (plan,) = run_search(requirement(), options={"typical_days": 4, "prove": False})["plans"]
    assert (plan["basis"], plan["gap"]) == ("whole horizon", None)


def test_an_asked_gap_is_reached_by_branching_on_the_devices(least: float) -> None:
    """From two typical days, which mislead: the devices are found on the whole horizon."""
    result = run_search(requirement(), options={"typical_days": 2, "gap": 1e-5})
    (plan,) = result["plans"]
    assert plan["gap"] <= 1e-5
    assert plan["cost_per_year"] == pytest.approx(least, rel=2e-5)
    assert "improve" in result["search"]["parts"]


def test_alternatives_each_do_without_a_device_of_those_before() -> None:
    options = {"goal": "alternatives", "plans": 3, "typical_days": 3, "prove": False}
    plans = run_search(requirement(), options=options)["plans"]
    devices = [{device["name"] for device in plan["devices"]} for plan in plans]
    assert len(plans) >= 2
    assert len({frozenset(names) for names in devices}) == len(plans)
    costs = [plan["cost_per_year"] for plan in plans]
    assert costs == sorted(costs)
    assert all(plan["basis"] == "whole horizon" for plan in plans)


def test_there_are_as_many_alternatives_as_there_are() -> None:
    one_way = {
        "demands": {"heat": 100},
        "supplies": {"gas": {"price": 0.05}},
        "devices": {"gas-boiler": {}},
    }
    options = {"goal": "alternatives", "plans": 4}
    assert len(run_search(one_way, options=options)["plans"]) == 1


@pytest.mark.parametrize("detail", ["typical days", "whole horizon"])
def test_a_front_trades_cost_for_co2_from_the_cheapest_to_the_cleanest(detail: str) -> None:
    options = {"goal": "front", "plans": 4, "typical_days": 3, "detail": detail, "prove": False}
    plans = run_search(requirement(), options=options)["plans"]
    costs = [plan["cost_per_year"] for plan in plans]
    co2 = [plan["co2_kg_per_year"] for plan in plans]
    assert len(plans) >= 3
    assert costs == sorted(costs)
    assert co2 == sorted(co2, reverse=True)
    assert {plan["basis"] for plan in plans} == {detail}


def test_a_points_co2_is_within_its_limit_and_between_the_ends() -> None:
    options = {"goal": "front", "plans": 3}
    asked = {n: requirement()[n] for n in ("step_hours", "supplies", "devices", "areas")}
    day = asked | {
        "profiles": {"sun": requirement()["profiles"]["sun"][:STEPS_A_DAY]},
        "demands": {n: v[:STEPS_A_DAY] for n, v in requirement()["demands"].items()},
    }
    day["supplies"]["electricity"]["price"] = day["supplies"]["electricity"]["price"][:STEPS_A_DAY]
    cheapest, middle, cleanest = (
        plan["co2_kg_per_year"] for plan in run_search(day, options=options)["plans"]
    )
    assert cleanest < middle <= (cheapest + cleanest) / 2 * (1 + SLACK)


def test_the_cleanest_plan_does_not_get_there_by_leaving_demands_unmet() -> None:
    asked = {
        "demands": {"heat": {"power": [50.0, 100.0], "unserved_price": 3.0}},
        "step_hours": 12,
        "supplies": {
            "gas": {"price": 0.05, "co2": 0.2},
            "electricity": {"price": 0.2, "co2": 0.1},
        },
        "devices": {"gas-boiler": {}, "electric-boiler": {}},
    }
    plans = run_search(asked, options={"goal": "front", "plans": 3})["plans"]
    assert len(plans) == 3
    assert all(plan["unserved"] == [] for plan in plans)
    assert plans[-1]["co2_kg_per_year"] > 0


def test_minimum_loads_hold_on_the_whole_horizon_too() -> None:
    asked = requirement()
    asked["devices"]["gas-engine-chp"] |= {"size": 300.0, "min_load": 0.5}
    options = {"on_off": True, "typical_days": 3, "prove": False}
    (plan,) = run_search(asked, options=options)["plans"]
    (engine,) = (device for device in plan["devices"] if device["name"] == "gas-engine-chp")
    flows = plan["dispatch"]["flows"]
    (power,) = (
        flow["kw"]
        for flow in flows
        if flow["source"] == "device:gas-engine-chp" and flow["carrier"] == "electricity"
    )
    running = [kw for kw in power if kw > 0.01]
    assert len(running) < len(power)
    assert min(running) >= 0.5 * engine["size"] * max(power) / engine["size"] * 0.999
    assert plan["cost_per_year"] >= optimum(asked) * (1 - SLACK)


def test_whole_units_are_decided_with_the_devices_and_stay_whole() -> None:
    asked = requirement()
    asked["devices"]["air-heat-pump"] = {"unit_size": 130.0}
    checked, disabled, chosen = check(asked, (), {"typical_days": 3})
    structure = run_part("structure", checked, disabled, chosen, {})
    sized = run_part("plan", checked, disabled, chosen, {"structure": structure})
    (pump,) = (d for d in sized["plan"]["devices"] if d["name"] == "air-heat-pump")
    assert structure["units"]["air-heat-pump"] >= 1
    assert pump["size"] == pytest.approx(130 * structure["units"]["air-heat-pump"])


def test_parts_done_one_by_one_through_json_make_the_same_result() -> None:
    """As workers do them: in processes of their own, with outcomes stored between."""
    options = {"goal": "front", "plans": 3, "typical_days": 3}
    checked, disabled, chosen = check(requirement(), ("battery",), options)
    outcomes: dict[str, Any] = {}
    for part in parts_of(checked, chosen):
        needed = {name: outcomes[name] for name in part.after}
        outcome = run_part(part.name, checked, disabled, chosen, needed)
        outcomes[part.name] = json.loads(json.dumps(outcome, allow_nan=False))
    apart = result_of(checked, disabled, chosen, outcomes, stopped=False)
    at_once = run_search(requirement(), ["battery"], options=options)
    assert apart["plans"] == at_once["plans"]


def test_a_part_that_was_stopped_says_so_and_has_the_best_so_far() -> None:
    checked, disabled, chosen = check(requirement(), (), {"gap": 0.0})
    told: list[Any] = []
    outcome = run_part(
        "structure",
        checked,
        disabled,
        chosen,
        {},
        on_progress=told.append,
        should_stop=lambda: any(progress.outcome for progress in told),
    )
    assert outcome["plan"]["basis"] == "typical days"
    best = [progress.outcome for progress in told if progress.outcome is not None][-1]
    assert best["stopped"]
    assert best["plan"]["cost_per_year"] == outcome["plan"]["cost_per_year"]


def test_a_part_that_has_nothing_when_it_is_stopped_raises() -> None:
    checked, disabled, chosen = check(load_sample("campus"))
    with pytest.raises(Stopped):
        run_part("structure", checked, disabled, chosen, {}, should_stop=lambda: True)


def test_what_can_not_be_met_is_explained_before_the_year_is_tried() -> None:
    asked = requirement()
    asked["supplies"]["gas"]["limit"] = 100
    asked["supplies"]["electricity"]["limit"] = 100
    with pytest.raises(Infeasible, match=r"heat|electricity"):
        run_search(asked)

"""A plan as people read it: what it costs and why, what it needs, what holds it back."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from algorithm.island.typical_days import typical_days
from algorithm.model.build import build_model
from algorithm.plan.dispatch import Unbalanced
from algorithm.plan.plan import plan_of
from tests.algorithm.islands import best_plan, island, solved

HOURS_A_YEAR = 8760


@pytest.fixture(scope="module")
def requirement() -> dict[str, Any]:
    """Two places over four steps of 3 h, with some of everything that a plan tells of."""
    return {
        "step_hours": 3.0,
        "start": "2024-02-29",
        "currency": "CHF",
        "demands": {
            "houses": {"carrier": "heat@south", "power": [40.0, 80.0, 60.0, 20.0]},
            "pool": {"carrier": "heat@south", "power": 30.0, "unserved_price": 0.11},
            "light": {"carrier": "electricity@north", "power": [30.0, 20.0, 20.0, 40.0]},
        },
        "supplies": {
            "grid": {
                "carrier": "electricity@north",
                "price": [0.12, 0.14, 0.12, 0.3],
                "co2": 0.1,
                "peak_price": 3.0,
                "peak_period": "month",
                "limit": [100.0, 60.0, 100.0, 100.0],
            },
            "gas": {"price": 0.09, "co2": 0.2},
        },
        "exports": {"feed": {"carrier": "electricity@north", "price": 0.085, "co2": 0.05}},
        "devices": {
            "engine": {
                "kind": "converter",
                "label": "Engine in the hall",
                "inputs": {"gas": 2.5},
                "outputs": {"electricity@north": 1.0, "heat@north": 1.3},
                "unit_size": 8.0,
                "max_size": 50.0,
                "investment": 300.0,
                "investment_fixed": 2000.0,
                "maintenance": 2.0,
                "operation": 0.01,
            },
            "panels": {
                "kind": "converter",
                "place": "north",
                "resource": "sun",
                "outputs": {"electricity": 1.0},
                "availability": [0.0, 0.8, 0.6, 0.0],
                "area": {"roof": 5.0},
                "investment": 300.0,
                "life": 30.0,
            },
            "cells": {
                "kind": "store",
                "place": "north",
                "carrier": "electricity",
                "size": 40.0,
                "hours": 2.0,
                "charge_efficiency": 0.9,
                "investment": 100.0,
                "power_investment": 50.0,
                "power_maintenance": 1.0,
            },
            "main": {
                "kind": "link",
                "source": "heat@north",
                "target": "heat@south",
                "loss": 0.1,
                "investment": 90.0,
                "operation": 0.002,
            },
            "boiler": {
                "kind": "converter",
                "like": "gas-boiler",
                "outputs": {"heat@south": 1.0},
            },
        },
        "areas": {"roof": 200.0},
        "interest_rate": 0.04,
        "co2_price": 120.0,
        "eur_rate": 0.95,
    }


@pytest.fixture(scope="module")
def plan(requirement: dict[str, Any]) -> dict[str, Any]:
    return best_plan(requirement)


def entry(entries: list[dict[str, Any]], name: str) -> dict[str, Any]:
    (found,) = [entry for entry in entries if entry["name"] == name]
    return found


def series(plan: dict[str, Any], source: str, target: str) -> np.ndarray[Any, Any]:
    (found,) = [
        flow["kw"]
        for flow in plan["dispatch"]["flows"]
        if (flow["source"], flow["target"]) == (source, target)
    ]
    return np.array(found)


def test_what_it_costs_adds_up_and_is_of_a_year(plan: dict[str, Any]) -> None:
    costs = plan["costs"]
    assert plan["cost_per_year"] == pytest.approx(sum(costs.values()) - 2 * costs["export_revenue"])
    assert plan["cost_of_horizon"] == pytest.approx(plan["cost_per_year"] * 12 / HOURS_A_YEAR)
    devices = plan["devices"]
    assert costs["investment"] == pytest.approx(sum(d["annuity"] for d in devices))
    assert costs["maintenance"] == pytest.approx(sum(d["maintenance"] for d in devices))
    assert costs["operation"] == pytest.approx(sum(d["operation"] for d in devices))
    assert plan["investment"] == pytest.approx(sum(d["investment"] for d in devices))
    traded = sum(trade["cost_per_year"] for trade in plan["supplies"] + plan["exports"])
    assert traded == pytest.approx(costs["energy"] + costs["peak"] - costs["export_revenue"])
    co2 = sum(trade["co2_kg_per_year"] for trade in plan["supplies"] + plan["exports"])
    assert plan["co2_kg_per_year"] == pytest.approx(co2)
    assert costs["co2"] == pytest.approx(co2 * 0.12)
    assert all(value >= 0 for value in costs.values())


def test_a_device_says_what_it_is_and_what_it_does(plan: dict[str, Any]) -> None:
    engine = entry(plan["devices"], "engine")
    made = series(plan, "device:engine", "carrier:electricity@north")
    assert engine["label"] == "Engine in the hall"
    assert (engine["kind"], engine["like"], engine["unit"]) == ("converter", "engine", "kW")
    assert engine["carrier"] == "electricity@north"
    assert engine["size"] == engine["units"] * 8
    assert engine["investment"] == pytest.approx(300 * engine["size"] + 2000)
    assert engine["maintenance"] == pytest.approx(0.02 * engine["investment"])
    assert engine["kwh_per_year"] == pytest.approx(made.mean() * HOURS_A_YEAR, rel=1e-4)
    assert engine["operation"] == pytest.approx(0.01 * engine["kwh_per_year"], rel=1e-4)
    assert engine["full_load_hours"] == pytest.approx(engine["kwh_per_year"] / engine["size"])
    assert engine["cost_per_year"] == pytest.approx(
        engine["annuity"] + engine["maintenance"] + engine["operation"]
    )
    assert "power_kw" not in engine


def test_stores_links_and_devices_like_those_of_the_catalogue_have_their_own(
    plan: dict[str, Any],
) -> None:
    cells, main = entry(plan["devices"], "cells"), entry(plan["devices"], "main")
    boiler = entry(plan["devices"], "boiler")
    assert (cells["kind"], cells["size"], cells["unit"]) == ("store", 40.0, "kWh")
    assert cells["investment"] == pytest.approx(40 * 100 + 50 * cells["power_kw"], rel=1e-4)
    assert not cells["at_limit"]  # as its size is fixed
    brought = series(plan, "device:main", "carrier:heat@south")
    assert (main["kind"], main["carrier"]) == ("link", "heat@south")
    assert main["kwh_per_year"] == pytest.approx(brought.mean() * HOURS_A_YEAR, rel=1e-4)
    entered = series(plan, "carrier:heat@north", "device:main").mean() * HOURS_A_YEAR
    assert main["operation"] == pytest.approx(0.002 * entered, rel=1e-4)
    assert (boiler["like"], boiler["carrier"]) == ("gas-boiler", "heat@south")


def test_supplies_and_exports_say_what_they_cost_and_emit(plan: dict[str, Any]) -> None:
    grid, feed = entry(plan["supplies"], "grid"), entry(plan["exports"], "feed")
    power = series(plan, "supply:grid", "carrier:electricity@north")
    assert grid["carrier"] == "electricity@north"
    assert grid["peak_kw"] == pytest.approx(power.max(), rel=1e-4)
    paid = (power * [0.12, 0.14, 0.12, 0.3]).mean() * HOURS_A_YEAR + 12 * 3 * power.max()
    assert grid["cost_per_year"] == pytest.approx(paid, rel=1e-4)
    assert grid["co2_kg_per_year"] == pytest.approx(0.1 * grid["kwh_per_year"], rel=1e-4)
    assert feed["cost_per_year"] == pytest.approx(-0.085 * feed["kwh_per_year"], rel=1e-4)
    assert feed["co2_kg_per_year"] == pytest.approx(-0.05 * feed["kwh_per_year"], rel=1e-4)


def test_unserved_demand_is_told_of(plan: dict[str, Any]) -> None:
    (lack,) = plan["unserved"]
    power = series(plan, "supply:unserved", "carrier:heat@south")
    assert lack["demand"] == "pool"
    assert lack["peak_kw"] == pytest.approx(power.max(), rel=1e-4)
    assert plan["costs"]["unserved"] == pytest.approx(0.11 * lack["kwh_per_year"], rel=1e-4)


def test_a_limit_that_holds_the_plan_back_is_named_with_what_is_used_of_it(
    requirement: dict[str, Any], plan: dict[str, Any]
) -> None:
    assert plan["limits"] == [{"field": "areas.roof", "used": 200.0, "limit": 200.0}]
    assert entry(plan["devices"], "panels")["at_limit"]
    budget = round(plan["investment"]) - 300.0
    tight = best_plan({**requirement, "budget": budget})
    assert {"field": "budget", "used": budget, "limit": budget} in tight["limits"]
    grid = {**requirement["supplies"]["grid"], "limit": [3.0, 60.0, 100.0, 3.0], "price": 0.01}
    supplies = {**requirement["supplies"], "grid": grid}
    meters = {"connection": {"supplies": ["grid"], "exports": ["feed"]}}
    held = best_plan({**requirement, "supplies": supplies, "meters": meters})
    assert {"field": "supplies.grid.limit", "used": 3.0, "limit": 3.0} in held["limits"]


def test_dispatch_has_a_value_for_each_step_to_five_digits(plan: dict[str, Any]) -> None:
    dispatch = plan["dispatch"]
    assert (dispatch["step_hours"], dispatch["start"]) == (3.0, "2024-02-29")
    assert dispatch["days"] is None
    assert {len(flow["kw"]) for flow in dispatch["flows"]} == {4}
    (level,) = dispatch["levels"]
    assert (level["storage"], level["carrier"]) == ("cells", "electricity@north")
    assert len(level["kwh"]) == 4
    for flow in dispatch["flows"]:
        for value in flow["kw"]:
            assert value == round(value, 4 - int(np.floor(np.log10(max(flow["kw"])))))


def test_typical_days_have_dates_and_a_weight(requirement: dict[str, Any]) -> None:
    """Of 20 days, each an hour of demand longer than the last."""
    days = [[60.0] * day + [20.0] * (24 - day) for day in range(20)]
    whole = island(
        {
            "start": "2024-02-20",
            "demands": {"electricity": [hour for day in days for hour in day]},
            "supplies": {"electricity": {"price": 0.2}},
            "devices": {},
        }
    )
    model = build_model(whole.at(typical_days(whole, 4)))
    values = solved(model)
    assert values is not None
    plan = plan_of(model, values)
    typical = plan["dispatch"]["days"]
    assert plan["basis"] == "typical days"
    assert plan["cost_of_horizon"] == pytest.approx(plan["cost_per_year"] * 20 / 365)
    assert sum(day["days_per_year"] for day in typical) == pytest.approx(365)
    assert {len(flow["kw"]) for flow in plan["dispatch"]["flows"]} == {24 * len(typical)}
    for day in typical:
        assert day["date"] == f"2024-0{2 + (day['day'] > 9)}-{(20 + day['day'] - 1) % 29 + 1:02}"


def test_a_plan_is_json(plan: dict[str, Any]) -> None:
    assert json.loads(json.dumps(plan, allow_nan=False)) == plan


def test_a_cost_that_the_model_does_not_know_of_is_an_error(requirement: dict[str, Any]) -> None:
    model = build_model(island(requirement))
    values = solved(model)
    assert values is not None
    gas = model.island.supplies["gas"]
    dearer = replace(gas, price=gas.price + 1e-3)
    supplies = {**model.island.supplies, "gas": dearer}
    with pytest.raises(Unbalanced, match="cost"):
        plan_of(replace(model, island=replace(model.island, supplies=supplies)), values)


def test_a_plan_of_the_least_co2_is_held_against_that(requirement: dict[str, Any]) -> None:
    for demand in requirement["demands"].values():
        demand.pop("unserved_price", None)
    clean = best_plan(requirement, minimise="co2")
    assert clean["co2_kg_per_year"] < best_plan(requirement)["co2_kg_per_year"]


def test_a_plan_of_the_least_co2_meets_what_it_can(requirement: dict[str, Any]) -> None:
    assert best_plan(requirement, minimise="co2")["unserved"] == []

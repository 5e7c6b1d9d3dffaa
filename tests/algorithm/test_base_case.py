"""Today's system: devices that stand, what they cost, and plans held against it."""

from __future__ import annotations

import math
from typing import Any

import pytest

from algorithm import Infeasible, RequirementError, check, run_search
from algorithm.components.annuity import annuity, present_value
from tests.algorithm.islands import best_plan

RATE = 0.04
BOILER: dict[str, Any] = {
    "kind": "converter",
    "inputs": {"gas": 1.2},
    "outputs": {"heat": 1.0},
    "investment": 100.0,
    "investment_fixed": 1000.0,
    "maintenance": 2.0,
    "life": 20.0,
}
PUMP: dict[str, Any] = {
    "kind": "converter",
    "inputs": {"electricity": 0.3},
    "outputs": {"heat": 1.0},
    "investment": 600.0,
    "maintenance": 1.0,
    "life": 18.0,
}
PANELS: dict[str, Any] = {
    "kind": "converter",
    "resource": "sun",
    "outputs": {"electricity": 1.0},
    "availability": [0.0, 0.6, 0.8, 0.1],
    "max_size": 120.0,
    "investment": 500.0,
    "life": 25.0,
}
CELLS: dict[str, Any] = {
    "kind": "store",
    "carrier": "electricity",
    "hours": 1.0,
    "investment": 120.0,
    "power_investment": 60.0,
    "power_maintenance": 1.0,
    "life": 15.0,
    "power_life": 12.0,
}


def site(**devices: dict[str, Any]) -> dict[str, Any]:
    return {
        "step_hours": 6.0,
        "demands": {"heat": [100.0, 50.0, 20.0, 60.0], "electricity": [20.0, 40.0, 50.0, 60.0]},
        "supplies": {
            "gas": {"price": 0.08, "co2": 0.2},
            "electricity": {"price": [0.2, 0.25, 0.1, 0.35], "co2": 0.3, "peak_price": 50.0},
        },
        "exports": {"electricity": {"price": 0.04}},
        "devices": devices,
        "interest_rate": RATE,
        "co2_price": 60.0,
    }


def entry(plan: Any, name: str) -> Any:
    (found,) = [device for device in plan["devices"] if device["name"] == name]
    return found


def test_today_is_the_search_with_nothing_allowed() -> None:
    standing = {
        "boiler": BOILER | {"existing": 150.0, "age_years": 9.0},
        "cells": CELLS | {"existing": 40.0, "existing_power": 16.0, "age_years": 2.0},
    }
    base = run_search(site(**standing, pump=PUMP, panels=PANELS))["base_case"]
    assert base is not None
    alone = {name: figures | {"size": figures["existing"]} for name, figures in standing.items()}
    alone["cells"]["hours"] = 2.5
    nothing = best_plan(site(**alone))
    assert base["cost_per_year"] == pytest.approx(nothing["cost_per_year"], rel=1e-9)
    assert base["costs"] == pytest.approx(nothing["costs"])
    assert base["co2_kg_per_year"] == pytest.approx(nothing["co2_kg_per_year"])
    assert base["investment"] == 0.0
    assert base["self_sufficiency"] == pytest.approx(0.0)


def test_what_stands_costs_nothing_until_its_life_ends() -> None:
    """1000 + 150 kW x 100 are due in 11 of 20 years; maintenance counts at once."""
    boiler = BOILER | {"existing": 150.0, "age_years": 9.0}
    plan = best_plan(site(boiler=boiler))
    once = 1000.0 + 150.0 * 100.0
    share = 1 - present_value(RATE, 11) / present_value(RATE, 20)
    assert plan["costs"]["maintenance"] == pytest.approx(0.02 * once)
    assert plan["costs"]["investment"] == pytest.approx(once * annuity(RATE, 20) * share)
    assert plan["investment"] == 0.0
    old = best_plan(site(boiler=boiler | {"age_years": 0.0}))
    assert old["costs"]["investment"] == 0.0  # its life ends with the horizon of 20 years
    worn = best_plan(site(boiler=boiler | {"age_years": 25.0}))
    assert worn["costs"]["investment"] == pytest.approx(once * annuity(RATE, 20))


def test_what_stands_is_kept_as_a_whole_or_not_at_all() -> None:
    boiler = BOILER | {"existing": 150.0, "age_years": 9.0}
    kept = best_plan(site(boiler=boiler))
    assert entry(kept, "boiler")["size"] == 150.0  # though 100 kW would do
    dropped = best_plan(site(boiler=boiler | {"maintenance": 40.0}, pump=PUMP))
    assert [device["name"] for device in dropped["devices"]] == ["pump"]


def test_enlarging_costs_what_is_added() -> None:
    small = BOILER | {"existing": 60.0, "age_years": 0.0}
    asked = site(boiler=small)
    plan = best_plan(asked)
    assert entry(plan, "boiler")["size"] == pytest.approx(100.0)
    assert entry(plan, "boiler")["existing"] == 60.0
    assert plan["investment"] == pytest.approx(40.0 * 100.0)
    assert plan["costs"]["investment"] == pytest.approx(4000.0 * annuity(RATE, 20))
    assert best_plan(asked | {"budget": 4000.1})["investment"] == pytest.approx(4000.0)
    assert run_search(asked)["base_case"] is None


def test_a_store_that_stands_has_its_power() -> None:
    standing = CELLS | {"existing": 60.0, "existing_power": 15.0, "age_years": 12.0}
    plan = best_plan(site(boiler=BOILER, cells=standing | {"max_size": 60.0, "maintenance": 1.0}))
    cells = entry(plan, "cells")
    power = max(15.0, cells["power_kw"])
    assert cells["investment"] == pytest.approx(60.0 * (power - 15.0), abs=1e-6)
    left = present_value(RATE, 3), present_value(RATE, 20)
    size = 60.0 * 120.0 * annuity(RATE, 15) * (1 - left[0] / left[1])
    kept = 15.0 * 60.0 * annuity(RATE, 12)  # its life of 12 years is over
    assert cells["annuity"] == pytest.approx(size + kept + cells["investment"] * annuity(RATE, 12))


@pytest.mark.parametrize("rate", [0.0, RATE])
def test_a_plan_is_worth_what_it_saves_a_year(rate: float) -> None:
    asked = site(
        boiler=BOILER | {"existing": 150.0, "age_years": 12.5},
        pump=PUMP,
        panels=PANELS | {"existing": 20.0, "age_years": 3.0},
        cells=CELLS,
    )
    result = run_search(asked | {"horizon_years": 17, "interest_rate": rate})
    base, plan = result["base_case"], result["plans"][0]
    economics = plan["economics"]
    assert base is not None
    assert economics is not None
    saved = base["cost_per_year"] - plan["cost_per_year"]
    assert saved > 0
    best = best_plan(asked | {"interest_rate": rate, "horizon_years": 17})["cost_per_year"]
    assert best * (1 - 1e-9) <= plan["cost_per_year"] <= best * 1.002
    assert economics["saving_per_year"] == saved
    assert economics["npv"] == pytest.approx(saved * present_value(rate, 17), rel=1e-10)
    worths = [cash / (1 + rate) ** year for year, cash in enumerate(economics["cash_flow"])]
    assert sum(worths) == pytest.approx(economics["npv"], rel=1e-12)
    assert economics["extra_investment"] == pytest.approx(plan["investment"])
    assert economics["irr"] > rate  # type: ignore[operator]


def test_purchases_alone_are_a_base_case_too() -> None:
    asked = site(panels=PANELS)
    del asked["demands"]["heat"]
    result = run_search(asked)
    base, (plan,) = result["base_case"], result["plans"]
    assert base is not None
    assert base["devices"] == []
    assert base["peak_kw"] == 60.0 >= plan["peak_kw"]
    assert base["costs"]["energy"] == pytest.approx(
        6 * 365 * (20 * 0.2 + 40 * 0.25 + 50 * 0.1 + 60 * 0.35)
    )
    fields = {assumption["field"] for assumption in result["assumptions"]}
    assert {"horizon_years", "price_growth"} <= fields


def test_there_is_no_base_case_where_today_does_not_meet_the_demands() -> None:
    nothing = run_search(site(boiler=BOILER))
    assert nothing["base_case"] is None
    assert nothing["plans"][0]["economics"] is None
    assert nothing["warnings"] == []
    small = run_search(site(boiler=BOILER | {"existing": 50.0}))
    assert small["base_case"] is None
    assert [warning["id"] for warning in small["warnings"]] == ["no_base_case"]


def test_disabling_a_device_leaves_it_in_today() -> None:
    asked = site(boiler=BOILER | {"existing": 150.0}, pump=PUMP)
    result = run_search(asked, ["boiler"])
    assert result["base_case"] is not None
    assert [device["name"] for device in result["base_case"]["devices"]] == ["boiler"]
    assert [device["name"] for device in result["plans"][0]["devices"]] == ["pump"]


def test_today_stands_on_the_steps_of_the_plan() -> None:
    """On 15 days, all steps are modelled for the plan; with typical days for both."""
    days = [1 + 0.2 * math.sin(day) for day in range(15)]
    asked = site(boiler=BOILER | {"existing": 150.0}, pump=PUMP)
    for name, power in asked["demands"].items():
        asked["demands"][name] = [kw * day for day in days for kw in power]
    asked["supplies"]["electricity"]["price"] *= 15
    for detail in ("whole horizon", "typical days"):
        options = {"detail": detail, "typical_days": 2, "prove": False}
        result = run_search(asked, options=options)
        assert result["base_case"] is not None
        assert result["base_case"]["basis"] == result["plans"][0]["basis"] == detail
        assert result["plans"][0]["economics"] is not None


@pytest.mark.parametrize(
    ("figures", "field"),
    [
        ({"existing": 50.0, "max_size": 40.0}, "max_size"),
        ({"existing": 50.0, "size": 40.0}, "size"),
        ({"existing": 50.0, "unit_size": 40.0}, "existing"),
    ],
)
def test_what_stands_fits_the_other_sizes(figures: dict[str, float], field: str) -> None:
    with pytest.raises(RequirementError) as refused:
        check(site(boiler=BOILER | figures))
    assert [error["field"] for error in refused.value.errors] == [f"devices.boiler.{field}"]


@pytest.mark.parametrize("power", [0.0, 50.0])
def test_a_store_that_stands_has_a_power_within_its_hours(power: float) -> None:
    with pytest.raises(RequirementError, match=r"cells\.existing_power"):
        check(site(boiler=BOILER, cells=CELLS | {"existing": 40.0, "existing_power": power}))


def test_prices_grow_of_carriers_that_are_traded() -> None:
    with pytest.raises(RequirementError, match=r"price_growth\.electricty.*electricity"):
        check(site(boiler=BOILER) | {"price_growth": {"electricty": 0.02}})


LIMITED = site(
    boiler=BOILER | {"existing": 150.0, "age_years": 9.0},
    pump=PUMP | {"investment": 3000.0},
    panels=PANELS | {"availability": [0.0, 0.1, 0.2, 0.05], "investment": 2500.0, "max_size": 3e3},
    cells=CELLS,
)


@pytest.mark.parametrize(
    ("field", "least", "figure"),
    [
        ("self_sufficiency_min", 0.4, "self_sufficiency"),
        ("renewable_share_min", 0.3, "renewable_share"),
        ("co2_cut_min", 0.5, "co2_cut"),
    ],
)
def test_a_least_share_binds_and_costs(field: str, least: float, figure: str) -> None:
    def share(plan: Any) -> float:
        of = plan["economics"] if figure == "co2_cut" else plan
        return float(of[figure])

    (free,) = run_search(LIMITED)["plans"]
    assert share(free) < least
    assert free["limits"] == []
    (plan,) = run_search(LIMITED | {field: least})["plans"]
    assert share(plan) == pytest.approx(least, abs=1e-6)
    assert plan["cost_per_year"] > free["cost_per_year"]
    assert {"field": field, "used": pytest.approx(least), "limit": least} in plan["limits"]


def test_a_front_keeps_to_the_cut() -> None:
    """Its parts that don't follow the first find today's CO2 for themselves."""
    options = {"goal": "front", "plans": 3}
    result = run_search(LIMITED | {"co2_cut_min": 0.4}, options=options)
    cuts = [plan["economics"]["co2_cut"] for plan in result["plans"]]  # type: ignore[index]
    assert len(cuts) == 3
    assert min(cuts) >= 0.4 - 1e-6  # type: ignore[type-var]


@pytest.mark.parametrize("field", ["self_sufficiency_min", "renewable_share_min", "co2_cut_min"])
def test_a_share_that_is_too_much_is_told(field: str) -> None:
    asked = site(boiler=BOILER | {"existing": 150.0})
    with pytest.raises(Infeasible, match=f"lowering {field}"):
        run_search(asked | {field: 0.9})


def test_a_cut_needs_a_system_of_today() -> None:
    with pytest.raises(Infeasible, match="co2_cut_min refers to today's system"):
        run_search(site(boiler=BOILER) | {"co2_cut_min": 0.5})

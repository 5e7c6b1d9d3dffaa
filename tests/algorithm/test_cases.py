"""Small inputs of the kinds on which a search goes wrong, each with its right value.

The values come by hand, or from a linear program written down apart from this one; the plain
program has to find each as well.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from algorithm import run_search
from algorithm.files.reading import read_columns, read_requirement
from tests.algorithm.against_plain import answer
from tests.algorithm.plain_milp import optimum

FIXTURES = Path(__file__).parent / "fixtures"
HOURS_A_YEAR = 8760
# How closely a right value is known.
CLOSE = 1e-5
# What the plans of short horizons are proven within, if nothing is asked for.
GAP = 0.002

Requirement = dict[str, Any]


def case(name: str) -> Requirement:
    return read_requirement(FIXTURES / f"{name}.json")


def plan_of(requirement: Requirement, **options: Any) -> dict[str, Any]:
    plan: dict[str, Any] = run_search(requirement, options=options)["plans"][0]
    return plan


def sizes(plan: dict[str, Any]) -> dict[str, float]:
    return {device["name"]: device["size"] for device in plan["devices"]}


def year() -> Requirement:
    """A year of panels, a battery of 7200 kWh at most, and a load."""
    hours = range(HOURS_A_YEAR)
    noons = [0.45 - 0.35 * math.cos(2 * math.pi * (hour // 24 + 10) / 365) for hour in hours]
    sun = [noon * math.cos(math.pi * (h % 24 - 12) / 12) for h, noon in enumerate(noons)]
    return {
        "demands": {"electricity": [100 + 50 * math.sin(h / 24 * 2 * 3.1415) for h in hours]},
        "profiles": {"sun": [round(max(0.0, part), 5) for part in sun]},
        "devices": {
            "pv": {
                "kind": "converter",
                "outputs": {"electricity": 1},
                "availability": "sun",
                "investment": 900,
                "life": 25,
                "max_size": 300,
            },
            "bat": {
                "kind": "store",
                "investment": 200,
                "life": 15,
                "charge_efficiency": 0.97,
                "discharge_efficiency": 0.97,
                "max_size": 7200,
            },
        },
    }


def net_metering_year() -> Requirement:
    """Power is sold for what it costs."""
    asked = year()
    price = [power / 400 for power in asked["demands"]["electricity"]]
    trade = {"electricity": {"price": price}}
    return {**asked, "supplies": trade, "exports": trade}


def spot_both_ways_year() -> Requirement:
    """Power is sold for what it costs at a spot price, which is negative at times."""
    asked = year()
    asked["profiles"] |= read_columns(
        "spot-prices.csv", (FIXTURES / "spot-prices.csv").read_bytes()
    )
    trade = {"electricity": {"price": "price"}}
    return {**asked, "supplies": trade, "exports": trade}


def exclusive_tank() -> Requirement:
    """A day in hours: in a single step, a tank that never does both can do nothing."""
    asked = case("chp-burns-heat-in-tank")
    asked["demands"]["heat"] = 100
    asked["devices"]["tank"]["charging"] = "exclusive"
    return asked


RIGHT = {
    "hidden-size-dear": 14_833.634466,
    "hidden-size-infeasible": 63_268.897592,
    "wood-pile": 37_664.555231,
    "min-load": 87_600.0,
    "chp-burns-heat-in-tank": -133_577.900552,
    "no-device": 17_520.0,
    "tiny-numbers": 14.123913,
}


@pytest.mark.parametrize(("name", "cost"), RIGHT.items())
def test_the_plain_program_finds_the_right_value(name: str, cost: float) -> None:
    assert optimum(case(name)).cost == pytest.approx(cost, rel=CLOSE)


@pytest.mark.parametrize(("name", "cost"), RIGHT.items())
def test_the_search_finds_the_right_value_and_proves_it(name: str, cost: float) -> None:
    result = run_search(case(name), options={"gap": GAP})
    plan, bound = result["plans"][0], result["search"]["bound"]
    assert plan["cost_per_year"] == pytest.approx(cost, rel=GAP)
    assert plan["cost_per_year"] >= cost - CLOSE * abs(cost)
    assert bound <= cost + CLOSE * abs(cost)
    assert plan["gap"] <= GAP


def test_a_heat_pump_is_as_large_as_its_weakest_step_wants_it() -> None:
    plan = plan_of(case("hidden-size-infeasible"))
    assert sizes(plan) == pytest.approx({"hp": 100 / 2.3}, rel=1e-4)


def test_an_hour_of_sun_does_a_whole_horizons_work() -> None:
    plan = plan_of(case("hidden-size-dear"), gap=0.0)
    assert sizes(plan) == pytest.approx({"pv": 132, "hp": 400, "tank": 300}, rel=1e-4)


def test_a_store_that_begins_full_is_used_up_over_the_horizon() -> None:
    plan = plan_of(case("wood-pile"))
    pile = next(device for device in plan["devices"] if device["name"] == "wood pile")
    assert pile["kwh_per_year"] * 20 / 365 == pytest.approx(60_000, rel=1e-4)


def test_a_seasonal_pit_has_a_plan_and_a_bound() -> None:
    result = run_search(case("seasonal-pit"))
    plan, bound, right = result["plans"][0], result["search"]["bound"], 289_302.174126
    assert right * (1 - CLOSE) <= plan["cost_per_year"] <= right * 1.005
    assert bound <= right * (1 + CLOSE)
    assert plan["cost_per_year"] - plan["gap"] * plan["cost_per_year"] == pytest.approx(bound)


@pytest.mark.parametrize(
    ("requirement", "cost"),
    [(net_metering_year(), -307_019.649516), (spot_both_ways_year(), -244_207.009109)],
    ids=["net-metering-year", "spot-both-ways-year"],
)
def test_a_year_of_power_that_is_sold_for_what_it_costs_has_a_plan(
    requirement: Requirement, cost: float
) -> None:
    result = run_search(requirement)
    plan, bound = result["plans"][0], result["search"]["bound"]
    assert plan["cost_per_year"] == pytest.approx(cost, rel=CLOSE)
    assert bound == pytest.approx(cost, rel=CLOSE)
    assert sizes(plan) == pytest.approx({"pv": 300, "bat": 7200}, rel=1e-4)


@pytest.mark.parametrize(
    "requirement", [net_metering_year(), spot_both_ways_year()], ids=["net metering", "spot"]
)
def test_what_earns_more_with_every_kwh_of_battery_is_never_called_the_best(
    requirement: Requirement,
) -> None:
    """The battery pays for itself by trade alone, so each larger one earns more."""
    del requirement["devices"]["bat"]["max_size"]
    answered = answer(requirement, {})
    if answered.result is None:
        assert answered.verdict.startswith("no plan")
        assert "without end" in answered.verdict
    else:
        assert answered.bounds == []
        assert answered.plan
        assert answered.plan["gap"] is None


def test_a_stated_minimum_load_holds() -> None:
    plan = plan_of(case("min-load"))
    bought = {supply["name"]: supply["kwh_per_year"] for supply in plan["supplies"]}
    assert bought == pytest.approx({"heat": 87_600})


def test_a_tank_that_burns_heat_is_warned_of() -> None:
    result = run_search(case("chp-burns-heat-in-tank"))
    assert any("tank" in str(warning) for warning in result["warnings"])


def test_a_tank_that_never_does_both_at_once_burns_no_heat() -> None:
    right = -103_011.111111
    assert optimum(exclusive_tank()).cost == pytest.approx(right, rel=CLOSE)
    result = run_search(exclusive_tank())
    assert result["plans"][0]["cost_per_year"] == pytest.approx(right, rel=GAP)
    assert result["search"]["bound"] <= right + CLOSE * abs(right)
    assert result.get("warnings", []) == []


def test_a_plan_without_a_device_is_a_plan() -> None:
    plan = plan_of(case("no-device"))
    assert plan["devices"] == []
    assert plan["investment"] == 0

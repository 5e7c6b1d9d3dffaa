"""The search as a whole: what it finds, what it tells, and how it ends."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest

from algorithm import Infeasible, Progress, Stopped, run_search
from tests.algorithm.conftest import EXACT, Search

HOURS_A_YEAR = 8760


def plan_of(requirement: dict[str, Any], *disabled: str) -> dict[str, Any]:
    plan: dict[str, Any] = run_search(requirement, disabled, options=EXACT)["plans"][0]
    return plan


def names(plan: dict[str, Any]) -> set[str]:
    return {device["name"] for device in plan["devices"]}


class TestPlan:
    def test_a_boiler_alone_costs_what_one_reckons_by_hand(
        self, boiler_only: dict[str, Any]
    ) -> None:
        plan = plan_of(boiler_only)
        heat = 100 * HOURS_A_YEAR
        investment = 60 * 100 + 1000
        assert plan["investment"] == pytest.approx(investment)
        assert plan["costs"] == pytest.approx(
            {
                "investment": investment / 20,
                "maintenance": 0.02 * investment,
                "operation": 0.001 * heat,
                "energy": 0.05 * 1.25 * heat,
                "peak": 0,
                "unserved": 0,
                "export_revenue": 0,
                "co2": 0.05 * 0.2 * 1.25 * heat,
            }
        )
        assert plan["co2_kg_per_year"] == pytest.approx(0.2 * 1.25 * heat)
        assert plan["devices"][0]["size"] == pytest.approx(100)

    def test_interest_turns_an_investment_into_its_annuity(
        self, boiler_only: dict[str, Any]
    ) -> None:
        plan = plan_of(boiler_only | {"interest_rate": 0.05})
        annuity = 0.05 / (1 - 1.05**-20)
        assert plan["costs"]["investment"] == pytest.approx(7000 * annuity)

    def test_a_device_is_at_least_as_large_as_its_smallest_size(
        self, boiler_only: dict[str, Any]
    ) -> None:
        boiler_only["devices"]["gas-boiler"]["min_size"] = 140
        assert plan_of(boiler_only)["devices"][0]["size"] == pytest.approx(140)

    def test_a_store_buys_in_cheap_hours_for_dear_ones(self) -> None:
        plan = plan_of(
            {
                "demands": {"electricity": 10},
                "supplies": {"electricity": {"price": [0.1] * 12 + [0.3] * 12}},
                "devices": {
                    "battery": {
                        "charge_efficiency": 0.8,
                        "discharge_efficiency": 1.0,
                        "min_size": 0,
                        "investment": 0,
                        "investment_fixed": 0,
                        "power_investment": 0,
                    }
                },
            }
        )
        bought = 10 * HOURS_A_YEAR / 2 * (1 + 1 / 0.8)
        assert plan["cost_per_year"] == pytest.approx(0.1 * bought)

    def test_a_store_loses_what_its_loss_says(self) -> None:
        """Only hour 0 can be paid for: the store feeds the rest, each hour a tenth less full."""
        plan = plan_of(
            {
                "demands": {"heat": [0.0] * 23 + [10.0]},
                "supplies": {"heat": {"price": [0.1] + [100.0] * 23}},
                "devices": {
                    "heat-tank": {
                        "loss": 0.1,
                        "hours": 0,
                        "min_size": 0,
                        "investment": 0,
                        "investment_fixed": 0,
                    }
                },
            }
        )
        assert plan["cost_per_year"] == pytest.approx(0.1 * 365 * 10 / 0.9**23)

    def test_a_price_on_the_peak_flattens_what_is_bought(self) -> None:
        requirement = {
            "demands": {"electricity": [20.0] * 12 + [0.0] * 12},
            "supplies": {"electricity": {"price": 0.1, "peak_price": 100}},
            "devices": {
                "battery": {
                    "charge_efficiency": 1,
                    "discharge_efficiency": 1,
                    "min_size": 0,
                    "investment": 0,
                    "investment_fixed": 0,
                    "power_investment": 0,
                }
            },
        }
        assert plan_of(requirement)["costs"]["peak"] == pytest.approx(100 * 10)
        assert plan_of(requirement, "battery")["costs"]["peak"] == pytest.approx(100 * 20)

    def test_devices_on_the_same_roof_share_it(self, site: dict[str, Any]) -> None:
        site["profiles"]["solar-heat"] = site["profiles"]["sun"]
        site["areas"] = {"roof": 400, "ground": 0}
        plan = plan_of(site)
        areas = {"rooftop-pv": 5.0, "solar-thermal": 1.0}
        used = sum(areas.get(device["name"], 0) * device["size"] for device in plan["devices"])
        assert 0 < used <= 400 * (1 + 1e-6)

    def test_costs_add_up(self, campus: Search) -> None:
        plan = campus.result["plans"][0]
        costs = plan["costs"]
        total = sum(costs.values()) - 2 * costs["export_revenue"]
        assert plan["cost_per_year"] == pytest.approx(total)
        devices = sum(device["cost_per_year"] for device in plan["devices"])
        of_devices = costs["investment"] + costs["maintenance"] + costs["operation"]
        assert of_devices == pytest.approx(devices)

    def test_a_short_horizon_stands_for_a_year(self, boiler_only: dict[str, Any]) -> None:
        day = plan_of(boiler_only)["cost_per_year"]
        boiler_only["demands"]["heat"] = [100.0] * 24 * 14
        assert plan_of(boiler_only)["cost_per_year"] == pytest.approx(day)

    def test_alike_days_cost_the_same_as_typical_days_and_in_full(
        self, site: dict[str, Any]
    ) -> None:
        """30 days that are all alike: each typical day is its own whole period, as each day is."""
        in_full = plan_of(site)
        demands = {
            name: value * 30 if isinstance(value, list) else value
            for name, value in site["demands"].items()
        }
        prices = site["supplies"]["electricity"]["price"] * 30
        electricity = site["supplies"]["electricity"] | {"price": prices}
        month = site | {
            "profiles": {"sun": site["profiles"]["sun"] * 30},
            "demands": demands,
            "supplies": site["supplies"] | {"electricity": electricity},
        }
        quick = {"typical_days": 2, "detail": "typical days"}
        result = run_search(month, options=EXACT | quick)
        assert result["plans"][0]["cost_per_year"] == pytest.approx(in_full["cost_per_year"])
        assert result["plans"][0]["basis"] == "typical days"
        assert result["plans"][0]["gap"] is None

    def test_the_gap_is_the_plans_own_where_every_hour_was_modelled(
        self, site: dict[str, Any]
    ) -> None:
        plan = run_search(site)["plans"][0]
        assert plan["basis"] == "whole horizon"
        assert 0 <= plan["gap"] <= 0.002

    def test_the_same_input_gives_the_same_plan(self, site: dict[str, Any]) -> None:
        assert plan_of(site) == plan_of(site)

    def test_a_result_is_json(self, campus: Search) -> None:
        assert json.loads(json.dumps(campus.result, allow_nan=False)) == campus.result

    def test_campus_has_a_choice_of_at_least_ten_devices_and_takes_several(
        self, campus: Search
    ) -> None:
        assert campus.result["search"]["decisions"] >= 10
        assert len(campus.result["plans"][0]["devices"]) >= 5


class TestFreedom:
    """What more may be done never costs more; `EXACT` makes that hold to rounding."""

    def test_a_disabled_device_never_appears(self, site: dict[str, Any]) -> None:
        left = names(plan_of(site))
        assert left
        for _ in range(3):
            gone = sorted(left)[0]
            plan = plan_of(site, gone)
            assert gone not in names(plan)
            assert f'"{gone}"' not in json.dumps(plan)
            left = names(plan)

    def test_disabling_a_device_never_makes_a_plan_cheaper(self, site: dict[str, Any]) -> None:
        plan = plan_of(site)
        for device in sorted(names(plan)):
            assert plan_of(site, device)["cost_per_year"] >= plan["cost_per_year"] * (1 - 1e-9)

    @pytest.mark.parametrize(
        ("field", "less"),
        [
            ("areas", {"roof": 500, "ground": 0}),
            ("exports", {}),
            ("exports", {"electricity": {"price": 0.01}}),
        ],
    )
    def test_less_room_or_less_pay_never_makes_a_plan_cheaper(
        self, site: dict[str, Any], field: str, less: dict[str, Any]
    ) -> None:
        cost = plan_of(site)["cost_per_year"]
        assert plan_of(site | {field: less})["cost_per_year"] >= cost * (1 - 1e-9)


class TestProgress:
    def test_fraction_and_bound_never_fall_and_the_incumbent_never_rises(
        self, campus: Search
    ) -> None:
        for before, after in pairwise(campus.told):
            assert after.fraction >= before.fraction
            if before.bound is not None:
                assert after.bound is not None
                assert after.bound >= before.bound
            if before.incumbent is not None:
                assert after.incumbent is not None
                assert after.incumbent <= before.incumbent

    def test_the_bound_never_crosses_the_incumbent(self, campus: Search) -> None:
        gaps = 0
        for progress in campus.told:
            if progress.bound is not None and progress.incumbent is not None:
                assert progress.bound <= progress.incumbent
                gap = (progress.incumbent - progress.bound) / progress.incumbent
                assert progress.gap == pytest.approx(gap)
                gaps += 1
        assert gaps > 0

    def test_phases_follow_one_another_from_nothing_to_all(self, campus: Search) -> None:
        phases = list(dict.fromkeys(progress.phase for progress in campus.told))
        assert phases == ["days", "model", "solve", "plan"]
        assert campus.told[0].fraction == 0
        assert [progress.fraction for progress in campus.told].count(1.0) == 1
        assert campus.told[-1].fraction == 1

    def test_each_better_plan_is_a_milestone(self, campus: Search) -> None:
        costs = [progress.incumbent for progress in campus.told if progress.milestone]
        better = {cost for cost in costs if cost is not None}
        assert len(better) >= 3
        assert min(better) == pytest.approx(campus.result["plans"][0]["cost_per_year"], rel=1e-9)

    def test_nothing_is_told_twice(self, campus: Search) -> None:
        for before, after in pairwise(campus.told):
            assert before != after

    def test_a_program_without_decisions_is_told_of_too(self, site: dict[str, Any]) -> None:
        told: list[Progress] = []
        run_search(site | {"devices": {}, "demands": {"gas": 5}}, on_progress=told.append)
        (cost,) = {progress.incumbent for progress in told} - {None}
        assert cost == pytest.approx(5 * HOURS_A_YEAR * (0.06 + 0.198 * 0.08))


class TestStopping:
    def test_a_stopped_search_keeps_its_best_plan(self) -> None:
        told: list[Progress] = []
        result = run_search(
            "campus",
            options=EXACT,
            on_progress=told.append,
            should_stop=lambda: any(progress.incumbent for progress in told),
        )
        assert result["stopped"] is True
        assert result["search"]["gap"] > 0
        best = min(p.incumbent for p in told if p.incumbent is not None)
        assert result["plans"][0]["cost_per_year"] == pytest.approx(best)

    def test_a_search_stopped_before_any_plan_says_so(self) -> None:
        with pytest.raises(Stopped, match="before it had found a plan"):
            run_search("campus", should_stop=lambda: True)

    def test_a_search_that_ended_by_itself_was_not_stopped(self, campus: Search) -> None:
        assert campus.result["stopped"] is False
        # On typical days nothing is proven but by the relaxation.
        assert 0 <= campus.result["search"]["gap"] <= 0.05

    def test_time_up_is_the_best_plan_so_far_or_a_clear_end(self, campus: Search) -> None:
        """Half of what this machine needed in all: long past its first plan."""
        half = campus.result["search"]["parts"]["structure"]["seconds"] / 2
        result = run_search("campus", options=EXACT | {"time_limit_s": half})
        assert result["stopped"] is True
        assert result["search"]["gap"] > 0
        with pytest.raises(Stopped, match=r"No plan was found within 0\.01 s"):
            run_search("campus", options={"time_limit_s": 0.01})

    def test_an_error_of_the_listener_ends_the_search(self) -> None:
        def fail(_: Progress) -> None:
            raise ConnectionError

        with pytest.raises(ConnectionError):
            run_search("tiny", on_progress=fail)


class TestInfeasible:
    def test_a_demand_that_nothing_enabled_can_make_is_named_with_what_would_help(self) -> None:
        makers = ("gas-boiler", "air-heat-pump", "gas-engine-chp")
        with pytest.raises(Infeasible, match="heat") as infeasible:
            run_search("tiny", makers)
        for device in makers:
            assert device in str(infeasible.value)

    def test_a_device_without_anything_to_run_on_is_no_help(self) -> None:
        with pytest.raises(Infeasible, match=r"cooling.*supplies\.electricity"):
            run_search({"demands": {"cooling": 5}, "devices": {"compression-chiller": {}}})

    def test_a_limit_that_is_too_tight_is_named_with_the_hour_and_the_power(self) -> None:
        heat = [50.0] * 24
        heat[7] = 90.0
        requirement = {
            "demands": {"heat": heat},
            "supplies": {"gas": {"price": 0.05, "limit": 60}},
            "devices": {"gas-boiler": {"inputs": {"gas": 1}}},
        }
        with pytest.raises(Infeasible) as infeasible:
            run_search(requirement)
        assert "heat falls short by up to 30 kW of 90 kW (1 January, 07:00" in str(infeasible.value)
        assert "supplies.gas.limit" in str(infeasible.value)

    def test_the_device_that_would_close_a_shortfall_is_named(self) -> None:
        requirement = {
            "demands": {"heat": 80},
            "supplies": {"gas": {"price": 0.05}, "electricity": {"price": 0.2, "limit": 10}},
            "devices": {"gas-boiler": {}, "electric-boiler": {}},
        }
        with pytest.raises(Infeasible, match="enabling gas-boiler"):
            run_search(requirement, ["gas-boiler"])


def test_an_island_can_be_a_house_or_a_town(site: dict[str, Any]) -> None:
    """Every plan is checked for its balances; solver tolerances are absolute, sizes are not."""

    def times(factor: float, demand: float | list[float]) -> float | list[float]:
        return [factor * hour for hour in demand] if isinstance(demand, list) else factor * demand

    def scaled(factor: float) -> dict[str, Any]:
        demands = {name: times(factor, demand) for name, demand in site["demands"].items()}
        return site | {"demands": demands, "areas": {"roof": factor * 3000, "ground": 0}}

    for factor in (0.01, 1000.0):
        assert run_search(scaled(factor))["plans"][0]["cost_per_year"] > 0

"""The model: what each word of a requirement does to what a plan costs, reckoned by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from algorithm.island.typical_days import typical_days
from algorithm.linear_program import Program
from algorithm.model.build import build_model
from algorithm.plan.plan import plan_of
from tests.algorithm.islands import best_plan, island, solved

HOURS_A_YEAR = 8760

HEATER = {"kind": "converter", "inputs": {"electricity": 1.0}, "outputs": {"heat": 1.0}}
STORE = {"kind": "store", "carrier": "electricity", "hours": 1.0, "size": 100.0}


def site(devices: dict[str, Any], **others: Any) -> dict[str, Any]:
    """Return a requirement for 10 kW of electricity, at 0.1 and then at 0.3 a kWh."""
    return {
        "demands": {"electricity": [10.0, 10.0]},
        "supplies": {"electricity": {"price": [0.1, 0.3]}},
        "devices": devices,
        "interest_rate": 0.0,
        **others,
    }


def cost(requirement: dict[str, Any], **how: Any) -> float:
    found: float = best_plan(requirement, **how)["cost_per_year"]
    return found


def heated(devices: dict[str, Any], **others: Any) -> dict[str, Any]:
    """Return a requirement for 80 kW of heat from electricity at 0.1 a kWh."""
    return {
        "demands": {"heat": 80.0},
        "supplies": {"electricity": {"price": 0.1}},
        "devices": devices,
        "interest_rate": 0.0,
        **others,
    }


class TestSizes:
    def test_a_fixed_size_is_part_of_every_plan_and_no_decision(self) -> None:
        idle = {**HEATER, "size": 30.0, "investment": 10.0, "investment_fixed": 100.0, "life": 10.0}
        requirement = site({"idle": idle}, demands={"electricity": 10.0})
        assert build_model(island(requirement)).decision_count == 0
        assert cost(requirement) == pytest.approx(10 * 0.2 * HOURS_A_YEAR + (30 * 10 + 100) / 10)

    def test_what_a_fixed_size_costs_counts_towards_the_budget(self) -> None:
        heater = {**HEATER, "investment": 10.0, "investment_fixed": 100.0}
        both = {"old": {**heater, "size": 30.0}, "new": heater}
        need = 30 * 10 + 100 + 50 * 10 + 100
        assert best_plan(heated(both, budget=need))["investment"] == pytest.approx(need)
        assert solved(build_model(island(heated(both, budget=need - 1)))) is None

    def test_whole_units_round_a_size_up(self) -> None:
        plan = best_plan(heated({"heater": {**HEATER, "unit_size": 30.0, "investment": 1.0}}))
        (device,) = plan["devices"]
        assert (device["units"], device["size"]) == (3, 90.0)

    def test_units_bring_a_decision_only_with_a_fixed_cost_or_a_larger_smallest_size(self) -> None:
        units = {**HEATER, "unit_size": 30.0}
        devices = {
            "plain": units,
            "small": {**units, "min_size": 20.0},
            "dear": {**units, "investment_fixed": 5.0},
            "large": {**units, "min_size": 50.0},
        }
        model = build_model(island(heated(devices)))
        assert set(model.choices) == {"dear", "large"}
        assert set(model.unit_sizes) == set(devices)

    def test_devices_of_all_kinds_and_fixed_sizes_share_an_area(self) -> None:
        area = {"area": {"hall": 1.0}}
        devices = {
            "fixed": {**HEATER, **area, "size": 20.0},
            "free": {**HEATER, **area},
            "tank": {"kind": "store", "carrier": "heat", **area, "size": 30.0},
        }
        assert cost(heated(devices, areas={"hall": 110.0})) > 0
        assert solved(build_model(island(heated(devices, areas={"hall": 109.0})))) is None


class TestConverters:
    def test_what_must_be_taken_runs_though_it_costs_more(self) -> None:
        mill = {
            "kind": "converter",
            "outputs": {"electricity": 1.0},
            "availability": [0.5, 0.2],
            "size": 10.0,
            "operation": 1.0,
        }
        buying = 0.5 * 10 * (0.1 + 0.3) * HOURS_A_YEAR
        assert cost(site({"mill": mill})) == pytest.approx(buying)
        running = 0.5 * (5 * (1 - 0.1) + 2 * (1 - 0.3)) * HOURS_A_YEAR
        assert cost(site({"mill": {**mill, "must_take": True}})) == pytest.approx(buying + running)

    @pytest.mark.parametrize("limit", [{}, {"max_size": 200.0}])
    def test_a_stated_smallest_load_holds_and_for_a_size_that_is_free(
        self, limit: dict[str, float]
    ) -> None:
        engine = {"kind": "converter", "outputs": {"electricity": 1.0}, "operation": 0.05, **limit}
        demands = {"electricity": [100.0, 20.0]}
        free = site({"engine": engine}, demands=demands)
        assert cost(free) == pytest.approx(0.05 * 60 * HOURS_A_YEAR)
        assert build_model(island(free), on_off=True).decision_count == 0
        requirement = site({"engine": {**engine, "min_load": 0.4}}, demands=demands)
        # Of 50 kW it can run in both hours; larger, it saves 0.05 a kWh in the first one alone.
        in_both = 0.5 * (50 * 0.05 + 50 * 0.1 + 20 * 0.05)
        in_one = 0.5 * (100 * 0.05 + 20 * 0.3)
        least = min(in_both, in_one) * HOURS_A_YEAR
        for on_off in (False, True):
            assert cost(requirement, on_off=on_off) == pytest.approx(least)
            assert build_model(island(requirement), on_off=on_off).decision_count == 2

    def test_a_smallest_load_of_the_catalogue_holds_if_so_asked(self) -> None:
        """A quarter of 800 kW is too much for the second hour, in which it would pay to run."""
        engine = {"like": "gas-engine-chp", "size": 800.0}
        requirement = site(
            {"engine": engine},
            demands={"electricity": [800.0, 100.0], "heat": [0.0, 0.0]},
            supplies={"electricity": {"price": 9.0}, "gas": {"price": 0.01}},
            exports={"heat": {"price": 0.0}},
        )
        bought = 0.5 * 100 * 9.0 * HOURS_A_YEAR
        free, held = (best_plan(requirement, on_off=on_off) for on_off in (False, True))
        assert [supply["name"] for supply in free["supplies"]] == ["gas"]
        assert held["costs"]["energy"] > bought
        counts = [build_model(island(requirement), on_off=o).decision_count for o in (False, True)]
        assert counts == [0, 2]
        stated = {**requirement, "devices": {"engine": {**engine, "min_load": 0.0}}}
        assert build_model(island(stated), on_off=True).decision_count == 0


class TestStores:
    def test_a_store_that_is_not_cyclic_gives_what_it_began_with(self) -> None:
        full = {**STORE, "size": 6.0, "start_level": 1.0}
        assert cost(site({"cells": {**full, "cyclic": False}})) == pytest.approx(
            0.5 * (10 * 0.1 + 4 * 0.3) * HOURS_A_YEAR
        )

    def test_a_cyclic_store_with_a_start_level_ends_at_it(self) -> None:
        """Half full at the end, it can shift but half of what an empty one could."""
        cells = {**STORE, "size": 10.0}
        bought_dear = {None: 0.0, 0.5: 5.0}
        for level, dear in bought_dear.items():
            expected = 0.5 * ((20 - dear) * 0.1 + dear * 0.3) * HOURS_A_YEAR
            assert cost(site({"cells": {**cells, "start_level": level}})) == pytest.approx(expected)

    def test_losses_compound_over_a_long_step_and_standing_losses_add_up(self) -> None:
        """Filled in the first step for the second: 0.9^3 of it is left, less 3 h of its size."""
        requirement = site(
            {"cells": {**STORE, "loss": 0.1, "standing_loss": 0.01, "min_level": [0.0, 0.0]}},
            step_hours=3.0,
            demands={"electricity": [0.0, 10.0]},
            supplies={"electricity": {"price": [0.1, 100.0]}},
        )
        lost_later = 3 * 0.01 * 100
        filled = (10 * 3 + lost_later) / 0.9**3 + 3 * 0.01 * 100
        assert cost(requirement) == pytest.approx(filled * 0.1 * HOURS_A_YEAR / 6)

    def test_on_typical_days_a_start_level_counts_once(self) -> None:
        """Once in a horizon of 20 days, and not on each of the typical days."""
        requirement = site(
            {"cells": {**STORE, "start_level": 1.0, "cyclic": False}},
            demands={"electricity": [10.0] * 480},
            supplies={"electricity": {"price": 0.1}},
        )
        whole = island(requirement)
        model = build_model(whole.at(typical_days(whole, 3)))
        values = solved(model)
        assert values is not None
        paid = (10 * 480 - 100) * 0.1 * HOURS_A_YEAR / 480
        assert plan_of(model, values)["cost_per_year"] == pytest.approx(paid)
        assert cost(requirement) == pytest.approx(paid)

    def test_a_step_of_a_day_is_a_typical_day_of_its_own(self) -> None:
        """Its level then follows itself: what is lost in the day is put in on the same day."""
        tank = {"kind": "store", "carrier": "electricity", "size": 10.0, "loss": 0.01}
        requirement = site(
            {"tank": {**tank, "min_level": 0.5}},
            step_hours=24.0,
            demands={"electricity": [10.0] * 20},
            supplies={"electricity": {"price": 0.1}},
        )
        whole = island(requirement)
        model = build_model(whole.at(typical_days(whole, 2)))
        values = solved(model)
        assert values is not None
        lost = 5 * (1 - 0.99**24) / 24
        expected = (10 + lost) * 0.1 * HOURS_A_YEAR
        assert plan_of(model, values)["cost_per_year"] == pytest.approx(expected)

    @pytest.mark.parametrize(
        ("charging", "burned"),
        [("separate", 13.5), ("shared", 135 / 1.9 * 0.1), ("exclusive", 10 / 0.9 * 0.1 / 2)],
    )
    def test_at_a_negative_price_a_store_burns_what_its_charging_lets_it(
        self, charging: str, burned: float
    ) -> None:
        """A tenth of what is charged is lost; never doing both, it fills up and serves in turn."""
        cells = {**STORE, "size": 135.0, "charge_efficiency": 0.9, "charging": charging}
        requirement = site({"cells": cells}, supplies={"electricity": {"price": -0.1}})
        assert cost(requirement) == pytest.approx(-0.1 * (10 + burned) * HOURS_A_YEAR)
        assert build_model(island(requirement)).decision_count == 2 * (charging == "exclusive")

    def test_power_together_with_energy_is_what_it_is_worth_in_hours(self) -> None:
        cells = {"kind": "store", "carrier": "electricity", "hours": 4.0, "size": 20.0}
        plan = best_plan(site({"cells": {**cells, "power": "together", "power_investment": 7.0}}))
        (device,) = plan["devices"]
        assert device["power_kw"] == 5.0
        assert device["investment"] == pytest.approx(35.0)


class TestLinks:
    def test_a_link_loses_and_both_ways_share_its_size(self) -> None:
        requirement = {
            "demands": {"heat@a": [0.0, 9.0], "heat@b": [9.0, 0.0]},
            "supplies": {"heat@a": {"price": [1.0, 9.0]}, "heat@b": {"price": [9.0, 1.0]}},
            "devices": {
                "main": {
                    "kind": "link",
                    "source": "heat@a",
                    "target": "heat@b",
                    "two_way": True,
                    "loss": 0.1,
                    "operation": 0.5,
                    "size": 5.0,
                }
            },
        }
        each = 5 * (1.0 + 0.5) + (9 - 0.9 * 5) * 9.0
        assert cost(requirement) == pytest.approx(each * HOURS_A_YEAR)


class TestTrade:
    def test_a_horizon_within_a_month_pays_twelve_of_its_monthly_peaks(self) -> None:
        supply = {"price": 0.0, "peak_price": 3.0, "peak_period": "month"}
        requirement = site({}, supplies={"electricity": supply})
        assert cost(requirement) == pytest.approx(12 * 3 * 10)

    def test_a_year_pays_each_months_peak_once(self) -> None:
        demand = [float(day % 31) for day in range(365)]
        supply = {"price": 0.0, "peak_price": 3.0, "peak_period": "month"}
        requirement = site(
            {}, step_hours=24.0, demands={"electricity": demand}, supplies={"electricity": supply}
        )
        ends = np.cumsum([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
        peaks = sum(max(month) for month in np.split(np.array(demand), ends[:-1]))
        assert cost(requirement) == pytest.approx(3 * peaks)

    def test_a_yearly_peak_is_paid_once(self) -> None:
        supply = {"price": 0.0, "peak_price": 3.0}
        assert cost(site({}, supplies={"electricity": supply})) == pytest.approx(3 * 10)

    @pytest.mark.parametrize(
        ("period", "peaks"), [("month", 20.0 + 11 * 10 + 30.0 + 11 * 10), ("year", 20.0 + 30.0)]
    )
    def test_peaks_of_several_years_are_paid_apart_and_a_year_bears_their_mean(
        self, period: str, peaks: float
    ) -> None:
        """10 kW, but for a day of January 2023 (20 kW) and one of January 2024 (30 kW)."""
        demand = [10.0] * 731
        demand[3], demand[370] = 20.0, 30.0
        supply = {"price": 0.0, "peak_price": 3.0, "peak_period": period}
        requirement = site(
            {}, step_hours=24.0, demands={"electricity": demand}, supplies={"electricity": supply}
        )
        assert cost(requirement) == pytest.approx(3 * peaks / 2)

    def test_several_supplies_of_a_carrier_are_used_in_the_order_of_their_prices(self) -> None:
        supplies = {
            "cheap": {"carrier": "electricity", "price": 0.1, "limit": [4.0, 6.0]},
            "dear": {"carrier": "electricity", "price": 0.5},
        }
        expected = 0.5 * (10 * 0.1 + 10 * 0.5) * HOURS_A_YEAR
        assert cost(site({}, supplies=supplies)) == pytest.approx(expected)

    def test_only_what_certain_devices_put_out_may_go_to_their_export(self) -> None:
        panels = {
            "kind": "converter",
            "outputs": {"electricity": 1.0},
            "availability": [1.0, 0.5],
            "size": 4.0,
        }
        exports = {
            "anyone": {"carrier": "electricity", "price": 0.05},
            "sunny": {"carrier": "electricity", "price": 0.4, "devices": ["panels"]},
        }
        plan = best_plan(site({"panels": panels}, exports=exports))
        # Its 4 and 2 kW are sold and as much more is bought, which nobody else's output could be.
        assert [sold["name"] for sold in plan["exports"]] == ["sunny"]
        assert plan["costs"]["export_revenue"] == pytest.approx(0.5 * 6 * 0.4 * HOURS_A_YEAR)

    def test_an_export_is_credited_with_the_co2_that_it_saves(self) -> None:
        panels = {"kind": "converter", "outputs": {"electricity": 1.0}, "size": 14.0}
        requirement = site(
            {"panels": {**panels, "must_take": True}},
            exports={"electricity": {"price": 0.0, "co2": 0.3}},
            co2_price=100.0,
        )
        plan = best_plan(requirement)
        assert plan["co2_kg_per_year"] == pytest.approx(-4 * 0.3 * HOURS_A_YEAR)
        assert plan["cost_per_year"] == pytest.approx(-4 * 0.3 * 0.1 * HOURS_A_YEAR)

    def test_a_demand_with_a_price_is_met_only_where_that_is_cheaper(self) -> None:
        demands = {"electricity": {"power": [10.0, 10.0], "unserved_price": 0.2}}
        plan = best_plan(site({}, demands=demands))
        assert plan["costs"]["unserved"] == pytest.approx(0.5 * 10 * 0.2 * HOURS_A_YEAR)
        assert plan["costs"]["energy"] == pytest.approx(0.5 * 10 * 0.1 * HOURS_A_YEAR)


class TestObjectives:
    def choice(self, **others: Any) -> dict[str, Any]:
        supplies = {
            "dirty": {"carrier": "electricity", "price": 0.1, "co2": 1.0},
            "clean": {"carrier": "electricity", "price": 0.3, "co2": 0.2},
        }
        return site({}, supplies=supplies, **others)

    def test_the_least_co2_may_cost_more(self) -> None:
        plan = best_plan(self.choice(), minimise="co2")
        assert plan["co2_kg_per_year"] == pytest.approx(10 * 0.2 * HOURS_A_YEAR)
        assert plan["cost_per_year"] == pytest.approx(10 * 0.3 * HOURS_A_YEAR)

    def test_a_co2_limit_is_tonnes_a_year_however_short_the_horizon(self) -> None:
        limit = 10 * 0.6 * HOURS_A_YEAR / 1000
        plan = best_plan(self.choice(co2_limit=limit))
        assert plan["cost_per_year"] == pytest.approx(10 * 0.2 * HOURS_A_YEAR)
        assert plan["limits"] == [{"field": "co2_limit", "used": 52.56, "limit": 52.56}]

    def test_an_alternative_leaves_out_one_of_the_devices_before_it(self) -> None:
        heater = {**HEATER, "min_size": 1.0, "max_size": 100.0}
        devices = {
            "a": {**heater, "investment": 1.0},
            "b": {**heater, "investment": 2.0},
            "c": {**HEATER, "investment": 9.0},
        }
        requirement = heated(devices)
        first = best_plan(requirement, without_one_of=[["a", "c"]])
        assert [device["name"] for device in first["devices"]] == ["b"]
        second = best_plan(requirement, without_one_of=[["a", "c"], ["b", "c"]])
        assert [device["name"] for device in second["devices"]] == ["c"]

    def test_there_is_no_alternative_to_devices_that_are_no_decision(self) -> None:
        model = build_model(island(heated({"heater": HEATER})), without_one_of=[["heater"]])
        assert solved(model) is None


class TestProgram:
    def test_terms_with_the_same_column_add_up(self) -> None:
        program = Program()
        x = program.columns(2, cost=[1.0, 2.0])
        program.rows(2, [(x, 3.0), (x[::-1], 1.0), (x, -1.0)], lower=[4.0, 6.0])
        lp = program.to_highs()
        assert list(lp.a_matrix_.index_) == [0, 1, 0, 1]
        assert list(lp.a_matrix_.value_) == [2.0, 1.0, 1.0, 2.0]

    def test_the_objective_has_a_constant_unless_another_is_minimised(self) -> None:
        program = Program()
        x = program.columns(2, cost=[1.0, 2.0])
        program.rows(1, [(x[:1], 1.0)], lower=0.0)
        program.offset = 5.0
        assert program.objective(np.array([10.0, 100.0])) == 215.0
        program.minimise([(x[1:], 4.0)])
        assert program.objective(np.array([10.0, 100.0])) == 400.0
        assert program.to_highs().offset_ == 0.0

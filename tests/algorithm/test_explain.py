"""Why there is no plan: each sentence names what is missing, or too much, and what may help."""

from __future__ import annotations

from typing import Any

import pytest

from algorithm.infeasibility.explain import explain_shortfall, explain_unbounded
from algorithm.island.resolve import island_of
from algorithm.model.build import build_model
from algorithm.requirement.validation import check
from algorithm.solve.branch_and_cut import BranchAndCut
from algorithm.solve.highs import End
from tests.algorithm.islands import solved

BOILER = {"kind": "converter", "inputs": {"gas": 1.0}, "outputs": {"heat": 1.0}}


def heated(boiler: dict[str, Any] | None = None, **others: Any) -> dict[str, Any]:
    """Return a requirement for 80 kW of heat from gas."""
    return {
        "demands": {"heat": 80.0},
        "supplies": {"gas": {"price": 0.05, "co2": 0.2}},
        "devices": {"boiler": {**BOILER, **(boiler or {})}},
        **others,
    }


def why(requirement: dict[str, Any], *disabled: str, on_off: bool = False) -> str:
    """Return why a requirement has no plan, having seen that it has none."""
    checked, off, _ = check(requirement, disabled)
    island = island_of(checked, off)
    assert solved(build_model(island, on_off=on_off)) is None
    return explain_shortfall(island, off, lambda: False)


class TestWhatIsMissing:
    def test_a_limit_that_is_too_tight_is_named_with_the_hour_and_the_power(self) -> None:
        demand = [50.0] * 24
        demand[7] = 90.0
        supplies = {"gas": {"price": 0.05, "limit": 60.0}}
        assert why(heated(demands={"heat": demand}, supplies=supplies)) == (
            "No plan can meet all demands. heat falls short by up to 30 kW of 90 kW "
            "(1 January, 07:00; in 1 of 24 steps). What may help: raising supplies.gas.limit."
        )

    def test_the_moment_is_that_of_the_horizons_own_days_and_steps(self) -> None:
        power = [80.0] * 16
        power[11] = 100.0
        text = why(
            {
                "start": "2024-02-28",
                "step_hours": 3.0,
                "demands": {"warmth": {"carrier": "heat@north", "power": power}},
                "supplies": {"heat@south": {"price": 1.0}},
                "devices": {
                    "main": {
                        "kind": "link",
                        "source": "heat@south",
                        "target": "heat@north",
                        "loss": 0.1,
                        "max_size": 90.0,
                    }
                },
            }
        )
        assert "warmth falls short by up to 19 kW of 100 kW (29 February, 09:00;" in text
        assert "raising devices.main.max_size" in text

    @pytest.mark.parametrize(
        ("boiler", "others", "short", "helpful"),
        [
            ({}, {"co2_limit": 50.0}, "80 kW", "raising co2_limit"),
            ({"investment": 100.0}, {"budget": 5000.0}, "30 kW", "raising budget"),
            ({"area": {"roof": 1.0}}, {"areas": {"roof": 30.0}}, "50 kW", "raising areas.roof"),
            ({"max_size": 30.0}, {}, "50 kW", "raising devices.boiler.max_size"),
            ({"size": 30.0}, {}, "50 kW", "raising devices.boiler.size"),
        ],
    )
    def test_the_limit_in_the_way_is_named_and_no_other(
        self, boiler: dict[str, Any], others: dict[str, Any], short: str, helpful: str
    ) -> None:
        roomy: dict[str, Any] = {"areas": {"roof": 1000.0, "ground": 1000.0}, "budget": 1e6}
        requirement = heated({"max_size": 500.0, **boiler}, **{**roomy, "co2_limit": 1e4, **others})
        text = why(requirement)
        assert f"heat falls short by up to {short} of 80 kW" in text
        assert text.endswith(f"What may help: {helpful}.")

    def test_a_budget_below_the_smallest_device_is_in_the_way_of_all_of_it(self) -> None:
        text = why(heated({"min_size": 100.0, "investment": 100.0}, budget=9000.0))
        assert "heat falls short by up to 80 kW of 80 kW" in text
        assert text.endswith("What may help: raising budget.")

    def test_a_disabled_device_that_makes_what_is_scarce_is_named_and_no_other(self) -> None:
        requirement = {
            "demands": {"heat": 80.0},
            "supplies": {"gas": {"price": 0.05}, "electricity": {"price": 0.2, "limit": 10.0}},
            "devices": {"gas-boiler": {}, "electric-boiler": {}, "compression-chiller": {}},
        }
        text = why(requirement, "gas-boiler", "compression-chiller")
        assert "enabling gas-boiler" in text
        assert "compression-chiller" not in text

    def test_what_a_device_that_must_run_lacks_is_named(self) -> None:
        supplies = {"gas": {"price": 0.05, "limit": 10.0}, "heat": {"price": 1.0}}
        text = why(heated({"size": 30.0, "must_take": True}, supplies=supplies))
        assert "gas, which some device can't do without, falls short by up to 20 kW" in text
        assert "raising supplies.gas.limit" in text
        assert "lowering devices.boiler.size" in text


class TestWhatIsTooMuch:
    def test_energy_that_must_be_taken_needs_somewhere_to_go(self) -> None:
        panels = {"kind": "converter", "outputs": {"electricity": 1.0}, "size": 30.0}
        text = why(
            {
                "demands": {"electricity": 10.0},
                "devices": {"panels": {**panels, "must_take": True}},
            }
        )
        assert "electricity has nowhere to go: up to 20 kW are too much" in text
        for helpful in ("lowering devices.panels.size", "an export of electricity", "must_take"):
            assert helpful in text

    def test_the_heat_of_a_chp_needs_somewhere_to_go(self) -> None:
        engine = {"kind": "converter", "inputs": {"gas": 2.5}}
        text = why(
            {
                "demands": {"electricity": 50.0, "heat": 80.0},
                "supplies": {"gas": {"price": 0.05}},
                "devices": {"engine": {**engine, "outputs": {"electricity": 1.0, "heat": 2.0}}},
            }
        )
        assert "heat has nowhere to go: up to 20 kW are too much" in text
        assert "an export of heat" in text


class TestWhatDoesNotFit:
    def test_fixed_sizes_beyond_the_budget_or_an_area_are_told_with_both_figures(self) -> None:
        boiler = {"size": 90.0, "investment": 100.0, "area": {"hall": 2.0}}
        text = why(heated(boiler, budget=1000.0, areas={"hall": 20.0}))
        assert "They cost 9,000 EUR, and the budget is 1,000" in text
        assert "They take 180 m2 of hall, and there are 20" in text

    def test_smallest_loads_of_the_catalogue_that_no_operation_keeps_are_named(self) -> None:
        text = why(
            {
                "demands": {"electricity": [1000.0, 100.0]},
                "supplies": {"gas": {"price": 0.05}},
                "exports": {"heat": {"price": 0.0}},
                "devices": {"engine": {"like": "gas-engine-chp", "size": 1000.0}},
            },
            on_off=True,
        )
        assert "the minimum loads of engine" in text
        assert "on_off" in text

    def test_a_stated_smallest_load_that_no_operation_keeps_is_named(self) -> None:
        boiler = {"size": 100.0, "min_load": 0.5}
        text = why(heated(boiler, demands={"heat": [80.0, 10.0]}))
        assert "heat has nowhere to go: up to 40 kW are too much" in text
        assert "lowering devices.boiler.min_load" in text
        assert "on_off" not in text

    def test_a_level_that_a_store_can_not_keep_is_named(self) -> None:
        tank = {
            "kind": "store",
            "carrier": "heat",
            "size": 100.0,
            "hours": 10.0,
            "start_level": 0.0,
            "cyclic": False,
            "min_level": [0.0, 0.5, 0.0],
        }
        requirement = heated(demands={"heat": [80.0] * 3})
        requirement["devices"]["tank"] = tank
        assert "devices.tank.min_level" in why(requirement)


class TestWithoutEnd:
    def endless(self, requirement: dict[str, Any]) -> str:
        checked, off, _ = check(requirement)
        island = island_of(checked, off)
        model = build_model(island)
        solver = BranchAndCut(model, gap=0.0)
        solver.start()
        solver.wait(60)
        assert solver.end is End.UNBOUNDED
        return explain_unbounded(island)

    def test_a_store_that_burns_what_one_is_paid_to_take(self) -> None:
        text = self.endless(
            {
                "demands": {"electricity@a": 80.0},
                "supplies": {"grid": {"carrier": "electricity@a", "price": [0.2, -0.1]}},
                "devices": {
                    "cells": {
                        "kind": "store",
                        "carrier": "electricity@a",
                        "hours": 0.0,
                        "charge_efficiency": 0.9,
                    }
                },
            }
        )
        assert "on 1 January, 01:00, by supplies.grid at -0.1 EUR/kWh, through cells" in text
        assert "supplies.grid.limit" in text

    def test_co2_that_is_saved_by_selling_what_was_just_bought(self) -> None:
        requirement = {
            "demands": {"electricity": 80.0},
            "supplies": {"grid": {"carrier": "electricity", "price": 0.2, "co2": 0.1}},
            "exports": {"feed": {"carrier": "electricity", "price": 0.1, "co2": 0.3}},
            "devices": {},
        }
        checked, off, _ = check(requirement)
        text = explain_unbounded(island_of(checked, off))
        assert "save CO2 without end" in text
        assert "supplies.grid.limit or exports.feed.limit" in text

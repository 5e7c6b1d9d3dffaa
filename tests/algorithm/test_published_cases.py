"""Cases that other tools' own tests or examples state the answers of, as requirements of ours.

The figures of each case and its answer are from where it says. Costs are those of a case's few
hours, as these tools state them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.algorithm.islands import best_plan, cost_of_horizon, over


def source(cost: float | list[float], **figures: Any) -> dict[str, Any]:
    """Return a device that makes electricity from nothing, at a cost per kWh."""
    return {
        "kind": "converter",
        "outputs": {"electricity": 1.0},
        "operation": cost,
        "life": 1.0,
        **figures,
    }


def boiler(efficiency: float, **figures: Any) -> dict[str, Any]:
    return {
        "kind": "converter",
        "inputs": {"gas": 1 / efficiency},
        "outputs": {"heat": 1.0},
        "life": 1.0,
        **figures,
    }


def flows(plan: dict[str, Any], source: str, target: str) -> list[float]:
    """Return what flows from one node to another, kW by step."""
    (found,) = [
        flow["kw"]
        for flow in plan["dispatch"]["flows"]
        if (flow["source"], flow["target"]) == (source, target)
    ]
    power: list[float] = found
    return power


class TestFlixOpt:
    """flixOpt (TU Dresden), github.com/flixOpt/flixopt, tests/."""

    def test_boiler_chp_and_store_with_smallest_loads_and_level_limits(self) -> None:
        """tests/superseded/test_integration.py, test_simple_flow_system; tests/conftest.py."""
        plan = best_plan(
            {
                "demands": {"heat": [30.0, 0.0, 90.0, 110.0, 110.0, 20.0, 20.0, 20.0, 20.0]},
                "supplies": {"gas": {"price": 0.04, "co2": 0.3, "limit": 1000.0}},
                "exports": {"electricity": {"price": 0.08}},
                "devices": {
                    "boiler": boiler(0.5, size=50.0, min_load=0.1),
                    "chp": {
                        "kind": "converter",
                        "inputs": {"gas": 2.5},
                        "outputs": {"electricity": 1.0, "heat": 1.25},
                        "size": 60.0,
                        "min_load": 5 / 60,
                    },
                    "store": {
                        "kind": "store",
                        "carrier": "heat",
                        "size": 30.0,
                        "hours": 30.0 / 1e4,
                        "investment_fixed": 20.0 * over(9),
                        "life": 1.0,
                        "charge_efficiency": 0.9,
                        "loss": 0.08,
                        "start_level": 0.0,
                        "cyclic": False,
                        # Stated there for the beginnings of steps, here for their ends.
                        "max_level": [0.7] + [0.8] * 8,
                        "charging": "exclusive",
                    },
                },
                "interest_rate": 0.0,
                "co2_price": 200.0,
            },
            on_off=True,
        )
        assert plan["cost_of_horizon"] == pytest.approx(81.88394666666667, rel=1e-6)
        assert plan["co2_kg_per_year"] / over(9) == pytest.approx(255.09184, rel=1e-6)

    @pytest.mark.parametrize(
        ("case", "demand", "price", "figures", "cost"),
        [
            ("shift_saves_money", [0, 0, 20], [10, 1, 10], {}, 20),
            ("losses", [0, 90], [1, 1000], {"size": 200, "loss": 0.1}, 100),
            (
                "eta_charge_discharge",
                [0, 72],
                [1, 1000],
                {"size": 200, "charge_efficiency": 0.9, "discharge_efficiency": 0.8},
                100,
            ),
            ("soc_bounds", [0, 60], [1, 100], {"max_level": 0.5}, 1050),
            ("cyclic_charge_state", [0, 50], [1, 100], {"cyclic": True, "start_level": None}, 50),
            (
                "relative_minimum_charge_state",
                [0, 80, 0],
                [1, 100, 1],
                {"start_level": 0.5, "min_level": 0.3},
                1050,
            ),
            (
                "relative_minimum_final_charge_state",
                [0, 80],
                [1, 100],
                {"start_level": 0.5, "min_level": [0.0, 0.5]},
                3050,
            ),
            (
                "minimal_final_charge_state",
                [0, 20],
                [1, 100],
                {"min_level": [0.0, 0.6]},
                80,
            ),
            (
                "invest_capacity",
                [0, 50],
                [1, 10],
                {"size": None, "max_size": 200, "investment": over(2)},
                100,
            ),
        ],
    )
    def test_stores(
        self,
        case: str,
        demand: list[float],
        price: list[float],
        figures: dict[str, Any],
        cost: float,
    ) -> None:
        """tests/test_math/test_storage.py, test_storage_{case}."""
        store: dict[str, Any] = {
            "kind": "store",
            "carrier": "electricity",
            "size": 100.0,
            "hours": 0.5,
            "start_level": 0.0,
            "cyclic": False,
            "life": 1.0,
        }
        requirement = {
            "demands": {"electricity": [float(power) for power in demand]},
            "supplies": {"electricity": {"price": [float(value) for value in price]}},
            "devices": {"cells": {**store, **figures}},
            "interest_rate": 0.0,
        }
        assert cost_of_horizon(requirement) == pytest.approx(cost, rel=1e-6)

    @pytest.mark.parametrize(
        ("case", "demand", "devices", "cost"),
        [
            (
                "size_optimized",
                [10.0, 50.0, 20.0],
                {
                    "boiler": boiler(
                        1.0, max_size=200.0, investment=over(3), investment_fixed=10 * over(3)
                    )
                },
                140,
            ),
            (
                "optional_not_built",
                [10.0, 10.0],
                {
                    "efficient": boiler(1.0, max_size=100.0, investment_fixed=99999 * over(2)),
                    "cheap": boiler(0.5, size=100.0),
                },
                40,
            ),
            (
                "minimum_size",
                [10.0, 10.0],
                {"boiler": boiler(1.0, min_size=100.0, max_size=200.0, investment=over(2))},
                120,
            ),
            (
                "fixed_size",
                [30.0, 30.0],
                {
                    "whole": boiler(
                        1.0, unit_size=80.0, max_size=80.0, investment_fixed=10 * over(2)
                    ),
                    "backup": boiler(0.5, size=100.0),
                },
                70,
            ),
        ],
    )
    def test_investments(
        self, case: str, demand: list[float], devices: dict[str, Any], cost: float
    ) -> None:
        """tests/test_math/test_flow_invest.py, test_invest_{case}."""
        requirement = {
            "demands": {"heat": demand},
            "supplies": {"gas": {"price": 1.0}},
            "devices": devices,
            "interest_rate": 0.0,
        }
        assert cost_of_horizon(requirement) == pytest.approx(cost, rel=1e-6)

    def test_a_smallest_load_leaves_the_low_hour_to_the_backup(self) -> None:
        """tests/test_math/test_combinations.py, test_piecewise_minimum_load_with_status."""
        requirement: dict[str, Any] = {
            "demands": {"heat": [15.0, 40.0]},
            "supplies": {"gas": {"price": 1.0}, "backup": {"carrier": "heat", "price": 5.0}},
            "devices": {"converter": boiler(1.0, size=50.0, min_load=20 / 50)},
        }
        assert cost_of_horizon(requirement) == pytest.approx(115)
        requirement["devices"]["converter"]["min_load"] = 0.0
        assert cost_of_horizon(requirement) == pytest.approx(55)  # as it says of no minimum load

    @pytest.mark.parametrize(
        ("case", "left", "right", "link", "cost"),
        [
            ("relative_losses", [0.0, 0.0], [50.0, 50.0], {"loss": 0.1}, 100 / 0.9),
            ("bidirectional", [20.0, 0.0], [0.0, 20.0], {"two_way": True}, 40),
        ],
    )
    def test_transmission(
        self, case: str, left: list[float], right: list[float], link: dict[str, Any], cost: float
    ) -> None:
        """tests/test_math/test_components.py, test_transmission_{case}."""
        requirement = {
            "demands": {"heat@left": left, "heat@right": right},
            "supplies": {
                "heat@left": {"price": 1.0},
                "dear": {"carrier": "heat@right", "price": 10.0},
            },
            "devices": {
                "pipe": {
                    "kind": "link",
                    "source": "heat@left",
                    "target": "heat@right",
                    "size": 200.0,
                    **link,
                }
            },
        }
        assert cost_of_horizon(requirement) == pytest.approx(cost)

    def test_a_coefficient_of_performance_that_changes_by_the_hour(self) -> None:
        """tests/test_math/test_components.py, test_heatpump_variable_cop."""
        requirement = {
            "demands": {"heat": [20.0, 20.0]},
            "supplies": {"electricity": {"price": 1.0}},
            "devices": {
                "pump": {
                    "kind": "converter",
                    "inputs": {"electricity": [1 / 2, 1 / 4]},
                    "outputs": {"heat": 1.0},
                }
            },
        }
        assert cost_of_horizon(requirement) == pytest.approx(15)

    def test_a_limit_on_co2_shares_the_demand_between_a_clean_and_a_dirty_supply(self) -> None:
        """tests/test_math/test_effects.py, test_effect_maximum_total."""
        plan = best_plan(
            {
                "demands": {"heat": [10.0, 10.0]},
                "supplies": {
                    "dirty": {"carrier": "heat", "price": 1.0, "co2": 1.0},
                    "clean": {"carrier": "heat", "price": 10.0},
                },
                "devices": {},
                "co2_limit": 15 / 1000 * over(2),
            }
        )
        assert plan["cost_of_horizon"] == pytest.approx(65)
        assert plan["co2_kg_per_year"] / over(2) == pytest.approx(15)


class TestPyPSA:
    """PyPSA (TU Berlin), github.com/PyPSA/PyPSA."""

    def test_unit_commitment(self) -> None:
        """test/test_lopf_unit_commitment.py, test_unit_commitment: it states who runs when; what
        they cost adds up to 356,000."""
        plan = best_plan(
            {
                "demands": {"electricity": [4000.0, 6000.0, 5000.0, 800.0]},
                "devices": {
                    "coal": source(20.0, size=10000.0, min_load=0.3),
                    "gas": source(70.0, size=1000.0, min_load=0.1),
                },
            },
            on_off=True,
        )
        coal = flows(plan, "device:coal", "carrier:electricity")
        gas = flows(plan, "device:gas", "carrier:electricity")
        assert coal == pytest.approx([4000, 6000, 5000, 0])
        assert gas == pytest.approx([0, 0, 0, 800])
        assert plan["cost_of_horizon"] == pytest.approx(20 * 15000 + 70 * 800)

    def test_a_car_is_charged_by_the_sun_while_it_is_parked_at_work(self) -> None:
        """Example "Battery electric vehicle charging" of its documentation: an objective of
        7017.54, as 40 kWh a day come from 5.7 hours of sun, of which a tenth is lost."""
        sun = [0.0] * 7 + [0.2, 0.4, 0.6, 0.75, 0.85, 0.9, 0.85, 0.75, 0.6, 0.4, 0.2, 0.1]
        requirement = {
            "demands": {"driving": [0.0] * 7 + [9.0] * 2 + [0.0] * 8 + [9.0] * 2 + [0.0] * 5},
            "devices": {
                "panels": source(0.0, availability=[*sun, *[0.0] * 5], investment=1000 * over(24)),
                "charger": {
                    "kind": "converter",
                    "inputs": {"electricity": 1.0},
                    "outputs": {"driving": 0.9},
                    "availability": [0.0] * 9 + [1.0] * 8 + [0.0] * 7,
                    "size": 120.0,
                },
                "car": {"kind": "store", "carrier": "driving", "hours": 0.0, "size": 100.0},
            },
            "interest_rate": 0.0,
        }
        assert cost_of_horizon(requirement) == pytest.approx(7017.543860, rel=1e-6)

    def test_water_drives_two_turbines_one_after_the_other(self) -> None:
        """Example "Chained hydro-reservoirs" of its documentation: 1000 for each kW of water that
        the turbines for loads of 20 and 30 kW take, at an efficiency of 0.9."""
        lake = {"kind": "store", "hours": 0.0, "size": 10_000.0}
        turbine = {"kind": "converter", "investment": 1000 * over(4), "life": 1.0}
        requirement = {
            "demands": {"electricity@0": 20.0, "electricity@1": 30.0},
            "devices": {
                "rain": {
                    "kind": "converter",
                    "outputs": {"water@0": 1.0},
                    "availability": [0.0, 0.2, 0.7, 0.4],
                    "size": 1000.0,
                },
                "spillage": {
                    "kind": "link",
                    "source": "water@0",
                    "target": "water@1",
                    "loss": 0.5,
                },
                "turbine 0": {
                    **turbine,
                    "inputs": {"water@0": 1.0},
                    "outputs": {"electricity@0": 0.9, "water@1": 0.5},
                },
                "turbine 1": {
                    **turbine,
                    "inputs": {"water@1": 1.0},
                    "outputs": {"electricity@1": 0.9},
                },
                "lake 0": {**lake, "carrier": "water@0"},
                "lake 1": {**lake, "carrier": "water@1"},
            },
            "interest_rate": 0.0,
        }
        assert cost_of_horizon(requirement) == pytest.approx((20 + 30) / 0.9 * 1000, rel=1e-6)


class TestOemof:
    """oemof.solph, github.com/oemof/oemof-solph, tests/test_scripts/test_solph/."""

    @pytest.mark.parametrize(("cyclic", "bought"), [(False, 5.0), (True, 7.0)])
    def test_a_store_that_ends_as_full_as_it_began_and_one_that_need_not(
        self, cyclic: bool, bought: float
    ) -> None:
        """test_storage_decouple_first_last_timestep.py: test_storage_decouple and _couple."""
        plan = best_plan(
            {
                "demands": {"electricity": [5.0, 5.0, 5.0]},
                "supplies": {"grid": {"carrier": "electricity", "price": 10.0}},
                "exports": {"shunt": {"carrier": "electricity", "price": 0.0}},
                "devices": {
                    "pv": source(0.0, size=1.0, availability=[0.0, 8.0, 0.0], must_take=True),
                    "storage": {
                        "kind": "store",
                        "carrier": "electricity",
                        "size": 10.0,
                        "hours": 1.0,
                        "start_level": 0.2,
                        "cyclic": cyclic,
                    },
                },
            }
        )
        assert sum(flows(plan, "supply:grid", "carrier:electricity")) == pytest.approx(bought)
        assert plan["cost_of_horizon"] == pytest.approx(10 * bought)
        assert plan["exports"] == []

    def test_wind_must_be_taken_and_a_heat_pump_uses_what_is_left_of_it(self) -> None:
        """test_simple_model/test_simple_dispatch_one.py: flows of 33, 26, 5 and 3 kW, to 0.5."""
        plan = best_plan(
            {
                "demands": {"electricity": [0.3 * 85], "heat": [0.2 * 40]},
                "supplies": {"gas": {"price": 0.0}, "ambient": {"price": 0.0}},
                "exports": {"excess": {"carrier": "electricity", "price": 0.0}},
                "devices": {
                    "wind": source(0.0, size=66.3, availability=0.5, must_take=True),
                    "chp": {
                        "kind": "converter",
                        "inputs": {"gas": 1 / 0.3},
                        "outputs": {"electricity": 1.0, "heat": 0.4 / 0.3},
                        "size": 30.0,
                        "flow_costs": {"electricity": 42.0},
                    },
                    "pump": {
                        "kind": "converter",
                        "inputs": {"electricity": 1 / 3, "ambient": 2 / 3},
                        "outputs": {"heat": 1.0},
                        "size": 10.0,
                    },
                },
            }
        )
        bus = "carrier:electricity"
        assert flows(plan, "device:wind", bus) == pytest.approx([33], abs=0.5)
        assert flows(plan, bus, "demand:electricity") == pytest.approx([26], abs=0.5)
        assert flows(plan, bus, "export:excess") == pytest.approx([5], abs=0.5)
        assert flows(plan, bus, "device:pump") == pytest.approx([3], abs=0.5)


class TestEnergyPyLinear:
    """energy-py-linear (A. Green), github.com/ADGEfficiency/energy-py-linear, tests/."""

    def test_a_battery_buys_low_and_sells_high(self) -> None:
        """test_battery_optimization.py: 4 MW in and out of it twice, at prices of 10 and 50.

        The site there has no demand; the 1 kW here pays the five prices, 130.
        """
        prices = [10.0, 50.0, 10.0, 50.0, 10.0]
        requirement = {
            "demands": {"electricity": 1.0},
            "supplies": {"grid": {"carrier": "electricity", "price": prices, "limit": 100.0}},
            "exports": {"grid": {"carrier": "electricity", "price": prices, "limit": 100.0}},
            "devices": {
                "cells": {
                    "kind": "store",
                    "carrier": "electricity",
                    "size": 6.0,
                    "hours": 1.5,
                    "start_level": 0.0,
                    "cyclic": False,
                }
            },
        }
        assert cost_of_horizon(requirement) == pytest.approx(130 - 2 * 4 * (50 - 10))

    def test_a_gas_turbine_runs_for_dear_electricity_and_dumps_its_heat(self) -> None:
        """assets/test_chp.py, test_chp_gas_turbine_price: the turbine at 100, 0 and 100 MW, the
        boiler with what it leaves; an efficiency of 0.8 is that boiler's default."""
        plan = best_plan(
            {
                "demands": {"heat": [20.0, 20.0, 1000.0]},
                "supplies": {"gas": {"price": 20.0}},
                "exports": {
                    "electricity": {"price": [1000.0, -100.0, 1000.0]},
                    "spill": {"carrier": "heat", "price": 0.0},
                },
                "devices": {
                    "turbine": {
                        "kind": "converter",
                        "inputs": {"gas": 1 / 0.3},
                        "outputs": {"electricity": 1.0, "heat": 0.5 / 0.3},
                        "size": 100.0,
                        "min_load": 0.5,
                    },
                    "boiler": boiler(0.8),
                },
            },
            on_off=True,
        )
        turbine = flows(plan, "device:turbine", "carrier:electricity")
        assert turbine == pytest.approx([100, 0, 100])
        rest = 1000 - 100 / 0.3 * 0.5
        assert flows(plan, "device:boiler", "carrier:heat") == pytest.approx(
            [0, 20, rest], rel=1e-4
        )
        fuel = 2 * 100 / 0.3 + (20 + rest) / 0.8
        assert plan["cost_of_horizon"] == pytest.approx(20 * fuel - 1000 * 200)


def test_fine_buys_where_electricity_is_cheap_and_stores_hydrogen_for_the_dear_quarter() -> None:
    """ETHOS.FINE (FZ Juelich), github.com/FZJ-IEK3-VSA/FINE, test/test_miniSystem.py with the
    energy system of test/conftest.py: what is bought in each of four quarters of a year.

    A step there is 2190 hours long. Here it is one that stands for as many: the tank's size is
    then smaller by that, and what it costs larger.
    """
    hours = 2190
    plan = best_plan(
        {
            "demands": {"hydrogen@industry": [6e3] * 4},
            "supplies": {
                "market": {
                    "carrier": "electricity@works",
                    "price": [0.05, 0.0 - 0.01, 0.1, 0.051],
                    "limit": 1e6,
                }
            },
            "devices": {
                "works": {
                    "kind": "converter",
                    "place": "works",
                    "inputs": {"electricity": 1.0},
                    "outputs": {"hydrogen": 0.7},
                    "investment": 500.0,
                    "maintenance": 2.5,
                    "life": 10.0,
                    "max_size": 1e5,
                },
                "tank": {
                    "kind": "store",
                    "carrier": "hydrogen@works",
                    "hours": 0.5,
                    "min_level": 0.33,
                    "investment": 0.5 * hours,
                    "life": 30.0,
                    "max_size": 1e5,
                },
                "pipeline": {
                    "kind": "link",
                    "source": "hydrogen@works",
                    "target": "hydrogen@industry",
                    "investment": 0.177,
                    "life": 40.0,
                },
            },
            "interest_rate": 0.08,
        }
    )
    bought = np.array(flows(plan, "supply:market", "carrier:electricity@works")) * hours
    assert bought == pytest.approx([1.877143e07, 3.754286e07, 0.0, 1.877143e07], rel=1e-4)

"""The same island, written once as a requirement and once for another tool: the same least cost.

The other side of each case is written down by hand from the same figures, with the other tool's own
parts: PyPSA (networks, unit commitment, whole units), linopy (what PyPSA has no parts for), and
oemof.solph (investments with fixed costs). Each solves with HiGHS too; what is compared is what the
models say.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterator
from typing import Any

import linopy
import pandas as pd
import pyomo.environ as pyomo
import pypsa
import pytest
import xarray as xr
from oemof import solph

from algorithm.components.annuity import annuity
from algorithm.series import HOURS_A_YEAR
from tests.algorithm.islands import best_plan, over

pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")

SAME = 1e-6
HIGHS = {"mip_rel_gap": 0.0, "threads": 1, "output_flag": False}


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Keep what these tools tell of their solving out of the tests' output."""
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


def wave(count: int, mean: float, swing: float, peak: float, times: float = 1.0) -> list[float]:
    """Return a smooth series with its first maximum at the step `peak`."""
    return [
        round(mean + swing * math.cos(2 * math.pi * times * (step - peak) / count), 6)
        for step in range(count)
    ]


def sun(count: int) -> list[float]:
    return [max(0.0, value) for value in wave(count, 0.0, 0.9, count / 2)]


def network(steps: int, step_hours: float = 1.0) -> pypsa.Network:
    """Return an empty network whose steps weigh as they do here: together they are a year."""
    net = pypsa.Network()
    net.set_snapshots(pd.date_range("2023-01-01", periods=steps, freq=f"{step_hours}h"))
    net.snapshot_weightings["objective"] = HOURS_A_YEAR / steps
    net.snapshot_weightings["generators"] = HOURS_A_YEAR / steps
    net.snapshot_weightings["stores"] = step_hours
    return net


def least_cost(
    net: pypsa.Network, more: Callable[[pypsa.Network, Any], None] | None = None
) -> float:
    """Return what a network costs at least; more: adds what PyPSA has no parts for."""
    status, condition = net.optimize(
        solver_name="highs",
        solver_options=HIGHS,
        extra_functionality=more,
        log_to_console=False,
        include_objective_constant=True,
    )
    assert (status, condition) == ("ok", "optimal")
    return float(net.objective)


def bought(net: pypsa.Network, name: str, bus: str, price: Any, **more: Any) -> None:
    """Add a supply, or with a negative sign and price an export, without a limit of its size."""
    net.add("Generator", name, bus=bus, p_nom=1e5, marginal_cost=price, **more)


class TestPyPSA:
    def test_three_places_with_heat_mains_cables_and_a_chp(self) -> None:
        """Links with losses, one of which goes both ways; several inputs and outputs; CO2 price."""
        electricity = {
            p: wave(24, m, 0.3 * m, 19) for p, m in zip("abc", (80, 30, 50), strict=True)
        }
        heat = {p: wave(24, m, 0.5 * m, 6) for p, m in zip("abc", (60, 120, 0), strict=True)}
        price, solar = wave(24, 0.22, 0.1, 18), sun(24)
        rate, co2_price, co2_of_gas, co2_of_grid = 0.06, 90.0, 0.2, 0.4
        plan = best_plan(
            {
                "demands": {
                    **{f"electricity@{place}": electricity[place] for place in "abc"},
                    **{f"heat@{place}": heat[place] for place in "ab"},
                },
                "supplies": {
                    "grid": {"carrier": "electricity@a", "price": price, "co2": co2_of_grid},
                    "gas": {"price": 0.06, "co2": co2_of_gas},
                },
                "exports": {"feed": {"carrier": "electricity@c", "price": 0.03, "limit": 40.0}},
                "devices": {
                    "plant": {
                        "kind": "converter",
                        "inputs": {"gas": 1 / 0.4},
                        "outputs": {"electricity@b": 1.0, "heat@b": 1.2},
                        "investment": 900.0,
                        "maintenance": 3.0,
                        "life": 20.0,
                        "operation": 0.008,
                    },
                    "pump": {
                        "kind": "converter",
                        "place": "a",
                        "inputs": {"electricity": wave(24, 0.35, 0.05, 5)},
                        "outputs": {"heat": 1.0},
                        "investment": 700.0,
                        "life": 18.0,
                    },
                    "panels": {
                        "kind": "converter",
                        "place": "c",
                        "outputs": {"electricity": 1.0},
                        "availability": solar,
                        "investment": 600.0,
                        "max_size": 300.0,
                    },
                    "cable": {
                        "kind": "link",
                        "source": "electricity@a",
                        "target": "electricity@c",
                        "two_way": True,
                        "loss": 0.04,
                        "investment": 150.0,
                        "life": 40.0,
                        "operation": 0.001,
                    },
                    "wire": {
                        "kind": "link",
                        "source": "electricity@b",
                        "target": "electricity@a",
                        "loss": 0.02,
                        "investment": 90.0,
                        "life": 40.0,
                    },
                    "back": {
                        "kind": "link",
                        "source": "electricity@a",
                        "target": "electricity@b",
                        "investment": 95.0,
                        "life": 40.0,
                    },
                    "main": {
                        "kind": "link",
                        "source": "heat@b",
                        "target": "heat@a",
                        "loss": 0.08,
                        "investment": 200.0,
                        "life": 30.0,
                    },
                },
                "interest_rate": rate,
                "co2_price": co2_price,
            }
        )

        net = network(24)
        for place in "abc":
            net.add("Bus", f"electricity@{place}")
            net.add("Load", f"el {place}", bus=f"electricity@{place}", p_set=electricity[place])
        for place in "ab":
            net.add("Bus", f"heat@{place}")
            net.add("Load", f"heat {place}", bus=f"heat@{place}", p_set=heat[place])
        net.add("Bus", "gas")
        tonne = co2_price / 1000
        dear = pd.Series(price, net.snapshots) + co2_of_grid * tonne
        bought(net, "grid", "electricity@a", dear)
        bought(net, "gas", "gas", 0.06 + co2_of_gas * tonne)
        net.add("Generator", "feed", bus="electricity@c", p_nom=40, sign=-1, marginal_cost=-0.03)
        # A link of PyPSA is sized by what enters it: here the gas, of which 2.5 kW are one of ours.
        net.add(
            "Link",
            "plant",
            bus0="gas",
            bus1="electricity@b",
            bus2="heat@b",
            efficiency=0.4,
            efficiency2=0.48,
            p_nom_extendable=True,
            capital_cost=900 * (annuity(rate, 20) + 0.03) * 0.4,
            marginal_cost=0.008 * 0.4,
        )
        # This one by the heat that it makes: it runs backwards.
        net.add(
            "Link",
            "pump",
            bus0="heat@a",
            bus1="electricity@a",
            efficiency=pd.Series(wave(24, 0.35, 0.05, 5), net.snapshots),
            p_min_pu=-1,
            p_max_pu=0,
            p_nom_extendable=True,
            capital_cost=700 * annuity(rate, 18),
        )
        net.add(
            "Generator",
            "panels",
            bus="electricity@c",
            p_max_pu=solar,
            p_nom_extendable=True,
            p_nom_max=300,
            capital_cost=600 * annuity(rate, 25),
        )
        for name, start, end, efficiency, cost, life, running in (
            ("cable", "electricity@a", "electricity@c", 0.96, 150, 40, 0.001),
            ("cable back", "electricity@c", "electricity@a", 0.96, 0, 40, 0.001),
            ("wire", "electricity@b", "electricity@a", 0.98, 90, 40, 0.0),
            ("back", "electricity@a", "electricity@b", 1.0, 95, 40, 0.0),
            ("main", "heat@b", "heat@a", 0.92, 200, 30, 0.0),
        ):
            net.add(
                "Link",
                name,
                bus0=start,
                bus1=end,
                efficiency=efficiency,
                p_nom_extendable=True,
                capital_cost=cost * annuity(rate, life),
                marginal_cost=running,
            )

        def both_ways_within_one_cable(net: pypsa.Network, _: Any) -> None:
            power, size = net.model["Link-p"], net.model["Link-p_nom"]
            both = power.sel(name=["cable", "cable back"]).sum("name")
            net.model.add_constraints(both <= size.sel(name="cable"), name="cable-both")

        assert plan["cost_per_year"] == pytest.approx(
            least_cost(net, both_ways_within_one_cable), rel=SAME
        )
        assert {device["name"] for device in plan["devices"]} >= {"plant", "pump", "cable", "main"}

    def test_steps_of_three_hours_with_stores_that_leak_start_and_keep_to_levels(self) -> None:
        """A store that begins at a level and needn't end there, one whose power comes with its
        energy, and one whose levels are bounded step by step."""
        steps, hours = 16, 3.0
        demand, solar = wave(steps, 50, 30, 6, times=2), [*sun(8), *(0.4 * s for s in sun(8))]
        price = wave(steps, 0.2, 0.12, 6, times=2)
        lowest = [0.0, 0.1, 0.2, 0.3] * 4
        highest = [0.9] * 8 + [0.8] * 8
        plan = best_plan(
            {
                "step_hours": hours,
                "demands": {"electricity": demand, "heat": wave(steps, 40, 15, 2)},
                "supplies": {"electricity": {"price": price, "limit": 90.0}},
                "devices": {
                    "panels": {
                        "kind": "converter",
                        "outputs": {"electricity": 1.0},
                        "availability": solar,
                        "investment": 700.0,
                        "max_size": 400.0,
                    },
                    "heater": {
                        "kind": "converter",
                        "inputs": {"electricity": 1 / 0.95},
                        "outputs": {"heat": 1.0},
                        "investment": 80.0,
                        "max_size": 400.0,
                    },
                    "old cells": {
                        "kind": "store",
                        "carrier": "electricity",
                        "size": 60.0,
                        "hours": 4.0,
                        "power": "together",
                        "charging": "separate",
                        "charge_efficiency": 0.93,
                        "discharge_efficiency": 0.91,
                        "loss": 0.01,
                        "start_level": 0.7,
                        "cyclic": False,
                        "operation": 0.002,
                    },
                    "cells": {
                        "kind": "store",
                        "carrier": "electricity",
                        "hours": 2.0,
                        "power": "together",
                        "charging": "separate",
                        "charge_efficiency": 0.96,
                        "discharge_efficiency": 0.96,
                        "investment": 60.0,
                        "max_size": 900.0,
                    },
                    "tank": {
                        "kind": "store",
                        "carrier": "heat",
                        "hours": 0.0,
                        "loss": 0.02,
                        "min_level": lowest,
                        "max_level": highest,
                        "investment": 9.0,
                        "max_size": 2000.0,
                    },
                },
                "interest_rate": 0.04,
            }
        )

        net, share = network(steps, hours), annuity(0.04, 25)
        for carrier, load in (("electricity", demand), ("heat", wave(steps, 40, 15, 2))):
            net.add("Bus", carrier)
            net.add("Load", carrier, bus=carrier, p_set=load)
        net.add("Generator", "grid", bus="electricity", p_nom=90, marginal_cost=price)
        net.add(
            "Generator",
            "panels",
            bus="electricity",
            p_max_pu=solar,
            p_nom_extendable=True,
            p_nom_max=400,
            capital_cost=700 * share,
        )
        net.add(
            "Link",
            "heater",
            bus0="electricity",
            bus1="heat",
            efficiency=0.95,
            p_nom_extendable=True,
            capital_cost=80 * share * 0.95,
        )
        net.add(
            "StorageUnit",
            "old cells",
            bus="electricity",
            p_nom=15,
            max_hours=4,
            efficiency_store=0.93,
            efficiency_dispatch=0.91,
            standing_loss=0.01,
            # PyPSA lets what it begins with leak from the second step on.
            state_of_charge_initial=0.7 * 60 * (1 - 0.01) ** hours,
            marginal_cost=0.002,
        )
        net.add(
            "StorageUnit",
            "cells",
            bus="electricity",
            p_nom_extendable=True,
            p_nom_max=450,
            max_hours=2,
            efficiency_store=0.96,
            efficiency_dispatch=0.96,
            cyclic_state_of_charge=True,
            capital_cost=60 * 2 * share,
        )
        net.add(
            "Store",
            "tank",
            bus="heat",
            e_nom_extendable=True,
            e_nom_max=2000,
            e_cyclic=True,
            standing_loss=0.02,
            e_min_pu=lowest,
            e_max_pu=highest,
            capital_cost=9 * share,
        )
        assert plan["cost_per_year"] == pytest.approx(least_cost(net), rel=SAME)
        built = {device["name"] for device in plan["devices"]}
        assert built == {"panels", "heater", "old cells", "cells", "tank"}

    def test_on_and_off_with_smallest_loads_and_demand_that_may_go_unserved(self) -> None:
        demand, gusts = wave(24, 620, 350, 18), wave(24, 0.45, 0.4, 3, times=3)
        units = {"coal": (500, 0.45, 0.03), "gas": (300, 0.3, 0.07), "oil": (120, 0.6, 0.18)}
        plan = best_plan(
            {
                "demands": {"electricity": {"power": demand, "unserved_price": 0.15}},
                "devices": {
                    **{
                        name: {
                            "kind": "converter",
                            "outputs": {"electricity": 1.0},
                            "size": float(size),
                            "min_load": lowest,
                            "operation": cost,
                        }
                        for name, (size, lowest, cost) in units.items()
                    },
                    "rotor": {
                        "kind": "converter",
                        "outputs": {"electricity": 1.0},
                        "availability": gusts,
                        "size": 150.0,
                        "must_take": True,
                    },
                },
            },
            on_off=True,
        )

        net = network(24)
        net.add("Bus", "electricity")
        net.add("Load", "electricity", bus="electricity", p_set=demand)
        for name, (size, lowest, cost) in units.items():
            net.add(
                "Generator",
                name,
                bus="electricity",
                p_nom=size,
                p_min_pu=lowest,
                marginal_cost=cost,
                committable=True,
            )
        net.add("Generator", "rotor", bus="electricity", p_nom=150, p_min_pu=gusts, p_max_pu=gusts)
        bought(net, "unserved", "electricity", 0.15)
        assert plan["cost_per_year"] == pytest.approx(least_cost(net), rel=SAME)
        assert [lack["demand"] for lack in plan["unserved"]] == ["electricity"]

    def test_whole_units_under_a_co2_limit(self) -> None:
        demand, solar, co2 = wave(24, 60, 25, 18), sun(24), 150_000.0
        plan = best_plan(
            {
                "demands": {"electricity": demand},
                "supplies": {
                    "grid": {"carrier": "electricity", "price": 0.18, "co2": 0.6},
                    "gas": {"price": 0.06, "co2": 0.2},
                },
                "devices": {
                    "engine": {
                        "kind": "converter",
                        "inputs": {"gas": 2.5},
                        "outputs": {"electricity": 1.0},
                        "unit_size": 12.0,
                        "max_size": 120.0,
                        "investment": 800.0,
                    },
                    "panels": {
                        "kind": "converter",
                        "outputs": {"electricity": 1.0},
                        "availability": solar,
                        "unit_size": 25.0,
                        "max_size": 150.0,
                        "investment": 6000.0,
                    },
                    "cells": {
                        "kind": "store",
                        "carrier": "electricity",
                        "hours": 1.0,
                        "power": "together",
                        "charging": "separate",
                        "charge_efficiency": 0.9,
                        "investment": 350.0,
                        "max_size": 3000.0,
                    },
                },
                "interest_rate": 0.05,
                "co2_limit": co2 / 1000,
            }
        )

        net, share = network(24), annuity(0.05, 25)
        net.add("Carrier", "power", co2_emissions=0.6)
        net.add("Carrier", "gas", co2_emissions=0.2)
        net.add("Bus", "electricity")
        net.add("Bus", "gas")
        net.add("Load", "electricity", bus="electricity", p_set=demand)
        bought(net, "grid", "electricity", 0.18, carrier="power")
        bought(net, "gas", "gas", 0.06, carrier="gas")
        net.add(
            "Link",
            "engine",
            bus0="gas",
            bus1="electricity",
            efficiency=0.4,
            p_nom_extendable=True,
            p_nom_mod=12 * 2.5,
            p_nom_max=120 * 2.5,
            capital_cost=800 * share * 0.4,
        )
        net.add(
            "Generator",
            "panels",
            bus="electricity",
            p_max_pu=solar,
            p_nom_extendable=True,
            p_nom_mod=25,
            p_nom_max=150,
            capital_cost=6000 * share,
        )
        net.add(
            "StorageUnit",
            "cells",
            bus="electricity",
            p_nom_extendable=True,
            p_nom_max=3000,
            max_hours=1,
            efficiency_store=0.9,
            cyclic_state_of_charge=True,
            capital_cost=350 * share,
        )
        net.add("GlobalConstraint", "co2", sense="<=", constant=co2)
        assert plan["cost_per_year"] == pytest.approx(least_cost(net), rel=SAME)
        assert 0.9 * co2 < plan["co2_kg_per_year"] <= co2
        assert all(device["units"] > 0 for device in plan["devices"] if "units" in device)


def test_linopy_with_fixed_costs_monthly_peaks_a_budget_a_roof_and_origins_of_exports() -> None:
    """Two days, the last of a month and the first of the next, written down row by row."""
    steps = 48
    power, warmth = wave(steps, 90, 40, 18, times=2), wave(steps, 110, 60, 6, times=2)
    price = wave(steps, 0.24, 0.13, 19, times=2)
    solar = [*sun(24), *(0.6 * value for value in sun(24))]
    rate, roof, budget = 0.05, 900.0, 200_000.0
    plan = best_plan(
        {
            "start": "2023-01-31",
            "demands": {
                "light": {"carrier": "electricity", "power": power, "unserved_price": 0.45},
                "heat": warmth,
            },
            "supplies": {
                "grid": {
                    "carrier": "electricity",
                    "price": price,
                    "peak_price": 7.0,
                    "peak_period": "month",
                },
                "gas": {"price": 0.055, "peak_price": 11.0},
            },
            "exports": {
                "feed": {"carrier": "electricity", "price": 0.04},
                "bonus": {
                    "carrier": "electricity",
                    "price": 0.13,
                    "limit": 35.0,
                    "devices": ["engine"],
                },
            },
            "devices": {
                "engine": {
                    "kind": "converter",
                    "inputs": {"gas": 2.6},
                    "outputs": {"electricity": 1.0, "heat": 1.3},
                    "min_size": 30.0,
                    "max_size": 150.0,
                    "investment": 900.0,
                    "investment_fixed": 8000.0,
                    "maintenance": 4.0,
                    "life": 15.0,
                    "operation": 0.01,
                },
                "boiler": {
                    "kind": "converter",
                    "inputs": {"gas": 1.1},
                    "outputs": {"heat": 1.0},
                    "max_size": 300.0,
                    "investment": 70.0,
                    "investment_fixed": 3000.0,
                },
                "panels": {
                    "kind": "converter",
                    "outputs": {"electricity": 1.0},
                    "availability": solar,
                    "area": {"roof": 5.0},
                    "investment": 700.0,
                    "max_size": 500.0,
                },
                "collectors": {
                    "kind": "converter",
                    "unit": "m2",
                    "outputs": {"heat": 1.0},
                    "availability": [0.6 * value for value in solar],
                    "area": {"roof": 1.0},
                    "investment": 220.0,
                    "max_size": 500.0,
                },
                "cells": {
                    "kind": "store",
                    "carrier": "electricity",
                    "hours": 2.0,
                    "charging": "exclusive",
                    "charge_efficiency": 0.95,
                    "discharge_efficiency": 0.94,
                    "loss": 0.001,
                    "standing_loss": 0.002,
                    "investment": 160.0,
                    "power_investment": 110.0,
                    "power_life": 12.0,
                    "power_maintenance": 1.0,
                    "max_size": 400.0,
                    "operation": 0.003,
                },
            },
            "areas": {"roof": roof},
            "budget": budget,
            "interest_rate": rate,
        }
    )

    hours, hour = pd.RangeIndex(steps, name="hour"), HOURS_A_YEAR / steps
    prices, light, heat, shine = (
        xr.DataArray(values, coords=[hours]) for values in (price, power, warmth, solar)
    )
    m = linopy.Model()

    def each_hour(name: str, upper: Any = math.inf) -> linopy.Variable:
        return m.add_variables(lower=0, upper=upper, coords=[hours], name=name)

    def size(name: str, upper: float) -> linopy.Variable:
        return m.add_variables(lower=0, upper=upper, name=name)

    grid, gas, engine, boiled = (each_hour(n) for n in ("grid", "gas", "engine", "boiler"))
    panels, collectors = each_hour("panels"), each_hour("collectors")
    feed, bonus, unserved = each_hour("feed"), each_hour("bonus", 35), each_hour("unserved", light)
    charge, discharge, level = (each_hour(n) for n in ("charge", "discharge", "level"))
    charging = m.add_variables(binary=True, coords=[hours], name="charging")
    kw = {
        name: size(f"size {name}", upper)
        for name, upper in (
            ("engine", 150),
            ("boiler", 300),
            ("panels", 500),
            ("collectors", 500),
            ("cells", 400),
            ("cells' power", 200),
            ("january", math.inf),
            ("february", math.inf),
            ("gas", math.inf),
        )
    }
    built = {
        name: m.add_variables(binary=True, name=f"built {name}") for name in ("engine", "boiler")
    }
    m.add_constraints(
        grid + engine + panels + discharge - charge - feed - bonus + unserved == light
    )
    m.add_constraints(1.3 * engine + boiled + collectors == heat)
    m.add_constraints(gas - 2.6 * engine - 1.1 * boiled == 0)
    m.add_constraints(engine - kw["engine"] <= 0)
    m.add_constraints(boiled - kw["boiler"] <= 0)
    m.add_constraints(panels - shine * kw["panels"] <= 0)
    m.add_constraints(collectors - 0.6 * shine * kw["collectors"] <= 0)
    m.add_constraints(kw["engine"] - 150 * built["engine"] <= 0)
    m.add_constraints(kw["engine"] - 30 * built["engine"] >= 0)
    m.add_constraints(kw["boiler"] - 300 * built["boiler"] <= 0)
    m.add_constraints(bonus - engine <= 0)
    m.add_constraints(grid.sel(hour=slice(0, 23)) - kw["january"] <= 0)
    m.add_constraints(grid.sel(hour=slice(24, 47)) - kw["february"] <= 0)
    m.add_constraints(gas - kw["gas"] <= 0)
    m.add_constraints(
        level
        - (1 - 0.001) * level.roll(hour=1)
        + 0.002 * kw["cells"]
        - 0.95 * charge
        + discharge / 0.94
        == 0
    )
    m.add_constraints(level - kw["cells"] <= 0)
    m.add_constraints(2 * kw["cells' power"] - kw["cells"] <= 0)
    m.add_constraints(charge + discharge - kw["cells' power"] <= 0)
    m.add_constraints(charge - 200 * charging <= 0)
    m.add_constraints(discharge + 200 * charging <= 200)
    m.add_constraints(5 * kw["panels"] + kw["collectors"] <= roof)
    invested = {
        "engine": 900 * kw["engine"] + 8000 * built["engine"],
        "boiler": 70 * kw["boiler"] + 3000 * built["boiler"],
        "panels": 700 * kw["panels"],
        "collectors": 220 * kw["collectors"],
        "cells": 160 * kw["cells"],
        "cells' power": 110 * kw["cells' power"],
    }
    m.add_constraints(sum(invested.values()) <= budget)
    share = {name: annuity(rate, 25) for name in invested}
    share["engine"] = annuity(rate, 15) + 0.04
    share["cells' power"] = annuity(rate, 12) + 0.01
    running = (
        prices * grid
        + 0.055 * gas
        + 0.01 * engine
        + 0.003 * discharge
        + 0.45 * unserved
        - 0.04 * feed
        - 0.13 * bonus
    )
    m.add_objective(
        sum(share[name] * once for name, once in invested.items())
        + hour * running.sum()
        + 6 * 7 * (kw["january"] + kw["february"])
        + 11 * kw["gas"]
    )
    m.solve("highs", log_to_console=False, mip_rel_gap=0.0, threads=1)
    assert plan["cost_per_year"] == pytest.approx(m.objective.value, rel=SAME)
    assert "budget" in {limit["field"] for limit in plan["limits"]}
    assert plan["costs"]["peak"] > 0
    assert plan["exports"]


def test_oemof_with_investments_that_have_a_fixed_part() -> None:
    steps, rate, rest = 24, 0.05, 1 / over(24)
    power, warmth = wave(steps, 60, 25, 18), wave(steps, 90, 50, 6)
    price, solar = wave(steps, 0.25, 0.12, 19), sun(steps)
    plan = best_plan(
        {
            "demands": {"electricity": power, "heat": warmth},
            "supplies": {
                "grid": {"carrier": "electricity", "price": price},
                "gas": {"price": 0.07},
            },
            "exports": {"feed": {"carrier": "electricity", "price": 0.02}},
            "devices": {
                "panels": {
                    "kind": "converter",
                    "outputs": {"electricity": 1.0},
                    "availability": solar,
                    "must_take": True,
                    "investment": 900.0,
                    "max_size": 200.0,
                },
                "chp": {
                    "kind": "converter",
                    "inputs": {"gas": 1 / 0.35},
                    "outputs": {"electricity": 1.0, "heat": 0.5 / 0.35},
                    "min_size": 20.0,
                    "max_size": 100.0,
                    "investment": 1100.0,
                    "investment_fixed": 15000.0,
                    "life": 20.0,
                    "flow_costs": {"electricity": 0.012},
                },
                "boiler": {
                    "kind": "converter",
                    "inputs": {"gas": 1 / 0.9},
                    "outputs": {"heat": 1.0},
                    "max_size": 300.0,
                    "investment": 100.0,
                    "investment_fixed": 2500.0,
                },
                "tank": {
                    "kind": "store",
                    "carrier": "heat",
                    "hours": 3.0,
                    "power": "together",
                    "charging": "separate",
                    "charge_efficiency": 0.97,
                    "discharge_efficiency": 0.98,
                    "loss": 0.004,
                    "investment": 20.0,
                    "max_size": 2000.0,
                },
            },
            "interest_rate": rate,
        }
    )

    def share(once: float, life: float = 25) -> float:
        """Return what an investment costs in the case's one day."""
        return once * annuity(rate, life) * rest

    def decided(least: float, most: float, per_size: float, fixed: float) -> solph.Investment:
        return solph.Investment(
            ep_costs=per_size, offset=fixed, minimum=least, maximum=most, nonconvex=True
        )

    index = pd.date_range("2023-01-01", periods=steps + 1, freq="h")
    system = solph.EnergySystem(timeindex=index, infer_last_interval=False)
    electricity, heat, gas = (solph.Bus(label=name) for name in ("electricity", "heat", "gas"))
    tank_power = solph.Investment(ep_costs=0)
    parts = solph.components
    system.add(
        electricity,
        heat,
        gas,
        parts.Sink(label="light", inputs={electricity: solph.Flow(fix=power, nominal_capacity=1)}),
        parts.Sink(label="warmth", inputs={heat: solph.Flow(fix=warmth, nominal_capacity=1)}),
        parts.Sink(label="feed", inputs={electricity: solph.Flow(variable_costs=-0.02)}),
        parts.Source(label="grid", outputs={electricity: solph.Flow(variable_costs=price)}),
        parts.Source(label="supply", outputs={gas: solph.Flow(variable_costs=0.07)}),
        parts.Source(
            label="panels",
            outputs={
                electricity: solph.Flow(
                    fix=solar, nominal_capacity=solph.Investment(ep_costs=share(900), maximum=200)
                )
            },
        ),
        parts.Converter(
            label="chp",
            inputs={gas: solph.Flow()},
            outputs={
                electricity: solph.Flow(
                    variable_costs=0.012,
                    nominal_capacity=decided(20, 100, share(1100, 20), share(15000, 20)),
                ),
                heat: solph.Flow(),
            },
            conversion_factors={electricity: 0.35, heat: 0.5},
        ),
        parts.Converter(
            label="boiler",
            inputs={gas: solph.Flow()},
            outputs={heat: solph.Flow(nominal_capacity=decided(0, 300, share(100), share(2500)))},
            conversion_factors={heat: 0.9},
        ),
        parts.GenericStorage(
            label="tank",
            inputs={heat: solph.Flow(nominal_capacity=tank_power)},
            outputs={heat: solph.Flow(nominal_capacity=solph.Investment(ep_costs=0))},
            nominal_capacity=solph.Investment(ep_costs=share(20), maximum=2000),
            invest_relation_input_capacity=1 / 3,
            invest_relation_output_capacity=1 / 3,
            inflow_conversion_factor=0.97,
            outflow_conversion_factor=0.98,
            loss_rate=0.004,
            balanced=True,
        ),
    )
    model = solph.Model(system)
    pyomo.SolverFactory("highs").solve(model)
    assert plan["cost_of_horizon"] == pytest.approx(pyomo.value(model.objective), rel=SAME)
    assert {"panels", "chp", "tank"} <= {device["name"] for device in plan["devices"]}

"""A plan as a PyPSA network: optimised there, it costs what the plan costs."""

from __future__ import annotations

import math
import warnings
from pathlib import Path
from typing import Any

import pypsa
import pytest

from algorithm import check, load_sample, run_search
from algorithm.components.device import NotExpressible
from algorithm.export.network import network_of, write_network
from algorithm.island.island import Island
from algorithm.island.resolve import island_of

pytestmark = pytest.mark.slow

EXACT = {"gap": 0.0}


def wave(mean: float, swing: float, steps: int, shift: float = 0.0) -> list[float]:
    return [
        mean + swing * math.sin(2 * math.pi * (step / steps * 2 + shift)) for step in range(steps)
    ]


def two_places() -> dict[str, Any]:
    """Two days of 3-hour steps at two places, with all that a link, a store and a trade can say."""
    steps = 16
    return {
        "step_hours": 3,
        "start": "2023-01-31",
        "demands": {
            "electricity@north": wave(200, 80, steps),
            "offices": {"carrier": "heat@north", "power": wave(300, 290, steps)},
            "works": {
                "carrier": "heat@south",
                "power": wave(400, 300, steps, 0.5),
                "unserved_price": 0.09,
            },
        },
        "supplies": {
            "grid": {
                "carrier": "electricity@south",
                "price": wave(0.18, 0.1, steps, 0.2),
                "co2": wave(0.35, 0.1, steps),
                "limit": wave(900, 100, steps),
                "peak_price": 9,
                "peak_period": "month",
            },
            "gas": {"carrier": "gas@south", "price": 0.06, "co2": 0.2, "peak_price": 12},
        },
        "exports": {
            "solar": {
                "carrier": "electricity@south",
                "price": 0.2,
                "co2": 0.1,
                "limit": 150,
                "devices": ["pv"],
            },
            "surplus": {"carrier": "heat@north", "price": 0.001},
        },
        "devices": {
            "pv": {
                "kind": "converter",
                "outputs": {"electricity@south": 1},
                "availability": [max(0.0, v) for v in wave(0.2, 0.5, steps, 0.1)],
                "max_size": 600,
                "investment": 500,
            },
            "furnace": {
                "kind": "converter",
                "size": 90,
                "must_take": True,
                "outputs": {"heat@north": wave(1, 0.3, steps)},
            },
            "chp": {
                "kind": "converter",
                "inputs": {"gas@south": 2.6},
                "outputs": {"electricity@south": 1, "heat@south": 1.1},
                "unit_size": 70,
                "max_size": 420,
                "investment": 900,
                "operation": 0.01,
                "flow_costs": {"heat@south": 0.002},
            },
            "heat-pump": {
                "kind": "converter",
                "inputs": {"electricity@north": wave(0.33, 0.08, steps)},
                "outputs": {"heat@north": 1},
                "min_size": 20,
                "max_size": 500,
                "investment": 700,
                "investment_fixed": 5000,
                "maintenance": 2,
            },
            "boiler": {
                "kind": "converter",
                "inputs": {"gas@south": 1.1},
                "outputs": {"heat@south": 1},
                "max_size": 900,
                "investment": 60,
            },
            "battery": {
                "kind": "store",
                "carrier": "electricity@south",
                "charge_efficiency": 0.95,
                "discharge_efficiency": 0.93,
                "start_level": 0.4,
                "min_level": 0.1,
                "max_size": 2000,
                "investment": 8,
                "power_investment": 10,
                "operation": 0.001,
            },
            "tank": {
                "kind": "store",
                "carrier": "heat@north",
                "loss": 0.01,
                "standing_loss": 0.002,
                "start_level": 0.7,
                "cyclic": False,
                "max_level": wave(0.9, 0.05, steps),
                "hours": 4,
                "power": "together",
                "charging": "separate",
                "max_size": 3000,
                "investment": 3,
            },
            "cable": {
                "kind": "link",
                "source": "electricity@south",
                "target": "electricity@north",
                "loss": 0.03,
                "max_size": 900,
                "investment": 40,
                "operation": 0.0005,
            },
            "main": {
                "kind": "link",
                "source": "heat@north",
                "target": "heat@south",
                "two_way": True,
                "loss": wave(0.06, 0.02, steps),
                "max_size": 500,
                "investment": 25,
                "investment_fixed": 1000,
            },
        },
        "interest_rate": 0.04,
        "co2_price": 60,
        "co2_limit": 750,
    }


def searched(requirement: Any) -> tuple[Island, dict[str, Any]]:
    """The island and its best plan, proven."""
    checked, disabled, options = check(requirement, (), EXACT)
    plan: dict[str, Any] = run_search(checked, disabled, options=options)["plans"][0]
    return island_of(checked, disabled), plan


def cost_in_pypsa(network: pypsa.Network) -> float:
    """Optimise as somebody does who knows nothing of where the network is from."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        status, _ = network.optimize(
            solver_name="highs", log_to_console=False, include_objective_constant=False
        )
    assert status == "ok"
    assert network.objective is not None
    return float(network.objective)


def test_a_sample_costs_in_pypsa_what_it_costs_here() -> None:
    island, plan = searched(load_sample("tiny"))
    cost = cost_in_pypsa(network_of(island, plan, on_off=False))
    assert cost == pytest.approx(plan["cost_per_year"], rel=1e-6)


def test_two_places_with_everything_cost_in_pypsa_what_they_cost_here() -> None:
    island, plan = searched(two_places())
    assert len(plan["devices"]) == 8
    assert plan["unserved"]
    assert plan["costs"]["peak"] > 0
    assert {limit["field"] for limit in plan["limits"]} == {"co2_limit", "exports.solar.limit"}
    links = {(one["source"], one["target"]) for one in plan["graph"]["links"]}
    assert {("device:main", "carrier:heat@north"), ("device:main", "carrier:heat@south")} <= links
    cost = cost_in_pypsa(network_of(island, plan, on_off=False))
    assert cost == pytest.approx(plan["cost_per_year"], rel=1e-6)


def with_stores(**figures: Any) -> dict[str, Any]:
    """A cold day with a store that pays, and a source of two carriers."""
    return {
        "demands": {"heat": wave(100, 80, 24), "electricity": 20},
        "supplies": {"electricity": {"price": wave(0.2, 0.15, 24)}},
        "devices": {
            "hybrid-collector": {
                "kind": "converter",
                "outputs": {"heat": 0.6, "electricity": 0.2},
                "availability": [max(0.0, value) for value in wave(0, 0.8, 24)],
                "max_size": 150,
                "investment": 300,
            },
            "heater": {
                "kind": "converter",
                "inputs": {"electricity": 1},
                "outputs": {"heat": 0.99},
                "investment": 50,
            },
            "tank": {"kind": "store", "carrier": "heat", "investment": 1, "hours": 3, **figures},
        },
    }


@pytest.mark.parametrize(
    "figures",
    [
        {"charging": "separate", "power_investment": 20, "unit_size": 60, "max_size": 600},
        {"power": "together", "loss": 0.02, "standing_loss": 0.003, "start_level": 0.5},
        {"start_level": 0.8, "cyclic": False, "loss": 0.05, "size": 400, "investment_fixed": 900},
        {"existing": 300, "existing_power": 4, "investment_fixed": 900, "power_investment": 20}
        | {"age_years": 10, "max_size": 900},
    ],
    ids=", ".join,
)
def test_every_kind_of_store_costs_in_pypsa_what_it_costs_here(figures: dict[str, Any]) -> None:
    island, plan = searched(with_stores(**figures))
    assert {device["name"] for device in plan["devices"]} == {"hybrid-collector", "heater", "tank"}
    cost = cost_in_pypsa(network_of(island, plan, on_off=False))
    assert cost == pytest.approx(plan["cost_per_year"], rel=1e-6)


def test_a_network_has_the_plans_sizes_and_the_graphs_names() -> None:
    island, plan = searched(load_sample("tiny"))
    network = network_of(island, plan, on_off=False)
    sizes = {device["name"]: device["size"] for device in plan["devices"]}
    assert network.stores.e_nom_opt["storage:battery"] == sizes["battery"]
    assert network.generators.p_nom_opt["device:rooftop-pv"] == sizes["rooftop-pv"]
    drawn = {node["id"] for node in plan["graph"]["nodes"]} - {"supply:sun"}
    named = {*network.buses.index, *network.links.index, *network.generators.index}
    assert drawn <= named | set(network.loads.index)


def test_a_written_network_is_read_by_pypsa_as_it_was(tmp_path: Path) -> None:
    island, plan = searched(with_stores())
    write_network(island, plan, tmp_path / "plan.nc", on_off=False)
    assert [file.name for file in tmp_path.iterdir()] == ["plan.nc"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        network = pypsa.Network(tmp_path / "plan.nc")
    assert cost_in_pypsa(network) == pytest.approx(plan["cost_per_year"], rel=1e-6)


def test_what_pypsa_can_not_say_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    island, plan = searched(with_stores())
    with pytest.raises(NotExpressible, match="typical days"):
        network_of(island, {**plan, "basis": "typical days"}, on_off=False)
    island, plan = searched(with_stores(charging="exclusive"))
    with pytest.raises(NotExpressible, match="tank never charges and discharges"):
        network_of(island, plan, on_off=False)
    assert list(tmp_path.iterdir()) == []


def test_a_smallest_load_that_holds_is_refused(tmp_path: Path) -> None:
    asked: dict[str, Any] = {
        "demands": {"electricity": 900},
        "supplies": {"gas": {"price": 0.05}},
        "exports": {"heat": {"price": 0.01}},
        "devices": {"gas-engine-chp": {}},
    }
    island, plan = searched(asked)
    cost = cost_in_pypsa(network_of(island, plan, on_off=False))
    assert cost == pytest.approx(plan["cost_per_year"], rel=1e-6)
    with pytest.raises(NotExpressible, match="minimum load of gas-engine-chp"):
        write_network(island, plan, tmp_path / "plan.nc", on_off=True)
    asked["devices"]["gas-engine-chp"] = {"min_load": 0.3}
    island, plan = searched(asked)
    with pytest.raises(NotExpressible, match="minimum load of gas-engine-chp"):
        write_network(island, plan, tmp_path / "plan.nc", on_off=False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("price", "net_metering", "says"),
    [
        (0.06, None, "that meters[.]grid never buys and sells in one step"),
        (0.04, "year", "the net metering of meters[.]grid"),
    ],
)
def test_a_meter_is_refused_only_where_it_keeps_a_plan_from_something(
    price: float, net_metering: str | None, says: str
) -> None:
    asked: dict[str, Any] = {
        "demands": {"electricity": 20},
        "supplies": {"electricity": {"price": 0.05, "peak_price": 10}},
        "exports": {"electricity": {"price": 0.04}},
        "meters": {"grid": {"supplies": ["electricity"], "exports": ["electricity"]}},
        "devices": {
            "pv": {
                "kind": "converter",
                "outputs": {"electricity": 1},
                "availability": [max(0.0, value) for value in wave(0, 0.8, 24)],
                "size": 60,
            }
        },
    }
    island, plan = searched(asked)
    assert plan["exports"]
    cost = cost_in_pypsa(network_of(island, plan, on_off=False))
    assert cost == pytest.approx(plan["cost_per_year"], rel=1e-6)
    asked["exports"]["electricity"]["price"] = price
    asked["meters"]["grid"]["net_metering"] = net_metering
    island, plan = searched(asked)
    with pytest.raises(NotExpressible, match=says):
        network_of(island, plan, on_off=False)

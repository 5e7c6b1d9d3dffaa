"""The graph and the dispatch: nothing is lost or made at a carrier, in the year and in the hour."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from algorithm import CATALOGUE
from tests.algorithm.conftest import Search
from tests.algorithm.islands import best_plan


@pytest.fixture(scope="session")
def plan(campus: Search) -> dict[str, Any]:
    found: dict[str, Any] = campus.result["plans"][0]
    return found


@pytest.fixture(scope="session")
def graph(plan: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = plan["graph"]
    return found


@pytest.fixture(scope="module")
def places() -> dict[str, Any]:
    """The plan of two places with a link between them, two grids, and demands of one carrier."""
    return best_plan(
        {
            "demands": {
                "homes": {"carrier": "heat@north", "power": 30.0},
                "pool": {"carrier": "heat@north", "power": 10.0, "unserved_price": 0.01},
                "school": {"carrier": "heat@south", "power": [20.0, 40.0]},
            },
            "supplies": {
                "by day": {"carrier": "electricity@south", "price": [9.0, 0.2], "limit": 70.0},
                "by night": {"carrier": "electricity@south", "price": [0.1, 9.0], "limit": 70.0},
            },
            "devices": {
                "heater": {
                    "kind": "converter",
                    "place": "south",
                    "label": "Heating rod",
                    "like": "electric-boiler",
                },
                "main": {
                    "kind": "link",
                    "source": "heat@south",
                    "target": "heat@north",
                    "loss": 0.1,
                },
            },
        }
    )


def check_balance(plan: dict[str, Any]) -> None:
    """Check every carrier over the year to 1e-6, and in every step to the dispatch's digits."""
    links, flows = plan["graph"]["links"], plan["dispatch"]["flows"]
    carriers = [node["id"] for node in plan["graph"]["nodes"] if node["kind"] == "carrier"]
    assert carriers
    for carrier in carriers:
        inflow = sum(link["kwh"] for link in links if link["target"] == carrier)
        outflow = sum(link["kwh"] for link in links if link["source"] == carrier)
        assert inflow > 0
        assert outflow == pytest.approx(inflow, rel=1e-6)
        into = sum(np.array(flow["kw"]) for flow in flows if flow["target"] == carrier)
        out = sum(np.array(flow["kw"]) for flow in flows if flow["source"] == carrier)
        assert np.abs(into - out).max() <= 1e-3 * np.max(into)


def test_every_carrier_balances_over_the_year_and_in_every_step(
    plan: dict[str, Any], places: dict[str, Any]
) -> None:
    check_balance(plan)
    check_balance(places)


def test_links_are_the_years_sum_of_the_dispatch(plan: dict[str, Any]) -> None:
    dispatch = plan["dispatch"]
    weights = np.repeat([day["days_per_year"] for day in dispatch["days"]], 24)
    assert weights.sum() == pytest.approx(8760)
    hourly = {(flow["source"], flow["target"]): np.array(flow["kw"]) for flow in dispatch["flows"]}
    for link in plan["graph"]["links"]:
        series = hourly[link["source"], link["target"]]
        rounding = series.max() * 1e-4 * 8760
        assert abs(float(weights @ series) - link["kwh"]) <= rounding


def test_demands_are_met_in_full(graph: dict[str, Any]) -> None:
    demands = {n["id"] for n in graph["nodes"] if n["kind"] == "demand"}
    assert demands == {f"demand:{c}" for c in ("electricity", "heat", "cooling", "hydrogen")}
    assert "supply:unserved" not in {node["id"] for node in graph["nodes"]}


def test_links_join_nodes_of_the_graph_and_every_node_has_one(graph: dict[str, Any]) -> None:
    nodes = {node["id"] for node in graph["nodes"]}
    ends = {end for link in graph["links"] for end in (link["source"], link["target"])}
    assert nodes == ends
    assert len(nodes) == len(graph["nodes"])


def test_devices_carry_their_catalogue_name_and_the_plans_size(
    graph: dict[str, Any], plan: dict[str, Any]
) -> None:
    sizes = {device["name"]: device["size"] for device in plan["devices"]}
    drawn = [node for node in graph["nodes"] if node["kind"] in ("device", "storage")]
    assert drawn
    for node in drawn:
        assert node["like"] in CATALOGUE
        assert node["size"] == sizes[node["device"]]
        assert node["id"] == f"{node['kind']}:{node['device']}"
        assert (node["kind"] == "storage") == (CATALOGUE[node["like"]].kind == "store")


def test_a_store_has_a_link_in_and_a_link_out(graph: dict[str, Any]) -> None:
    stores = [node["id"] for node in graph["nodes"] if node["kind"] == "storage"]
    assert stores
    for store in stores:
        assert [link["source"] for link in graph["links"] if link["target"] == store] != []
        assert [link["target"] for link in graph["links"] if link["source"] == store] != []


def test_the_sun_is_a_supply_that_gives_what_its_devices_put_out(graph: dict[str, Any]) -> None:
    (sun,) = [node for node in graph["nodes"] if node["id"] == "supply:sun"]
    assert (sun["kind"], sun["label"], sun["carrier"]) == ("supply", "Sun", "sun")
    for link in [link for link in graph["links"] if link["source"] == "supply:sun"]:
        out = sum(other["kwh"] for other in graph["links"] if other["source"] == link["target"])
        assert link["kwh"] == pytest.approx(out)


def test_supplies_and_demands_go_by_their_names_and_say_their_carrier(
    places: dict[str, Any],
) -> None:
    nodes = {node["id"]: node for node in places["graph"]["nodes"]}
    assert nodes["supply:by day"] == {
        "id": "supply:by day",
        "kind": "supply",
        "label": "By day",
        "carrier": "electricity@south",
    }
    assert nodes["carrier:heat@north"]["label"] == "Heat (north)"
    assert nodes["demand:homes"]["carrier"] == "heat@north"
    into = {link["source"] for link in places["graph"]["links"] if "south" in link["target"]}
    assert {"supply:by day", "supply:by night"} <= into


def test_what_is_not_served_is_a_supply_of_its_own(places: dict[str, Any]) -> None:
    links = {(link["source"], link["target"]): link["kwh"] for link in places["graph"]["links"]}
    assert links["supply:unserved", "carrier:heat@north"] == pytest.approx(10 * 8760)
    assert links["carrier:heat@north", "demand:pool"] == pytest.approx(10 * 8760)


def test_a_link_between_places_is_a_device_from_one_carrier_to_another(
    places: dict[str, Any],
) -> None:
    nodes = {node["id"]: node for node in places["graph"]["nodes"]}
    assert nodes["device:main"]["kind"] == "device"
    assert nodes["device:main"]["carrier"] == "heat@north"
    assert nodes["device:heater"]["label"] == "Heating rod"
    assert nodes["device:heater"]["like"] == "electric-boiler"
    links = {(link["source"], link["target"]): link["kwh"] for link in places["graph"]["links"]}
    entered = links["carrier:heat@south", "device:main"]
    assert links["device:main", "carrier:heat@north"] == pytest.approx(0.9 * entered)

"""The graph and the dispatch: nothing is lost or made at a carrier, in the year and in the hour."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from algorithm import CATALOGUE
from tests.algorithm.conftest import Search


@pytest.fixture(scope="session")
def plan(campus: Search) -> dict[str, Any]:
    found: dict[str, Any] = campus.result["plans"][0]
    return found


@pytest.fixture(scope="session")
def graph(plan: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = plan["graph"]
    return found


def test_every_carrier_balances_over_the_year(graph: dict[str, Any]) -> None:
    carriers = [node["id"] for node in graph["nodes"] if node["kind"] == "carrier"]
    assert {"carrier:electricity", "carrier:heat", "carrier:cooling", "carrier:gas"} <= set(
        carriers
    )
    for carrier in carriers:
        inflow = sum(link["kwh"] for link in graph["links"] if link["target"] == carrier)
        outflow = sum(link["kwh"] for link in graph["links"] if link["source"] == carrier)
        assert inflow > 0
        assert outflow == pytest.approx(inflow, rel=1e-6)


def test_every_carrier_balances_in_every_hour(plan: dict[str, Any]) -> None:
    """To the five digits that the dispatch states."""
    flows = plan["dispatch"]["flows"]
    for carrier in ("electricity", "heat", "cooling", "gas", "hydrogen"):
        node = f"carrier:{carrier}"
        into = sum(np.array(flow["kw"]) for flow in flows if flow["target"] == node)
        out = sum(np.array(flow["kw"]) for flow in flows if flow["source"] == node)
        assert np.abs(into - out).max() <= 1e-3 * np.max(into)


def test_links_are_the_years_sum_of_the_dispatch(plan: dict[str, Any]) -> None:
    dispatch = plan["dispatch"]
    weights = np.array([day["days_per_year"] for day in dispatch["days"]])
    assert weights.sum() == pytest.approx(365)
    hourly = {(flow["source"], flow["target"]): np.array(flow["kw"]) for flow in dispatch["flows"]}
    for link in plan["graph"]["links"]:
        series = hourly[link["source"], link["target"]]
        total = float(weights @ series.sum(axis=1))
        rounding = series.max() * 1e-4 * 8760
        assert abs(total - link["kwh"]) <= rounding


def test_demands_are_met_in_full(graph: dict[str, Any], plan: dict[str, Any]) -> None:
    demands = {n["id"] for n in graph["nodes"] if n["kind"] == "demand"}
    assert demands == {f"demand:{c}" for c in ("electricity", "heat", "cooling", "hydrogen")}


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
        assert node["device"] in CATALOGUE
        assert node["size"] == sizes[node["device"]]
        assert node["id"] == f"{node['kind']}:{node['device']}"
        assert (node["kind"] == "storage") == (CATALOGUE[node["device"]].kind == "store")


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

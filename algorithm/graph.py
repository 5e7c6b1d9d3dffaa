"""A plan's energy flows over a year as nodes and links, to be drawn.

Called by `plan`. At every carrier, inflow equals outflow to 1e-6 of it, or this raises.
"""

from collections.abc import Mapping
from typing import Any

from algorithm.catalogue import CATALOGUE
from algorithm.island import Island
from algorithm.operation import BALANCE_TOLERANCE, Operation, Unbalanced

# A link is left out below this share of the largest one that its carrier, or the site, has.
NEGLIGIBLE_OF_CARRIER = 1e-9
NEGLIGIBLE_OF_SITE = 1e-11


def graph_of(island: Island, operation: Operation) -> dict[str, Any]:
    """Return {"nodes", "links"}: links in kWh a year, nodes only where something flows."""
    yearly = [(flow, float(flow.power @ island.steps.weights)) for flow in operation.flows]
    site = max((kwh for _, kwh in yearly), default=0.0)
    largest: dict[str, float] = {}
    for flow, kwh in yearly:
        largest[flow.carrier] = max(largest.get(flow.carrier, 0.0), kwh)
    links: list[dict[str, Any]] = [
        {"source": flow.source, "target": flow.target, "carrier": flow.carrier, "kwh": kwh}
        for flow, kwh in yearly
        if kwh > max(NEGLIGIBLE_OF_CARRIER * largest[flow.carrier], NEGLIGIBLE_OF_SITE * site)
    ]
    _check_balance(links)
    nodes = dict.fromkeys(end for link in links for end in (link["source"], link["target"]))
    return {"nodes": [_node(node, island, operation) for node in nodes], "links": links}


def _node(identity: str, island: Island, operation: Operation) -> dict[str, Any]:
    kind, name = identity.split(":", 1)
    if kind not in ("device", "storage"):
        return {"id": identity, "kind": kind, "label": _titled(name), "carrier": name}
    device: Mapping[str, Any] = {
        "id": identity,
        "kind": kind,
        "label": CATALOGUE[name].label,
        "device": name,
        "size": round(operation.sizes[name], 3),
    }
    if kind == "storage":
        store = island.storages[name].figures
        return {**device, "carrier": store.carrier, "unit": store.unit}
    conversion = island.conversions[name]
    return {**device, "carrier": conversion.carrier, "unit": conversion.figures.unit}


def _titled(name: str) -> str:
    return name[:1].upper() + name[1:]


def _check_balance(links: list[dict[str, Any]]) -> None:
    ends = {end for link in links for end in (link["source"], link["target"])}
    for node in ends:
        if node.startswith("carrier:"):
            inflow = sum(link["kwh"] for link in links if link["target"] == node)
            outflow = sum(link["kwh"] for link in links if link["source"] == node)
            if abs(inflow - outflow) > BALANCE_TOLERANCE * inflow:
                raise Unbalanced(f"{node}: {inflow:g} kWh in, {outflow:g} kWh out")

"""A plan's energy flows over a year as nodes and links, to be drawn.

At every carrier, inflow equals outflow to 1e-6 of it; otherwise Unbalanced is raised.
"""

import math
from collections.abc import Mapping
from typing import Any

from algorithm.identifiers import carrier_and_place, node_of
from algorithm.island.island import Island
from algorithm.messages import Figure, Message
from algorithm.plan.dispatch import BALANCE_TOLERANCE, Operation, Unbalanced

# A link is left out below this share of the largest link of its carrier, or of the site.
NEGLIGIBLE_OF_CARRIER = 1e-9
NEGLIGIBLE_OF_SITE = 1e-11
# Smaller values are rounded to 0.
TINIEST = 1e-6


def graph_of(island: Island, operation: Operation) -> dict[str, Any]:
    """Return {"nodes", "links"}: links in kWh a year, and the nodes that have links."""
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
    carriers = {link[end]: link["carrier"] for link in links for end in ("source", "target")}
    return {
        "nodes": [_node(node, carrier, island, operation) for node, carrier in carriers.items()],
        "links": links,
    }


def _node(identity: str, carrier: str, island: Island, operation: Operation) -> dict[str, Any]:
    """Return a node. carrier: that of one of its links."""
    kind, name = node_of(identity)
    device = island.devices.get(name)
    if device is None or kind != device.node_kind:
        return {"id": identity, "kind": kind, "label": name_as_label(name), "carrier": carrier}
    node: Mapping[str, Any] = {
        "id": identity,
        "kind": kind,
        "label": device.label,
        "device": name,
        "like": device.kind,
        "carrier": device.carrier,
        "size": rounded(operation.sizes[name]),
        "unit": device.figures.unit,
    }
    return {**node}


def rounded(value: float) -> float:
    """Return a value rounded to three decimals; a small one to three significant digits."""
    if not TINIEST <= abs(value) < 0.1:
        return round(value, 3)
    return round(value, 2 - math.floor(math.log10(abs(value))))


def name_as_label(name: str) -> str:
    """Return a name as a label: 'heat@north' is 'Heat (north)'."""
    what, place = carrier_and_place(name)
    title = f"{what[:1].upper()}{what[1:]}"
    return Message("%(name)s (%(place)s)", name=title, place=place) if place else title


def _check_balance(links: list[dict[str, Any]]) -> None:
    ends = {end for link in links for end in (link["source"], link["target"])}
    for node in ends:
        kind, name = node_of(node)
        if kind == "carrier":
            inflow = sum(link["kwh"] for link in links if link["target"] == node)
            outflow = sum(link["kwh"] for link in links if link["source"] == node)
            if abs(inflow - outflow) > BALANCE_TOLERANCE * inflow:
                raise Unbalanced(
                    Message(
                        "In the solver's plan, %(inflow)s kWh of %(carrier)s come in over a year, "
                        "and %(outflow)s kWh go out.",
                        carrier=name,
                        inflow=Figure(inflow, "g"),
                        outflow=Figure(outflow, "g"),
                    )
                )

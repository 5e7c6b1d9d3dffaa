"""A synthetic plan of any size, in place of a stored one: its graph, and a year's dispatch."""

from __future__ import annotations

import math
from typing import Any

HOURS = 8760


def graph(nodes: int) -> dict[str, Any]:
    """Like those that searches find: suppliers, carriers, devices of one or two inputs, demands.

    A fifth are carriers, a tenth each supplies and demands, the others devices; of two nodes, the
    one supplies the other.
    """
    carriers = [f"carrier:{number}" for number in range(max(1, nodes // 5))]
    ends = [f"supply:{number}" for number in range(max(1, nodes // 10))]
    wants = [f"demand:{number}" for number in range(nodes // 10)]
    devices = [f"device:{n}" for n in range(nodes - len(carriers) - len(ends) - len(wants))]
    links = [_link(end, carriers[place % len(carriers[:3])]) for place, end in enumerate(ends)]
    for place, device in enumerate(devices):
        level = place % (len(carriers) - 1)
        links.append(_link(carriers[level], device))
        links.append(_link(device, carriers[min(level + 1 + place % 2, len(carriers) - 1)]))
    links += [_link(carriers[-1 - place % 4], want) for place, want in enumerate(wants)]
    kinds = {"carrier": carriers, "supply": ends, "device": devices, "demand": wants}
    found = [_node(kind, identity) for kind, ids in kinds.items() for identity in ids]
    return {"nodes": found, "links": links}


def _node(kind: str, identity: str) -> dict[str, Any]:
    name = identity.replace(":", " ").capitalize()
    sized = {"size": 1000.0, "unit": "kW"} if kind == "device" else {"carrier": "heat"}
    return {"id": identity, "kind": kind, "label": name, **sized}


def _link(source: str, target: str) -> dict[str, Any]:
    carrier = ["electricity", "heat", "cooling", "gas"][len(source + target) % 4]
    return {"source": source, "target": target, "carrier": carrier, "kwh": 1e6 + len(target) * 1e5}


def dispatch(series: int, hours: int = HOURS) -> dict[str, Any]:
    """An hourly dispatch of so many series, which alternately feed one carrier and take from it."""
    flows = [
        {
            "source": "carrier:0" if number % 2 else f"device:{number}",
            "target": f"device:{number}" if number % 2 else "carrier:0",
            "carrier": "heat",
            "kw": [round(100 + 50 * math.sin(hour / (3 + number)), 1) for hour in range(hours)],
        }
        for number in range(series)
    ]
    return {"step_hours": 1.0, "start": "2023-01-01", "days": None, "flows": flows, "levels": []}


def result(stored: dict[str, Any], drawn: dict[str, Any], *dispatch_urls: str) -> dict[str, Any]:
    """A stored result with another graph, and a plan for each of the dispatch addresses."""
    plan = {**stored["plans"][0], "graph": drawn}
    others = [{**plan, "dispatch_url": url} for url in dispatch_urls]
    return {**stored, "plans": others or [plan]}

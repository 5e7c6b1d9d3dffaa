"""Stores that charge and discharge in one step: what they lose by it is wanted to be lost.

Used by `stage_solver`. It pays where energy is a burden, such as the heat of a CHP that earns by
power.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from algorithm.identifiers import node_of
from algorithm.island.island import Island
from algorithm.messages import Figure, Message
from algorithm.series import Floats

# The part of a store's throughput below which it is the solver's rounding.
NOTHING = 1e-3


def burned(island: Island, plan: Mapping[str, Any]) -> dict[str, Floats]:
    """Return the kW (T,) that each store loses in steps in which it charges and discharges, beyond
    what it would lose if it did either; only of those that lose any.

    island: at the steps of the plan's dispatch.
    """
    into: dict[str, Floats] = {}
    out: dict[str, Floats] = {}
    for flow in plan["dispatch"]["flows"]:
        for ends, end in ((into, flow["target"]), (out, flow["source"])):
            kind, name = node_of(end)
            if kind == "storage":
                ends[name] = np.array(flow["kw"])
    lost = {}
    for name in sorted(into.keys() & out.keys()):
        efficiency = island.devices[name].round_trip
        both = np.minimum(into[name] * efficiency, out[name])
        if both.sum() > NOTHING * out[name].sum():
            lost[name] = both * (1 / efficiency - 1)
    return lost


def burning_warning(name: str, kwh: float, saved: float | None, currency: str) -> Mapping[str, Any]:
    """Return the warning of a store that gains by losing energy.

    kwh: that it loses so a year. saved: currency a year at the most, by all stores together, or
    None.
    """
    values = {"store": name, "kwh": round(kwh, 3), "saved": saved}
    if saved is None:
        text = Message(
            "%(store)s charges and discharges in one step to lose energy, %(kwh)s kWh a year; "
            "`charging`: exclusive forbids it.",
            store=name,
            kwh=Figure(kwh, ",.0f"),
        )
        return {"id": "store-burns", "values": values, "text": text}
    text = Message(
        "%(store)s charges and discharges in one step to lose energy, %(kwh)s kWh a year, and that "
        "saves up to %(saved)s %(currency)s a year; `charging`: exclusive forbids it.",
        store=name,
        kwh=Figure(kwh, ",.0f"),
        saved=Figure(saved, ",.0f"),
        currency=currency,
    )
    return {"id": "store-burns", "values": values, "text": text}

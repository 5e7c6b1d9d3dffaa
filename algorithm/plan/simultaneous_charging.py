"""Detects stores that charge and discharge in one step, which wastes energy.

This can pay where surplus energy has to be got rid of, such as the heat of a CHP that earns by its
electricity.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from algorithm.identifiers import node_of
from algorithm.island.island import Island
from algorithm.messages import Figure, Message
from algorithm.series import Floats

# Below this share of a store's throughput it is the solver's rounding error.
NOTHING = 1e-3


def burned(island: Island, plan: Mapping[str, Any]) -> dict[str, Floats]:
    """Return the power (T,) that each store wastes by charging and discharging at once, kW, beyond
    the loss of doing only one; only stores that waste any.

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
    """Return the warning about a store that wastes energy because that pays.

    kwh: the energy wasted a year. saved: the most that all stores together save by this, currency a
    year; None if unknown.
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

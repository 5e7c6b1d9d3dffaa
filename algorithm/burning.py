"""Stores that charge and discharge in one step: what they lose by it is wanted to be lost.

Used by `solving`. It pays where energy is a burden, such as the heat of a CHP that earns by power.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from algorithm.phrase import phrase
from algorithm.series import Floats

STORAGE = "storage:"
# The part of a store's throughput below which it is the solver's rounding.
NOTHING = 1e-3


def burned(plan: Mapping[str, Any], weights: Floats) -> dict[str, float]:
    """Return the kWh a year that go into and out of each store in one step, where any do.

    weights: (T,) the hours a year that each step of the plan's dispatch stands for.
    """
    into: dict[str, Floats] = {}
    out: dict[str, Floats] = {}
    for flow in plan["dispatch"]["flows"]:
        for ends, end in ((into, flow["target"]), (out, flow["source"])):
            if end.startswith(STORAGE):
                ends[end.removeprefix(STORAGE)] = np.array(flow["kw"])
    both = {n: float(np.minimum(into[n], out[n]) @ weights) for n in into.keys() & out.keys()}
    return {n: both[n] for n in sorted(both) if both[n] > NOTHING * float(out[n] @ weights)}


def burning_warning(
    name: str, kwh: float, cost: float, other: Mapping[str, Any] | None, currency: str
) -> Mapping[str, Any]:
    """Return the warning of a store that gains by it.

    kwh: a year, in and out at once. cost: of the plan; other: one in which no store does so, if
    there is one.
    """
    if other is None:
        text = phrase(
            "%(store)s charges and discharges in one step to lose energy, %(kwh)s kWh a year. "
            "Without that no plan was found; `charging`: exclusive forbids it.",
            store=name,
            kwh=f"{kwh:,.0f}",
        )
        return {"id": "store-burns", "values": {"store": name, "kwh": kwh}, "text": text}
    saved = float(other["cost_per_year"]) - cost
    text = phrase(
        "%(store)s charges and discharges in one step to lose energy, %(kwh)s kWh a year, and that "
        "saves up to %(saved)s %(currency)s a year; `charging`: exclusive forbids it.",
        store=name,
        kwh=f"{kwh:,.0f}",
        saved=f"{saved:,.0f}",
        currency=currency,
    )
    values = {"store": name, "kwh": kwh, "saved": saved}
    return {"id": "store-burns", "values": values, "text": text}

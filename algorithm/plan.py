"""A solution of the model as a plan that people read: costs, CO2, devices, dispatch, graph.

Called by `search` for every better solution.
"""

from datetime import date, timedelta
from typing import Any

import numpy as np

from algorithm.catalogue import CATALOGUE, Store
from algorithm.graph import graph_of
from algorithm.island import Island
from algorithm.model import Model, annuity
from algorithm.operation import Operation, operation_of
from algorithm.series import HOURS_A_DAY, HOURS_A_YEAR, Floats

# A size this close to its largest is at its limit, and a larger one might be better.
AT_LIMIT = 0.999


def plan_of(model: Model, solution: Floats) -> dict[str, Any]:
    """Return the plan as JSON-able values: EUR, kg CO2, kWh, kW.

    Raises Unbalanced if it makes or loses energy.
    """
    island = model.island
    operation = operation_of(model, solution)
    devices = [_device(name, island, operation) for name in operation.sizes]
    co2 = sum(
        float((power * island.supplies[carrier].co2) @ island.steps.weights)
        for carrier, power in operation.supplies.items()
    )
    costs = {
        "investment": sum(device["annuity"] for device in devices),
        "maintenance": sum(device["cost_per_year"] - device["annuity"] for device in devices),
        **_costs_of_trade(island, operation),
        "co2": co2 * island.co2_price,
    }
    return {
        "cost_per_year": sum(costs.values()) - 2 * costs["export_revenue"],
        "co2_kg_per_year": co2,
        "basis": "whole horizon" if island.steps.whole else "typical days",
        "costs": costs,
        "investment": sum(device["investment"] for device in devices),
        "devices": devices,
        "supplies": [
            {"carrier": carrier, "kwh_per_year": kwh, "peak_kw": _rounded(float(power.max()))}
            for carrier, power in operation.supplies.items()
            if (kwh := _rounded(float(power @ island.steps.weights))) > 0
        ],
        "graph": graph_of(island, operation),
        "dispatch": _dispatch(island, operation),
    }


def _costs_of_trade(island: Island, operation: Operation) -> dict[str, float]:
    def sum_of_prices(trades: str) -> float:
        return sum(
            float((power * getattr(island, trades)[carrier].price) @ island.steps.weights)
            for carrier, power in getattr(operation, trades).items()
        )

    peaks = (
        island.supplies[carrier].peak_price * float(power.max())
        for carrier, power in operation.supplies.items()
    )
    return {
        "energy": sum_of_prices("supplies"),
        "peak": sum(peaks),
        "export_revenue": sum_of_prices("exports"),
    }


def _device(name: str, island: Island, operation: Operation) -> dict[str, Any]:
    """Return an installed device: what it costs once and a year, and what it puts out."""
    device = island.conversions.get(name) or island.storages[name]
    figures, size, weights = device.figures, operation.sizes[name], island.steps.weights
    entry: dict[str, Any] = {
        "name": name,
        "label": CATALOGUE[name].label,
        "kind": figures.kind,
        "size": _rounded(size),
        "unit": figures.unit,
    }
    investment = figures.investment * size + figures.investment_fixed
    yearly = investment * annuity(island.interest_rate, figures.life)
    upkeep = investment * figures.maintenance / 100
    if isinstance(figures, Store):
        entry["power_kw"] = _rounded(operation.powers[name])
        converter = figures.power_investment * operation.powers[name]
        investment += converter
        yearly += converter * annuity(island.interest_rate, figures.power_life)
        upkeep += converter * figures.power_maintenance / 100
    else:
        upkeep += figures.operation * float(operation.activities[name] @ weights)
    node = f"{'storage' if isinstance(figures, Store) else 'device'}:{name}"
    out = sum(
        float(flow.power @ weights)
        for flow in operation.flows
        if flow.source == node and flow.carrier == _carrier(name, island)
    )
    return {
        **entry,
        "investment": investment,
        "annuity": yearly,
        "cost_per_year": yearly + upkeep,
        "kwh_per_year": _rounded(out),
        "at_limit": bool(size >= AT_LIMIT * device.max_size),
    }


def _carrier(name: str, island: Island) -> str:
    """Return what a device is for."""
    if name in island.conversions:
        return island.conversions[name].carrier
    return island.storages[name].figures.carrier


def _dispatch(island: Island, operation: Operation) -> dict[str, Any]:
    """Return every flow by hour of each modelled day, kW, and the stores' levels, kWh."""
    days, steps = island.steps.days, island.steps
    return {
        "days": [
            {"day": int(day), "date": _date(day, steps.horizon), "days_per_year": _rounded(weight)}
            for day, weight in zip(days, steps.days_a_year, strict=True)
        ],
        "flows": [
            {
                "source": flow.source,
                "target": flow.target,
                "carrier": flow.carrier,
                "kw": _by_day(flow.power),
            }
            for flow in operation.flows
        ],
        "levels": [
            {"storage": name, "carrier": _carrier(name, island), "kwh": _by_day(level)}
            for name, level in operation.levels.items()
        ],
    }


def _by_day(values: Floats) -> list[list[float]]:
    """Return five significant digits of the largest value: more than a meter shows."""
    largest = float(np.abs(values).max())
    decimals = 4 - int(np.floor(np.log10(largest))) if largest > 0 else 0
    rounded: list[list[float]] = np.round(values, decimals).reshape(-1, HOURS_A_DAY).tolist()
    return rounded


def _date(day: int, horizon: int) -> str | None:
    """Return month and day where the horizon is a common year that begins on 1 January."""
    if horizon != HOURS_A_YEAR:
        return None
    return (date(2023, 1, 1) + timedelta(days=int(day))).strftime("%m-%d")


def _rounded(value: float) -> float:
    return round(value, 3)

"""A solution of the model as a plan that people read: costs, CO2, devices, dispatch, graph.

Called by `stage_solver` for every better solution.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

import numpy as np

from algorithm.components.figures import Installable, Store
from algorithm.island.island import Island, Trade
from algorithm.messages import phrase
from algorithm.model.annuity import annuity, peak_price_of_period
from algorithm.model.build import UNSERVED_CO2, Model
from algorithm.plan.dispatch import Operation, Unbalanced, operation_of
from algorithm.plan.graph import graph_of, main_carrier
from algorithm.plan.graph import rounded as _rounded
from algorithm.series import HOURS_A_DAY, HOURS_A_YEAR, KG_A_TONNE, Floats
from algorithm.timesteps import Steps

# What is used this closely up to its limit is held back by it.
AT_LIMIT = 0.999
# How far a plan's cost may be from what the model minimised, relative to the largest of its costs.
OBJECTIVE_TOLERANCE = 1e-6


def plan_of(model: Model, solution: Floats) -> dict[str, Any]:
    """Return the plan as JSON-able values: the requirement's currency, kg CO2, kWh, kW.

    Raises Unbalanced if it makes or loses energy, or costs anything else than the model says.
    """
    island, operation = model.island, operation_of(model, solution)
    steps = island.steps
    devices = [_device(name, island, operation) for name in operation.sizes]
    co2 = _co2(island.supplies, operation.supplies, steps.weights)
    co2 -= _co2(island.exports, operation.exports, steps.weights)
    investment = sum((device["investment"] for device in devices), 0.0)
    costs = _costs(island, operation, devices, co2)
    cost = sum(costs.values()) - 2 * costs["export_revenue"]
    unserved = sum(float(power @ steps.weights) for power in operation.unserved.values())
    emitted = co2 + UNSERVED_CO2 * unserved
    _check_objective(model, operation, cost if model.minimise == "cost" else emitted, costs)
    return {
        "cost_per_year": cost,
        "cost_of_horizon": cost * steps.horizon * steps.step_hours / HOURS_A_YEAR,
        "co2_kg_per_year": co2,
        "basis": "whole horizon" if steps.whole else "typical days",
        "costs": costs,
        "investment": investment,
        "devices": devices,
        "supplies": list(_supplies(island, operation)),
        "exports": list(_exports(island, operation)),
        "unserved": list(_unserved(island, operation)),
        "limits": list(_limits(island, operation, investment, co2)),
        "graph": graph_of(island, operation),
        "dispatch": _dispatch(island, operation),
    }


def _costs(
    island: Island, operation: Operation, devices: Sequence[Mapping[str, Any]], co2: float
) -> dict[str, float]:
    """Return what a year costs by what it is for; export_revenue is to be subtracted."""
    weights = island.steps.weights
    paid = {**operation.supplies, **operation.net_supplies}
    earning = {**operation.exports, **operation.net_exports}
    bought = (_value(island.supplies[n], power, weights) for n, power in paid.items())
    sold = (_value(island.exports[n], power, weights) for n, power in earning.items())
    unserved = (
        float(power @ weights) * (island.demands[name].unserved_price or 0.0)
        for name, power in operation.unserved.items()
    )
    return {
        "investment": sum((device["annuity"] for device in devices), 0.0),
        "maintenance": sum((device["maintenance"] for device in devices), 0.0),
        "operation": sum((device["operation"] for device in devices), 0.0),
        "energy": sum(bought, 0.0),
        "peak": sum((_peak_cost(island.supplies[n], p) for n, p in operation.peaks.items()), 0.0),
        "unserved": sum(unserved, 0.0),
        "co2": co2 * island.co2_price,
        "export_revenue": sum(sold, 0.0),
    }


def _check_objective(
    model: Model, operation: Operation, stated: float, costs: Mapping[str, float]
) -> None:
    scale = max(abs(stated), *(abs(cost) for cost in costs.values()))
    if abs(stated - operation.objective) > OBJECTIVE_TOLERANCE * scale:
        raise Unbalanced(
            phrase(
                "The solver's plan does not add up: its %(objective)s is %(stated)s a year, and "
                "%(model)s in the model.",
                objective=model.minimise,
                stated=f"{stated:g}",
                model=f"{operation.objective:g}",
            )
        )


def _value(trade: Trade, power: Floats, weights: Floats) -> float:
    return float((power * trade.price) @ weights)


def _co2(trades: Mapping[str, Trade], powers: Mapping[str, Floats], weights: Floats) -> float:
    return sum(float((power * trades[name].co2) @ weights) for name, power in powers.items())


def _peak_cost(trade: Trade, peaks: Floats) -> float:
    return peak_price_of_period(trade, len(peaks)) * float(peaks.sum()) if len(peaks) else 0.0


def _device(name: str, island: Island, operation: Operation) -> dict[str, Any]:
    """Return an installed device: what it costs once and a year, and what it puts out."""
    device, size = island.devices[name], operation.sizes[name]
    figures, weights = device.figures, island.steps.weights
    once, annual, upkeep = _investment(island, figures, size, operation.powers.get(name, 0.0))
    run = float((operation.throughputs[name] * device.operation) @ weights)
    output, rated = _output(name, island, operation), _rated(name, island, operation)
    entry: dict[str, Any] = {
        "name": name,
        "label": device.label,
        "kind": figures.kind,
        "like": device.kind,
        "carrier": main_carrier(island, name),
        "size": _rounded(size),
        "unit": figures.unit,
        "investment": once,
        "annuity": annual,
        "maintenance": upkeep,
        "operation": run,
        "cost_per_year": annual + upkeep + run,
        "kwh_per_year": _rounded(output),
        "full_load_hours": _rounded(output / rated) if rated > 0 else 0.0,
        "at_limit": bool(
            figures.size is None
            and np.isfinite(device.max_size)
            and size > figures.min_size / AT_LIMIT  # else it would rather be smaller
            and size >= AT_LIMIT * device.max_size
        ),
    }
    if name in operation.powers:
        entry["power_kw"] = _rounded(operation.powers[name])
    if name in operation.units:
        entry["units"] = operation.units[name]
    return entry


def _investment(
    island: Island, figures: Installable, size: float, power: float
) -> tuple[float, float, float]:
    """Return what is invested, and its annuity and maintenance a year."""
    once = figures.investment * size + figures.investment_fixed
    annual = once * annuity(island.interest_rate, figures.life)
    upkeep = once * figures.maintenance / 100
    if isinstance(figures, Store):
        of_power = figures.power_investment * power
        once += of_power
        annual += of_power * annuity(island.interest_rate, figures.power_life)
        upkeep += of_power * figures.power_maintenance / 100
    return once, annual, upkeep


def _output(name: str, island: Island, operation: Operation) -> float:
    """Return the kWh a year that a device gives of what it is for; a link, at either end."""
    node = f"storage:{name}" if name in island.storages else f"device:{name}"
    return sum(
        float(flow.power @ island.steps.weights)
        for flow in operation.flows
        if flow.source == node
        and (name in island.connections or flow.carrier == main_carrier(island, name))
    )


def _rated(name: str, island: Island, operation: Operation) -> float:
    """Return the kW that a device of its size can give at most of what it is for."""
    size = operation.sizes[name]
    if name in island.storages:
        return operation.powers[name]
    if name in island.connections:
        return size * float(island.connections[name].efficiency.max())
    conversion = island.conversions[name]
    most = conversion.flows[conversion.carrier].max()
    per_unit = 1.0 if conversion.figures.unit == "kW" else conversion.availability.max()
    return size * float(per_unit * most)


def _supplies(island: Island, operation: Operation) -> Iterator[dict[str, Any]]:
    """Yield what is bought; cost_per_year: of energy and peaks, without the price of CO2."""
    for name, power in operation.supplies.items():
        supply, weights = island.supplies[name], island.steps.weights
        net = operation.net_supplies.get(name)
        energy = _value(supply, power if net is None else net, weights)
        cost = energy + _peak_cost(supply, operation.peaks[name])
        co2 = _co2({name: supply}, {name: power}, weights)
        if power.any():
            yield {"name": name, **_trade(supply, power, net, weights, cost, co2)}


def _exports(island: Island, operation: Operation) -> Iterator[dict[str, Any]]:
    """Yield what is sold; its cost is negative, as it is paid for, and so is CO2 that it saves."""
    for name, power in operation.exports.items():
        export, weights = island.exports[name], island.steps.weights
        net = operation.net_exports.get(name)
        co2 = _co2({name: export}, {name: power}, weights)
        if power.any():
            cost = -_value(export, power if net is None else net, weights)
            yield {"name": name, **_trade(export, power, net, weights, cost, -co2)}


def _trade(
    trade: Trade, power: Floats, net: Floats | None, weights: Floats, cost: float, co2: float
) -> dict[str, Any]:
    """Return what flows and what it costs; net: what of it is paid for, with net metering."""
    entry = {
        "carrier": trade.carrier,
        "kwh_per_year": _rounded(float(power @ weights)),
        "peak_kw": _rounded(float(power.max())),
        "cost_per_year": cost,
        "co2_kg_per_year": co2,
    }
    if net is not None:
        entry["net_kwh_per_year"] = _rounded(float(net @ weights))
    return entry


def _unserved(island: Island, operation: Operation) -> Iterator[dict[str, Any]]:
    for name, power in operation.unserved.items():
        if power.any():
            yield {
                "demand": name,
                "kwh_per_year": _rounded(float(power @ island.steps.weights)),
                "peak_kw": _rounded(float(power.max())),
            }


def _limits(
    island: Island, operation: Operation, investment: float, co2: float
) -> Iterator[dict[str, Any]]:
    """Yield the requirement's limits that hold the plan back, in its units."""
    used = [
        ("co2_limit", co2 / KG_A_TONNE, island.co2_limit / KG_A_TONNE),
        ("budget", investment, island.budget),
    ]
    for area, available in island.areas.items():
        taken = (
            size * island.devices[name].figures.area.get(area, 0.0)
            for name, size in operation.sizes.items()
        )
        used.append((f"areas.{area}", sum(taken), available))
    for field, trades, powers in (
        ("supplies", island.supplies, operation.supplies),
        ("exports", island.exports, operation.exports),
    ):
        for name, power in powers.items():
            limit = trades[name].limit
            tightest = int(np.argmax(power / np.where(limit > 0, limit, np.inf)))
            used.append((f"{field}.{name}.limit", float(power[tightest]), float(limit[tightest])))
    for field, amount, most in used:
        if np.isfinite(most) and amount > 0 and amount >= AT_LIMIT * most:
            yield {"field": field, "used": _rounded(amount), "limit": most}


def _dispatch(island: Island, operation: Operation) -> dict[str, Any]:
    """Return every flow by modelled step, kW, and the stores' levels at each step's end, kWh."""
    return {
        "step_hours": island.steps.step_hours,
        "start": island.steps.start.isoformat(),
        "days": None if island.steps.whole else _days(island.steps),
        "flows": [
            {
                "source": flow.source,
                "target": flow.target,
                "carrier": flow.carrier,
                "kw": _five_digits(flow.power),
            }
            for flow in operation.flows
        ],
        "levels": [
            {"storage": name, "carrier": main_carrier(island, name), "kwh": _five_digits(level)}
            for name, level in operation.levels.items()
        ],
    }


def _days(steps: Steps) -> list[dict[str, Any]]:
    """Return the typical days: which of the horizon each is, and the days a year it stands for."""
    days = steps.positions[:: steps.a_day] // steps.a_day
    counts = steps.weights.reshape(-1, steps.a_day).sum(axis=1) / HOURS_A_DAY
    return [
        {
            "day": int(day),
            "date": (steps.start + timedelta(days=int(day))).isoformat(),
            "days_per_year": _rounded(float(count)),
        }
        for day, count in zip(days, counts, strict=True)
    ]


def _five_digits(values: Floats) -> list[float]:
    """Return five significant digits of the largest value: more than a meter shows."""
    largest = float(np.abs(values).max())
    decimals = 4 - int(np.floor(np.log10(largest))) if largest > 0 else 0
    rounded: list[float] = np.round(values, decimals).tolist()
    return rounded

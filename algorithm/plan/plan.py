"""A solution of the model as a plan, for results: costs, CO2, devices, dispatch, graph."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

import numpy as np

from algorithm.components.costs import CostTerm, by_label, total
from algorithm.components.trade import Trade
from algorithm.identifiers import node_id
from algorithm.island.island import Island
from algorithm.messages import Figure, Message
from algorithm.model.build import UNSERVED_CO2, Model
from algorithm.plan.dispatch import Operation, Unbalanced, operation_of
from algorithm.plan.energy import energy_figures
from algorithm.plan.graph import graph_of
from algorithm.plan.graph import rounded as _rounded
from algorithm.series import HOURS_A_DAY, HOURS_A_YEAR, KG_A_TONNE, Floats
from algorithm.timesteps import Steps

# A limit binds if at least this share of it is used.
AT_LIMIT = 0.999
# Tolerated difference between a plan's cost and the model's objective, relative to its largest
# cost.
OBJECTIVE_TOLERANCE = 1e-6


def plan_of(model: Model, solution: Floats) -> dict[str, Any]:
    """Return the plan as JSON-able values: the requirement's currency, kg CO2, kWh, kW.

    Raises Unbalanced if its energy doesn't balance, or its cost differs from the model's objective.
    """
    island, operation = model.island, operation_of(model, solution)
    steps = island.steps
    devices = [_device(name, island, operation) for name in operation.sizes]
    co2 = _emissions(island, island.supplies, operation.supplies)
    co2 -= _emissions(island, island.exports, operation.exports)
    investment = sum((device["investment"] for device in devices), 0.0)
    costs = by_label([*_cost_terms(island, operation), CostTerm("co2", co2 * island.co2_price)])
    cost = total(costs)
    unserved = sum(float(power @ steps.weights) for power in operation.unserved.values())
    emitted = co2 + UNSERVED_CO2 * unserved
    _check_objective(model, operation, cost if model.minimise == "cost" else emitted, costs)
    graph = graph_of(island, operation)
    energy = energy_figures(island, operation, graph["links"])
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
        "limits": [*_limits(island, operation, investment, co2), *_least(island, energy, co2)],
        **energy,
        "graph": graph,
        "dispatch": _dispatch(island, operation),
    }


def _cost_terms(island: Island, operation: Operation) -> Iterator[CostTerm]:
    """Yield each component's yearly costs, without CO2, which is counted for the whole site."""
    for name in operation.sizes:
        yield from _costs_of(name, island, operation)
    for name, power in {**operation.supplies, **operation.net_supplies}.items():
        yield from island.supplies[name].costs(island, power, operation.peaks[name])
    for name, power in {**operation.exports, **operation.net_exports}.items():
        yield from island.exports[name].costs(island, power)
    for name, power in operation.unserved.items():
        yield from island.demands[name].costs(island, power)


def _costs_of(name: str, island: Island, operation: Operation) -> Sequence[CostTerm]:
    size, power = operation.sizes[name], operation.powers.get(name, 0.0)
    return island.devices[name].costs(island, size, power, operation.throughputs[name])


def _check_objective(
    model: Model, operation: Operation, stated: float, costs: Mapping[str, float]
) -> None:
    scale = max(abs(stated), *(abs(cost) for cost in costs.values()))
    if abs(stated - operation.objective) > OBJECTIVE_TOLERANCE * scale:
        raise Unbalanced(
            Message(
                "The solver's plan does not add up: its %(objective)s is %(stated)s a year, and "
                "%(model)s in the model.",
                objective=model.minimise,
                stated=Figure(stated, "g"),
                model=Figure(operation.objective, "g"),
            )
        )


def _emissions(island: Island, trades: Mapping[str, Trade], powers: Mapping[str, Floats]) -> float:
    return sum(trades[name].emissions(power, island) for name, power in powers.items())


def _device(name: str, island: Island, operation: Operation) -> dict[str, Any]:
    """Return an installed device: its size, investment, yearly costs and output."""
    device, size = island.devices[name], operation.sizes[name]
    figures, power = device.figures, operation.powers.get(name, 0.0)
    costs = by_label(_costs_of(name, island, operation))
    output, rated = _output(name, island, operation), device.rated(size, power)
    entry: dict[str, Any] = {
        "name": name,
        "label": device.label,
        "kind": figures.kind,
        "like": device.kind,
        "carrier": device.carrier,
        "size": _rounded(size),
        "existing": min(size, figures.existing),
        "unit": figures.unit,
        "investment": device.invested(size, power),
        "annuity": costs["investment"],
        "maintenance": costs["maintenance"],
        "operation": costs["operation"],
        "cost_per_year": total(costs),
        "kwh_per_year": _rounded(output),
        "full_load_hours": _rounded(output / rated) if rated > 0 else 0.0,
        "lcoe": total(costs) / output if device.is_source and output > 0 else None,
        "at_limit": bool(
            figures.size is None
            and np.isfinite(device.max_size)
            and size > figures.least_size / AT_LIMIT  # else its minimum size binds
            and size >= AT_LIMIT * device.max_size
        ),
    }
    entry["capital"] = [
        {"amount": amount, "life_years": life, "due_years": due}
        for amount, life, due in device.investments(size, power)
    ]
    if name in operation.powers:
        entry["power_kw"] = _rounded(operation.powers[name])
    if name in operation.units:
        entry["units"] = operation.units[name]
    return entry


def _output(name: str, island: Island, operation: Operation) -> float:
    """Return a device's yearly output of its main carrier, kWh."""
    device = island.devices[name]
    return sum(
        float(flow.power @ island.steps.weights)
        for flow in operation.flows
        if flow.source == node_id(device.node_kind, name) and device.is_for(flow.carrier)
    )


def _supplies(island: Island, operation: Operation) -> Iterator[dict[str, Any]]:
    """Yield the supplies that are used; cost_per_year: energy and peaks, without the CO2 price."""
    for name, power in operation.supplies.items():
        supply, net = island.supplies[name], operation.net_supplies.get(name)
        paid = power if net is None else net
        cost = total(by_label(supply.costs(island, paid, operation.peaks[name])))
        if power.any():
            co2 = supply.emissions(power, island)
            yield {"name": name, **_trade(supply, power, net, island.steps.weights, cost, co2)}


def _exports(island: Island, operation: Operation) -> Iterator[dict[str, Any]]:
    """Yield the exports that are used; their cost (revenue) and CO2 (savings) are negative."""
    for name, power in operation.exports.items():
        export, net = island.exports[name], operation.net_exports.get(name)
        cost = total(by_label(export.costs(island, power if net is None else net)))
        if power.any():
            co2 = -export.emissions(power, island)
            yield {"name": name, **_trade(export, power, net, island.steps.weights, cost, co2)}


def _trade(
    trade: Trade, power: Floats, net: Floats | None, weights: Floats, cost: float, co2: float
) -> dict[str, Any]:
    """Return a trade's energy and cost. net: the power that is paid for, with net metering."""
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
    """Yield the requirement's limits that bind, in its units."""
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


def _least(
    island: Island, energy: Mapping[str, float | None], co2: float
) -> Iterator[dict[str, Any]]:
    """Yield the least shares that bind."""
    cut = 1 - co2 / island.co2_today if island.co2_today > 0 else None
    for field, share, least in (
        ("co2_cut_min", cut, island.co2_cut_min),
        ("self_sufficiency_min", energy["self_sufficiency"], island.self_sufficiency_min),
        ("renewable_share_min", energy["renewable_share"], island.renewable_share_min),
    ):
        if share is not None and share <= least + 1 - AT_LIMIT:
            yield {"field": field, "used": _rounded(share), "limit": least}


def _dispatch(island: Island, operation: Operation) -> dict[str, Any]:
    """Return every flow, kW, and the stores' levels, kWh at each step's end, by modelled step."""
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
            {"storage": name, "carrier": island.devices[name].carrier, "kwh": _five_digits(level)}
            for name, level in operation.levels.items()
        ],
    }


def _days(steps: Steps) -> list[dict[str, Any]]:
    """Return the typical days: each one's date, and the number of days a year it represents."""
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
    """Return values rounded to five significant digits of the largest: finer than meters."""
    largest = float(np.abs(values).max())
    decimals = 4 - int(np.floor(np.log10(largest))) if largest > 0 else 0
    rounded: list[float] = np.round(values, decimals).tolist()
    return rounded

"""A plan's energy in figures: how far the site supplies itself, its peak, and its months.

Self-sufficiency and self-consumption are those of electricity, at all places together.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from algorithm.identifiers import is_electricity, node_of
from algorithm.island.island import Island
from algorithm.plan.dispatch import UNSERVED, Flow, Operation
from algorithm.plan.graph import rounded
from algorithm.series import MONTHS_A_YEAR, Floats
from algorithm.timesteps import Steps

# A shorter horizon has no months to compare.
DAYS_OF_A_YEAR = 360


def energy_figures(island: Island, operation: Operation, links: Sequence[Any]) -> dict[str, Any]:
    """Return a plan's figures of energy: `record.EnergyFigures`. links: those of its graph."""
    return {
        "peak_kw": rounded(_peak(island, operation)),
        **_of_electricity(island, operation),
        "renewable_share": _renewable_share(island, operation),
        "monthly": _monthly(island.steps, operation.flows, links),
    }


def _peak(island: Island, operation: Operation) -> float:
    """Return the highest power of electricity that is bought; where none can be, of all that is."""
    electric = {n for n, supply in island.supplies.items() if is_electricity(supply.carrier)}
    bought = [operation.supplies[name] for name in electric or island.supplies]
    return float(np.sum(bought, axis=0).max()) if bought else 0.0


def _of_electricity(island: Island, operation: Operation) -> dict[str, float | None]:
    """Return the shares of electricity. What is used is what is bought or produced and not sold:
    the losses of stores and links are part of it."""
    bought = sold = produced = 0.0
    for flow in operation.flows:
        if not is_electricity(flow.carrier):
            continue
        kwh = float(flow.power @ island.steps.weights)
        (source, giver), (target, _) = node_of(flow.source), node_of(flow.target)
        if source == "supply" and flow.source != UNSERVED:
            bought += kwh
        elif source == "device" and island.devices[giver].converts:
            produced += kwh
        elif target == "export":
            sold += kwh
    used = bought + produced - sold
    return {
        "self_sufficiency": 1 - bought / used if used > 0 else None,
        "self_consumption": 1 - sold / produced if produced > 0 else None,
    }


def _renewable_share(island: Island, operation: Operation) -> float | None:
    """Return the renewable share of what enters the site: bought, or from sun or wind."""
    renewable = entering = 0.0
    for name, power in operation.supplies.items():
        kwh = float(power @ island.steps.weights)
        entering += kwh
        renewable += kwh * island.supplies[name].renewable
    for flow in operation.flows:
        kind, name = node_of(flow.source)
        if kind == "device" and island.devices[name].resource is not None:
            made = float(flow.power @ island.steps.weights)
            entering += made
            renewable += made
    return renewable / entering if entering > 0 else None


def _monthly(
    steps: Steps, flows: Sequence[Flow], links: Sequence[Any]
) -> list[dict[str, Any]] | None:
    """Return the kWh of each link by calendar month; None for a horizon shorter than a year."""
    if steps.horizon < DAYS_OF_A_YEAR * steps.a_day:
        return None
    shown = {(link["source"], link["target"], link["carrier"]) for link in links}
    return list(_by_month(_month_weights(steps), flows, shown))


def _by_month(
    weights: Floats, flows: Sequence[Flow], shown: set[tuple[str, str, str]]
) -> Iterator[dict[str, Any]]:
    for flow in flows:
        ends = (flow.source, flow.target, flow.carrier)
        if ends in shown:
            kwh = [rounded(float(energy)) for energy in weights @ flow.power]
            yield {"source": ends[0], "target": ends[1], "carrier": ends[2], "kwh": kwh}


def _month_weights(steps: Steps) -> Floats:
    """Return the hours a year that each step stands for in each calendar month (12, T).

    A typical day stands for days of several months.
    """
    weights = np.zeros((MONTHS_A_YEAR, len(steps.weights)))
    if steps.days is None:
        weights[steps.months % MONTHS_A_YEAR, np.arange(len(steps.weights))] = steps.weights
        return weights
    days = np.arange(len(steps.days.typical))
    dates = (np.datetime64(steps.start, "D") + days).astype("datetime64[M]")
    counts = np.zeros((MONTHS_A_YEAR, len(steps.days.own)))
    np.add.at(counts, (dates.astype(np.int64) % MONTHS_A_YEAR, steps.days.typical), 1.0)
    shares = counts / counts.sum(axis=0)
    return np.repeat(shares, steps.a_day, axis=1) * steps.weights

"""What a solution of the model says, in the island's own terms: what is installed, what flows.

Read off the solution by `plan`; drawn by `graph`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from algorithm.model import ConversionColumns, Model, StorageColumns
from algorithm.series import Floats

# Where there is no yes/no decision, less than this share of its largest size is no device.
SMALLEST_SHARE = 1e-6
# What may be missing at a carrier in any hour, relative to the carrier's largest inflow.
BALANCE_TOLERANCE = 1e-6


class Unbalanced(RuntimeError):
    """A plan that makes or loses energy: our error or the solver's, and never to be shown."""


@dataclass(frozen=True)
class Flow:
    """Power from one node of the graph to another, kW (T,). Nodes are called kind:name."""

    source: str
    target: str
    carrier: str
    power: Floats


@dataclass(frozen=True)
class Operation:
    """What is installed and how all is run.

    sizes: by device, in its unit; powers: of stores, kW; activities: of converters, kW (T,);
    levels: of stores, kWh at the end of each step (T,); supplies, exports: by carrier, kW (T,).
    """

    sizes: Mapping[str, float]
    powers: Mapping[str, float]
    activities: Mapping[str, Floats]
    levels: Mapping[str, Floats]
    supplies: Mapping[str, Floats]
    exports: Mapping[str, Floats]
    flows: tuple[Flow, ...]


def operation_of(model: Model, solution: Floats) -> Operation:
    """Read a solution; raises Unbalanced if a carrier doesn't balance in some hour."""
    values = np.maximum(solution, 0.0)
    sizes, powers, activities, levels = {}, {}, {}, {}
    for name, conversion in model.conversions.items():
        if _is_built(conversion, model.island.conversions[name].max_size, values):
            sizes[name] = float(values[conversion.size[0]])
            activities[name] = values[conversion.activity]
    for name, storage in model.storages.items():
        if _is_built(storage, model.island.storages[name].max_size, values):
            sizes[name] = float(values[storage.size[0]])
            # Power that costs nothing may be left anywhere; what is used is what is needed.
            powers[name] = float((values[storage.charge] + values[storage.discharge]).max())
            levels[name] = values[storage.level]
    flows = tuple(flow for flow in _flows(model, values, activities, powers) if flow.power.any())
    _check_balance(model, flows)
    return Operation(
        sizes,
        powers,
        activities,
        levels,
        supplies={carrier: values[supply.power] for carrier, supply in model.supplies.items()},
        exports={carrier: values[export.power] for carrier, export in model.exports.items()},
        flows=flows,
    )


def _is_built(columns: ConversionColumns | StorageColumns, max_size: float, values: Floats) -> bool:
    if len(columns.built):
        return bool(values[columns.built[0]] > 0.5)
    return bool(values[columns.size[0]] > SMALLEST_SHARE * max_size)


def _flows(
    model: Model, values: Floats, activities: Mapping[str, Floats], stores: Mapping[str, float]
) -> Iterator[Flow]:
    island = model.island
    for carrier, supply in model.supplies.items():
        yield Flow(f"supply:{carrier}", f"carrier:{carrier}", carrier, values[supply.power])
    for name, activity in activities.items():
        conversion = island.conversions[name]
        made = np.zeros(len(activity))
        for carrier, per_activity in conversion.flows.items():
            power = activity * per_activity
            made += power.clip(min=0)
            yield Flow(f"carrier:{carrier}", f"device:{name}", carrier, (-power).clip(min=0))
            yield Flow(f"device:{name}", f"carrier:{carrier}", carrier, power.clip(min=0))
        if resource := conversion.figures.resource:
            yield Flow(f"supply:{resource}", f"device:{name}", resource, made)
    for name in stores:
        columns, carrier = model.storages[name], island.storages[name].figures.carrier
        yield Flow(f"carrier:{carrier}", f"storage:{name}", carrier, values[columns.charge])
        yield Flow(f"storage:{name}", f"carrier:{carrier}", carrier, values[columns.discharge])
    for carrier, export in model.exports.items():
        yield Flow(f"carrier:{carrier}", f"export:{carrier}", carrier, values[export.power])
    for carrier, demand in island.demands.items():
        yield Flow(f"carrier:{carrier}", f"demand:{carrier}", carrier, demand)


def _check_balance(model: Model, flows: tuple[Flow, ...]) -> None:
    for carrier in model.island.carriers:
        node = f"carrier:{carrier}"
        zero = np.zeros(len(model.island.steps.weights))
        inflow = sum((flow.power for flow in flows if flow.target == node), zero)
        outflow = sum((flow.power for flow in flows if flow.source == node), zero)
        missing = float(np.abs(inflow - outflow).max())
        if missing > BALANCE_TOLERANCE * max(float(inflow.max()), 1.0):
            raise Unbalanced(f"{carrier} is out of balance by {missing:g} kW")

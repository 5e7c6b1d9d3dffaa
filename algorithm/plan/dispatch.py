"""What a solution of the model says, in the island's own terms: what is installed, what flows.

Read off the solution by `plan`; drawn by `graph`.

A solver's solution is right to some 1e-8 of its figures, and an interior point's is full of devices
and flows of that order. Here they are taken away, and what is left is checked.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from algorithm.errors import Failed
from algorithm.identifiers import node_id
from algorithm.messages import Figure, Message
from algorithm.model.build import Model, balance_terms, wanted_of
from algorithm.model.trimming import tighten
from algorithm.series import Floats, Integers

# A device is none that moves less than this share of all demand, or of what its maximum size could;
# nor is anything bought, sold or unserved below this share of all demand.
IDLE_SHARE = 1e-6
# What may be missing at a carrier in any step, relative to the carrier's largest inflow.
BALANCE_TOLERANCE = 1e-6
# The node that stands in for demands that aren't met.
UNSERVED = node_id("supply", "unserved")


class Unbalanced(Failed):
    """A plan that makes or loses energy or money: our error or the solver's; it is never shown."""


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

    sizes: by device, in its unit; units: how many whole ones, where it has such; powers: of stores,
    kW; throughputs: what a device's operation is paid by, kW (T,): a converter's activity, what a
    store discharges, what enters a link; levels: of stores, kWh at the end of each step (T,);
    supplies, exports, unserved: by name, kW (T,); net_supplies, net_exports: of those in net
    metering, what is left to be paid for once they are set off, kW (T,); peaks: of supplies, kW by
    period (P,); objective: what the model's is here.
    """

    sizes: Mapping[str, float]
    units: Mapping[str, int]
    powers: Mapping[str, float]
    throughputs: Mapping[str, Floats]
    levels: Mapping[str, Floats]
    supplies: Mapping[str, Floats]
    exports: Mapping[str, Floats]
    net_supplies: Mapping[str, Floats]
    net_exports: Mapping[str, Floats]
    unserved: Mapping[str, Floats]
    peaks: Mapping[str, Floats]
    flows: tuple[Flow, ...]
    objective: float


def operation_of(model: Model, solution: Floats) -> Operation:
    """Read a solution; raises Unbalanced if a carrier doesn't balance in some step."""
    values = _without_idle_parts(model, solution.clip(min=0.0))
    tighten(model, values)
    sizes = model.sizes(values)
    installed = {name: model.devices[name] for name, size in sizes.items() if size > 0}
    powers = {name: columns.power_of(values) for name, columns in installed.items()}
    levels = {name: columns.levels(values) for name, columns in installed.items()}
    net_supplies, net_exports = _on_balance(model, values)
    operation = Operation(
        sizes={name: sizes[name] for name in installed},
        units={name: count for name, count in model.units(sizes).items() if sizes[name] > 0},
        powers={name: power for name, power in powers.items() if power is not None},
        throughputs={name: columns.throughput(values) for name, columns in installed.items()},
        levels={name: level for name, level in levels.items() if level is not None},
        supplies={name: values[supply.power] for name, supply in model.supplies.items()},
        exports={name: values[export.power] for name, export in model.exports.items()},
        net_supplies=net_supplies,
        net_exports=net_exports,
        unserved={name: values[columns] for name, columns in model.unserved.items()},
        peaks={n: values[supply.peaks] for n, supply in model.supplies.items()},
        flows=tuple(flow for flow in _flows(model, values, installed) if flow.power.any()),
        objective=model.objective(values),
    )
    _check_balance(model, operation.flows)
    return operation


@dataclass(frozen=True)
class _Part:
    """A device, or what is bought, sold or unserved under one name, as columns of the model.

    carriers: those that it gives to or takes from; share: how much it moves of what it could.
    """

    columns: Integers
    carriers: frozenset[str]
    share: float


def _without_idle_parts(model: Model, values: Floats) -> Floats:
    """Return the values with all at 0 that belongs to what isn't built or moves next to nothing.

    What is idle stays where a carrier would be out of balance without it.
    """
    kept = values.copy()
    for name in set(model.choices) - model.installed(values):
        kept[model.devices[name].all] = 0.0
    idle = [part for part in _parts(model, kept) if part.share <= IDLE_SHARE]
    while idle:
        without = kept.copy()
        without[np.concatenate([part.columns for part in idle])] = 0.0
        open_carriers = {c for c in model.island.carriers if not _closes(model, c, without)}
        can_go = [part for part in idle if not part.carriers & open_carriers]
        if len(can_go) == len(idle):
            return without
        idle = can_go
    return kept


def _parts(model: Model, values: Floats) -> Iterator[_Part]:
    """Yield everything that may be idle; of a device of a fixed size, what it is run at."""
    island, weights = model.island, model.island.steps.weights
    wanted = sum(float(demand.power @ weights) for demand in island.demands.values()) or 1.0
    for columns in model.devices.values():
        device = columns.device
        moved = float(columns.throughput(values) @ weights)
        most = min(device.largest_throughput(island.steps), wanted)
        fixed = device.figures.size is not None
        idle = np.concatenate(columns.powers) if fixed else columns.all
        yield _Part(idle, frozenset(device.carriers), moved / most if most else 0.0)
    traded = [(columns.trade.carrier, columns.power) for columns in model.trades]
    traded += [(island.demands[n].carrier, power) for n, power in model.unserved.items()]
    for carrier, power in traded:
        yield _Part(power, frozenset([carrier]), float(values[power] @ weights) / wanted)


def _closes(model: Model, carrier: str, values: Floats) -> bool:
    missing = -wanted_of(model.island, carrier)
    inflow = np.zeros_like(missing)
    for columns, power in balance_terms(model, carrier):
        flow = values[columns] * power
        missing = missing + flow
        inflow = inflow + flow.clip(min=0.0)
    return bool(np.abs(missing).max() <= BALANCE_TOLERANCE * inflow.max())


def _on_balance(model: Model, values: Floats) -> tuple[dict[str, Floats], dict[str, Floats]]:
    """Return what is left to be paid for of supplies and exports in net metering, kW (T,)."""
    supplies, exports = {}, {}
    for name, columns in model.meters.items():
        meter = model.island.meters[name]
        if meter.net_metering is not None:
            left_in, left_out = columns.left(values, model.island.steps.weights)
            supplies[meter.supplies[0]], exports[meter.exports[0]] = left_in, left_out
    return supplies, exports


def _flows(model: Model, values: Floats, installed: Collection[str]) -> Iterator[Flow]:
    """Yield what flows between two nodes, every pair once."""
    island = model.island
    for name, supply in model.supplies.items():
        carrier = island.supplies[name].carrier
        yield Flow(
            node_id("supply", name), node_id("carrier", carrier), carrier, values[supply.power]
        )
    yield from _unserved_flows(model, values)
    for name in installed:
        yield from _device_flows(model, name, values)
    for name, export in model.exports.items():
        carrier = island.exports[name].carrier
        yield Flow(
            node_id("carrier", carrier), node_id("export", name), carrier, values[export.power]
        )
    for name, demand in island.demands.items():
        carrier = demand.carrier
        yield Flow(node_id("carrier", carrier), node_id("demand", name), carrier, demand.power)


def _unserved_flows(model: Model, values: Floats) -> Iterator[Flow]:
    """Yield what stands in for demands that aren't met, so that carriers balance."""
    missing: dict[str, Floats] = {}
    for name, columns in model.unserved.items():
        carrier = model.island.demands[name].carrier
        missing[carrier] = missing.get(carrier, 0.0) + values[columns]
    for carrier, power in missing.items():
        yield Flow(UNSERVED, node_id("carrier", carrier), carrier, power)


def _device_flows(model: Model, name: str, values: Floats) -> Iterator[Flow]:
    columns = model.devices[name]
    device, node = columns.device, node_id(columns.device.node_kind, name)
    made = np.zeros(len(model.island.steps.weights))
    for carrier in device.carriers:
        powers = [values[numbers] * power for numbers, power in columns.terms(carrier)]
        into = np.sum([power.clip(min=0.0) for power in powers], axis=0)
        out_of = np.sum([(-power).clip(min=0.0) for power in powers], axis=0)
        made = made + into
        yield Flow(node_id("carrier", carrier), node, carrier, out_of)
        yield Flow(node, node_id("carrier", carrier), carrier, into)
    if device.resource is not None:
        yield Flow(node_id("supply", device.resource), node, device.resource, made)


def _check_balance(model: Model, flows: tuple[Flow, ...]) -> None:
    for carrier in model.island.carriers:
        node = node_id("carrier", carrier)
        zero = np.zeros(len(model.island.steps.weights))
        inflow = sum((flow.power for flow in flows if flow.target == node), zero)
        outflow = sum((flow.power for flow in flows if flow.source == node), zero)
        missing, most = float(np.abs(inflow - outflow).max()), float(inflow.max())
        if missing > BALANCE_TOLERANCE * most:
            raise Unbalanced(
                Message(
                    "In the solver's plan, %(carrier)s is out of balance by %(missing)s kW where "
                    "at most %(most)s kW flow; figures that lie very far apart, or are not in kW, "
                    "may be why.",
                    carrier=carrier,
                    missing=Figure(missing, ".3g"),
                    most=Figure(most, ".3g"),
                )
            )

"""Reads a solution of the model: installed devices, dispatch and flows.

A solution is accurate to about 1e-8, and an interior point solution has many devices and flows of
that order. They are removed here, and the balances of the rest are checked.
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

# A device whose throughput is below this share of total demand, or of what its maximum size could
# move, counts as not installed. Trades and unserved demand below this share of total demand are 0.
IDLE_SHARE = 1e-6
# Tolerated imbalance of a carrier in any step, relative to its largest inflow.
BALANCE_TOLERANCE = 1e-6
# The node that supplies unserved demand in the graph.
UNSERVED = node_id("supply", "unserved")


class Unbalanced(Failed):
    """A plan whose energy or costs don't balance: our error or the solver's. It is never shown."""


@dataclass(frozen=True)
class Flow:
    """Power from one node of the graph to another, kW (T,). Node ids are kind:name."""

    source: str
    target: str
    carrier: str
    power: Floats


@dataclass(frozen=True)
class Operation:
    """The installed devices and the dispatch of everything.

    sizes: by device, in its unit. units: the number of units, for devices with whole units. powers:
    of stores, kW. throughputs: the power that a device's operation cost applies to, kW (T,): a
    converter's activity, a store's discharging, a link's inflow. levels: of stores, kWh at the end
    of each step (T,). supplies, exports, unserved: by name, kW (T,). net_supplies, net_exports:
    with net metering, the power that is paid for, kW (T,). peaks: of supplies, kW by period (P,).
    objective: the model's objective.
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
    """A device, a trade or a demand's unserved power, as columns of the model.

    carriers: those that it gives or takes. share: its throughput relative to what is possible.
    """

    columns: Integers
    carriers: frozenset[str]
    share: float


def _without_idle_parts(model: Model, values: Floats) -> Floats:
    """Return the values with 0 for devices that aren't built, and for parts that are idle.

    An idle part is kept if a carrier would be out of balance without it.
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
    """Yield everything that may be idle; of a device of a fixed size only its dispatch."""
    island, weights = model.island, model.island.steps.weights
    demanded = sum(float(demand.power @ weights) for demand in island.demands.values()) or 1.0
    for columns in model.devices.values():
        device = columns.device
        moved = float(columns.throughput(values) @ weights)
        most = min(device.largest_throughput(island.steps), demanded)
        fixed = device.figures.size is not None
        idle = np.concatenate(columns.powers) if fixed else columns.all
        yield _Part(idle, frozenset(device.carriers), moved / most if most else 0.0)
    traded = [(columns.trade.carrier, columns.power) for columns in model.trades]
    traded += [(island.demands[n].carrier, power) for n, power in model.unserved.items()]
    for carrier, power in traded:
        yield _Part(power, frozenset([carrier]), float(values[power] @ weights) / demanded)


def _closes(model: Model, carrier: str, values: Floats) -> bool:
    missing = -wanted_of(model.island, carrier)
    inflow = np.zeros_like(missing)
    for columns, power in balance_terms(model, carrier):
        flow = values[columns] * power
        missing = missing + flow
        inflow = inflow + flow.clip(min=0.0)
    return bool(np.abs(missing).max() <= BALANCE_TOLERANCE * inflow.max())


def _on_balance(model: Model, values: Floats) -> tuple[dict[str, Floats], dict[str, Floats]]:
    """Return the supplies and exports that are paid for after net metering, kW (T,) by name."""
    supplies, exports = {}, {}
    for name, columns in model.meters.items():
        meter = model.island.meters[name]
        if meter.net_metering is not None:
            left_in, left_out = columns.left(values, model.island.steps.weights)
            supplies[meter.supplies[0]], exports[meter.exports[0]] = left_in, left_out
    return supplies, exports


def _flows(model: Model, values: Floats, installed: Collection[str]) -> Iterator[Flow]:
    """Yield the flow of every pair of nodes and direction."""
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
    """Yield a virtual supply for unserved demand, so that carriers balance."""
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

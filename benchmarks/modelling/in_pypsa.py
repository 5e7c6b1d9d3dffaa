"""A problem in PyPSA.

PyPSA has no fixed cost and no minimum size of what is built, and no area that devices share. These
are added to its model with linopy, as its documentation says for what it lacks.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from functools import partial
from typing import Any

import linopy
import pandas as pd
import pypsa

from algorithm.components.converter import Conversion
from algorithm.components.device import Device
from algorithm.components.store import Storage
from algorithm.components.trade import Trade
from algorithm.island.island import Island
from benchmarks.modelling.problems import Investment, investment_of


def solve(island: Island, options: Mapping[str, Any]) -> None:
    """Build the network, then build and solve its model."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about future versions of pypsa
        _network(island).optimize(
            solver_name="highs",
            io_api="direct",  # faster than by a file, which is the default
            solver_options=dict(options),
            extra_functionality=partial(_add_decisions, island),
            include_objective_constant=False,
        )


def _network(island: Island) -> pypsa.Network:
    steps = island.steps
    network = pypsa.Network()
    network.set_snapshots(pd.date_range("2023-01-01", periods=len(steps.weights), freq="h"))
    weightings = network.snapshot_weightings
    weightings["objective"] = weightings["generators"] = steps.weights
    weightings["stores"] = steps.step_hours
    for carrier in island.carriers:
        network.add("Carrier", carrier)
        network.add("Bus", carrier, carrier=carrier)
    for name, demand in island.demands.items():
        network.add("Load", f"demand {name}", bus=demand.carrier, p_set=demand.power)
    for name, supply in island.supplies.items():
        _add_supply(network, f"supply {name}", supply, _price(island, supply))
    for name, export in island.exports.items():
        network.add(
            "Generator",
            f"export {name}",
            bus=export.carrier,
            sign=-1,
            p_nom=export.limit.max(),
            p_max_pu=export.limit / export.limit.max(),
            marginal_cost=-_price(island, export),
        )
    for name, device in island.devices.items():
        invested = investment_of(island, name)
        if isinstance(device, Storage):
            _add_store(network, name, device, invested)
        elif isinstance(device, Conversion):
            _add_converter(network, name, device, invested)
    return network


def _price(island: Island, trade: Trade) -> Any:
    return trade.price + trade.co2 * island.co2_price


def _add_supply(network: pypsa.Network, name: str, supply: Trade, price: Any) -> None:
    """Its peak is a size, and the peak's price what that costs."""
    sized: dict[str, Any] = {"p_nom": 1e6}
    if supply.peak_price:
        sized = {"p_nom_extendable": True, "capital_cost": supply.peak_price}
    network.add("Generator", name, bus=supply.carrier, marginal_cost=price, **sized)


def _add_converter(
    network: pypsa.Network, name: str, device: Conversion, invested: Investment
) -> None:
    shared: dict[str, Any] = {
        "p_nom_extendable": True,
        "p_nom_max": invested.most,
        "p_max_pu": device.availability,
        "capital_cost": invested.per_size,
        "marginal_cost": device.operation,
    }
    if len(device.carriers) == 1:  # sun or wind
        network.add("Generator", name, bus=device.carrier, **shared)
        return
    ports: dict[str, Any] = {}
    for number, (carrier, flow) in enumerate(device.flows.items()):
        ports |= {f"bus{number}": carrier, f"rate{number}": flow}
    network.add("Process", name, **ports, **shared)


def _add_store(network: pypsa.Network, name: str, device: Storage, invested: Investment) -> None:
    """PyPSA sizes it by its power."""
    figures = device.figures
    network.add(
        "StorageUnit",
        name,
        bus=device.carrier,
        max_hours=figures.hours,
        p_nom_extendable=True,
        p_nom_max=invested.most / figures.hours,
        capital_cost=invested.per_size * figures.hours,
        marginal_cost=device.operation,
        efficiency_store=figures.charge_efficiency,
        efficiency_dispatch=figures.discharge_efficiency,
        standing_loss=figures.loss,
        cyclic_state_of_charge=True,
    )


def _add_decisions(island: Island, network: pypsa.Network, _: pd.Index) -> None:
    model, names = network.model, pd.Index(island.devices, name="device")
    built = model.add_variables(binary=True, coords=[names], name="built")
    sizes = {name: _size(model, name, device) for name, device in island.devices.items()}
    objective = model.objective.expression
    for name, size in sizes.items():
        invested, decision = investment_of(island, name), built.sel(device=name)
        model.add_constraints(size - invested.most * decision <= 0, name=f"most {name}")
        model.add_constraints(size - invested.least * decision >= 0, name=f"least {name}")
        objective = objective + invested.fixed * decision
    model.objective = objective
    for area, available in island.areas.items():
        used = [
            device.figures.area[area] * sizes[name]
            for name, device in island.devices.items()
            if area in device.figures.area
        ]
        if used:
            model.add_constraints(linopy.merge(used) <= available, name=f"area {area}")


def _size(model: linopy.Model, name: str, device: Device) -> linopy.LinearExpression:
    """Return a device's size as an expression of PyPSA's variables."""
    if isinstance(device, Storage):
        return device.figures.hours * model["StorageUnit-p_nom"].sel(name=name)
    kind = "Generator" if len(device.carriers) == 1 else "Process"
    return 1.0 * model[f"{kind}-p_nom"].sel(name=name)

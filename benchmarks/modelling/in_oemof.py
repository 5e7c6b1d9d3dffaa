"""A problem in oemof.solph, with its own components and its own constraint for shared areas."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pandas as pd
from oemof import solph

from algorithm.components.converter import Conversion
from algorithm.components.store import Storage
from algorithm.components.trade import Trade
from algorithm.island.island import Island
from benchmarks.modelling.problems import investment_of

parts = solph.components


def solve(island: Island, options: Mapping[str, Any]) -> None:
    """Build the energy system, then build and solve its model."""
    model = solph.Model(_system(island))
    for area, available in island.areas.items():
        solph.constraints.additional_investment_flow_limit(model, area, limit=available)
    model.solve(solver="highs", cmdline_options=dict(options), allow_nonoptimal=True)


def _system(island: Island) -> solph.EnergySystem:
    count = len(island.steps.weights)
    system = solph.EnergySystem(
        timeindex=pd.date_range("2023-01-01", periods=count + 1, freq="h"),
        infer_last_interval=False,
    )
    buses = {carrier: solph.Bus(label=carrier) for carrier in island.carriers}
    system.add(*buses.values())
    for name, demand in island.demands.items():
        met = solph.Flow(fix=demand.power, nominal_capacity=1)
        system.add(parts.Sink(label=f"demand {name}", inputs={buses[demand.carrier]: met}))
    for name, supply in island.supplies.items():
        bought = solph.Flow(variable_costs=_price(island, supply), **_peak(supply))
        system.add(parts.Source(label=f"supply {name}", outputs={buses[supply.carrier]: bought}))
    for name, export in island.exports.items():
        most = float(export.limit.max())
        sold = solph.Flow(
            variable_costs=-_price(island, export),
            nominal_capacity=most,
            maximum=export.limit / most,
        )
        system.add(parts.Sink(label=f"export {name}", inputs={buses[export.carrier]: sold}))
    system.add(*_devices(island, buses))
    return system


def _price(island: Island, trade: Trade) -> Any:
    """Return the price with that of CO2, for the hours a year that a step represents."""
    return island.steps.weights * (trade.price + trade.co2 * island.co2_price)


def _peak(supply: Trade) -> dict[str, Any]:
    if not supply.peak_price:
        return {}
    return {"nominal_capacity": _freely(supply.peak_price)}


def _freely(per_size: float = 0.0) -> Any:
    """Return an investment of any size; the limit of an area fails where properties are missing."""
    return solph.Investment(ep_costs=per_size, custom_properties={})


def _devices(island: Island, buses: Mapping[str, Any]) -> Iterator[Any]:
    for name, device in island.devices.items():
        invested = investment_of(island, name)
        size = solph.Investment(
            ep_costs=invested.per_size,
            offset=invested.fixed,
            minimum=invested.least,
            maximum=invested.most,
            nonconvex=True,
            custom_properties=dict(device.figures.area),
        )
        operation = island.steps.weights * device.operation
        if isinstance(device, Storage):
            yield _store(name, device, buses[device.carrier], size, operation)
        elif isinstance(device, Conversion):
            sized = solph.Flow(
                nominal_capacity=size, maximum=device.availability, variable_costs=operation
            )
            yield _converter(name, device, buses, sized)


def _converter(name: str, device: Conversion, buses: Mapping[str, Any], sized: Any) -> Any:
    """Its size and its costs are those of the flow that is its activity."""
    main = next(carrier for carrier, flow in device.flows.items() if (abs(flow) == 1).all())

    def flows(carriers: Iterable[str]) -> dict[Any, Any]:
        return {buses[c]: sized if c == main else solph.Flow() for c in carriers}

    if not device.figures.inputs:  # sun or wind
        return parts.Source(label=name, outputs=flows(device.figures.outputs))
    return parts.Converter(
        label=name,
        inputs=flows(device.figures.inputs),
        outputs=flows(device.figures.outputs),
        conversion_factors={buses[carrier]: abs(flow) for carrier, flow in device.flows.items()},
    )


def _store(name: str, device: Storage, bus: Any, size: Any, operation: Any) -> Any:
    figures = device.figures
    power = 1 / figures.hours
    return parts.GenericStorage(
        label=name,
        inputs={bus: solph.Flow(nominal_capacity=_freely())},
        outputs={bus: solph.Flow(nominal_capacity=_freely(), variable_costs=operation)},
        nominal_capacity=size,
        invest_relation_input_capacity=power,
        invest_relation_output_capacity=power,
        inflow_conversion_factor=figures.charge_efficiency,
        outflow_conversion_factor=figures.discharge_efficiency,
        loss_rate=figures.loss,
        balanced=True,
    )

"""A problem written with linopy alone, with one variable for all devices of a kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import linopy
import numpy as np
import pandas as pd
import xarray as xr

from algorithm.components.converter import Conversion
from algorithm.components.store import Storage
from algorithm.island.island import Island
from benchmarks.modelling.problems import investment_of


def solve(island: Island, options: Mapping[str, Any]) -> None:
    """Build the model and solve it."""
    _model(island).solve(solver_name="highs", io_api="direct", **options)


def _model(island: Island) -> linopy.Model:
    model, hour = linopy.Model(), pd.RangeIndex(len(island.steps.weights), name="hour")
    weights = xr.DataArray(island.steps.weights, coords=[hour])
    converters = {n: d for n, d in island.devices.items() if isinstance(d, Conversion)}
    stores = {n: d for n, d in island.devices.items() if isinstance(d, Storage)}
    size, cost = _add_sizes(model, island)

    def series(arrays: Mapping[str, Any], names: str) -> xr.DataArray:
        index = pd.Index(arrays, name=names)
        return xr.DataArray(np.array(list(arrays.values())), coords=[index, hour])

    # Converters
    availability = series({n: d.availability for n, d in converters.items()}, "converter")
    operation = series({n: d.operation for n, d in converters.items()}, "converter")
    activity = model.add_variables(lower=0, coords=availability.coords, name="activity")
    sized = size.sel(device=list(converters)).rename(device="converter")
    model.add_constraints(activity - availability * sized <= 0, name="availability")
    cost += (weights * operation * activity).sum()

    # Stores
    index = pd.Index(stores, name="store")

    def figure(name: str) -> xr.DataArray:
        return xr.DataArray([getattr(d.figures, name) for d in stores.values()], coords=[index])

    charge, discharge, level = (
        model.add_variables(lower=0, coords=[index, hour], name=name)
        for name in ("charge", "discharge", "level")
    )
    kept, hours = (1 - figure("loss")) ** island.steps.step_hours, island.steps.step_hours
    energy = size.sel(device=list(stores)).rename(device="store")
    change = hours * (
        figure("charge_efficiency") * charge - 1 / figure("discharge_efficiency") * discharge
    )
    model.add_constraints(level - kept * level.roll(hour=1) - change == 0, name="content")
    model.add_constraints(level - energy <= 0, name="energy")
    for name, power in (("charging", charge), ("discharging", discharge)):
        model.add_constraints(figure("hours") * power - energy <= 0, name=name)
    spent = series({n: d.operation for n, d in stores.items()}, "store")
    cost += (weights * spent * discharge).sum()

    # What is bought and sold
    traded = {}
    for kind, trades in (("supply", island.supplies), ("export", island.exports)):
        for name, trade in trades.items():
            limit = xr.DataArray(trade.limit, coords=[hour])
            power = model.add_variables(lower=0, upper=limit, name=f"{kind} {name}")
            price = xr.DataArray(trade.price + trade.co2 * island.co2_price, coords=[hour])
            cost += trade.sign * (weights * price * power).sum()
            traded[kind, name] = (trade, power)
            if trade.peak_price:
                peak = model.add_variables(lower=0, name=f"peak {name}")
                model.add_constraints(power - peak <= 0, name=f"peak {name}")
                cost += trade.peak_price * peak

    # Balances
    for carrier in island.carriers:
        terms = [t.sign * power for t, power in traded.values() if t.carrier == carrier]
        flows = {n: d.flows[carrier] for n, d in converters.items() if carrier in d.flows}
        if flows:
            flow = series(flows, "converter")
            terms.append((flow * activity.sel(converter=list(flows))).sum("converter"))
        if kept_in := [n for n, d in stores.items() if d.carrier == carrier]:
            net = discharge.sel(store=kept_in) - charge.sel(store=kept_in)
            terms.append(net.sum("store"))
        demand = sum((d.power for d in island.demands.values() if d.carrier == carrier), 0.0)
        wanted = xr.DataArray(np.broadcast_to(demand, len(hour)), coords=[hour])
        model.add_constraints(linopy.merge(terms) == wanted, name=f"balance {carrier}")
    model.add_objective(cost)
    return model


def _add_sizes(model: linopy.Model, island: Island) -> tuple[linopy.Variable, Any]:
    """Add each device's size and whether it is built; return the sizes and their yearly cost."""
    names = pd.Index(island.devices, name="device")
    invested = pd.DataFrame([vars(investment_of(island, name)) for name in names], index=names)
    figures = {column: xr.DataArray(invested[column]) for column in invested}
    size = model.add_variables(lower=0, coords=[names], name="size")
    built = model.add_variables(binary=True, coords=[names], name="built")
    model.add_constraints(size - figures["most"] * built <= 0, name="most")
    model.add_constraints(size - figures["least"] * built >= 0, name="least")
    for area, available in island.areas.items():
        used = [island.devices[name].figures.area.get(area, 0.0) for name in names]
        if any(used):
            on_it = (xr.DataArray(used, coords=[names]) * size).sum()
            model.add_constraints(on_it <= available, name=f"area {area}")
    return size, (figures["per_size"] * size + figures["fixed"] * built).sum()

"""From a requirement to an island: hourly arrays, largest sizes, and only devices of some use.

Called by `search`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np

from algorithm.catalogue import Converter, Store
from algorithm.days import every_hour
from algorithm.errors import Infeasible
from algorithm.island import Conversion, Island, Storage, Trade
from algorithm.requirement import Export, Requirement, Supply
from algorithm.series import HOURS_A_DAY, Floats, Series
from algorithm.sizes import with_largest_sizes


def island_of(requirement: Requirement, disabled: Iterable[str] = ()) -> Island:
    """Return the requirement's island at every hour, without the disabled devices.

    Largest sizes are derived from all considered devices, so that disabling one never changes
    what is asked of another. Raises Infeasible when nothing can make a carrier that is demanded.
    """
    everything = with_largest_sizes(_with_all_devices(requirement))
    off = set(disabled)
    enabled = replace(
        everything,
        conversions={n: c for n, c in everything.conversions.items() if n not in off},
        storages={n: s for n, s in everything.storages.items() if n not in off},
    )
    available = _available(enabled)
    for carrier, demand in enabled.demands.items():
        if carrier not in available and demand.any():
            raise Infeasible(_what_is_missing(carrier, everything, off))
    return replace(
        enabled,
        conversions={
            name: conversion
            for name, conversion in enabled.conversions.items()
            if set(conversion.figures.inputs) <= available
        },
        storages={n: s for n, s in enabled.storages.items() if s.figures.carrier in available},
    )


def _with_all_devices(requirement: Requirement) -> Island:
    hours = _horizon(requirement)

    def over_hours(series: Series) -> Floats:
        return np.broadcast_to(np.asarray(requirement.values(series), dtype=float), (hours,))

    def supplied(supply: Supply) -> Trade:
        limit = np.inf if supply.limit is None else supply.limit
        return Trade(over_hours(supply.price), over_hours(supply.co2), limit, supply.peak_price)

    def exported(export: Export) -> Trade:
        limit = np.inf if export.limit is None else export.limit
        return Trade(over_hours(export.price), np.zeros(hours), limit, 0.0)

    def converted(figures: Converter) -> Conversion:
        flows = {carrier: over_hours(flow) for carrier, flow in figures.outputs.items()}
        for carrier, flow in figures.inputs.items():
            flows[carrier] = flows.get(carrier, np.zeros(hours)) - over_hours(flow)
        main = next(iter(figures.outputs))
        return Conversion(figures, main, flows, over_hours(figures.availability), np.inf)

    considered = requirement.considered()
    return Island(
        steps=every_hour(hours),
        demands={carrier: over_hours(demand) for carrier, demand in requirement.demands.items()},
        supplies={carrier: supplied(supply) for carrier, supply in requirement.supplies.items()},
        exports={carrier: exported(export) for carrier, export in requirement.exports.items()},
        conversions={n: converted(f) for n, f in considered.items() if isinstance(f, Converter)},
        storages={n: Storage(f, np.inf) for n, f in considered.items() if isinstance(f, Store)},
        areas=requirement.areas,
        interest_rate=requirement.interest_rate,
        co2_price=requirement.co2_price / 1000,
    )


def _horizon(requirement: Requirement) -> int:
    """Return the hours of the first hourly list that is used; `check` saw that all are alike."""
    for _, series in requirement.series():
        values = requirement.values(series)
        if isinstance(values, list):
            return len(values)
    return HOURS_A_DAY


def _available(island: Island) -> set[str]:
    """Return the carriers that can be had at all: bought, or made from others that can."""
    available = {carrier for carrier, supply in island.supplies.items() if supply.limit > 0}
    conversions: Mapping[str, Conversion] = island.conversions
    grown = True
    while grown:
        before = len(available)
        for conversion in conversions.values():
            if set(conversion.figures.inputs) <= available and conversion.availability.any():
                available |= set(conversion.figures.outputs)
        grown = len(available) > before
    return available


def _what_is_missing(carrier: str, everything: Island, off: set[str]) -> str:
    makers = [n for n, c in everything.conversions.items() if carrier in c.figures.outputs]
    message = f"Nothing that is enabled can make {carrier}, which is demanded."
    if disabled := [name for name in makers if name in off]:
        return f"{message} Enable one of {', '.join(disabled)}, or add supplies.{carrier}."
    if makers:
        missing = sorted({i for n in makers for i in everything.conversions[n].figures.inputs})
        named = ", ".join(f"supplies.{name}" for name in missing)
        return f"{message} {', '.join(makers)} could, but want something to run on: add {named}."
    return f"{message} Add supplies.{carrier}, or consider a device that makes it."

"""From a requirement to an island: arrays over its horizon, size limits, only devices of use.

Called by `stage_solver`.
"""

from collections.abc import Iterable, Set
from typing import Any

import numpy as np

from algorithm.components.figures import Converter, Figures, Link, Store
from algorithm.errors import Infeasible
from algorithm.island.island import Connection, Conversion, Demand, Island, Meter, Storage, Trade
from algorithm.island.size_limits import with_size_limits
from algorithm.messages import listed, phrase
from algorithm.requirement.catalogue import CATALOGUE, is_disabled
from algorithm.requirement.catalogue import Device as CatalogueDevice
from algorithm.requirement.schema import Export, Requirement, Supply
from algorithm.series import KG_A_TONNE, Floats, Series
from algorithm.timesteps import every_step

Device = Conversion | Storage | Connection


def island_of(requirement: Requirement, disabled: Iterable[str] = ()) -> Island:
    """Return the requirement's island over its whole horizon, without the disabled devices.

    disabled: names of devices, of kinds, or of the catalogue's groups. Raises Infeasible when
    nothing can make a carrier that must be had.
    """
    off = frozenset(disabled)
    considered = _Resolver(requirement).island()
    everything = with_size_limits(considered)
    devices = everything.devices
    enabled = everything.only({n for n, d in devices.items() if not is_disabled(n, d.kind, off)})
    available = _available(enabled)
    for demand in enabled.demands.values():
        must = demand.unserved_price is None and demand.power.any()
        if must and demand.carrier not in available:
            raise Infeasible(_what_is_missing(demand.carrier, considered, everything, enabled))
    return enabled.only({n for n, d in enabled.devices.items() if _is_of_use(d, available)})


class _Resolver:
    """Turns each part of a requirement into its arrays over the horizon."""

    def __init__(self, requirement: Requirement) -> None:
        self._requirement = requirement
        self._horizon = requirement.horizon

    def island(self) -> Island:
        asked = self._requirement
        figures = asked.considered()
        return Island(
            steps=every_step(self._horizon, asked.step_hours, asked.start),
            demands={
                name: Demand(d.carrier or name, self._array(d.power), d.unserved_price)
                for name, d in asked.demands.items()
            },
            supplies={name: self._supply(name, s) for name, s in asked.supplies.items()},
            exports={name: self._export(name, e) for name, e in asked.exports.items()},
            meters={
                name: Meter(tuple(m.supplies), tuple(m.exports), m.net_metering)
                for name, m in asked.meters.items()
            },
            conversions={
                n: self._conversion(n, f) for n, f in figures.items() if isinstance(f, Converter)
            },
            storages={n: self._storage(n, f) for n, f in figures.items() if isinstance(f, Store)},
            connections={
                n: self._connection(n, f) for n, f in figures.items() if isinstance(f, Link)
            },
            areas=asked.areas,
            interest_rate=asked.interest_rate,
            co2_price=asked.co2_price / KG_A_TONNE,
            co2_limit=np.inf if asked.co2_limit is None else asked.co2_limit * KG_A_TONNE,
            budget=np.inf if asked.budget is None else asked.budget,
            currency=asked.currency,
        )

    def _array(self, series: Series) -> Floats:
        values = np.asarray(self._requirement.values(series), dtype=float)
        return np.broadcast_to(values, (self._horizon,))

    def _limit(self, limit: Series | None) -> Floats:
        return np.full(self._horizon, np.inf) if limit is None else self._array(limit)

    def _supply(self, name: str, supply: Supply) -> Trade:
        return Trade(
            carrier=supply.carrier or name,
            price=self._array(supply.price),
            co2=self._array(supply.co2),
            limit=self._limit(supply.limit),
            peak_price=supply.peak_price,
            peak_period=supply.peak_period,
        )

    def _export(self, name: str, export: Export) -> Trade:
        return Trade(
            carrier=export.carrier or name,
            price=self._array(export.price),
            co2=self._array(export.co2),
            limit=self._limit(export.limit),
            devices=None if export.devices is None else tuple(export.devices),
        )

    def _conversion(self, name: str, figures: Converter) -> Conversion:
        flows: dict[str, Floats] = {}
        operation = self._array(figures.operation)
        for sign, coefficients in ((1.0, figures.outputs), (-1.0, figures.inputs)):
            for carrier, coefficient in coefficients.items():
                flow = self._array(coefficient)
                flows[carrier] = flows.get(carrier, 0.0) + sign * flow
                operation = operation + flow * self._array(figures.flow_costs.get(carrier, 0.0))
        stated = (self._requirement.devices or {}).get(name)
        return Conversion(
            **self._named(name, figures),
            figures=figures,
            carrier=next(iter(figures.outputs)),
            flows=flows,
            availability=self._array(figures.availability),
            operation=operation,
            min_load_stated=stated is not None and "min_load" in stated.model_fields_set,
        )

    def _storage(self, name: str, figures: Store) -> Storage:
        return Storage(
            **self._named(name, figures),
            figures=figures,
            carrier=figures.carrier,
            min_level=self._array(figures.min_level),
            max_level=self._array(figures.max_level),
            operation=self._array(figures.operation),
        )

    def _connection(self, name: str, figures: Link) -> Connection:
        return Connection(
            **self._named(name, figures),
            figures=figures,
            source=figures.source,
            target=figures.target,
            efficiency=1.0 - self._array(figures.loss),
            operation=self._array(figures.operation),
        )

    def _named(self, name: str, figures: Figures) -> dict[str, Any]:
        """Return what every device has; `with_size_limits` puts its largest size in place."""
        return {
            "label": figures.label or name,
            "kind": figures.like or name,
            "max_size": np.inf,
        }


def _ways(device: Device) -> list[tuple[Set[str], Set[str]]]:
    """Return what it takes and what that lets it give, for each way that it can run."""
    if isinstance(device, Conversion):
        flows = device.flows.items() if device.availability.any() else ()
        gives = {carrier for carrier, flow in flows if (flow > 0).any()}
        return [({carrier for carrier, flow in flows if (flow < 0).any()}, gives)] if gives else []
    if isinstance(device, Storage):
        begins_full = device.figures.start_level and not device.figures.cyclic
        return [(frozenset() if begins_full else {device.carrier}, {device.carrier})]
    there, back = ({device.source}, {device.target}), ({device.target}, {device.source})
    return [there, back] if device.figures.two_way else [there]


def _available(island: Island) -> set[str]:
    """Return the carriers that can be had at all: bought, or brought or made from others."""
    available = {supply.carrier for supply in island.supplies.values() if supply.limit.any()}
    ways = [way for device in island.devices.values() for way in _ways(device)]
    grown = True
    while grown:
        before = len(available)
        for takes, gives in ways:
            if takes <= available:
                available |= gives
        grown = len(available) > before
    return available


def _is_of_use(device: Device, available: Set[str]) -> bool:
    """Return whether a device can run, or earns by running, whatever comes of it."""
    if device.figures.size is not None:
        return True
    if isinstance(device, Conversion) and not device.availability.any():
        return False
    if (device.operation < 0).any():
        return True
    if isinstance(device, Conversion):
        return {c for c, flow in device.flows.items() if (flow < 0).any()} <= available
    return any(takes <= available for takes, _ in _ways(device))


def _what_is_missing(carrier: str, considered: Island, everything: Island, enabled: Island) -> str:
    message = phrase(
        "Nothing that is enabled can make %(carrier)s, which is demanded.", carrier=carrier
    )
    if carrier in _available(everything):
        remedy = _that_would_do(carrier, everything, enabled)
        return phrase(
            "%(message)s Enable %(remedy)s, or add supplies.%(carrier)s.",
            message=message,
            remedy=remedy,
            carrier=carrier,
        )
    if carrier in _available(considered):
        remedy = _that_would_do(carrier, considered, everything)
        return phrase(
            "%(message)s There must be room for %(remedy)s: see min_size, max_size and areas.",
            message=message,
            remedy=remedy,
        )
    makers = {
        name: takes
        for name, device in everything.devices.items()
        for takes, gives in _ways(device)
        if carrier in gives and carrier not in takes
    }
    if makers:
        missing = sorted(set().union(*makers.values()) - _available(everything))
        supplies = ", ".join(f"supplies.{name}" for name in missing)
        return phrase(
            "%(message)s %(devices)s could, but want something to run on: add %(supplies)s.",
            message=message,
            devices=listed(makers),
            supplies=supplies,
        )
    elsewhere = [c for c in sorted(_available(everything)) if _kind(c) == _kind(carrier)]
    links = phrase(", a link from %(carriers)s", carriers=listed(elsewhere)) if elsewhere else ""
    known = [name for name, device in CATALOGUE.items() if _kind(carrier) in _outputs(device)]
    such = phrase(", such as %(devices)s", devices=listed(known)) if known else ""
    return phrase(
        "%(message)s Add supplies.%(carrier)s%(links)s, or consider a device that makes "
        "it%(such)s.",
        message=message,
        carrier=carrier,
        links=links,
        such=such,
    )


def _that_would_do(carrier: str, more: Island, fewer: Island) -> str:
    """Name one of the devices that `fewer` lacks, or else several together, to get a carrier."""
    had = set(fewer.devices)
    lacking = [name for name in more.devices if name not in had]
    alone = [name for name in lacking if carrier in _available(more.only(had | {name}))]
    if alone:
        return phrase("one of %(devices)s", devices=listed(alone)) if alone[1:] else alone[0]
    needed = set(lacking)
    for name in lacking:
        if carrier in _available(more.only(had | needed - {name})):
            needed.remove(name)
    return listed(name for name in lacking if name in needed)


def _kind(carrier: str) -> str:
    return carrier.partition("@")[0]


def _outputs(device: CatalogueDevice) -> Set[str]:
    figures = device.figures
    return figures.outputs.keys() if isinstance(figures, Converter) else frozenset()

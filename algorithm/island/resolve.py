"""From a requirement to an island: arrays over its horizon, size limits, only usable devices."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from algorithm.components.demand import Demand
from algorithm.components.kinds import by_kind
from algorithm.components.trade import Trade
from algorithm.errors import Infeasible
from algorithm.identifiers import carrier_and_place
from algorithm.island.island import Island, Meter
from algorithm.island.size_limits import with_size_limits
from algorithm.messages import Message, first_of
from algorithm.requirement.catalogue import CATALOGUE, is_disabled
from algorithm.requirement.schema import Export, Requirement, Supply
from algorithm.series import KG_A_TONNE, Floats, Series
from algorithm.timesteps import every_step


def island_of(requirement: Requirement, disabled: Iterable[str] = ()) -> Island:
    """Return the requirement's island over its whole horizon, without the disabled devices.

    disabled: names of devices, or of the catalogue's devices or groups. Raises Infeasible if a
    demand that must be met has a carrier that nothing can supply.
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
            raise Infeasible(_missing_carrier(demand.carrier, considered, everything, enabled))
    return enabled.only({n for n, d in enabled.devices.items() if d.is_of_use(available)})


def todays_island(requirement: Requirement) -> Island | None:
    """Return today's system over the whole horizon: the devices that stand, and purchases.

    It stands as it is, so no limit of a plan holds for it. None if it can't supply a carrier that
    is demanded.
    """
    considered = requirement.considered()
    whole = _Resolver(requirement).island()
    standing = whole.only({name for name, figures in considered.items() if figures.existing})
    today = replace(
        standing,
        devices={name: device.today() for name, device in standing.devices.items()},
        areas={},
        co2_limit=np.inf,
        budget=np.inf,
        self_sufficiency_min=-np.inf,
        renewable_share_min=-np.inf,
        co2_cut_min=-np.inf,
    )
    available = _available(today)
    demands = [d for d in today.demands.values() if d.unserved_price is None and d.power.any()]
    return today if all(demand.carrier in available for demand in demands) else None


class _Resolver:
    """Turns each part of a requirement into its arrays over the horizon."""

    def __init__(self, requirement: Requirement) -> None:
        self._requirement = requirement
        self._horizon = requirement.horizon

    def island(self) -> Island:
        requirement = self._requirement
        return Island(
            steps=every_step(self._horizon, requirement.step_hours, requirement.start),
            interest_rate=requirement.interest_rate,
            co2_price=requirement.co2_price / KG_A_TONNE,
            horizon_years=requirement.horizon_years,
            demands={
                name: Demand(d.carrier or name, self.array(d.power), d.unserved_price)
                for name, d in requirement.demands.items()
            },
            supplies={name: self._supply(name, s) for name, s in requirement.supplies.items()},
            exports={name: self._export(name, e) for name, e in requirement.exports.items()},
            meters={
                name: Meter(tuple(m.supplies), tuple(m.exports), m.net_metering)
                for name, m in requirement.meters.items()
            },
            devices={
                name: figures.resolve(name, self)
                for name, figures in by_kind(requirement.considered()).items()
            },
            areas=requirement.areas,
            co2_limit=np.inf
            if requirement.co2_limit is None
            else requirement.co2_limit * KG_A_TONNE,
            budget=np.inf if requirement.budget is None else requirement.budget,
            self_sufficiency_min=_least(requirement.self_sufficiency_min),
            renewable_share_min=_least(requirement.renewable_share_min),
            co2_cut_min=_least(requirement.co2_cut_min),
            currency=requirement.currency,
        )

    def array(self, series: Series) -> Floats:
        """Return the values (S,), one per step."""
        values = np.asarray(self._requirement.values(series), dtype=float)
        return np.broadcast_to(values, (self._horizon,))

    def demanded(self, demand: str) -> tuple[str, Floats]:
        """Return the carrier of a demand, and its power (S,)."""
        wanted = self._requirement.demands[demand]
        return wanted.carrier or demand, self.array(wanted.power)

    @property
    def step_hours(self) -> float:
        """The length of a step, h."""
        return self._requirement.step_hours

    def states(self, device: str, field: str) -> bool:
        """Return whether the requirement itself states a figure of a device."""
        stated = (self._requirement.devices or {}).get(device)
        return stated is not None and field in stated.model_fields_set

    def _limit(self, limit: Series | None) -> Floats:
        return np.full(self._horizon, np.inf) if limit is None else self.array(limit)

    def _supply(self, name: str, supply: Supply) -> Trade:
        return Trade(
            carrier=supply.carrier or name,
            price=self.array(supply.price),
            co2=self.array(supply.co2),
            limit=self._limit(supply.limit),
            renewable=supply.renewable,
            peak_price=supply.peak_price,
            peak_period=supply.peak_period,
        )

    def _export(self, name: str, export: Export) -> Trade:
        return Trade(
            carrier=export.carrier or name,
            price=self.array(export.price),
            co2=self.array(export.co2),
            limit=self._limit(export.limit),
            devices=None if export.devices is None else tuple(export.devices),
            sold=True,
        )


def _least(share: float | None) -> float:
    return -np.inf if share is None else share


def _available(island: Island) -> set[str]:
    """Return the carriers that can be supplied at all: bought, or produced or transported from
    others."""
    available = {supply.carrier for supply in island.supplies.values() if supply.limit.any()}
    ways = [way for device in island.devices.values() for way in device.ways]
    grown = True
    while grown:
        before = len(available)
        for takes, gives in ways:
            if takes <= available:
                available |= gives
        grown = len(available) > before
    return available


def _missing_carrier(carrier: str, considered: Island, everything: Island, enabled: Island) -> str:
    message = Message(
        "Nothing that is enabled can make %(carrier)s, which is demanded.", carrier=carrier
    )
    if carrier in _available(everything):
        remedy = _missing_devices(carrier, everything, enabled)
        return Message(
            "%(message)s Enable %(remedy)s, or add supplies.%(carrier)s.",
            message=message,
            remedy=remedy,
            carrier=carrier,
        )
    if carrier in _available(considered):
        remedy = _missing_devices(carrier, considered, everything)
        return Message(
            "%(message)s There must be room for %(remedy)s: see min_size, max_size and areas.",
            message=message,
            remedy=remedy,
        )
    makers = {
        name: takes
        for name, device in everything.devices.items()
        for takes, gives in device.ways
        if carrier in gives and carrier not in takes
    }
    if makers:
        missing = sorted(set().union(*makers.values()) - _available(everything))
        supplies = [f"supplies.{name}" for name in missing]
        return Message(
            "%(message)s %(devices)s could, but want something to run on: add %(supplies)s.",
            message=message,
            devices=first_of(makers),
            supplies=supplies,
        )
    elsewhere = [c for c in sorted(_available(everything)) if _kind(c) == _kind(carrier)]
    links = Message(", a link from %(carriers)s", carriers=first_of(elsewhere)) if elsewhere else ""
    known = [name for name, device in CATALOGUE.items() if _kind(carrier) in device.figures.makes]
    such = Message(", such as %(devices)s", devices=first_of(known)) if known else ""
    return Message(
        "%(message)s Add supplies.%(carrier)s%(links)s, or consider a device that makes "
        "it%(such)s.",
        message=message,
        carrier=carrier,
        links=links,
        such=such,
    )


def _missing_devices(carrier: str, more: Island, fewer: Island) -> str | list[str]:
    """Name the devices that `fewer` lacks to supply a carrier: alternatives, or a minimal set."""
    had = set(fewer.devices)
    lacking = [name for name in more.devices if name not in had]
    alone = [name for name in lacking if carrier in _available(more.only(had | {name}))]
    if alone:
        return Message("one of %(devices)s", devices=first_of(alone)) if alone[1:] else alone[0]
    needed = set(lacking)
    for name in lacking:
        if carrier in _available(more.only(had | needed - {name})):
            needed.remove(name)
    return first_of(name for name in lacking if name in needed)


def _kind(carrier: str) -> str:
    return carrier_and_place(carrier)[0]

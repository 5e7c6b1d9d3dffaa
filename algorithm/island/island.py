"""An island as arrays: what a model is built from, for every step or for some of them.

Made from a requirement by `resolve`; read by `build`, `dispatch`, `plan` and `graph`.

Arrays are (T,) over `Island.steps` or (S,) over the whole horizon before `Island.at` has chosen
among them. Powers are kW, energies kWh, money is the requirement's currency.
"""

from collections.abc import Collection, Mapping, Set
from dataclasses import dataclass, field, replace
from typing import TypeVar

from algorithm.components.figures import Converter, Link, Store
from algorithm.series import Floats, Integers
from algorithm.timesteps import Period, Steps

T = TypeVar("T")


@dataclass(frozen=True)
class Conversion:
    """A converter. `flows` is kW per kW of activity (T,): out positive, in negative.

    kind: the catalogue's device that it is like, or its own name. carrier: what it is for.
    operation: currency per kWh of activity (T,), the costs of its flows included. max_size: what
    the requirement allows, inf where it sets no limit. min_load_stated: whether the smallest load
    is the requirement's own, and not the catalogue's. spread: by how much less a flow may be than
    `flows` (T,), where a coarse step makes it uncertain.
    """

    label: str
    kind: str
    figures: Converter
    carrier: str
    flows: Mapping[str, Floats]
    availability: Floats
    operation: Floats
    max_size: float
    min_load_stated: bool = False
    spread: Mapping[str, Floats] = field(default_factory=dict)

    def at(self, positions: Integers) -> "Conversion":
        return replace(
            self,
            flows={carrier: flow[positions] for carrier, flow in self.flows.items()},
            availability=self.availability[positions],
            operation=self.operation[positions],
        )


@dataclass(frozen=True)
class Storage:
    """A store. Levels are shares of its size at each step's end (T,); operation: currency per kWh
    discharged (T,)."""

    label: str
    kind: str
    figures: Store
    carrier: str
    min_level: Floats
    max_level: Floats
    operation: Floats
    max_size: float

    def at(self, positions: Integers) -> "Storage":
        return replace(
            self,
            min_level=self.min_level[positions],
            max_level=self.max_level[positions],
            operation=self.operation[positions],
        )


@dataclass(frozen=True)
class Connection:
    """A link between two carriers. efficiency: kW out per kW in (T,), the same both ways;
    operation: currency per kWh that enters (T,). spread: as a conversion's, of the efficiency."""

    label: str
    kind: str
    figures: Link
    source: str
    target: str
    efficiency: Floats
    operation: Floats
    max_size: float
    spread: Floats | None = None

    def at(self, positions: Integers) -> "Connection":
        return replace(
            self,
            efficiency=self.efficiency[positions],
            operation=self.operation[positions],
        )


@dataclass(frozen=True)
class Demand:
    """Power that is wanted (T,), and what a kWh of it costs that isn't met; None: all must be."""

    carrier: str
    power: Floats
    unserved_price: float | None

    def at(self, positions: Integers) -> "Demand":
        return replace(self, power=self.power[positions])


@dataclass(frozen=True)
class Trade:
    """A supply or an export: currency per kWh (T,), kg CO2 per kWh (T,; an export's are saved),
    largest power (T,), and the price of a kW of each month's or the year's peak.

    devices: those whose output alone may be exported; None: anything.
    """

    carrier: str
    price: Floats
    co2: Floats
    limit: Floats
    peak_price: float = 0.0
    peak_period: Period = "year"
    devices: tuple[str, ...] | None = None

    def at(self, positions: Integers) -> "Trade":
        return replace(
            self,
            price=self.price[positions],
            co2=self.co2[positions],
            limit=self.limit[positions],
        )


@dataclass(frozen=True)
class Meter:
    """A connection, by the names of what shares it: its supplies or its exports flow, never both
    in a step. net_metering: the period over which they are set off against each other, if any."""

    supplies: tuple[str, ...]
    exports: tuple[str, ...]
    net_metering: Period | None


@dataclass(frozen=True)
class Island:
    """Everything that a model needs, by name: of demands, supplies, exports, meters and
    devices.

    co2_price: currency per kg. co2_limit: kg a year, inf if there is none. budget: currency, inf
    if there is none.
    """

    steps: Steps
    demands: Mapping[str, Demand]
    supplies: Mapping[str, Trade]
    exports: Mapping[str, Trade]
    meters: Mapping[str, Meter]
    conversions: Mapping[str, Conversion]
    storages: Mapping[str, Storage]
    connections: Mapping[str, Connection]
    areas: Mapping[str, float]
    interest_rate: float
    co2_price: float
    co2_limit: float
    budget: float
    currency: str

    @property
    def carriers(self) -> list[str]:
        """Every carrier that anything here has to do with, in a fixed order."""
        named = [demand.carrier for demand in self.demands.values()]
        named += [trade.carrier for trade in (*self.supplies.values(), *self.exports.values())]
        for conversion in self.conversions.values():
            named += conversion.flows
        named += [storage.carrier for storage in self.storages.values()]
        for connection in self.connections.values():
            named += [connection.source, connection.target]
        return list(dict.fromkeys(named))

    @property
    def devices(self) -> Mapping[str, Conversion | Storage | Connection]:
        """Every device, by name."""
        return {**self.conversions, **self.storages, **self.connections}

    @property
    def largest_demand(self) -> float:
        """The largest power of all demands, kW."""
        return max((float(demand.power.max()) for demand in self.demands.values()), default=0.0)

    def without(self, devices: Collection[str]) -> "Island":
        """Return this island without some of its devices."""
        return self.only(self.devices.keys() - set(devices))

    def only(self, devices: Set[str]) -> "Island":
        """Return this island with these of its devices; exports of others' output lose these."""

        def chosen(everything: Mapping[str, T]) -> dict[str, T]:
            return {name: device for name, device in everything.items() if name in devices}

        def still_from(export: Trade) -> Trade:
            if export.devices is None:
                return export
            return replace(export, devices=tuple(d for d in export.devices if d in devices))

        return replace(
            self,
            conversions=chosen(self.conversions),
            storages=chosen(self.storages),
            connections=chosen(self.connections),
            exports={name: still_from(export) for name, export in self.exports.items()},
        )

    def at(self, steps: Steps) -> "Island":
        """Return this island at some of its steps; `self` must cover the whole horizon."""
        chosen = steps.positions
        return replace(
            self,
            steps=steps,
            demands={name: demand.at(chosen) for name, demand in self.demands.items()},
            supplies={name: trade.at(chosen) for name, trade in self.supplies.items()},
            exports={name: trade.at(chosen) for name, trade in self.exports.items()},
            conversions={name: c.at(chosen) for name, c in self.conversions.items()},
            storages={name: s.at(chosen) for name, s in self.storages.items()},
            connections={name: c.at(chosen) for name, c in self.connections.items()},
        )

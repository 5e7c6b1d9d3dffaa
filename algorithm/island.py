"""An island as arrays: what a model is built from, for every hour or for some of them.

Made from a requirement by `resolve`; read by `model`, `plan` and `graph`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from algorithm.catalogue import Converter, Store
from algorithm.days import Steps
from algorithm.series import Floats, Integers


@dataclass(frozen=True)
class Conversion:
    """A converter's hours. `flows` is kW per kW of activity (T,): out positive, in negative."""

    figures: Converter
    carrier: str
    flows: Mapping[str, Floats]
    availability: Floats
    max_size: float

    def at(self, hours: Integers) -> "Conversion":
        flows = {carrier: flow[hours] for carrier, flow in self.flows.items()}
        return replace(self, flows=flows, availability=self.availability[hours])


@dataclass(frozen=True)
class Storage:
    """A store and the largest size that is considered, kWh."""

    figures: Store
    max_size: float


@dataclass(frozen=True)
class Trade:
    """A supply or an export: EUR per kWh (T,), kg CO2 per kWh (T,), and the terms."""

    price: Floats
    co2: Floats
    limit: float
    peak_price: float

    def at(self, hours: Integers) -> "Trade":
        return replace(self, price=self.price[hours], co2=self.co2[hours])


@dataclass(frozen=True)
class Island:
    """Everything that a model needs. Arrays are (T,) over `steps`; powers are kW.

    co2_price: EUR per kg.
    """

    steps: Steps
    demands: Mapping[str, Floats]
    supplies: Mapping[str, Trade]
    exports: Mapping[str, Trade]
    conversions: Mapping[str, Conversion]
    storages: Mapping[str, Storage]
    areas: Mapping[str, float]
    interest_rate: float
    co2_price: float

    @property
    def carriers(self) -> list[str]:
        """Every carrier that anything here has to do with, in a fixed order."""
        named = [*self.demands, *self.supplies, *self.exports]
        for conversion in self.conversions.values():
            named += conversion.flows
        named += [storage.figures.carrier for storage in self.storages.values()]
        return list(dict.fromkeys(named))

    def at(self, steps: Steps) -> "Island":
        """Return this island at some of its hours; `self` must cover every hour."""
        return replace(
            self,
            steps=steps,
            demands={name: values[steps.hours] for name, values in self.demands.items()},
            supplies={name: trade.at(steps.hours) for name, trade in self.supplies.items()},
            exports={name: trade.at(steps.hours) for name, trade in self.exports.items()},
            conversions={
                name: conversion.at(steps.hours) for name, conversion in self.conversions.items()
            },
        )

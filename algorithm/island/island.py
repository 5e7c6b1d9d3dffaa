"""An island: the components that a model is built from, over all time steps or some of them.

Arrays are (T,) over `Island.steps`, or (S,) over the whole horizon before `Island.at` selects
steps. Powers are kW, energies kWh, money is the requirement's currency.
"""

import math
from collections.abc import Collection, Mapping, Set
from dataclasses import dataclass, replace

from algorithm.components.demand import Demand
from algorithm.components.device import Device
from algorithm.components.site import Site
from algorithm.components.trade import Trade
from algorithm.timesteps import Period, Steps


@dataclass(frozen=True)
class Meter:
    """A connection that supplies and exports share, given by name. In a step it imports or exports,
    never both. net_metering: the period over which exports are set off against supplies, if any."""

    supplies: tuple[str, ...]
    exports: tuple[str, ...]
    net_metering: Period | None


@dataclass(frozen=True)
class Island(Site):
    """Everything that a model needs. Components are by name, devices in the order of their kinds.

    areas: m2. co2_limit: kg a year, inf without a limit. budget: currency, inf without a limit.
    self_sufficiency_min, renewable_share_min, co2_cut_min: shares, -inf without a limit. co2_today:
    the CO2 of today's system, kg a year, which a cut refers to; inf if unknown.
    """

    demands: Mapping[str, Demand]
    supplies: Mapping[str, Trade]
    exports: Mapping[str, Trade]
    meters: Mapping[str, Meter]
    devices: Mapping[str, Device]
    areas: Mapping[str, float]
    co2_limit: float
    budget: float
    self_sufficiency_min: float
    renewable_share_min: float
    co2_cut_min: float
    currency: str
    co2_today: float = math.inf

    @property
    def carriers(self) -> list[str]:
        """Every carrier of a component, in a fixed order."""
        named = [demand.carrier for demand in self.demands.values()]
        named += [trade.carrier for trade in (*self.supplies.values(), *self.exports.values())]
        named += [carrier for device in self.devices.values() for carrier in device.carriers]
        return list(dict.fromkeys(named))

    @property
    def co2_after_cut(self) -> float:
        """The most CO2 that the cut against today's system leaves, kg a year; inf without one."""
        if self.co2_cut_min == -math.inf:
            return math.inf
        return self.co2_today - self.co2_cut_min * abs(self.co2_today)

    @property
    def largest_demand(self) -> float:
        """The highest peak of any demand, kW."""
        return max((float(demand.power.max()) for demand in self.demands.values()), default=0.0)

    def without(self, devices: Collection[str]) -> "Island":
        """Return this island without some of its devices."""
        return self.only(self.devices.keys() - set(devices))

    def only(self, devices: Set[str]) -> "Island":
        """Return this island with only these devices, also as sources of exports."""

        def still_from(export: Trade) -> Trade:
            if export.devices is None:
                return export
            return replace(export, devices=tuple(d for d in export.devices if d in devices))

        return replace(
            self,
            devices={name: device for name, device in self.devices.items() if name in devices},
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
            devices={name: device.at(chosen) for name, device in self.devices.items()},
        )

"""A plan as a PyPSA network with its sizes, to be optimised, inspected or changed there.

It needs the optional package pypsa. `network.optimize()` reproduces the plan's cost as its
objective: an independent check of the plan's dispatch and costs.

Components have the ids of the graph's nodes. Powers are kW, energies kWh, money is the
requirement's currency a year, CO2 is kg. Features that PyPSA lacks are modelled with those it has:

- Sizes are extendable between bounds at the planned size, so that their costs are part of the
  objective. The fixed costs of all devices are the capital cost of one generator, "fixed costs".
- A supply is a generator behind a link. The link's capital cost is the peak price (one link for
  each month or year, if there are several), and its second output goes to the bus "CO2", where
  emissions have their price and limit.
- Where charging and discharging of a store, or both directions of a link, share a power, this power
  is a generator on a bus of its own, from which both draw.
"""

import logging
import os
import warnings
from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from algorithm.components.demand import Demand
from algorithm.components.device import FREE, NotExpressible, half_a_digit
from algorithm.components.figures import Installable
from algorithm.components.site import Site
from algorithm.components.trade import Trade
from algorithm.errors import RequirementError
from algorithm.identifiers import node_id
from algorithm.island.island import Island
from algorithm.model.meters import both_pay, shared_meters
from algorithm.series import Floats

CO2 = "CO2"


def check_place(path: Path) -> None:
    """Raise RequirementError if a network can't be written to `path`; for use before a search."""
    if find_spec("pypsa") is None:
        message = "needs the package pypsa; install it with: pip install 'pypsa>=1.4,<2'"
        raise _wrong(path, message)
    if os.path.lexists(path):
        raise _wrong(path, "exists already")
    if not os.access(path.absolute().parent, os.W_OK):
        raise _wrong(path, "is in no folder that can be written to")


def _wrong(path: Path, message: str) -> RequirementError:
    return RequirementError([{"field": f"--pypsa {path}", "message": message}])


def write_network(island: Island, plan: Mapping[str, Any], path: Path, *, on_off: bool) -> None:
    """Write a plan's network as a netCDF file; nothing is half-written.

    Raises what `network_of` raises, and RequirementError if the file can't be written.
    """
    making = path.absolute().with_name(f".{path.name}-{os.getpid()}")
    logging.getLogger("pypsa").setLevel(logging.WARNING)  # hides its messages about the export
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # about future versions of pypsa
            network = network_of(island, plan, on_off=on_off)
            network.export_to_netcdf(making)
        making.rename(path)
    except (OSError, RuntimeError) as error:  # netCDF4 raises RuntimeErrors
        reason = getattr(error, "strerror", None) or error
        raise _wrong(path, f"can't be written ({reason})") from error
    finally:
        making.unlink(missing_ok=True)


def network_of(island: Island, plan: Mapping[str, Any], *, on_off: bool) -> Any:
    """Return the pypsa.Network of a plan; island: over the whole horizon; on_off: as searched.

    Raises NotExpressible, and ImportError without pypsa.
    """
    if plan["basis"] != "whole horizon":
        raise NotExpressible(
            "a plan that rests on typical days has none, as PyPSA's stores know no typical days"
        )
    return _Translation(island, plan, on_off).network


class _Translation:
    """Builds a network from a plan."""

    def __init__(self, island: Island, plan: Mapping[str, Any], on_off: bool) -> None:
        import pypsa  # optional, and slow to import

        steps = island.steps
        start, step = datetime.combine(steps.start, time()), timedelta(hours=steps.step_hours)
        self.network = pypsa.Network()
        self.network.set_snapshots([start + int(number) * step for number in steps.positions])
        weightings = self.network.snapshot_weightings
        weightings["objective"] = weightings["generators"] = steps.weights
        weightings["stores"] = steps.step_hours
        self._island, self.on_off = island, on_off
        self.steps = steps
        self.site: Site = island
        self._planned = {device["name"]: device for device in plan["devices"]}
        self._fixed_costs = 0.0
        self._translate()

    def _translate(self) -> None:
        island = self._island
        _check_meters(island)
        for carrier in island.carriers:
            self.bus(node_id("carrier", carrier), carrier)
        self._add_emissions()
        for name, demand in island.demands.items():
            self._add_demand(name, demand)
        for name, supply in island.supplies.items():
            self._add_supply(name, supply)
        for name, export in island.exports.items():
            self._add_export(name, export)
        for name in self._planned:
            island.devices[name].to_network(self, name)
        if self._fixed_costs:
            one = {"p_nom_min": 1.0, "p_nom_max": 1.0, "p_nom_opt": 1.0}
            self.bus("fixed costs", "none")
            self.add("Generator", "fixed costs", **FREE, **one, capital_cost=self._fixed_costs)

    # -- parts of a network

    def bus(self, name: str, carrier: str) -> str:
        if carrier not in self.network.carriers.index:
            self.network.add("Carrier", carrier)
        self.network.add("Bus", name, carrier=carrier)
        return name

    def add(self, kind: str, name: str, **attributes: Any) -> None:
        """Add a component, at the bus of its own name unless `bus` is given; arrays are (T,)."""
        if kind != "Link":
            attributes.setdefault("bus", name)
        for attribute, value in attributes.items():
            if isinstance(value, np.ndarray) and np.ptp(value) == 0:
                attributes[attribute] = float(value[0])
        self.network.add(kind, name, **attributes)

    def add_link(
        self, name: str, source: str, targets: Mapping[str, Floats | float], **attributes: Any
    ) -> None:
        """Add a link; targets: the kW that it delivers to each bus per kW that enters."""
        ports: dict[str, Any] = {"bus0": source}
        for number, (bus, efficiency) in enumerate(targets.items(), start=1):
            ports[f"bus{number}"] = bus
            ports[f"efficiency{number if number > 1 else ''}"] = efficiency
        self.add("Link", name, **ports, **attributes)

    def _add_limited(self, name: str, limit: Floats, **attributes: Any) -> None:
        """Add a generator at the bus of its name. limit: its maximum power, kW (T,)."""
        most = float(limit.max())
        if np.isfinite(most):
            attributes |= {"p_nom": most, "p_max_pu": limit / (most or 1.0)}
        else:
            attributes |= FREE
        self.add("Generator", name, **attributes)

    def sizing(self, name: str, per_size: float = 1.0, letter: str = "p") -> dict[str, Any]:
        """Return the attributes that fix a component's size as planned, and its costs; call once.

        per_size: kW of the component per unit of the device's size.
        """
        figures, size = self._island.devices[name].figures, self._planned[name]["size"]
        capital = figures.capital
        cost = capital.new_share(self.site) * capital.per_unit
        if capital.existing:
            # The average of what is kept and what is new, as the size is the plan's.
            cost = capital.yearly(self.site, size) / size
        else:
            self._fixed_costs += capital.new_share(self.site) * capital.fixed
        least, most = _range(figures, size, self._island.devices[name].max_size)
        return {
            f"{letter}_nom_extendable": True,
            f"{letter}_nom_min": least * per_size,
            f"{letter}_nom_max": most * per_size,
            f"{letter}_nom_opt": size * per_size,
            "capital_cost": cost / per_size,
        }

    def size(self, name: str) -> float:
        """Return the planned size of a device."""
        return float(self._planned[name]["size"])

    def power(self, name: str) -> float:
        """Return the planned power of a store, kW."""
        return float(self._planned[name]["power_kw"])

    # -- the island's parts

    def _add_emissions(self) -> None:
        island = self._island
        self.bus(CO2, CO2)
        limit = {"e_sum_max": island.co2_limit} if np.isfinite(island.co2_limit) else {}
        price = island.co2_price
        self.add("Generator", CO2, sign=-1, p_min_pu=-1.0, marginal_cost=price, **FREE, **limit)

    def _add_demand(self, name: str, demand: Demand) -> None:
        bus = node_id("carrier", demand.carrier)
        self.add("Load", node_id("demand", name), bus=bus, p_set=demand.power)
        if demand.unserved_price is not None:
            cost = {"marginal_cost": demand.unserved_price}
            self._add_limited(f"unserved:{name}", demand.power, bus=bus, **cost)

    def _add_supply(self, name: str, supply: Trade) -> None:
        node, target = (
            self.bus(node_id("supply", name), supply.carrier),
            node_id("carrier", supply.carrier),
        )
        self._add_limited(node, supply.limit, marginal_cost=supply.price)
        for label, during, price in self._peaks(supply):
            meter = {"capital_cost": price, "p_max_pu": during}
            self.add_link(node + label, node, {target: 1.0, CO2: supply.co2}, **FREE, **meter)

    def _peaks(self, trade: Trade) -> Iterator[tuple[str, Floats, float]]:
        """Yield each period with a peak price: its label, 1 in its steps (T,), its price per kW."""
        period = self._island.steps.periods(trade.peak_period)
        if not (period.any() and trade.peak_price):
            yield "", np.ones(len(period)), trade.peak_price_of_period(1)
            return
        begins = np.unique(period, return_index=True)[1]
        for number, snapshot in enumerate(self.network.snapshots[begins]):
            price = trade.peak_price_of_period(len(begins))
            yield f" from {snapshot:%Y-%m-%d}", (period == number).astype(float), price

    def _add_export(self, name: str, export: Trade) -> None:
        """Add an export. If only certain devices may sell to it, these feed a bus of their own."""
        node, source = (
            self.bus(node_id("export", name), export.carrier),
            node_id("carrier", export.carrier),
        )
        self._add_limited(node, export.limit, sign=-1, marginal_cost=-export.price)
        if export.devices is not None:
            origin = self.bus(f"origin:{name}", export.carrier)
            self.add_link(origin, origin, {source: 1.0}, **FREE)
            source = origin
        self.add_link(node, source, {node: 1.0, CO2: -export.co2}, **FREE)

    def bus_of(self, device: str, carrier: str, flow: Floats) -> str:
        """Return the bus at which a device's flow of a carrier enters or leaves."""
        for name, export in self._island.exports.items():
            if export.carrier == carrier and device in (export.devices or ()) and flow.max() > 0:
                if flow.min() < 0:
                    raise NotExpressible(f"that {name} sells what {device} puts out can't be kept")
                return f"origin:{name}"
        return node_id("carrier", carrier)


def _check_meters(island: Island) -> None:
    """Raise NotExpressible if a meter has net metering, or a direction that is a decision."""
    for name, meter in shared_meters(island).items():
        if meter.net_metering is not None:
            raise NotExpressible(f"the net metering of meters.{name} can't be kept in PyPSA")
        pays = [
            both_pay(island, island.supplies[one], island.exports[other], least_co2=False).any()
            for one in meter.supplies
            for other in meter.exports
        ]
        if any(pays):
            raise NotExpressible(
                f"that meters.{name} never buys and sells in one step can't be kept in PyPSA"
            )


def _range(figures: Installable, size: float, max_size: float) -> tuple[float, float]:
    """Return the range of sizes that a plan's rounded size may stand for."""
    if figures.size is not None:
        return figures.size, figures.size
    if figures.unit_size is not None:
        whole = round(size / figures.unit_size) * figures.unit_size
        return whole, whole
    half = half_a_digit(size)
    return max(size - half, figures.least_size), min(size + half, max_size)

"""A plan as a PyPSA network of its sizes, to be run, looked at or changed there.

Used by `terminal` for `--pypsa`; needs the optional package pypsa. `network.optimize()` finds the
plan's cost again, as its objective: an independent check of how the plan is run and what it costs.

Components are called as the graph's nodes are; powers are kW, energies kWh, money the requirement's
currency a year, CO2 kg. What PyPSA has no word for is said in those that it has:

- A size is what an extendable component must have, so that its cost is part of the objective. What
  devices cost whatever their size is the capital cost of the one generator "fixed costs".
- A supply is a generator beyond a link, whose capacity costs what the peak does (a link for each
  month or year, if there are several) and whose second output goes to the bus "CO2". What is
  emitted there has its price and its limit.
- The power that a store has for charging and discharging together, and a two-way link for both
  ways, is a generator on a bus of its own, from which both draw.
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

from algorithm.components.figures import Installable
from algorithm.errors import RequirementError
from algorithm.island.island import Connection, Conversion, Demand, Island, Storage, Trade
from algorithm.model.annuity import peak_price_of_period, yearly_share
from algorithm.model.meters import both_pay, shared_meters
from algorithm.series import Floats

# Half of the last digit that a plan states of a size, and the most that is of a small one.
ROUNDING, SHARE_ROUNDED = 5e-4, 5e-3
# As much as is wanted, at no cost.
FREE: Mapping[str, Any] = {"p_nom_extendable": True}
CO2 = "CO2"


class NotExpressible(ValueError):
    """Something of a plan can't be said in PyPSA; the message says what."""


def check_place(path: Path) -> None:
    """Raise RequirementError where no network could be written, before a long search."""
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
    """Write a plan's network as a netCDF file, or nothing; raises as `network_of` does.

    Raises RequirementError where the file can't be written.
    """
    making = path.absolute().with_name(f".{path.name}-{os.getpid()}")
    logging.getLogger("pypsa").setLevel(logging.WARNING)  # else it tells what it has written
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # about versions of pypsa to come
            network = network_of(island, plan, on_off=on_off)
            network.export_to_netcdf(making)
        making.rename(path)
    except (OSError, RuntimeError) as error:  # netCDF4's own are RuntimeErrors
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
    """A network in the making."""

    def __init__(self, island: Island, plan: Mapping[str, Any], on_off: bool) -> None:
        import pypsa  # heavy, and not everybody has it

        steps = island.steps
        start, step = datetime.combine(steps.start, time()), timedelta(hours=steps.step_hours)
        self.network = pypsa.Network()
        self.network.set_snapshots([start + int(number) * step for number in steps.positions])
        weightings = self.network.snapshot_weightings
        weightings["objective"] = weightings["generators"] = steps.weights
        weightings["stores"] = steps.step_hours
        self._island, self._on_off = island, on_off
        self._planned = {device["name"]: device for device in plan["devices"]}
        self._fixed_costs = 0.0
        self._translate()

    def _translate(self) -> None:
        island = self._island
        _check_meters(island)
        for carrier in island.carriers:
            self._bus(f"carrier:{carrier}", carrier)
        self._add_emissions()
        for name, demand in island.demands.items():
            self._add_demand(name, demand)
        for name, supply in island.supplies.items():
            self._add_supply(name, supply)
        for name, export in island.exports.items():
            self._add_export(name, export)
        for name in self._planned:
            device = island.devices[name]
            if isinstance(device, Conversion):
                self._add_conversion(name, device)
            elif isinstance(device, Storage):
                self._add_storage(name, device)
            else:
                self._add_connection(name, device)
        if self._fixed_costs:
            one = {"p_nom_min": 1.0, "p_nom_max": 1.0, "p_nom_opt": 1.0}
            self._bus("fixed costs", "none")
            self._add("Generator", "fixed costs", **FREE, **one, capital_cost=self._fixed_costs)

    # -- parts of a network

    def _bus(self, name: str, carrier: str) -> str:
        if carrier not in self.network.carriers.index:
            self.network.add("Carrier", carrier)
        self.network.add("Bus", name, carrier=carrier)
        return name

    def _add(self, kind: str, name: str, **attributes: Any) -> None:
        """Add a component, at the bus of its own name where none is stated; arrays are by step."""
        if kind != "Link":
            attributes.setdefault("bus", name)
        for attribute, value in attributes.items():
            if isinstance(value, np.ndarray) and np.ptp(value) == 0:
                attributes[attribute] = float(value[0])
        self.network.add(kind, name, **attributes)

    def _add_link(
        self, name: str, source: str, targets: Mapping[str, Floats | float], **attributes: Any
    ) -> None:
        """Add a link; targets: what it puts into each bus per kW that enters."""
        ports: dict[str, Any] = {"bus0": source}
        for number, (bus, efficiency) in enumerate(targets.items(), start=1):
            ports[f"bus{number}"] = bus
            ports[f"efficiency{number if number > 1 else ''}"] = efficiency
        self._add("Link", name, **ports, **attributes)

    def _add_limited(self, name: str, limit: Floats, **attributes: Any) -> None:
        """Add a generator at the bus of its name with at most so many kW in each step."""
        most = float(limit.max())
        if np.isfinite(most):
            attributes |= {"p_nom": most, "p_max_pu": limit / (most or 1.0)}
        else:
            attributes |= FREE
        self._add("Generator", name, **attributes)

    def _sizing(self, name: str, per_size: float = 1.0, letter: str = "p") -> dict[str, Any]:
        """Return what makes a component as large as planned, and its costs, which count once.

        per_size: kW of the component per unit of the device's size.
        """
        figures, size = self._island.devices[name].figures, self._planned[name]["size"]
        share = yearly_share(self._island.interest_rate, figures.life, figures.maintenance)
        self._fixed_costs += share * figures.investment_fixed
        least, most = _range(figures, size, self._island.devices[name].max_size)
        return {
            f"{letter}_nom_extendable": True,
            f"{letter}_nom_min": least * per_size,
            f"{letter}_nom_max": most * per_size,
            f"{letter}_nom_opt": size * per_size,
            "capital_cost": share * figures.investment / per_size,
        }

    # -- the island's parts

    def _add_emissions(self) -> None:
        island = self._island
        self._bus(CO2, CO2)
        limit = {"e_sum_max": island.co2_limit} if np.isfinite(island.co2_limit) else {}
        price = island.co2_price
        self._add("Generator", CO2, sign=-1, p_min_pu=-1.0, marginal_cost=price, **FREE, **limit)

    def _add_demand(self, name: str, demand: Demand) -> None:
        bus = f"carrier:{demand.carrier}"
        self._add("Load", f"demand:{name}", bus=bus, p_set=demand.power)
        if demand.unserved_price is not None:
            cost = {"marginal_cost": demand.unserved_price}
            self._add_limited(f"unserved:{name}", demand.power, bus=bus, **cost)

    def _add_supply(self, name: str, supply: Trade) -> None:
        node, target = self._bus(f"supply:{name}", supply.carrier), f"carrier:{supply.carrier}"
        self._add_limited(node, supply.limit, marginal_cost=supply.price)
        for label, during, price in self._peaks(supply):
            meter = {"capital_cost": price, "p_max_pu": during}
            self._add_link(node + label, node, {target: 1.0, CO2: supply.co2}, **FREE, **meter)

    def _peaks(self, trade: Trade) -> Iterator[tuple[str, Floats, float]]:
        """Yield each period that has a peak of its own: its label, 1 in its steps, its price."""
        period = self._island.steps.periods(trade.peak_period)
        if not (period.any() and trade.peak_price):
            yield "", np.ones(len(period)), peak_price_of_period(trade, 1)
            return
        begins = np.unique(period, return_index=True)[1]
        for number, snapshot in enumerate(self.network.snapshots[begins]):
            price = peak_price_of_period(trade, len(begins))
            yield f" from {snapshot:%Y-%m-%d}", (period == number).astype(float), price

    def _add_export(self, name: str, export: Trade) -> None:
        """Add a buyer; what only certain devices may sell them flows through a bus of theirs."""
        node, source = self._bus(f"export:{name}", export.carrier), f"carrier:{export.carrier}"
        self._add_limited(node, export.limit, sign=-1, marginal_cost=-export.price)
        if export.devices is not None:
            origin = self._bus(f"origin:{name}", export.carrier)
            self._add_link(origin, origin, {source: 1.0}, **FREE)
            source = origin
        self._add_link(node, source, {node: 1.0, CO2: -export.co2}, **FREE)

    def _bus_of(self, device: str, carrier: str, flow: Floats) -> str:
        """Return the bus of what a device puts out of a carrier, or takes from it."""
        for name, export in self._island.exports.items():
            if export.carrier == carrier and device in (export.devices or ()) and flow.max() > 0:
                if flow.min() < 0:
                    raise NotExpressible(f"that {name} sells what {device} puts out can't be kept")
                return f"origin:{name}"
        return f"carrier:{carrier}"

    def _add_conversion(self, name: str, conversion: Conversion) -> None:
        """Add a link from the first input that is always needed; a source is a generator."""
        node, figures = f"device:{name}", conversion.figures
        holds = self._on_off or conversion.min_load_stated
        if holds and figures.min_load > 0 and not figures.must_take:
            raise NotExpressible(f"the smallest load of {name} can't be kept in PyPSA")
        flows = {self._bus_of(name, c, flow): flow for c, flow in conversion.flows.items()}
        if inputs := [bus for bus, flow in flows.items() if flow.max() < 0]:
            taken = -flows.pop(inputs[0])
            outputs = {bus: flow / taken for bus, flow in flows.items()}
            self._add_link(node, inputs[0], outputs, **self._running(name, conversion, taken))
        elif len(flows) == 1 and min(flow.min() for flow in flows.values()) >= 0:
            ((bus, made),) = flows.items()
            self._add("Generator", node, bus=bus, **self._running(name, conversion, made))
        else:
            self._bus(node, conversion.carrier)
            once = np.ones_like(conversion.availability)
            self._add("Generator", node, **self._running(name, conversion, once))
            self._add_link(node, node, flows, **FREE)

    def _running(self, name: str, conversion: Conversion, flow: Floats) -> dict[str, Any]:
        """Return size, limits and costs of a component that has so many kW per kW of activity."""
        rated = float(flow.max())
        most = conversion.availability * flow / rated
        costs = np.divide(conversion.operation, flow, out=np.zeros_like(flow), where=flow > 0)
        return {
            **self._sizing(name, rated),
            "p_max_pu": most,
            "p_min_pu": most if conversion.figures.must_take else 0.0,
            "marginal_cost": costs,
        }

    def _add_storage(self, name: str, storage: Storage) -> None:
        figures, node = storage.figures, f"storage:{name}"
        if figures.charging == "exclusive":
            raise NotExpressible(
                f"that {name} never charges and discharges in one step can't be kept in PyPSA"
            )
        self._bus(node, storage.carrier)
        size = self._planned[name]["size"]
        levels, nominal = self._levels(storage, size), self._sizing(name, letter="e")
        self._add("Store", node, standing_loss=figures.loss, **levels, **nominal)
        if figures.standing_loss:
            self._add("Load", f"loss:{name}", bus=node, p_set=figures.standing_loss * size)
        self._add_power(name, storage)

    def _levels(self, storage: Storage, size: float) -> dict[str, Any]:
        """Return where a store's level is, at the beginning, on the way and at the end."""
        figures, most, least = storage.figures, storage.max_level, storage.min_level
        if figures.start_level is None:
            return {"e_cyclic": True, "e_min_pu": least, "e_max_pu": most}
        start = figures.start_level
        if figures.cyclic:
            most, least = (np.append(level[:-1], start) for level in (most, least))
        # PyPSA takes nothing off in the first step.
        left = start * size * (1 - figures.loss) ** self._island.steps.step_hours
        return {"e_initial": left, "e_min_pu": least, "e_max_pu": most}

    def _add_power(self, name: str, storage: Storage) -> None:
        """Add how a store is charged and discharged, both together or each with all its power."""
        figures, node, bus = storage.figures, f"storage:{name}", f"carrier:{storage.carrier}"
        kw = self._planned[name]["power_kw"]
        share = yearly_share(
            self._island.interest_rate, figures.power_life, figures.power_maintenance
        )
        power = {
            "p_nom_extendable": True,
            "p_nom_min": kw - _half_a_digit(kw),
            "p_nom_max": kw + _half_a_digit(kw),
            "p_nom_opt": kw,
            "capital_cost": share * figures.power_investment,
        }
        into: dict[str, Any] = {node: figures.charge_efficiency}
        out: dict[str, Any] = {bus: figures.discharge_efficiency}
        most_out: Mapping[str, Any] = {"p_nom": power["p_nom_max"] / figures.discharge_efficiency}
        if figures.charging == "shared":
            shared = self._bus(f"power:{name}", storage.carrier)
            self._add("Generator", shared, **power)
            into[shared], out[shared] = -1.0, -figures.discharge_efficiency
            power, most_out = dict(FREE), FREE
        cost = {"marginal_cost": storage.operation * figures.discharge_efficiency}
        self._add_link(f"{node} in", bus, into, **power)
        self._add_link(f"{node} out", node, out, **most_out, **cost)

    def _add_connection(self, name: str, connection: Connection) -> None:
        node = f"device:{name}"
        source, target = f"carrier:{connection.source}", f"carrier:{connection.target}"
        cost = {"marginal_cost": connection.operation}
        if not connection.figures.two_way:
            size = self._sizing(name)
            self._add_link(node, source, {target: connection.efficiency}, **size, **cost)
            return
        shared = self._bus(f"power:{name}", connection.source)
        self._add("Generator", shared, **self._sizing(name))
        for label, start, end in ((node, source, target), (f"{node} back", target, source)):
            arriving: dict[str, Floats | float] = {end: connection.efficiency, shared: -1.0}
            self._add_link(label, start, arriving, **FREE, **cost)


def _check_meters(island: Island) -> None:
    """Raise NotExpressible where a meter does more than what a plan does by itself."""
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
    """Return between what a size is that a plan states rounded."""
    if figures.size is not None:
        return figures.size, figures.size
    if figures.unit_size is not None:
        whole = round(size / figures.unit_size) * figures.unit_size
        return whole, whole
    half = _half_a_digit(size)
    return max(size - half, figures.min_size), min(size + half, max_size)


def _half_a_digit(size: float) -> float:
    return min(ROUNDING, SHARE_ROUNDED * size)

"""A converter: turns carriers into carriers, such as a boiler, a heat pump or photovoltaics.

With size s, activity a_t, availability v_t and the flow f_ct of carrier c per kW of activity:

    a_t <= v_t s                      (=, if must_take: it can't be curtailed)
    a_t >= m s, or a_t = 0            (with a minimum load m: a decision in each step)
    balance of carrier c: + f_ct a_t  (negative for inputs)
    cost: yearly share of s, plus operation of a_t including the costs of its flows
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from algorithm.components.device import (
    FREE,
    NONE,
    Bounds,
    Curtailable,
    Device,
    DeviceColumns,
    Horizon,
    Merge,
    Network,
    NotExpressible,
    Way,
    add_less,
    add_size,
)
from algorithm.components.figures import Finding, Installable, Share, Surroundings
from algorithm.components.site import Site
from algorithm.identifiers import node_id
from algorithm.linear_program import Program, Term
from algorithm.messages import Message
from algorithm.series import MOST, Booleans, Floats, Integers, Name, Series
from algorithm.suggestions import near_miss
from algorithm.timesteps import Steps


class Converter(Installable):
    """Turns carriers into carriers; its activity, up to size x availability, is free.

    The first output is what the device is for. A device without inputs is a source.
    """

    series_fields: ClassVar = ("availability", "operation", "inputs", "outputs", "flow_costs")

    kind: Literal["converter"] = "converter"
    unit: Literal["kW", "m2"] = Field("kW", description="unit of size")
    resource: Literal["sun", "wind"] | None = Field(None, description="what drives it, if free")
    inputs: dict[Name, Series] = Field(
        default_factory=dict,
        max_length=20,
        description="kW in per kW of activity, by carrier",
        json_schema_extra={"unit": "kW/kW"},
    )
    outputs: dict[Name, Series] = Field(
        default_factory=dict,
        max_length=20,
        description="kW out per kW of activity, by carrier",
        json_schema_extra={"unit": "kW/kW"},
    )
    availability: Series = Field(
        1.0,
        description="largest activity in kW per unit of size",
        json_schema_extra={"unit": "kW/size"},
    )
    must_take: bool = Field(
        False, description="whether it always runs at its availability, and can't be curtailed"
    )
    min_load: Share = Field(
        0.0,
        description="smallest activity while it runs, a share of its size; the catalogue's holds "
        "if the search's option on_off is set, a stated one always",
        json_schema_extra={"unit": "kW/kW"},
    )
    operation: Series = Field(
        0.0,
        description="currency per kWh of activity",
        json_schema_extra={"unit": "currency/kWh"},
    )
    flow_costs: dict[Name, Series] = Field(
        default_factory=dict,
        max_length=20,
        description="currency per kWh that flows in or out, by carrier, beside `operation`",
        json_schema_extra={"unit": "currency/kWh"},
    )

    @property
    def carriers(self) -> list[str]:
        return [*self.inputs, *self.outputs]

    @property
    def makes(self) -> Collection[str]:
        return self.outputs.keys()

    @property
    def entries_a_step(self) -> int:
        return 2 + len(self.inputs) + len(self.outputs) + 6 * (self.min_load > 0)

    def range_of(self, field: str) -> tuple[float, float]:
        return (-MOST, MOST) if field in ("operation", "flow_costs") else (0.0, MOST)

    def uses(self, field: str) -> bool:
        return self.min_load > 0 if field == "min_load" else super().uses(field)

    def moved(self, here: Callable[[str], str]) -> dict[str, Any]:
        return {
            field: {here(carrier): value for carrier, value in getattr(self, field).items()}
            for field in ("inputs", "outputs", "flow_costs")
        }

    def contradictions(self, around: Surroundings, stated: Installable | None) -> Iterator[Finding]:
        if not self.outputs:
            yield ("outputs",), Message("should name at least one carrier")
        flows = self.carriers
        for carrier in self.flow_costs:
            if carrier not in flows:
                near = near_miss(carrier, flows) if flows else ""
                message = Message("is neither an input nor an output%(near)s", near=near)
                yield ("flow_costs", carrier), message
        profile = self.availability
        if isinstance(profile, str) and profile not in around.profiles:
            message = Message(
                "needs the profile '%(profile)s'; add it to profiles", profile=profile
            )
            yield ("availability",), message
        for flow_field in ("inputs", "outputs", "flow_costs") if stated is not None else ():
            if len(getattr(self, flow_field)) < len(getattr(stated, flow_field)):
                message = Message(
                    "should not name a carrier both with and without @%(place)s", place=self.place
                )
                yield (flow_field,), message

    def resolve(self, name: str, horizon: Horizon) -> "Conversion":
        """Return its arrays over the horizon; its maximum size is set later."""
        flows: dict[str, Floats] = {}
        operation = horizon.array(self.operation)
        for sign, coefficients in ((1.0, self.outputs), (-1.0, self.inputs)):
            for carrier, coefficient in coefficients.items():
                flow = horizon.array(coefficient)
                flows[carrier] = flows.get(carrier, 0.0) + sign * flow
                operation = operation + flow * horizon.array(self.flow_costs.get(carrier, 0.0))
        return Conversion(
            label=self.label or name,
            kind=self.like or name,
            figures=self,
            operation=operation,
            max_size=np.inf,
            flows=flows,
            availability=horizon.array(self.availability),
            min_load_stated=horizon.states(name, "min_load"),
        )


@dataclass(frozen=True)
class Conversion(Device):
    """A converter's arrays. `flows` is kW per kW of activity (T,), outputs positive.

    operation: currency per kWh of activity (T,), the costs of its flows included. availability:
    kW of activity per unit of size (T,). spread: in coarse steps, by how much a flow may lie below
    `flows` (T,), since it varies within the step.
    """

    figures: Converter
    flows: Mapping[str, Floats]
    availability: Floats
    min_load_stated: bool = False
    spread: Mapping[str, Floats] = field(default_factory=dict)

    @property
    def carrier(self) -> str:
        return next(iter(self.figures.outputs))

    @property
    def carriers(self) -> Sequence[str]:
        return list(self.flows)

    @property
    def profiles(self) -> Sequence[Floats]:
        return [*self.flows.values(), self.availability, self.operation]

    @property
    def ways(self) -> Sequence[Way]:
        flows = self.flows.items() if self.availability.any() else ()
        gives = {carrier for carrier, flow in flows if (flow > 0).any()}
        return [(self._takes, gives)] if gives else []

    @property
    def _takes(self) -> Set[str]:
        return {carrier for carrier, flow in self.flows.items() if (flow < 0).any()}

    @property
    def resource(self) -> str | None:
        return self.figures.resource

    @property
    def converts(self) -> bool:
        return True

    @property
    def min_load(self) -> float:
        return self.figures.min_load

    def must_give(self, carrier: str) -> bool:
        return self.figures.must_take and carrier in self.figures.outputs

    def is_of_use(self, available: Set[str]) -> bool:
        if self.figures.size is not None:
            return True
        if not self.availability.any():
            return False
        return bool((self.operation < 0).any()) or self._takes <= available

    def at(self, positions: Integers) -> "Conversion":
        return replace(
            self,
            flows={carrier: flow[positions] for carrier, flow in self.flows.items()},
            availability=self.availability[positions],
            operation=self.operation[positions],
        )

    def coarser(self, merged: Merge) -> "Conversion":
        spread = {carrier: merged(flow, np.ptp) for carrier, flow in self.flows.items()}
        return replace(
            self,
            flows={carrier: merged(flow, np.max) for carrier, flow in self.flows.items()},
            spread={carrier: less for carrier, less in spread.items() if less.any()},
            availability=merged(self.availability, np.mean),
            operation=merged(self.operation, np.min),
        )

    def largest_flow(self, carrier: str, sign: float, step_hours: float) -> Floats | float:
        if carrier not in self.flows:
            return 0.0
        flow = (-sign * self.flows[carrier]).clip(min=0.0) * self.availability
        return np.multiply(flow, self.max_size, out=np.zeros_like(flow), where=flow > 0)

    def largest_throughput(self, steps: Steps) -> float:
        hours = float(self.availability @ steps.weights)
        return self.max_size * hours if hours else 0.0

    def rated(self, size: float, power: float) -> float:
        per_unit = 1.0 if self.figures.unit == "kW" else self.availability.max()
        return size * float(per_unit * self.flows[self.carrier].max())

    def add(self, program: Program, site: Site, *, on_off: bool) -> "ConversionColumns":
        figures, weights = self.figures, site.steps.weights
        size = add_size(program, site, self)
        activity = program.columns(len(weights), cost=weights * self.operation)
        within: list[Term] = [(activity, 1.0), (size, -self.availability)]
        lowest = 0.0 if figures.must_take else -np.inf
        program.rows(len(weights), within, lower=lowest, upper=0.0)
        switched = least = NONE
        if self._keeps_min_load(on_off=on_off):
            switched = np.flatnonzero(self.availability)
            above: list[Term] = [(activity[switched], 1.0), (size, -figures.min_load)]
            least = program.rows(len(switched), above)
        less = {c: add_less(program, activity, spread) for c, spread in self.spread.items()}
        return ConversionColumns(self, size, activity, switched, least, less)

    def _keeps_min_load(self, *, on_off: bool) -> bool:
        figures, holds = self.figures, on_off or self.min_load_stated
        return holds and figures.min_load > 0 and not figures.must_take

    def to_network(self, network: Network, name: str) -> None:
        """Add a link from the first input that is always needed; a source is a generator."""
        node = node_id("device", name)
        if self._keeps_min_load(on_off=network.on_off):
            raise NotExpressible(f"the minimum load of {name} can't be kept in PyPSA")
        flows = {network.bus_of(name, c, flow): flow for c, flow in self.flows.items()}
        if inputs := [bus for bus, flow in flows.items() if flow.max() < 0]:
            taken = -flows.pop(inputs[0])
            outputs: dict[str, Floats | float] = {bus: flow / taken for bus, flow in flows.items()}
            network.add_link(node, inputs[0], outputs, **self._running(network, name, taken))
        elif len(flows) == 1 and min(flow.min() for flow in flows.values()) >= 0:
            ((bus, made),) = flows.items()
            network.add("Generator", node, bus=bus, **self._running(network, name, made))
        else:
            network.bus(node, self.carrier)
            once = np.ones_like(self.availability)
            network.add("Generator", node, **self._running(network, name, once))
            network.add_link(node, node, {**flows}, **FREE)

    def _running(self, network: Network, name: str, flow: Floats) -> dict[str, Any]:
        """Return size, limits and costs of a PyPSA component with `flow` kW per kW of activity."""
        rated = float(flow.max())
        most = self.availability * flow / rated
        costs = np.divide(self.operation, flow, out=np.zeros_like(flow), where=flow > 0)
        return {
            **network.sizing(name, rated),
            "p_max_pu": most,
            "p_min_pu": most if self.figures.must_take else 0.0,
            "marginal_cost": costs,
        }


@dataclass(frozen=True)
class ConversionColumns(DeviceColumns):
    """activity (T,) kW. For a device with a minimum load: switched (n,), the steps in which it may
    run, and least (n,), the rows that keep it at its minimum load or above. less: in coarse steps,
    by how much a flow lies below its maximum (T,) kW."""

    device: Conversion
    activity: Integers
    switched: Integers
    least: Integers
    less: Mapping[str, Integers]

    @property
    def powers(self) -> Sequence[Integers]:
        return [self.activity]

    @property
    def others(self) -> Sequence[Integers]:
        return list(self.less.values())

    def terms(self, carrier: str) -> Iterator[tuple[Integers, Floats]]:
        if carrier in self.device.flows:
            yield self.activity, self.device.flows[carrier]
        if carrier in self.less:
            yield self.less[carrier], -np.ones(len(self.activity))

    @property
    def decisions(self) -> int:
        return len(self.switched)

    @property
    def keeps_min_load(self) -> bool:
        return len(self.switched) > 0

    def add_decisions(self, program: Program, site: Site, max_size: float) -> Integers:
        """Add an on/off decision for each step: if on, it runs at its minimum load or above."""
        share = self.device.figures.min_load
        activity = self.activity[self.switched]
        on = program.columns(len(activity), upper=1.0, whole=True)
        most = max_size * self.device.availability[self.switched]
        program.rows(len(on), [(activity, 1.0), (on, -most)], upper=0.0)
        above: list[Term] = [(activity, 1.0), (self.size, -share), (on, -share * max_size)]
        program.rows(len(on), above, lower=-share * max_size)
        return on

    def decide(self, bounds: Bounds, decided: Booleans) -> None:
        bounds.upper[self.activity[self.switched[~decided]]] = 0.0
        bounds.row_lower[self.least[decided]] = 0.0

    def decided(self, values: Floats, share: float, nothing: float) -> Booleans:
        """It is on where it runs above `share` of its minimum load."""
        least = self.device.figures.min_load * float(values[self.size[0]])
        on: Booleans = values[self.activity[self.switched]] > max(share * least, nothing)
        return on

    def throughput(self, values: Floats) -> Floats:
        return values[self.activity]

    def curtailable(self, carrier: str, values: Floats) -> Iterator[Curtailable]:
        device = self.device
        alone = list(device.flows) == [carrier] and not device.figures.must_take
        if alone and not self.keeps_min_load and (device.operation >= 0).all():
            power = device.flows[carrier]
            yield self.activity, power, values[self.activity] * power

    def trim(self, values: Floats, least: float) -> None:
        if not self.device.figures.must_take:
            availability = self.device.availability
            used = values[self.activity] / np.where(availability > 0, availability, np.inf)
            self.lower_size(values, float(used.max()), least)

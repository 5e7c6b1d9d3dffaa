"""A link: transports a carrier from one place to another, such as a heat main or a cable.

With size s, the power f_t that enters at the source and b_t at the target (backwards), and the
efficiency e_t = 1 - loss:

    f_t + b_t <= s
    balance of the source: + e_t b_t - f_t
    balance of the target: + e_t f_t - b_t
    cost: yearly share of s, plus operation of f_t + b_t
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from algorithm.components.device import (
    FREE,
    NONE,
    Curtailable,
    Device,
    DeviceColumns,
    Horizon,
    Merge,
    Network,
    Way,
    add_less,
    add_size,
    cancel,
)
from algorithm.components.figures import Finding, Installable, Surroundings
from algorithm.components.site import Site
from algorithm.identifiers import node_id
from algorithm.linear_program import Program, Term
from algorithm.messages import Message
from algorithm.series import MOST, Floats, Integers, Name, Series
from algorithm.timesteps import Steps


class Link(Installable):
    """Transports a carrier from one place to another, such as a heat main or a cable."""

    series_fields: ClassVar = ("operation", "loss")

    kind: Literal["link"] = "link"
    unit: Literal["kW"] = Field("kW", description="unit of size: power at the end that it enters")
    source: Name = Field("", description="the carrier that it takes from, such as 'heat@north'")
    target: Name = Field("", description="the carrier that it brings to, such as 'heat@south'")
    two_way: bool = Field(
        False, description="whether it also runs backwards; both together stay within its size"
    )
    loss: Series = Field(
        0.0,
        description="share of what enters that doesn't arrive, below 1",
        json_schema_extra={"unit": "kW/kW"},
    )
    operation: Series = Field(
        0.0,
        description="currency per kWh that enters, either way",
        json_schema_extra={"unit": "currency/kWh"},
    )

    @property
    def carriers(self) -> list[str]:
        return [self.source, self.target]

    @property
    def entries_a_step(self) -> int:
        return 4 + 2 * self.two_way

    def range_of(self, field: str) -> tuple[float, float]:
        return 0.0, 1.0 if field == "loss" else MOST

    def moved(self, here: Callable[[str], str]) -> dict[str, Any]:
        return {"source": here(self.source), "target": here(self.target)}

    def contradictions(self, around: Surroundings, stated: Installable | None) -> Iterator[Finding]:
        for end in ("source", "target"):
            if not getattr(self, end):
                yield (end,), Message("is required: the carrier at that end, such as 'heat@north'")
        if self.source and self.source == self.target:
            message = Message(
                "should be another carrier than source, '%(source)s'", source=self.source
            )
            yield ("target",), message
        if (wrong := around.array(self.loss) >= 1).any():
            message = Message(
                "should be below 1, which it isn't%(where)s", where=around.where(wrong)
            )
            yield ("loss",), message

    def resolve(self, name: str, horizon: Horizon) -> "Connection":
        """Return its arrays over the horizon; its maximum size is set later."""
        return Connection(
            label=self.label or name,
            kind=self.like or name,
            figures=self,
            operation=horizon.array(self.operation),
            max_size=np.inf,
            efficiency=1.0 - horizon.array(self.loss),
        )


@dataclass(frozen=True)
class Connection(Device):
    """A link's arrays. efficiency: kW out per kW in (T,), the same both ways. operation: currency
    per kWh that enters (T,). spread: in coarse steps, by how much the efficiency may lie below
    `efficiency` (T,)."""

    figures: Link
    efficiency: Floats
    spread: Floats | None = None

    @property
    def source(self) -> str:
        """The carrier that it takes from."""
        return self.figures.source

    @property
    def target(self) -> str:
        """The carrier that it delivers to."""
        return self.figures.target

    @property
    def carrier(self) -> str:
        return self.target

    @property
    def carriers(self) -> Sequence[str]:
        return [self.source, self.target]

    @property
    def profiles(self) -> Sequence[Floats]:
        return [self.efficiency, self.operation]

    @property
    def ways(self) -> Sequence[Way]:
        there, back = ({self.source}, {self.target}), ({self.target}, {self.source})
        return [there, back] if self.figures.two_way else [there]

    def is_for(self, carrier: str) -> bool:
        return True

    def at(self, positions: Integers) -> "Connection":
        return replace(
            self, efficiency=self.efficiency[positions], operation=self.operation[positions]
        )

    def coarser(self, merged: Merge) -> "Connection":
        return replace(
            self,
            efficiency=merged(self.efficiency, np.max),
            spread=merged(self.efficiency, np.ptp),
            operation=merged(self.operation, np.min),
        )

    def largest_flow(self, carrier: str, sign: float, step_hours: float) -> Floats | float:
        both = {self.source, self.target} if self.figures.two_way else set()
        if sign > 0:
            return self.max_size if carrier in {self.source, *both} else 0.0
        return self.max_size * self.efficiency if carrier in {self.target, *both} else 0.0

    def largest_throughput(self, steps: Steps) -> float:
        return self.max_size * float(steps.weights.sum())

    def rated(self, size: float, power: float) -> float:
        return size * float(self.efficiency.max())

    def add(self, program: Program, site: Site, *, on_off: bool) -> "ConnectionColumns":
        weights, two_way = site.steps.weights, self.figures.two_way
        size = add_size(program, site, self)
        cost = weights * self.operation
        forward = program.columns(len(weights), cost=cost)
        backward = program.columns(len(weights), cost=cost) if two_way else NONE
        within: list[Term] = [(forward, 1.0), (size, -1.0)]
        if two_way:
            within.append((backward, 1.0))
        program.rows(len(weights), within, upper=0.0)
        arriving = {self.target: forward, self.source: backward}
        less = {
            carrier: add_less(program, power, self.spread)
            for carrier, power in arriving.items()
            if self.spread is not None and self.spread.any() and len(power)
        }
        return ConnectionColumns(self, size, forward, backward, less)

    def to_network(self, network: Network, name: str) -> None:
        node = node_id("device", name)
        source, target = node_id("carrier", self.source), node_id("carrier", self.target)
        cost = {"marginal_cost": self.operation}
        if not self.figures.two_way:
            size = network.sizing(name)
            network.add_link(node, source, {target: self.efficiency}, **size, **cost)
            return
        shared = network.bus(f"power:{name}", self.source)
        network.add("Generator", shared, **network.sizing(name))
        for label, start, end in ((node, source, target), (f"{node} back", target, source)):
            arriving: dict[str, Floats | float] = {end: self.efficiency, shared: -1.0}
            network.add_link(label, start, arriving, **FREE, **cost)


@dataclass(frozen=True)
class ConnectionColumns(DeviceColumns):
    """forward (T,): kW that enter at the source. backward (T,): kW that enter at the target, empty
    for a one-way link. less: in coarse steps, by how much less arrives, kW (T,), by carrier."""

    device: Connection
    forward: Integers
    backward: Integers
    less: Mapping[str, Integers]

    @property
    def powers(self) -> Sequence[Integers]:
        return [self.forward, self.backward] if len(self.backward) else [self.forward]

    @property
    def others(self) -> Sequence[Integers]:
        return list(self.less.values())

    def terms(self, carrier: str) -> Iterator[tuple[Integers, Floats]]:
        device, one = self.device, np.ones(len(self.forward))
        there = {device.source: -one, device.target: device.efficiency}
        back = {device.source: device.efficiency, device.target: -one}
        if carrier in there:
            yield self.forward, there[carrier]
            if len(self.backward):
                yield self.backward, back[carrier]
        if carrier in self.less:
            yield self.less[carrier], -one

    def throughput(self, values: Floats) -> Floats:
        forward = values[self.forward]
        return forward + values[self.backward] if len(self.backward) else forward

    def cancel(self, values: Floats, curtailable: Callable[[str], Iterator[Curtailable]]) -> None:
        if len(self.backward) and (self.device.efficiency == 1).all():
            cancel(values, self.forward, self.backward)

    def trim(self, values: Floats, least: float) -> None:
        self.lower_size(values, float(self.throughput(values).max()), least)

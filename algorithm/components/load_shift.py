"""A load shift: part of a demand may be consumed earlier or later than its profile says.

With size s (kW, at the demand's peak), the demand's shape p_t (1 at its peak), the load decrease
l_t and increase m_t against the profile, and steps of h hours:

    l_t <= p_t s
    u_t - b_t s = u_(t-1) - b_(t-1) s + h (m_t - l_t),  0 <= u_t <= (a_t + b_t) s
    balance of the carrier: + l_t - m_t
    cost: yearly share of s, plus operation of l_t

a_t is the demand of the next `earlier_hours`, b_t that of the last `later_hours`, both in kWh per
kW of size. So by the end of step t, at most a_t s may be consumed in advance, and at most b_t s may
still be owed. u_t is the energy consumed by then beyond what could not be delayed any longer: each
kWh is consumed within its window. The horizon is cyclic, and so is each typical day.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from algorithm.components.device import (
    Curtailable,
    Device,
    DeviceColumns,
    Horizon,
    Merge,
    Network,
    Way,
    add_size,
    cancel,
    half_a_digit,
)
from algorithm.components.figures import Finding, Installable, Surroundings
from algorithm.components.site import Site
from algorithm.identifiers import node_id
from algorithm.linear_program import Program, Term
from algorithm.messages import Figure, Message
from algorithm.series import Floats, Integers, Name, Number, Series
from algorithm.suggestions import near_miss
from algorithm.timesteps import Steps

# Relative tolerance, so that three steps of a third of an hour make a window of one hour.
ROUNDING = 1e-9

Window = Annotated[Number, Field(ge=0, le=168)]


class LoadShift(Installable):
    """Lets part of a demand be consumed earlier or later, such as the charging of cars. Its size is
    the power, at the demand's peak, that can be shifted."""

    kind: Literal["load_shift"] = "load_shift"
    unit: Literal["kW"] = Field(
        "kW", description="unit of size: power at the demand's peak that can be moved"
    )
    demand: Name = Field(description="the demand, by its name, of which a part can be moved")
    share: Annotated[Number, Field(gt=0, le=1)] = Field(
        description="largest part of the demand that can be moved",
        json_schema_extra={"unit": "kW/kW"},
    )
    earlier_hours: Window = Field(
        0.0,
        description="by how many hours it may be used earlier than it is wanted",
        json_schema_extra={"unit": "h"},
    )
    later_hours: Window = Field(
        0.0,
        description="by how many hours it may be used later than it is wanted",
        json_schema_extra={"unit": "h"},
    )
    operation: Series = Field(
        0.0,
        description="currency per kWh by which less is used in a step than is wanted",
        json_schema_extra={"unit": "currency/kWh"},
    )

    @property
    def size_limit(self) -> tuple[str, str]:
        field = "share" if self.max_size is None else "max_size"
        return field, Message("derived from the demand's peak and the share of it")

    @property
    def entries_a_step(self) -> int:
        return 11

    def contradictions(self, around: Surroundings, stated: Installable | None) -> Iterator[Finding]:
        if self.demand not in around.demands:
            message = Message(
                "'%(demand)s' is not one of `demands`%(near)s",
                demand=self.demand,
                near=near_miss(self.demand, around.demands),
            )
            yield ("demand",), message
        else:
            yield from self._wrong_of_demand(around)
        if max(self.earlier_hours, self.later_hours) < around.step_hours * (1 - ROUNDING):
            message = Message(
                "should be at least a step of %(hours)s h, or earlier_hours should: else nothing "
                "can be moved",
                hours=Figure(around.step_hours, "g"),
            )
            yield ("later_hours",), message

    def _wrong_of_demand(self, around: Surroundings) -> Iterator[Finding]:
        demand = around.demands[self.demand]
        if demand.unserved_price is not None:
            message = Message(
                "should be a demand that must be met, and demands.%(demand)s has an "
                "unserved_price; state what can be moved as a demand of its own",
                demand=self.demand,
            )
            yield ("demand",), message
        shifts = [device for device in around.devices if isinstance(device, LoadShift)]
        shares = sum(shift.share for shift in shifts if shift.demand == self.demand)
        if shares > 1 + ROUNDING:
            message = Message(
                "should be less: all load shifts of demands.%(demand)s together move %(shares)s of "
                "it, and may move 1",
                demand=self.demand,
                shares=Figure(shares, "g"),
            )
            yield ("share",), message
        most = self.share * float(around.array(demand.power).max())
        if self.size is not None and self.size > most * (1 + ROUNDING):
            message = Message(
                "should be at most %(most)s, the share of the peak of demands.%(demand)s, not "
                "%(size)s",
                most=Figure(most, "g"),
                demand=self.demand,
                size=Figure(self.size, "g"),
            )
            yield ("size",), message

    def resolve(self, name: str, horizon: Horizon) -> "Shift":
        """Return its arrays over the horizon; its maximum size is set later."""
        carrier, power = horizon.demanded(self.demand)
        peak = float(power.max())
        shape = power / peak if peak > 0 else np.zeros_like(power)
        return Shift(
            label=self.label or name,
            kind=self.like or name,
            figures=self,
            operation=horizon.array(self.operation),
            max_size=np.inf,
            bus=carrier,
            peak=peak,
            shape=shape,
            ahead=_wanted_within(shape, self.earlier_hours, horizon.step_hours, later=True),
            owed=_wanted_within(shape, self.later_hours, horizon.step_hours, later=False),
        )


def _wanted_within(power: Floats, hours: float, step_hours: float, *, later: bool) -> Floats:
    """Return the energy (S,) demanded in the `hours` after each step's end (later) or before it.

    power: kW (S,). The result is kWh.
    """
    steps = min(int(hours / step_hours + ROUNDING), len(power) - 1)
    ways = range(-1, -steps - 1, -1) if later else range(steps)
    wanted: Floats = np.sum([np.zeros_like(power), *(np.roll(power, way) for way in ways)], axis=0)
    return step_hours * wanted


@dataclass(frozen=True)
class Shift(Device):
    """A load shift's arrays, (T,) per kW of size. bus: the demand's carrier. peak: the demand's
    peak, kW. shape: the power that can be shifted in a step, kW. ahead: the most that may be
    consumed in advance by a step's end, kWh. owed: the most that may be overdue then, kWh.
    operation: currency per kWh of load decrease."""

    figures: LoadShift
    bus: str
    peak: float
    shape: Floats
    ahead: Floats
    owed: Floats

    @property
    def carrier(self) -> str:
        return self.bus

    @property
    def carriers(self) -> Sequence[str]:
        return [self.bus]

    @property
    def profiles(self) -> Sequence[Floats]:
        return [self.shape, self.operation]

    @property
    def ways(self) -> Sequence[Way]:
        return [({self.bus}, {self.bus})]

    def at(self, positions: Integers) -> "Shift":
        return replace(
            self,
            operation=self.operation[positions],
            shape=self.shape[positions],
            ahead=self.ahead[positions],
            owed=self.owed[positions],
        )

    def coarser(self, merged: Merge) -> "Shift":
        def last(values: Floats, axis: int) -> Floats:
            taken: Floats = np.take(values, -1, axis)
            return taken

        return replace(
            self,
            operation=merged(self.operation, np.min),
            shape=merged(self.shape, np.mean),
            ahead=merged(self.ahead, last),
            owed=merged(self.owed, last),
        )

    def largest_size(self, areas: Mapping[str, float]) -> float:
        figures, most = self.figures, self.figures.share * self.peak
        if figures.max_size is not None:
            most = min(most, figures.max_size)
        limited = replace(self, figures=figures.model_copy(update={"max_size": most}))
        return super(Shift, limited).largest_size(areas)

    def largest_flow(self, carrier: str, sign: float, step_hours: float) -> Floats | float:
        if carrier != self.bus:
            return 0.0
        if sign < 0:
            return self.max_size * self.shape
        most: Floats = self.max_size * (self.ahead + self.owed.max()) / step_hours
        return most

    def largest_throughput(self, steps: Steps) -> float:
        return self.max_size * float(self.shape @ steps.weights)

    def rated(self, size: float, power: float) -> float:
        return size

    def add(self, program: Program, site: Site, *, on_off: bool) -> "ShiftColumns":
        steps, count = site.steps, len(site.steps.weights)
        size = add_size(program, site, self)
        less = program.columns(count, cost=steps.weights * self.operation)
        more, used = program.columns(count), program.columns(count)
        program.rows(count, [(less, 1.0), (size, -self.shape)], upper=0.0)
        window: list[Term] = [(used, 1.0), (size, -self.ahead - self.owed)]
        program.rows(count, window, upper=0.0)
        change: list[Term] = [
            (used, 1.0),
            (used[steps.previous], -1.0),
            (size, self.owed[steps.previous] - self.owed),
            (more, -steps.step_hours),
            (less, steps.step_hours),
        ]
        program.rows(count, change, lower=0.0, upper=0.0)
        return ShiftColumns(self, size, less, more, used)

    def to_network(self, network: Network, name: str) -> None:
        """Add a store whose level is the energy consumed in advance; negative if energy is owed."""
        node, bus = network.bus(node_id("device", name), self.bus), node_id("carrier", self.bus)
        limits = {"e_min_pu": -self.owed, "e_max_pu": self.ahead, "e_cyclic": True}
        network.add("Store", node, **limits, **network.sizing(name, letter="e"))
        most = network.size(name) + half_a_digit(network.size(name))
        network.add_link(f"{node} more", bus, {node: 1.0}, p_nom_extendable=True)
        network.add_link(
            f"{node} less",
            node,
            {bus: 1.0},
            p_nom=most,
            p_max_pu=self.shape,
            marginal_cost=self.operation,
        )


@dataclass(frozen=True)
class ShiftColumns(DeviceColumns):
    """less, more (T,): load decrease and increase, kW. used (T,): energy consumed by each step's
    end beyond what could not be delayed any longer, kWh."""

    device: Shift
    less: Integers
    more: Integers
    used: Integers

    @property
    def powers(self) -> Sequence[Integers]:
        return [self.less, self.more]

    @property
    def others(self) -> Sequence[Integers]:
        return [self.used]

    def terms(self, carrier: str) -> Iterator[tuple[Integers, Floats]]:
        if carrier == self.device.bus:
            one = np.ones(len(self.less))
            yield self.less, one
            yield self.more, -one

    def throughput(self, values: Floats) -> Floats:
        return values[self.less]

    def cancel(self, values: Floats, curtailable: Callable[[str], Iterator[Curtailable]]) -> None:
        cancel(values, self.less, self.more)

    def trim(self, values: Floats, least: float) -> None:
        """Leave the size as it is: the shifted power doesn't determine it, as `used` is free."""

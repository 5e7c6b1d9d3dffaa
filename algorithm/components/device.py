"""The interface of every device, whatever its kind: arrays, then columns, then a solution.

A `Device` holds a device's arrays. Its `add` writes it into the linear program and returns its
`DeviceColumns`, which read a solution. Defaults that suit most kinds are here.

Arrays are (T,) over the site's steps or, before `at`, over the whole horizon. Powers are kW,
energies kWh, money is the requirement's currency.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Protocol, Self

import numpy as np

from algorithm.components.capital import Capital, Investment
from algorithm.components.costs import CostTerm
from algorithm.components.figures import Installable
from algorithm.components.site import Site
from algorithm.identifiers import NodeKind
from algorithm.linear_program import Program, Term
from algorithm.series import Booleans, Floats, Integers, Series
from algorithm.timesteps import Steps

NONE: Integers = np.array([], dtype=np.int64)
# Relative tolerance of whole units, so that three units of 0.1 fit into 0.3.
ROUNDING = 1e-9

# A way to run a device: the carriers that it takes, and those that it can then give.
Way = tuple[Set[str], Set[str]]
# Merges the steps (T,) of each coarse step by a function with an axis, such as np.mean.
Merge = Callable[[Floats, Any], Floats]
# What can be curtailed: columns, the kW less per unit by which they are lowered (T,), and at most
# how many kW less that can be (T,).
Curtailable = tuple[Integers, Floats, Floats]


class Horizon(Protocol):
    """The requirement, as far as a device needs it to turn figures into arrays (S,)."""

    def array(self, series: Series) -> Floats:
        """Return the values (S,), one per step."""

    def demanded(self, demand: str) -> tuple[str, Floats]:
        """Return the carrier of a demand, and its power (S,)."""

    def states(self, device: str, field: str) -> bool:
        """Return whether the requirement itself states a figure of a device."""

    @property
    def step_hours(self) -> float:
        """The length of a step, h."""


class Network(Protocol):
    """A PyPSA network being built from a plan for the whole horizon. Buses: carrier:<name>."""

    steps: Steps
    site: Site
    on_off: bool

    def size(self, name: str) -> float:
        """Return the planned size of a device."""

    def power(self, name: str) -> float:
        """Return the planned power of a store, kW."""

    def bus(self, name: str, carrier: str) -> str:
        """Add a bus and return its name."""

    def add(self, kind: str, name: str, **attributes: Any) -> None:
        """Add a component, at the bus of its own name unless `bus` is given; arrays are (T,)."""

    def add_link(
        self, name: str, source: str, targets: dict[str, Floats | float], **attributes: Any
    ) -> None:
        """Add a link; targets: the kW that it delivers to each bus per kW that enters."""

    def sizing(self, name: str, per_size: float = 1.0, letter: str = "p") -> dict[str, Any]:
        """Return the attributes that fix a component's size as planned, and its costs.

        per_size: kW of the component per unit of the device's size.
        """

    def bus_of(self, device: str, carrier: str, flow: Floats) -> str:
        """Return the bus at which a device's flow of a carrier enters or leaves."""


class NotExpressible(ValueError):
    """PyPSA can't express some part of a plan; the message says which."""


# PyPSA attributes of a component with unlimited capacity at no cost.
FREE: Mapping[str, Any] = {"p_nom_extendable": True}


def half_a_digit(size: float) -> float:
    """Return the rounding error of a size in a plan: half of its last digit."""
    return min(5e-4, 5e-3 * size)


@dataclass(frozen=True)
class Device(ABC):
    """A device's arrays.

    kind: the name of its catalogue device, or else its own name. operation: currency per kWh of its
    throughput (T,). max_size: the largest size that the requirement allows, inf without a limit.
    """

    label: str
    kind: str
    figures: Installable
    operation: Floats
    max_size: float

    # The kind of its node in graphs.
    node_kind: ClassVar[NodeKind] = "device"

    # What it is

    @property
    @abstractmethod
    def carrier(self) -> str:
        """Its main carrier: what it produces, stores or transports."""

    @property
    @abstractmethod
    def carriers(self) -> Sequence[str]:
        """The carriers that it takes or gives."""

    @property
    @abstractmethod
    def profiles(self) -> Sequence[Floats]:
        """The arrays by which typical days compare days."""

    @property
    @abstractmethod
    def ways(self) -> Sequence[Way]:
        """The ways in which it can run."""

    @property
    def resource(self) -> str | None:
        """What drives it (sun or wind), if that is free."""
        return None

    @property
    def converts(self) -> bool:
        """Whether its output counts as produced, and its intake as used."""
        return False

    @property
    def is_source(self) -> bool:
        """Whether it produces energy and takes none that is bought or produced."""
        return self.converts and any(not takes and gives for takes, gives in self.ways)

    @property
    def min_load(self) -> float:
        """Its minimum load while it runs, a share of its size."""
        return 0.0

    @property
    def min_load_stated(self) -> bool:
        """Whether the requirement states its minimum load, rather than the catalogue."""
        return False

    @property
    def rigid_fields(self) -> Sequence[str]:
        """The fields that can make the model infeasible even if all other limits are relaxed."""
        return ()

    @property
    def round_trip(self) -> float:
        """Its round-trip efficiency: the kWh that a store gives back per kWh charged."""
        return 1.0

    def is_for(self, carrier: str) -> bool:
        """Return whether a carrier that it gives is its main product, not a by-product."""
        return carrier == self.carrier

    def must_give(self, carrier: str) -> bool:
        """Return whether its output of a carrier can't be curtailed."""
        return False

    def is_of_use(self, available: Set[str]) -> bool:
        """Return whether to keep it: it can run, earns by running, or is part of every plan."""
        earns = bool((self.operation < 0).any())
        fixed = self.figures.size is not None
        return fixed or earns or any(takes <= available for takes, _ in self.ways)

    def today(self) -> Self:
        """Return it as it stands today."""
        figures = self.figures
        changes: Any = {"figures": figures.model_copy(update=figures.today())}
        return replace(self, max_size=figures.existing, **changes)

    # Its arrays at other steps

    @abstractmethod
    def at(self, positions: Integers) -> Self:
        """Return it at some of its steps."""

    @abstractmethod
    def coarser(self, merged: Merge) -> Self:
        """Return it in longer steps: a relaxation, at no higher cost and with no tighter limits."""

    # Its size

    def largest_size(self, areas: Mapping[str, float]) -> float:
        """Return the largest size within its `max_size`, the areas (m2) that it uses, and whole
        units; inf if nothing limits it, 0 if not even its minimum size fits."""
        figures = self.figures
        if figures.size is not None:
            return figures.size
        largest = math.inf if figures.max_size is None else figures.max_size
        for area, per_unit in figures.area.items():
            if area in areas and per_unit > 0:
                largest = min(largest, areas[area] / per_unit)
        if figures.unit_size is not None and largest < math.inf:
            largest = math.floor(largest / figures.unit_size + ROUNDING) * figures.unit_size
        return largest if largest >= figures.least_size else 0.0

    @abstractmethod
    def largest_flow(self, carrier: str, sign: float, step_hours: float) -> Floats | float:
        """Return the most kW (T,) of a carrier that it can take (sign 1) or give (-1) at
        `max_size`."""

    @abstractmethod
    def largest_throughput(self, steps: Steps) -> float:
        """Return the largest possible throughput at `max_size`, kWh a year."""

    @abstractmethod
    def rated(self, size: float, power: float) -> float:
        """Return its rated output of its main carrier, kW; power: a store's power, kW."""

    # Its costs

    def capitals(self, size: float, power: float) -> Sequence[tuple[Capital, float]]:
        """Return what its capacities cost, each with its size. power: a store's power, kW."""
        return [(self.figures.capital, size)]

    def invested(self, size: float, power: float) -> float:
        """Return what is invested in addition to what stands today, currency."""
        return sum(capital.invested(of) for capital, of in self.capitals(size, power))

    def investments(self, size: float, power: float) -> Sequence[Investment]:
        """Return its investments: those made now, and replacements of what stands today."""
        capitals = self.capitals(size, power)
        found = [each for capital, of in capitals for each in capital.investments(of)]
        return [investment for investment in found if investment.amount > 0]

    def fixed_cost(self, site: Site) -> float:
        """Return the yearly cost of building or keeping it, whatever its size."""
        return self.figures.capital.first_share(site) * self.figures.investment_fixed

    def costs(
        self, site: Site, size: float, power: float, throughput: Floats
    ) -> Sequence[CostTerm]:
        """Return its yearly costs. throughput: kW (T,)."""
        capitals = self.capitals(size, power)
        annual = sum(capital.annuities(site, of) for capital, of in capitals)
        upkeep = sum(capital.upkeep(of) for capital, of in capitals)
        run = float((throughput * self.operation) @ site.steps.weights)
        return [
            CostTerm("investment", annual),
            CostTerm("maintenance", upkeep),
            CostTerm("operation", run),
        ]

    # Elsewhere

    @abstractmethod
    def add(self, program: Program, site: Site, *, on_off: bool) -> "DeviceColumns":
        """Add it to a program. on_off: whether the catalogue's minimum loads hold, too."""

    @abstractmethod
    def to_network(self, network: Network, name: str) -> None:
        """Add it to a PyPSA network; raises NotExpressible if PyPSA can't model it."""


@dataclass(frozen=True)
class DeviceColumns(ABC):
    """The columns and rows of a device. size: (1,), in the device's unit."""

    device: Device
    size: Integers

    # Which columns

    @property
    @abstractmethod
    def powers(self) -> Sequence[Integers]:
        """The columns (T,) of its dispatch, kW."""

    @property
    def others(self) -> Sequence[Integers]:
        """Its columns beside its size and its powers."""
        return ()

    @property
    def all(self) -> Integers:
        """All columns of the device."""
        columns = [self.size, *self.powers, *self.others]
        return np.concatenate([*columns, *(added for added, _, _ in self.enlargements)])

    @property
    def capacities(self) -> Sequence[Term]:
        """The columns of what is invested in, each with the investment per unit."""
        figures = self.device.figures
        return [(beyond(self.size, figures.existing), figures.investment)]

    @property
    def enlargements(self) -> Sequence[tuple[Integers, Integers, float]]:
        """The columns of what exceeds the capacity that stands today, with that capacity's column
        and how much stands; none where nothing does."""
        existing = self.device.figures.existing
        return [(beyond(self.size, existing), self.size, existing)] if existing else []

    @abstractmethod
    def terms(self, carrier: str) -> Iterator[tuple[Integers, Floats]]:
        """Yield its terms in a carrier's balance, kW (T,): output positive, input negative."""

    # Decisions in steps: each is a yes/no decision with one column of its own

    @property
    def decisions(self) -> int:
        """The number of its decisions in steps, n."""
        return 0

    @property
    def keeps_min_load(self) -> bool:
        """Whether in each step it is off, or at its minimum load or above."""
        return False

    def add_decisions(self, program: Program, site: Site, max_size: float) -> Integers:
        """Add the columns of its decisions (n,). max_size: the big-M, the largest useful size."""
        return NONE

    def decide(self, bounds: "Bounds", decided: Booleans) -> None:  # noqa: B027
        """Fix its decisions (n,) by tightening the program's bounds."""

    def decided(self, values: Floats, share: float, nothing: float) -> Booleans:
        """Round a relaxed solution to decisions (n,).

        share: a device is on above this share of its minimum load. nothing: powers up to this many
        kW count as 0.
        """
        return np.zeros(0, dtype=bool)

    # Reading a solution

    @abstractmethod
    def throughput(self, values: Floats) -> Floats:
        """Return the power that its operation cost applies to, kW (T,)."""

    def power_of(self, values: Floats) -> float | None:
        """Return a store's power, kW; None for other kinds."""
        return None

    def levels(self, values: Floats) -> Floats | None:
        """Return a store's level at the end of each step, kWh (T,); None for other kinds."""
        return None

    def curtailable(self, carrier: str, values: Floats) -> Iterator[Curtailable]:
        """Yield its output of a carrier that can be curtailed at no cost."""
        yield from ()

    def cancel(  # noqa: B027  # most kinds have no opposing flows
        self, values: Floats, curtailable: Callable[[str], Iterator[Curtailable]]
    ) -> None:
        """Remove opposing flows within a step, such as charging and discharging, at no extra cost.

        curtailable: yields, for a carrier, what the site can curtail, or sell more of, at no cost.
        """

    @abstractmethod
    def trim(self, values: Floats, least: float) -> None:
        """Lower capacities that cost nothing to what is used. least: its minimum size, if built."""

    def lower_size(self, values: Floats, needed: float, least: float) -> None:
        """Lower the size to what is needed, if it is a variable and costs nothing."""
        figures = self.device.figures
        if figures.investment == 0 and figures.size is None and not figures.unit_size:
            values[self.size] = np.minimum(values[self.size], max(needed, least))


@dataclass(frozen=True)
class Bounds:
    """The bounds of a program that may be tightened: lower, upper (columns,), row_lower (rows,)."""

    lower: Floats
    upper: Floats
    row_lower: Floats


def add_size(program: Program, site: Site, device: Device) -> Integers:
    """Add the size: from 0 to `max_size`, or fixed if stated. A fixed size's `fixed_cost` is added
    to the objective's offset."""
    capital, size = device.figures.capital, device.figures.size
    first = capital.first_share(site) * capital.per_unit
    if size is None:
        return add_capacity(program, site, capital, first, upper=device.max_size)
    program.offset += device.fixed_cost(site) if size > 0 else 0.0
    return add_capacity(program, site, capital, first, lower=size, upper=size)


def add_capacity(
    program: Program,
    site: Site,
    capital: Capital,
    first: float,
    *,
    lower: float = 0.0,
    upper: float = np.inf,
) -> Integers:
    """Add the column of a capacity; where some of it stands today, also that of what exceeds it,
    right after it (`beyond`).

    first: the yearly cost per unit of what stands, or of all of it if nothing does; never more than
    that of a new unit.
    """
    column = program.columns(1, lower=lower, upper=upper, cost=first)
    if capital.existing:
        added = program.columns(1, cost=capital.new_share(site) * capital.per_unit - first)
        program.rows(1, [(column, 1.0), (added, -1.0)], upper=capital.existing)
    return column


def beyond(capacity: Integers, existing: float) -> Integers:
    """Return the column of what exceeds a capacity that stands today; its own if none does."""
    return capacity + 1 if existing else capacity


def add_less(program: Program, power: Integers, spread: Floats) -> Integers:
    """Add columns (T,) by which the output of `power` may be lower, kW, at most `spread` of it."""
    less = program.columns(len(power))
    program.rows(len(power), [(less, 1.0), (power, -spread)], upper=0.0)
    return less


def cancel(values: Floats, one: Integers, other: Integers) -> None:
    """Remove opposing flows in the same step, where they cancel without a loss."""
    both = np.minimum(values[one], values[other])
    values[one] -= both
    values[other] -= both

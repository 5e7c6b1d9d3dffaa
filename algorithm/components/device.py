"""What the house asks of every device, whatever its kind: arrays, then columns, then a solution.

A `Device` is a device's arrays; its `add` writes it into the linear program, and returns its
`DeviceColumns`, which read a solution. What most kinds answer in the same way is answered here.

Arrays are (T,) over the site's steps or, before `at`, over the whole horizon. Powers are kW,
energies kWh, money is the requirement's currency.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, Self

import numpy as np

from algorithm.components.annuity import annuity, yearly_share
from algorithm.components.costs import CostTerm
from algorithm.components.figures import Installable
from algorithm.components.site import Site
from algorithm.identifiers import NodeKind
from algorithm.linear_program import Program, Term
from algorithm.series import Booleans, Floats, Integers, Series
from algorithm.timesteps import Steps

NONE: Integers = np.array([], dtype=np.int64)
# So that three units of 0.1 fit into 0.3.
ROUNDING = 1e-9

# What a device takes, and what that lets it give.
Way = tuple[Set[str], Set[str]]
# Merges the steps (T,) that a coarse one stands for, by a function of an axis such as np.mean.
Merge = Callable[[Floats, Any], Floats]
# Columns, the kW that there are less per unit less of them (T,), and how many kW that can be (T,).
Curtailable = tuple[Integers, Floats, Floats]


class Horizon(Protocol):
    """The requirement, as figures become arrays over its whole horizon (S,)."""

    def array(self, series: Series) -> Floats:
        """Return the values by the step."""

    def demanded(self, demand: str) -> tuple[str, Floats]:
        """Return the carrier of a demand, and its power (S,)."""

    def states(self, device: str, field: str) -> bool:
        """Return whether the requirement itself states a figure of a device."""

    @property
    def step_hours(self) -> float:
        """Hours of a step."""


class Network(Protocol):
    """A PyPSA network in the making, of a plan for the whole horizon. Buses: carrier:<name>."""

    steps: Steps
    interest_rate: float
    on_off: bool

    def size(self, name: str) -> float:
        """Return the planned size of a device."""

    def power(self, name: str) -> float:
        """Return the planned power of a store, kW."""

    def bus(self, name: str, carrier: str) -> str:
        """Add a bus and return its name."""

    def add(self, kind: str, name: str, **attributes: Any) -> None:
        """Add a component, at the bus of its own name where none is stated; arrays are by step."""

    def add_link(
        self, name: str, source: str, targets: dict[str, Floats | float], **attributes: Any
    ) -> None:
        """Add a link; targets: what it puts into each bus per kW that enters."""

    def sizing(self, name: str, per_size: float = 1.0, letter: str = "p") -> dict[str, Any]:
        """Return what makes a component as large as planned, and its costs.

        per_size: kW of the component per unit of the device's size.
        """

    def bus_of(self, device: str, carrier: str, flow: Floats) -> str:
        """Return the bus of what a device puts out of a carrier, or takes from it."""


class NotExpressible(ValueError):
    """Something of a plan can't be said in PyPSA; the message says what."""


# As much as is wanted, at no cost, in PyPSA.
FREE: Mapping[str, Any] = {"p_nom_extendable": True}


def half_a_digit(size: float) -> float:
    """Return half of the last digit that a plan states of a size."""
    return min(5e-4, 5e-3 * size)


@dataclass(frozen=True)
class Device(ABC):
    """A device's arrays.

    kind: the catalogue's device that it is like, or its own name. operation: currency per kWh of
    its throughput (T,). max_size: what the requirement allows, inf where it sets no limit.
    """

    label: str
    kind: str
    figures: Installable
    operation: Floats
    max_size: float

    # Of its node in graphs.
    node_kind: ClassVar[NodeKind] = "device"

    # What it is

    @property
    @abstractmethod
    def carrier(self) -> str:
        """What it is for: what it makes, keeps or brings."""

    @property
    @abstractmethod
    def carriers(self) -> Sequence[str]:
        """Those that it takes or gives."""

    @property
    @abstractmethod
    def profiles(self) -> Sequence[Floats]:
        """Its arrays, by which days are like each other or not."""

    @property
    @abstractmethod
    def ways(self) -> Sequence[Way]:
        """What it takes and gives in each of the ways in which it can run."""

    @property
    def resource(self) -> str | None:
        """What drives it, if that is free."""
        return None

    @property
    def min_load(self) -> float:
        """Its minimum load while it runs, a share of its size."""
        return 0.0

    @property
    def min_load_stated(self) -> bool:
        """Whether its minimum load is the requirement's own, and not the catalogue's."""
        return False

    @property
    def rigid_fields(self) -> Sequence[str]:
        """The fields that may leave no plan, however much else may be missing."""
        return ()

    @property
    def round_trip(self) -> float:
        """The kWh that it gives back of a kWh that it takes for later."""
        return 1.0

    def is_for(self, carrier: str) -> bool:
        """Return whether what it gives of a carrier is what it is for."""
        return carrier == self.carrier

    def must_give(self, carrier: str) -> bool:
        """Return whether it gives a carrier even where nobody wants it."""
        return False

    def is_of_use(self, available: Set[str]) -> bool:
        """Return whether it can run, or earns by running, whatever comes of it."""
        earns = bool((self.operation < 0).any())
        fixed = self.figures.size is not None
        return fixed or earns or any(takes <= available for takes, _ in self.ways)

    # Its arrays at other steps

    @abstractmethod
    def at(self, positions: Integers) -> Self:
        """Return it at some of its steps."""

    @abstractmethod
    def coarser(self, merged: Merge) -> Self:
        """Return it in longer steps, no dearer and no less able: a relaxation."""

    # Its size

    def largest_size(self, areas: Mapping[str, float]) -> float:
        """Return the maximum size that it may have, within the areas (m2) that it stands on and in
        whole units; inf where nothing limits it, 0 if not even the minimum size fits."""
        figures = self.figures
        if figures.size is not None:
            return figures.size
        largest = math.inf if figures.max_size is None else figures.max_size
        for area, per_unit in figures.area.items():
            if area in areas and per_unit > 0:
                largest = min(largest, areas[area] / per_unit)
        if figures.unit_size is not None and largest < math.inf:
            largest = math.floor(largest / figures.unit_size + ROUNDING) * figures.unit_size
        return largest if largest >= figures.min_size else 0.0

    @abstractmethod
    def largest_flow(self, carrier: str, sign: float, step_hours: float) -> Floats | float:
        """Return the kW (T,) of a carrier that it takes (sign 1) or gives (-1) at its largest."""

    @abstractmethod
    def largest_throughput(self, steps: Steps) -> float:
        """Return the kWh a year that it could move at its largest."""

    @abstractmethod
    def rated(self, size: float, power: float) -> float:
        """Return the kW that it can give at most of what it is for; power: a store's, kW."""

    # Its costs

    def investment(self, site: Site, size: float, power: float) -> tuple[float, float, float]:
        """Return what is invested, and its annuity and maintenance a year."""
        once = self.figures.investment * size + self.figures.investment_fixed
        annual = once * annuity(site.interest_rate, self.figures.life)
        return once, annual, once * self.figures.maintenance / 100

    def costs(
        self, site: Site, size: float, power: float, throughput: Floats
    ) -> Sequence[CostTerm]:
        """Return what it costs a year, throughput: kW (T,)."""
        _, annual, upkeep = self.investment(site, size, power)
        run = float((throughput * self.operation) @ site.steps.weights)
        return [
            CostTerm("investment", annual),
            CostTerm("maintenance", upkeep),
            CostTerm("operation", run),
        ]

    # Elsewhere

    @abstractmethod
    def add(self, program: Program, site: Site, *, on_off: bool) -> "DeviceColumns":
        """Write it into a program. on_off: whether the catalogue's minimum loads hold, too."""

    @abstractmethod
    def to_network(self, network: Network, name: str) -> None:
        """Add it to a PyPSA network; raises NotExpressible where that has no word for it."""


@dataclass(frozen=True)
class DeviceColumns(ABC):
    """The columns and rows of a device. size: (1,), in the device's unit."""

    device: Device
    size: Integers

    # Which columns

    @property
    @abstractmethod
    def powers(self) -> Sequence[Integers]:
        """The columns (T,) that it is run by, kW."""

    @property
    def others(self) -> Sequence[Integers]:
        """Its columns beside its size and its powers."""
        return ()

    @property
    def all(self) -> Integers:
        """All columns of the device."""
        return np.concatenate([self.size, *self.powers, *self.others])

    @property
    def capacities(self) -> Sequence[Term]:
        """The columns that are paid for once, and what is invested per unit of each."""
        return [(self.size, self.device.figures.investment)]

    @abstractmethod
    def terms(self, carrier: str) -> Iterator[tuple[Integers, Floats]]:
        """Yield what it puts into a carrier (positive) and takes from it, kW (T,)."""

    # Decisions in steps: each is a yes/no for which one column (n,) is added

    @property
    def decisions(self) -> int:
        """How many decisions there are in steps."""
        return 0

    @property
    def keeps_min_load(self) -> bool:
        """Whether it is at its minimum load at least in each step, or off."""
        return False

    def add_decisions(self, program: Program, site: Site, max_size: float) -> Integers:
        """Add the columns of its decisions (n,), given the maximum size that is worth having."""
        return NONE

    def decide(self, bounds: "Bounds", decided: Booleans) -> None:  # noqa: B027
        """Tighten the program's bounds so that decisions (n,) are made."""

    def decided(self, values: Floats, share: float, nothing: float) -> Booleans:
        """Return the decisions (n,) that are nearest to a solution that leaves them open.

        share: of a minimum load, from which on a device runs; nothing: kW that are none.
        """
        return np.zeros(0, dtype=bool)

    # What a solution says

    @abstractmethod
    def throughput(self, values: Floats) -> Floats:
        """Return what its operation is paid by, kW (T,)."""

    def power_of(self, values: Floats) -> float | None:
        """Return the power of a store, kW; None of anything else."""
        return None

    def levels(self, values: Floats) -> Floats | None:
        """Return what a store holds at the end of each step, kWh (T,); None of anything else."""
        return None

    def curtailable(self, carrier: str, values: Floats) -> Iterator[Curtailable]:
        """Yield what of a carrier it makes and can do without, at no cost."""
        yield from ()

    def cancel(  # noqa: B027  # most move nothing to and fro
        self, values: Floats, curtailable: Callable[[str], Iterator[Curtailable]]
    ) -> None:
        """Take away what it moves to and fro in one step, where it costs nothing.

        curtailable: yields what of a carrier the site can do without, or sell, at no cost.
        """

    @abstractmethod
    def trim(self, values: Floats, least: float) -> None:
        """Lower to what is used what costs nothing; least: its minimum size if installed."""

    def lower_size(self, values: Floats, needed: float, least: float) -> None:
        """Lower a size that is free, in both senses, to what is needed of it."""
        figures = self.device.figures
        if figures.investment == 0 and figures.size is None and not figures.unit_size:
            values[self.size] = np.minimum(values[self.size], max(needed, least))


@dataclass(frozen=True)
class Bounds:
    """What may be tightened of a program: lower, upper (columns,), row_lower (rows,)."""

    lower: Floats
    upper: Floats
    row_lower: Floats


def add_size(program: Program, site: Site, device: Device) -> Integers:
    """Add a size between 0 and max_size, or the stated one, whose fixed cost is part of all."""
    figures = device.figures
    share = yearly_share(site.interest_rate, figures.life, figures.maintenance)
    if figures.size is None:
        return program.columns(1, upper=device.max_size, cost=share * figures.investment)
    program.offset += share * figures.investment_fixed if figures.size > 0 else 0.0
    size = figures.size
    return program.columns(1, lower=size, upper=size, cost=share * figures.investment)


def add_less(program: Program, power: Integers, spread: Floats) -> Integers:
    """Add by how much less there may be of what `power` makes, kW (T,)."""
    less = program.columns(len(power))
    program.rows(len(power), [(less, 1.0), (power, -spread)], upper=0.0)
    return less


def cancel(values: Floats, one: Integers, other: Integers) -> None:
    """Take away what goes to and fro in the same step without a loss."""
    both = np.minimum(values[one], values[other])
    values[one] -= both
    values[other] -= both

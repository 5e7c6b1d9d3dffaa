"""A plan as JSON: the return type of `plan_of`, on which every reader of a result relies.

Money is the requirement's currency; energies are kWh a year, powers kW, CO2 kg a year.
"""

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from algorithm.identifiers import NodeKind
from algorithm.messages import MessageJson

Basis = Literal["typical days", "whole horizon"]


class Costs(TypedDict):
    """Yearly costs by label; `export_revenue` is to be subtracted."""

    investment: float
    maintenance: float
    operation: float
    energy: float
    peak: float
    unserved: float
    co2: float
    export_revenue: float


class PlanDevice(TypedDict):
    """An installed device. like: its name in the catalogue; carrier: its main carrier.

    size: in `unit`; power_kw: of a store; units: the number of units, if it comes in whole units.
    """

    name: str
    label: str
    label_i18n: NotRequired[MessageJson]
    kind: str
    like: str | None
    carrier: str
    size: float
    unit: str
    investment: float
    annuity: float
    maintenance: float
    operation: float
    cost_per_year: float
    kwh_per_year: float
    full_load_hours: float
    at_limit: bool
    power_kw: NotRequired[float]
    units: NotRequired[int]


class PlanTrade(TypedDict):
    """A supply or an export. net_kwh_per_year: the energy that is paid for, with net metering."""

    name: str
    carrier: str
    kwh_per_year: float
    peak_kw: float
    cost_per_year: float
    co2_kg_per_year: float
    net_kwh_per_year: NotRequired[float]


class Unserved(TypedDict):
    """The unserved part of a demand."""

    demand: str
    kwh_per_year: float
    peak_kw: float


class Limit(TypedDict):
    """A binding limit of the requirement, in the unit of its field."""

    field: str
    used: float
    limit: float


class Node(TypedDict):
    """A node of the graph; the fields after `carrier` are those of a device or a store."""

    id: str
    kind: NodeKind
    label: str
    label_i18n: NotRequired[MessageJson]
    carrier: str
    device: NotRequired[str]
    like: NotRequired[str | None]
    size: NotRequired[float]
    unit: NotRequired[str]


class GraphLink(TypedDict):
    """The flow from one node to another, kWh a year."""

    source: str
    target: str
    carrier: str
    kwh: float


class Graph(TypedDict):
    """A plan's flows over a year; at every carrier, inflow equals outflow."""

    nodes: list[Node]
    links: list[GraphLink]


class DispatchFlow(TypedDict):
    """A flow by modelled step, kW."""

    source: str
    target: str
    carrier: str
    kw: list[float]


class DispatchLevel(TypedDict):
    """A store's level at the end of each modelled step, kWh."""

    storage: str
    carrier: str
    kwh: list[float]


class TypicalDay(TypedDict):
    """A typical day: its day of the horizon, and the number of days a year that it represents."""

    day: int
    date: str
    days_per_year: float


class Dispatch(TypedDict):
    """A plan's dispatch. days: the typical days, None if every step is modelled."""

    step_hours: float
    start: str
    days: list[TypicalDay] | None
    flows: list[DispatchFlow]
    levels: list[DispatchLevel]


class PlanFigures(TypedDict):
    """A plan without its dispatch. cost_of_horizon: the cost of the requirement's own horizon."""

    cost_per_year: float
    cost_of_horizon: float
    co2_kg_per_year: float
    basis: Basis
    costs: Costs
    investment: float
    devices: list[PlanDevice]
    supplies: list[PlanTrade]
    exports: list[PlanTrade]
    unserved: list[Unserved]
    limits: list[Limit]
    graph: Graph


class Plan(PlanFigures):
    """A plan: what to install, its costs, and its dispatch."""

    dispatch: Dispatch

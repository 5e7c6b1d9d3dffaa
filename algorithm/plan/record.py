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


class Capital(TypedDict):
    """An investment, made again whenever its life ends. due_years: until it is first made; 0 at
    once, more for what stands today and is replaced later."""

    amount: float
    life_years: float
    due_years: float


class PlanDevice(TypedDict):
    """An installed device. like: its name in the catalogue; carrier: its main carrier.

    size: in `unit`; existing: what is kept of what stands today, included in `size`. investment: in
    addition to that. lcoe: of a source, its yearly cost per kWh that it gives. power_kw: of a
    store; units: the number of units, if it comes in whole units. capital: its investments.
    """

    name: str
    label: str
    label_i18n: NotRequired[MessageJson]
    kind: str
    like: str | None
    carrier: str
    size: float
    existing: float
    unit: str
    investment: float
    annuity: float
    maintenance: float
    operation: float
    cost_per_year: float
    kwh_per_year: float
    full_load_hours: float
    lcoe: float | None
    at_limit: bool
    capital: list[Capital]
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


class MonthlyEnergy(TypedDict):
    """The flow from one node to another by calendar month, from January, kWh a year."""

    source: str
    target: str
    carrier: str
    kwh: list[float]


class EnergyFigures(TypedDict):
    """How far a site supplies itself.

    peak_kw: the highest power of electricity that is bought; where none can be, of all that is.
    self_sufficiency: 1 - bought / (bought + produced - exported); self_consumption: 1 - exported /
    produced, both of electricity. renewable_share: of all energy that enters the site, bought or
    from sun or wind. monthly: None for a horizon shorter than a year. A figure that doesn't exist
    is None.
    """

    peak_kw: float
    self_sufficiency: float | None
    self_consumption: float | None
    renewable_share: float | None
    monthly: list[MonthlyEnergy] | None


class PlanFigures(EnergyFigures):
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

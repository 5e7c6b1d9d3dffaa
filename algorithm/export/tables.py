"""A result as tables for spreadsheets: rows of cells, the first row with the columns' names.

Money is the requirement's currency. Names that people chose are escaped, so they are never
formulas.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from algorithm.export.texts import inert

PLAN = (
    "cost_per_year",
    "cost_of_horizon",
    "co2_kg_per_year",
    "gap",
    "basis",
    "investment",
)
ENERGY = ("peak_kw", "self_sufficiency", "self_consumption", "renewable_share")
ECONOMICS = (
    "extra_investment",
    "saving_per_year",
    "npv",
    "annual_worth",
    "irr",
    "roi",
    "simple_payback_years",
    "static_payback_years",
    "discounted_payback_years",
)
ASSUMPTION = ("field", "value", "unit", "origin")
DEVICE = (
    "name",
    "label",
    "kind",
    "like",
    "carrier",
    "size",
    "existing",
    "unit",
    "power_kw",
    "units",
    "investment",
    "annuity",
    "maintenance",
    "operation",
    "cost_per_year",
    "kwh_per_year",
    "full_load_hours",
    "lcoe",
    "at_limit",
)

Row = Sequence[Any]
Plan = Mapping[str, Any]
Result = Mapping[str, Any]


def plan_rows(plans: Sequence[Plan]) -> Iterator[Row]:
    """A row for each plan, numbered from 1, with its costs by label, and its economics.

    Cells are empty for figures that a plan doesn't have; those of an older result lack some.
    """
    costs = list(plans[0]["costs"])
    of_costs = [f"{name}_per_year" for name in costs]
    yield ["plan", *PLAN, "devices", *of_costs, *ENERGY, *ECONOMICS]
    for number, plan in enumerate(plans, start=1):
        yield [
            number,
            *(plan[name] for name in PLAN),
            len(plan["devices"]),
            *(plan["costs"][name] for name in costs),
            *(plan.get(name) for name in ENERGY),
            *((plan.get("economics") or {}).get(name) for name in ECONOMICS),
        ]


def cash_flow_rows(plans: Sequence[Plan]) -> Iterator[Row]:
    """A row for each plan and year: what today's system pays less what the plan pays."""
    yield ["plan", "year", "cash_flow"]
    for number, plan in enumerate(plans, start=1):
        for year, amount in enumerate((plan.get("economics") or {}).get("cash_flow", ())):
            yield [number, year, amount]


def device_rows(plans: Sequence[Plan]) -> Iterator[Row]:
    """A row for each device of each plan; empty cells for figures that a device doesn't have."""
    yield ["plan", *DEVICE]
    for number, plan in enumerate(plans, start=1):
        for device in plan["devices"]:
            cells = (device.get(name) for name in DEVICE)
            yield [number, *(inert(cell) if isinstance(cell, str) else cell for cell in cells)]


def cost_rows(plans: Sequence[Plan]) -> Iterator[Row]:
    """A row for each plan and cost label; revenue is negative."""
    yield ["plan", "what", "cost_per_year"]
    for number, plan in enumerate(plans, start=1):
        for name, cost in plan["costs"].items():
            yield [number, name, -cost if name == "export_revenue" else cost]


def flow_rows(plans: Sequence[Plan]) -> Iterator[Row]:
    """A row for each link of each plan's graph."""
    yield ["plan", "from", "to", "carrier", "kwh_per_year"]
    for number, plan in enumerate(plans, start=1):
        for link in plan["graph"]["links"]:
            ends = (inert(link[end]) for end in ("source", "target", "carrier"))
            yield [number, *ends, link["kwh"]]


def warning_rows(result: Result) -> Iterator[Row]:
    """A row for each warning; an older result has none."""
    yield ["id", "text"]
    for warning in result.get("warnings", ()):
        yield [warning["id"], inert(warning["text"])]


def assumption_rows(result: Result) -> Iterator[Row]:
    """A row for each figure that the requirement didn't state; an older result has none."""
    yield ASSUMPTION
    for assumption in result.get("assumptions", ()):
        cells = (assumption[name] for name in ASSUMPTION)
        yield [inert(cell) if isinstance(cell, str) else cell for cell in cells]


def dispatch_rows(dispatch: Mapping[str, Any]) -> Iterator[Row]:
    """A row for each modelled step: its start, flows in kW, stores' levels in kWh."""
    flows, levels = dispatch["flows"], dispatch["levels"]
    columns = [flow["kw"] for flow in flows] + [level["kwh"] for level in levels]
    heads = [f"{flow['source']} → {flow['target']} {flow['carrier']}, kW" for flow in flows]
    heads += [f"{level['storage']} {level['carrier']}, kWh" for level in levels]
    times = _typical_times if dispatch["days"] else _times
    steps = len(columns[0]) if columns else 0
    clock = times(dispatch, steps)
    yield [*next(clock), *map(inert, heads)]
    for time, *values in zip(clock, *columns, strict=True):
        yield [*time, *values]


def _times(dispatch: Mapping[str, Any], steps: int) -> Iterator[list[Any]]:
    """The first column of a whole horizon."""
    yield ["time"]
    start, step = datetime.fromisoformat(dispatch["start"]), timedelta(hours=dispatch["step_hours"])
    for number in range(steps):
        yield [(start + number * step).isoformat(timespec="minutes")]


def _typical_times(dispatch: Mapping[str, Any], steps: int) -> Iterator[list[Any]]:
    """The first columns of typical days."""
    yield ["day", "date", "days_per_year", "hour"]
    days = dispatch["days"]
    for day in days:
        for step in range(steps // len(days)):
            yield [day["day"], day["date"], day["days_per_year"], step * dispatch["step_hours"]]

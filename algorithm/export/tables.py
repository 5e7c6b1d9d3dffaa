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
ASSUMPTION = ("field", "value", "unit", "origin")
DEVICE = (
    "name",
    "label",
    "kind",
    "like",
    "carrier",
    "size",
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
    "at_limit",
)

Row = Sequence[Any]
Plan = Mapping[str, Any]
Result = Mapping[str, Any]


def plan_rows(plans: Sequence[Plan]) -> Iterator[Row]:
    """A row for each plan, numbered from 1, with its costs by label."""
    costs = list(plans[0]["costs"])
    yield ["plan", *PLAN, "devices", *(f"{name}_per_year" for name in costs)]
    for number, plan in enumerate(plans, start=1):
        yield [
            number,
            *(plan[name] for name in PLAN),
            len(plan["devices"]),
            *(plan["costs"][name] for name in costs),
        ]


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

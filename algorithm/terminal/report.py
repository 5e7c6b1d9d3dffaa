"""A search's result as aligned tables for people."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from algorithm.export.quantities import amount, energy, percent, three
from algorithm.export.texts import columns_of, printable
from algorithm.terminal.screen import BOLD, DIM, Screen

BETWEEN = "  "
SHORTEST_NAME = 8
NAMES = ("Device", "Unit")
NO_DEVICES = "No devices."

Entry = Mapping[str, Any]
Head = tuple[str, str]  # a column's name and unit


def show(result: Entry, screen: Screen) -> None:
    """Write a table of the plans, one of the best plan's devices, and remarks on it."""
    plans, currency = result["plans"], result["currency"]
    screen.write_lines(
        [
            "",
            screen.styled(printable(result["name"]), BOLD),
            "",
            *_table(_plans(plans, currency), screen),
            "",
            *(
                _table(_devices(plans[0], currency), screen)
                if plans[0]["devices"]
                else [NO_DEVICES]
            ),
            "",
            *map(printable, _remarks(result)),
        ]
    )


def _plans(plans: Sequence[Entry], currency: str) -> dict[Head, list[str]]:
    return {
        ("Plan", ""): [f"{number}" for number in range(1, len(plans) + 1)],
        ("Cost", f"{currency}/a"): [f"{plan['cost_per_year']:,.0f}" for plan in plans],
        ("CO2", "t/a"): [f"{plan['co2_kg_per_year'] / 1000:,.1f}" for plan in plans],
        ("Gap", ""): ["" if plan["gap"] is None else percent(plan["gap"]) for plan in plans],
        ("Invested", currency): [f"{plan['investment']:,.0f}" for plan in plans],
        ("Devices", ""): [f"{len(plan['devices'])}" for plan in plans],
    }


def _devices(plan: Entry, currency: str) -> dict[Head, list[str]]:
    devices = plan["devices"]
    return {
        ("Device", ""): [printable(device["label"]) for device in devices],
        ("Size", ""): [three(device["size"]) for device in devices],
        ("Unit", ""): [device["unit"] for device in devices],
        ("Units", ""): [f"{device['units']:,}" if "units" in device else "" for device in devices],
        ("Power", "kW"): [three(d["power_kw"]) if "power_kw" in d else "" for d in devices],
        ("Invested", currency): [f"{device['investment']:,.0f}" for device in devices],
        ("Cost", f"{currency}/a"): [f"{device['cost_per_year']:,.0f}" for device in devices],
        ("Output", "MWh/a"): [three(device["kwh_per_year"] / 1000) for device in devices],
        ("Full load", "h/a"): [f"{device['full_load_hours']:,.0f}" for device in devices],
    }


def _table(columns: Mapping[Head, Sequence[str]], screen: Screen) -> Iterator[str]:
    """Yield the lines of a table: names left-aligned, numbers right-aligned, no empty columns.

    If the screen is too narrow, the first column is shortened.
    """
    shown = [[*head, *cells] for head, cells in columns.items() if any(cells)]
    widths = [max(map(columns_of, cells)) for cells in shown]
    missing = sum(widths) + len(BETWEEN) * (len(widths) - 1) - screen.width
    widths[0] -= max(0, min(missing, widths[0] - SHORTEST_NAME))
    aligned = (
        [_aligned(cell, width, to_left=cells[0] in NAMES) for cell in cells]
        for cells, width in zip(shown, widths, strict=True)
    )
    heads, units, *rows = (BETWEEN.join(line).rstrip() for line in zip(*aligned, strict=True))
    yield screen.styled(heads, BOLD)
    yield screen.styled(units, DIM)
    yield from rows


def _aligned(text: str, width: int, *, to_left: bool) -> str:
    if columns_of(text) > width:
        while columns_of(text) > width - 1:
            text = text[:-1]
        text += "…"
    blank = " " * (width - columns_of(text))
    return text + blank if to_left else blank + text


def _worth(economics: Entry, currency: str) -> str:
    """Return what a plan saves against today's system, and when it pays back."""
    saving, payback = economics["saving_per_year"], economics["simple_payback_years"]
    text = f"Costs {-saving:,.0f} {currency} a year more than today"
    if saving >= 0:
        text = f"Saves {saving:,.0f} {currency} a year against today"
    if economics["extra_investment"] <= 0:
        return f"{text}."
    if payback is None:
        return f"{text}; doesn't pay back within {economics['horizon_years']} years."
    return f"{text}; pays back in {payback:.1f} years."


def _remarks(result: Entry) -> Iterator[str]:
    """Yield remarks on the best plan: what it saves, basis, unserved demand, binding limits,
    warnings."""
    plan = result["plans"][0]
    if (economics := plan["economics"]) is not None:
        yield _worth(economics, result["currency"])
    if result["stopped"]:
        yield "Stopped before the search's end: there may be a better plan."
    if plan["basis"] == "typical days":
        days, gap = result["search"]["typical_days"], result["search"]["gap"]
        proven = "" if gap is None else f", on these proven within {percent(gap)}"
        yield f"Sized and run on {days} typical days{proven}; not proven on the whole horizon."
    for demand in plan["unserved"]:
        missing, peak = energy(demand["kwh_per_year"]), amount(demand["peak_kw"], "kW")
        yield f"Not met of {demand['demand']}: {missing} a year, up to {peak}."
    for limit in plan["limits"]:
        yield f"Held back by {limit['field']}: {three(limit['used'])} of {three(limit['limit'])}."
    if largest := [device["label"] for device in plan["devices"] if device["at_limit"]]:
        yield f"At the maximum size that it may have: {', '.join(largest)}."
    for warning in result["warnings"]:
        yield f"Warning: {warning['text']}"

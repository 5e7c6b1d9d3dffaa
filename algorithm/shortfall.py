"""Why there is no plan, in sentences: what falls short or is too much, when, and what may help.

Called by `solving` once the solver has found that there is no plan, or none that costs the least.
`bending` finds what is missing; the sentences are made here.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from algorithm.bending import (
    MISSING,
    NOTHING,
    TOO_MUCH,
    Found,
    bending,
    least_missing,
    must_be_met,
    relaxed,
)
from algorithm.blocks import TradeColumns
from algorithm.catalogue import CATALOGUE
from algorithm.days import moment
from algorithm.devices import Converter, Installable
from algorithm.island import Island, Trade
from algorithm.model import Model, Objective, build_model
from algorithm.series import Floats

AT_LIMIT = 0.999
# So many times what the site demands is without end.
ENDLESS, A_GOOD_PART = 1000.0, 0.01


def explain_shortfall(
    island: Island, disabled: Sequence[str], should_stop: Callable[[], bool]
) -> str:
    """Return what can't be met or got rid of, how much of it and when, and what may help.

    disabled: names, kinds and groups of devices that `island` is without.
    """
    if unfit := list(_unfit_sizes(island)):
        return " ".join(["No plan can have all devices whose size is fixed.", *unfit])
    model = bending(island)
    found = least_missing(model, should_stop)
    if found is None:
        return " ".join(["No plan can meet the demands within all limits.", *_levels(island)])
    sentences = [*_what_is_missing(model, found), *_what_is_too_much(model, found)]
    if not sentences:
        return _in_each_others_way(island)
    helpful = list(dict.fromkeys(_what_may_help(model, found, disabled)))
    if helpful:
        sentences.append(f"What may help: {', '.join(helpful)}.")
    return " ".join(["No plan can meet all demands.", *sentences])


def _levels(island: Island) -> Iterator[str]:
    """Yield what may help where not even missing energy would make a plan possible."""
    kept = [f"devices.{name}.min_level" for name, s in island.storages.items() if s.min_level.any()]
    if kept:
        yield f"What may help: lowering {', '.join(kept)}."


def _in_each_others_way(island: Island) -> str:
    """Return why there may be no plan though nothing falls short where loads may be any."""
    loads = [n for n, c in island.conversions.items() if c.figures.min_load > 0]
    if not loads:
        return "No plan was found, though nothing falls short by itself."
    named = ", ".join(loads)
    return (
        f"No plan was found that keeps the smallest loads of {named}; without these, nothing falls "
        "short. What may help: the option on_off left off, other sizes, or a store."
    )


def explain_unbounded(island: Island) -> str:
    """Return which prices make money, or save CO2, without end."""
    most = ENDLESS * sum(float(demand.power.max()) for demand in island.demands.values())
    bounded = replace(
        island, supplies=_bounded(island.supplies, most), exports=_bounded(island.exports, most)
    )
    return (
        _endless_trade(bounded, "cost", most)
        or _endless_trade(bounded, "co2", most)
        or "A plan could earn without end: some price pays for what a device does, however much. "
        "What may help: no negative prices or costs, or a limit on what is bought and sold."
    )


# What is fixed from the start


def _unfit_sizes(island: Island) -> Iterator[str]:
    """Yield where devices of a fixed size alone take more than there is."""
    fixed = {name: d.figures for name, d in island.devices.items() if d.figures.size}
    spent = sum(_size(f) * f.investment + f.investment_fixed for f in fixed.values())
    if spent > island.budget:
        yield (
            f"They cost {spent:,.0f} {island.currency}, and the budget is {island.budget:,.0f}; "
            f"what may help: raising budget, or less of {', '.join(fixed)}."
        )
    for area, available in island.areas.items():
        users = {name: f.area[area] for name, f in fixed.items() if f.area.get(area)}
        taken = sum(_size(fixed[name]) * per_unit for name, per_unit in users.items())
        if taken > available:
            yield (
                f"They take {taken:g} m2 of {area}, and there are {available:g}; what may help: "
                f"raising areas.{area}, or less of {', '.join(users)}."
            )


def _size(figures: Installable) -> float:
    return figures.size or 0.0


# What is missing


def _what_is_missing(model: Model, found: Found) -> Iterator[str]:
    for name in must_be_met(model.island):
        short, power = found.values[model.unserved[name]], model.island.demands[name].power
        if short.max() > NOTHING:
            worst = int(np.argmax(short))
            amount = f"{short[worst]:.4g} kW of {power[worst]:.4g} kW"
            yield f"{name} falls short by up to {amount} ({_when(model.island, short)})."
    for carrier, short in _traded(model, model.supplies, MISSING, found.values):
        yield (
            f"{carrier}, which some device can't do without, falls short by up to "
            f"{short.max():.4g} kW ({_when(model.island, short)})."
        )


def _what_is_too_much(model: Model, found: Found) -> Iterator[str]:
    for carrier, left in _traded(model, model.exports, TOO_MUCH, found.values):
        yield (
            f"{carrier} has nowhere to go: up to {left.max():.4g} kW are too much "
            f"({_when(model.island, left)})."
        )


def _traded(
    model: Model, trades: Mapping[str, TradeColumns], mark: str, values: Floats
) -> Iterator[tuple[str, Floats]]:
    """Yield the carriers of the trades that were only made so that the island bends, kW (T,)."""
    for name, columns in trades.items():
        power = values[columns.power]
        if name.startswith(mark) and power.max() > NOTHING:
            yield name.removeprefix(mark), power


def _when(island: Island, power: Floats) -> str:
    """Say when something is at its worst, and in how many steps it is at all."""
    often, worst = int(np.count_nonzero(power > NOTHING)), int(np.argmax(power))
    return f"{_moment(island, worst)}; in {often} of {len(power)} steps"


def _moment(island: Island, step: int) -> str:
    hours = int(island.steps.positions[step]) * island.steps.step_hours
    return moment(island.steps.start, hours)


# What may help


def _what_may_help(model: Model, found: Found, disabled: Sequence[str]) -> Iterator[str]:
    for field, row in model.limits.items():
        most = _limit(model.island, field)
        if found.helps(found.of_rows[row], most) or _no_room(model, found, field, most):
            yield f"raising {field}"
    yield from _trades_in_the_way(model, found)
    yield from _sizes_in_the_way(model, found)
    yield from _ways_out(model, found)
    scarce = {c for c, rows in model.balances.items() if found.helps(-found.of_rows[rows].max(), 1)}
    for name in disabled:
        if _may_bring(name, {carrier.split("@")[0] for carrier in scarce}):
            yield f"enabling {name}"


def _limit(island: Island, field: str) -> float:
    limits = {f"areas.{area}": available for area, available in island.areas.items()}
    return {**limits, "budget": island.budget, "co2_limit": island.co2_limit}[field]


def _no_room(model: Model, found: Found, field: str, most: float) -> bool:
    """Return whether a limit leaves less than a device that is left out takes at its smallest."""
    devices = model.island.devices
    sizes = {name: float(found.values[c.size[0]]) for name, c in model.devices.items()}
    left = most - sum(_takes(devices[name].figures, field, size) for name, size in sizes.items())
    return found.decided and any(
        _takes(figures, field, max(figures.min_size, figures.unit_size or 0.0)) > left
        for figures in (devices[name].figures for name, size in sizes.items() if size < NOTHING)
    )


def _takes(figures: Installable, field: str, size: float) -> float:
    """Return what a device takes of a budget or an area."""
    if field == "budget":
        return size * figures.investment + figures.investment_fixed * (size > NOTHING)
    return size * figures.area.get(field.removeprefix("areas."), 0.0)


def _trades_in_the_way(model: Model, found: Found) -> Iterator[str]:
    for field, trades, columns in (
        ("supplies", model.island.supplies, model.supplies),
        ("exports", model.island.exports, model.exports),
    ):
        for name, trade in trades.items():
            change, limit = found.of_columns[columns[name].power], trade.limit
            if any(found.helps(change[t], limit[t]) for t in np.flatnonzero(np.isfinite(limit))):
                yield f"raising {field}.{name}.limit"


def _sizes_in_the_way(model: Model, found: Found) -> Iterator[str]:
    island = model.island
    for name, columns in model.devices.items():
        device, size = island.devices[name], float(found.values[columns.size[0]])
        change = float(found.of_columns[columns.size[0]])
        if device.figures.size is not None:
            if found.helps(-abs(change), size):
                yield f"{'raising' if change < 0 else 'lowering'} devices.{name}.size"
            continue
        sizing = np.concatenate([columns.size, columns.built, columns.units])
        scale = np.where(np.isin(sizing, columns.size), device.max_size, 1.0)
        most = float((found.of_columns[sizing] * scale).min())
        if size >= AT_LIMIT * device.max_size and found.helps(most, 1.0):
            yield f"raising {_what_bounds(island, name)}"


def _what_bounds(island: Island, name: str) -> str:
    """Return the field that a device's largest size is from."""
    device = island.devices[name]
    for area, per_unit in device.figures.area.items():
        if per_unit * device.max_size >= AT_LIMIT * island.areas.get(area, np.inf):
            return f"areas.{area}"
    stated = "" if device.figures.max_size is not None else f" (taken as {device.max_size:.4g})"
    return f"devices.{name}.max_size{stated}"


def _ways_out(model: Model, found: Found) -> Iterator[str]:
    """Yield what would take what is too much, or would not make it."""
    for carrier, _ in _traded(model, model.exports, TOO_MUCH, found.values):
        yield f"an export of {carrier}"
        for name, conversion in model.island.conversions.items():
            if conversion.figures.must_take and carrier in conversion.figures.outputs:
                yield f"devices.{name} without must_take"


def _may_bring(name: str, scarce: Collection[str]) -> bool:
    """Return whether a disabled device, kind or group makes any of these carriers.

    What the requirement's own devices make can't be told here: they may.
    """
    kinds = [d for d in CATALOGUE.values() if name in (d.name, d.group_name)]
    figures = [kind.figures for kind in kinds]
    return not kinds or any(
        carrier in (f.outputs if isinstance(f, Converter) else ())
        for f in figures
        for carrier in scarce
    )


# What has no end


def _bounded(trades: Mapping[str, Trade], most: float) -> dict[str, Trade]:
    return {name: replace(t, limit=np.minimum(t.limit, most)) for name, t in trades.items()}


def _endless_trade(island: Island, minimise: Objective, most: float) -> str | None:
    """Say what is traded as much as can be, where anything is."""
    model = build_model(island, minimise=minimise)
    found = relaxed(model)
    if found is None:
        return None
    trades = {f"supplies.{n}": (c.power, island.supplies[n]) for n, c in model.supplies.items()}
    trades |= {f"exports.{n}": (c.power, island.exports[n]) for n, c in model.exports.items()}
    peaks = {field: found.values[power] for field, (power, _) in trades.items()}
    endless = [field for field, power in peaks.items() if power.max() >= AT_LIMIT * most]
    if not endless:
        return None
    step = int(np.argmax(peaks[endless[0]]))
    named = " and ".join(
        f"{field} at {trades[field][1].price[step]:g} {island.currency}/kWh" for field in endless
    )
    gain = "earn" if minimise == "cost" else "save CO2"
    limits = " or ".join(f"{field}.limit" for field in endless)
    through = _runners(model, found.values, step, most)
    return (
        f"A plan could {gain} without end: on {_moment(island, step)}, by {named}"
        f"{f', through {through}' if through else ''}. What may help: {limits}, or other prices."
    )


def _runners(model: Model, values: Floats, step: int, most: float) -> str:
    """Name the devices without which such an amount could not be moved."""
    powers = {name: [c.activity] for name, c in model.conversions.items()}
    powers |= {name: [c.charge, c.discharge] for name, c in model.storages.items()}
    powers |= {name: [c.forward, c.backward] for name, c in model.connections.items()}
    return ", ".join(
        name
        for name, columns in powers.items()
        if max(values[c[step]] for c in columns if len(c)) >= A_GOOD_PART * most
    )

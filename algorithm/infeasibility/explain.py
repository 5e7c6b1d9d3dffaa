"""Explains why there is no plan: what falls short or is in surplus, when, and what may help.

This follows a solver's verdict that the model is infeasible or unbounded. `elastic` computes the
shortfall.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from algorithm.components.figures import Installable
from algorithm.components.trade import Trade, TradeColumns
from algorithm.errors import Failed
from algorithm.identifiers import carrier_and_place
from algorithm.infeasibility.elastic import (
    MISSING,
    TOO_MUCH,
    Found,
    elastic_model,
    least_missing,
    must_be_met,
    nothing,
    relaxed,
)
from algorithm.island.island import Island
from algorithm.messages import Figure, Message, both, either, sentences
from algorithm.model.build import Model, Objective, build_model
from algorithm.requirement.catalogue import CATALOGUE
from algorithm.series import Floats
from algorithm.timesteps import moment

AT_LIMIT = 0.999
# The limits that are a least share: lowering them helps.
LEAST = ("co2_cut_min", "self_sufficiency_min", "renewable_share_min")
# Trades of UNLIMITED times the site's demand count as unlimited; a device takes part if it moves
# LARGE_SHARE of that.
UNLIMITED, LARGE_SHARE = 1000.0, 0.01


def explain_shortfall(
    island: Island, disabled: Sequence[str], should_stop: Callable[[], bool]
) -> str:
    """Return what falls short or is in surplus, how much and when, and what may help.

    disabled: names of devices, kinds and groups that were removed from `island`.
    """
    if unfit := list(_exceeded_limits(island)):
        return sentences([Message("No plan can have all devices whose size is fixed."), *unfit])
    model = elastic_model(island)
    found = least_missing(model, should_stop)
    if found is None:
        return sentences(
            [Message("No plan can meet the demands within all limits."), *_rigid_limits(island)]
        )
    wrong = [*_shortfalls(model, found), *_surpluses(model, found)]
    if not wrong:
        return _conflicting_decisions(model)
    helpful = list(dict.fromkeys(_remedies(model, found, disabled)))
    if helpful:
        wrong.append(Message("What may help: %(helpful)s.", helpful=helpful))
    return sentences([Message("No plan can meet all demands."), *wrong])


def _rigid_limits(island: Island) -> Iterator[str]:
    """Yield what may help if even the elastic relaxation is infeasible."""
    devices = island.devices.items()
    kept = [f"devices.{name}.{field}" for name, d in devices for field in d.rigid_fields]
    if kept:
        yield Message("What may help: lowering %(kept)s.", kept=kept)


def _conflicting_decisions(model: Model) -> str:
    """Explain an infeasible model whose elastic relaxation has no shortfall: decisions conflict.

    Raises Failed if there are no decisions: the relaxation's solution would be a plan.
    """
    devices = model.island.devices
    loads = [name for name, device in devices.items() if device.min_load > 0]
    if not loads and not model.decision_count:
        raise Failed(Message("The solver found no plan, though nothing falls short."))
    if not loads:
        return Message("No plan was found, though nothing falls short by itself.")
    stated = [name for name in loads if devices[name].min_load_stated]
    helpful = [f"devices.{name}.min_load" for name in stated]
    if len(stated) < len(loads):
        helpful.append(Message("the option on_off left off"))
    return Message(
        "No plan was found that keeps the minimum loads of %(named)s; without them, all demands "
        "can be met. What may help: %(helpful)s, other sizes, or a store.",
        named=loads,
        helpful=helpful,
    )


def explain_unbounded(island: Island) -> str:
    """Explain an unbounded model: which prices allow unlimited profit or CO2 savings."""
    most = UNLIMITED * sum(float(demand.power.max()) for demand in island.demands.values())
    bounded = replace(
        island, supplies=_bounded(island.supplies, most), exports=_bounded(island.exports, most)
    )
    return (
        _unlimited_trade(bounded, "cost", most)
        or _unlimited_trade(bounded, "co2", most)
        or Message(
            "A plan could earn without end: some price pays for what a device does, however much. "
            "What may help: no negative prices or costs, or limits on what is bought, sold and "
            "installed."
        )
    )


# Fixed sizes


def _exceeded_limits(island: Island) -> Iterator[str]:
    """Yield the limits that devices of a fixed size alone exceed."""
    fixed = {name: d.figures for name, d in island.devices.items() if d.figures.size}
    spent = sum(f.capital.invested(_size(f)) for f in fixed.values())
    if spent > island.budget:
        yield (
            Message(
                "They cost %(spent)s %(currency)s, and the budget is %(budget)s; what may help: "
                "raising budget, or less of %(fixed)s.",
                spent=Figure(spent, ",.0f"),
                currency=island.currency,
                budget=Figure(island.budget, ",.0f"),
                fixed=list(fixed),
            )
        )
    for area, available in island.areas.items():
        users = {name: f.area[area] for name, f in fixed.items() if f.area.get(area)}
        taken = sum(_size(fixed[name]) * per_unit for name, per_unit in users.items())
        if taken > available:
            yield (
                Message(
                    "They take %(taken)s m2 of %(area)s, and there are %(available)s; what may "
                    "help: raising areas.%(area)s, or less of %(users)s.",
                    taken=Figure(taken, "g"),
                    area=area,
                    available=Figure(available, "g"),
                    users=list(users),
                )
            )


def _size(figures: Installable) -> float:
    return figures.size or 0.0


# Shortfalls and surpluses


def _shortfalls(model: Model, found: Found) -> Iterator[str]:
    for name in must_be_met(model.island):
        short, power = found.values[model.unserved[name]], model.island.demands[name].power
        if short.max() > nothing(model):
            worst = int(np.argmax(short))
            amount = Message(
                "%(short)s kW of %(power)s kW",
                short=Figure(short[worst], ".4g"),
                power=Figure(power[worst], ".4g"),
            )
            yield Message(
                "%(name)s falls short by up to %(amount)s (%(when)s).",
                name=name,
                amount=amount,
                when=_when(model, short),
            )
    for carrier, short in _traded(model, model.supplies, MISSING, found.values):
        yield (
            Message(
                "%(carrier)s, which some device can't do without, falls short by up to "
                "%(short)s kW (%(when)s).",
                carrier=carrier,
                short=Figure(short.max(), ".4g"),
                when=_when(model, short),
            )
        )


def _surpluses(model: Model, found: Found) -> Iterator[str]:
    for carrier, left in _traded(model, model.exports, TOO_MUCH, found.values):
        yield (
            Message(
                "%(carrier)s has nowhere to go: up to %(left)s kW are too much (%(when)s).",
                carrier=carrier,
                left=Figure(left.max(), ".4g"),
                when=_when(model, left),
            )
        )


def _traded(
    model: Model, trades: Mapping[str, TradeColumns], mark: str, values: Floats
) -> Iterator[tuple[str, Floats]]:
    """Yield the carriers with a shortfall or surplus in the elastic relaxation, and its kW (T,).

    mark: the prefix of the elastic trades.
    """
    for name, columns in trades.items():
        power = values[columns.power]
        if name.startswith(mark) and power.max() > nothing(model):
            yield name.removeprefix(mark), power


def _when(model: Model, power: Floats) -> str:
    """Return the time of the maximum, and the number of steps with more than rounding errors."""
    often, worst = int(np.count_nonzero(power > nothing(model))), int(np.argmax(power))
    return Message(
        "%(moment)s; in %(often)s of %(power)s steps",
        moment=_moment(model.island, worst),
        often=often,
        power=len(power),
    )


def _moment(island: Island, step: int) -> str:
    hours = int(island.steps.positions[step]) * island.steps.step_hours
    return moment(island.steps.start, hours)


# What may help


def _remedies(model: Model, found: Found, disabled: Sequence[str]) -> Iterator[str]:
    for field, row in model.limits.items():
        most = _limit(model.island, field)
        if found.helps(found.of_rows[row], most) or _leaves_too_little(model, found, field, most):
            if field in LEAST:
                yield Message("lowering %(field)s", field=field)
            else:
                yield Message("raising %(field)s", field=field)
    yield from _limiting_trades(model, found)
    if any(True for _ in _traded(model, model.exports, TOO_MUCH, found.values)):
        for name, columns in model.devices.items():
            if columns.keeps_min_load:
                yield Message("lowering %(field)s", field=f"devices.{name}.min_load")
    yield from _limiting_sizes(model, found)
    yield from _outlets(model, found)
    scarce = {c for c, rows in model.balances.items() if found.helps(-found.of_rows[rows].max(), 1)}
    for name in disabled:
        if _may_supply(name, {carrier_and_place(carrier)[0] for carrier in scarce}):
            yield Message("enabling %(name)s", name=name)


def _limit(island: Island, field: str) -> float:
    limits = {f"areas.{area}": available for area, available in island.areas.items()}
    weights = island.steps.weights
    # Shares are limits of energy: all that is demanded is their scale.
    energy = sum(float(demand.power @ weights) for demand in island.demands.values())
    limits |= {"budget": island.budget, "co2_limit": island.co2_limit}
    limits |= {"co2_cut_min": abs(island.co2_after_cut)}
    return {**dict.fromkeys(LEAST, energy), **limits}[field]


def _leaves_too_little(model: Model, found: Found, field: str, most: float) -> bool:
    """Return whether a limit leaves too little for some device that isn't built, at its minimum
    size."""
    devices, least = model.island.devices, nothing(model)
    found_sizes = {name: float(found.values[c.size[0]]) for name, c in model.devices.items()}
    sizes = {name: size if size > least else 0.0 for name, size in found_sizes.items()}
    left = most - sum(_takes(devices[name].figures, field, size) for name, size in sizes.items())
    return found.decided and any(
        _takes(figures, field, max(figures.least_size, figures.unit_size or 0.0)) > left
        for figures in (devices[name].figures for name, size in sizes.items() if size == 0)
    )


def _takes(figures: Installable, field: str, size: float) -> float:
    """Return a device's share of the budget or an area."""
    if field == "budget":
        return figures.capital.invested(size)
    return size * figures.area.get(field.removeprefix("areas."), 0.0)


def _limiting_trades(model: Model, found: Found) -> Iterator[str]:
    for field, trades, columns in (
        ("supplies", model.island.supplies, model.supplies),
        ("exports", model.island.exports, model.exports),
    ):
        for name, trade in trades.items():
            change, limit = found.of_columns[columns[name].power], trade.limit
            if any(found.helps(change[t], limit[t]) for t in np.flatnonzero(np.isfinite(limit))):
                yield Message("raising %(field)s", field=f"{field}.{name}.limit")


def _limiting_sizes(model: Model, found: Found) -> Iterator[str]:
    island = model.island
    for name, columns in model.devices.items():
        device, size = island.devices[name], float(found.values[columns.size[0]])
        change = float(found.of_columns[columns.size[0]])
        if device.figures.size is not None:
            if found.helps(-abs(change), size):
                yield _another_size(name, larger=change < 0)
            continue
        if size >= AT_LIMIT * device.max_size and found.helps(change, device.max_size):
            yield Message("raising %(field)s", field=_limiting_field(island, name))


def _another_size(name: str, *, larger: bool) -> str:
    field = f"devices.{name}.size"
    return (
        Message("raising %(field)s", field=field)
        if larger
        else Message("lowering %(field)s", field=field)
    )


def _limiting_field(island: Island, name: str) -> str:
    """Return the field that sets a device's maximum size."""
    device = island.devices[name]
    for area, per_unit in device.figures.area.items():
        if per_unit * device.max_size >= AT_LIMIT * island.areas.get(area, np.inf):
            return f"areas.{area}"
    return f"devices.{name}.{device.figures.size_limit[0]}"


def _outlets(model: Model, found: Found) -> Iterator[str]:
    """Yield what would take a surplus, or avoid it."""
    for carrier, _ in _traded(model, model.exports, TOO_MUCH, found.values):
        yield Message("an export of %(carrier)s", carrier=carrier)
        for name, device in model.island.devices.items():
            if device.must_give(carrier):
                yield Message("devices.%(name)s without must_take", name=name)


def _may_supply(name: str, scarce: Collection[str]) -> bool:
    """Return whether a disabled device, kind or group may make any of these carriers.

    The outputs of the requirement's own devices aren't known here, so they may.
    """
    kinds = [d for d in CATALOGUE.values() if name in (d.name, d.group_name)]
    return not kinds or any(carrier in kind.figures.makes for kind in kinds for carrier in scarce)


# Unlimited trades


def _bounded(trades: Mapping[str, Trade], most: float) -> dict[str, Trade]:
    return {name: replace(t, limit=np.minimum(t.limit, most)) for name, t in trades.items()}


def _unlimited_trade(island: Island, minimise: Objective, most: float) -> str | None:
    """Describe the trades that reach the limit `most`; None if there are none."""
    model = build_model(island, minimise=minimise)
    found = relaxed(model)
    if found is None:
        return None
    trades = {f"supplies.{n}": (c.power, island.supplies[n]) for n, c in model.supplies.items()}
    trades |= {f"exports.{n}": (c.power, island.exports[n]) for n, c in model.exports.items()}
    peaks = {field: found.values[power] for field, (power, _) in trades.items()}
    unlimited = [field for field, power in peaks.items() if power.max() >= AT_LIMIT * most]
    if not unlimited:
        return None
    step = int(np.argmax(peaks[unlimited[0]]))
    named = both(
        [
            Message(
                "%(field)s at %(price)s %(currency)s/kWh",
                field=field,
                price=Figure(trades[field][1].price[step], "g"),
                currency=island.currency,
            )
            for field in unlimited
        ]
    )
    gain = Message("earn") if minimise == "cost" else Message("save CO2")
    involved = _devices_involved(model, found.values, step, most)
    through = Message(", through %(devices)s", devices=involved) if involved else ""
    free = [n for n in involved if np.isinf(island.devices[n].max_size)]
    fields = [f"{field}.limit" for field in unlimited] + [f"devices.{n}.max_size" for n in free]
    limits = either(fields)
    return Message(
        "A plan could %(gain)s without end: on %(moment)s, by %(named)s%(through)s. What may "
        "help: %(limits)s, or other prices.",
        gain=gain,
        moment=_moment(island, step),
        named=named,
        through=through,
        limits=limits,
    )


def _devices_involved(model: Model, values: Floats, step: int, most: float) -> list[str]:
    """Return the devices that move a large part of the amount in a step."""
    return [
        name
        for name, columns in model.devices.items()
        if max(values[power[step]] for power in columns.powers) >= LARGE_SHARE * most
    ]

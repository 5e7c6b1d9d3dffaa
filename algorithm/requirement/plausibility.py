"""Warnings about likely mistakes in a valid requirement: wrong units, misleading names.

`consistency` refuses what can't be right. These values can be right, but rarely are. Every result
has these warnings, and the web shows them before a search is queued.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from algorithm.components.converter import Converter
from algorithm.components.kinds import Figures
from algorithm.messages import Message
from algorithm.requirement.catalogue import CATALOGUE
from algorithm.requirement.schema import Export, Requirement, Supply
from algorithm.series import HOURS_A_YEAR, Floats, Series

# kW per kW of photovoltaics or wind power, kW per m2 of collector: above this, rare.
RARE_YIELD = 1.2
# EUR/kWh on average; single hours of a spot market may cost more.
RARE_PRICE = 5.0
# kg/kWh on average; lignite's electricity has 1.2.
RARE_CO2 = 5.0
# Sum of all demands' peaks, kW: outside this range, a site is implausible.
SMALLEST_SITE, LARGEST_SITE = 0.1, 1e6
# The factor between one unit and the next: W, kW, MW.
THOUSAND = 1000.0
# kW out per kW in: coefficients in percent exceed this; even the COP of free cooling hardly does.
RARE_RATIO = 30.0
# % of the investment a year; 2 % stated as 0.02 is below.
RARE_MAINTENANCE = 0.05

# Figures of a device that say nothing of what the catalogue states.
NOT_OF_CATALOGUE = {"label", "place", "existing", "existing_power", "age_years"}

# A unit as a word of its own within a name, such as "heat_MWh"; W and Wh are case-sensitive.
_UNIT = re.compile(r"(?<![^\W_])(W|Wh|(?i:[kMG]Wh?))(?![^\W_])")
_KW = {"W": 1e-3, "kW": 1.0, "MW": 1e3, "GW": 1e6}


@dataclass(frozen=True)
class PlausibilityWarning:
    """A warning. id: stable. values: JSON, the values in the text. text: in English."""

    id: str
    values: dict[str, Any]
    text: str


Warnings = Iterator[PlausibilityWarning]


def plausibility_warnings(requirement: Requirement) -> list[PlausibilityWarning]:
    """Return the warnings about a requirement that `check` has accepted."""
    considered = requirement.considered()
    return [
        *_of_demands(requirement),
        *_of_unit_names(requirement),
        *_of_trades(requirement),
        *_of_availability(requirement, considered),
        *_of_stated_devices(requirement),
    ]


def _array(requirement: Requirement, series: Series) -> Floats:
    return np.asarray(requirement.values(series), dtype=float)


def _shown(value: float) -> float | int:
    """Return a value with four significant digits, as an integer if it is one: 550.0 -> 550."""
    rounded = float(f"{value:.4g}")
    return int(rounded) if rounded.is_integer() else rounded


# Demands compared with each other, and with devices


def _of_demands(requirement: Requirement) -> Warnings:
    powers = {name: _array(requirement, d.power) for name, d in requirement.demands.items()}
    peaks = {name: float(power.max()) for name, power in powers.items() if power.any()}
    together = sum(peaks.values())
    built = max(_stated_powers(requirement, "size", "min_size", "unit_size"), default=0.0)
    if together < SMALLEST_SITE:
        values = {"peak": _shown(together)}
        text = Message(
            "The demands' peaks are %(peak)s kW together, too little for a site; their values are "
            "likely in MW, to be multiplied by 1,000.",
            **values,
        )
        yield PlausibilityWarning("demands-small", values, text)
    elif built >= THOUSAND * max(1.0, together):
        values = {"peak": _shown(together), "size": _shown(built)}
        text = Message(
            "The demands' peaks are %(peak)s kW together, beside a device of %(size)s kW; their "
            "values are likely in MW, to be multiplied by 1,000.",
            **values,
        )
        yield PlausibilityWarning("demands-small-beside-devices", values, text)
    for name in peaks:
        yield from _of_demand(requirement, name, peaks)


def _of_demand(requirement: Requirement, name: str, peaks: Mapping[str, float]) -> Warnings:
    peak, field = peaks[name], f"demands.{name}"
    others = [other for demand, other in peaks.items() if demand != name]
    nearest = (max if peak < 1.0 else min)(others, default=0.0)
    if nearest >= THOUSAND * peak:
        values: dict[str, Any] = {
            "field": field,
            "peak": _shown(peak),
            "other": _shown(nearest),
        }
        text = Message(
            "%(field)s is %(peak)s kW at its highest, beside a demand of %(other)s kW; its values "
            "are likely in MW, to be multiplied by 1,000.",
            **values,
        )
        yield PlausibilityWarning("demand-small-beside-others", values, text)
    scale = max(_stated_powers(requirement, "size", "min_size", "unit_size", "max_size"), default=0)
    scale = max(scale, *_limits(requirement))
    if peak >= (THOUSAND * max(1.0, scale) if scale > 0 else LARGEST_SITE):
        values = {"field": field, "peak": _shown(peak)}
        text = Message(
            "%(field)s is %(peak)s kW at its highest, too much for this site; its values are "
            "likely in W, to be divided by 1,000.",
            **values,
        )
        yield PlausibilityWarning("demand-large", values, text)


def _stated_powers(requirement: Requirement, *fields: str) -> list[float]:
    """Return the sizes in kW that the requirement itself states of its devices."""
    return [
        getattr(figures, field)
        for figures in (requirement.devices or {}).values()
        if figures.unit == "kW"
        for field in figures.model_fields_set.intersection(fields)
        if getattr(figures, field) is not None
    ]


def _limits(requirement: Requirement) -> list[float]:
    trades: list[Supply | Export] = [*requirement.supplies.values(), *requirement.exports.values()]
    limits = [_array(requirement, trade.limit) for trade in trades if trade.limit is not None]
    return [0.0, *(float(limit.max()) for limit in limits)]


# Names that contain another unit than kW


def _of_unit_names(requirement: Requirement) -> Warnings:
    for name, demand in requirement.demands.items():
        names = [demand.power, name] if isinstance(demand.power, str) else [name]
        yield from _of_unit_name(requirement, f"demands.{name}", names, demand.power)
    for part, trades in (("supplies", requirement.supplies), ("exports", requirement.exports)):
        for name, trade in trades.items():
            limit, field = trade.limit, f"{part}.{name}.limit"
            if isinstance(limit, str):
                yield from _of_unit_name(requirement, field, [limit], limit)


def _of_unit_name(
    requirement: Requirement, field: str, names: list[str], series: Series
) -> Warnings:
    """Warn of values whose name contains another unit, if they are plausible in that unit."""
    name = next((name for name in names if _UNIT.search(name)), "")
    unit, of_energy = _unit_in(name)
    hours = requirement.step_hours if of_energy else 1.0
    factor = _KW[unit] / hours
    peak = float(_array(requirement, series).max())
    if abs(factor - 1.0) < 1e-9 or not 1.0 <= peak * factor < LARGEST_SITE:
        return
    values: dict[str, Any] = {"field": field, "name": name, "factor": _shown(factor)}
    if of_energy:
        values |= {"unit": f"{unit}h", "hours": _shown(hours)}
        text = Message(
            "%(field)s takes kW, and '%(name)s' is called after %(unit)s; if its values are "
            "%(unit)s in each step of %(hours)s h, multiply them by %(factor)s.",
            **values,
        )
        yield PlausibilityWarning("energy-in-name", values, text)
    else:
        values["unit"] = unit
        text = Message(
            "%(field)s takes kW, and '%(name)s' is called after %(unit)s; if its values are in "
            "%(unit)s, multiply them by %(factor)s.",
            **values,
        )
        yield PlausibilityWarning("unit-in-name", values, text)


def _unit_in(name: str) -> tuple[str, bool]:
    """Return the unit of power in a name (kW if there is none), and whether it is one of energy."""
    found = _UNIT.search(name)
    unit = found[1].upper().replace("K", "k") if found else "kW"
    return unit.removesuffix("H"), unit.endswith("H")


# Prices and CO2


def _of_trades(requirement: Requirement) -> Warnings:
    for part, trades in (("supplies", requirement.supplies), ("exports", requirement.exports)):
        for name, trade in trades.items():
            yield from _of_price(requirement, f"{part}.{name}.price", trade.price)
            co2 = float(_array(requirement, trade.co2).mean())
            if co2 > RARE_CO2:
                values: dict[str, Any] = {"field": f"{part}.{name}.co2", "co2": _shown(co2)}
                text = Message(
                    "%(field)s is %(co2)s kg/kWh on average, more than any carrier has; its "
                    "values are likely in g/kWh, to be divided by 1,000.",
                    **values,
                )
                yield PlausibilityWarning("co2-high", values, text)


def _of_price(requirement: Requirement, field: str, series: Series) -> Warnings:
    """Warn of a high price, if the value of a EUR in the currency is known."""
    currency = requirement.currency
    if currency != "EUR" and "eur_rate" not in requirement.model_fields_set:
        return
    price = float(np.abs(_array(requirement, series)).mean())
    if price > RARE_PRICE * requirement.eur_rate:
        values: dict[str, Any] = {"field": field, "price": _shown(price), "currency": currency}
        text = Message(
            "%(field)s is %(price)s %(currency)s/kWh on average; its values are likely in "
            "%(currency)s/MWh, to be divided by 1,000, or in cents per kWh, to be divided by 100.",
            **values,
        )
        yield PlausibilityWarning("price-high", values, text)


# Devices


def _of_availability(requirement: Requirement, considered: Mapping[str, Figures]) -> Warnings:
    """Warn of devices that give more than their size; of a shared profile once."""
    doubted: set[str] = set()
    for name, figures in considered.items():
        if isinstance(figures, Converter) and (field := _field_of(name, figures)) not in doubted:
            for warning in _of_yield(requirement, field, figures):
                doubted.add(field)
                yield warning


def _of_yield(requirement: Requirement, field: str, figures: Converter) -> Warnings:
    availability = _array(requirement, figures.availability)
    peak, hours = float(availability.max()), float(availability.mean()) * HOURS_A_YEAR
    values: dict[str, Any] = {"field": field, "unit": figures.unit}
    # With a size of 1, the profile may well be the power of the whole plant.
    if np.ndim(availability) and hours > HOURS_A_YEAR * (1 + 1e-9) and figures.size != 1:
        values["hours"] = _shown(hours)
        text = Message(
            "%(field)s comes to %(hours)s full-load hours per year, and a year has 8760; its "
            "values are likely not in kW per %(unit)s of size.",
            **values,
        )
        yield PlausibilityWarning("full-load-hours", values, text)
    elif figures.resource and peak > RARE_YIELD:
        values["peak"] = _shown(peak)
        text = Message(
            "%(field)s is %(peak)s kW per %(unit)s at its highest, and about 1 is usual; its "
            "values are likely per another size.",
            **values,
        )
        yield PlausibilityWarning("yield-high", values, text)


def _field_of(name: str, figures: Converter) -> str:
    """Return the path of an availability: that of the profile, which several devices may share."""
    profile = figures.availability
    return f"profiles.{profile}" if isinstance(profile, str) else f"devices.{name}.availability"


def _of_stated_devices(requirement: Requirement) -> Warnings:
    for name, stated in (requirement.devices or {}).items():
        yield from _of_catalogue_name(name, stated)
        yield from _of_maintenance(name, stated)
        if isinstance(stated, Converter):
            yield from _of_ratio(requirement, name, stated)
            yield from _of_reciprocals(requirement, name, stated)


def _of_catalogue_name(name: str, stated: Figures) -> Warnings:
    """Explain which figures hold for a device that has the name of a catalogue device."""
    if name not in CATALOGUE or stated.like is not None:
        return
    values = {"field": f"devices.{name}", "name": name}
    if "kind" in stated.model_fields_set:
        text = Message(
            "%(field)s states its `kind` and no `like`, so it is a device of its own, and figures "
            "of the catalogue's '%(name)s' are not used.",
            **values,
        )
        yield PlausibilityWarning("catalogue-not-used", values, text)
    elif stated.model_fields_set - NOT_OF_CATALOGUE:
        text = Message(
            "%(field)s states some figures, and the others are those of the catalogue's "
            "'%(name)s': with `like` it would say so, with a `kind` be a device of its own.",
            **values,
        )
        yield PlausibilityWarning("catalogue-by-name", values, text)


def _of_maintenance(name: str, stated: Figures) -> Warnings:
    for field in sorted(stated.model_fields_set & {"maintenance", "power_maintenance"}):
        share = getattr(stated, field)
        if 0 < share < RARE_MAINTENANCE:
            values: dict[str, Any] = {"field": f"devices.{name}.{field}", "share": _shown(share)}
            text = Message(
                "%(field)s is %(share)s percent of the investment a year; it is likely a share, "
                "to be multiplied by 100.",
                **values,
            )
            yield PlausibilityWarning("maintenance-low", values, text)


def _of_ratio(requirement: Requirement, name: str, stated: Converter) -> Warnings:
    """Warn of a converter whose outputs are many times its inputs."""
    taken = sum(float(_array(requirement, flow).mean()) for flow in stated.inputs.values())
    given = [float(_array(requirement, flow).mean()) for flow in stated.outputs.values()]
    if taken > 0 and max(given, default=0.0) >= RARE_RATIO and sum(given) >= RARE_RATIO * taken:
        values: dict[str, Any] = {"field": f"devices.{name}.outputs"}
        values |= {"given": _shown(sum(given)), "taken": _shown(taken)}
        text = Message(
            "%(field)s are %(given)s kW for %(taken)s kW of inputs; their values are likely in "
            "percent, to be divided by 100.",
            **values,
        )
        yield PlausibilityWarning("outputs-high", values, text)


def _of_reciprocals(requirement: Requirement, name: str, stated: Converter) -> Warnings:
    """Warn of an input that is far from the catalogue's, if its reciprocal is close."""
    entry = CATALOGUE.get(stated.like or name)
    known = entry.figures.inputs if entry and isinstance(entry.figures, Converter) else {}
    if stated.like is None and "kind" in stated.model_fields_set:
        return
    for carrier, series in stated.inputs.items():
        usual, taken = known.get(carrier), float(_array(requirement, series).mean())
        if not isinstance(usual, float) or taken <= 0:
            continue
        if not 0.25 < taken / usual < 4 and 0.5 < 1 / taken / usual < 2:
            values: dict[str, Any] = {
                "field": f"devices.{name}.inputs.{carrier}",
                "taken": _shown(taken),
                "likely": _shown(1 / taken),
            }
            text = Message(
                "%(field)s is %(taken)s kW in per kW of activity; its values are likely an "
                "efficiency or COP, of which the reciprocal is meant: %(likely)s.",
                **values,
            )
            yield PlausibilityWarning("input-reciprocal", values, text)

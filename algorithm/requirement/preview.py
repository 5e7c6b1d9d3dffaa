"""A preview of a valid requirement, for people to review before they start the search.

It has small charts of the values by the step, the considered devices with the figures that hold for
them, and the plausibility warnings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, NotRequired, cast

import numpy as np
from typing_extensions import TypedDict

from algorithm.components.converter import Converter
from algorithm.components.kinds import Figures
from algorithm.errors import ResultWarning
from algorithm.messages import MessageJson
from algorithm.requirement.catalogue import CATALOGUE
from algorithm.requirement.plausibility import plausibility_warnings
from algorithm.requirement.schema import Requirement, like_in_catalogue
from algorithm.series import Floats, Series

FINE_DAYS = 14
"""Longest horizon whose charts show every step; charts of longer ones show days."""

DIGITS = 4
OF_FLOWS = ("inputs", "outputs", "flow_costs")
BY_THE_STEP = (*OF_FLOWS, "availability", "operation", "min_level", "max_level", "loss")
"""A device's figures that may be values by the step; the preview shows their mean."""

NO_FIGURES = {"kind", "like", "label", "place"}
"""Fields of a device that aren't figures."""

Role = Literal["demand", "weather", "price", "sale"]


class Subject(TypedDict):
    """The subject of a curve. devices: labels of the devices that use a weather profile."""

    role: Role
    name: str
    carrier: str
    unit: str
    devices: NotRequired[list[str]]
    devices_i18n: NotRequired[list[MessageJson]]


class Curve(Subject):
    """The values of a small chart: one per step, or daily means, minima and maxima."""

    mean: float
    least: float
    most: float
    values: NotRequired[list[float]]
    low: NotRequired[list[float]]
    high: NotRequired[list[float]]


class PreviewDevice(TypedDict):
    """A device that is considered. stated: the figures that the requirement states itself."""

    name: str
    like: str | None
    label: str
    label_i18n: NotRequired[MessageJson]
    group: str | None
    group_name: str | None
    source: str | None
    year: int | None
    stated: list[str]
    figures: dict[str, Any]


class Preview(TypedDict):
    """A requirement's preview. drawn_every_h: hours between a curve's values."""

    name: str
    currency: str
    start: str
    step_hours: float
    steps: int
    drawn_every_h: float
    curves: list[Curve]
    areas: list[str]
    devices: list[PreviewDevice]
    warnings: list[ResultWarning]


def digest(requirement: Requirement) -> Preview:
    considered = requirement.considered()
    by_the_day = requirement.horizon > FINE_DAYS * requirement.steps_a_day
    return {
        "name": requirement.name,
        "currency": requirement.currency,
        "start": requirement.start.isoformat(),
        "step_hours": requirement.step_hours,
        "steps": requirement.horizon,
        "drawn_every_h": 24 if by_the_day else requirement.step_hours,
        "curves": [
            _curve(requirement, series, subject, by_the_day=by_the_day)
            for subject, series in _shown(requirement, considered)
        ],
        "areas": sorted(
            {area for figures in considered.values() for area in figures.area}
            | requirement.areas.keys()
        ),
        "devices": [_device(requirement, name, figures) for name, figures in considered.items()],
        "warnings": [
            {"id": warning.id, "values": warning.values, "text": warning.text}
            for warning in plausibility_warnings(requirement)
        ],
    }


def _shown(
    requirement: Requirement, considered: Mapping[str, Figures]
) -> Iterator[tuple[Subject, Series]]:
    """Yield the series to chart: every demand, and weather and prices that vary."""
    for name, demand in requirement.demands.items():
        yield _subject("demand", name, demand.carrier or name, "kW"), demand.power
    for name in requirement.profiles:
        users = [figures for figures in considered.values() if _uses(figures, name)]
        if users and _varies(requirement, name):
            labels = [figures.label or "" for figures in users]
            yield {**_subject("weather", name, name, ""), "devices": labels}, name
    price = f"{requirement.currency}/kWh"
    for supplied, supply in requirement.supplies.items():
        if _varies(requirement, supply.price):
            yield _subject("price", supplied, supply.carrier or supplied, price), supply.price
    for sold, export in requirement.exports.items():
        if _varies(requirement, export.price):
            yield _subject("sale", sold, export.carrier or sold, price), export.price


def _subject(role: Role, name: str, carrier: str, unit: str) -> Subject:
    return {"role": role, "name": name, "carrier": carrier, "unit": unit}


def _uses(figures: Figures, profile: str) -> bool:
    """Whether a device's availability or efficiency depends on a profile."""
    return isinstance(figures, Converter) and (
        figures.availability == profile
        or profile in (*figures.inputs.values(), *figures.outputs.values())
    )


def _varies(requirement: Requirement, series: Series) -> bool:
    return bool(np.ptp(_values(requirement, series)) > 0)


def _values(requirement: Requirement, series: Series) -> Floats:
    return np.atleast_1d(np.asarray(requirement.values(series), dtype=float))


def _curve(
    requirement: Requirement, series: Series, subject: Subject, *, by_the_day: bool
) -> Curve:
    """Return a subject's curve: mean and extremes, and the values unless it is a single number."""
    values = _values(requirement, series)
    extremes = {
        "mean": _rounded(values.mean()),
        "least": _rounded(values.min()),
        "most": _rounded(values.max()),
    }
    curve = cast(Curve, {**subject, **extremes})
    if len(values) == 1:
        return curve
    if not by_the_day:
        curve["values"] = _rounded(values)
        return curve
    days = values.reshape(-1, requirement.steps_a_day)
    curve["values"] = _rounded(days.mean(axis=1))
    curve["low"] = _rounded(days.min(axis=1))
    curve["high"] = _rounded(days.max(axis=1))
    return curve


def _rounded(values: Floats | np.floating[Any]) -> Any:
    """Return values for JSON, rounded to the digits that a small chart can show."""
    rounded = [float(f"{value:.{DIGITS}g}") for value in np.atleast_1d(values)]
    return rounded if np.ndim(values) else rounded[0]


def _device(requirement: Requirement, name: str, figures: Figures) -> PreviewDevice:
    stated = (requirement.devices or {}).get(name)
    like = like_in_catalogue(name, stated)
    device = CATALOGUE.get(like or "")
    own = set() if stated is None else stated.model_fields_set - NO_FIGURES
    return {
        "name": name,
        "like": like,
        "label": figures.label or name,
        "group": device.group if device else None,
        "group_name": device.group_name if device else None,
        "source": device.source if device else None,
        "year": device.year if device else None,
        "stated": sorted(own),
        "figures": _figures(requirement, figures),
    }


def _figures(requirement: Requirement, figures: Figures) -> dict[str, Any]:
    shown = figures.model_dump(exclude={*BY_THE_STEP, "label", "like"})
    for field in BY_THE_STEP:
        value = getattr(figures, field, None)
        if isinstance(value, dict):
            shown[field] = {carrier: _mean(requirement, flow) for carrier, flow in value.items()}
        elif value is not None:
            shown[field] = _mean(requirement, value)
    return shown


def _mean(requirement: Requirement, series: Series) -> float:
    return float(_rounded(_values(requirement, series).mean()))

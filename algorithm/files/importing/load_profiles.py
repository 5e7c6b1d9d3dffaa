"""Standard load profiles of electricity, for those who have no meter's file.

`bdew.csv` has the profiles of the German association of the energy industry (VDEW 1999, now BDEW):
the load of each quarter hour on three kinds of days in three seasons. The numbers are those of
demandlib 0.2.2 (see bdew.md), which itself doesn't run on pandas 3.
"""

import csv
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

import numpy as np

from algorithm.errors import RequirementError
from algorithm.files.importing.table import ImportedColumn, ImportedTable, TimeColumn
from algorithm.messages import Message
from algorithm.series import Floats
from algorithm.suggestions import near_miss

KINDS = {
    "household": "h0",
    "business": "g0",
    "office": "g1",
    "evening-business": "g2",
    "continuous": "g3",
    "hospital": "g3",
    "shop": "g4",
    "bakery": "g5",
    "weekend-business": "g6",
    "farm": "l0",
    "dairy-farm": "l1",
    "other-farm": "l2",
}
"""Kinds of buildings, and the profile of each."""

QUARTERS = 96
DEFAULT_YEAR = 2023
# First days of the seasons, in order of the year.
_SEASONS = ((1, 1, "winter"), (3, 21, "transition"), (5, 15, "summer"), (9, 15, "transition"),
            (11, 1, "winter"))  # fmt: skip
_DAYS = ("workday",) * 5 + ("saturday", "sunday")
# Households' course over the year (BDEW's dynamisation), by powers of the day of the year.
_DYNAMIC = (-3.916649251e-10, 3.2e-7, -7.02e-5, 0.0021, 1.24)


def standard_table(kind: str, kwh: float, year: int = DEFAULT_YEAR) -> ImportedTable:
    """Return a year of quarter hours, kW, that come to `kwh`; raises RequirementError.

    kind: one of KINDS. Public holidays are days like others.
    """
    if kind not in KINDS:
        message = Message(
            "'%(kind)s' is not a kind of load profile%(near)s",
            kind=kind,
            near=near_miss(kind, KINDS),
        )
        raise RequirementError([{"field": "profile", "message": message}])
    if not 0 < kwh <= 1e12:
        message = Message("should have the kWh of a year, such as office:120000")
        raise RequirementError([{"field": "profile", "message": message}])
    shape = _shape(KINDS[kind], year)
    values = shape * kwh / (shape.sum() / 4)
    label = Message("standard load profile %(profile)s", profile=KINDS[kind].upper())
    column = ImportedColumn(
        kind,
        "demand",
        Message("BDEW's standard load profile, scaled to %(kwh)s kWh a year", kwh=f"{kwh:g}"),
        name="electricity",
        carrier="electricity",
        unit="kW",
        unit_reason=label,
        model_unit="kW",
        values=values,
        done=[{"kind": "standard-profile", "value": KINDS[kind].upper(), "unit": ""}],
    )
    times = TimeColumn(
        "",
        "none",
        "without clock changes",
        None,
        "start",
        15,
        date(year, 1, 1),
        len(values),
        [],
        [],
    )
    return ImportedTable(kind, label, times=times, columns=[column])


def _shape(profile: str, year: int) -> Floats:
    days = (date(year + 1, 1, 1) - date(year, 1, 1)).days
    parts = []
    for number in range(days):
        day = date(year, 1, 1) + timedelta(days=number)
        parts.append(_profiles()[_season(day), _DAYS[day.weekday()], profile])
    shape = np.concatenate(parts)
    if profile == "h0":
        shape = shape * np.polyval(_DYNAMIC, (np.arange(len(shape)) + 1) / QUARTERS)
    return shape


def _season(day: date) -> str:
    return [name for month, first, name in _SEASONS if (month, first) <= (day.month, day.day)][-1]


@cache
def _profiles() -> dict[tuple[str, str, str], Floats]:
    """Return the 96 values of each season, day and profile."""
    text = files("algorithm.files.importing").joinpath("bdew.csv").read_text(encoding="utf-8")
    rows = list(csv.reader(text.splitlines()))
    names = rows[0][3:]
    found: dict[tuple[str, str, str], Floats] = {}
    for begin in range(1, len(rows), QUARTERS):
        part = rows[begin : begin + QUARTERS]
        for place, name in enumerate(names, start=3):
            found[part[0][0], part[0][1], name] = np.array([float(row[place]) for row in part])
    return found

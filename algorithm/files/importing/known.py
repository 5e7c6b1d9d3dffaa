"""Formats that are read by themselves: PVGIS, EPW, TMY3, Home Assistant, Green Button.

Day-ahead prices of ENTSO-E are a table like others (`generic`), with intervals as times.
"""

import csv
import re
from xml.etree import ElementTree

import numpy as np

from algorithm.files.importing.cells import wrong
from algorithm.files.importing.choices import Taken
from algorithm.files.importing.source import Place, Source, SourceColumn, Times
from algorithm.files.importing.stamps import DAY_S, NONE, read_stamps
from algorithm.files.importing.units import Unit, unit_of
from algorithm.messages import Message
from algorithm.series import Integers

HOUR_S = 3600
MOST_ENTITIES = 50
_PVGIS = {
    "T2m": ("temperature", Unit("°C", "temperature")),
    "WS10m": ("wind speed", Unit("m/s", "speed")),
    "G(i)": ("plane", Unit("W/m²", "irradiance")),
    "G(h)": ("ghi", Unit("W/m²", "irradiance")),
    "Gb(n)": ("dni", Unit("W/m²", "irradiance")),
    "Gd(h)": ("dhi", Unit("W/m²", "irradiance")),
}
# A weather file's columns by name, with what stands for a missing value.
_EPW = {"temperature": (6, 99.9), "ghi": (13, 9999), "dni": (14, 9999), "dhi": (15, 9999),
        "wind speed": (21, 999)}  # fmt: skip
_TMY3 = {"temperature": "Dry-bulb (C)", "ghi": "GHI (W/m^2)", "dni": "DNI (W/m^2)",
         "dhi": "DHI (W/m^2)", "wind speed": "Wspd (m/s)"}  # fmt: skip
_WEATHER_UNITS = {
    "temperature": Unit("°C", "temperature"),
    "ghi": Unit("W/m²", "irradiance"),
    "dni": Unit("W/m²", "irradiance"),
    "dhi": Unit("W/m²", "irradiance"),
    "wind speed": Unit("m/s", "speed"),
}
_WEATHER_ROLES: dict[str, Taken] = {"temperature": "temperature", "wind speed": "wind speed"}
TYPICAL_YEAR = 2023
"""Typical years join months of several years; they are read as this one."""


def known_source(file: str, text: str) -> Source | None:
    """Return a file of one of the formats, None if it is of none; raises RequirementError."""
    head = text[:4000]
    first = head.split("\n", 1)[0]
    if "Latitude (decimal degrees)" in head and "time" in text[:8000]:
        return _pvgis(file, text)
    if first.upper().startswith("LOCATION,"):
        return _epw(file, text)
    if "Date (MM/DD/YYYY)" in head:
        return _tmy3(file, text)
    if re.match(r'"?entity_id"?\s*[,;\t]\s*"?state"?\s*[,;\t]\s*"?last_(?:changed|updated)', first):
        return _home_assistant(file, text)
    if "<" in first and ("espi" in head or "IntervalBlock" in text[:20_000]):
        return _green_button(file, text)
    return None


def _rows(text: str, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(text.splitlines(), delimiter=delimiter))


# PVGIS


def _pvgis(file: str, text: str) -> Source:
    lines = text.splitlines()
    at = next((row for row, line in enumerate(lines) if line.lower().startswith("time")), None)
    if at is None:
        raise wrong(
            file, Message("should have a line of names that begins with 'time', as PVGIS's")
        )
    head = "\n".join(lines[:at])
    end = at + 1
    while end < len(lines) and lines[end][:8].isdigit():
        end += 1
    rows = _rows("\n".join(lines[at + 1 : end]))
    names = [name.strip() for name in lines[at].split(",")]
    stamps = read_stamps([row[0] for row in rows])
    clock = stamps.clock
    place = Place(_figure(head, "Latitude"), _figure(head, "Longitude"), _figure(head, "Elevation"))
    offset = round(place.longitude / 15) * HOUR_S
    place = Place(place.latitude, place.longitude, place.altitude, offset)
    source = Source(Message("PVGIS"), [], list(range(at + 2, end + 1)), place=place)
    source.remarks.append(
        Message(
            "PVGIS's times are in UTC; by its longitude, the place's clock is UTC%(offset)s",
            offset=f"{offset // HOUR_S:+d}",
        )
    )
    if "Gb(n)" in names and "G(h)" in names and len(rows) in (8760, 8784):  # a typical year
        clock = _in_typical_year(clock)
        source.remarks.append(_typical())
    # Values are of a moment within the hour, such as 00:10.
    source.times = Times(names[0], stamps.form, clock // HOUR_S * HOUR_S, np.zeros(len(rows)), True)
    peak = _figure(head + text[-3000:], "Nominal power")
    for number, name in enumerate(names[1:], start=1):
        cells = [row[number] if number < len(row) else "" for row in rows]
        column = SourceColumn(name, cells)
        if name == "P":
            kwp = peak or 1.0
            column.taken, column.profile = "profile", "sun"
            column.unit = Unit("W", "yield", 1e-3 / kwp)
            column.why = Message("PVGIS: power in W of %(peak)s kWp", peak=f"{kwp:g}")
        elif name in _PVGIS:
            kind, column.unit = _PVGIS[name]
            column.taken = _WEATHER_ROLES.get(kind, "irradiance")
            column.profile, column.why = kind, Message("a column of PVGIS")
        else:
            column.taken, column.why = "ignored", Message("a column of PVGIS that isn't needed")
        source.columns.append(column)
    return source


def _figure(head: str, name: str) -> float:
    found = re.search(rf"{name}[^:\n]*:\s*(-?\d+(?:\.\d+)?)", head)
    return float(found[1]) if found else 0.0


def _in_typical_year(clock: Integers) -> Integers:
    """Return the times in one year, whichever year their months are from."""
    months = clock.astype("datetime64[s]").astype("datetime64[M]")
    number = months.astype(np.int64) % 12
    target = (np.int64((TYPICAL_YEAR - 1970) * 12) + number).astype("datetime64[M]")
    since = clock - months.astype("datetime64[s]").astype(np.int64)
    result: Integers = target.astype("datetime64[s]").astype(np.int64) + since
    return result


def _typical() -> Message:
    return Message(
        "a typical year of months of several years; taken for %(year)s", year=str(TYPICAL_YEAR)
    )


# Weather of EnergyPlus and of NREL


def _epw(file: str, text: str) -> Source:
    rows = _rows(text)
    location = rows[0]
    begin = next((at for at, row in enumerate(rows) if len(row) > 21 and row[0].isdigit()), None)
    if begin is None or len(location) < 10:
        raise wrong(file, Message("should have rows of weather below its eight lines, as EPW has"))
    steps = [row for row in rows[begin:] if len(row) > 21]
    parts = np.array([[float(cell or 0) for cell in row[:4]] for row in steps])
    clock = (
        _clock_of(parts[:, 0], parts[:, 1], parts[:, 2])
        + (parts[:, 3].astype(np.int64) - 1) * HOUR_S
    )
    latitude, longitude, zone, altitude = (float(location[at] or 0) for at in (6, 7, 8, 9))
    place = Place(latitude, longitude, altitude, round(zone * HOUR_S))
    columns = {
        name: [_unless(row[at], missing) for row in steps] for name, (at, missing) in _EPW.items()
    }
    return _of_weather(Message("EPW"), columns, clock, begin + 1, place, "EPW")


def _tmy3(file: str, text: str) -> Source:
    rows = _rows(text)
    site, names = rows[0], [name.strip() for name in rows[1]]
    steps = [row for row in rows[2:] if len(row) > 10]
    lacking = [name for name in _TMY3.values() if name not in names]
    if lacking or len(site) < 7:
        raise wrong(file, Message("should have the columns %(names)s, as TMY3 has", names=lacking))
    dates = read_stamps([row[0] for row in steps], month_first=True).clock
    hours = np.array([int(row[1].split(":")[0]) for row in steps], dtype=np.int64)
    clock = dates + (hours - 1) * HOUR_S
    place = Place(float(site[4]), float(site[5]), float(site[6]), round(float(site[3]) * HOUR_S))
    columns = {
        name: [_unless(row[names.index(header)], -9900) for row in steps]
        for name, header in _TMY3.items()
    }
    return _of_weather(Message("TMY3"), columns, clock, 3, place, "TMY3")


def _unless(cell: str, missing: float) -> str:
    try:
        value = float(cell)
    except ValueError:
        return ""
    return "" if abs(value - missing) < 1e-6 or value <= -9900 else cell


def _clock_of(year: np.ndarray, month: np.ndarray, day: np.ndarray) -> Integers:
    months = ((year - 1970) * 12 + month - 1).astype(np.int64).astype("datetime64[M]")
    days: Integers = months.astype("datetime64[D]").astype(np.int64) + day.astype(np.int64) - 1
    return days * DAY_S


def _of_weather(
    name: Message,
    columns: dict[str, list[str]],
    clock: Integers,
    first_row: int,
    place: Place,
    header: str,
) -> Source:
    source = Source(name, [], list(range(first_row, first_row + len(clock))), place=place)
    years = np.unique(clock[clock != NONE].astype("datetime64[s]").astype("datetime64[Y]"))
    if len(years) > 1 and len(clock) <= 8784:
        clock = _in_typical_year(clock)
        source.remarks.append(_typical())
    source.remarks.append(Message("hours are of the site's clock without changes"))
    # A stated UTC offset makes them the site's own time.
    offset = np.full(len(clock), float(place.offset_s))
    source.times = Times(header, "columns of their parts", clock, offset, begins=True)
    for kind, cells in columns.items():
        source.columns.append(
            SourceColumn(
                kind,
                cells,
                unit=_WEATHER_UNITS[kind],
                taken=_WEATHER_ROLES.get(kind, "irradiance"),
                profile=kind,
                why=Message("a column of %(format)s", format=name),
            )
        )
    return source


# Home Assistant


def _home_assistant(file: str, text: str) -> Source:
    delimiter = next((mark for mark in ",;\t" if mark in text.split("\n", 1)[0]), ",")
    rows = [row for row in _rows(text, delimiter)[1:] if len(row) >= 3]
    stamps = read_stamps([row[2] for row in rows])
    keep = [at for at, row in enumerate(rows) if stamps.clock[at] != NONE and _is_float(row[1])]
    left_out = len(rows) - len(keep)
    if len(keep) < 2:
        raise wrong(file, Message("should have rows with numbers as `state`"))
    rows = [rows[at] for at in keep]
    source = Source(Message("Home Assistant history"), [], [at + 2 for at in keep])
    if left_out:
        source.remarks.append(
            Message("%(count)s rows without a number ('unavailable') are left out", count=left_out)
        )
    source.times = Times("last_changed", stamps.form, stamps.clock[keep], stamps.offset[keep], True)
    entities = list(dict.fromkeys(row[0] for row in rows))
    names = np.array([row[0] for row in rows])
    for entity in entities[:MOST_ENTITIES]:
        at = np.flatnonzero(names == entity)
        column = SourceColumn(entity, [rows[row][1] for row in at], rows=at)
        plain = entity.rpartition(".")[2]
        for word, unit, readings in _ENTITIES:
            if re.search(word, plain):
                column.unit = unit_of(unit)
                column.readings = readings
                column.why = Message(
                    "'%(word)s' in its name: Home Assistant's usual unit", word=word.strip("_")
                )
                break
        source.columns.append(column)
    return source


_ENTITIES = (("energy", "kWh", True), ("power", "W", None), ("temperature", "°C", None))


def _is_float(cell: str) -> bool:
    try:
        return bool(np.isfinite(float(cell)))
    except ValueError:
        return False


# Green Button


def _green_button(file: str, text: str) -> Source:
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise wrong(file, Message("should have no DOCTYPE, which Green Button files have not"))
    try:
        root = ElementTree.fromstring(text.encode())
    except ElementTree.ParseError as error:
        raise wrong(file, Message("is not XML (%(error)s)", error=error)) from error
    power, unit_code = 0, 72
    times: list[int] = []
    values: list[float] = []
    for element in root.iter():
        tag = element.tag.rpartition("}")[2]
        if tag == "powerOfTenMultiplier":
            power = int(element.text or 0)
        elif tag == "uom":
            unit_code = int(element.text or 72)
        elif tag == "IntervalReading":
            inner = {part.tag.rpartition("}")[2]: part for part in element.iter()}
            if {"start", "value"} <= inner.keys():
                times.append(int(inner["start"].text or 0))
                values.append(float(inner["value"].text or "nan"))
    if not values:
        raise wrong(file, Message("should have interval readings, as Green Button has"))
    units: dict[int, Unit] = {
        72: Unit("Wh", "energy", 1e-3 * 10.0**power),
        38: Unit("W", "power", 1e-3 * 10.0**power),
    }
    if unit_code not in units:
        raise wrong(file, Message("should be in Wh or W, not in unit %(unit)s", unit=unit_code))
    offset = next((int(e.text or 0) for e in root.iter() if e.tag.endswith("tzOffset")), 0)
    clock = np.array(times, dtype=np.int64)
    order = np.argsort(clock, kind="stable")
    source = Source(Message("Green Button"), [], list(range(1, len(values) + 1)))
    # Times are in UTC; the file states the site's offset.
    source.times = Times(
        "start",
        "seconds since 1970",
        clock[order] + offset,
        np.full(len(clock), float(offset)),
        True,
    )
    cells = [values[at] for at in order]
    source.columns.append(
        SourceColumn(
            "electricity",
            cells,
            unit=units[unit_code],
            why=Message("Green Button's unit %(unit)s", unit=unit_code),
        )
    )
    return source

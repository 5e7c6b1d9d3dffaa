"""Profiles of devices from the weather: photovoltaics, collectors, wind power, heat pumps.

The formulas are those of the samples (`algorithm/samples/README.md` names their sources). They are
written out here, as pvlib needs 260 MB of further packages; a test compares them with pvlib.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from algorithm.files.importing.source import Place
from algorithm.series import Floats

LOSSES = 0.14
PER_KELVIN = -0.004
SUPPLY_C = 50.0
COLLECTOR_C = 60.0
HUB_M, MEASURED_M, SHEAR = 100.0, 10.0, 1 / 7
SOLAR_CONSTANT = 1366.1  # W/m2
ALBEDO = 0.25
HORIZON_DEG = 88.0  # a lower sun is taken for this low, so that little light isn't blown up
# Cells in an open rack, glass and polymer (King et al., Sandia 2004).
_RACK_A, _RACK_B, _RACK_DT = -3.56, -0.075, 3.0


@dataclass(frozen=True)
class Sun:
    """The sun's position: degrees from the zenith, and from north over east."""

    zenith: Floats
    azimuth: Floats
    day_of_year: Floats


def sun_position(utc_s: Floats, place: Place) -> Sun:
    """Return the sun's position at times (T,), s since 1970 in UTC: within 0.02° until 2050.

    The Astronomical Almanac's short formulas (Michalsky, Solar Energy 40, 1988), with refraction.
    """
    days = utc_s / 86_400 + 2_440_587.5 - 2_451_545.0
    longitude = np.radians(np.mod(280.460 + 0.9856474 * days, 360))
    anomaly = np.radians(np.mod(357.528 + 0.9856003 * days, 360))
    ecliptic = longitude + np.radians(1.915 * np.sin(anomaly) + 0.020 * np.sin(2 * anomaly))
    obliquity = np.radians(23.439 - 4e-7 * days)
    ascension = np.arctan2(np.cos(obliquity) * np.sin(ecliptic), np.cos(ecliptic))
    declination = np.arcsin(np.sin(obliquity) * np.sin(ecliptic))
    sidereal = np.mod(18.697374558 + 24.06570982441908 * days, 24) * 15 + place.longitude
    hour_angle = np.radians(sidereal) - ascension
    latitude = np.radians(place.latitude)
    sine = np.sin(latitude) * np.sin(declination)
    sine += np.cos(latitude) * np.cos(declination) * np.cos(hour_angle)
    elevation = np.degrees(np.arcsin(np.clip(sine, -1, 1)))
    azimuth = np.degrees(
        np.arctan2(
            -np.sin(hour_angle),
            np.tan(declination) * np.cos(latitude) - np.sin(latitude) * np.cos(hour_angle),
        )
    )
    # Bennett's formula, arc minutes, scaled to standard air.
    seen = np.maximum(elevation, -1.0)
    refraction = 1.02 / np.tan(np.radians(seen + 10.3 / (seen + 5.11))) / 60
    elevation = np.where(elevation > -1, elevation + refraction, elevation)
    year_s = utc_s.astype("datetime64[s]").astype("datetime64[Y]").astype("datetime64[s]")
    day = (utc_s - year_s.astype(np.float64)) // 86_400 + 1
    return Sun(90 - elevation, np.mod(azimuth, 360), day)


def on_plane(sun: Sun, sky: Mapping[str, Floats], tilt: float, azimuth: float) -> Floats:
    """Return W/m2 on a tilted plane (T,): the sky of Hay and Davies.

    sky: `ghi`, `dni`, `dhi`, W/m2 (T,). tilt, azimuth: degrees; 180 faces south.
    """
    zenith, slope = np.radians(sun.zenith), np.radians(tilt)
    incidence = np.cos(zenith) * np.cos(slope) + np.sin(zenith) * np.sin(slope) * np.cos(
        np.radians(sun.azimuth - azimuth)
    )
    incidence = np.maximum(incidence, 0.0)
    # Spencer's Fourier series of the distance to the sun.
    angle = 2 * np.pi * (sun.day_of_year - 1) / 365
    distance = 1.00011 + 0.034221 * np.cos(angle) + 0.00128 * np.sin(angle)
    distance += 0.000719 * np.cos(2 * angle) + 7.7e-05 * np.sin(2 * angle)
    clear = np.clip(sky["dni"] / (SOLAR_CONSTANT * distance), 0, 1)
    towards = incidence / np.maximum(np.cos(zenith), np.cos(np.radians(HORIZON_DEG)) / 2)
    diffuse = sky["dhi"] * (clear * towards + (1 - clear) * (1 + np.cos(slope)) / 2)
    ground = sky["ghi"] * ALBEDO * (1 - np.cos(slope)) / 2
    return np.asarray(np.maximum(sky["dni"] * incidence + diffuse + ground, 0.0))


def photovoltaics(plane: Floats, air: Floats, wind: Floats) -> Floats:
    """Return kW per kW (T,): PVWatts with 14 % losses. plane: W/m2. air: °C. wind: m/s."""
    module = plane * np.exp(_RACK_A + _RACK_B * wind) + air
    cell = module + plane / 1000 * _RACK_DT
    power = plane / 1000 * (1 + PER_KELVIN * (cell - 25)) * (1 - LOSSES)
    return np.asarray(np.maximum(power, 0.0))


def collectors(plane: Floats, air: Floats) -> Floats:
    """Return kW per m2 of flat collector at 60 °C (T,)."""
    warmer = COLLECTOR_C - air
    return np.asarray(np.maximum(0.78 * plane - 3.2 * warmer - 0.015 * warmer**2, 0) / 1000)


def wind_power(speed: Floats) -> Floats:
    """Return kW per kW at 100 m (T,): cubic from 3 to 12 m/s, full to 25 m/s. speed: at 10 m."""
    hub = speed * (HUB_M / MEASURED_M) ** SHEAR
    power = (hub**3 - 3**3) / (12**3 - 3**3)
    return np.where(hub > 25, 0.0, np.clip(power, 0, 1))


def heat_pump_input(air: Floats) -> Floats:
    """Return kW of electricity per kW of heat at 50 °C (T,), the reciprocal of the COP.

    Ruhnau et al., Scientific Data 6, 2019, with their factor 0.85 for real operation.
    """
    lift = SUPPLY_C - np.maximum(air, -15)
    return np.asarray(1 / (0.85 * (6.08 - 0.09 * lift + 0.0005 * lift**2)))

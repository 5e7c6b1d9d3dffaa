# /// script
# requires-python = ">=3.11"
# dependencies = ["demandlib==0.2.2", "numpy", "pandas<3", "pvlib==0.16.1"]
# ///
# mypy: ignore-errors
"""Make the samples' hourly columns from free data: `uv run make_samples.py`.

For developers only; README.md beside it names the sources, licences and formulas. The JSON file
beside each CSV is written by hand. The shipped files were made with the versions above (demandlib
0.2.2 doesn't run on pandas 3). These packages have no types, hence `mypy: ignore-errors`.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pvlib
from demandlib import bdew

HERE = Path(__file__).parent
WEATHER = Path(pvlib.__file__).parent / "data"
# Typical years join months of different years; they are read as the common year 2023, which the
# demand profiles' weekdays follow.
YEAR = 2023
HOURS = pd.date_range(f"{YEAR}-01-01", periods=8760, freq="h")
# A cold, dark working day for the sample of one day: 16 January.
TINY_DAY = 15
Columns = dict[str, np.ndarray]


@dataclass(frozen=True)
class Weather:
    """Hourly weather: air and dew point (C), wind (m/s at 10 m), sky (irradiances, W/m2, by name).

    `sky` is indexed by the middles of the hours, for the sun's position.
    """

    place: pvlib.location.Location
    sky: pd.DataFrame
    air: np.ndarray
    dew_point: np.ndarray
    wind: np.ndarray


def tmy3(file: str) -> Weather:
    """Read a typical year in TMY3 format; its time stamps are the ends of hours."""
    data, site = pvlib.iotools.read_tmy3(str(WEATHER / file), coerce_year=YEAR, map_variables=True)
    data.index = data.index - pd.Timedelta("30min")
    columns = ("temp_air", "temp_dew", "wind_speed")
    return Weather(
        pvlib.location.Location(site["latitude"], site["longitude"], altitude=site["altitude"]),
        data[["ghi", "dni", "dhi"]],
        *(data[column].to_numpy() for column in columns),
    )


def tmy2(file: str) -> Weather:
    """Read a typical year in TMY2 format; its temperatures and wind speeds are in tenths."""
    data, site = pvlib.iotools.read_tmy2(str(WEATHER / file))
    middles = HOURS.tz_localize(data.index.tz) + pd.Timedelta("30min")
    sky = data[["GHI", "DNI", "DHI"]].set_axis(["ghi", "dni", "dhi"], axis=1).set_axis(middles)
    columns = ("DryBulb", "DewPoint", "Wspd")
    return Weather(
        pvlib.location.Location(site["latitude"], site["longitude"], altitude=site["altitude"]),
        sky,
        *(data[column].to_numpy() / 10 for column in columns),
    )


# Weather-dependent columns


def irradiance(weather: Weather, tilt: float) -> np.ndarray:
    """Return W/m2 on a plane that faces south (Hay and Davies' sky)."""
    sky = weather.sky
    sun = weather.place.get_solarposition(sky.index)
    total = pvlib.irradiance.get_total_irradiance(
        tilt,
        180,
        sun["apparent_zenith"],
        sun["azimuth"],
        sky["dni"],
        sky["ghi"],
        sky["dhi"],
        dni_extra=pvlib.irradiance.get_extra_radiation(sky.index),
        model="haydavies",
    )
    return total["poa_global"].fillna(0.0).to_numpy().clip(min=0)


def photovoltaics(weather: Weather, tilt: float) -> np.ndarray:
    """Return kW per kW: PVWatts with 14 % losses, cells warmed as in an open rack."""
    plane = irradiance(weather, tilt)
    model = pvlib.temperature.TEMPERATURE_MODEL_PARAMETERS["sapm"]["open_rack_glass_polymer"]
    cell = pvlib.temperature.sapm_cell(plane, weather.air, weather.wind, **model)
    return pvlib.pvsystem.pvwatts_dc(plane, cell, 1.0, -0.004).clip(min=0) * 0.86


def collectors(weather: Weather, tilt: float) -> np.ndarray:
    """Return kW per m2 of flat collector at 60 C: 0.78 G - 3.2 dT - 0.015 dT^2."""
    warmer = 60.0 - weather.air
    gain = 0.78 * irradiance(weather, tilt)
    return (gain - 3.2 * warmer - 0.015 * warmer**2).clip(min=0) / 1000


def wind_power(speed: np.ndarray) -> np.ndarray:
    """Return kW per kW at 100 m: cubic between 3 and 12 m/s, full to 25 m/s."""
    hub = speed * (100 / 10) ** (1 / 7)
    power = (hub**3 - 3**3) / (12**3 - 3**3)
    return np.where(hub > 25, 0.0, power.clip(0, 1))


def heat_pump_input(air: np.ndarray) -> np.ndarray:
    """Return kW electricity per kW heat at 50 C: COP 6.08 - 0.09 dT + 0.0005 dT^2 (Ruhnau 2019).

    Times 0.85 for real operation, as there.
    """
    lift = 50.0 - air.clip(min=-15)
    return 1 / (0.85 * (6.08 - 0.09 * lift + 0.0005 * lift**2))


def enthalpy(weather: Weather) -> np.ndarray:
    """Return kJ per kg of dry air at sea level; its moisture by Magnus' formula."""
    vapour = 0.6112 * np.exp(17.62 * weather.dew_point / (243.12 + weather.dew_point))  # kPa
    moisture = 0.622 * vapour / (101.325 - vapour)
    return 1.006 * weather.air + moisture * (2501 + 1.86 * weather.air)


# Demands


def at_work(first: int, last: int, days: int = 5) -> np.ndarray:
    """Return whether an hour is within a shift, on the week's first `days` days."""
    return np.asarray((HOURS.hour >= first) & (HOURS.hour < last) & (HOURS.dayofweek < days))


def between(first: str, end: str) -> np.ndarray:
    """Return whether an hour is from `first` on and before `end`."""
    return HOURS.to_series().between(first, end, inclusive="left").to_numpy()


def electricity(shape: str, yearly: float) -> np.ndarray:
    """Return kW: a BDEW standard load profile, `yearly` kWh."""
    quarters = bdew.ElecSlp(YEAR).get_scaled_profiles({shape: yearly})[shape]
    hourly = quarters.resample("h").mean().to_numpy()
    return hourly * yearly / hourly.sum()


def heat(air: np.ndarray, shape: str, kind: int, yearly: float) -> np.ndarray:
    """Return kW: a BDEW heat profile with hot water, `yearly` kWh."""
    profile = bdew.HeatBuilding(
        HOURS,
        temperature=pd.Series(air, index=HOURS),
        shlp_type=shape,
        building_class=kind,
        wind_class=0,
        annual_heat_demand=yearly,
        ww_incl=True,
    )
    return profile.get_bdew_profile().to_numpy()


# The sites


def campus() -> Columns:
    weather = tmy3("723170TYA.CSV")  # Greensboro, North Carolina
    warm = (weather.air - 18).clip(min=0) * np.where(at_work(7, 19), 1.0, 0.5)
    night = (HOURS.hour < 6) | (HOURS.hour >= 22)
    evening = (HOURS.hour >= 17) & (HOURS.hour < 21)
    return {
        "electricity": electricity("g0", 7.0e6) + electricity("h0", 2.0e6),
        "heat": heat(weather.air, "GKO", 0, 9.0e6) + heat(weather.air, "MFH", 5, 3.0e6),
        "cooling": 2500.0 * (0.2 + 0.8 * warm / warm.max()),
        "hydrogen": np.where(at_work(18, 22), 400.0, 0.0),
        "sun": photovoltaics(weather, 30),
        "solar-heat": collectors(weather, 30),
        "wind": wind_power(weather.wind),
        "heat-pump-input": heat_pump_input(weather.air),
        "electricity-price": np.select([night, evening], [0.14, 0.26], 0.19)
        - 0.02 * (HOURS.dayofweek >= 5),
    }


def hospital() -> Columns:
    weather = tmy2("12839.tm2")  # Miami, Florida
    outage = between(f"{YEAR}-09-12 18:00", f"{YEAR}-09-14 18:00")
    # Outdoor air is cooled and dried to 37 kJ/kg (13 C, saturated); less of it outside the hours
    # of theatres and clinics.
    drying = (enthalpy(weather) - 37).clip(min=0) * np.where(at_work(7, 19), 1.0, 0.75)
    summer = (HOURS.month >= 4) & (HOURS.month <= 10)
    dear = np.where(summer, at_work(12, 21), at_work(6, 10) | at_work(18, 22))
    return {
        "electricity-vital": electricity("g3", 5.5e6),
        "electricity-other": electricity("g3", 3.0e6) + electricity("g0", 4.5e6),
        "heat": heat(weather.air, "GBH", 0, 6.0e6),
        "steam": heat(weather.air, "GWA", 0, 1.8e6)
        + heat(weather.air, "GGA", 0, 0.8e6)
        + np.where(at_work(6, 20), 400.0, 120.0),
        "cooling": 1200.0 + 4800.0 * drying / drying.max(),
        "sun": photovoltaics(weather, 15),
        "heat-pump-input": heat_pump_input(weather.air),
        "electricity-price": np.where(dear, 0.12, 0.075),
        "grid": np.where(outage, 0.0, 8000.0),
        "outage": outage.astype(float),
    }


def industrial_park() -> Columns:
    weather = tmy3("703165TY.csv")  # Sand Point, Alaska
    air = weather.air
    wind = wind_power(weather.wind)
    summer = between(f"{YEAR}-07-17", f"{YEAR}-07-31")
    new_year = between(f"{YEAR}-01-01", f"{YEAR}-01-02")
    christmas = between(f"{YEAR}-12-23", f"{YEAR + 1}-01-01")
    running = ~(new_year | summer | christmas)
    shifts = at_work(6, 22) & running
    cleaning = at_work(20, 22) & running
    # Melting begins on Monday at 6 h and ends on Saturday at 6 h; between, the furnaces are held
    # warm. A heat of three hours: two of melting, one of tapping and charging.
    into_week = HOURS.dayofweek * 24 + HOURS.hour
    melting = (into_week >= 6) & (into_week < 5 * 24 + 6) & running
    furnace = np.select([~melting, HOURS.hour % 3 == 2], [0.15, 0.6], 1.0)
    load = electricity("g0", 1.0) + electricity("h0", 1.0)
    windy_day = np.repeat(wind.reshape(365, 24).mean(axis=1), 24)
    return {
        "electricity-north": 2800.0 * furnace + np.where(melting, 350.0, 120.0),
        "electricity-south": electricity("g3", 3.0e6) + np.where(shifts, 900.0, 0.0),
        "heat-north": heat(air, "GMK", 0, 2.5e6),
        "heat-south": heat(air, "GHD", 0, 3.0e6) + np.where(cleaning, 900.0, 0.0),
        "steam": np.where(shifts, 3200.0 * (1 + 0.006 * (10 - air)), 350.0)
        - np.where(cleaning, 800.0, 0.0),
        "cooling": 500.0 + 25.0 * (air + 10).clip(min=0) + np.where(shifts, 500.0, 0.0),
        "compressed-air": np.where(melting, 260.0, 50.0),
        "furnace": furnace,
        "sun": photovoltaics(weather, 40),
        "wind": wind,
        "electricity-price": (0.06 + 0.07 * load / load.mean() - 0.05 * windy_day).round(4),
    }


def write(name: str, columns: Columns) -> None:
    with (HERE / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(columns)
        rows.writerows(
            [f"{value:.4g}" for value in row] for row in zip(*columns.values(), strict=True)
        )


def main() -> None:
    columns = campus()
    write("campus", columns)
    day = slice(TINY_DAY * 24, (TINY_DAY + 1) * 24)
    names = ("electricity", "heat", "cooling", "sun", "heat-pump-input", "electricity-price")
    write("tiny", {name: columns[name][day] for name in names})
    write("hospital", hospital())
    write("industrial-park", industrial_park())


if __name__ == "__main__":
    main()

# /// script
# requires-python = ">=3.11"
# dependencies = ["demandlib==0.2.2", "numpy", "pandas<3", "pvlib==0.16.1"]
# ///
# mypy: ignore-errors
"""Make the samples' hourly columns and their JSON from free data: `uv run make_samples.py`.

Run by developers only; README.md beside it names the sources, licences and formulas. The versions
above are what the shipped files were made with (demandlib 0.2.2 doesn't run on pandas 3). They
bring no types, hence the first line.
"""

import csv
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pvlib
from demandlib import bdew

HERE = Path(__file__).parent
WEATHER = Path(pvlib.__file__).parent / "data" / "723170TYA.CSV"  # Greensboro, North Carolina
# TMY3 joins months of different years; they are read as the common year 2023, which the demand
# profiles' weekdays follow.
YEAR = 2023
# A cold, dark working day for the sample of one day: 16 January.
TINY_DAY = 15

Columns = dict[str, np.ndarray]


def weather() -> tuple[pd.DataFrame, pvlib.location.Location]:
    """Return hourly irradiance (W/m2), air temperature (C) and wind speed (m/s at 10 m)."""
    data, site = pvlib.iotools.read_tmy3(str(WEATHER), coerce_year=YEAR, map_variables=True)
    place = pvlib.location.Location(site["latitude"], site["longitude"], altitude=site["altitude"])
    # The file's hours end at their stamp; the sun is taken in their middle.
    data.index = data.index - pd.Timedelta("30min")
    return data, place


def irradiance(data: pd.DataFrame, place: pvlib.location.Location) -> np.ndarray:
    """Return W/m2 on a plane that faces south at 30 degrees (Hay and Davies' sky)."""
    sun = place.get_solarposition(data.index)
    total = pvlib.irradiance.get_total_irradiance(
        30,
        180,
        sun["apparent_zenith"],
        sun["azimuth"],
        data["dni"],
        data["ghi"],
        data["dhi"],
        dni_extra=pvlib.irradiance.get_extra_radiation(data.index),
        model="haydavies",
    )
    return total["poa_global"].fillna(0.0).to_numpy().clip(min=0)


def photovoltaics(plane: np.ndarray, data: pd.DataFrame) -> np.ndarray:
    """Return kW per kW: PVWatts with 14 % losses, cells warmed as in an open rack."""
    model = pvlib.temperature.TEMPERATURE_MODEL_PARAMETERS["sapm"]["open_rack_glass_polymer"]
    cell = pvlib.temperature.sapm_cell(
        plane, data["temp_air"].to_numpy(), data["wind_speed"].to_numpy(), **model
    )
    return pvlib.pvsystem.pvwatts_dc(plane, cell, 1.0, -0.004).clip(min=0) * 0.86


def collectors(plane: np.ndarray, air: np.ndarray) -> np.ndarray:
    """Return kW per m2 of flat collector at 60 C: 0.78 G - 3.2 dT - 0.015 dT^2."""
    warmer = 60.0 - air
    return (0.78 * plane - 3.2 * warmer - 0.015 * warmer**2).clip(min=0) / 1000


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


def cooling(air: np.ndarray, hours: pd.DatetimeIndex, peak: float) -> np.ndarray:
    """Return kW: a fifth for server rooms, the rest with air over 18 C, on working hours most."""
    day = (hours.hour >= 7) & (hours.hour < 19) & (hours.dayofweek < 5)
    need = (air - 18).clip(min=0) * np.where(day, 1.0, 0.5)
    return peak * (0.2 + 0.8 * need / need.max())


def electricity(hours: pd.DatetimeIndex, shape: str, yearly: float) -> np.ndarray:
    """Return kW: a BDEW standard load profile, `yearly` kWh."""
    quarters = bdew.ElecSlp(YEAR).get_scaled_profiles({shape: yearly})[shape]
    hourly = quarters.resample("h").mean().to_numpy()
    return hourly * yearly / hourly.sum()


def heat(
    hours: pd.DatetimeIndex, air: np.ndarray, shape: str, kind: int, yearly: float
) -> np.ndarray:
    """Return kW: a BDEW heat profile with hot water, `yearly` kWh."""
    profile = bdew.HeatBuilding(
        hours,
        temperature=pd.Series(air, index=hours),
        shlp_type=shape,
        building_class=kind,
        wind_class=0,
        annual_heat_demand=yearly,
        ww_incl=True,
    )
    return profile.get_bdew_profile().to_numpy()


def electricity_price(hours: pd.DatetimeIndex) -> np.ndarray:
    """Return EUR per kWh: a tariff of three times of day, cheaper at weekends. Made up."""
    evening = (hours.hour >= 17) & (hours.hour < 21)
    night = (hours.hour < 6) | (hours.hour >= 22)
    return np.select([night, evening], [0.14, 0.26], 0.19) - 0.02 * (hours.dayofweek >= 5)


def hydrogen(hours: pd.DatetimeIndex, peak: float) -> np.ndarray:
    """Return kW: buses that fill up in the evening of working days. Made up."""
    filling = (hours.hour >= 18) & (hours.hour < 22) & (hours.dayofweek < 5)
    return np.where(filling, peak, 0.0)


def campus_columns() -> Columns:
    data, place = weather()
    air = data["temp_air"].to_numpy()
    hours = pd.date_range(f"{YEAR}-01-01", periods=8760, freq="h")
    plane = irradiance(data, place)
    return {
        "electricity": electricity(hours, "g0", 7.0e6) + electricity(hours, "h0", 2.0e6),
        "heat": heat(hours, air, "GKO", 0, 9.0e6) + heat(hours, air, "MFH", 5, 3.0e6),
        "cooling": cooling(air, hours, 2500.0),
        "hydrogen": hydrogen(hours, 400.0),
        "sun": photovoltaics(plane, data),
        "solar-heat": collectors(plane, air),
        "wind": wind_power(data["wind_speed"].to_numpy()),
        "heat-pump-input": heat_pump_input(air),
        "electricity-price": electricity_price(hours),
    }


SUPPLIES = {
    "electricity": {"price": "electricity-price", "co2": 0.35, "peak_price": 90.0},
    "gas": {"price": 0.07, "co2": 0.198},
}
HEAT_PUMP = {"inputs": {"electricity": "heat-pump-input"}}

CAMPUS = {
    "version": 1,
    "name": "University campus",
    "demands": {name: name for name in ("electricity", "heat", "cooling", "hydrogen")},
    "supplies": {**SUPPLIES, "hydrogen": {"price": 0.3, "co2": 0.33}},
    "exports": {"electricity": {"price": 0.06, "limit": 3000}},
    "devices": {
        "rooftop-pv": {},
        "ground-pv": {},
        "wind": {"max_size": 3000},
        "solar-thermal": {},
        "gas-turbine-chp": {},
        "gas-engine-chp": {},
        "gas-boiler": {},
        "air-heat-pump": HEAT_PUMP,
        "electric-boiler": {},
        "compression-chiller": {},
        "absorption-chiller": {},
        "electrolyser": {},
        "fuel-cell": {},
        "battery": {},
        "heat-tank": {},
        "cold-tank": {},
        "hydrogen-tank": {},
    },
    "areas": {"roof": 12000, "ground": 15000},
    "interest_rate": 0.05,
    "co2_price": 100,
}

TINY = {
    "version": 1,
    "name": "One winter day",
    "demands": {name: name for name in ("electricity", "heat", "cooling")},
    "supplies": SUPPLIES,
    "exports": {"electricity": {"price": 0.06, "limit": 500}},
    "devices": {
        "rooftop-pv": {},
        "gas-engine-chp": {},
        "gas-boiler": {},
        "air-heat-pump": HEAT_PUMP,
        "compression-chiller": {},
        "absorption-chiller": {},
        "battery": {},
        "heat-tank": {},
    },
    "areas": {"roof": 4000},
    "interest_rate": 0.05,
    "co2_price": 100,
}


def write(name: str, requirement: dict[str, object], columns: Columns) -> None:
    with (HERE / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(columns)
        rows.writerows(
            [f"{value:.4g}" for value in row] for row in zip(*columns.values(), strict=True)
        )
    text = json.dumps(requirement, indent=2)
    (HERE / f"{name}.json").write_text(f"{text}\n", encoding="utf-8")


def main() -> None:
    columns = campus_columns()
    write("campus", CAMPUS, columns)
    day = slice(TINY_DAY * 24, (TINY_DAY + 1) * 24)
    names = ("electricity", "heat", "cooling", "sun", "heat-pump-input", "electricity-price")
    write("tiny", TINY, {name: columns[name][day] for name in names})


if __name__ == "__main__":
    main()

"""The catalogue: the devices that a plan may install, with their figures and sources.

A device is a converter (carriers in, carriers out), a store or a link. A requirement can override
any figure.

Figures are in EUR, at the prices of the source's year. Sources:
  T  PyPSA technology-data, costs_2030.csv of February 2026: what is built in 2030, at the prices
     of 2025 (mostly Danish Energy Agency)
  R  NREL REopt.jl, CHP defaults, reciprocating engine of 1-2 MW (USD; no price level is stated,
     taken as 2022: 1.053 USD per EUR, the ECB's average of that year)
  C  CityEnergyAnalyst databases (USD of 2015: 1.1095 USD per EUR, the ECB's average of that year)

Our own assumptions, where T and C state nothing: the minimum sizes (the smallest size worth a
project of its own), the fixed part of the investment (planning, permits, connection; except for the
gas engine and the compression chiller, where it is the source's), areas, the stores' `hours`
(except the pit's), and the carriers: "steam" where the source says about 150 C and for the
double-effect chiller, "waste-heat" for what the source calls excess heat.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal

from algorithm.components.converter import Converter
from algorithm.components.kinds import Figures
from algorithm.components.store import Store
from algorithm.messages import Message

USD_2015 = 1 / 1.1095
USD_2022 = 1 / 1.053

# The figures that are sums of money.
MONEY = ("investment", "investment_fixed", "operation", "flow_costs", "power_investment")
# The figures that are our own assumptions, see above. EXCEPTIONS inverts this for single devices:
# the last one is an assumption, the others are from the source.
ASSUMED = {"min_size", "investment_fixed", "area", "hours"}
EXCEPTIONS = {
    ("gas-engine-chp", "investment_fixed"),
    ("compression-chiller", "investment_fixed"),
    ("gas-turbine-chp", "min_size"),
    ("heat-pit", "hours"),
    ("gas-engine-chp", "life"),
}

Currency = Literal["EUR", "USD"]
Source = tuple[str, int, Currency]


@dataclass(frozen=True)
class Device:
    """An entry of the catalogue. `year` and `currency` are the source's; figures are in EUR."""

    name: str
    label: str
    group: str
    figures: Figures
    source: str
    year: int
    currency: Currency

    @property
    def kind(self) -> str:
        return self.figures.kind

    @property
    def group_name(self) -> str:
        """The group as `disabled_devices` names it, such as 'sun-and-wind'."""
        return re.sub(r"\W+", "-", self.group.lower())

    def origin(self, figure: str, eur_rate: float) -> str:
        """Return the origin of a figure. eur_rate: what a EUR is worth in the requirement's
        currency."""
        if (figure in ASSUMED) != ((self.name, figure) in EXCEPTIONS):
            return Message("catalogue: an assumption, as its source states none")
        if figure in MONEY and eur_rate != 1:
            return Message(
                "catalogue (%(year)s, converted by eur_rate): %(source)s",
                year=str(self.year),
                source=self.source,
            )
        return Message("catalogue (%(year)s): %(source)s", year=str(self.year), source=self.source)


# Each source with its year and currency.
T: Source = ("PyPSA technology-data, costs_2030.csv", 2025, "EUR")
R: Source = ("NREL REopt.jl, CHP defaults, reciprocating engine 1-2 MW", 2022, "USD")
C: Source = ("CityEnergyAnalyst databases", 2015, "USD")
T2025, C2015 = T[1:], C[1:]

# The formatter would put each figure on a line of its own, which makes devices hard to compare.
# fmt: off
_DEVICES = (
    Device("rooftop-pv", "Rooftop photovoltaics", "Sun and wind", Converter(
        resource="sun", availability="sun", outputs={"electricity": 1.0},
        min_size=20, area={"roof": 5.0},
        investment=711, investment_fixed=10_000, maintenance=1.57, life=40,
    ), *T),
    Device("ground-pv", "Ground-mounted photovoltaics", "Sun and wind", Converter(
        resource="sun", availability="sun", outputs={"electricity": 1.0},
        min_size=200, area={"ground": 10.0},
        investment=482, investment_fixed=50_000, maintenance=2.48, life=40,
    ), *T),
    Device("wind", "Wind turbine", "Sun and wind", Converter(
        resource="wind", availability="wind", outputs={"electricity": 1.0},
        min_size=500,
        investment=1383, investment_fixed=300_000, maintenance=1.22, operation=0.0018, life=30,
    ), *T),
    Device("solar-thermal", "Solar thermal collectors", "Sun and wind", Converter(
        unit="m2", resource="sun", availability="solar-heat", outputs={"heat": 1.0},
        min_size=50, area={"roof": 1.0},
        investment=187, investment_fixed=20_000, maintenance=1.4, life=20,
    ), *T),

    Device("gas-turbine-chp", "Gas turbine CHP", "Combined heat and power", Converter(
        inputs={"gas": 1 / 0.41}, outputs={"electricity": 1.0, "heat": 1.0},
        min_size=950,
        investment=748, investment_fixed=300_000, maintenance=3.32, operation=0.00561, life=25,
    ), f"{T[0]}; minimum size: NREL REopt.jl, combustion turbine", *T2025),
    # REopt's cost curve, 2800 USD/kW at 1 MW and 2550 USD/kW at 2 MW, is a line with a fixed part.
    # It states neither fixed maintenance nor a life; 20 years is our assumption.
    Device("gas-engine-chp", "Gas engine CHP", "Combined heat and power", Converter(
        inputs={"gas": 1 / 0.385}, outputs={"electricity": 1.0, "heat": 0.4015 / 0.385},
        min_size=500, min_load=0.25,
        investment=2300 * USD_2022, investment_fixed=500_000 * USD_2022,
        operation=0.016 * USD_2022, life=20,
    ), *R),
    Device("wood-chp", "Wood-chip CHP", "Combined heat and power", Converter(
        inputs={"wood": 1 / 0.2699}, outputs={"electricity": 1.0, "heat": 0.8245 / 0.2699},
        min_size=500,
        investment=4474, investment_fixed=500_000, maintenance=2.87, operation=0.00612, life=25,
    ), f"{T[0]} (it condenses its flue gas)", *T2025),
    Device("waste-chp", "Waste incineration CHP", "Combined heat and power", Converter(
        inputs={"waste": 1 / 0.2081}, outputs={"electricity": 1.0, "heat": 0.7619 / 0.2081},
        min_size=2000,
        investment=10_834, investment_fixed=2_000_000, maintenance=2.36, operation=0.0354, life=25,
    ), *T),

    Device("diesel-engine", "Diesel engine", "Electricity", Converter(
        inputs={"diesel": 1 / 0.35}, outputs={"electricity": 1.0},
        min_size=100,
        investment=458, investment_fixed=30_000, maintenance=2.46, operation=0.00801, life=25,
    ), *T),
    Device("orc", "Organic Rankine cycle", "Electricity", Converter(
        inputs={"steam": 1 / 0.12}, outputs={"electricity": 1.0},
        min_size=100,
        investment=1730, investment_fixed=150_000, maintenance=2, life=30,
    ), f"{T[0]} (at about 150 C)", *T2025),

    Device("gas-boiler", "Gas boiler", "Heat", Converter(
        inputs={"gas": 1 / 1.04}, outputs={"heat": 1.0},
        min_size=100,
        investment=66.8, investment_fixed=20_000, maintenance=3.8, operation=0.00134, life=25,
    ), *T),
    Device("electric-boiler", "Electric boiler", "Heat", Converter(
        inputs={"electricity": 1 / 0.99}, outputs={"heat": 1.0},
        min_size=50,
        investment=80.1, investment_fixed=15_000, maintenance=1.7, operation=0.00134, life=20,
    ), *T),
    Device("biomass-boiler", "Wood boiler", "Heat", Converter(
        inputs={"wood": 1 / 0.86}, outputs={"heat": 1.0},
        min_size=100,
        investment=867, investment_fixed=40_000, maintenance=7.49, life=20,
    ), *T),
    Device("air-heat-pump", "Air-source heat pump", "Heat", Converter(
        inputs={"electricity": 1 / 3.2}, outputs={"heat": 1.0},
        min_size=200,
        investment=1144, investment_fixed=80_000, maintenance=0.23, operation=0.00335, life=25,
    ), *T),
    Device("ground-heat-pump", "Ground-source heat pump", "Heat", Converter(
        inputs={"electricity": 1 / 3.9}, outputs={"heat": 1.0},
        min_size=50,
        investment=1870, investment_fixed=60_000, maintenance=1.82, life=20,
    ), f"{T[0]} (that of a house, with radiators)", *T2025),
    Device("waste-heat-pump", "Heat pump on waste heat", "Heat", Converter(
        inputs={"electricity": 1 / 5.3, "waste-heat": 1 - 1 / 5.3}, outputs={"heat": 1.0},
        min_size=200,
        investment=763, investment_fixed=80_000, maintenance=0.35, operation=0.00269, life=25,
    ), *T),

    Device("steam-boiler", "Gas steam boiler", "Steam", Converter(
        inputs={"gas": 1 / 0.93}, outputs={"steam": 1.0},
        min_size=200,
        investment=57.6, investment_fixed=40_000, maintenance=4.18, operation=0.00127, life=25,
    ), *T),
    Device("electric-steam-boiler", "Electric steam boiler", "Steam", Converter(
        inputs={"electricity": 1 / 0.99}, outputs={"steam": 1.0},
        min_size=100,
        investment=88.6, investment_fixed=30_000, maintenance=1.46, operation=0.00111, life=25,
    ), *T),
    Device("wood-steam-boiler", "Wood steam boiler", "Steam", Converter(
        inputs={"wood": 1 / 0.89}, outputs={"steam": 1.0},
        min_size=500,
        investment=748, investment_fixed=100_000, maintenance=6.08, operation=0.00358, life=25,
    ), *T),
    Device("steam-heat-pump", "High-temperature heat pump", "Steam", Converter(
        inputs={"electricity": 1 / 3.05, "waste-heat": 1 - 1 / 3.05}, outputs={"steam": 1.0},
        min_size=200,
        investment=1183, investment_fixed=100_000, maintenance=0.093, operation=0.00405, life=20,
    ), f"{T[0]} (up to 150 C)", *T2025),

    Device("compression-chiller", "Compression chiller", "Cooling", Converter(
        inputs={"electricity": 1 / 5.0}, outputs={"cooling": 1.0},
        min_size=50,
        investment=141 * USD_2015, investment_fixed=12_591 * USD_2015, maintenance=5, life=25,
    ), f"{C[0]} (COP 4.7-6.3; cost below 2.1 MW)", *C2015),
    Device("absorption-chiller", "Absorption chiller", "Cooling", Converter(
        inputs={"heat": 1 / 0.70}, outputs={"cooling": 1.0},
        min_size=100,
        investment=440 * USD_2015, investment_fixed=60_000, maintenance=5, life=25,
    ), *C),
    Device("steam-absorption-chiller", "Double-effect absorption chiller", "Cooling", Converter(
        inputs={"steam": 1 / 1.0}, outputs={"cooling": 1.0},
        min_size=200,
        investment=530 * USD_2015, investment_fixed=80_000, maintenance=5, life=25,
    ), *C),

    Device("electrolyser", "Electrolyser", "Hydrogen", Converter(
        # An activity of 1 kW is 1 kW of electricity in, which its investment counts.
        inputs={"electricity": 1.0}, outputs={"hydrogen": 0.6217, "heat": 0.22},
        min_size=100,
        investment=1100, investment_fixed=250_000, maintenance=4, life=25,
    ), *T),
    Device("fuel-cell", "Fuel cell CHP", "Hydrogen", Converter(
        inputs={"hydrogen": 1 / 0.50}, outputs={"electricity": 1.0, "heat": 1 / 1.25},
        min_size=50,
        investment=1469, investment_fixed=80_000, maintenance=5, life=10,
    ), f"{T[0]} (its cb coefficient, 1.25, is electricity per heat)", *T2025),

    Device("battery", "Battery", "Storage", Store(
        # The inverter's efficiency in T, 0.96, is for charging and discharging together.
        carrier="electricity", charge_efficiency=0.98, discharge_efficiency=0.98, hours=1,
        min_size=50,
        investment=189.9, investment_fixed=30_000, life=25,
        power_investment=213.9, power_maintenance=0.34, power_life=10,
    ), *T),
    Device("iron-air-battery", "Iron-air battery", "Storage", Store(
        carrier="electricity", charge_efficiency=0.71, discharge_efficiency=0.60, hours=100,
        min_size=10_000,
        investment=21.0, investment_fixed=100_000, maintenance=1, life=17.5,
    ), *T),
    Device("heat-tank", "Hot-water tank", "Storage", Store(
        carrier="heat", loss=0.000077, hours=3,
        min_size=500,
        investment=3.82, investment_fixed=20_000, maintenance=1, life=40,
    ), *T),
    Device("heat-pit", "Seasonal heat pit", "Storage", Store(
        carrier="heat", loss=0.000078, hours=30,
        min_size=200_000,
        investment=1.34, investment_fixed=200_000, maintenance=0.24, life=30,
    ), *T),
    Device("cold-tank", "Cold-water tank", "Storage", Store(
        carrier="cooling", charge_efficiency=0.98, discharge_efficiency=0.96, hours=3,
        min_size=100,
        investment=108 * USD_2015, investment_fixed=20_000, maintenance=2, life=25,
    ), *C),
    Device("ice-store", "Ice store", "Storage", Store(
        carrier="cooling", charge_efficiency=0.98, discharge_efficiency=0.96, hours=6,
        min_size=100,
        investment=118 * USD_2015, investment_fixed=30_000, maintenance=2, life=25,
    ), *C),
    Device("hydrogen-tank", "Hydrogen tank with compressor", "Storage", Store(
        carrier="hydrogen", hours=3,
        min_size=100,
        investment=60.0, investment_fixed=80_000, maintenance=1.11, life=30,
    ), *T),
)
# fmt: on

CATALOGUE: dict[str, Device] = {device.name: device for device in _DEVICES}
GROUPS: dict[str, str] = {device.group_name: device.group for device in _DEVICES}


def in_currency(figures: Figures, eur_rate: float) -> Figures:
    """Return a catalogue device's figures in a currency in which a EUR is worth `eur_rate`."""

    def converted(value: Any) -> Any:
        if isinstance(value, dict):
            return {carrier: converted(cost) for carrier, cost in value.items()}
        return value * eur_rate

    changes = {f: converted(getattr(figures, f)) for f in MONEY if hasattr(figures, f)}
    return figures.model_copy(update=changes)


def is_disabled(name: str, kind: str, disabled: Collection[str]) -> bool:
    """Return whether a device is disabled by its name, its catalogue device, or that one's group.

    kind: the name of its catalogue device, or else its own name.
    """
    group = CATALOGUE[kind].group_name if kind in CATALOGUE else name
    return not {name, kind, group}.isdisjoint(disabled)

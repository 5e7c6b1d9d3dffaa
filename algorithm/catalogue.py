"""The kinds of device that a plan may install, each with its figures and where they are from.

A device is a converter (carriers in, carriers out) or a store. `requirement` lets people change
any figure; `island` takes the figures into a search; the terminal and the web list `CATALOGUE`.

Figures are in EUR. Sources:
  T  PyPSA technology-data, costs_2030.csv (EUR of 2020, mostly Danish Energy Agency)
  R  NREL REopt.jl, CHP defaults, reciprocating engine of 1-2 MW (USD; no price level is stated,
     taken as 2022: 1.053 USD per EUR, the ECB's average of that year)
  C  CityEnergyAnalyst databases (USD of 2015: 1.1095 USD per EUR, the ECB's average of that year)

Our own assumptions, as T and C state none: the smallest sizes (what is worth a project of its own),
the fixed part of the investment (planning, permits, connection; but for the gas engine and the
compression chiller, where it is the source's), areas, and the stores' `hours`.
"""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from algorithm.series import Name, Number, Series

USD_2015 = 1 / 1.1095
USD_2022 = 1 / 1.053

Amount = Annotated[Number, Field(ge=0)]
Efficiency = Annotated[Number, Field(gt=0, le=1)]


class Converter(BaseModel):
    """Turns carriers into carriers; its activity, between 0 and size x availability, is free.

    The first output is what the device is for. A size unit is a kW of activity, or an m2.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["converter"] = "converter"
    unit: Literal["kW", "m2"] = "kW"
    resource: Literal["sun", "wind"] | None = Field(None, description="what drives it, if free")
    inputs: dict[Name, Series] = Field(default_factory=dict, description="kW in per kW of activity")
    outputs: dict[Name, Series] = Field(
        default_factory=dict, description="kW out per kW of activity"
    )
    availability: Series = Field(1.0, description="largest activity in kW per unit of size")
    min_size: Amount = Field(0.0, description="smallest size if built")
    max_size: Amount | None = Field(None, description="largest size; from the demands if left out")
    area: dict[Name, Amount] = Field(
        default_factory=dict, description="m2 per unit of size, by area"
    )
    investment: Amount = Field(0.0, description="EUR per unit of size")
    investment_fixed: Amount = Field(0.0, description="EUR if built, whatever the size")
    maintenance: Amount = Field(0.0, description="% of the investment a year")
    operation: Amount = Field(0.0, description="EUR per kWh of activity")
    life: Number = Field(25.0, gt=0, le=200, description="years")


class Store(BaseModel):
    """Keeps a carrier for later. Energy (its size, kWh) and power (kW) are sized apart."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["store"] = "store"
    unit: Literal["kWh"] = "kWh"
    carrier: Name = "electricity"
    charge_efficiency: Efficiency = Field(1.0, description="kWh stored per kWh in")
    discharge_efficiency: Efficiency = Field(1.0, description="kWh out per kWh taken from store")
    loss: Number = Field(0.0, ge=0, lt=1, description="share of the content lost in an hour")
    hours: Amount = Field(1.0, description="shortest time of a full discharge, h")
    min_size: Amount = Field(0.0, description="smallest size if built, kWh")
    max_size: Amount | None = Field(
        None, description="largest size, kWh; a day of need if left out"
    )
    area: dict[Name, Amount] = Field(default_factory=dict, description="m2 per kWh, by area")
    investment: Amount = Field(0.0, description="EUR per kWh")
    investment_fixed: Amount = Field(0.0, description="EUR if built, whatever the size")
    maintenance: Amount = Field(0.0, description="% of the investment (without power's) a year")
    life: Number = Field(25.0, gt=0, le=200, description="years")
    power_investment: Amount = Field(0.0, description="EUR per kW of charging or discharging")
    power_maintenance: Amount = Field(0.0, description="% of the power's investment a year")
    power_life: Number = Field(25.0, gt=0, le=200, description="years, of the power's part")


Figures = Annotated[Converter | Store, Field(discriminator="kind")]


@dataclass(frozen=True)
class Device:
    """An entry of the catalogue. `year` and `currency` are the source's; figures are in EUR."""

    name: str
    label: str
    group: str
    figures: Converter | Store
    source: str
    year: int
    currency: Literal["EUR", "USD"] = "EUR"

    @property
    def kind(self) -> Literal["converter", "store"]:
        return self.figures.kind


T = "PyPSA technology-data, costs_2030.csv"
R = "NREL REopt.jl, CHP defaults, reciprocating engine 1-2 MW"
C = "CityEnergyAnalyst databases"

_DEVICES = (
    Device(
        "rooftop-pv",
        "Rooftop photovoltaics",
        "Sun and wind",
        Converter(
            resource="sun",
            outputs={"electricity": 1.0},
            availability="sun",
            min_size=20,
            area={"roof": 5.0},
            investment=711,
            investment_fixed=10_000,
            maintenance=1.57,
            life=40,
        ),
        T,
        2020,
    ),
    Device(
        "ground-pv",
        "Ground-mounted photovoltaics",
        "Sun and wind",
        Converter(
            resource="sun",
            outputs={"electricity": 1.0},
            availability="sun",
            min_size=200,
            area={"ground": 10.0},
            investment=482,
            investment_fixed=50_000,
            maintenance=2.48,
            life=40,
        ),
        T,
        2020,
    ),
    Device(
        "wind",
        "Wind turbine",
        "Sun and wind",
        Converter(
            resource="wind",
            outputs={"electricity": 1.0},
            availability="wind",
            min_size=500,
            investment=1383,
            investment_fixed=300_000,
            maintenance=1.22,
            operation=0.0018,
            life=30,
        ),
        T,
        2020,
    ),
    Device(
        "solar-thermal",
        "Solar thermal collectors",
        "Sun and wind",
        Converter(
            unit="m2",
            resource="sun",
            outputs={"heat": 1.0},
            availability="solar-heat",
            min_size=50,
            area={"roof": 1.0},
            investment=187,
            investment_fixed=20_000,
            maintenance=1.4,
            life=20,
        ),
        T,
        2020,
    ),
    Device(
        "gas-turbine-chp",
        "Gas turbine CHP",
        "Combined heat and power",
        Converter(
            inputs={"gas": 1 / 0.41},
            outputs={"electricity": 1.0, "heat": 1.0},
            min_size=950,
            investment=748,
            investment_fixed=300_000,
            maintenance=3.32,
            operation=0.00561,
            life=25,
        ),
        f"{T}; smallest size: NREL REopt.jl, combustion turbine",
        2020,
    ),
    # REopt's cost curve, 2800 USD/kW at 1 MW and 2550 USD/kW at 2 MW, is a line with a fixed part.
    # It states neither fixed maintenance nor a life; 20 years are our assumption.
    Device(
        "gas-engine-chp",
        "Gas engine CHP",
        "Combined heat and power",
        Converter(
            inputs={"gas": 1 / 0.385},
            outputs={"electricity": 1.0, "heat": 0.4015 / 0.385},
            min_size=500,
            investment=2300 * USD_2022,
            investment_fixed=500_000 * USD_2022,
            operation=0.016 * USD_2022,
            life=20,
        ),
        R,
        2022,
        "USD",
    ),
    Device(
        "gas-boiler",
        "Gas boiler",
        "Heat",
        Converter(
            inputs={"gas": 1 / 1.04},
            outputs={"heat": 1.0},
            min_size=100,
            investment=66.8,
            investment_fixed=20_000,
            maintenance=3.8,
            operation=0.00134,
            life=25,
        ),
        T,
        2020,
    ),
    Device(
        "air-heat-pump",
        "Air-source heat pump",
        "Heat",
        Converter(
            inputs={"electricity": 1 / 3.2},
            outputs={"heat": 1.0},
            min_size=200,
            investment=1144,
            investment_fixed=80_000,
            maintenance=0.23,
            operation=0.00335,
            life=25,
        ),
        T,
        2020,
    ),
    Device(
        "electric-boiler",
        "Electric boiler",
        "Heat",
        Converter(
            inputs={"electricity": 1 / 0.99},
            outputs={"heat": 1.0},
            min_size=50,
            investment=80.1,
            investment_fixed=15_000,
            maintenance=1.7,
            life=20,
        ),
        T,
        2020,
    ),
    Device(
        "compression-chiller",
        "Compression chiller",
        "Cooling",
        Converter(
            inputs={"electricity": 1 / 5.0},
            outputs={"cooling": 1.0},
            min_size=50,
            investment=141 * USD_2015,
            investment_fixed=12_591 * USD_2015,
            maintenance=5,
            life=25,
        ),
        f"{C} (COP 4.7-6.3; cost below 2.1 MW)",
        2015,
        "USD",
    ),
    Device(
        "absorption-chiller",
        "Absorption chiller",
        "Cooling",
        Converter(
            inputs={"heat": 1 / 0.70},
            outputs={"cooling": 1.0},
            min_size=100,
            investment=440 * USD_2015,
            investment_fixed=60_000,
            maintenance=5,
            life=25,
        ),
        C,
        2015,
        "USD",
    ),
    Device(
        "electrolyser",
        "Electrolyser",
        "Hydrogen",
        Converter(  # an activity of 1 kW is 1 kW of electricity in, which its investment counts
            inputs={"electricity": 1.0},
            outputs={"hydrogen": 0.6217, "heat": 0.22},
            min_size=100,
            investment=1100,
            investment_fixed=250_000,
            maintenance=4,
            life=25,
        ),
        T,
        2020,
    ),
    Device(
        "fuel-cell",
        "Fuel cell CHP",
        "Hydrogen",
        Converter(
            inputs={"hydrogen": 1 / 0.50},
            outputs={"electricity": 1.0, "heat": 1 / 1.25},
            min_size=50,
            investment=1469,
            investment_fixed=80_000,
            maintenance=5,
            life=10,
        ),
        f"{T} (its cb coefficient, 1.25, is electricity per heat)",
        2020,
    ),
    Device(
        "battery",
        "Battery",
        "Storage",
        Store(  # the inverter's efficiency there, 0.96, is for the way in and out together
            carrier="electricity",
            charge_efficiency=0.98,
            discharge_efficiency=0.98,
            hours=1,
            min_size=50,
            investment=189.9,
            investment_fixed=30_000,
            life=25,
            power_investment=213.9,
            power_maintenance=0.34,
            power_life=10,
        ),
        T,
        2020,
    ),
    Device(
        "heat-tank",
        "Hot-water tank",
        "Storage",
        Store(
            carrier="heat",
            loss=0.000077,
            hours=3,
            min_size=500,
            investment=3.82,
            investment_fixed=20_000,
            maintenance=1,
            life=40,
        ),
        T,
        2020,
    ),
    Device(
        "cold-tank",
        "Cold-water tank",
        "Storage",
        Store(
            carrier="cooling",
            charge_efficiency=0.98,
            discharge_efficiency=0.96,
            hours=3,
            min_size=100,
            investment=108 * USD_2015,
            investment_fixed=20_000,
            maintenance=2,
            life=25,
        ),
        C,
        2015,
        "USD",
    ),
    Device(
        "hydrogen-tank",
        "Hydrogen tank with compressor",
        "Storage",
        Store(
            carrier="hydrogen",
            hours=3,
            min_size=100,
            investment=60.0,
            investment_fixed=80_000,
            maintenance=1.11,
            life=30,
        ),
        T,
        2020,
    ),
)

CATALOGUE: dict[str, Device] = {device.name: device for device in _DEVICES}

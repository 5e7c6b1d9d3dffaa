"""What an operator asks for: demands, supplies, exports, weather, and the devices to consider.

Read from JSON by `check`, turned into arrays by `island`.
"""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from algorithm.catalogue import CATALOGUE, Converter, Figures, Store
from algorithm.series import Column, Name, Number, Series

Path = tuple[str | int, ...]


class Supply(BaseModel):
    """A carrier that can be bought, such as electricity from the grid."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    price: Series = Field(description="EUR per kWh")
    co2: Series = Field(0.0, description="kg CO2 per kWh")
    limit: Number | None = Field(None, ge=0, description="largest power in kW; none if left out")
    peak_price: Number = Field(0.0, ge=0, description="EUR per kW of the year's peak, a year")


class Export(BaseModel):
    """A carrier that can be sold."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    price: Series = Field(description="EUR per kWh that the site is paid")
    limit: Number | None = Field(None, ge=0, description="largest power in kW; none if left out")


def _figures_of_either_kind(schema: dict[str, Any]) -> None:
    """Let a device's figures leave out its kind in the JSON Schema too, as `_kind_from_catalogue`.

    `{}` then fits both kinds, which pydantic's "one of" would refuse.
    """
    figures = schema["properties"]["devices"]["anyOf"][0]["additionalProperties"]
    figures["anyOf"] = figures.pop("oneOf")
    del figures["discriminator"]


class Requirement(BaseModel):
    """A site: what it needs, what it can buy and sell, its weather, and what may be installed.

    Hourly values all cover the same hours, whole days, at most a year. A horizon shorter than a
    year stands for the whole year.
    """

    model_config = ConfigDict(
        extra="forbid", frozen=True, json_schema_extra=_figures_of_either_kind
    )

    version: Literal[1] = 1
    name: str = Field("Energy island", min_length=1, max_length=200)
    currency: Literal["EUR"] = "EUR"
    profiles: dict[Name, Column] = Field(
        default_factory=dict,
        max_length=100,
        description="columns of hourly values that any other field can name instead of its own "
        "list; the catalogue's devices look for 'sun' (kW per kW of photovoltaics), 'wind' (kW "
        "per kW of wind power) and 'solar-heat' (kW per m2 of collectors)",
    )
    demands: dict[Name, Series] = Field(
        min_length=1, max_length=50, description="what must be met, by carrier, in kW"
    )
    supplies: dict[Name, Supply] = Field(
        default_factory=dict, max_length=50, description="what can be bought, by carrier"
    )
    exports: dict[Name, Export] = Field(
        default_factory=dict, max_length=50, description="what can be sold, by carrier"
    )
    devices: dict[str, Figures] | None = Field(
        None,
        max_length=100,
        description="devices of the catalogue to consider, each with the figures that differ from "
        "the catalogue's; all of them if left out",
    )
    areas: dict[Name, Annotated[Number, Field(ge=0)]] = Field(
        default_factory=dict,
        max_length=50,
        description="m2 that devices share, by name ('roof', 'ground'); unlimited if left out",
    )
    interest_rate: Number = Field(0.05, ge=0, le=1, description="a year, for the annuities")
    co2_price: Number = Field(0.0, ge=0, description="EUR per tonne of CO2")

    @model_validator(mode="before")
    @classmethod
    def _kind_from_catalogue(cls, data: Any) -> Any:
        """Spare people the `kind` of a device that the catalogue knows."""
        devices = data.get("devices") if isinstance(data, dict) else None
        if not isinstance(devices, dict):
            return data
        completed = {
            name: {"kind": CATALOGUE[name].kind, **figures}
            if name in CATALOGUE and isinstance(figures, dict)
            else figures
            for name, figures in devices.items()
        }
        return {**data, "devices": completed}

    def values(self, series: Series) -> float | list[float]:
        """Return the number or the hourly values that `series` is or names."""
        return self.profiles[series] if isinstance(series, str) else series

    def series(self) -> Iterator[tuple[Path, Series]]:
        """Yield every field that may hold hourly values, with its path."""
        for name, profile in self.profiles.items():
            yield ("profiles", name), profile
        for carrier, demand in self.demands.items():
            yield ("demands", carrier), demand
        for carrier, supply in self.supplies.items():
            yield ("supplies", carrier, "price"), supply.price
            yield ("supplies", carrier, "co2"), supply.co2
        for carrier, export in self.exports.items():
            yield ("exports", carrier, "price"), export.price
        for name, figures in (self.devices or {}).items():
            if isinstance(figures, Converter):
                if "availability" in figures.model_fields_set:
                    yield ("devices", name, "availability"), figures.availability
                for carrier, flow in figures.inputs.items():
                    yield ("devices", name, "inputs", carrier), flow
                for carrier, flow in figures.outputs.items():
                    yield ("devices", name, "outputs", carrier), flow

    def considered(self) -> dict[str, Converter | Store]:
        """Return the devices to consider with their figures, those changed here included.

        Where no devices are named: all of the catalogue, but for those whose profile isn't here.
        """
        if self.devices is not None:
            return {name: _changed(name, change) for name, change in self.devices.items()}
        figures = {name: device.figures for name, device in CATALOGUE.items()}
        return {
            name: device
            for name, device in figures.items()
            if not (isinstance(device, Converter) and isinstance(device.availability, str))
            or device.availability in self.profiles
        }


def _changed(name: str, change: Converter | Store) -> Converter | Store:
    stated = {field: getattr(change, field) for field in change.model_fields_set}
    return CATALOGUE[name].figures.model_copy(update=stated)


class Options(BaseModel):
    """How far and how long to search."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    gap: Number = Field(
        0.002, ge=0, le=0.5, description="relative gap between plan and bound at which to end"
    )
    time_limit_s: Number | None = Field(
        None, gt=0, le=86_400, description="seconds after which the best plan so far is taken"
    )
    typical_days: int = Field(
        12, ge=1, le=60, description="typical days that stand for a horizon of over 14 days"
    )

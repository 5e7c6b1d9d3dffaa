"""The requirement: demands, supplies, exports, weather, and the devices to consider.

Powers are kW, energies kWh, money is the requirement's currency.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    field_serializer,
    model_validator,
)

from algorithm.components.converter import Converter
from algorithm.components.figures import Amount, Share
from algorithm.components.kinds import Figures
from algorithm.identifiers import carrier_at
from algorithm.messages import Message
from algorithm.requirement.catalogue import CATALOGUE, in_currency
from algorithm.series import HOURS_A_DAY, Column, Name, Number, Series, Text, refusal
from algorithm.timesteps import Period

Path = tuple[str | int, ...]

SHORTEST_STEP_HOURS = 1 / 60

Growth = Annotated[Number, Field(ge=-0.5, le=0.5)]


class Demand(BaseModel):
    """Power that is wanted. A series in place of the object is its `power`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    carrier: Name | None = Field(
        None, description="what is wanted; the demand's own name if left out"
    )
    power: Series = Field(description="kW")
    unserved_price: Amount | None = Field(
        None,
        description="currency per kWh of it that isn't met; if left out, all of it must be met",
    )


class Supply(BaseModel):
    """A carrier that can be bought, such as electricity from the grid."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    carrier: Name | None = Field(
        None, description="what is bought; the supply's own name if left out"
    )
    price: Series = Field(description="currency per kWh")
    co2: Series = Field(0.0, description="kg CO2 per kWh", json_schema_extra={"unit": "kg/kWh"})
    renewable: Share = Field(
        0.0,
        description="share of it that comes from renewable sources",
        json_schema_extra={"unit": "kWh/kWh"},
    )
    limit: Series | None = Field(None, description="largest power, kW; none if left out")
    peak_price: Amount = Field(
        0.0,
        description="currency per kW of the highest power in each `peak_period`",
        json_schema_extra={"unit": "currency/kW"},
    )
    peak_period: Literal["year", "month"] = Field(
        "year", description="whether the peak of each year is paid for, or that of each month"
    )


class Export(BaseModel):
    """A carrier that can be sold."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    carrier: Name | None = Field(
        None, description="what is sold; the export's own name if left out"
    )
    price: Series = Field(description="currency per kWh that the site is paid")
    co2: Series = Field(
        0.0,
        description="kg CO2 that a kWh saves elsewhere, which the site is credited with",
        json_schema_extra={"unit": "kg/kWh"},
    )
    limit: Series | None = Field(None, description="largest power, kW; none if left out")
    devices: list[Name] | None = Field(
        None,
        min_length=1,
        max_length=100,
        description="the converters whose output alone may be sold here; anything if left out",
    )


class Meter(BaseModel):
    """A connection to a grid: in a step, its supplies or its exports flow, never both."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    supplies: list[Name] = Field(
        default_factory=list, max_length=50, description="the supplies that come through it"
    )
    exports: list[Name] = Field(
        default_factory=list, max_length=50, description="the exports that leave through it"
    )
    net_metering: Period | None = Field(
        None,
        description="the period over which exports are set off against supplies: only the net "
        "import of each, or the net export, is paid for, at the supply's or the export's price, "
        "which is constant within it. A month is one of the calendar, a year begins with the "
        "horizon. CO2, peaks and limits still count what flows. None if left out",
    )


Done = Literal[
    "column", "unit-assumed", "factor", "readings", "negative", "filled-interpolate",
    "filled-week", "filled-zero", "sun", "wind", "solar-heat", "heat-pump-input", "aligned",
    "repeated", "default-price", "standard-profile",
]  # fmt: skip
"""What an import did."""


class Imported(BaseModel):
    """One thing that an import did, for the result's assumptions. field: what it is about."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Done
    field: Text = Field(max_length=200, description="path of the field that it is about")
    value: Number | Text = Field(description="how much of it: kWh a year, a factor, filled steps")
    unit: Text = Field("", max_length=60, description="of the value")
    file: Text = Field("", max_length=300, description="the file's name")
    column: Text = Field("", max_length=300, description="the column's header")


def _power_alone(value: Any) -> Any:
    return value if isinstance(value, Mapping | Demand) else {"power": value}


def _parts_of_a_day(hours: float) -> float:
    if not SHORTEST_STEP_HOURS * (1 - 1e-9) <= hours <= HOURS_A_DAY:
        message = Message("should be from 1/60 (a minute) to 24")
        raise refusal(message)
    if abs(HOURS_A_DAY / hours - round(HOURS_A_DAY / hours)) > 1e-6:
        message = Message(
            "should divide a day into equal steps, such as 0.25, 0.5, 1, 2, 3, 6 or 24"
        )
        raise refusal(message)
    return hours


def _date(value: Any) -> date:
    try:
        return value if isinstance(value, date) else date.fromisoformat(value)
    except (TypeError, ValueError):
        raise refusal(Message("should be a date such as '2023-01-01'")) from None


def _figures_of_any_kind(schema: dict[str, Any]) -> None:
    """Make a device's `kind` optional in the JSON Schema, as `_kinds_filled_in` does on reading.

    `{}` then matches every kind, which pydantic's "oneOf" would refuse; so it becomes "anyOf".
    """
    (figures,) = schema["properties"]["devices"]["anyOf"][0]["patternProperties"].values()
    figures["anyOf"] = figures.pop("oneOf")
    del figures["discriminator"]


class Requirement(BaseModel):
    """A site: what it needs, what it can buy and sell, its weather, and what may be installed.

    Values by the step all cover the same horizon: any up to 14 days, or whole days. Whatever its
    length, it stands for a year.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra=_figures_of_any_kind)

    version: Literal[1] = Field(1, description="of this form")
    name: Text = Field("Energy island", min_length=1, max_length=200, description="for people")
    currency: str = Field(
        "EUR", pattern=r"^[A-Z]{3}$", description="of all prices and costs here, such as 'CHF'"
    )
    eur_rate: Number = Field(
        1.0,
        ge=1e-6,
        le=1e6,
        description="what a EUR is worth in `currency`, for the catalogue's figures; figures that "
        "are stated here are in `currency` already",
        json_schema_extra={"unit": "currency/EUR"},
    )
    step_hours: Annotated[Number, AfterValidator(_parts_of_a_day)] = Field(
        1.0,
        json_schema_extra={"minimum": SHORTEST_STEP_HOURS, "maximum": HOURS_A_DAY, "unit": "h"},
        description="length of a step, h; a day is a whole number of steps",
    )
    start: Annotated[date, BeforeValidator(_date)] = Field(
        date(2023, 1, 1),
        ge=date(1900, 1, 1),
        le=date(2200, 12, 31),
        description="the horizon's first day; tells months and dates",
        json_schema_extra={"unit": "date"},
    )
    profiles: dict[Name, Column] = Field(
        default_factory=dict,
        max_length=500,
        description="columns of values by the step that any other field can name instead of its "
        "own list; the catalogue's devices look for 'sun' (kW per kW of photovoltaics), 'wind' (kW "
        "per kW of wind power) and 'solar-heat' (kW per m2 of collectors)",
    )
    demands: dict[
        Name,
        Annotated[Demand, BeforeValidator(_power_alone, json_schema_input_type=Demand | Series)],
    ] = Field(
        min_length=1,
        max_length=50,
        description="what is wanted, by name, which is its carrier's too if that isn't stated; a "
        "series in place of the object is its power, kW",
    )
    supplies: dict[Name, Supply] = Field(
        default_factory=dict,
        max_length=50,
        description="what can be bought, by name, which is its carrier's too if that isn't stated",
    )
    exports: dict[Name, Export] = Field(
        default_factory=dict,
        max_length=50,
        description="what can be sold, by name, which is its carrier's too if that isn't stated",
    )
    devices: dict[Name, Figures] | None = Field(
        None,
        max_length=100,
        description="devices to consider, by name: `{}` for the catalogue's device of that name; "
        "`like`, a name of the catalogue, and the figures that differ from it; or a `kind`, for a "
        "device of its own, of which the catalogue fills in nothing. The whole catalogue if left "
        "out",
    )
    meters: dict[Name, Meter] = Field(
        default_factory=dict,
        max_length=50,
        description="connections to a grid, by name: which supplies and exports share one. Needed "
        "where an export pays more than a supply of its carrier costs; two connections are two "
        "meters",
    )
    areas: dict[Name, Amount] = Field(
        default_factory=dict,
        max_length=50,
        description="m2 that devices share, by name ('roof', 'ground'); unlimited if left out",
    )
    interest_rate: Number = Field(
        0.05,
        ge=0,
        le=1,
        description="a year, for the annuities; 0.05 is 5 %",
        json_schema_extra={"unit": "1/a"},
    )
    horizon_years: int = Field(
        20,
        ge=1,
        le=100,
        description="years over which a plan is compared with today's system, and within which "
        "devices that stand today are replaced when their life ends",
        json_schema_extra={"unit": "years"},
    )
    discount_rate: Number | None = Field(
        None,
        ge=0,
        le=1,
        description="a year, for the comparison with today's system: a real rate where prices rise "
        "without inflation; `interest_rate` if left out",
        json_schema_extra={"unit": "1/a"},
    )
    price_growth: Growth | dict[Name, Growth] = Field(
        0.0,
        description="by how much the prices of supplies and exports rise each year from the second "
        "on, in the comparison with today's system; 0.02 is 2 %. One figure, or one by carrier",
        json_schema_extra={"unit": "1/a"},
    )
    salvage: Literal["annuity", "linear"] = Field(
        "annuity",
        description="what is left of an investment at the end of `horizon_years` is worth: the "
        "annuities of its remaining life, or its price in proportion to its remaining life",
    )
    co2_price: Amount = Field(
        0.0, description="currency per tonne of CO2", json_schema_extra={"unit": "currency/t"}
    )
    co2_limit: Amount | None = Field(
        None, description="largest emission, tonnes of CO2 a year; none if left out"
    )
    co2_cut_min: Share | None = Field(
        None,
        description="smallest cut of CO2 against today's system, a share of today's; none if left "
        "out",
        json_schema_extra={"unit": "kg/kg"},
    )
    self_sufficiency_min: Share | None = Field(
        None,
        description="smallest self-sufficiency in electricity, 1 - bought / (bought + produced - "
        "exported); none if left out",
        json_schema_extra={"unit": "kWh/kWh"},
    )
    renewable_share_min: Share | None = Field(
        None,
        description="smallest renewable share of all energy that enters the site, bought or from "
        "sun or wind; none if left out",
        json_schema_extra={"unit": "kWh/kWh"},
    )
    budget: Amount | None = Field(
        None, description="largest sum of all investments, currency; none if left out"
    )
    imported: list[Imported] = Field(
        default_factory=list,
        max_length=1000,
        description="what `python -m algorithm import` did to make this requirement of files; "
        "listed among the result's assumptions, and without any effect on the search",
    )

    @model_validator(mode="wrap")
    @classmethod
    def _kinds_filled_in(cls, data: Any, validate: ModelWrapValidatorHandler[Self]) -> Self:
        """Fill in the `kind` of devices that the catalogue knows.

        It then doesn't count as stated: a stated `kind` without `like` means a device of its own.
        """
        devices = data.get("devices") if isinstance(data, Mapping) else None
        if not isinstance(devices, Mapping):
            return validate(data)
        kinds = {name: kind for name, d in devices.items() if (kind := _kind_left_out(name, d))}
        filled_in = {name: {"kind": kind, **devices[name]} for name, kind in kinds.items()}
        requirement = validate({**data, "devices": {**devices, **filled_in}})
        for name in kinds:
            (requirement.devices or {})[name].model_fields_set.discard("kind")
        return requirement

    @field_serializer("devices")
    def _as_stated(self, devices: dict[str, Figures] | None) -> dict[str, Any] | None:
        """Serialise stated figures only: when read again, the others are still the catalogue's."""
        if devices is None:
            return None
        return {name: figures.model_dump(exclude_unset=True) for name, figures in devices.items()}

    @property
    def steps_a_day(self) -> int:
        return round(HOURS_A_DAY / self.step_hours)

    @property
    def horizon(self) -> int:
        """The number of steps: the length of the first list, or one day if there is none.

        `check` makes sure that all lists have the same length.
        """
        for _, series in self.series():
            values = self.values(series)
            if isinstance(values, list):
                return len(values)
        return self.steps_a_day

    def values(self, series: Series) -> float | list[float]:
        """Return a series' number or its values by the step, looked up if it names a profile."""
        return self.profiles[series] if isinstance(series, str) else series

    def series(self) -> Iterator[tuple[Path, Series]]:
        """Yield every stated field that may hold values by the step, with its path."""
        for name, profile in self.profiles.items():
            yield ("profiles", name), profile
        for name, demand in self.demands.items():
            yield ("demands", name, "power"), demand.power
        for trades in ("supplies", "exports"):
            for name, trade in getattr(self, trades).items():
                for field in ("price", "co2", "limit"):
                    if getattr(trade, field) is not None:
                        yield (trades, name, field), getattr(trade, field)
        for name, figures in (self.devices or {}).items():
            yield from _series_of(("devices", name), figures)

    def considered(self) -> dict[str, Figures]:
        """Return the devices to consider, by name, with all their figures.

        A device of the catalogue has `like` and a label. The catalogue's figures are converted to
        the requirement's currency, and carriers are those of the device's place. If the
        requirement names no devices: the whole catalogue, except devices whose profile is missing.
        """
        if self.devices is not None:
            named = self.devices.items()
            return {name: _at_its_place(self._completed(name, stated)) for name, stated in named}
        catalogues = {name: self._completed(name, None) for name in CATALOGUE}
        return {
            name: figures
            for name, figures in catalogues.items()
            if not (isinstance(figures, Converter) and isinstance(figures.availability, str))
            or figures.availability in self.profiles
        }

    def _completed(self, name: str, stated: Figures | None) -> Figures:
        """Return a device's figures: those stated, the others from the catalogue."""
        like = like_in_catalogue(name, stated)
        if like is None:
            assert stated is not None  # `name` isn't of the catalogue
            return stated
        changes = {} if stated is None else _stated(stated)
        told_apart_by = name if name != like else changes.get("place")
        label = CATALOGUE[like].label
        if told_apart_by:
            label = Message("%(name)s (%(place)s)", name=label, place=told_apart_by)
        return in_currency(CATALOGUE[like].figures, self.eur_rate).model_copy(
            update={"label": label, **changes, "like": like}
        )


def like_in_catalogue(name: str, stated: Figures | None) -> str | None:
    """Return the name of a requirement's device in the catalogue; None if it isn't based on one.

    Its own name counts as one of the catalogue's only if neither `like` nor `kind` is stated.
    """
    if stated is not None and stated.like is not None:
        return stated.like
    own = stated is not None and "kind" in stated.model_fields_set
    return name if name in CATALOGUE and not own else None


def _stated(figures: Figures) -> dict[str, Any]:
    return {field: getattr(figures, field) for field in figures.model_fields_set}


def _kind_left_out(name: Any, figures: Any) -> str | None:
    """Return the catalogue's kind for a device that doesn't state its own, if it is known."""
    if not isinstance(figures, Mapping) or "kind" in figures:
        return None
    like = figures.get("like") or name
    return CATALOGUE[like].kind if isinstance(like, str) and like in CATALOGUE else None


def _series_of(path: Path, figures: Figures) -> Iterator[tuple[Path, Series]]:
    """Yield the stated fields of a device that may hold values by the step, with their paths."""
    stated = _stated(figures)
    for field in figures.series_fields:
        value = stated.get(field)
        if isinstance(value, Mapping):
            for carrier, flow in value.items():
                yield (*path, field, carrier), flow
        elif value is not None:
            yield (*path, field), value


def _at_its_place(figures: Figures) -> Figures:
    """Return the figures with the device's place appended to each carrier that has no place."""
    if (place := figures.place) is None:
        return figures

    def here(carrier: str) -> str:
        return carrier_at(carrier, place)

    return figures.model_copy(update=figures.moved(here))

"""What can be said of a device: a converter, a store or a link, each with its figures.

Fields of `catalogue` and `schema`. Powers are kW, energies kWh, money is the requirement's
currency (the catalogue's: EUR).

A figure's `unit` stands in its JSON Schema. There, `currency` is the requirement's, and `size` the
device's own unit of size.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from algorithm.series import MOST, Name, Number, Series, Text

# What is beyond these limits is a slip of the pen, and more than a solver can reckon with.
Amount = Annotated[Number, Field(ge=0, le=MOST)]
Share = Annotated[Number, Field(ge=0, le=1)]
Efficiency = Annotated[Number, Field(ge=0.01, le=1)]
Years = Annotated[Number, Field(ge=0.1, le=200)]


class Installable(BaseModel):
    """What converters, stores and links have in common: how large they may be, and what they cost.

    A unit of size is a kW (converter: of activity; link: of what goes in), a m2 or a kWh (store).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    like: Name | None = Field(
        None,
        description="the catalogue's device whose figures hold where none are stated here; if left "
        "out, the one of the same name, unless `kind` is stated",
    )
    place: Name | None = Field(
        None,
        description="where the device stands: at 'north', its 'heat' is the carrier 'heat@north'",
    )
    label: Text | None = Field(
        None, min_length=1, max_length=100, description="its name for people"
    )
    size: Amount | None = Field(
        None,
        description="this size exactly, part of every plan; to be found if left out",
        json_schema_extra={"unit": "size"},
    )
    min_size: Amount = Field(
        0.0,
        description="smallest size if built, in units of size",
        json_schema_extra={"unit": "size"},
    )
    max_size: Amount | None = Field(
        None,
        description="largest size, in units of size; no limit but the areas if left out",
        json_schema_extra={"unit": "size"},
    )
    unit_size: Annotated[Number, Field(ge=0.001, le=MOST)] | None = Field(
        None,
        description="the size is a whole number of these, in units of size; any if left out",
        json_schema_extra={"unit": "size"},
    )
    area: dict[Name, Amount] = Field(
        default_factory=dict,
        description="m2 per unit of size, by the area that is used",
        json_schema_extra={"unit": "m2/size"},
    )
    investment: Amount = Field(
        0.0,
        description="currency per unit of size",
        json_schema_extra={"unit": "currency/size"},
    )
    investment_fixed: Amount = Field(
        0.0,
        description="currency if built, whatever the size",
        json_schema_extra={"unit": "currency"},
    )
    maintenance: Amount = Field(
        0.0, description="% of the investment a year", json_schema_extra={"unit": "%/a"}
    )
    life: Years = Field(25.0, description="years", json_schema_extra={"unit": "years"})


class Converter(Installable):
    """Turns carriers into carriers; its activity, up to size x availability, is free.

    The first output is what the device is for. A device without inputs is a source.
    """

    kind: Literal["converter"] = "converter"
    unit: Literal["kW", "m2"] = Field("kW", description="unit of size")
    resource: Literal["sun", "wind"] | None = Field(None, description="what drives it, if free")
    inputs: dict[Name, Series] = Field(
        default_factory=dict,
        max_length=20,
        description="kW in per kW of activity, by carrier",
        json_schema_extra={"unit": "kW/kW"},
    )
    outputs: dict[Name, Series] = Field(
        default_factory=dict,
        max_length=20,
        description="kW out per kW of activity, by carrier",
        json_schema_extra={"unit": "kW/kW"},
    )
    availability: Series = Field(
        1.0,
        description="largest activity in kW per unit of size",
        json_schema_extra={"unit": "kW/size"},
    )
    must_take: bool = Field(
        False, description="whether it always runs at its availability, and can't be curtailed"
    )
    min_load: Share = Field(
        0.0,
        description="smallest activity while it runs, a share of its size; the catalogue's holds "
        "if the search's option on_off is set, a stated one always",
        json_schema_extra={"unit": "kW/kW"},
    )
    operation: Series = Field(
        0.0,
        description="currency per kWh of activity",
        json_schema_extra={"unit": "currency/kWh"},
    )
    flow_costs: dict[Name, Series] = Field(
        default_factory=dict,
        max_length=20,
        description="currency per kWh that flows in or out, by carrier, beside `operation`",
        json_schema_extra={"unit": "currency/kWh"},
    )


class Store(Installable):
    """Keeps a carrier for later. Its size is its energy, kWh."""

    kind: Literal["store"] = "store"
    unit: Literal["kWh"] = Field("kWh", description="unit of size")
    carrier: Name = Field("electricity", description="what it keeps")
    charge_efficiency: Efficiency = Field(
        1.0, description="kWh stored per kWh in", json_schema_extra={"unit": "kWh/kWh"}
    )
    discharge_efficiency: Efficiency = Field(
        1.0, description="kWh out per kWh taken from store", json_schema_extra={"unit": "kWh/kWh"}
    )
    loss: Number = Field(
        0.0,
        ge=0,
        lt=1,
        description="share of the content lost in an hour",
        json_schema_extra={"unit": "1/h"},
    )
    standing_loss: Number = Field(
        0.0,
        ge=0,
        lt=1,
        description="share of the size lost in an hour, however full it is",
        json_schema_extra={"unit": "1/h"},
    )
    hours: Amount = Field(
        1.0, description="shortest time of a full discharge, h", json_schema_extra={"unit": "h"}
    )
    power: Literal["apart", "together"] = Field(
        "apart",
        description="how its power (kW) is sized: apart, up to size / hours, or together with its "
        "energy, at size / hours",
    )
    start_level: Share | None = Field(
        None,
        description="share of the size at the start of the horizon; free if left out",
        json_schema_extra={"unit": "kWh/kWh"},
    )
    cyclic: bool = Field(True, description="whether it ends the horizon as full as it began")
    min_level: Series = Field(
        0.0,
        description="lowest level at a step's end, a share of the size",
        json_schema_extra={"unit": "kWh/kWh"},
    )
    max_level: Series = Field(
        1.0,
        description="highest level at a step's end, a share of the size",
        json_schema_extra={"unit": "kWh/kWh"},
    )
    charging: Literal["shared", "separate", "exclusive"] = Field(
        "shared",
        description="shared: charging and discharging together stay within its power; separate: "
        "each does; exclusive: never both in one step (a yes/no decision in each)",
    )
    operation: Series = Field(
        0.0,
        description="currency per kWh discharged",
        json_schema_extra={"unit": "currency/kWh"},
    )
    power_investment: Amount = Field(
        0.0,
        description="currency per kW of its power",
        json_schema_extra={"unit": "currency/kW"},
    )
    power_maintenance: Amount = Field(
        0.0, description="% of the power's investment a year", json_schema_extra={"unit": "%/a"}
    )
    power_life: Years = Field(
        25.0, description="years, of the power's part", json_schema_extra={"unit": "years"}
    )


class Link(Installable):
    """Carries a carrier from one place to another, such as a heat main or a cable."""

    kind: Literal["link"] = "link"
    unit: Literal["kW"] = Field("kW", description="unit of size: power at the end that it enters")
    source: Name = Field("", description="the carrier that it takes from, such as 'heat@north'")
    target: Name = Field("", description="the carrier that it brings to, such as 'heat@south'")
    two_way: bool = Field(
        False, description="whether it also runs backwards; both together stay within its size"
    )
    loss: Series = Field(
        0.0,
        description="share of what enters that doesn't arrive, below 1",
        json_schema_extra={"unit": "kW/kW"},
    )
    operation: Series = Field(
        0.0,
        description="currency per kWh that enters, either way",
        json_schema_extra={"unit": "currency/kWh"},
    )


Figures = Annotated[Converter | Store | Link, Field(discriminator="kind")]

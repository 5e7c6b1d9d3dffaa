"""What a person may state about a file instead of what its reader finds by itself."""

from datetime import date
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from algorithm.messages import Message
from algorithm.series import Name, Number, Text, refusal

Taken = Literal[
    "demand", "price", "sale", "co2", "profile", "temperature", "irradiance", "wind speed",
    "ignored",
]  # fmt: skip
"""What a column is: a demand (kW), a price of buying or of selling (currency/kWh), emissions of a
supply (kg/kWh), a profile by its name (such as 'sun'), weather, or nothing that is used."""

Fill = Literal["interpolate", "week", "zero", "none"]
"""How holes are filled: on a line between neighbours, from the same hour a week before (or after),
with 0, or not at all, which makes them a problem."""


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise refusal(Message("should be the name of a time zone such as 'Europe/Berlin'"))
    return name


class ColumnChoice(BaseModel):
    """What a person states of one column."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    taken: Taken | None = Field(None, description="what it is taken for")
    carrier: Name | None = Field(None, description="of a demand or price: 'electricity', 'heat' …")
    name: Name | None = Field(None, description="of the profile that it becomes")
    unit: Text | None = Field(None, max_length=20, description="such as 'kW', 'kWh', 'ct/kWh'")
    factor: Number | None = Field(None, description="multiplies the values, beside the unit's own")
    readings: bool | None = Field(
        None, description="whether they are readings of a counter, of which differences are taken"
    )
    fill: Fill | None = Field(None, description="how its holes are filled")
    negative: Literal["zero", "keep"] | None = Field(
        None, description="whether values below 0 become 0"
    )


class Choices(BaseModel):
    """What a person states of a file. What is left out, the reader finds by itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sheet: Text | None = Field(None, description="of a workbook")
    header_row: int | None = Field(None, ge=1, description="number of the row of names, from 1")
    decimal: Literal[".", ","] | None = Field(None, description="the decimal separator")
    time_column: Text | None = Field(None, description="header of the column of times")
    day_first: bool | None = Field(None, description="whether 2/1/2023 is the 2nd of January")
    zone: Annotated[str, AfterValidator(_zone)] | None = Field(
        None, description="time zone of the site, such as 'Europe/Berlin'"
    )
    stamps: Literal["start", "end"] | None = Field(
        None, description="whether a time is the beginning of its interval or its end"
    )
    step_minutes: Number | None = Field(None, gt=0, le=1440, description="length of a step")
    start: date | None = Field(None, description="first day, of a file without dates")
    year: int | None = Field(
        None, ge=1900, le=2200, description="which year to take of several; that of the weather"
    )
    fill: Fill | None = Field(None, description="how holes are filled, in all columns")
    tilt: Number = Field(30, ge=0, le=90, description="of photovoltaics, degrees")
    azimuth: Number = Field(
        180, ge=0, le=360, description="of photovoltaics, degrees from north: 180 is south"
    )
    columns: dict[str, ColumnChoice] = Field(
        default_factory=dict, max_length=500, description="by the columns' headers"
    )

    def of(self, header: str) -> ColumnChoice:
        """Return what is stated of a column."""
        return self.columns.get(header, ColumnChoice())

    def zone_info(self) -> ZoneInfo | None:
        return None if self.zone is None else ZoneInfo(self.zone)

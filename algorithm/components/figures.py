"""The figures that every device has: limits of its size, and costs.

Each kind adds its own. They are the fields of devices in `catalogue` and `schema`. Powers are kW,
energies kWh, money is the requirement's currency (in the catalogue: EUR).

A figure's `unit` is in its JSON Schema. There, `currency` stands for the requirement's currency,
and `size` for the device's own unit of size.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Annotated, Any, ClassVar, Protocol

from pydantic import BaseModel, ConfigDict, Field

from algorithm.components.capital import Capital
from algorithm.messages import Message
from algorithm.series import MOST, Booleans, Floats, Name, Number, Series, Text

# Values beyond these limits are typing errors, and numerically too large for a solver.
Amount = Annotated[Number, Field(ge=0, le=MOST)]
Share = Annotated[Number, Field(ge=0, le=1)]
Efficiency = Annotated[Number, Field(ge=0.01, le=1)]
Years = Annotated[Number, Field(ge=0.1, le=200)]
Age = Annotated[Number, Field(ge=0, le=200)]

# A field's path within a device, and what is wrong with it.
Finding = tuple[tuple[str | int, ...], str]


class Surroundings(Protocol):
    """The requirement that a device's figures are checked in."""

    @property
    def profiles(self) -> Mapping[str, Any]:
        """The profiles, by name."""

    @property
    def demands(self) -> Mapping[str, Any]:
        """The demands, by name."""

    @property
    def devices(self) -> Iterable["Installable"]:
        """The figures of every device that is considered."""

    @property
    def step_hours(self) -> float:
        """The length of a step, h."""

    def array(self, series: Series) -> Floats:
        """Return the values (T,), or (1,) if it is one number."""

    def where(self, wrong: Booleans) -> str:
        """Return " in step 17 (1 January, 17:00)" for the first wrong step; "" for one number."""


class Installable(BaseModel):
    """What all devices have in common: how large they may be, and what they cost.

    The unit of size is kW (converter: of activity; link: at its inlet), m2, or kWh (store).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    # The fields that may hold values by the step; those by carrier come last.
    series_fields: ClassVar[tuple[str, ...]] = ("operation",)

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
        description="minimum size if built, in units of size",
        json_schema_extra={"unit": "size"},
    )
    max_size: Amount | None = Field(
        None,
        description="maximum size, in units of size; no limit but the areas if left out",
        json_schema_extra={"unit": "size"},
    )
    existing: Amount = Field(
        0.0,
        description="size that stands today, in units of size: part of today's system. A plan "
        "keeps all of it, at no investment until its life ends, or none; up to `max_size` it may "
        "enlarge it, at `investment`",
        json_schema_extra={"unit": "size"},
    )
    age_years: Age = Field(
        0.0,
        description="years since that was built; it is replaced by the like when it is `life` old",
        json_schema_extra={"unit": "years"},
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
    kind: str
    unit: str

    @property
    def carriers(self) -> list[str]:
        """The carriers that it takes or gives."""
        return []

    @property
    def makes(self) -> Collection[str]:
        """The carriers that it produces by conversion."""
        return ()

    @property
    def size_limit(self) -> tuple[str, str]:
        """The field that limits its size, besides areas, and the origin of a limit that isn't
        stated as `max_size`."""
        return "max_size", Message("derived from the areas")

    @property
    def least_size(self) -> float:
        """The minimum size if installed: what stands today is kept as a whole."""
        return self.existing or self.min_size

    @property
    def smallest_size(self) -> float:
        """The minimum size if installed; 0 if it comes in whole units at least as large."""
        if self.existing:
            return self.existing
        if self.unit_size is not None and self.min_size <= self.unit_size:
            return 0.0
        return self.min_size

    @property
    def entries_a_step(self) -> int:
        """Its approximate number of matrix entries per step."""
        return 4

    def range_of(self, field: str) -> tuple[float, float]:
        """Return the smallest and largest allowed value of one of `series_fields`."""
        return 0.0, MOST

    def uses(self, field: str) -> bool:
        """Return whether a figure has any effect, given the others."""
        match field:
            case "min_size":
                return self.size is None and self.min_size > 0 and not self.existing
            case "existing":
                return self.existing > 0
            case "age_years":
                return self.existing > 0 and (self.investment > 0 or self.investment_fixed > 0)
            case "max_size" | "unit_size":
                return self.size is None
            case "life" | "maintenance":
                return self.investment > 0 or self.investment_fixed > 0
        return True

    @property
    def capital(self) -> Capital:
        """What its size costs."""
        return Capital(
            self.investment,
            self.investment_fixed,
            self.life,
            self.maintenance,
            self.existing,
            self.age_years,
        )

    def today(self) -> dict[str, Any]:
        """Return the figures that change where it stays as it stands today."""
        return {"size": self.existing}

    def moved(self, here: Callable[[str], str]) -> dict[str, Any]:
        """Return the figures that change when each carrier becomes `here(carrier)`."""
        return {}

    def contradictions(
        self, around: Surroundings, stated: "Installable | None"
    ) -> Iterator[Finding]:
        """Yield what is wrong with its figures; stated: the requirement's own entry, if any."""
        yield from ()

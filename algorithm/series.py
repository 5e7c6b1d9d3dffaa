"""Values over the steps of a requirement: one number, one value per step, or a profile's name.

Used by the fields of requirement and catalogue; `resolve` turns them into arrays.
"""

from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, Discriminator, Field, Tag
from pydantic_core import PydanticCustomError

from algorithm.messages import Message

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]

HOURS_A_DAY = 24
HOURS_A_YEAR = 8760
MONTHS_A_YEAR = 12
KG_A_TONNE = 1000.0
MOST = 1e12  # of anything
NO_GAIN = 1e-9  # a gain per kWh, in currency or kg of CO2, that is rounding
MOST_STEPS = 35_136  # a leap year of quarter hours

Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Values = Annotated[
    list[Number],
    Field(
        min_length=1,
        max_length=MOST_STEPS,
        fail_fast=True,  # 8760 wrong values are one mistake
        description="one value per step",
    ),
]


def refusal(message: Message) -> PydanticCustomError:
    """Return what a validator raises; `validation` finds the message in its context."""
    return PydanticCustomError("refused", "{message}", {"message": message})


def _without_null(text: str) -> str:
    if "\0" in text:
        raise refusal(Message("should have no null character"))
    return text


# What is for people alone; any, but for what most databases and files can't keep.
Text = Annotated[str, AfterValidator(_without_null)]
Name = Annotated[str, Field(pattern=r"^\w[\w @.-]{0,59}$")]

# Tags that no field or carrier can be called, so that they are easily taken out of error paths.
NUMBER, VALUES, PROFILE = "<number>", "<values>", "<profile>"


def _form(value: Any) -> str:
    if isinstance(value, list | tuple):
        return VALUES
    return PROFILE if isinstance(value, str) else NUMBER


Series = Annotated[
    Annotated[Number, Tag(NUMBER)]
    | Annotated[Values, Tag(VALUES)]
    | Annotated[Name, Tag(PROFILE), Field(description="the name of an entry in profiles")],
    Discriminator(_form),
]
Column = Annotated[
    Annotated[Number, Tag(NUMBER)] | Annotated[Values, Tag(VALUES)],
    Discriminator(lambda value: VALUES if _form(value) == VALUES else NUMBER),
]

"""Values over a requirement's time steps: one number, one value per step, or a profile's name.

The types of the fields of requirement and catalogue; `resolve` turns them into arrays.
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
MOST = 1e12  # upper limit of every figure
NO_GAIN = 1e-9  # gains per kWh (currency or kg of CO2) up to this are rounding errors
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
    """Return an error for a validator to raise; `validation` reads the message from its context."""
    return PydanticCustomError("refused", "{message}", {"message": message})


def _without_null(text: str) -> str:
    if "\0" in text:
        raise refusal(Message("should have no null character"))
    return text


# Free text for people. Null characters are refused: most databases and files can't store them.
Text = Annotated[str, AfterValidator(_without_null)]
Name = Annotated[str, Field(pattern=r"^\w[\w @.-]{0,59}$")]

# Tags that can't be names of fields or carriers, so `validation` can remove them from error paths.
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

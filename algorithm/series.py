"""Values over the hours of a requirement: one number, one value per hour, or the name of a profile.

Used by the requirement's and the catalogue's fields; `island` turns them into arrays.
"""

from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Discriminator, Field, Tag

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

HOURS_A_DAY = 24
HOURS_A_YEAR = 8760
MOST_HOURS = 8784

Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Hours = Annotated[
    list[Number],
    Field(
        min_length=HOURS_A_DAY,
        max_length=MOST_HOURS,
        fail_fast=True,  # 8760 wrong hours are one mistake
        description="one value per hour",
    ),
]
Name = Annotated[str, Field(pattern=r"^\w[\w @.-]{0,59}$")]

# Tags that no field or carrier can be called, so that they are easily taken out of error paths.
NUMBER, HOURS, PROFILE = "<number>", "<hours>", "<profile>"


def _form(value: Any) -> str:
    if isinstance(value, list | tuple):
        return HOURS
    return PROFILE if isinstance(value, str) else NUMBER


Series = Annotated[
    Annotated[Number, Tag(NUMBER)]
    | Annotated[Hours, Tag(HOURS)]
    | Annotated[Name, Tag(PROFILE), Field(description="the name of an entry in profiles")],
    Discriminator(_form),
]
Column = Annotated[
    Annotated[Number, Tag(NUMBER)] | Annotated[Hours, Tag(HOURS)], Discriminator(_form)
]

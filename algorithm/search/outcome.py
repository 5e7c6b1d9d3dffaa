"""What came of a part of a search, as JSON: stored, and handed to the parts after it."""

from collections.abc import Mapping
from typing import NotRequired

from typing_extensions import TypedDict

from algorithm.errors import ResultWarning
from algorithm.plan.record import Basis, Plan


class ModelSize(TypedDict, total=False):
    """How large the model was that decided on devices."""

    variables: int
    constraints: int
    decisions: int


class Timing(TypedDict):
    """How long a part took: to build its models, to solve them, and in all."""

    model_s: float | None
    solver_s: float | None
    seconds: float | None


class Proof(Timing):
    """What an outcome says beside its plan. bound: no plan costs less a year; gap: relative."""

    bound: float | None
    gap: float | None
    stopped: bool


class Outcome(Proof):
    """What came of a part.

    plan: None where it found none. structure, left_out: the devices that were chosen and not, of a
    part that chooses; units: how many of those that come in whole ones. sizes, limits: of a bound,
    the relaxation's sizes and the proven largest ones. typical_co2: of the cleanest plan, on
    typical days, kg a year.
    """

    plan: Plan | None
    structure: list[str] | None
    left_out: list[str] | None
    units: dict[str, int]
    sizes: Mapping[str, float] | None
    limits: Mapping[str, float] | None
    basis: Basis
    typical_days: NotRequired[int | None]
    model: NotRequired[ModelSize]
    typical_co2: NotRequired[float]
    warnings: NotRequired[list[ResultWarning]]


NOTHING: Outcome = {
    "plan": None,
    "structure": None,
    "left_out": None,
    "units": {},
    "sizes": None,
    "limits": None,
    "basis": "whole horizon",
    "bound": None,
    "gap": None,
    "stopped": False,
    "model_s": None,
    "solver_s": None,
    "seconds": None,
}
"""The outcome of a part of which nothing is known."""

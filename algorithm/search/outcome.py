"""The outcome of a part of a search, as JSON: it is stored and passed to dependent parts."""

from collections.abc import Mapping
from typing import NotRequired

from typing_extensions import TypedDict

from algorithm.errors import ResultWarning
from algorithm.plan.record import Basis, Plan, PlanFigures


class ModelSize(TypedDict, total=False):
    """The size of the model that chose the devices."""

    variables: int
    constraints: int
    decisions: int


class Timing(TypedDict):
    """How long a part took, s: to build its models, to solve them, and in total."""

    model_s: float | None
    solver_s: float | None
    seconds: float | None


class Proof(Timing):
    """What an outcome has beside its plan. bound: lower bound, currency a year; gap: relative."""

    bound: float | None
    gap: float | None
    stopped: bool


class Outcome(Proof):
    """The outcome of a part.

    plan: None if it found none. structure, left_out: the optional devices that were chosen and
    those that weren't, for parts that choose devices. units: the number of units, for devices with
    whole units. sizes, limits: for a bound, the relaxation's sizes and the proven maximum sizes.
    base: of the first part, today's system, if there is one. typical_co2: the cleanest plan's CO2
    on typical days, kg a year.
    """

    plan: Plan | None
    structure: list[str] | None
    left_out: list[str] | None
    units: dict[str, int]
    sizes: Mapping[str, float] | None
    limits: Mapping[str, float] | None
    base: PlanFigures | None
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
    "base": None,
    "basis": "whole horizon",
    "bound": None,
    "gap": None,
    "stopped": False,
    "model_s": None,
    "solver_s": None,
    "seconds": None,
}
"""The outcome of a part that found nothing."""

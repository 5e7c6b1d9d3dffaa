"""The result of a search as JSON: what the terminal prints and the dashboard stores."""

from typing import Annotated, Any

from pydantic import WithJsonSchema
from typing_extensions import TypedDict

from algorithm.economics.record import BaseCase, Economics
from algorithm.errors import ResultWarning
from algorithm.island.assumptions import Assumption
from algorithm.plan.record import Plan
from algorithm.requirement.options import Options
from algorithm.search.outcome import ModelSize, Timing


class RankedPlan(Plan):
    """A plan of a result. gap: relative, proven on the whole horizon; None if unknown. economics:
    against today's system; None if that isn't known on the same steps."""

    gap: float | None
    economics: Economics | None


class SolverRecord(TypedDict):
    """The solver and its settings, so that the search can be reproduced."""

    name: str
    version: str
    threads: int
    random_seed: int


class SearchRecord(ModelSize):
    """Figures of the search. typical_days, gap and the model's size: of its first part."""

    typical_days: int | None
    gap: float | None
    bound: float | None
    parts: dict[str, Timing]


AllOptions = Annotated[
    dict[str, Any],
    WithJsonSchema({**Options.model_json_schema(), "required": [*Options.model_fields]}),
]
"""A search's options, those at their defaults too."""


class ResultFigures(TypedDict):
    """What a result has beside its plans."""

    version: int
    name: str
    currency: str
    stopped: bool
    solver: SolverRecord
    search: SearchRecord
    options: AllOptions
    disabled_devices: list[str]
    base_case: BaseCase | None
    warnings: list[ResultWarning]
    assumptions: list[Assumption]


class Result(ResultFigures):
    """The result of a search; the cheapest plan comes first."""

    plans: list[RankedPlan]

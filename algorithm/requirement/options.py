"""The options of a search: its goal, its gap and its time limit."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from algorithm.series import Number

MOST_PLANS = {"alternatives": 5, "front": 7}
"""How many plans a result has at most where `plans` is left out, by the goal."""


class Options(BaseModel):
    """How far and how long to search."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    goal: Literal["cheapest", "alternatives", "front"] = Field(
        "cheapest",
        description="the cheapest plan; with alternatives that each do without some device of all "
        "those before; or the Pareto front between least cost and least CO2",
    )
    plans: int | None = Field(
        None,
        ge=2,
        le=15,
        description="how many plans there are at most: alternatives, the cheapest included "
        f"({MOST_PLANS['alternatives']} if left out), or points of the front "
        f"({MOST_PLANS['front']})",
    )
    detail: Literal["typical days", "whole horizon"] = Field(
        "whole horizon",
        description="whether sizes and operation of a horizon of over 14 days are found on all of "
        "it, or, within seconds, on its typical days alone",
    )
    prove: bool = Field(
        True,
        description="whether a bound is found below which no plan costs on the whole horizon, if "
        "that is over 14 days; it takes as long again as the plan",
    )
    gap: Number | None = Field(
        None,
        ge=0,
        le=0.5,
        description="relative gap between plan and bound at which to end; 0.002 if left out, and "
        "for a horizon of over 14 days whatever one plan and one bound prove",
    )
    on_off: bool = Field(
        False,
        description="whether the catalogue's minimum loads hold, too, and not only stated ones: an "
        "on/off decision in each step",
    )
    time_limit_s: Number | None = Field(
        None, gt=0, le=86_400, description="seconds after which the best plan so far is taken"
    )
    typical_days: int = Field(
        12, ge=1, le=60, description="typical days that stand for a horizon of over 14 days"
    )

    @property
    def most_plans(self) -> int:
        """The maximum number of plans in the result."""
        if self.goal == "cheapest":
            return 1
        return self.plans or MOST_PLANS[self.goal]

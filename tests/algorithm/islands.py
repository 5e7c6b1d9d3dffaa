"""Requirements solved to the last digit, past the search with its stages, gaps and progress.

Used by the tests of the model and by those that hold it against other tools: a requirement goes
through `check` and `resolve` as in a search, then to HiGHS as one program.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import highspy
import numpy as np

from algorithm.island.island import Island
from algorithm.island.resolve import island_of
from algorithm.model.build import Model, Objective, build_model
from algorithm.model.decisions import NOTHING_DECIDED, Decided, sized_by_decisions, with_decisions
from algorithm.plan.plan import plan_of
from algorithm.requirement.validation import check
from algorithm.series import HOURS_A_YEAR, Floats

# In demands of the site.
BEYOND_NEED = 1e3
# What a kind of device costs a year is then just its investment.
ONE_YEAR = {"life": 1.0, "power_life": 1.0}


def island(requirement: dict[str, Any], *disabled: str) -> Island:
    """Return the island of a requirement, over its whole horizon."""
    checked, off, _ = check(requirement, disabled)
    return island_of(checked, off)


def roomy(model: Model) -> dict[str, float]:
    """Return sizes that no plan comes near, for the devices whose decisions need a largest one."""
    return dict.fromkeys(sized_by_decisions(model), BEYOND_NEED * model.island.largest_demand)


def solved(model: Model, fixed: Decided = NOTHING_DECIDED) -> Floats | None:
    """Return the best values of a model's columns, some decisions made; None if there are none."""
    highs = highspy.Highs()
    for option, value in {
        "output_flag": False,
        "threads": 1,
        "mip_rel_gap": 0.0,
        "mip_abs_gap": 0.0,
        "mip_feasibility_tolerance": 1e-9,
        "primal_feasibility_tolerance": 1e-9,
    }.items():
        highs.setOptionValue(option, value)
    program, columns = with_decisions(model, roomy(model))
    highs.passModel(program.to_highs())
    for name, built in fixed.built.items():
        highs.changeColBounds(columns.built[name], float(built), float(built))
    highs.run()
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    return np.array(highs.getSolution().col_value)[: model.program.column_count]


def best_plan(
    requirement: dict[str, Any],
    *disabled: str,
    on_off: bool = False,
    minimise: Objective = "cost",
    without_one_of: Collection[Collection[str]] = (),
) -> dict[str, Any]:
    """Return the plan of the least cost (or CO2), proven to 1e-9 of it."""
    model = build_model(
        island(requirement, *disabled),
        minimise=minimise,
        on_off=on_off,
        without_one_of=without_one_of,
    )
    values = solved(model)
    assert values is not None, "there is no plan"
    return plan_of(model, values)


def cost_of_horizon(requirement: dict[str, Any], *, on_off: bool = False) -> float:
    """Return the least cost of the horizon alone, as tools state it that know of no year."""
    cost: float = best_plan(requirement, on_off=on_off)["cost_of_horizon"]
    return cost


def over(steps: int, step_hours: float = 1.0) -> float:
    """Return by what to multiply an investment that a tool counts once per horizon, so that its
    share of a year (of life 1, without interest) counts as much there."""
    return HOURS_A_YEAR / (steps * step_hours)

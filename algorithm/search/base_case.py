"""Today's system: the devices that stand and purchases, run at the least cost.

It is a linear program with devices of fixed sizes on the steps of the plan: small beside a search.
"""

from collections.abc import Collection
from typing import cast

from algorithm.errors import Infeasible
from algorithm.island.resolve import todays_island
from algorithm.messages import Message
from algorithm.plan.record import PlanFigures
from algorithm.requirement.schema import Requirement
from algorithm.search.failure import error_message, warning
from algorithm.search.outcome import Outcome
from algorithm.search.stage_solver import Solving


def known_base(
    work: Solving, requirement: Requirement, outcomes: Collection[Outcome]
) -> PlanFigures | None:
    """Return what a part that isn't the first needs to know of today's system.

    Only a limit on CO2 relative to today's needs it. outcomes: those that the part depends on.
    """
    if requirement.co2_cut_min is None:
        return None
    known = (base for outcome in outcomes if (base := outcome.get("base")) is not None)
    return next(known, None) or base_case(work, requirement)


def base_case(work: Solving, requirement: Requirement) -> PlanFigures | None:
    """Return today's system as a plan without its dispatch.

    None if it can't meet the demands, or the search is stopped. If devices stand, or if something
    inside fails, a warning of `work` says why there is none.
    """
    lost = Message("Plans are not compared with today's system.")
    try:
        island = todays_island(requirement)
        if island is not None:
            work.reporter.begin("days", 0.0, Message("Computing today's system"))
            if not work.staged:
                island = island.at(work.steps_to_model)
            plan = work.run_as_it_is(island)
            if plan is not None:
                figures = {name: value for name, value in plan.items() if name != "dispatch"}
                return cast(PlanFigures, figures)
    # An OSError can only come from `on_progress`.
    except (OSError, Infeasible):
        raise
    except Exception as error:
        reason = error_message(error)
    else:
        stands = any(figures.existing for figures in requirement.considered().values())
        if not stands or work.is_stopped:
            return None
        reason = Message("What stands today and what can be bought don't meet the demands.")
    work.warnings.append(warning("no_base_case", lost, reason=reason))
    return None

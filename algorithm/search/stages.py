"""What each part of a search does: decide on typical days, size on the whole horizon, prove.

Called by `search` and, in a process of its own, by `process`. Which parts there are, and in which
order, is in `parts`; how it is done, in `stage_solver`.

    structure  the devices: a mixed-integer program on typical days, or on all of a short horizon
    plan       their sizes and operation: a linear program on the whole horizon
    bound      what no plan can cost less than: the same with every decision left open
    improve    branch and bound over the devices, each node such a linear program
    cleanest   least CO2, then least cost at that; point-n: least cost at a CO2 limit between
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from algorithm.errors import Failed, Infeasible, RequirementError, Stopped
from algorithm.messages import Message
from algorithm.model.decisions import NOTHING_DECIDED
from algorithm.plan.record import Plan
from algorithm.requirement.options import Options
from algorithm.requirement.schema import Requirement
from algorithm.search.branch_and_bound import close_gap
from algorithm.search.failure import error_message, outcome_after_failure
from algorithm.search.outcome import NOTHING, Outcome
from algorithm.search.part import PartId, PartKind
from algorithm.search.progress import Figures, OnProgress, Progress
from algorithm.search.stage_solver import Solving, just_above
from algorithm.solve.highs import End

# That one of these is infeasible holds for the whole search; any other's limits are its own.
INDISPENSABLE = (
    PartId(PartKind.STRUCTURE),
    PartId(PartKind.PLAN),
    PartId(PartKind.BOUND),
)

logger = logging.getLogger(__name__)


def run_part(
    name: str,
    requirement: Requirement,
    disabled: Sequence[str],
    options: Options,
    outcomes: Mapping[str, Outcome],
    *,
    on_progress: OnProgress | None = None,
    should_stop: Callable[[], bool] | None = None,
    seconds_left: float | None = None,
) -> Outcome:
    """Do one part; return its outcome, JSON-able.

    outcomes: of the parts that it is after. Raises Infeasible, and Stopped if it was stopped, or
    its time was up, before there was anything to show; else the best so far is the outcome, marked
    "stopped". Where something inside fails, the best so far, or nothing, is the outcome, with a
    warning; raises what it failed of where the search can't go on without this part.
    """
    part = PartId.parse(name)
    best: Outcome = NOTHING

    def remember(progress: Progress) -> None:
        nonlocal best
        best = progress.outcome or best
        if on_progress is not None:
            on_progress(progress)

    work = Solving(requirement, tuple(disabled), options, should_stop, seconds_left, remember)
    try:
        outcome = _part(part, work, outcomes)
    except Infeasible:
        if part in INDISPENSABLE:
            raise
        return work.nothing()
    # OSError: of whoever is told; a part reads and writes nothing itself.
    except (RequirementError, Stopped, OSError):
        raise
    except Exception as error:
        despite = outcome_after_failure(name, error_message(error), best)
        if despite is None:
            raise
        logger.info("Part %s failed.", name, exc_info=True)
        work.reporter.milestone(1.0, despite["warnings"][-1]["text"])
        outcome = despite
    return {**outcome, "warnings": [*work.warnings, *outcome.get("warnings", [])]}


def _part(part: PartId, work: Solving, outcomes: Mapping[str, Outcome]) -> Outcome:
    match part.kind:
        case PartKind.STRUCTURE:
            return _structure(work, list(outcomes.values()))
        case PartKind.PLAN:
            (decided,) = outcomes.values()
            return _plan(work, decided)
        case PartKind.BOUND:
            return _bound(work, outcomes[PartKind.PLAN])
        case PartKind.IMPROVE:
            return close_gap(
                work,
                outcomes[PartKind.PLAN],
                outcomes[PartKind.STRUCTURE],
                outcomes[PartKind.BOUND],
            )
        case PartKind.CLEANEST:
            return _cleanest(work)
        case PartKind.POINT:
            return _point(work, part.number or 1, outcomes)


def _structure(work: Solving, earlier: Sequence[Outcome]) -> Outcome:
    """Decide on devices; each of the `earlier` plans has some that this one does without."""
    work.reporter.begin(
        "days", 0.0, Message("Reading the requirement and choosing the days to model")
    )
    island = work.modelled
    if any(not outcome["structure"] for outcome in earlier):
        return work.nothing()  # there was no other already, or nothing to do without
    without = [frozenset(outcome["structure"] or ()) for outcome in earlier]
    return work.decide(work.model(island, 0.02, without_one_of=without), 0.05, 1.0)


def _plan(work: Solving, decided: Outcome) -> Outcome:
    """Size what was decided, on the whole horizon."""
    if decided["structure"] is None:
        return work.nothing()
    found = work.size(work.whole, decided["left_out"] or (), 0.0, 1.0, units=decided["units"])
    outcome = work.sized(found)
    if found.plan is None or decided["model"]["decisions"]:
        return outcome
    # Nothing was to be decided: the program is that of the bound.
    figures = found.figures.with_bound(found.bound)
    return outcome | {"bound": figures.bound, "gap": figures.gap}


def _bound(work: Solving, planned: Outcome) -> Outcome:
    """Find what no plan can cost less than, and the sizes that the relaxation has.

    Fixed costs are spread over the maximum sizes of plans as cheap as the one that was found.
    """
    work.reporter.begin("bound", 0.0, Message("Computing the lower bound"))
    if planned["plan"] and planned["bound"] is not None:
        figures = Figures(None, planned["bound"])
        return work.outcome(None, figures, stopped=False, sizes={}, limits={})
    limits = work.limits(planned["plan"]) if planned["plan"] else {}
    model = work.model(work.whole, 0.1)
    found = work.linear(model, NOTHING_DECIDED, 0.12, 1.0, limits, prove=True)
    if found.end is End.INFEASIBLE and planned["plan"]:
        raise Failed(Message("The solver found no lower bound, though there is a plan."))
    work.explain(found.end, work.whole)
    if found.end is End.INTERRUPTED:
        raise Stopped(Message("The search ended before it had proven anything."))
    if found.solution is None or found.bound is None:
        raise Failed(Message("No lower bound could be computed: its dual solution is too inexact."))
    work.reporter.bound(found.bound)
    least = work.money(found.bound)
    work.reporter.milestone(1.0, Message("No plan can cost less than %(cost)s a year", cost=least))
    sizes = model.sizes(found.solution)
    return work.outcome(None, work.reporter.figures, stopped=False, sizes=sizes, limits=limits)


def _cleanest(work: Solving) -> Outcome:
    """Find the least CO2, then the least cost at it."""
    decided = work.clean(work.modelled, 0.0, 0.3 if work.staged else 1.0)
    if not work.staged or decided["plan"] is None:
        return decided
    typical_co2 = decided["plan"]["co2_kg_per_year"]
    left_out, units = decided["left_out"] or (), decided["units"]
    least = work.size(work.whole, left_out, 0.3, 0.6, minimise="co2", units=units)
    if least.plan is None:
        return {**decided, "stopped": True, "typical_co2": typical_co2}
    limit = just_above(least.plan["co2_kg_per_year"])
    at_limit = replace(work.whole, co2_limit=min(limit, work.whole.co2_limit))
    cheapest = work.size(at_limit, left_out, 0.6, 1.0, units=units)
    outcome = work.sized(replace(cheapest, plan=cheapest.plan or least.plan))
    return {**outcome, "typical_co2": typical_co2}


def _point(work: Solving, number: int, outcomes: Mapping[str, Outcome]) -> Outcome:
    """Find the least cost at a CO2 limit: point `number` of those between the ends."""
    share = number / (work.options.most_plans - 1)
    dirtiest = outcomes[PartKind.PLAN if work.staged else PartKind.STRUCTURE]["plan"]
    cleanest = outcomes[PartKind.CLEANEST]
    modelled = outcomes[PartKind.STRUCTURE]["plan"]
    if dirtiest is None or modelled is None or cleanest["plan"] is None:
        return work.nothing()
    limit = _between(_co2(dirtiest), _co2(cleanest["plan"]), share)
    if not work.staged:
        return work.decide(work.model(replace(work.modelled, co2_limit=limit), 0.0), 0.02, 1.0)
    typical = _between(_co2(modelled), cleanest["typical_co2"], share)
    model = work.model(replace(work.modelled, co2_limit=typical), 0.0)
    decided = work.decide(model, 0.02, 0.2)
    at_limit = replace(work.whole, co2_limit=limit)
    found = work.size(at_limit, decided["left_out"] or (), 0.2, 1.0, units=decided["units"])
    return work.sized(found)


def _co2(plan: Plan) -> float:
    return plan["co2_kg_per_year"]


def _between(dirtiest: float, cleanest: float, share: float) -> float:
    """Return the CO2 limit at a share of the way from the cheapest end to the cleanest."""
    return dirtiest + share * (cleanest - dirtiest)

"""The work of each part of a search: choose devices on typical days, size them, prove a bound.

`parts` has the parts and their order, `stage_solver` the work that they share.

    structure  choose devices: a mixed-integer program on typical days, or on a whole short horizon
    plan       their sizes and dispatch: a linear program on the whole horizon
    bound      the lower bound: the same with every decision relaxed
    improve    branch and bound over devices and units, each node such a linear program
    cleanest   the least CO2, then the least cost near it
    point-n    the least cost at a CO2 limit between the two ends of the front
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
from algorithm.search.base_case import base_case, known_base
from algorithm.search.branch_and_bound import close_gap
from algorithm.search.coarse_bound import CoarseBound
from algorithm.search.failure import error_message, outcome_after_failure
from algorithm.search.outcome import NOTHING, Outcome
from algorithm.search.part import PartId, PartKind
from algorithm.search.progress import Figures, OnProgress, Progress
from algorithm.search.stage_solver import Solving, just_above
from algorithm.solve.highs import EXACT, End
from algorithm.solve.interior_point import ROUGH

# If one of these is infeasible, so is the whole search; other parts have additional limits.
INDISPENSABLE = (
    PartId(PartKind.STRUCTURE),
    PartId(PartKind.PLAN),
    PartId(PartKind.BOUND),
)

# Where no gap is asked for, a proof of this gap is enough, relative.
ENOUGH = 0.03

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
    """Run one part; return its outcome, JSON-able.

    outcomes: those of the parts that it depends on. If it is stopped or reaches the time limit, the
    outcome is the best so far, marked "stopped". If something inside fails, the outcome is the best
    so far, or nothing, with a warning.

    Raises Infeasible; Stopped if there is nothing to return yet; and the internal error if the
    search can't continue without this part.
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
        outcome = _part(part, work, requirement, outcomes)
    except Infeasible:
        if part in INDISPENSABLE:
            raise
        return work.nothing()
    # An OSError can only come from `on_progress`: a part itself does no input or output.
    except (RequirementError, Stopped, OSError):
        raise
    except Exception as error:
        kept = outcome_after_failure(name, error_message(error), best)
        if kept is None:
            raise
        logger.info("Part %s failed.", name, exc_info=True)
        work.reporter.milestone(1.0, kept["warnings"][-1]["text"])
        outcome = kept
    return {**outcome, "warnings": [*work.warnings, *outcome.get("warnings", [])]}


def _part(
    part: PartId, work: Solving, requirement: Requirement, outcomes: Mapping[str, Outcome]
) -> Outcome:
    if part == PartId(PartKind.STRUCTURE):
        work.base = base_case(work, requirement)
    else:
        work.base = known_base(work, requirement, outcomes.values())
    if requirement.co2_cut_min is not None and work.base is None:
        raise _no_cut(work)
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


def _no_cut(work: Solving) -> Exception:
    """Return why CO2 can't be cut against today's system: there is none."""
    if work.is_stopped:
        return Stopped(Message("The search ended before it had found a plan."))
    return Infeasible(
        Message(
            "co2_cut_min refers to today's system, and there is none: state what stands as "
            "`existing`, or co2_limit in its place."
        )
    )


def _structure(work: Solving, earlier: Sequence[Outcome]) -> Outcome:
    """Choose devices; leave out at least one device of each of the `earlier` structures."""
    work.reporter.begin(
        "days", 0.0, Message("Reading the requirement and choosing the days to model")
    )
    island = work.modelled
    if any(not outcome["structure"] for outcome in earlier):
        return work.nothing()  # an earlier part found no alternative, or there is nothing to drop
    without = [frozenset(outcome["structure"] or ()) for outcome in earlier]
    return work.decide(work.model(island, 0.02, without_one_of=without), 0.05, 1.0)


def _plan(work: Solving, decided: Outcome) -> Outcome:
    """Size the chosen devices on the whole horizon."""
    if decided["structure"] is None:
        return work.nothing()
    found = work.size(work.whole, decided["left_out"] or (), 0.0, 1.0, units=decided["units"])
    outcome = work.sized(found)
    if found.plan is None or decided["model"]["decisions"]:
        return outcome
    # Without decisions, this program is its own relaxation, and its bound holds.
    figures = found.figures.with_bound(found.bound)
    return outcome | {"bound": figures.bound, "gap": figures.gap}


def _bound(work: Solving, planned: Outcome) -> Outcome:
    """Compute the lower bound, and the sizes of the relaxation.

    Fixed costs are spread over the maximum sizes in plans as cheap as the known one.
    """
    work.reporter.begin("bound", 0.0, Message("Computing the lower bound"))
    if planned["plan"] and planned["bound"] is not None:
        figures = Figures(None, planned["bound"])
        return work.outcome(None, figures, stopped=False, sizes={}, limits={})
    if planned["plan"]:
        coarse = CoarseBound(work, planned["plan"]["cost_per_year"], work.options.gap or ENOUGH)
        coarse.prove()
        figures, stopped = work.reporter.figures, not coarse.reached
        if coarse.reached or (work.is_stopped and figures.bound is not None):
            return work.outcome(None, figures, stopped=stopped, sizes={}, limits={})
    limits = work.limits(planned["plan"]) if planned["plan"] else {}
    model = work.model(work.whole, 0.1)
    begins = max(0.12, work.reporter.fraction)
    # Where no gap is asked for, the last digits of the bound aren't worth the iterations.
    tolerance = ROUGH if work.options.gap is None else EXACT
    found = work.linear(
        model, NOTHING_DECIDED, begins, 1.0, limits, prove=True, tolerance=tolerance
    )
    if found.end is End.INFEASIBLE and planned["plan"]:
        raise Failed(Message("The solver found no lower bound, though there is a plan."))
    work.explain(found.end, work.whole)
    if found.end is End.INTERRUPTED:
        raise Stopped(Message("The search ended before it had proven anything."))
    if found.solution is None or found.bound is None:
        raise Failed(Message("No lower bound could be computed: its dual solution is too inexact."))
    work.proved(found.bound, 1.0)
    sizes = model.sizes(found.solution)
    return work.outcome(None, work.reporter.figures, stopped=False, sizes=sizes, limits=limits)


def _cleanest(work: Solving) -> Outcome:
    """Find the least CO2, then the least cost near it."""
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
    """Find the least cost at a CO2 limit: point `number` between the two ends of the front."""
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
    """Return the CO2 limit, interpolated from the cheapest end (share 0) to the cleanest (1)."""
    return dirtiest + share * (cleanest - dirtiest)

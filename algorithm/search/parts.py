"""The parts of a search, and the result of their outcomes.

The parts are fixed when the search begins. `search` runs them one after another; workers share
them. `stages` has the work of each.

    cheapest      structure → plan → bound → improve
    alternatives  structure → structure-2 → …, each with its own plan-2 …
    front         structure → plan, cleanest, and between these two ends point-1 …

A horizon that is modelled as a whole from the beginning has no second stage: the outcome of
`structure` is the plan, with its proof.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import cast

import highspy

from algorithm.economics.comparison import Terms, compare, replacements, terms_of
from algorithm.economics.record import BaseCase, Economics
from algorithm.errors import ResultWarning, Stopped
from algorithm.island.assumptions import assumptions
from algorithm.island.resolve import island_of
from algorithm.messages import Message
from algorithm.plan.record import Plan, PlanFigures
from algorithm.requirement.options import Options
from algorithm.requirement.plausibility import plausibility_warnings
from algorithm.requirement.schema import Requirement
from algorithm.search.outcome import NOTHING, Outcome
from algorithm.search.part import Part, PartId, PartKind
from algorithm.search.progress import relative_gap
from algorithm.search.result import RankedPlan, Result
from algorithm.timesteps import is_long

HIGHS_VERSION = ".".join(
    str(getattr(highspy, f"HIGHS_VERSION_{part}")) for part in ("MAJOR", "MINOR", "PATCH")
)
# Seconds per column of the model, for the progress bar, as roughly measured on one core.
DECIDING_S, SIZING_S, BOUNDING_S, IMPROVING_S = 1.8e-3, 2e-4, 2e-4, 1.2e-3
# A point of the front must have less CO2 than the next cheaper one by more than this, relative.
NO_CHOICE = 1e-4


def is_staged(requirement: Requirement, options: Options) -> bool:
    """Return whether devices are chosen on typical days, then sized on the whole horizon."""
    return _is_long(requirement) and options.detail == "whole horizon"


def _is_long(requirement: Requirement) -> bool:
    return is_long(requirement.horizon, requirement.steps_a_day)


def parts_of(requirement: Requirement, options: Options) -> tuple[Part, ...]:
    """Return the parts of a search, each after the parts that it depends on."""
    staged = is_staged(requirement, options)
    columns = 2.5 * max(1, len(requirement.considered()))
    whole_s = requirement.horizon * columns
    modelled_s = requirement.steps_a_day * columns * (options.typical_days + 3)
    deciding_s = DECIDING_S * (modelled_s if _is_long(requirement) else whole_s)
    sizing_s = SIZING_S * whole_s if staged else 0.0
    structure, plan = PartId(PartKind.STRUCTURE), PartId(PartKind.PLAN)
    bound, cleanest = PartId(PartKind.BOUND), PartId(PartKind.CLEANEST)
    parts = [_part(structure, (), deciding_s, leads=True)]
    if staged:
        parts.append(_part(plan, (structure,), sizing_s, leads=True))
        if options.prove:
            parts.append(_part(bound, (plan,), BOUNDING_S * whole_s, leads=True))
        if options.prove and options.gap is not None:
            improve = PartId(PartKind.IMPROVE)
            parts.append(
                _part(improve, (structure, plan, bound), IMPROVING_S * whole_s, leads=True)
            )
    further = range(2, options.most_plans + 1)
    if options.goal == "alternatives":
        earlier = [structure]
        for number in further:
            title = Message("Alternative %(number)s", number=number)
            other = PartId(PartKind.STRUCTURE, number)
            parts.append(_part(other, earlier, deciding_s, title=title))
            if staged:
                sized = PartId(PartKind.PLAN, number)
                parts.append(_part(sized, (other,), sizing_s, title=title))
            earlier.append(other)
    if options.goal == "front":
        ends = (structure, plan, cleanest) if staged else (structure, cleanest)
        # A long part that depends on nothing goes first, so that all workers are busy.
        cleaning_s = 2 * (deciding_s + sizing_s)
        parts.insert(1, _part(cleanest, (), cleaning_s, title=Message("Cleanest")))
        parts += [
            _part(
                PartId(PartKind.POINT, n - 1),
                ends,
                deciding_s + sizing_s,
                title=Message("Point %(number)s", number=n),
            )
            for n in further[:-1]
        ]
    return tuple(parts)


def _part(
    part: PartId, after: Sequence[PartId], seconds: float, *, leads: bool = False, title: str = ""
) -> Part:
    return Part(str(part), tuple(map(str, after)), seconds, leads, title)


def result_of(
    requirement: Requirement,
    disabled: Sequence[str],
    options: Options,
    outcomes: Mapping[str, Outcome],
    *,
    stopped: bool,
) -> Result:
    """Return the whole result, the cheapest plan first; raises Stopped if there is no plan.

    outcomes: of the parts that are done, and the best so far of the others, with their warnings.
    """
    terms = terms_of(requirement)
    base = outcomes.get(PartKind.STRUCTURE, NOTHING).get("base")
    plans = [
        cast(RankedPlan, {**plan, "economics": _economics(base, plan, terms)})
        for plan in _plans(options, outcomes)
    ]
    if not plans:
        raise Stopped(Message("The search ended before it had found a plan."))
    structure = outcomes.get(PartKind.STRUCTURE, NOTHING)
    whole = plans[0]["basis"] == "whole horizon"
    return {
        "version": 2,
        "name": requirement.name,
        "currency": requirement.currency,
        "stopped": stopped,
        "solver": {"name": "HiGHS", "version": HIGHS_VERSION, "threads": 1, "random_seed": 0},
        "search": {
            "typical_days": structure.get("typical_days"),
            "gap": structure.get("gap"),
            "bound": _bound(outcomes) if whole else structure.get("bound"),
            **structure.get("model", {}),
            "parts": {
                name: {
                    "seconds": outcome.get("seconds"),
                    "model_s": outcome.get("model_s"),
                    "solver_s": outcome.get("solver_s"),
                }
                for name, outcome in outcomes.items()
            },
        },
        "options": options.model_dump(),
        "disabled_devices": list(disabled),
        "base_case": None
        if base is None
        else cast(BaseCase, {**base, "replacements": replacements(base, terms)}),
        "warnings": _warnings(requirement, outcomes.values()),
        "assumptions": assumptions(requirement, island_of(requirement, disabled)),
        "plans": plans,
    }


def _economics(base: PlanFigures | None, plan: Plan, terms: Terms) -> Economics | None:
    """Return a plan's economics; None without a base case on the same steps: the difference between
    typical days and all steps can be larger than what a plan saves."""
    if base is None or base["basis"] != plan["basis"]:
        return None
    return compare(base, plan, terms)


def _warnings(requirement: Requirement, outcomes: Iterable[Outcome]) -> list[ResultWarning]:
    """Return the warnings about the requirement and those of the parts, without duplicates."""
    found: list[ResultWarning] = [
        {"id": warning.id, "values": warning.values, "text": warning.text}
        for warning in plausibility_warnings(requirement)
    ]
    found += [warning for outcome in outcomes for warning in outcome.get("warnings", ())]
    return list({json.dumps([w["id"], w["values"]], sort_keys=True): w for w in found}.values())


class _ProvenPlan(Plan):
    """A plan with its proven gap."""

    gap: float | None


def _plans(options: Options, outcomes: Mapping[str, Outcome]) -> list[_ProvenPlan]:
    """Return the plans of the result, the cheapest first, each with its proven gap.

    Plans on typical days are included only if there is none for the whole horizon.
    """
    found = {name: plan for name, outcome in outcomes.items() if (plan := outcome.get("plan"))}
    whole = {name: plan for name, plan in found.items() if plan["basis"] == "whole horizon"}
    ranked = sorted((whole or found).items(), key=lambda entry: entry[1]["cost_per_year"])
    plans: list[_ProvenPlan] = [
        {**plan, "gap": _gap(PartId.parse(name), plan, options, outcomes)} for name, plan in ranked
    ]
    if options.goal == "cheapest":
        return plans[:1]
    if options.goal == "alternatives":
        return _of_different_devices(plans)
    return _undominated(plans)


def _gap(
    part: PartId, plan: Plan, options: Options, outcomes: Mapping[str, Outcome]
) -> float | None:
    """Return a plan's proven gap on the whole horizon; None if there is none.

    The gap of a front's point is among plans under the same CO2 limit, all others' among all plans.
    """
    if plan["basis"] != "whole horizon":
        return None
    if options.goal == "front" and part.kind in (PartKind.CLEANEST, PartKind.POINT):
        return outcomes[str(part)].get("gap")
    return relative_gap(plan["cost_per_year"], _bound(outcomes))


def _bound(outcomes: Mapping[str, Outcome]) -> float | None:
    """Return the lower bound on the whole horizon, currency a year; None if there is none."""
    bounds = [
        bound
        for kind in (PartKind.STRUCTURE, PartKind.BOUND, PartKind.IMPROVE)
        if (outcome := outcomes.get(kind)) is not None
        and (bound := outcome.get("bound")) is not None
        and outcome["basis"] == "whole horizon"
    ]
    return max(bounds, default=None)


def _of_different_devices(plans: Sequence[_ProvenPlan]) -> list[_ProvenPlan]:
    """Leave out plans with the same devices as a cheaper one."""
    kept: dict[frozenset[str], _ProvenPlan] = {}
    for plan in plans:
        kept.setdefault(frozenset(device["name"] for device in plan["devices"]), plan)
    return list(kept.values())


def _undominated(plans: Sequence[_ProvenPlan]) -> list[_ProvenPlan]:
    """Leave out plans that don't have less CO2 than a cheaper one."""
    kept: list[_ProvenPlan] = []
    for plan in plans:
        co2 = plan["co2_kg_per_year"]
        least = kept[-1]["co2_kg_per_year"] if kept else None
        if least is None or co2 < least - NO_CHOICE * abs(least):
            kept.append(plan)
    return kept

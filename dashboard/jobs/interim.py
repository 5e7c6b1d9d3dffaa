"""What a running search has found so far: its best plan, and the convergence of its figures.

Both are provisional, for people who watch: the result is stored when the search ends. The plan is
the best of those that the job's parts have stored; the figures come from its journal.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections import OrderedDict
from typing import cast

from typing_extensions import TypedDict

from algorithm.plan.record import Basis, Graph
from algorithm.search.outcome import Outcome
from dashboard.db.extensions import current_settings, db
from dashboard.db.models import Part, unpacked
from dashboard.journal.envelope import Envelope, Milestone
from dashboard.journal.publish import journal

POINTS = 500
"""Time spans into which a search is divided; the last point of each span and basis is kept."""


class InterimPlan(TypedDict):
    """What is shown of the best plan of a search that goes on."""

    basis: Basis
    cost_per_year: float
    co2_kg_per_year: float
    investment: float
    graph: Graph


class Point(TypedDict):
    """The figures of a job at a moment, UTC ms; basis: None where it isn't known any more."""

    at: int
    basis: Basis | None
    incumbent: float | None
    bound: float | None


# Unpacking an outcome is slow, since it holds a year's dispatch, and many may watch: so the newest
# plans are cached, by the outcome's digest.
_MAX_CACHED = 64
_cache: OrderedDict[str, InterimPlan | None] = OrderedDict()


def best_plan(job_id: str) -> tuple[str, InterimPlan] | None:
    """The best plan so far of a running job, without its dispatch, and a digest that tells it from
    others; None if there is none, or the job has ended.

    As in a result, one for the whole horizon comes before any for typical days; then the cheapest.
    """
    stored = db.session.scalars(
        db.select(Part.outcome).where(Part.job_id == job_id, Part.outcome.is_not(None))
    )
    plans = [(digest, plan) for digest, plan in map(_plan_in, stored) if plan]
    return min(plans, key=_rank, default=None)


def _rank(found: tuple[str, InterimPlan]) -> tuple[bool, float]:
    _, plan = found
    return plan["basis"] != "whole horizon", plan["cost_per_year"]


def _plan_in(outcome: bytes) -> tuple[str, InterimPlan | None]:
    digest = hashlib.sha256(outcome).hexdigest()
    # One read, because another thread may evict the entry between two.
    with contextlib.suppress(KeyError):
        return digest, _cache[digest]
    plan = cast(Outcome, unpacked(outcome))["plan"]
    found: InterimPlan | None = plan and {
        "basis": plan["basis"],
        "cost_per_year": plan["cost_per_year"],
        "co2_kg_per_year": plan["co2_kg_per_year"],
        "investment": plan["investment"],
        "graph": plan["graph"],
    }
    _cache[digest] = found
    while len(_cache) > _MAX_CACHED:
        _cache.popitem(last=False)
    return digest, found


def convergence(job_id: str) -> list[Point]:
    """The convergence of a job: {at, basis, incumbent, bound}, the oldest first.

    at: UTC ms. Before the oldest event that is kept there are only milestones, which have no basis:
    there it is None. Empty if the journal doesn't know the job. Raises redis.RedisError.
    """
    position = journal().positions([job_id]).get(job_id)
    if position is None:
        return []
    settings = current_settings()
    kept = journal().read(job_id, position.epoch, max(0, position.seq - settings.journal_length))
    snapshot = journal().snapshots([job_id]).get(job_id)
    events = kept.events if kept else []
    first = events[0]["seq"] if events else position.seq + 1
    milestones = snapshot.get("milestones", []) if snapshot else []
    before = [entry for entry in milestones if entry["seq"] < first]
    return _thinned([_point(event) for event in [*before, *events] if _has_figures(event)])


def _has_figures(event: Envelope | Milestone) -> bool:
    return event.get("incumbent") is not None or event.get("bound") is not None


def _point(event: Envelope | Milestone) -> Point:
    return {
        "at": event["at"],
        "basis": cast("Basis | None", event.get("basis")),
        "incumbent": event.get("incumbent"),
        "bound": event.get("bound"),
    }


def _values(point: Point) -> tuple[object, ...]:
    return point["basis"], point["incumbent"], point["bound"]


def _thinned(points: list[Point]) -> list[Point]:
    """Drop points without a change, and of many in one span all but the last."""
    if not points:
        return []
    began = points[0]["at"]
    span = max(1.0, (points[-1]["at"] - began) / POINTS)
    last: dict[tuple[int, str | None], Point] = {}
    before: Point | None = None
    for point in points:
        if before is None or _values(point) != _values(before):
            last[int((point["at"] - began) / span), point["basis"]] = point
        before = point
    return list(last.values())

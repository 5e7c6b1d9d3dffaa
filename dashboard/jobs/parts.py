"""The parts of a running job's search in the database: claim, renew, finish, retry.

The job's own task creates them. A free worker claims one, renews its claim twice a second with the
best outcome so far, and stores the final outcome. A part whose heartbeat stops is requeued
(`dashboard.jobs.rescue`). Each step is one conditional UPDATE, so of two that race exactly one
succeeds, and a holder that lost its part notices at its next heartbeat. The parts are deleted when
the job ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, delete, func, update

import algorithm
from algorithm.messages import Message, MessageJson, encoded, message_in, with_message
from algorithm.search.failure import outcome_after_failure
from algorithm.search.outcome import NOTHING, Outcome
from algorithm.search.progress import ProgressRecord
from dashboard.db.extensions import db
from dashboard.db.models import Part, PartState, packed, unpacked

TRIES = 3
"""A part whose holders are lost so often is given up: it's probably the part that kills them."""

LOST = Message("The worker that ran it was lost.")

BEAT = {"heartbeat": Part.heartbeat + 1}
"""The update that is a holder's heartbeat."""

ProgressLog = list[ProgressRecord]
"""Every milestone of a part, then its newest progress; their outcomes are stored apart."""


@dataclass(frozen=True)
class PartStatus:
    """How far a part has come.

    progress_log: every milestone of its holders, then their newest progress. error, error_i18n: why
    it failed, or why it was begun again. tries: how often it was begun, without holders that
    released it.
    """

    name: str
    after: tuple[str, ...]
    state: PartState
    holder: str | None
    progress_log: ProgressLog
    error: str | None
    error_i18n: MessageJson | None
    tries: int

    @property
    def reason(self) -> str:
        """The error as a message; empty if there is none."""
        return message_in(vars(self), "error") or ""


def create_parts(job_id: str, parts: Iterable[algorithm.Part]) -> None:
    """Store the job's parts, unless an earlier attempt did: finished parts stay finished."""
    if db.session.scalar(db.select(func.count()).where(Part.job_id == job_id)) == 0:
        for position, part in enumerate(parts):
            db.session.add(
                Part(job_id=job_id, name=part.name, position=position, after=list(part.after))
            )
    db.session.commit()


def statuses(job_id: str) -> list[PartStatus]:
    """Every part of a job, by position; none once it has ended."""
    columns = (
        *(Part.name, Part.after, Part.state, Part.holder),
        *(Part.progress_log, Part.error, Part.error_i18n, Part.tries),
    )
    rows = db.session.execute(
        db.select(*columns).where(Part.job_id == job_id).order_by(Part.position)
    ).all()
    db.session.rollback()
    return [PartStatus(name, tuple(after), *rest) for name, after, *rest in rows]


def ready(parts: Sequence[PartStatus]) -> list[str]:
    """Names of the waiting parts whose predecessors are done."""
    done = {part.name for part in parts if part.state == "done"}
    return [part.name for part in parts if part.state == "waiting" and done.issuperset(part.after)]


def claim(job_id: str, holder: str) -> str | None:
    """Claim a ready part for `holder`; returns its name, None if none is ready."""
    for name in ready(statuses(job_id)):
        values = {"state": "running", "holder": holder, "tries": Part.tries + 1, **BEAT}
        if _change(job_id, Part.name == name, Part.state == "waiting", **values):
            return name
    return None


def outcomes(job_id: str, names: Iterable[str] | None = None) -> dict[str, Outcome]:
    """The outcomes so far of the parts `names`, or of all; without those that have none."""
    query = db.select(Part.name, Part.outcome).where(
        Part.job_id == job_id, Part.outcome.is_not(None)
    )
    if names is not None:
        query = query.where(Part.name.in_(names))
    rows = db.session.execute(query.order_by(Part.position)).all()
    db.session.rollback()
    return {name: unpacked(outcome) for name, outcome in rows}


def outcomes_before(job_id: str, name: str) -> dict[str, Outcome]:
    """The outcomes of the parts that `name` is after."""
    after = db.session.scalar(db.select(Part.after).where(Part.job_id == job_id, Part.name == name))
    return outcomes(job_id, after or [])


def renew(
    job_id: str, name: str, holder: str, progress_log: ProgressLog, outcome: Outcome | None = None
) -> bool:
    """Store a heartbeat of `holder`, its progress, and the best `outcome` so far if it's new.

    False if the part isn't the holder's any more, or the job has ended.
    """
    values: dict[str, Any] = {"progress_log": progress_log, **BEAT}
    if outcome is not None:
        values["outcome"] = packed(outcome)
    return _change(job_id, *_held(name, holder), **values)


def finish(
    job_id: str,
    name: str,
    holder: str,
    state: PartState,
    *,
    outcome: Outcome | None = None,
    error: str | None = None,
) -> bool:
    """Store a part's end: done with its outcome, stopped with the best so far, or failed.

    False as in `renew`.
    """
    values: dict[str, Any] = {"state": state, **_error(error)}
    if outcome is not None:
        values["outcome"] = packed(outcome)
    return _change(job_id, *_held(name, holder), **values)


def give_up(
    job_id: str, name: str, holder: str, reason: str, *, best: Outcome | None = None
) -> bool:
    """Store the end of a part with an internal error, with the `best` outcome that is known.

    It counts as done with that or no outcome, and a warning, unless the search can't go on without
    it: then it has failed. reason: a sentence. False as in `renew`.
    """
    return _change(job_id, *_held(name, holder), **_given_up(job_id, name, reason, best))


def _given_up(job_id: str, name: str, reason: str, best: Outcome | None = None) -> dict[str, Any]:
    """The update of a part that is given up."""
    known = best or outcomes(job_id, [name]).get(name) or NOTHING
    outcome = outcome_after_failure(name, reason, known)
    if outcome is None:
        return {"state": "failed", **_error(reason)}
    return {"state": "done", **_error(None), "outcome": packed(encoded(outcome))}


def _error(reason: str | None) -> dict[str, Any]:
    if reason is None:
        return {"error": None, "error_i18n": None}
    return {**with_message("error", reason), "error": reason[:1000]}


def release_part(job_id: str, name: str, holder: str) -> bool:
    """Release a part for another holder, because this worker shuts down. False as above."""
    return _change(job_id, *_held(name, holder), state="waiting", tries=Part.tries - 1)


def undo_try(job_id: str, name: str, holder: str) -> None:
    """Don't count a try of a holder that lost the part but is alive."""
    if not release_part(job_id, name, holder):
        _change(job_id, Part.name == name, Part.tries > 0, tries=Part.tries - 1)


def requeue_parts(job_id: str) -> bool:
    """Put all running parts back to waiting. False as above.

    Their holders call `undo_try`, so that these tries don't count.
    """
    return _change(job_id, Part.state == "running", state="waiting")


def retry_part(
    job_id: str, name: str, holder: str, reason: str, heartbeat: int | None = None
) -> bool:
    """Put a part whose holder or process was lost back to waiting; after TRIES tries give it up.

    heartbeat: only if that is still the part's; for callers other than the holder. False as above.
    """
    held = _held(name, holder)
    if heartbeat is not None:
        held = (*held, Part.heartbeat == heartbeat)
    if _change(job_id, *held, Part.tries < TRIES, state="waiting", **_error(reason)):
        return True
    reason = Message("%(reason)s (%(times)s times.)", reason=reason, times=TRIES)
    return _change(job_id, *held, **_given_up(job_id, name, reason))


_RUNNING = db.select(Part.job_id, Part.name, Part.holder, Part.heartbeat).where(
    Part.state == "running"
)


def running() -> dict[tuple[str, str], tuple[str, int]]:
    """Holder and heartbeat of each running part of any job, by (job, name)."""
    rows = db.session.execute(_RUNNING).all()
    db.session.rollback()
    return {(job_id, name): (holder, heartbeat) for job_id, name, holder, heartbeat in rows}


def drop(job_id: str) -> None:
    """Delete a job's parts, in the transaction that ends the job."""
    db.session.execute(delete(Part).where(Part.job_id == job_id))


def _held(name: str, holder: str) -> tuple[ColumnElement[bool], ...]:
    return Part.name == name, Part.state == "running", Part.holder == holder


def _change(job_id: str, *conditions: ColumnElement[bool], **values: Any) -> bool:
    """Update the job's parts for which the conditions hold, atomically; whether there were any."""
    changed = db.session.execute(
        update(Part).where(Part.job_id == job_id, *conditions).values(**values),
        execution_options={"synchronize_session": False},
    )
    db.session.commit()
    return cast(CursorResult[Any], changed).rowcount > 0

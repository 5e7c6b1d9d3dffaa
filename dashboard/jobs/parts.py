"""The parts of a running job's search in the durable store, and how they pass from hand to hand.

The job's own task creates them; whichever worker is free claims one, renews its claim twice a
second with what came of it so far, and hands in the outcome. A part whose heartbeat stops is
requeued (`dashboard.jobs.rescue`). Each step is one conditional UPDATE, so of two who try it at
once exactly one succeeds, and a holder that lost its part notices at its next heartbeat. Gone with
the job's end: the result is what lasts.
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
"""How often a part is begun whose holders vanish: then it's the part that kills them."""

LOST = Message("The worker that ran it was lost.")

BEAT = {"heartbeat": Part.heartbeat + 1}
"""The change that is a holder's heartbeat."""

ProgressLog = list[ProgressRecord]
"""Every milestone of a part, then its newest progress; their outcomes are stored apart."""


@dataclass(frozen=True)
class PartStatus:
    """How far a part has come.

    progress_log: every milestone of its holders, then their newest progress. error, error_i18n: why
    it failed, or why it was begun again. tries: how often it was begun, but for holders that
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
    """Store the job's parts, unless an earlier attempt at it did: then what is done stays so."""
    if db.session.scalar(db.select(func.count()).where(Part.job_id == job_id)) == 0:
        for position, part in enumerate(parts):
            db.session.add(
                Part(job_id=job_id, name=part.name, position=position, after=list(part.after))
            )
    db.session.commit()


def statuses(job_id: str) -> list[PartStatus]:
    """Every part of a job, in the order in which they were laid out; none once it has ended."""
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
    """Names of the parts that wait for nothing but somebody to run them."""
    done = {part.name for part in parts if part.state == "done"}
    return [part.name for part in parts if part.state == "waiting" and done.issuperset(part.after)]


def claim(job_id: str, holder: str) -> str | None:
    """The name of a part that is now `holder`'s to run; None if none is ready."""
    for name in ready(statuses(job_id)):
        values = {"state": "running", "holder": holder, "tries": Part.tries + 1, **BEAT}
        if _change(job_id, Part.name == name, Part.state == "waiting", **values):
            return name
    return None


def outcomes(job_id: str, names: Iterable[str] | None = None) -> dict[str, Outcome]:
    """What came of the parts `names`, or of all, so far; without those of which nothing did."""
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
    """Store a heartbeat of `holder`, its progress, and, if that is new, the best `outcome` so far.

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
    """Hand a part in: done with its outcome, stopped with the best so far, or failed.

    False as in `renew`.
    """
    values: dict[str, Any] = {"state": state, **_error(error)}
    if outcome is not None:
        values["outcome"] = packed(outcome)
    return _change(job_id, *_held(name, holder), **values)


def give_up(
    job_id: str, name: str, holder: str, reason: str, *, best: Outcome | None = None
) -> bool:
    """Hand in a part that failed inside, in a sentence, with the `best` that is known of it.

    It's done with that, or nothing, and a warning, unless the search can't go on without it. False
    as in `renew`.
    """
    return _change(job_id, *_held(name, holder), **_given_up(job_id, name, reason, best))


def _given_up(job_id: str, name: str, reason: str, best: Outcome | None = None) -> dict[str, Any]:
    """What changes of a part that is given up."""
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
    """Give up a part that another holder is to go on with: this one has to end. False as above."""
    return _change(job_id, *_held(name, holder), state="waiting", tries=Part.tries - 1)


def undo_try(job_id: str, name: str, holder: str) -> None:
    """Give up a part that isn't the holder's any more, who is there: that counts as no try."""
    if not release_part(job_id, name, holder):
        _change(job_id, Part.name == name, Part.tries > 0, tries=Part.tries - 1)


def requeue_parts(job_id: str) -> bool:
    """Let all parts be begun again that somebody runs. False as above.

    Their holders call `undo_try`, and then they count as not begun.
    """
    return _change(job_id, Part.state == "running", state="waiting")


def retry_part(
    job_id: str, name: str, holder: str, reason: str, heartbeat: int | None = None
) -> bool:
    """Let a part be begun again that its holder has lost; after TRIES tries it's given up.

    heartbeat: only if that is still the holder's, for who isn't the holder. False as above.
    """
    held = _held(name, holder)
    if heartbeat is not None:
        held = (*held, Part.heartbeat == heartbeat)
    if _change(job_id, *held, Part.tries < TRIES, state="waiting", **_error(reason)):
        return True
    reason = Message("%(reason)s (%(times)s times.)", reason=reason, times=TRIES)
    return _change(job_id, *held, **_given_up(job_id, name, reason))


def running() -> dict[tuple[str, str], tuple[str, int]]:
    """The holder of each running part of any job, (job, name), and its heartbeat."""
    rows = db.session.execute(
        db.select(Part.job_id, Part.name, Part.holder, Part.heartbeat).where(
            Part.state == "running"
        )
    ).all()
    db.session.rollback()
    return {(job_id, name): (holder, heartbeat) for job_id, name, holder, heartbeat in rows}


def drop(job_id: str) -> None:
    """Forget a job's parts, in the transaction that ends it."""
    db.session.execute(delete(Part).where(Part.job_id == job_id))


def _held(name: str, holder: str) -> tuple[ColumnElement[bool], ...]:
    return Part.name == name, Part.state == "running", Part.holder == holder


def _change(job_id: str, *conditions: ColumnElement[bool], **values: Any) -> bool:
    """Change the job's parts of which the conditions hold, in one step; whether there were any."""
    changed = db.session.execute(
        update(Part).where(Part.job_id == job_id, *conditions).values(**values),
        execution_options={"synchronize_session": False},
    )
    db.session.commit()
    return cast(CursorResult[Any], changed).rowcount > 0

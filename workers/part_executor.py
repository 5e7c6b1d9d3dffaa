"""Executes parts of a search: claims one, runs it in a process, and hands in what came of it.

Both tasks of `search` execute parts, one at a time. While a part runs, its claim is renewed twice a
second, with the best outcome so far, so that little is lost with a worker that dies.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from socket import gethostname

from algorithm.messages import message_in
from algorithm.process import PartError, PartOrder, WireMessage
from algorithm.search.outcome import Outcome
from algorithm.search.progress import ProgressRecord
from dashboard.db.extensions import db
from dashboard.db.models import Job, PartState
from dashboard.jobs import lifecycle, parts
from dashboard.jobs.lifecycle import StopReason
from dashboard.jobs.parts import ProgressLog
from dashboard.times import CLAIM_S, POLL_S, STOP_GRACE_S
from workers import shutdown
from workers.database_retry import Absence, patiently
from workers.search_process import SearchProcess

Attend = Callable[[str, Sequence[ProgressRecord]], None]


class Interval:
    """Says when it's time again: at the first call, and then `seconds` after the last time."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._at = 0.0

    def due(self) -> bool:
        if time.monotonic() < self._at:
            return False
        self._at = time.monotonic() + self._seconds
        return True


@dataclass
class ProcessReport:
    """What a part's process has reported so far."""

    progress_log: ProgressLog = field(default_factory=list)
    best: Outcome | None = None
    outcome: Outcome | None = None
    error: PartError | None = None

    def take(self, message: WireMessage) -> bool:
        """Take in a message; whether it brought a better outcome, of a part that goes on."""
        if "progress" not in message:
            self.outcome = message.get("outcome")
            self.error = message.get("error")
            return False
        progress = message["progress"]
        best = progress["outcome"]
        if self.progress_log and not self.progress_log[-1]["milestone"]:
            self.progress_log.pop()
        self.progress_log.append({**progress, "outcome": None})
        self.best = best or self.best
        return best is not None


class TimeBudget:
    """What is left of the job's time limit, s, or None; it stands still while nobody can store."""

    def __init__(self, seconds: float | None) -> None:
        self._left = seconds
        self._looked = time.monotonic()

    def passes(self, *, counts: bool) -> None:
        """Count the time since the last call, or leave it out."""
        now = time.monotonic()
        if self._left is not None and counts:
            self._left -= now - self._looked
        self._looked = now

    @property
    def is_up(self) -> bool:
        return self._left is not None and self._left <= 0


class PartExecutor:
    """Executes one part of a job at a time, as the holder `id`, which says where it runs.

    attend: called ten times a second while a part runs, with its name and its progress since.
    attempt: for the job's own task: which attempt it is; help serves any.
    """

    def __init__(
        self, job_id: str, attend: Attend | None = None, attempt: int | None = None
    ) -> None:
        self.id = f"{gethostname()[:60]}:{os.getpid()}:{secrets.token_hex(4)}"
        self._job_id = job_id
        self._attend = attend or (lambda name, progress: None)
        self._attempt = attempt

    def run_next(self) -> bool:
        """Claim a part and run it to its end; False if there is none to run now."""
        if shutdown.has_begun() or patiently(self.stop_reason):
            return False
        name = patiently(lambda: parts.claim(self._job_id, self.id))
        if name is None:
            return False
        order, left = patiently(lambda: self._order(name))
        with SearchProcess(order) as process:
            self._supervise(name, process, left)
        return True

    def stop_reason(self) -> StopReason | None:
        """Why the job's search is to end now, if it is."""
        return lifecycle.stop_reason(self._job_id, self._attempt)

    def _order(self, name: str) -> tuple[PartOrder, TimeBudget]:
        job = db.session.get_one(Job, self._job_id)
        order: PartOrder = {
            "requirement": job.sample or job.requirement or {},
            "disabled_devices": job.disabled_devices,
            "options": job.options,
            "part": name,
            "outcomes": parts.outcomes_before(self._job_id, name),
        }
        return order, TimeBudget(job.seconds_left)

    def _supervise(self, name: str, process: SearchProcess, left: TimeBudget) -> None:
        """See a part through, unless somebody else is to have it, or nobody wants it any more."""
        report, ask = ProcessReport(), Interval(CLAIM_S)
        better = stopping = False
        absence = Absence()
        while not process.ended:
            messages = process.receive(wait=POLL_S)
            for message in messages:
                better = report.take(message) or better
            left.passes(counts=not absence.lasts)
            if ask.due():
                with absence.ridden_out():
                    # First: who was lost and comes back must not renew a claim that isn't wanted.
                    reason = self.stop_reason()
                    if reason is StopReason.DISCARD or not parts.renew(
                        self._job_id,
                        name,
                        self.id,
                        report.progress_log,
                        report.best if better else None,
                    ):
                        parts.undo_try(self._job_id, name, self.id)
                        return
                    if shutdown.has_begun():
                        parts.release_part(self._job_id, name, self.id)
                        return
                    stopping = stopping or left.is_up or reason is not None
                    better = False
                if stopping:
                    process.stop(STOP_GRACE_S)
            self._attend(name, [m["progress"] for m in messages if "progress" in m])
        patiently(lambda: self._hand_in(name, report, process, stopping))

    def _hand_in(
        self, name: str, report: ProcessReport, process: SearchProcess, stopping: bool
    ) -> None:
        held = (self._job_id, name, self.id)
        if (outcome := report.outcome) is not None:
            state: PartState = "stopped" if outcome.get("stopped") else "done"
            parts.finish(*held, state, outcome=outcome)
        elif stopping or (report.error and report.error["kind"] == "stopped"):
            parts.finish(*held, "stopped", outcome=report.best)
        elif report.error and report.error["kind"] != "internal":
            parts.finish(*held, "failed", error=message_in(report.error, "message"))
        elif not report.error and process.lost_its_supervisor():
            parts.release_part(*held)
        elif not report.error and process.was_killed():
            parts.retry_part(*held, process.how_it_ended())
        else:
            error = report.error
            reason = message_in(error, "message") if error else process.how_it_ended()
            parts.give_up(*held, reason, best=report.best)

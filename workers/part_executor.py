"""Executes parts of a search: claims one, runs it in a process, and stores its outcome.

Both tasks of `search` execute parts, one at a time. While a part runs, its claim is renewed twice a
second, with the best outcome so far, so that little is lost when a worker dies.
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
from workers.database_retry import DatabaseOutage, retry_database
from workers.search_process import SearchProcess

OnProgress = Callable[[str, Sequence[ProgressRecord]], None]


class Interval:
    """Due at the first call, and then every `seconds`."""

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
        """Apply a message; True if it has a better interim outcome."""
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
    """What is left of the job's time limit, s, or None; it stops while the database is away."""

    def __init__(self, seconds: float | None) -> None:
        self._left = seconds
        self._looked = time.monotonic()

    def passes(self, *, counts: bool) -> None:
        """Count the time since the last call, or skip it."""
        now = time.monotonic()
        if self._left is not None and counts:
            self._left -= now - self._looked
        self._looked = now

    @property
    def is_up(self) -> bool:
        return self._left is not None and self._left <= 0


class PartExecutor:
    """Executes one part of a job at a time, as the holder `id` (host, process, random).

    on_progress: called ten times a second while a part runs, with its name and its new progress.
    attempt: the attempt of the job's own task; None for a helping task, which serves any.
    """

    def __init__(
        self, job_id: str, on_progress: OnProgress | None = None, attempt: int | None = None
    ) -> None:
        self.id = f"{gethostname()[:60]}:{os.getpid()}:{secrets.token_hex(4)}"
        self._job_id = job_id
        self._on_progress = on_progress or (lambda name, progress: None)
        self._attempt = attempt

    def run_next(self) -> bool:
        """Claim a part and run it to its end; False if there is none to run now."""
        if shutdown.has_begun() or retry_database(self.stop_reason):
            return False
        name = retry_database(lambda: parts.claim(self._job_id, self.id))
        if name is None:
            return False
        order, left = retry_database(lambda: self._order(name))
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
        """Supervise a part to its end, or until its claim is lost or it's no longer wanted."""
        report, ask = ProcessReport(), Interval(CLAIM_S)
        better = stopping = False
        outage = DatabaseOutage()
        while not process.ended:
            messages = process.receive(wait=POLL_S)
            for message in messages:
                better = report.take(message) or better
            left.passes(counts=not outage.ongoing)
            if ask.due():
                with outage.tolerated():
                    # First: an executor that was lost and resumes must not renew its old claim.
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
            self._on_progress(name, [m["progress"] for m in messages if "progress" in m])
        retry_database(lambda: self._store_outcome(name, report, process, stopping))

    def _store_outcome(
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

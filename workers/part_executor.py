"""Who holds a part of a search: claims it, runs it in a process, and hands in what came of it.

Both tasks of `search` hold parts, one at a time. While a part runs, its holder renews its claim
twice a second, with the best so far, so that little is lost with a holder that dies.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from socket import gethostname
from typing import Any

from algorithm.messages import message_in
from dashboard.db.extensions import db
from dashboard.db.models import Job
from dashboard.jobs import lifecycle, parts
from dashboard.jobs.parts import Outcome, Told
from dashboard.times import ASK, GRACE, LOOK
from workers import shutdown
from workers.patience import Absence, patiently
from workers.search_process import SearchProcess, WireMessage

Attend = Callable[[str, Sequence[WireMessage]], None]


class Every:
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
class Said:
    """What a part's process has said so far; `told`: every milestone, then its newest progress."""

    told: Told = field(default_factory=list)
    best: Outcome | None = None
    outcome: Outcome | None = None
    error: dict[str, Any] | None = None

    def take(self, message: WireMessage) -> bool:
        """Take in a message; whether it brought a better outcome, of a part that goes on."""
        if "progress" not in message:
            self.outcome = message.get("outcome")
            self.error = message.get("error")
            return False
        progress = dict(message["progress"])
        best = progress.pop("outcome")
        if self.told and not self.told[-1]["milestone"]:
            self.told.pop()
        self.told.append(progress)
        self.best = best or self.best
        return best is not None


class TimeLeft:
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


class Holder:
    """Holds one part of a job at a time, under an `id` of its own that says where it runs.

    attend: called ten times a second while a part runs, with its name and what it told since.
    attempt: for the job's own task: which attempt it is; help serves any.
    """

    def __init__(
        self, job_id: str, attend: Attend | None = None, attempt: int | None = None
    ) -> None:
        self.id = f"{gethostname()[:60]}:{os.getpid()}:{secrets.token_hex(4)}"
        self._job_id = job_id
        self._attend = attend or (lambda name, told: None)
        self._attempt = attempt

    def run_next(self) -> bool:
        """Claim a part and run it to its end; False if there is none to run now."""
        if shutdown.has_begun() or patiently(self.reason_to_end):
            return False
        name = patiently(lambda: parts.claim(self._job_id, self.id))
        if name is None:
            return False
        order, left = patiently(lambda: self._order(name))
        with SearchProcess(order) as process:
            self._supervise(name, process, left)
        return True

    def reason_to_end(self) -> lifecycle.Reason | None:
        """Why the job's search is to end now, if it is."""
        return lifecycle.reason_to_end(self._job_id, self._attempt)

    def _order(self, name: str) -> tuple[WireMessage, TimeLeft]:
        job = db.session.get_one(Job, self._job_id)
        order = {
            "requirement": job.sample or job.requirement,
            "disabled_devices": job.disabled_devices,
            "options": job.options,
            "part": name,
            "outcomes": parts.outcomes_before(self._job_id, name),
        }
        return order, TimeLeft(job.seconds_left)

    def _supervise(self, name: str, process: SearchProcess, left: TimeLeft) -> None:
        """See a part through, unless somebody else is to have it, or nobody wants it any more."""
        said, ask = Said(), Every(ASK)
        better = stopping = False
        absence = Absence()
        while not process.ended:
            messages = process.receive(wait=LOOK)
            for message in messages:
                better = said.take(message) or better
            left.passes(counts=not absence.lasts)
            if ask.due():
                with absence.ridden_out():
                    # First: who was lost and comes back must not renew a claim that isn't wanted.
                    reason = self.reason_to_end()
                    if reason == "discard" or not parts.renew(
                        self._job_id, name, self.id, said.told, said.best if better else None
                    ):
                        parts.come_back(self._job_id, name, self.id)
                        return
                    if shutdown.has_begun():
                        parts.leave(self._job_id, name, self.id)
                        return
                    stopping = stopping or left.is_up or reason is not None
                    better = False
                if stopping:
                    process.stop(GRACE)
            self._attend(name, [m["progress"] for m in messages if "progress" in m])
        patiently(lambda: self._hand_in(name, said, process, stopping))

    def _hand_in(self, name: str, said: Said, process: SearchProcess, stopping: bool) -> None:
        hand_in: dict[str, Any]
        if said.outcome is not None:
            hand_in = {"state": "stopped" if said.outcome.get("stopped") else "done"}
            hand_in["outcome"] = said.outcome
        elif stopping or (said.error and said.error["kind"] == "stopped"):
            hand_in = {"state": "stopped", "outcome": said.best}
        elif said.error and said.error["kind"] != "internal":
            hand_in = {"state": "failed", "error": message_in(said.error, "message")}
        elif not said.error and process.was_left_alone():
            parts.leave(self._job_id, name, self.id)
            return
        elif not said.error and process.was_killed():
            parts.begin_again(self._job_id, name, self.id, process.how_it_ended())
            return
        else:
            reason = message_in(said.error, "message") if said.error else process.how_it_ended()
            parts.give_up(self._job_id, name, self.id, reason, best=said.best)
            return
        parts.finish(self._job_id, name, self.id, **hand_in)

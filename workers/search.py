"""The tasks that search: `search` sees a job through, `help_search` takes parts off its hands.

A search is a few parts that any worker can run (`algorithm.search.parts`, `dashboard.jobs.parts`).
The job's own task lays them out, asks for help with those that could run beside its own, and alone
publishes how all of it goes. One slot of one worker is enough: help that comes late finds nothing
to do.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from typing import Any

from celery import Celery
from celery.exceptions import Ignore
from flask import current_app

from algorithm import Failed, Overall, Progress, Stopped, check, load_sample, parts_of, result_of
from algorithm.messages import Message, message_in, money, seconds
from dashboard.celery_config import HELP, LAST, SEARCH
from dashboard.db.extensions import db
from dashboard.db.models import Job, Outcome
from dashboard.jobs import lifecycle, parts
from dashboard.jobs.lifecycle import Reason
from dashboard.jobs.parts import Standing, Told
from dashboard.times import ASK, GRACE, HAND_IN, LOOK
from workers import shutdown
from workers.celery import app
from workers.live_task import LiveTask, flask_app
from workers.part_executor import Every, Holder
from workers.patience import Absence, patiently
from workers.reporter import Reporter
from workers.search_process import WireMessage

MOST_HELP = 16  # messages of one job that ask for help

logger = logging.getLogger(__name__)


class SearchFailed(Failed):
    """The search ended without a plan; the message is for the people who watch it."""


@app.task(bind=True, base=LiveTask, name=SEARCH)
def search(self: LiveTask, job_id: str) -> None:
    """Run the search of job `job_id`. Its result goes to the store, not to Celery."""
    Search(self, db.session.get_one(Job, job_id)).run()


@app.task(name=HELP, ignore_result=True)
def help_search(job_id: str) -> None:
    """Run parts of job `job_id` for as long as there is one to run."""
    with flask_app().app_context():
        holder = Holder(job_id)
        # A job that has lost its own task needs a slot for that first: maybe it's this one.
        while not patiently(lambda: lifecycle.is_waiting(job_id)) and holder.run_next():
            pass


class Search:
    """A job's search as its own task sees it: the parts, who is at them, what all say together."""

    def __init__(self, task: LiveTask, job: Job) -> None:
        job_id, self._attempt = job.id, task.request.attempt
        self._task, self._job_id = task, job_id
        self._requirement, self._disabled, self._options = check(
            load_sample(job.sample) if job.sample else job.requirement or {},
            job.disabled_devices,
            job.options,
        )
        self._parts = parts_of(self._requirement, self._options)
        self._reporter = Reporter(lambda meta: task.update_state(job_id, "PROGRESS", meta))
        self._overall = Overall(self._parts, self._reporter.note)
        self._holder = Holder(job_id, self._attend, self._attempt)
        self._heard: dict[str, Told] = {}
        self._tries: dict[str, int] = {}
        self._asked: set[str] = set()
        self._ask = Every(ASK)
        self._absence = Absence()

    def run(self) -> None:
        """See the job to its end, whichever it is, or hand it on if this worker is to end.

        Raises SearchFailed if there is no plan.
        """
        patiently(lambda: parts.lay_out(self._job_id, self._parts))
        reason_to_end = self._holder.reason_to_end
        while not (reason := patiently(reason_to_end)) and not patiently(self._is_settled):
            if shutdown.has_begun():
                patiently(lambda: lifecycle.hand_on(self._job_id, self._attempt))
                raise Ignore("Another worker goes on with the job.")
            if not self._holder.run_next():
                time.sleep(LOOK)
                self._attend()
        if reason == "discard":
            self._task.end(self._job_id, "REVOKED", "cancelled", lifecycle.CANCELLED)
            return
        if reason:
            self._wait_for_others()
        self._end(reason)

    def _is_settled(self) -> bool:
        """Whether nobody runs a part, and there is none left that anybody could run."""
        standings = parts.standings(self._job_id)
        self._hear(standings)
        return not parts.ready(standings) and all(part.state != "running" for part in standings)

    def _attend(self, name: str = "", told: Sequence[WireMessage] = ()) -> None:
        """Pass on what the part `name`, our own, has told, and look after the others."""
        for progress in told:
            self._overall.take(name, _progress(progress))
        if self._ask.due():
            with self._absence.ridden_out():
                standings = parts.standings(self._job_id)
                self._hear(standings)
                self._ask_for_help(parts.ready(standings))
        self._reporter.flush()

    def _hear(self, standings: Sequence[Standing]) -> None:
        """Pass on what others have told of their parts. Raises SearchFailed if a part failed."""
        for part in standings:
            if part.state == "failed":
                raise SearchFailed(_why_failed(part, of=len(standings)))
            if part.holder != self._holder.id:
                known = self._heard.get(part.name, [])
                for progress in part.told:
                    if progress not in known:
                        self._overall.take(part.name, _progress(progress))
                self._heard[part.name] = part.told
            if part.state == "done":
                self._overall.done(part.name)
            if part.state == "running":
                self._asked.discard(part.name)
            if part.error and part.tries > self._tries.get(part.name, part.tries):
                self._overall.begins_again(part.name, part.reason)
            self._tries[part.name] = part.tries

    def _ask_for_help(self, ready: Sequence[str]) -> None:
        """Ask for somebody to run each of these parts, once until somebody does."""
        sender: Celery = current_app.extensions["celery"]
        for name in ready:
            if name in self._asked or len(self._asked) >= MOST_HELP:
                continue
            try:
                sender.send_task(
                    HELP,
                    args=[self._job_id],
                    priority=LAST,  # whoever waits for a search of their own comes first
                    ignore_result=True,
                    retry=False,
                )
            # Whatever the broker's library raises: it's asked again, or done without help.
            except Exception as error:
                logger.warning("Nobody could be asked to help job %s: %s", self._job_id, error)
                return
            self._asked.add(name)

    def _wait_for_others(self) -> None:
        """Give others the time to stop and hand in; what they left in the store counts, too."""
        until = time.monotonic() + GRACE + HAND_IN
        while time.monotonic() < until:
            if all(part.state != "running" for part in patiently(self._standings)):
                return
            time.sleep(LOOK)

    def _end(self, reason: Reason | None) -> None:
        """End the job with what came of its parts."""
        whole = all(part.state == "done" for part in patiently(self._standings))
        try:
            result = self._result(stopped=not whole)
        except Stopped:
            self._end_without_plan(reason)
            return
        cost = money(result["plans"][0]["cost_per_year"], self._requirement.currency)
        if whole:
            status = Message("Finished: %(cost)s a year.", cost=cost)
        elif reason == "keep":
            status = Message("Stopped, and the best plan so far kept: %(cost)s a year.", cost=cost)
        else:
            status = Message(
                "The time of %(limit)s was up; the best plan so far: %(cost)s a year.",
                limit=self._time_limit,
                cost=cost,
            )
        self._overall.finish(Message("The result is complete"))
        self._reporter.flush(last=True)
        outcome: Outcome = "finished" if whole else "stopped"
        self._task.end(self._job_id, "SUCCESS", outcome, status, result)

    def _end_without_plan(self, reason: Reason | None) -> None:
        if reason != "keep":
            raise SearchFailed(
                Message("No plan was found within %(limit)s.", limit=self._time_limit)
            )
        status = Message("Cancelled before a first plan was found.")
        self._task.end(self._job_id, "REVOKED", "cancelled", status)

    def _standings(self) -> list[Standing]:
        return parts.standings(self._job_id)

    @property
    def _time_limit(self) -> str:
        return seconds(self._options.time_limit_s or 0.0)

    def _result(self, *, stopped: bool) -> dict[str, Any]:
        return result_of(
            self._requirement,
            self._disabled,
            self._options,
            patiently(lambda: parts.outcomes(self._job_id)),
            stopped=stopped,
        )


def _why_failed(part: Standing, of: int) -> str:
    """What a part failed of, and which one it was if there are several."""
    if of == 1:
        return part.reason
    return Message("%(error)s (Part of the search: %(part)s.)", error=part.reason, part=part.name)


def _progress(told: WireMessage) -> Progress:
    fields = {name: value for name, value in told.items() if name not in ("outcome", "status_i18n")}
    return Progress(**{**fields, "status": message_in(told, "status")})

"""The Celery tasks: `search` runs a job, `help_search` runs some of its parts on another slot.

A search consists of parts that any worker can run (`algorithm.search.parts`,
`dashboard.jobs.parts`). The job's own task creates them, queues help for those that can run in
parallel, and alone publishes the progress of all. One slot is enough: a helping task that starts
late finds nothing to do.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence

from celery import Celery
from celery.exceptions import Ignore
from flask import current_app

from algorithm import Failed, Overall, Progress, Stopped, load_sample, parts_of, result_of
from algorithm.messages import Message, money, seconds
from algorithm.requirement.checked import read_checked
from algorithm.search.progress import ProgressRecord
from algorithm.search.result import Result
from dashboard.celery_config import HELP, LAST, SEARCH
from dashboard.db.extensions import db
from dashboard.db.models import Job, JobOutcome
from dashboard.jobs import lifecycle, parts
from dashboard.jobs.lifecycle import StopReason
from dashboard.jobs.parts import PartStatus, ProgressLog
from dashboard.times import CLAIM_S, HAND_IN_S, POLL_S, STOP_GRACE_S
from workers import shutdown
from workers.celery import app
from workers.database_retry import DatabaseOutage, retry_database
from workers.live_task import LiveTask, flask_app
from workers.part_executor import Interval, PartExecutor
from workers.reporter import Reporter

MAX_HELPERS = 16  # helping tasks of one job that may be queued

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
        executor = PartExecutor(job_id)
        # If the job is waiting again, its own task needs a slot first, maybe this one.
        while not retry_database(lambda: lifecycle.is_waiting(job_id)) and executor.run_next():
            pass


class Search:
    """A job's search in its own task: its parts, their holders, and their combined progress."""

    def __init__(self, task: LiveTask, job: Job) -> None:
        job_id, self._attempt = job.id, task.request.attempt
        self._task, self._job_id = task, job_id
        self._requirement, self._disabled, self._options = read_checked(
            load_sample(job.sample) if job.sample else job.requirement or {},
            job.disabled_devices,
            job.options,
        )
        self._parts = parts_of(self._requirement, self._options)
        self._reporter = Reporter(lambda meta: task.update_state(job_id, "PROGRESS", meta))
        self._overall = Overall(self._parts, self._reporter.note)
        self._executor = PartExecutor(job_id, self._publish_progress, self._attempt)
        self._logs: dict[str, ProgressLog] = {}
        self._tries: dict[str, int] = {}
        self._help_queued: set[str] = set()
        self._check = Interval(CLAIM_S)
        self._outage = DatabaseOutage()

    def run(self) -> None:
        """Run the job to its end, or requeue it if this worker shuts down.

        Raises SearchFailed if there is no plan.
        """
        retry_database(lambda: parts.create_parts(self._job_id, self._parts))
        stop_reason = self._executor.stop_reason
        while not (reason := retry_database(stop_reason)) and not retry_database(self._is_settled):
            if shutdown.has_begun():
                retry_database(lambda: lifecycle.requeue(self._job_id, self._attempt))
                raise Ignore("Another worker goes on with the job.")
            if not self._executor.run_next():
                time.sleep(POLL_S)
                self._publish_progress()
        if reason is StopReason.DISCARD:
            self._task.end(self._job_id, "REVOKED", "cancelled", lifecycle.CANCELLED)
            return
        if reason:
            self._wait_for_others()
        self._end(reason)

    def _is_settled(self) -> bool:
        """Whether no part is running, and none is ready to run."""
        statuses = parts.statuses(self._job_id)
        self._follow(statuses)
        return not parts.ready(statuses) and all(part.state != "running" for part in statuses)

    def _publish_progress(self, name: str = "", reported: Sequence[ProgressRecord] = ()) -> None:
        """Publish what our own part `name` has `reported`, and the progress of the others."""
        for progress in reported:
            self._overall.take(name, Progress.of(progress))
        if self._check.due():
            with self._outage.tolerated():
                statuses = parts.statuses(self._job_id)
                self._follow(statuses)
                self._ask_for_help(parts.ready(statuses))
        self._reporter.flush()

    def _follow(self, statuses: Sequence[PartStatus]) -> None:
        """Publish the progress of other holders' parts. Raises SearchFailed if a part failed."""
        for part in statuses:
            if part.state == "failed":
                raise SearchFailed(_why_failed(part, of=len(statuses)))
            if part.holder != self._executor.id:
                known = self._logs.get(part.name, [])
                for progress in part.progress_log:
                    if progress not in known:
                        self._overall.take(part.name, Progress.of(progress))
                self._logs[part.name] = part.progress_log
            if part.state == "done":
                self._overall.done(part.name)
            if part.state == "running":
                self._help_queued.discard(part.name)
            if part.error and part.tries > self._tries.get(part.name, part.tries):
                self._overall.begins_again(part.name, part.reason)
            self._tries[part.name] = part.tries

    def _ask_for_help(self, ready: Sequence[str]) -> None:
        """Queue a helping task for each of these parts, unless one is queued for it already."""
        sender: Celery = current_app.extensions["celery"]
        for name in ready:
            if name in self._help_queued or len(self._help_queued) >= MAX_HELPERS:
                continue
            try:
                sender.send_task(
                    HELP,
                    args=[self._job_id],
                    priority=LAST,  # jobs that wait come first
                    ignore_result=True,
                    retry=False,
                )
            # The broker's library may raise anything; it's retried, or done without help.
            except Exception as error:
                logger.warning("Nobody could be asked to help job %s: %s", self._job_id, error)
                return
            self._help_queued.add(name)

    def _wait_for_others(self) -> None:
        """Give other executors time to stop and store their outcomes."""
        until = time.monotonic() + STOP_GRACE_S + HAND_IN_S
        while time.monotonic() < until:
            if all(part.state != "running" for part in retry_database(self._statuses)):
                return
            time.sleep(POLL_S)

    def _end(self, reason: StopReason | None) -> None:
        """End the job with the outcomes of its parts."""
        whole = all(part.state == "done" for part in retry_database(self._statuses))
        try:
            result = self._result(stopped=not whole)
        except Stopped:
            self._end_without_plan(reason)
            return
        cost = money(result["plans"][0]["cost_per_year"], self._requirement.currency)
        if whole:
            status = Message("Finished: %(cost)s a year.", cost=cost)
        elif reason is StopReason.KEEP:
            status = Message("Stopped, and the best plan so far kept: %(cost)s a year.", cost=cost)
        else:
            status = Message(
                "The time limit of %(limit)s was reached; best plan so far: %(cost)s a year.",
                limit=self._time_limit,
                cost=cost,
            )
        self._overall.finish(Message("The result is complete"))
        self._reporter.flush(last=True)
        outcome: JobOutcome = "finished" if whole else "stopped"
        self._task.end(self._job_id, "SUCCESS", outcome, status, result)

    def _end_without_plan(self, reason: StopReason | None) -> None:
        if reason is not StopReason.KEEP:
            raise SearchFailed(
                Message("No plan was found within %(limit)s.", limit=self._time_limit)
            )
        status = Message("Cancelled before a first plan was found.")
        self._task.end(self._job_id, "REVOKED", "cancelled", status)

    def _statuses(self) -> list[PartStatus]:
        return parts.statuses(self._job_id)

    @property
    def _time_limit(self) -> str:
        return seconds(self._options.time_limit_s or 0.0)

    def _result(self, *, stopped: bool) -> Result:
        return result_of(
            self._requirement,
            self._disabled,
            self._options,
            retry_database(lambda: parts.outcomes(self._job_id)),
            stopped=stopped,
        )


def _why_failed(part: PartStatus, of: int) -> str:
    """Why a part failed, and which one it was if there are several."""
    if of == 1:
        return part.reason
    return Message("%(error)s (Part of the search: %(part)s.)", error=part.reason, part=part.name)

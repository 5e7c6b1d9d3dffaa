"""The task that supervises one search: starts its process, passes on what it says, cancels it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from celery.exceptions import Ignore

from dashboard import jobs
from dashboard.broker import SEARCH
from dashboard.models import Job
from workers import app
from workers.live_task import LiveTask
from workers.reporter import Reporter
from workers.search_process import Message, SearchProcess

LOOK = 0.1  # s: how often the search is looked at
ASK = 0.5  # s: how often the store is asked whether somebody cancelled
GRACE = 2.0  # s: how long a search may take to stop when it's asked to


class SearchFailed(Exception):
    """The search ended without a plan; the message is for the people who watch it."""


@dataclass
class Said:
    """What the search process has said so far."""

    best: dict[str, Any] | None = None  # a whole result, with the best plan yet
    result: dict[str, Any] | None = None
    error: str | None = None
    _fresh: list[dict[str, Any]] = field(default_factory=list)

    def take(self, message: Message) -> None:
        if "progress" in message:
            progress = message["progress"]
            self.best = progress.pop("result") or self.best
            self._fresh.append(progress)
        elif "result" in message:
            self.result = message["result"]
        else:
            self.error = message["error"]["message"]

    def fresh(self) -> list[dict[str, Any]]:
        """The progress that came since the last call."""
        fresh, self._fresh = self._fresh, []
        return fresh


@app.task(bind=True, base=LiveTask, name=SEARCH)
def search(self: LiveTask, job_id: str) -> None:
    """Run the search of job `job_id`. Its result goes to the store, not to Celery."""
    job = jobs.begin(job_id)
    if job is None:
        raise Ignore("The job has ended, or another task has it.")
    said = _supervise(self, job)
    wish = jobs.cancel_wish(job_id)
    if wish == "discard":
        self.end(job_id, "REVOKED", "cancelled", "Cancelled.")
    elif said.result and not said.result["stopped"]:
        self.end(job_id, "SUCCESS", "finished", f"Finished: {_cost(said.result)}.", said.result)
    elif wish == "keep" and (best := said.result or said.best):
        status = f"Stopped, and the best plan so far kept: {_cost(best)}."
        self.end(job_id, "SUCCESS", "stopped", status, best)
    elif wish == "keep":
        self.end(job_id, "REVOKED", "cancelled", "Cancelled before a first plan was found.")
    else:
        raise SearchFailed(said.error)


def _supervise(task: LiveTask, job: Job) -> Said:
    """Run the job's search to its end, or until somebody cancels it."""
    job_id, attempt = job.id, job.attempt
    reporter = Reporter(lambda meta: task.update_state(job_id, "PROGRESS", meta, attempt=attempt))
    said = Said()
    ask_at = 0.0
    with SearchProcess(_order(job)) as process:
        while not process.ended:
            for message in process.receive(wait=LOOK):
                said.take(message)
            for progress in said.fresh():
                reporter.note(progress)
            reporter.flush()
            if time.monotonic() >= ask_at:
                ask_at = time.monotonic() + ASK
                wish = jobs.cancel_wish(job_id)
                if wish == "discard":
                    return said
                if wish == "keep":
                    process.stop(GRACE)
        if said.result is None and said.error is None:
            said.error = process.how_it_ended()
    reporter.flush(last=True)
    return said


def _order(job: Job) -> Message:
    return {
        "requirement": job.sample or job.requirement,
        "disabled_devices": job.disabled_devices,
        "options": job.options,
    }


def _cost(result: dict[str, Any]) -> str:
    return f"{result['plans'][0]['cost_per_year']:,.0f} EUR a year"

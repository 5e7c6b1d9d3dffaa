"""A Celery task whose every state reaches the result backend, the journal and the browsers.

Tasks that people watch derive from `LiveTask`. It begins its job, unless another task has it, and
holds the job's lease while it runs. Its `update_state` also appends to the journal and emits.
However such a task ends (it returns, raises, is revoked), `end` stores the job's end first, then
journals and emits it. A task that is lost with its process stores no end: its lease expires, and
the job's next attempt begins.
"""

from __future__ import annotations

import contextlib
import logging
import time
from functools import cache
from typing import Any, cast

from celery import Task, signals
from celery.exceptions import Ignore
from flask import Flask
from redis import RedisError

from algorithm.messages import Message
from algorithm.search.failure import error_message
from algorithm.search.result import Result
from dashboard.core import create_publisher
from dashboard.db.extensions import db
from dashboard.db.models import Job, JobOutcome, State
from dashboard.jobs import lifecycle
from dashboard.journal.envelope import Event, JobState, Meta
from dashboard.journal.journal import Ended, Fenced
from dashboard.journal.publish import milliseconds, publish, publish_stored
from dashboard.transport.database import AWAY
from workers import shutdown
from workers.database_retry import retry_database
from workers.lease import Lease

logger = logging.getLogger(__name__)


@cache
def flask_app() -> Flask:
    """The application in whose context tasks run; one per process, made after the pool forked."""
    return create_publisher()


class LiveTask(Task):
    """Base class of tasks that are watched live. The task's id is its job's id.

    While it runs, `request.attempt` is the attempt at the job, a fencing token: once a later
    attempt has begun, the journal and the database reject what an older one writes.
    """

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with flask_app().app_context():
            try:
                job = self._begin()
                with Lease(flask_app(), job.id, job.attempt):
                    return self._run_job(*args, **kwargs)
            except AWAY:
                # This worker shuts down and can't store that: the job's lease expires.
                raise Ignore("The database is away.") from None

    def _begin(self) -> Job:
        if shutdown.has_begun():
            retry_database(lambda: lifecycle.release(self.request.id))
            raise Ignore("This worker ends; another one takes the job.")
        job = retry_database(lambda: lifecycle.begin(self.request.id))
        if job is None:
            raise Ignore("The job has ended, or another task has it.")
        self.request.attempt = job.attempt
        self.request.started_at = milliseconds(job.started_at)
        return job

    def _run_job(self, *args: Any, **kwargs: Any) -> Any:
        try:
            # Not Celery's own `__call__`: it pushes a new request, without our attempt.
            return self.run(*args, **kwargs)
        except (Ended, Fenced):
            raise self._gone(self.request.id) from None
        except (Ignore, *AWAY):
            raise
        except Exception as error:
            # Before Celery stores the failure.
            self.end(self.request.id, "FAILURE", "failed", error_message(error))
            raise

    def update_state(self, task_id: str | None, state: JobState, meta: Meta, **kwargs: Any) -> None:
        """Journal and emit, then call Celery's `update_state`.

        Raises redis.RedisError if it could not be journaled; journal.Ended or journal.Fenced if
        the job has ended or a later attempt has it.
        """
        job = task_id or self.request.id
        # First, because it raises if this attempt isn't the newest.
        known = {"attempt": self.request.attempt, "started_at": self.request.started_at}
        publish(job, cast(Event, {"state": state, **known, **meta}))
        super().update_state(job, state, meta, **kwargs)

    def end(
        self,
        job: str,
        state: State,
        outcome: JobOutcome,
        status: str,
        result: Result | None = None,
    ) -> None:
        """Store, journal and emit how the job ended; waits while Redis is away.

        Raises Ignore if the job has ended already or a later attempt has it.
        """
        attempt = self.request.get("attempt")  # None where no task runs: any attempt.
        try:
            if retry_database(
                lambda: lifecycle.end(job, state, outcome, status, result, attempt=attempt)
            ):
                return
            raise self._gone(job)
        except RedisError as error:
            logger.warning("Job %s ended (%s); Redis is away: %s", job, state, error)
        # The end is stored. Web processes publish it too once Redis is back.
        while True:
            time.sleep(1.0)
            try:
                retry_database(lambda: publish_stored(db.session.get_one(Job, job)))
                return
            except RedisError:
                continue

    def _gone(self, job: str) -> Ignore:
        """The exception for an attempt that lost its job; as it's alive, that doesn't count."""
        attempt = self.request.get("attempt")
        if attempt is not None:
            retry_database(lambda: lifecycle.undo_loss(job, attempt))
        return Ignore("The job has ended, or a later attempt has it.")


@signals.worker_process_init.connect
def _forget_parent_application(**_: Any) -> None:
    """A forked process must not share its parent's database connections, nor close them."""
    if flask_app.cache_info().currsize:
        with flask_app().app_context():
            db.engine.dispose(close=False)
    flask_app.cache_clear()


@signals.task_revoked.connect
def _end_revoked(sender: Task, request: Any, **_: Any) -> None:
    """A task was revoked through Celery itself, not through the dashboard."""
    if isinstance(sender, LiveTask):
        with flask_app().app_context(), contextlib.suppress(Ignore):
            sender.end(
                request.id,
                "REVOKED",
                "cancelled",
                Message("Revoked by the operator of the worker."),
            )

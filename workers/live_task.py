"""A Celery task whose every state reaches the result backend, the journal and the browsers.

Tasks that people watch derive from `LiveTask`. Its `update_state` is Celery's own, and also
journals and emits. However such a task ends (it returns, raises, loses its process, is revoked),
its job's end is stored first, then journaled, then emitted: `end` is the one way there.
"""

from __future__ import annotations

import logging
import time
from functools import cache
from typing import Any

from celery import Task, signals
from celery.exceptions import Ignore
from flask import Flask
from redis import RedisError

from dashboard import create_app, jobs
from dashboard.events import publish, publish_stored
from dashboard.extensions import db
from dashboard.journal import Ended, Fenced
from dashboard.models import Job, Outcome, State

logger = logging.getLogger(__name__)


@cache
def flask_app() -> Flask:
    """The application in whose context tasks run; one per process, made after a pool forked."""
    return create_app(emits_only=True)


class LiveTask(Task):
    """Base class of tasks that are watched live. The task's id is its job's id."""

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with flask_app().app_context():
            try:
                return super().__call__(*args, **kwargs)
            except (Ended, Fenced) as gone:
                raise Ignore("The job has ended, or a later attempt has it.") from gone
            except Ignore:
                raise
            except Exception as error:
                # Before Celery stores it, which fails while Redis is away.
                self.end(self.request.id, "FAILURE", "failed", _reason(error))
                raise

    def update_state(
        self,
        task_id: str | None = None,
        state: str | None = None,
        meta: dict[str, Any] | None = None,
        *,
        attempt: int = 1,
        **kwargs: Any,
    ) -> None:
        """Celery's `update_state`, then journal and emit.

        Raises redis.RedisError if it could not be journaled; journal.Ended or journal.Fenced if
        this attempt has nothing more to say.
        """
        job = task_id or self.request.id
        try:
            super().update_state(job, state, meta, **kwargs)
        except Exception as error:
            # Celery's own store may be any of several; viewers rely on the journal, not on it.
            logger.warning("Celery's state of job %s was not stored: %s", job, error)
        publish(job, {"state": state, "attempt": attempt, **(meta or {})})

    def end(
        self,
        job: str,
        state: State,
        outcome: Outcome,
        status: str,
        result: dict[str, Any] | None = None,
    ) -> None:
        """Store, journal and emit how the job ended, and wait for Redis if it's away.

        Only the first end of a job counts; any other is ignored.
        """
        try:
            jobs.end(job, state, outcome, status, result)
            return
        except RedisError as error:
            logger.warning("Job %s ended (%s); Redis is away: %s", job, state, error)
        # Stored it is. A web process would tell its viewers too, once Redis is back.
        while True:
            time.sleep(1.0)
            try:
                publish_stored(db.session.get_one(Job, job))
                return
            except RedisError:
                continue


@signals.worker_process_init.connect
def _forget_parent_application(**_: Any) -> None:
    """A forked process must not share its parent's database connections."""
    flask_app.cache_clear()


@signals.task_failure.connect
def _end_failed(sender: Task, task_id: str, exception: BaseException, **_: Any) -> None:
    """A task's process was lost: there was nobody left in it to say so."""
    if isinstance(sender, LiveTask):
        with flask_app().app_context():
            sender.end(task_id, "FAILURE", "failed", _reason(exception))


@signals.task_revoked.connect
def _end_revoked(sender: Task, request: Any, **_: Any) -> None:
    """A task was revoked through Celery itself, not through the dashboard."""
    if isinstance(sender, LiveTask):
        with flask_app().app_context():
            sender.end(request.id, "REVOKED", "cancelled", "Revoked by the operator of the worker.")


def _reason(exception: BaseException) -> str:
    return str(exception) or type(exception).__name__

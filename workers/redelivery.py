"""What an idle worker can tell: a job that waits although it's free has lost its message.

A message gets lost with a Redis that loses its data, or with a worker that took it and died before
it began the job. While all workers are busy nobody can tell, and nothing is lost by waiting. Nor
can anybody while messages are queued: a free worker takes them, and each of them may be the job's.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from celery import bootsteps
from celery.worker import WorkController, state
from flask import current_app

from dashboard.celery_config import Sender
from dashboard.db.models import WAITING
from dashboard.jobs import lifecycle
from dashboard.jobs.liveness import HeartbeatMonitor
from workers import shutdown
from workers.live_task import flask_app

POLL_S = 1.0  # s

FIRST_WAIT_S = 4.0
"""Seconds that a free worker waits for a job's message, twice as long after each sent again."""

MAX_WAIT_S = 64.0

logger = logging.getLogger(__name__)


class RedeliveryLoop(bootsteps.StartStopStep):
    """Sends the messages of waiting jobs again while this worker has nothing to do."""

    requires = ("celery.worker.components:Timer", "celery.worker.components:Pool")

    def __init__(self, worker: WorkController, **_: Any) -> None:
        super().__init__(worker)
        self._redelivery = Redelivery()

    def start(self, worker: WorkController) -> None:
        worker.timer.call_repeatedly(POLL_S, self._look, args=(worker,))

    def _look(self, worker: WorkController) -> None:
        free = len(state.reserved_requests) < worker.concurrency and not shutdown.has_begun()
        if not free:
            self._redelivery = Redelivery()
            return
        with flask_app().app_context():
            try:
                self._redelivery.look()
            # Whatever the database or the broker raises: the next look tries again.
            except Exception as error:
                logger.warning("Waiting jobs can't be looked after: %s", error)


class Redelivery:
    """What a worker knows of who waits while it's free. `clock`: as HeartbeatMonitor has it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._monitor: HeartbeatMonitor[str] = HeartbeatMonitor(clock)

    def look(self) -> None:
        """Send the messages again that are overdue. Raises what `lifecycle.send` does."""
        waiting = lifecycle.heartbeats(WAITING)
        overdue = [
            job_id
            for job_id, silent in self._monitor.silent_s(waiting).items()
            if silent >= _wait_s(*waiting[job_id])
        ]
        celery: Sender = current_app.extensions["celery"]
        if not overdue or celery.queued():
            return
        for job_id in overdue:
            if lifecycle.resend(job_id, *waiting[job_id]):
                logger.warning("Job %s waits, and its message doesn't come: sent again.", job_id)


def _wait_s(_attempt: int, heartbeat: int) -> float:
    # The first message counts once, each that was sent again twice: see `lifecycle.resend`.
    again = max(0, heartbeat - 1) // 2
    return min(FIRST_WAIT_S * 2.0**again, MAX_WAIT_S)

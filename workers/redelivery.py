"""Redelivery: an idle worker sends the messages of waiting jobs again if they were lost.

A message is lost when Redis loses its data, or when a worker takes it and dies before it begins the
job. Only an idle worker with an empty queue can tell: while workers are busy or messages are
queued, the job's own message may still be on its way.
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

POLL_S = 1.0

FIRST_WAIT_S = 4.0
"""Seconds that an idle worker waits for a job's message; doubled after each redelivery."""

MAX_WAIT_S = 64.0

logger = logging.getLogger(__name__)


class RedeliveryLoop(bootsteps.StartStopStep):
    """Sends lost messages of waiting jobs again while this worker has a free slot."""

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
            # The database or the broker may raise anything; the next check tries again.
            except Exception as error:
                logger.warning("Waiting jobs can't be looked after: %s", error)


class Redelivery:
    """How long jobs have waited while this worker was idle. `clock`: as for HeartbeatMonitor."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._monitor: HeartbeatMonitor[str] = HeartbeatMonitor(clock)

    def look(self) -> None:
        """Send overdue messages again. Raises what `lifecycle.send` does."""
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
    # The first message adds 1 to the heartbeat, each redelivery 2: see `lifecycle.resend`.
    again = max(0, heartbeat - 1) // 2
    return min(FIRST_WAIT_S * 2.0**again, MAX_WAIT_S)

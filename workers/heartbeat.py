"""A worker's heartbeat, by which the dashboard shows it and its load (`dashboard.sockets.fleet`).

Nothing else depends on it: while Redis is away, the worker is not shown.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from celery import bootsteps
from celery.worker import WorkController, state
from redis import RedisError

from dashboard.journal.publish import journal
from dashboard.sockets import fleet
from workers.live_task import flask_app

HEARTBEAT_S = 1.0

logger = logging.getLogger(__name__)


class Heartbeat(bootsteps.StartStopStep):
    """Registers the worker every HEARTBEAT_S while it runs, and removes it when it ends."""

    requires = ("celery.worker.components:Timer", "celery.worker.components:Pool")

    def start(self, worker: WorkController) -> None:
        def register() -> None:
            busy = min(len(state.active_requests), worker.concurrency)
            current = fleet.Worker(worker.hostname, worker.concurrency, busy)
            _in_redis(lambda registry: registry.register(current))

        register()
        worker.timer.call_repeatedly(HEARTBEAT_S, register)

    def stop(self, worker: WorkController) -> None:
        _in_redis(lambda registry: registry.remove(worker.hostname))

    def terminate(self, worker: WorkController) -> Any:
        self.stop(worker)


def _in_redis(act: Callable[[fleet.WorkerRegistry], None]) -> None:
    with flask_app().app_context():
        try:
            act(fleet.WorkerRegistry(journal().redis))
        except RedisError as error:
            logger.info("This worker isn't counted for now: %s", error)

"""A worker tells that it's there, and how busy, for people to see at a glance
(`dashboard.sockets.fleet`).

Nothing depends on it: while Redis is away, the worker is merely not counted.
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

BEAT_S = 1.0  # s

logger = logging.getLogger(__name__)


class Heartbeat(bootsteps.StartStopStep):
    """Tells while the worker runs, and takes it out when it ends."""

    requires = ("celery.worker.components:Timer", "celery.worker.components:Pool")

    def start(self, worker: WorkController) -> None:
        def tell() -> None:
            busy = min(len(state.active_requests), worker.concurrency)
            told = fleet.Worker(worker.hostname, worker.concurrency, busy)
            _in_redis(lambda registry: registry.tell(told))

        tell()
        worker.timer.call_repeatedly(BEAT_S, tell)

    def stop(self, worker: WorkController) -> None:
        _in_redis(lambda registry: registry.leave(worker.hostname))

    def terminate(self, worker: WorkController) -> Any:
        self.stop(worker)


def _in_redis(act: Callable[[fleet.WorkerRegistry], None]) -> None:
    with flask_app().app_context():
        try:
            act(fleet.WorkerRegistry(journal().redis))
        except RedisError as error:
            logger.info("This worker isn't counted for now: %s", error)

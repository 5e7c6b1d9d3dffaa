"""The lease on a running job, which the job's own task renews every second.

When a lease expires, the job is requeued for another worker (`dashboard.jobs.lifecycle`).
`live_task` holds one while a task runs.
"""

from __future__ import annotations

import logging
import threading
import time

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from dashboard.jobs import lifecycle
from dashboard.times import LEASE_S, RENEW_S
from workers.database_retry import log_outage

logger = logging.getLogger(__name__)


class Lease:
    """Renews the lease of one attempt at a job; a context manager.

    It runs in its own thread, a green one under eventlet and gevent: the task itself may wait for
    Redis, or build a result, for longer than a lease lasts.
    """

    def __init__(self, app: Flask, job_id: str, attempt: int) -> None:
        self._app = app
        self._job_id = job_id
        self._attempt = attempt
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._keep, name=f"lease of {job_id}", daemon=True)

    def __enter__(self) -> Lease:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _keep(self) -> None:
        """Renew until the task ends or has lost the job, which it notices by itself."""
        is_away, renewed = False, time.monotonic()
        with self._app.app_context():
            while not self._over.wait(RENEW_S):
                # After a longer stall another attempt may have run the job meanwhile.
                passed = min(time.monotonic() - renewed, LEASE_S)
                try:
                    if not lifecycle.renew(self._job_id, self._attempt, passed):
                        return
                    is_away = False
                except SQLAlchemyError as error:
                    log_outage(error, logged=is_away)
                    is_away = True
                # Time that couldn't be stored doesn't count towards the time limit.
                renewed = time.monotonic()

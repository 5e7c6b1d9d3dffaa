"""The lease on a running job, as its own task holds it: by saying every second that it's there.

A lease that isn't renewed runs out, and the job is handed to another worker
(`dashboard.jobs.lifecycle`). `live_task` holds one for as long as a watched task runs.
"""

from __future__ import annotations

import logging
import threading
import time

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from dashboard.jobs import lifecycle
from dashboard.times import LEASE_S, RENEW_S
from workers.database_retry import away

logger = logging.getLogger(__name__)


class Lease:
    """Renews the lease of one attempt at a job; a context manager.

    In a thread of its own, which is a green one under eventlet and gevent: the task itself waits
    for a Redis that is away, or makes a year's result, for longer than a lease lasts.
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
        """Renew until the task is over, or has lost the job; the task finds that out by itself."""
        is_away, renewed = False, time.monotonic()
        with self._app.app_context():
            while not self._over.wait(RENEW_S):
                # Of a longer stall it's not known who was at the job.
                passed = min(time.monotonic() - renewed, LEASE_S)
                try:
                    if not lifecycle.renew(self._job_id, self._attempt, passed):
                        return
                    is_away = False
                except SQLAlchemyError as error:
                    away(error, told=is_away)
                    is_away = True
                # Where it couldn't be stored, it doesn't count for the time limit either.
                renewed = time.monotonic()

"""Preemption: a search is requeued if somebody without a running search has waited long.

The queue is fair in handing out free slots; but long searches may hold all of them. Then the search
that was begun last, of the person who has most running, is requeued: its finished parts count, and
it resumes when it comes up in the queue. Every web process checks; of several, one succeeds.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from flask import current_app
from sqlalchemy import Row

from dashboard.db.extensions import db
from dashboard.db.models import ENDED, WAITING, Job
from dashboard.jobs import lifecycle
from dashboard.jobs.liveness import HeartbeatMonitor

WAIT_S = 60.0
"""Seconds that somebody waits before a preemption, and between two preemptions."""

PREEMPT_S = 5.0
"""Seconds between two checks for people who wait."""


class Preemption:
    """How long people have waited, as one process has seen. `clock`: as for HeartbeatMonitor."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._waiting: HeartbeatMonitor[int] = HeartbeatMonitor(clock)

    def look(self) -> None:
        """Preempt one search if somebody has waited long."""
        running, waiting = _by_owner()
        waited = self._waiting.silent_s(dict.fromkeys(waiting - running.keys()))
        if max(waited.values(), default=0.0) < WAIT_S:
            return
        most = max(running.values(), key=len, default=[])
        if len(most) > 1:
            last = max(most, key=lambda job: job.begun[-1])
            if lifecycle.preempt(last.id, last.attempt):
                current_app.logger.info("Job %s made room for who waits.", last.id)
            self._waiting = HeartbeatMonitor(self._clock)


_UNENDED = db.select(Job.id, Job.state, Job.owner_id, Job.attempt, Job.begun).where(
    Job.state.not_in(ENDED)
)


def _by_owner() -> tuple[dict[int, list[Row[Any]]], set[int]]:
    """The jobs that each person has running, and who has some waiting."""
    running: defaultdict[int, list[Row[Any]]] = defaultdict(list)
    waiting: set[int] = set()
    for job in db.session.execute(_UNENDED):
        if job.state in WAITING:
            waiting.add(job.owner_id)
        else:
            running[job.owner_id].append(job)
    return running, waiting

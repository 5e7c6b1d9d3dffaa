"""Room for who has waited long with no search running, made by who has several.

The queue's order lets people take turns at slots that get free; where long searches hold all of
them, none does. So the search that was begun last, of the person who has most running, is handed on
as by a worker that has to end: what is done of it counts, and it goes on when it's its turn again.
Every web process listens; of several that would do it, one succeeds.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable

from flask import current_app

from dashboard.db.extensions import db
from dashboard.db.models import ENDED, WAITING, Job
from dashboard.jobs import lifecycle
from dashboard.jobs.liveness import HeartbeatMonitor

WAIT_S = 60.0
"""Seconds that somebody waits before room is made for them, and between two such times."""

PREEMPT_S = 2.0
"""Seconds between two checks for people who wait."""


class Preemption:
    """What one process knows of who waits for how long. `clock`: as HeartbeatMonitor has it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._waiting: HeartbeatMonitor[int] = HeartbeatMonitor(clock)

    def look(self) -> None:
        """Make room for one search if somebody has waited long for it."""
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


def _by_owner() -> tuple[dict[int, list[Job]], set[int]]:
    """The jobs that each person has running, and who has some waiting."""
    running: defaultdict[int, list[Job]] = defaultdict(list)
    waiting: set[int] = set()
    for job in db.session.scalars(db.select(Job).where(Job.state.not_in(ENDED))):
        if job.state in WAITING:
            waiting.add(job.owner_id)
        else:
            running[job.owner_id].append(job)
    return running, waiting

"""Takes jobs and their parts from workers that fell silent: killed, frozen, or cut off.

Every web process listens (`server.serve` starts it); of several that notice the same, one succeeds,
since each change names how often the silent one was heard.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from sqlalchemy.exc import SQLAlchemyError

from dashboard.jobs import lifecycle, parts
from dashboard.jobs.liveness import Silence, Who
from dashboard.times import LEASE


class Rescue:
    """What one process knows of who was heard. `clock`: as Silence has it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._jobs: Silence[str] = Silence(clock)
        self._parts: Silence[tuple[str, str]] = Silence(clock)

    def look(self) -> None:
        """Take from the silent what they hold, and send to the workers what was handed on.

        Raises what SQLAlchemy does while the database is away, and then listens anew.
        """
        try:
            self._take_from_the_silent()
        except SQLAlchemyError:
            self._forget()
            raise
        lifecycle.send_handed_on()

    def _take_from_the_silent(self) -> None:
        running_jobs, running_parts = lifecycle.heard({"STARTED"}), parts.running()
        silent_jobs = _lost(self._jobs.of(running_jobs))
        silent_parts = _lost(self._parts.of(running_parts))
        if (silent_jobs or silent_parts) and not lifecycle.takes_writes():
            self._forget()
            return
        for job_id in silent_jobs:
            lifecycle.lose(job_id, *running_jobs[job_id])
        for part in silent_parts:
            holder, heard = running_parts[part]
            parts.begin_again(*part, holder, parts.LOST, heard)

    def _forget(self) -> None:
        self._jobs.forget()
        self._parts.forget()


def _lost(silent: Mapping[Who, float]) -> list[Who]:
    return [who for who, seconds in silent.items() if seconds >= LEASE]

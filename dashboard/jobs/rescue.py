"""Expires the leases of workers whose heartbeat stopped: killed, frozen, or disconnected.

Every web process checks (`server.serve`); of several that notice the same, one succeeds, because
each update has the last heartbeat as a condition.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from sqlalchemy.exc import SQLAlchemyError

from dashboard.jobs import lifecycle, parts
from dashboard.jobs.liveness import HeartbeatMonitor, K
from dashboard.times import LEASE_S


class Rescue:
    """The heartbeats that one process has seen. `clock`: as for HeartbeatMonitor."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._jobs: HeartbeatMonitor[str] = HeartbeatMonitor(clock)
        self._parts: HeartbeatMonitor[tuple[str, str]] = HeartbeatMonitor(clock)

    def look(self) -> None:
        """Expire leases without a heartbeat, and send requeued jobs to the workers.

        Raises SQLAlchemy's errors while the database is away, and then resets the monitors.
        """
        try:
            if not lifecycle.any_begun():
                self._reset()
                return
            self._expire_leases()
        except SQLAlchemyError:
            self._reset()
            raise
        lifecycle.send_requeued()

    def _expire_leases(self) -> None:
        running_jobs, running_parts = lifecycle.heartbeats({"STARTED"}), parts.running()
        silent_jobs = _lost(self._jobs.silent_s(running_jobs))
        silent_parts = _lost(self._parts.silent_s(running_parts))
        if (silent_jobs or silent_parts) and not lifecycle.takes_writes():
            self._reset()
            return
        for job_id in silent_jobs:
            lifecycle.expire(job_id, *running_jobs[job_id])
        for part in silent_parts:
            holder, heartbeat = running_parts[part]
            parts.retry_part(*part, holder, parts.LOST, heartbeat)

    def _reset(self) -> None:
        self._jobs.reset()
        self._parts.reset()


def _lost(silent: Mapping[K, float]) -> list[K]:
    return [who for who, seconds in silent.items() if seconds >= LEASE_S]

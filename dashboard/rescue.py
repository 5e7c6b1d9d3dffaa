"""Takes jobs and their parts from workers that fell silent: killed, frozen, or cut off.

Every web process listens (`relay.serve` starts it); of several that notice the same, one succeeds,
since each change names how often the silent one was heard.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from flask import Flask, current_app
from flask_socketio import SocketIO

from dashboard import jobs, parts
from dashboard.silence import Silence

LEASE = 8.0
"""Seconds of silence after which a job's own task, or a part's holder, counts as lost."""

LOOK = 1.0  # s


class Rescue:
    """What one process knows of who was heard. `clock`: as Silence has it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._jobs: Silence[str] = Silence(clock)
        self._parts: Silence[tuple[str, str]] = Silence(clock)

    def look(self) -> None:
        """Take from the silent what they hold, and send to the workers what was handed on."""
        running_jobs = jobs.heard({"STARTED"})
        for job_id, silent in self._jobs.of(running_jobs).items():
            if silent >= LEASE:
                jobs.lose(job_id, *running_jobs[job_id])
        running_parts = parts.running()
        for part, silent in self._parts.of(running_parts).items():
            if silent >= LEASE:
                holder, heard = running_parts[part]
                parts.begin_again(*part, holder, parts.LOST, heard)
        jobs.send_handed_on()


def keep_looking(app: Flask, socketio: SocketIO) -> None:
    """Look again and again, whatever goes wrong."""
    rescue = Rescue()
    while True:
        socketio.sleep(LOOK)
        with app.app_context():
            try:
                rescue.look()
            except Exception:
                current_app.logger.exception("The rescue of lost jobs failed")

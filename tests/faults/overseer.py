"""Looks at an installation four times a second, for what must not be seen at any moment.

A job that has ended stays as it ended. And no part has two solvers: each solver that runs is that
of a part which the store says its supervisor holds.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from typing import Any

import psutil

from dashboard.db.extensions import db
from dashboard.db.models import ENDED, Job, Part
from dashboard.transport import database
from tests.faults.installation import Installation, supervisor_of
from tests.faults.witness import Ledger

LOOK = 0.25  # s
NEWEST = 20  # jobs: those of a scenario
NOTICES_WITHIN = 20.0
"""Seconds in which whoever supervises a solver that isn't wanted any more must have ended it.

It asks the store every half a second, and a machine may be busy.
"""


class Overseer:
    """Enters in the ledger what it sees; a context manager."""

    def __init__(self, installation: Installation, ledger: Ledger) -> None:
        self._installation = installation
        self._ledger = ledger
        self._ends: dict[str, Any] = {}
        self._unwanted: dict[int, float] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, name="overseer", daemon=True)

    def __enter__(self) -> Overseer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        with self._installation.app.app_context():
            while not self._over.wait(LOOK):
                try:
                    self._look_at_ends()
                    self._look_at_solvers()
                except database.AWAY:
                    pass  # So it is struck itself.
                except Exception as error:
                    self._ledger.break_promise(f"The overseer can't see: {error!r}.")
                db.session.rollback()

    def _look_at_ends(self) -> None:
        columns = (Job.id, Job.state, Job.status, Job.outcome, Job.ended_at)
        ended = db.select(*columns).where(Job.state.in_(ENDED)).order_by(Job.created_at.desc())
        for job, *end in db.session.execute(ended.limit(NEWEST)):
            if self._ends.setdefault(job, end) != end:
                self._ledger.break_promise(f"Job {job} ended twice: {self._ends[job]}, then {end}.")

    def _look_at_solvers(self) -> None:
        running = Counter(map(_supervisor_of, self._installation.solvers()))
        holders = db.session.scalars(db.select(Part.holder).where(Part.state == "running"))
        held = Counter(int(holder.split(":")[1]) for holder in holders if holder)
        unwanted = running - held
        unwanted.pop(None, None)
        now = time.monotonic()
        self._unwanted = {pid: self._unwanted.get(pid, now) for pid in unwanted if pid is not None}
        for pid, since in self._unwanted.items():
            if now - since > NOTICES_WITHIN:
                self._ledger.break_promise(
                    f"Process {pid} has a solver of a part that isn't its own any more."
                )


def _supervisor_of(solver: psutil.Process) -> int | None:
    """None for a solver that is frozen, or has just ended."""
    try:
        stopped = solver.status() in (psutil.STATUS_STOPPED, psutil.STATUS_ZOMBIE)
        return None if stopped else supervisor_of(solver)
    except psutil.NoSuchProcess:
        return None

"""Searches that no worker has: whoever made one tells how it goes, as fast as they like."""

from __future__ import annotations

import time
import uuid
from typing import Any

from dashboard.db.extensions import db
from dashboard.db.models import Job, User, now
from dashboard.jobs import lifecycle
from dashboard.journal.publish import publish
from tests.stack import Stack

RENEWED = 0.5
"""After so many seconds it is said that somebody has the search still, or another worker would."""


class FakeJob:
    """A running search of olga's, begun as soon as it is there, so that no worker takes it."""

    def __init__(self, stack: Stack, title: str) -> None:
        self.id = str(uuid.uuid4())
        self._stack = stack
        stack.token("olga")
        with stack.app.app_context():
            owner = db.session.scalars(db.select(User).filter_by(name="olga")).one()
            job = Job(id=self.id, owner_id=owner.id, title=title, sample="tiny")
            job.disabled_devices, job.options, job.created_at = [], {}, now()
            db.session.add(job)
            db.session.commit()
            begun = lifecycle.begin(self.id)
            assert begun is not None
            self._attempt = begun.attempt
            self._renewed = time.monotonic()

    def tell(self, **event: Any) -> None:
        """Publish progress, as a worker would."""
        told = {"state": "PROGRESS", "attempt": self._attempt, "total": 100, "status": "Searching."}
        self.renew()
        with self._stack.app.app_context():
            publish(self.id, {**told, **event})

    def renew(self) -> None:
        """Say that somebody has it still, now and then; `tell` does so as well."""
        if time.monotonic() < self._renewed + RENEWED:
            return
        self._renewed = time.monotonic()
        with self._stack.app.app_context():
            lifecycle.renew(self.id, self._attempt, 0.0)

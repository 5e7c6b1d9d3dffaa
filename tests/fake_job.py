"""Running jobs without a worker: a test publishes their progress itself, at any rate."""

from __future__ import annotations

import time
import uuid
from typing import Any

from dashboard.db.extensions import db
from dashboard.db.models import Job, User, now
from dashboard.jobs import lifecycle
from dashboard.journal.publish import publish
from tests.stack import Stack

RENEW_S = 0.5
"""Seconds between renewals of the lease, so that the job isn't rescued."""


class FakeJob:
    """A running search of the user olga, begun at once, so that no worker takes it."""

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
        progress = {
            "state": "PROGRESS",
            "attempt": self._attempt,
            "total": 100,
            "status": "Searching.",
        }
        self.renew()
        with self._stack.app.app_context():
            publish(self.id, {**progress, **event})

    def renew(self) -> None:
        """Renew the lease if it's time; `tell` does so too."""
        if time.monotonic() < self._renewed + RENEW_S:
            return
        self._renewed = time.monotonic()
        with self._stack.app.app_context():
            lifecycle.renew(self.id, self._attempt, 0.0)

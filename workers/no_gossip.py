"""Celery's workers needn't talk to each other: the database says who has which job.

Gossip, the mingling at a start, and a heartbeat for monitors would take five more connections of a
worker, and a second of each start. Who is there is told by `heartbeat`.
"""

from __future__ import annotations

from typing import Any

from celery import bootsteps
from celery.worker import WorkController


class Quiet(bootsteps.Step):
    """As if Celery had been started with the three options."""

    def __init__(self, worker: WorkController, **options: Any) -> None:
        for talk in ("gossip", "mingle", "heartbeat"):
            worker.options[f"without_{talk}"] = True
        super().__init__(worker, **options)

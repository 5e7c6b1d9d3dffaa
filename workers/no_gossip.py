"""Turns off what Celery's workers say to each other: the database says who has which job.

Gossip, mingle and Celery's own heartbeat would take five more connections for each worker, and a
second of each start. `heartbeat` shows which workers there are.
"""

from __future__ import annotations

from typing import Any

from celery import bootsteps
from celery.worker import WorkController


class NoGossip(bootsteps.Step):
    """Like `--without-gossip --without-mingle --without-heartbeat`."""

    def __init__(self, worker: WorkController, **options: Any) -> None:
        for feature in ("gossip", "mingle", "heartbeat"):
            worker.options[f"without_{feature}"] = True
        super().__init__(worker, **options)

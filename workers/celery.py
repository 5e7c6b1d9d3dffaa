"""The worker's Celery application, which `celery -A workers` finds by this module's name."""

from __future__ import annotations

import logging
import sys
from typing import Any

from celery import signals

from dashboard.celery_config import Application, celery_settings
from dashboard.config import ConfigurationError, Settings
from dashboard.log_filter import PLAIN


def _settings() -> dict[str, Any]:
    try:
        return celery_settings(Settings.from_environment()) | {
            "worker_consumer": "workers.consumer:Consumer"
        }
    except ConfigurationError as error:
        print(error, file=sys.stderr)
        sys.exit(2)


app = Application("workers", include=["workers.search"])
app.steps["worker"].update(
    ("workers.redelivery:RedeliveryLoop", "workers.heartbeat:Heartbeat", "workers.no_gossip:Quiet")
)
app.steps["consumer"].add("workers.wake:Wake")
# Read when they are first needed: to import a module of this package needs no Redis.
app.add_defaults(_settings)


@signals.worker_init.connect
def _outlive_lost_connections(**_: Any) -> None:
    """Under eventlet, a Redis that is killed must not end the worker.

    Eventlet's `select` then leaves a listener of the lost connection behind, and its hub would take
    the next one for a second reader of the same file, which ends Celery's consumer.
    """
    if "eventlet" in sys.modules:
        from eventlet import debug, patcher

        if patcher.is_monkey_patched("socket"):
            debug.hub_prevent_multiple_readers(False)


@signals.after_setup_logger.connect
@signals.after_setup_task_logger.connect
def _speak_plainly(logger: logging.Logger, **_: Any) -> None:
    for handler in logger.handlers:
        handler.addFilter(PLAIN)

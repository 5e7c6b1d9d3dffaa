"""The worker's Celery application, which `celery -A workers` finds by this module's name."""

from __future__ import annotations

import logging
import sys
from typing import Any

from celery import signals

from dashboard.celery_config import Application, celery_settings
from dashboard.config import ConfigurationError, Settings
from dashboard.log_filter import REDIS_ERROR_FILTER


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
    (
        "workers.redelivery:RedeliveryLoop",
        "workers.heartbeat:Heartbeat",
        "workers.no_gossip:NoGossip",
    )
)
app.steps["consumer"].add("workers.wake:Wake")
# Lazily: importing a module of this package needs no Redis.
app.add_defaults(_settings)


@signals.worker_init.connect
def _survive_lost_connections(**_: Any) -> None:
    """Under eventlet, a lost Redis connection must not end the worker.

    Eventlet's `select` leaves a listener on the lost socket. Its hub would take the next connection
    with the same file descriptor for a second reader, and raise, which ends Celery's consumer.
    """
    if "eventlet" in sys.modules:
        from eventlet import debug, patcher

        if patcher.is_monkey_patched("socket"):
            debug.hub_prevent_multiple_readers(False)


@signals.after_setup_logger.connect
@signals.after_setup_task_logger.connect
def _filter_redis_errors(logger: logging.Logger, **_: Any) -> None:
    for handler in logger.handlers:
        handler.addFilter(REDIS_ERROR_FILTER)

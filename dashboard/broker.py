"""Celery's settings: the same for the web, which sends tasks by name, and for the worker."""

from __future__ import annotations

import os
from typing import Any

from celery import Celery

from dashboard.config import Settings

SEARCH = "workers.search"
HELP = "workers.help"


def celery_settings(settings: Settings) -> dict[str, Any]:
    settings.require_redis()
    return {
        "broker_url": settings.broker_url,
        "result_backend": settings.result_backend,
        "task_serializer": "json",
        "result_serializer": "json",
        "accept_content": ["json"],
        "task_track_started": True,
        "worker_concurrency": settings.worker_concurrency or os.cpu_count(),
        # A search takes minutes: what waits stays on the broker, where a free worker sees it, and
        # isn't taken in advance by a busy one.
        "worker_prefetch_multiplier": 1,
        "worker_disable_prefetch": True,
        "broker_connection_retry_on_startup": True,
        "broker_connection_timeout": 2.0,
        "result_expires": 24 * 3600,
        # A frozen Redis must not hold up a search that reports its progress.
        "redis_socket_timeout": 2.0,
        "redis_socket_connect_timeout": 1.0,
        "result_backend_transport_options": {"retry_policy": {"max_retries": 1}},
        "redis_backend_health_check_interval": 30,
        "timezone": "UTC",
    }


def sending_celery(settings: Settings) -> Celery:
    """The web's side: it knows the task's name, not its code."""
    celery = Celery("dashboard", set_as_current=False)
    celery.conf.update(celery_settings(settings))
    # Only for sending: a worker's connection waits on the broker for minutes, and should.
    celery.conf.broker_transport_options = {
        "socket_timeout": 1.0,
        "socket_connect_timeout": 1.0,
        "max_retries": 1,
        "interval_start": 0,
    }
    return celery

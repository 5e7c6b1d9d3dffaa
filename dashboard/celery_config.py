"""Celery's settings: the same for the web, which sends tasks by name, and for the worker."""

from __future__ import annotations

import contextlib
import logging
import os
import threading
from collections.abc import Callable, Iterator
from typing import Any

from celery import Celery
from celery.backends.redis import RedisBackend, SentinelBackend

from dashboard.config import Settings
from dashboard.transport import amqp
from dashboard.transport.amqp import is_amqp
from dashboard.transport.redis_address import (
    POOL_TIMEOUT_S,
    SCHEMES,
    CeleryAddress,
    Pool,
    RedisAddress,
)

SEARCH = "workers.search"
HELP = "workers.help"

LAST = 9
"""The lowest priority; 0 comes first. A search's is its rank (`dashboard.jobs.lifecycle`)."""

SEND_TIMEOUT_S = 1.0  # short: a person waits for the answer to a submit

logger = logging.getLogger(__name__)


def celery_settings(settings: Settings) -> dict[str, Any]:
    """Celery's settings for both sides. Raises ConfigurationError without a Redis."""
    settings.require_redis()
    broker, store = _address(settings.broker_url), _address(settings.result_backend)
    return {
        "broker_url": broker.url,
        # Celery prefers its environment variables to `broker_url`, but not to these two.
        "broker_read_url": broker.url,
        "broker_write_url": broker.url,
        "broker_use_ssl": broker.ssl,
        "broker_transport_options": {
            **broker.transport_options,
            # kombu's default for Redis is four; RabbitMQ uses `task_queue_max_priority`.
            "priority_steps": list(range(LAST + 1)),
        },
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,  # a worker must never give up
        "broker_channel_error_retry": True,  # such as those of a Redis that is full
        "broker_connection_timeout": 2.0,
        "broker_heartbeat": 10,  # s; AMQP only
        **_serializers(settings.serializer),
        "task_track_started": True,
        "worker_concurrency": settings.worker_concurrency or os.cpu_count(),
        **(_AMQP if is_amqp(broker.url) else _REDIS),
        "result_backend": store.url,
        "result_backend_transport_options": {
            **store.transport_options,
            "retry_policy": {"max_retries": 1},
        },
        "result_expires": 24 * 3600,
        # Short timeouts: a result store that is frozen or away must not delay a search.
        "redis_backend_use_ssl": store.ssl,
        "redis_socket_timeout": 2.0,
        "redis_socket_connect_timeout": 1.0,
        "redis_max_connections": settings.redis_connections,
        "redis_backend_health_check_interval": 30,
        "mongodb_backend_settings": {
            "serverSelectionTimeoutMS": 1000,
            "connectTimeoutMS": 1000,
            "socketTimeoutMS": 2000,
        },
        "timezone": "UTC",
    }


# A search takes minutes: messages stay on the broker for the next free worker, and aren't
# prefetched by a busy one.
_REDIS = {
    "worker_prefetch_multiplier": 1,
    "worker_disable_prefetch": True,
    "worker_enable_prefetch_count_reduction": False,
}

# RabbitMQ limits unacknowledged messages, so each is acknowledged when its task is done. A message
# that is redelivered after a worker was lost starts nothing: its job isn't waiting then.
_AMQP = {
    "broker_transport": f"{amqp.__name__}:{amqp.WorkerTransport.__name__}",  # Celery prints it.
    "worker_prefetch_multiplier": 1,
    "task_acks_late": True,
    "task_queue_max_priority": LAST,
    # Otherwise a green thread that ends a task after a reconnect would read the same socket as the
    # consumer.
    "worker_enable_prefetch_count_reduction": False,
}


def _address(url: str | None) -> CeleryAddress:
    url = url or ""
    is_redis = url.partition("://")[0] in SCHEMES
    return RedisAddress.parse(url).for_celery() if is_redis else CeleryAddress(url)


def _serializers(serializer: str) -> dict[str, Any]:
    """JSON is always accepted, so that queued messages survive a change of the setting."""
    if serializer == "pickle":
        logger.warning(
            "CELERY_SERIALIZER is pickle: whoever can write to the broker can run any code here."
        )
    return {
        "task_serializer": serializer,
        "result_serializer": serializer,
        "accept_content": sorted({"json", serializer}),
    }


class Application(Celery):
    """A Celery application whose result store is the configured one, and may be away.

    Celery itself would prefer CELERY_RESULT_BACKEND from the environment. And while the store is
    away, it would begin no task, nor free the slot of one that ends.
    """

    def _get_backend(self) -> Any:
        self.backend_cls = self.conf["result_backend"]
        backend = super()._get_backend()
        if isinstance(backend, RedisBackend) and not isinstance(backend, SentinelBackend):
            # redis-py's own pool raises when no connection is free; this one waits.
            backend._ConnectionPool = Pool
        backend.store_result = _or_logged(backend.store_result)
        return backend


def _or_logged(store_result: Callable[..., Any]) -> Callable[..., Any]:
    """`store_result` that only logs errors: nothing relies on Celery's own states."""

    def store(task_id: str, result: Any, state: str, *args: Any, **options: Any) -> Any:
        try:
            return store_result(task_id, result, state, *args, **options)
        except Exception as error:  # The store may be any of several.
            logger.warning("Celery's state %s of task %s was not stored: %s", state, task_id, error)
            return result

    return store


class Sender(Application):
    """Sends tasks by name, with short timeouts; a worker's connections have long ones.

    Each task gets a new connection: a kept one may be lost without notice.
    """

    # No replies are read here; rpc:// would create a queue for them.
    thread_oid = None

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # One at a time: each takes two connections, and the broker may allow few.
        self._sending = threading.Lock()

    def send_task(self, name: str, *args: Any, priority: int = 0, **options: Any) -> Any:
        """As Celery's; the lowest `priority` comes first, with each kind of broker."""
        if self.conf.task_queue_max_priority is not None:
            # RabbitMQ's highest comes first.
            priority = LAST - priority
        with self._connected() as connection:
            return super().send_task(
                name, *args, priority=priority, connection=connection, **options
            )

    def queued(self) -> int:
        """How many messages wait for a worker. Raises whatever the broker's library does."""
        queue = self.amqp.queues[self.conf.task_default_queue]
        with self._connected() as connection:
            _, messages, _ = queue(connection.default_channel).queue_declare()
        return int(messages)

    @contextlib.contextmanager
    def _connected(self) -> Iterator[Any]:
        if not self._sending.acquire(timeout=POOL_TIMEOUT_S):
            raise TimeoutError("others of this process take too long to reach the broker")
        try:
            connection = self.connection_for_write()
            try:
                yield connection
            except Exception:
                # A clean close would wait for a broker that doesn't answer.
                connection.collect()
                raise
            connection.release()
        finally:
            self._sending.release()


def sending_celery(settings: Settings) -> Sender:
    """The Celery application of web processes, which know a task's name, not its code."""
    celery = Sender("dashboard", set_as_current=False)
    celery.conf.update(celery_settings(settings))
    # Web processes read no results.
    celery.conf.result_backend = "disabled"
    celery.conf.broker_connection_timeout = SEND_TIMEOUT_S
    celery.conf.broker_transport_options = {
        **celery.conf.broker_transport_options,
        "socket_timeout": SEND_TIMEOUT_S,
        "socket_connect_timeout": SEND_TIMEOUT_S,
        "max_retries": 1,
        "interval_start": 0,
    }
    if is_amqp(settings.broker_url):
        celery.conf.broker_transport = amqp.TimeoutTransport
        # Otherwise a send to a frozen broker would seem to succeed.
        celery.conf.broker_transport_options["confirm_publish"] = True
    return celery

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
from dashboard.transport.redis_address import SCHEMES, TURN, CeleryAddress, Pool, RedisAddress

SEARCH = "workers.search"
HELP = "workers.help"

LAST = 9
"""The priority of what may wait; 0 comes first. A search has its rank's
(`dashboard.jobs.lifecycle`)."""

GIVE_UP = 1.0  # s: whoever submits has an answer soon

logger = logging.getLogger(__name__)


def celery_settings(settings: Settings) -> dict[str, Any]:
    """What both sides say to Celery. Raises ConfigurationError without a Redis."""
    settings.require_redis()
    broker, store = _address(settings.broker_url), _address(settings.result_backend)
    return {
        "broker_url": broker.url,
        # These two are what Celery uses; before `broker_url` it takes the environment's.
        "broker_read_url": broker.url,
        "broker_write_url": broker.url,
        "broker_use_ssl": broker.ssl,
        "broker_transport_options": {
            **broker.transport_options,
            # Redis knows four by itself; RabbitMQ is told by `task_queue_max_priority`.
            "priority_steps": list(range(LAST + 1)),
        },
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,  # whatever comes back comes back to a worker
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
        # A result store that is frozen or away must not hold up a search that reports its progress.
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


# A search takes minutes: what waits stays on the broker, where a free worker sees it, and isn't
# taken in advance by a busy one.
_REDIS = {
    "worker_prefetch_multiplier": 1,
    "worker_disable_prefetch": True,
    "worker_enable_prefetch_count_reduction": False,
}

# RabbitMQ gives out as many messages as aren't acknowledged, so they are when their task is over.
# Those that it gives out again when a worker is lost begin nothing: the job isn't waiting then.
_AMQP = {
    "broker_transport": f"{amqp.__name__}:{amqp.WorkerTransport.__name__}",  # Celery prints it.
    "worker_prefetch_multiplier": 1,
    "task_acks_late": True,
    "task_queue_max_priority": LAST,
    # Or else a green thread that ends a task after a reconnect would read beside the worker's own.
    "worker_enable_prefetch_count_reduction": False,
}


def _address(url: str | None) -> CeleryAddress:
    url = url or ""
    is_redis = url.partition("://")[0] in SCHEMES
    return RedisAddress.parse(url).for_celery() if is_redis else CeleryAddress(url)


def _serializers(serializer: str) -> dict[str, Any]:
    """JSON is always understood, so that what waits outlives a change of the setting."""
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
    """A Celery whose result store is that of its settings, and may be away.

    Celery itself would take CELERY_RESULT_BACKEND before it, as it stands in the environment. And
    it would begin no task while the store is away, nor free the slot of one that ends.
    """

    def _get_backend(self) -> Any:
        self.backend_cls = self.conf["result_backend"]
        backend = super()._get_backend()
        if isinstance(backend, RedisBackend) and not isinstance(backend, SentinelBackend):
            # Its own would refuse whoever finds no connection free, instead of having them wait.
            backend._ConnectionPool = Pool
        backend.store_result = _or_logged(backend.store_result)
        return backend


def _or_logged(store_result: Callable[..., Any]) -> Callable[..., Any]:
    """Viewers and the API rely on the database and the journal, not on Celery's own states."""

    def store(task_id: str, result: Any, state: str, *args: Any, **options: Any) -> Any:
        try:
            return store_result(task_id, result, state, *args, **options)
        except Exception as error:  # The store may be any of several.
            logger.warning("Celery's state %s of task %s was not stored: %s", state, task_id, error)
            return result

    return store


class Sender(Application):
    """Sends tasks by name and gives up soon: a worker's connections wait for minutes, and should.

    Each task goes over a connection of its own: one that is kept may be lost without a sign.
    """

    # Nobody here reads replies, which rpc:// would keep in a queue of their own.
    thread_oid = None

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # One at a time: each takes two connections of a broker that may have few.
        self._turn = threading.Lock()

    def send_task(self, name: str, *args: Any, priority: int = 0, **options: Any) -> Any:
        """As Celery's; of all that waits the lowest `priority` comes first, over each broker."""
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
        if not self._turn.acquire(timeout=TURN):
            raise TimeoutError("others of this process take too long to reach the broker")
        try:
            connection = self.connection_for_write()
            try:
                yield connection
            except Exception:
                # A polite close would wait for somebody who doesn't answer.
                connection.collect()
                raise
            connection.release()
        finally:
            self._turn.release()


def sending_celery(settings: Settings) -> Sender:
    """The web's side: it knows the task's name, not its code."""
    celery = Sender("dashboard", set_as_current=False)
    celery.conf.update(celery_settings(settings))
    # The web doesn't read results, so that it needn't watch for them.
    celery.conf.result_backend = "disabled"
    celery.conf.broker_connection_timeout = GIVE_UP
    celery.conf.broker_transport_options = {
        **celery.conf.broker_transport_options,
        "socket_timeout": GIVE_UP,
        "socket_connect_timeout": GIVE_UP,
        "max_retries": 1,
        "interval_start": 0,
    }
    if is_amqp(settings.broker_url):
        celery.conf.broker_transport = amqp.ImpatientTransport
        # Or else a frozen broker would seem to have taken what lies before it.
        celery.conf.broker_transport_options["confirm_publish"] = True
    return celery

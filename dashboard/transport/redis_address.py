"""The address of a Redis or Valkey: one URL in a setting, parsed the same way for all clients.

`config` checks it. The journal and the message queue connect through `client()`; Celery, whose URLs
have another syntax, gets `for_celery()`. All have connection limits: small plans of platforms allow
20 connections in all.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from kombu.utils.url import as_url
from redis import ConnectionError, Redis, RedisError, TimeoutError
from redis.backoff import NoBackoff
from redis.connection import ConnectionPool, parse_url
from redis.retry import Retry
from redis.sentinel import Sentinel, SentinelConnectionPool, SentinelManagedConnection
from socketio.redis_manager import parse_redis_sentinel_url

SENTINEL = "redis+sentinel"
SYNONYMS = {"valkey": "redis", "valkeys": "rediss", "valkey+sentinel": SENTINEL}
SCHEMES = ("redis", "rediss", "unix", SENTINEL, *SYNONYMS)

SENTINEL_OPTIONS = {
    "socket_timeout": 1.0,
    "socket_connect_timeout": 1.0,
    "retry": Retry(NoBackoff(), 0),
}
"""Short timeouts: any one sentinel is enough, and the next one is asked soon."""

DEFAULT_CONNECTIONS = 3
"""Connections of a process for its commands, by default."""

POOL_TIMEOUT_S = 1.5
"""Seconds that a command waits for a connection of the pool; after that Redis counts as away.

With the second that a command may take, a submit takes less than three."""

IDLE_TIMEOUT_S = 30.0
"""Seconds after which an idle connection is closed."""

FILES = ("ssl_ca_certs", "ssl_certfile", "ssl_keyfile")


class AddressError(ValueError):
    """The address is incomplete; the message says how, and doesn't quote a password."""


@dataclass(frozen=True)
class CeleryAddress:
    """An address in Celery's syntax; what its URL can't express goes into other settings."""

    url: str
    ssl: dict[str, Any] | None = None
    transport_options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class RedisAddress:
    """A checked address: redis://, rediss://, unix:// as redis-py reads them, or
    redis+sentinel://[user:password@]host:port[,host:port…]/db/service.

    Attributes:
        options: what redis-py's connections are made with.
        sentinels: hosts and ports to ask for the master of `service`; empty without Sentinel.
    """

    scheme: str
    options: dict[str, Any]
    sentinels: Sequence[tuple[str, int]] = ()
    service: str = ""

    @classmethod
    def parse(cls, url: str) -> RedisAddress:
        """Raises AddressError, or ValueError (which may quote a password) if it isn't a URL."""
        scheme, _, rest = url.partition("://")
        scheme = SYNONYMS.get(scheme, scheme)
        if scheme != SENTINEL:
            return cls(scheme, _with_files(parse_url(f"{scheme}://{rest}")))
        sentinels, service, options = parse_redis_sentinel_url(f"{scheme}://{rest}")
        if not service:
            raise AddressError("must end with /db/service, as in redis+sentinel://host:26379/0/x")
        # The credentials are still percent-encoded.
        options = {k: unquote(v) if isinstance(v, str) else v for k, v in options.items()}
        return cls(scheme, options, sentinels, service)

    def client(self, connections: int = DEFAULT_CONNECTIONS, **options: Any) -> Redis:
        """A client with a pool of at most `connections`.

        It retries once, at once: a connection may have been closed while idle. Not after a timeout,
        because the command may have been executed. `options` are redis-py's; the address overrides
        them.
        """
        options = {
            "retry": _RetryOnce(NoBackoff(), 1),
            "max_connections": connections,
            **options,
            **self.options,
        }
        if not self.sentinels:
            return Redis.from_pool(Pool(**options))
        sentinel = Sentinel(self.sentinels, sentinel_kwargs=SENTINEL_OPTIONS, **options)
        master: Redis = sentinel.master_for(
            self.service,
            redis_class=Redis,
            connection_pool_class=_MasterPool,
            connection_class=_MasterConnection,
        )
        return master

    def for_celery(self) -> CeleryAddress:
        user, password = self.options.get("username", ""), self.options.get("password", "")
        database = str(self.options.get("db", 0))
        if self.sentinels:
            nodes = [
                as_url("sentinel", host, port, user, password, database)
                for host, port in self.sentinels
            ]
            options = {"master_name": self.service, "sentinel_kwargs": SENTINEL_OPTIONS}
            return CeleryAddress(";".join(nodes), transport_options=options)
        if self.scheme == "unix":
            path = self.options["path"].lstrip("/")
            socket = as_url("redis+socket", user=user, password=password, path=path)
            return CeleryAddress(f"{socket}?virtual_host={database}")
        host, port = self.options.get("host", "localhost"), self.options.get("port", 6379)
        ssl = {name: value for name, value in self.options.items() if name.startswith("ssl_")}
        return CeleryAddress(
            as_url(self.scheme, host, port, user, password, database),
            # Explicit, because Celery's result store has no default.
            ssl={"ssl_cert_reqs": "required", **ssl} if self.scheme == "rediss" else None,
        )


def connect(url: str, connections: int = DEFAULT_CONNECTIONS) -> Redis:
    """A client with short timeouts: a frozen Redis must delay neither a search nor a page."""
    return RedisAddress.parse(url).client(
        connections, decode_responses=True, socket_timeout=1.0, socket_connect_timeout=1.0
    )


class Pool(ConnectionPool):
    """A pool of at most `max_connections`; commands wait up to `pool_timeout` s for one.

    Idle connections are closed, which redis-py's BlockingConnectionPool doesn't do. After the
    timeout a command raises redis.ConnectionError.
    """

    def __init__(self, *, pool_timeout: float = POOL_TIMEOUT_S, **options: Any) -> None:
        self._timeout = pool_timeout
        super().__init__(**options)

    def reset(self) -> None:
        super().reset()
        self._free = threading.Semaphore(self.max_connections)

    def get_connection(self, *args: Any, **options: Any) -> Any:
        self._checkpid()
        if not self._free.acquire(timeout=self._timeout):
            raise ConnectionError(
                f"No connection was free: REDIS_MAX_CONNECTIONS is {self.max_connections}."
            )
        # If that raises, redis-py calls `release`.
        return super().get_connection(*args, **options)

    def release(self, connection: Any) -> None:
        now = time.monotonic()
        connection.released_at = now
        super().release(connection)
        self._free.release()
        with self._lock:
            for idle in self._available_connections:
                if now - idle.released_at > IDLE_TIMEOUT_S:
                    idle.disconnect()


class _RetryOnce(Retry):
    """Retries once, but not after a timeout; the connection is closed either way."""

    def call_with_retry(self, do: Any, fail: Any, *args: Any, **options: Any) -> Any:
        def close(error: Exception, *count: int) -> None:
            fail(error, *count)
            if isinstance(error, TimeoutError):
                raise error

        return super().call_with_retry(do, close, *args, **options)


class _MasterConnection(SentinelManagedConnection):
    """Closed when an answer times out: the next command would read it as its own."""

    def read_response(self, *args: Any, **options: Any) -> Any:
        return super().read_response(*args, **{"disconnect_on_error": True, **options})


class _MasterPool(SentinelConnectionPool, Pool):
    """Connections to the current master, which is looked up for each command.

    A former master that was frozen still answers for some seconds before the sentinels demote it.
    An idle connection would go on writing to it, and these writes are lost.
    """

    def get_connection(self, *args: Any, **kwargs: Any) -> Any:
        # Without an answer the last known master is used; if it's wrong, the connection fails.
        with contextlib.suppress(RedisError):
            self.get_master_address()  # type: ignore[no-untyped-call]
        return super().get_connection(*args, **kwargs)


def _with_files(options: dict[str, Any]) -> dict[str, Any]:
    for name in FILES:
        if name in options and not Path(options[name]).is_file():
            raise AddressError(f"has {name}={options[name]}, which is no file")
    return options

"""The address of a Redis or Valkey: one text in a setting, read the same way by all who connect.

`config` checks it. The journal and the message queue connect through `client()`; Celery, which
spells such addresses differently, is told by `for_celery()`. Neither takes more connections than
it was told to, since the small plans of platforms have 20 for everybody.
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
"""Of the sentinels one is enough: the next is asked soon."""

CONNECTIONS = 3
"""How many connections a process takes for its commands, if nothing else is said."""

TURN = 1.5
"""Seconds that a command waits for one of a pool's connections; after that Redis counts as away.

With the second that a command may take, a submit is answered within three."""

IDLE = 30.0
"""Seconds after which a connection that nobody used is closed."""

FILES = ("ssl_ca_certs", "ssl_certfile", "ssl_keyfile")


class AddressError(ValueError):
    """The address lacks something; the message says what, and quotes nothing of a password."""


@dataclass(frozen=True)
class CeleryAddress:
    """An address as Celery spells it; what doesn't fit into its URL goes into other settings."""

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
        """Raises AddressError; and ValueError, whose text may quote a password, if it's no URL."""
        scheme, _, rest = url.partition("://")
        scheme = SYNONYMS.get(scheme, scheme)
        if scheme != SENTINEL:
            return cls(scheme, _with_files(parse_url(f"{scheme}://{rest}")))
        sentinels, service, options = parse_redis_sentinel_url(f"{scheme}://{rest}")
        if not service:
            raise AddressError("must end with /db/service, as in redis+sentinel://host:26379/0/x")
        # The credentials come as they stand in the address.
        options = {k: unquote(v) if isinstance(v, str) else v for k, v in options.items()}
        return cls(scheme, options, sentinels, service)

    def client(self, connections: int = CONNECTIONS, **options: Any) -> Redis:
        """A client of at most so many connections, whose commands wait for their turn.

        It tries once more, at once: a connection may have been closed while idle. Not after a
        timeout, since then a command may have been run. Its `options` are redis-py's; what the
        address says of them comes first.
        """
        options = {
            "retry": _OnceMore(NoBackoff(), 1),
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
            # Said, because Celery's result store has no default of its own.
            ssl={"ssl_cert_reqs": "required", **ssl} if self.scheme == "rediss" else None,
        )


def connect(url: str, connections: int = CONNECTIONS) -> Redis:
    """A client that gives up soon: a frozen Redis must hold up neither a search nor a page."""
    return RedisAddress.parse(url).client(
        connections, decode_responses=True, socket_timeout=1.0, socket_connect_timeout=1.0
    )


class Pool(ConnectionPool):
    """At most `max_connections`, for which commands wait `turn` s; those that idle are closed.

    redis-py has a pool that waits, but none that closes. A command that waits in vain raises
    redis.ConnectionError.
    """

    def __init__(self, *, turn: float = TURN, **options: Any) -> None:
        self._turn = turn
        super().__init__(**options)

    def reset(self) -> None:
        super().reset()
        self._turns = threading.Semaphore(self.max_connections)

    def get_connection(self, *args: Any, **options: Any) -> Any:
        self._checkpid()
        if not self._turns.acquire(timeout=self._turn):
            raise ConnectionError(
                f"No connection was free: REDIS_MAX_CONNECTIONS is {self.max_connections}."
            )
        # Whatever goes wrong there, it's released.
        return super().get_connection(*args, **options)

    def release(self, connection: Any) -> None:
        now = time.monotonic()
        connection.released_at = now
        super().release(connection)
        self._turns.release()
        with self._lock:
            for idle in self._available_connections:
                if now - idle.released_at > IDLE:
                    idle.disconnect()


class _OnceMore(Retry):
    """Tries once more, but not after a timeout; the connection is closed either way."""

    def call_with_retry(self, do: Any, fail: Any, *args: Any, **options: Any) -> Any:
        def close(error: Exception, *count: int) -> None:
            fail(error, *count)
            if isinstance(error, TimeoutError):
                raise error

        return super().call_with_retry(do, close, *args, **options)


class _MasterConnection(SentinelManagedConnection):
    """Is closed where an answer doesn't come, or the next command would read it as its own."""

    def read_response(self, *args: Any, **options: Any) -> Any:
        return super().read_response(*args, **{"disconnect_on_error": True, **options})


class _MasterPool(SentinelConnectionPool, Pool):
    """Connections to whoever is master now, asked each time that one is taken.

    Sentinels let a former master that was frozen answer for some seconds. An idle connection would
    go on talking to it, and what it's told is lost when they demote it.
    """

    def get_connection(self, *args: Any, **kwargs: Any) -> Any:
        # Without an answer the last one counts; whether that is still right, its connection tells.
        with contextlib.suppress(RedisError):
            self.get_master_address()  # type: ignore[no-untyped-call]
        return super().get_connection(*args, **kwargs)


def _with_files(options: dict[str, Any]) -> dict[str, Any]:
    for name in FILES:
        if name in options and not Path(options[name]).is_file():
            raise AddressError(f"has {name}={options[name]}, which is no file")
    return options

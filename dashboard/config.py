"""Settings: read from the environment alone, once, when the application is made.

`Settings.from_environment()` is what the web and the worker both start from. Each setting is
described in the README's table.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast, get_args

from kombu.utils.url import parse_url

from dashboard.private_files import private_folder
from dashboard.transport import amqp, database, redis_address
from dashboard.transport.redis_address import AddressError, RedisAddress

ROOT = Path(__file__).resolve().parent.parent
INSTANCE = ROOT / "instance"

Profile = Literal["development", "testing", "production"]
AsyncMode = Literal["eventlet", "gevent", "threading"]
WorkerPool = Literal["eventlet", "gevent", "threads", "prefork", "solo"]
Serializer = Literal["json", "yaml", "pickle"]

MEGABYTE = 1024 * 1024
SHORTEST_KEY = 32  # characters
DAY = 24 * 3600  # s


class ConfigurationError(Exception):
    """A setting is missing or wrong. The message names it and says what would be right."""


@dataclass(frozen=True)
class Settings:
    """What the environment says, checked.

    Attributes:
        redis_url: None in development while no embedded Valkey runs; `require_redis()` explains.
        message_queue: carries events from workers to web processes; None as above.
        time_limit: default of a search, seconds.
        longest_time_limit: maximum for a search, seconds.
        waiting_per_person: how many searches of one person may wait at a time.
        connections: of one web process at a time; a viewer takes one.
        connections_per_address: of one client address at a time.
        max_body: the largest request body that is kept in memory, bytes: a year of quarter hours
            in 12 columns, with all their digits.
        max_upload: the largest table, bytes; it's buffered on disk.
        journal_ttl: how long a job's events are kept after its newest one, seconds.
        journal_length: how many of a job's newest events are kept.
        heartbeat: how often a running job's position is repeated to its viewers, seconds.
        database_connections: how many connections to the database a process has at most.
        worker_concurrency: searches side by side on one worker; None means one per core.
        redis_connections: how many connections a process takes at most for its commands to Redis:
            those of the journal, and as many for Celery's states.
        trusted_hosts: names that a request's Host header may have; empty for any.
        metrics_token: the Bearer token by which `/metrics` is read; None for admins alone.
    """

    profile: Profile
    secret_key: str
    database_url: str
    redis_url: str | None
    message_queue: str | None
    broker_url: str | None
    result_backend: str | None
    serializer: Serializer
    async_mode: AsyncMode
    worker_pool: WorkerPool
    host: str
    port: int
    worker_concurrency: int | None
    time_limit: int = 4 * 3600
    longest_time_limit: int = DAY
    waiting_per_person: int = 200
    connections: int = 4000
    connections_per_address: int = 2000
    max_body: int = 8 * MEGABYTE
    max_upload: int = 20 * MEGABYTE
    journal_ttl: int = 2 * 24 * 3600
    journal_length: int = 2000
    heartbeat: float = 3.0
    database_connections: int = 5
    redis_connections: int = redis_address.DEFAULT_CONNECTIONS
    trusted_hosts: tuple[str, ...] = ()
    metrics_token: str | None = None

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """Read and check every setting; raises ConfigurationError at the first wrong one."""
        profile = cast(
            Profile, _choice(environ, "FLASK_CONFIG", get_args(Profile), default="development")
        )
        redis_url = _address(
            environ, "REDIS_URL", _embedded_redis_url(profile), redis_address.SCHEMES
        )
        queues = (*redis_address.SCHEMES, *amqp.SCHEMES)
        stores = (*redis_address.SCHEMES, "rpc", "mongodb", "mongodb+srv")
        concurrency = environ.get("WORKER_CONCURRENCY")
        longest = _whole_number(
            "SEARCH_TIME_LIMIT_MOST", environ.get("SEARCH_TIME_LIMIT_MOST") or str(DAY), most=DAY
        )
        usual = environ.get("SEARCH_TIME_LIMIT") or str(min(4 * 3600, longest))
        return cls(
            profile=profile,
            secret_key=_secret_key(environ.get("SECRET_KEY"), profile),
            database_url=_database_url(environ.get("DATABASE_URL")),
            redis_url=redis_url,
            message_queue=_address(environ, "SOCKETIO_MESSAGE_QUEUE", redis_url, queues),
            broker_url=_address(environ, "CELERY_BROKER_URL", redis_url, queues),
            result_backend=_address(environ, "CELERY_RESULT_BACKEND", redis_url, stores),
            serializer=_serializer(environ),
            async_mode=cast(AsyncMode, _green(environ, "SOCKETIO_ASYNC_MODE", get_args(AsyncMode))),
            worker_pool=cast(WorkerPool, _green(environ, "WORKER_POOL", get_args(WorkerPool))),
            # A platform's router connects from outside; in development nobody else should.
            host=environ.get("HOST") or ("0.0.0.0" if profile == "production" else "127.0.0.1"),
            port=_whole_number("PORT", environ.get("PORT") or "5000"),
            journal_length=_whole_number("JOURNAL_LENGTH", environ.get("JOURNAL_LENGTH") or "2000"),
            database_connections=_whole_number(
                "DATABASE_CONNECTIONS", environ.get("DATABASE_CONNECTIONS") or "5"
            ),
            time_limit=_whole_number("SEARCH_TIME_LIMIT", usual, most=longest),
            longest_time_limit=longest,
            waiting_per_person=_whole_number(
                "SEARCHES_WAITING_PER_PERSON", environ.get("SEARCHES_WAITING_PER_PERSON") or "200"
            ),
            connections=_whole_number("WEB_CONNECTIONS", environ.get("WEB_CONNECTIONS") or "4000"),
            connections_per_address=_whole_number(
                "WEB_CONNECTIONS_PER_ADDRESS",
                environ.get("WEB_CONNECTIONS_PER_ADDRESS") or "2000",
            ),
            worker_concurrency=(
                _whole_number("WORKER_CONCURRENCY", concurrency) if concurrency else None
            ),
            redis_connections=_whole_number(
                "REDIS_MAX_CONNECTIONS",
                environ.get("REDIS_MAX_CONNECTIONS") or str(redis_address.DEFAULT_CONNECTIONS),
            ),
            trusted_hosts=_hosts(environ.get("TRUSTED_HOSTS") or ""),
            metrics_token=_metrics_token(environ.get("METRICS_TOKEN")),
        )

    @property
    def proxied(self) -> bool:
        """Whether a proxy is in front, which ends TLS and sends X-Forwarded-*."""
        return self.profile == "production"

    def require_redis(self) -> str:
        """The Redis address, or a ConfigurationError that says how to get one."""
        if self.redis_url is None:
            raise ConfigurationError(
                "REDIS_URL is not set and no embedded Valkey runs in this checkout: "
                "start `make run`, or set REDIS_URL to a Redis or Valkey server."
            )
        return self.redis_url


def _choice(environ: Mapping[str, str], name: str, allowed: tuple[str, ...], default: str) -> str:
    value = environ.get(name) or default
    if value not in allowed:
        raise ConfigurationError(f"{name} is {value!r}; it must be one of {', '.join(allowed)}.")
    return value


def _green(environ: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str:
    """A concurrency mode: eventlet, unless the environment says otherwise."""
    value = _choice(environ, name, allowed, default="eventlet")
    if value in ("eventlet", "gevent"):
        _require(name, value, module=value, package=value)
    return value


def _whole_number(name: str, value: str, most: int = 65535) -> int:
    if not (value.isascii() and value.isdecimal()) or not 1 <= int(value[:9]) <= most:
        raise ConfigurationError(
            f"{name} is {value!r}; it must be a whole number from 1 to {most}."
        )
    return int(value)


def _hosts(text: str) -> tuple[str, ...]:
    """Host names by commas; one with a dot in front stands for all below it, too."""
    hosts = tuple(host.strip() for host in text.split(",") if host.strip())
    for host in hosts:
        if not re.fullmatch(r"\.?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*|\[[0-9a-fA-F:]+\]", host):
            raise ConfigurationError(
                f"TRUSTED_HOSTS has {host!r}; it must be names such as island.example.org, "
                "separated by commas, without scheme and port."
            )
    return hosts


def _metrics_token(token: str | None) -> str | None:
    if token and len(token) < SHORTEST_KEY:
        raise ConfigurationError(
            f"METRICS_TOKEN is too short; it must have {SHORTEST_KEY} characters or more."
        )
    return token or None


def _address(
    environ: Mapping[str, str], name: str, default: str | None, schemes: tuple[str, ...]
) -> str | None:
    """The address in the setting `name`, checked. Errors don't quote it: it may have a password."""
    url = environ.get(name) or default
    if url is None:
        return None
    scheme = url.partition("://")[0]
    if scheme not in schemes:
        raise ConfigurationError(f"{name} must begin with one of {'://, '.join(schemes)}://.")
    try:
        if scheme in redis_address.SCHEMES:
            RedisAddress.parse(url)
        elif scheme in amqp.SCHEMES:
            parse_url(url)
    except AddressError as error:
        raise ConfigurationError(f"{name} {error}.") from error
    except (ValueError, KeyError) as error:
        raise ConfigurationError(f"{name} {database.MALFORMED}.") from error
    if scheme.startswith("mongodb"):
        _require(name, "a mongodb:// address", module="pymongo", package="pymongo")
    return url


def _serializer(environ: Mapping[str, str]) -> Serializer:
    name = "CELERY_SERIALIZER"
    serializer = cast(Serializer, _choice(environ, name, get_args(Serializer), default="json"))
    if serializer == "yaml":
        _require(name, "yaml", module="yaml", package="PyYAML")
    if serializer == "pickle" and environ.get("CELERY_ALLOW_PICKLE") != "1":
        raise ConfigurationError(
            "CELERY_SERIALIZER is 'pickle', by which whoever can write to the broker can run any "
            "code: take 'json', or set CELERY_ALLOW_PICKLE=1 as well."
        )
    return serializer


def _require(name: str, value: str, *, module: str, package: str) -> None:
    if importlib.util.find_spec(module) is None:
        raise ConfigurationError(
            f"{name} is {value}, which needs a package that isn't installed: pip install {package}."
        )


def _embedded_redis_url(profile: Profile) -> str | None:
    """The address of `make run`'s embedded Valkey, from a file in the instance folder."""
    if profile != "development":
        return None
    try:
        return (INSTANCE / "valkey.url").read_text().strip() or None
    except FileNotFoundError:
        return None


def _secret_key(key: str | None, profile: Profile) -> str:
    if profile == "production" and len(key or "") < SHORTEST_KEY:
        raise ConfigurationError(
            f"SECRET_KEY {'is too short' if key else 'is not set'}; production needs one of "
            f"{SHORTEST_KEY} characters or more, for example from "
            "`python -c 'import secrets; print(secrets.token_hex(32))'`."
        )
    return key or _kept_secret_key()


def _kept_secret_key() -> str:
    """Outside production a generated key is stored, so that sign-ins survive a restart."""
    private_folder(INSTANCE)
    path = INSTANCE / "secret_key"
    if not path.exists():
        draft = INSTANCE / f"secret_key.{os.getpid()}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_hex(32))
        # Web and worker may start at once: creating the link is atomic, and the first one wins.
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text()


def _database_url(url: str | None) -> str:
    if not url:
        private_folder(INSTANCE)
        return f"sqlite:///{INSTANCE / 'energy-island.db'}"
    if url.startswith("postgres"):
        _require("DATABASE_URL", "Postgres", module="psycopg", package="'psycopg[binary]'")
    try:
        return database.checked_address(url)
    except database.AddressError as error:
        raise ConfigurationError(f"DATABASE_URL {error}.") from error

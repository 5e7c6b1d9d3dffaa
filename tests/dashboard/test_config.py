"""Settings: what the environment may say, and what is answered to what it may not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from dashboard.config import ROOT, ConfigurationError, Settings

KEY = "0123456789abcdef" * 2
PRODUCTION = {"FLASK_CONFIG": "production", "SECRET_KEY": KEY, "REDIS_URL": "redis://redis/0"}


def test_broker_and_result_backend_are_redis_unless_named() -> None:
    settings = Settings.from_environment(PRODUCTION)
    assert settings.broker_url == settings.result_backend == "redis://redis/0"
    other = Settings.from_environment(PRODUCTION | {"CELERY_BROKER_URL": "amqp://rabbit"})
    assert (other.broker_url, other.result_backend) == ("amqp://rabbit", "redis://redis/0")


def test_events_go_through_redis_unless_another_message_queue_is_named() -> None:
    assert Settings.from_environment(PRODUCTION).message_queue == "redis://redis/0"
    other = Settings.from_environment(PRODUCTION | {"SOCKETIO_MESSAGE_QUEUE": "amqp://rabbit"})
    assert (other.message_queue, other.broker_url) == ("amqp://rabbit", "redis://redis/0")


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgres_is_understood_as_platforms_hand_it_out_and_with_its_driver_named(
    scheme: str,
) -> None:
    address = "us%40r:p%3A%2Fw@db:6432/x?sslmode=require"
    settings = Settings.from_environment(PRODUCTION | {"DATABASE_URL": f"{scheme}://{address}"})
    assert settings.database_url == f"postgresql+psycopg://{address}"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is not set"),
        ({"SECRET_KEY": KEY[1:]}, "SECRET_KEY is too short; .* 32 characters"),
        ({"FLASK_CONFIG": "prod"}, "development, testing, production"),
        ({"SOCKETIO_ASYNC_MODE": "asyncio"}, "eventlet, gevent, threading"),
        ({"WORKER_POOL": "greenlet"}, "WORKER_POOL .* eventlet, gevent, threads, prefork, solo"),
        ({"PORT": "http"}, "PORT"),
        ({"PORT": "70000"}, "65535"),
        ({"WORKER_CONCURRENCY": "0"}, "WORKER_CONCURRENCY"),
        ({"DATABASE_URL": "mysql://db/x"}, "DATABASE_URL must begin with postgresql://"),
        ({"DATABASE_URL": "postgresql+psycopg2://db/x"}, "whose driver is psycopg,"),
        ({"DATABASE_URL": "postgres"}, "DATABASE_URL must begin with postgresql://"),
        ({"DATABASE_URL": "postgres://db:port/x"}, "DATABASE_URL has a host, a port or an option"),
        ({"DATABASE_URL": "postgres://db/x?ssl=1"}, 'DATABASE_URL has an option .* "ssl"'),
        ({"DATABASE_URL": "sqlite://"}, "DATABASE_URL must name a file"),
        ({"DATABASE_URL": "sqlite:///:memory:"}, "DATABASE_URL must name a file"),
        ({"DATABASE_CONNECTIONS": "0"}, "DATABASE_CONNECTIONS"),
        ({"REDIS_MAX_CONNECTIONS": "0"}, "REDIS_MAX_CONNECTIONS"),
        ({"REDIS_URL": "http://redis"}, "REDIS_URL must begin with one of redis://, rediss://"),
        ({"REDIS_URL": "redis://redis:port"}, "REDIS_URL has a host, a port or an option"),
        (
            {"REDIS_URL": "redis://redis?socket_timeout=soon"},
            "REDIS_URL has a host, a port or an option",
        ),
        (
            {"REDIS_URL": "rediss://redis?ssl_ca_certs=/no/ca.pem"},
            "ssl_ca_certs=/no/ca.pem, which is no",
        ),
        ({"REDIS_URL": "redis+sentinel://sentinel:26379/0"}, "REDIS_URL must end with /db/service"),
        (
            {"REDIS_URL": "redis+sentinel://sentinel/0/islands"},
            "REDIS_URL has a host, a port or an option",
        ),
        ({"SOCKETIO_MESSAGE_QUEUE": "kafka://k"}, "SOCKETIO_MESSAGE_QUEUE .* amqp://"),
        ({"CELERY_BROKER_URL": "amqp://rabbit:port"}, "CELERY_BROKER_URL has a host, a port"),
        ({"CELERY_BROKER_URL": "sqs://"}, "CELERY_BROKER_URL .* amqp://"),
        ({"CELERY_RESULT_BACKEND": "amqp://rabbit"}, "CELERY_RESULT_BACKEND .* rpc://, mongodb://"),
        ({"CELERY_SERIALIZER": "xml"}, "json, yaml, pickle"),
        ({"CELERY_SERIALIZER": "pickle"}, "CELERY_ALLOW_PICKLE=1"),
        ({"CELERY_SERIALIZER": "pickle", "CELERY_ALLOW_PICKLE": "0"}, "CELERY_ALLOW_PICKLE=1"),
    ],
)
def test_a_wrong_setting_is_named_with_what_would_be_right(
    change: dict[str, str], says: str
) -> None:
    with pytest.raises(ConfigurationError, match=says):
        Settings.from_environment(PRODUCTION | change)


def test_what_is_said_of_a_wrong_address_leaves_its_password_out() -> None:
    for wrong in ("http://:secret@redis", "redis://:secret@redis:port", "redis://:secret/@redis"):
        with pytest.raises(ConfigurationError) as raised:
            Settings.from_environment(PRODUCTION | {"REDIS_URL": wrong})
        assert "secret" not in str(raised.value)
    for wrong in ("amqp://guest:secret/@rabbit", "sqs://:secret@sqs"):
        with pytest.raises(ConfigurationError) as raised:
            Settings.from_environment(PRODUCTION | {"CELERY_BROKER_URL": wrong})
        assert "secret" not in str(raised.value)
    for wrong in (
        "mysql://me:secret@db/x",
        "postgres://me:secret@db:port/x",
        "postgres://me:pass@secret@db/x",
        "postgres://me:secret@db/x?ssl=1",
        "postgres://db/x?password=secret&ssl=1",
    ):
        with pytest.raises(ConfigurationError) as raised:
            Settings.from_environment(PRODUCTION | {"DATABASE_URL": wrong})
        assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    ("change", "module", "says"),
    [
        ({"CELERY_SERIALIZER": "yaml"}, "yaml", "pip install PyYAML"),
        ({"CELERY_RESULT_BACKEND": "mongodb://mongo/celery"}, "pymongo", "pip install pymongo"),
        ({"DATABASE_URL": "postgres://db/x"}, "psycopg", r"'psycopg\[binary\]'"),
        ({"SOCKETIO_ASYNC_MODE": "gevent"}, "gevent", "pip install gevent"),
        ({"WORKER_POOL": "gevent"}, "gevent", "pip install gevent"),
    ],
)
def test_a_choice_whose_package_is_not_installed_names_it(
    monkeypatch: pytest.MonkeyPatch, change: dict[str, str], module: str, says: str
) -> None:
    Settings.from_environment(PRODUCTION | change)
    monkeypatch.setitem(sys.modules, module, None)  # as if it weren't installed
    with pytest.raises(ConfigurationError, match=says):
        Settings.from_environment(PRODUCTION | change)


def test_without_redis_production_says_so() -> None:
    settings = Settings.from_environment(PRODUCTION | {"REDIS_URL": ""})
    with pytest.raises(ConfigurationError, match="REDIS_URL is not set"):
        settings.require_redis()


WITHOUT_GEVENT = """
import runpy, sys
sys.modules["gevent"] = None  # as if it weren't installed
runpy.run_path(sys.argv[1], run_name="__main__")
"""


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"REDIS_URL": ""}, "REDIS_URL is not set"),
        ({"REDIS_URL": "http://redis"}, "REDIS_URL must begin with"),
        ({"WORKER_POOL": "greenlet"}, "WORKER_POOL is 'greenlet'; it must be one of"),
        (
            {"SOCKETIO_ASYNC_MODE": "gevent", "WORKER_POOL": "gevent"},
            "SOCKETIO_ASYNC_MODE is gevent, which needs a package that isn't installed",
        ),
    ],
)
@pytest.mark.parametrize("program", ["wsgi.py", "workers/__main__.py"])
def test_a_process_with_a_wrong_setting_ends_with_one_line(
    program: str, change: dict[str, str], says: str, tmp_path: Path
) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", WITHOUT_GEVENT, program],
        cwd=ROOT,
        env=PRODUCTION | {"HOME": str(tmp_path), "PYTHONPATH": str(ROOT)} | change,
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 2
    [line] = _told(ended.stderr)
    assert line.startswith(says)


def test_the_commands_say_nothing_of_eventlet(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "users", "--help"],
        cwd=ROOT,
        env=PRODUCTION | {"HOME": str(tmp_path), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert (ended.returncode, ended.stderr) == (0, "")


def _told(stderr: str) -> list[str]:
    """All that a process said, but for what eventlet always says of a lock that never waits."""
    return [line for line in stderr.strip().splitlines() if "were not greened" not in line]

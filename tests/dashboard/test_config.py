"""Settings: what the environment may say, and what is answered to what it may not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from dashboard.config import ROOT, ConfigurationError, Settings

PRODUCTION = {"FLASK_CONFIG": "production", "SECRET_KEY": "s", "REDIS_URL": "redis://redis/0"}


def test_broker_and_result_backend_are_redis_unless_named() -> None:
    settings = Settings.from_environment(PRODUCTION)
    assert settings.broker_url == settings.result_backend == "redis://redis/0"
    other = Settings.from_environment(PRODUCTION | {"CELERY_BROKER_URL": "amqp://rabbit"})
    assert (other.broker_url, other.result_backend) == ("amqp://rabbit", "redis://redis/0")


def test_events_go_through_redis_unless_another_message_queue_is_named() -> None:
    assert Settings.from_environment(PRODUCTION).message_queue == "redis://redis/0"
    other = Settings.from_environment(PRODUCTION | {"SOCKETIO_MESSAGE_QUEUE": "amqp://rabbit"})
    assert (other.message_queue, other.broker_url) == ("amqp://rabbit", "redis://redis/0")


def test_the_scheme_that_platforms_still_hand_out_is_understood() -> None:
    settings = Settings.from_environment(PRODUCTION | {"DATABASE_URL": "postgres://db/x"})
    assert settings.database_url == "postgresql://db/x"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"FLASK_CONFIG": "prod"}, "development, testing, production"),
        ({"SOCKETIO_ASYNC_MODE": "asyncio"}, "eventlet, gevent, threading"),
        ({"PORT": "http"}, "PORT"),
        ({"PORT": "70000"}, "65535"),
        ({"WORKER_CONCURRENCY": "0"}, "WORKER_CONCURRENCY"),
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


@pytest.mark.parametrize(
    ("change", "module", "says"),
    [
        ({"CELERY_SERIALIZER": "yaml"}, "yaml", "pip install PyYAML"),
        ({"CELERY_RESULT_BACKEND": "mongodb://mongo/celery"}, "pymongo", "pip install pymongo"),
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


@pytest.mark.parametrize(
    ("change", "says"),
    [({}, "REDIS_URL is not set"), ({"REDIS_URL": "http://redis"}, "REDIS_URL must begin with")],
)
@pytest.mark.parametrize(
    "command", [["wsgi.py"], ["-m", "celery", "-A", "workers", "worker"]], ids=["web", "worker"]
)
def test_a_process_with_a_wrong_setting_ends_with_one_line(
    command: list[str], change: dict[str, str], says: str, tmp_path: Path
) -> None:
    environ = {"FLASK_CONFIG": "production", "SECRET_KEY": "s", "HOME": str(tmp_path)}
    ended = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=environ | change,
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 2
    assert ended.stderr.strip().splitlines()[-1].startswith(says)
    assert "Traceback" not in ended.stderr

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
    ],
)
def test_a_wrong_setting_is_named_with_what_would_be_right(
    change: dict[str, str], says: str
) -> None:
    with pytest.raises(ConfigurationError, match=says):
        Settings.from_environment(PRODUCTION | change)


def test_without_redis_production_says_so() -> None:
    settings = Settings.from_environment(PRODUCTION | {"REDIS_URL": ""})
    with pytest.raises(ConfigurationError, match="REDIS_URL is not set"):
        settings.require_redis()


@pytest.mark.parametrize(
    "command", [["wsgi.py"], ["-m", "celery", "-A", "workers", "worker"]], ids=["web", "worker"]
)
def test_a_process_with_a_wrong_setting_ends_with_one_line(
    command: list[str], tmp_path: Path
) -> None:
    ended = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={"FLASK_CONFIG": "production", "SECRET_KEY": "s", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 2
    assert ended.stderr.strip().splitlines()[-1].startswith("REDIS_URL is not set")
    assert "Traceback" not in ended.stderr

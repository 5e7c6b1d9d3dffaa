"""The embedded Valkey, as the tests of everything else rely on it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from dashboard.development.valkey import EmbeddedValkey, ValkeyError

from .checkout import ROOT, is_running, wait_until


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[EmbeddedValkey]:
    with EmbeddedValkey(tmp_path / "valkey") as valkey:
        yield valkey


def client(valkey: EmbeddedValkey) -> redis.Redis:
    return redis.Redis.from_url(valkey.url)


def test_it_answers_at_its_address_as_soon_as_it_has_started(valkey: EmbeddedValkey) -> None:
    assert client(valkey).ping()
    assert client(valkey).info("server")["process_id"] == valkey.pid


def test_nobody_gets_in_without_the_password(valkey: EmbeddedValkey) -> None:
    with pytest.raises(redis.AuthenticationError):
        redis.Redis(port=valkey.port, retry=Retry(NoBackoff(), 0)).ping()


def test_the_password_is_on_no_command_line(valkey: EmbeddedValkey) -> None:
    password = valkey.url.split("@")[0].removeprefix("redis://:")
    assert password not in " ".join(psutil.Process(valkey.pid).cmdline())


def test_nothing_is_evicted_when_memory_is_short(valkey: EmbeddedValkey) -> None:
    assert client(valkey).config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}


@pytest.mark.parametrize("end", ["restart", "kill"])
def test_data_survive_a_restart_and_a_crash(valkey: EmbeddedValkey, end: str) -> None:
    address, first = valkey.url, valkey.pid
    client(valkey).set("job", "queued")
    if end == "kill":
        valkey.kill()
        assert not is_running(first)
        valkey.start()
    else:
        valkey.restart()
    assert valkey.pid != first
    assert valkey.url == address
    assert client(valkey).get("job") == b"queued"


def test_data_survive_into_another_server_on_the_same_directory(tmp_path: Path) -> None:
    for expected in (None, b"queued"):
        with EmbeddedValkey(tmp_path) as valkey:
            assert client(valkey).set("job", "queued", get=True) == expected


def test_nothing_is_kept_without_appendonly(tmp_path: Path) -> None:
    with EmbeddedValkey(tmp_path, appendonly=False) as valkey:
        client(valkey).set("job", "queued")
        valkey.restart()
        assert client(valkey).get("job") is None


def test_it_ends_when_stopped_and_can_be_started_again(valkey: EmbeddedValkey) -> None:
    first = valkey.pid
    valkey.stop()
    assert not is_running(first)
    assert valkey.exit_status() is not None
    valkey.start()
    assert client(valkey).ping()


def test_a_frozen_server_can_be_killed(valkey: EmbeddedValkey) -> None:
    os.kill(valkey.pid, signal.SIGSTOP)
    valkey.kill()
    assert valkey.exit_status() == -signal.SIGKILL


def test_a_taken_port_is_named(valkey: EmbeddedValkey, tmp_path: Path) -> None:
    second = EmbeddedValkey(tmp_path / "second", port=valkey.port)
    with pytest.raises(ValkeyError, match=f"does not start: .*{valkey.port}"):
        second.start()


def test_it_ends_when_the_process_that_started_it_is_killed(tmp_path: Path) -> None:
    program = (
        "import signal, sys; from pathlib import Path\n"
        "from dashboard.development.valkey import EmbeddedValkey\n"
        "valkey = EmbeddedValkey(Path(sys.argv[1])); valkey.start()\n"
        "print(valkey.pid, flush=True); signal.pause()"
    )
    owner = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert owner.stdout is not None
    with owner.stdout:
        pid = int(owner.stdout.readline())
    assert is_running(pid)
    owner.kill()
    owner.wait()
    wait_until(lambda: not is_running(pid))

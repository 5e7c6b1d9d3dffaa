"""The development runner, with real processes and the real embedded Valkey."""

from __future__ import annotations

import os
import re
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Callable

import psutil
import pytest
import redis

from dashboard.development.valkey import EmbeddedValkey

from .checkout import ROOT, RUNNER, Checkout, RunningRunner, is_running, wait_until

Start = Callable[..., RunningRunner]


def test_it_prints_the_address_with_a_sign_in_link_once_the_web_process_is_ready(
    checkout: Checkout, start: Start
) -> None:
    runner = start()
    line = runner.wait_for("Energy Island is running").string
    assert line == (
        f"Energy Island is running. Open  http://127.0.0.1:{checkout.port}/sign-in/token"
    )


def test_release_runs_to_its_end_before_anything_else_starts(start: Start) -> None:
    runner = start()
    runner.wait_for_pids()
    lines = [line for line in runner.lines if not line.startswith("valkey")]
    assert re.fullmatch(r"release +\| \$ .*release\.py", lines[0])
    assert re.fullmatch(r"release +\| the database is ready", lines[1])


ROUTINE = "[2026-11-29 18:13:59,140: INFO/MainProcess] mingle: all alone"
WARNING = "[2026-11-29 18:13:59,140: WARNING/MainProcess] the queue is full"


@pytest.mark.parametrize("verbose", [False, True])
def test_what_is_routine_scrolls_the_link_away_only_if_it_was_asked_for(
    checkout: Checkout, start: Start, verbose: bool
) -> None:
    checkout.write("worker.py", f"print({ROUTINE!r}); print({WARNING!r}, flush=True); input()")
    runner = start(verbose=verbose)
    runner.wait_for(re.escape(WARNING))
    assert (f"worker  | {ROUTINE}" in runner.lines) == verbose


def test_the_processes_are_told_the_address_of_the_embedded_valkey(
    checkout: Checkout, start: Start
) -> None:
    told = start().wait_for(r"worker +\| redis (\S+)")[1]
    assert told == checkout.valkey_note.read_text()
    assert checkout.valkey().ping()


def test_only_the_owner_may_read_the_address_with_the_password(
    checkout: Checkout, start: Start
) -> None:
    start().wait_for_pids()
    assert stat.S_IMODE(checkout.valkey_note.stat().st_mode) == 0o600


def test_a_redis_that_is_given_is_used_and_none_is_started(
    checkout: Checkout,
    start: Start,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with EmbeddedValkey(tmp_path_factory.mktemp("given"), appendonly=False) as given:
        monkeypatch.setenv("REDIS_URL", given.url)
        runner = start(redis_url=given.url)
        assert runner.wait_for(r"worker +\| redis (\S+)")[1] == given.url
        runner.wait_for_pids()
        assert not checkout.valkey_note.exists()
        assert not (checkout.root / "instance" / "valkey").exists()
        runner.signal(signal.SIGTERM)


@pytest.mark.parametrize("name", ["web", "worker"])
def test_a_process_that_is_killed_is_started_again(start: Start, name: str) -> None:
    runner = start()
    first = runner.wait_for_pids()[f"{name} pid"]
    os.kill(first, signal.SIGKILL)
    runner.wait_for(rf"{name} +\| ended \(killed by SIGKILL\); starting it again in 0.5 s")
    second = int(runner.wait_for(rf"{name} +\| pid (\d+)")[1])
    assert second != first
    assert is_running(second)


def test_what_a_killed_process_had_started_does_not_stay_behind(start: Start) -> None:
    runner = start()
    pids = runner.wait_for_pids()
    os.kill(pids["worker pid"], signal.SIGKILL)
    # The line of the first worker may still be unread.
    runner.wait_for(r"worker +\| ended \(killed by SIGKILL\)")
    runner.wait_for(r"worker +\| pid \d+")
    wait_until(lambda: not is_running(pids["worker child"]))


def test_a_killed_valkey_comes_back_at_the_same_address_with_its_data(
    checkout: Checkout, start: Start
) -> None:
    runner = start()
    runner.wait_for_pids()
    address, first = checkout.valkey_note.read_text(), checkout.valkey_pid()
    checkout.valkey().rpush("celery", "a queued job")
    os.kill(first, signal.SIGKILL)
    runner.wait_for(r"valkey +\| ended \(killed by SIGKILL\)")

    def is_back() -> bool:
        try:
            return checkout.valkey_pid() != first
        except redis.ConnectionError:
            return False

    wait_until(is_back)
    assert checkout.valkey_note.read_text() == address
    assert checkout.valkey().lrange("celery", 0, -1) == [b"a queued job"]


def test_a_process_that_dies_again_at_once_is_started_later_each_time(
    checkout: Checkout, start: Start
) -> None:
    checkout.write("worker.py", "raise SystemExit(3)")
    runner = start()
    for delay in ("0.5", "1", "2"):
        runner.wait_for(rf"worker +\| ended \(status 3\); starting it again in {delay} s")


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_every_process_and_leaves_no_address_behind(
    checkout: Checkout, start: Start, signum: signal.Signals
) -> None:
    runner = start()
    pids = [*runner.wait_for_pids().values(), checkout.valkey_pid()]
    everyone = [*pids, *(child.pid for child in psutil.Process(runner.process.pid).children())]
    assert runner.signal(signum) == 0
    assert [pid for pid in everyone if is_running(pid)] == []
    assert not checkout.valkey_note.exists()


def test_a_process_that_does_not_heed_sigterm_is_killed(checkout: Checkout, start: Start) -> None:
    checkout.write(
        "worker.py",
        "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "import os; print('child', 0); print('pid', os.getpid(), flush=True); signal.pause()",
    )
    runner = start()
    stubborn = runner.wait_for_pids()["worker pid"]
    assert runner.signal(signal.SIGINT) == 0
    assert not is_running(stubborn)


def test_killing_the_runner_ends_every_process_too(checkout: Checkout, start: Start) -> None:
    runner = start()
    pids = [*runner.wait_for_pids().values(), checkout.valkey_pid()]
    everyone = [*pids, *(child.pid for child in psutil.Process(runner.process.pid).children())]
    assert runner.signal(signal.SIGKILL) == -signal.SIGKILL
    wait_until(lambda: not any(map(is_running, everyone)))


def test_a_start_right_after_a_kill_works_and_finds_the_data(
    checkout: Checkout, start: Start
) -> None:
    runner = start()
    runner.wait_for_pids()
    checkout.valkey().rpush("celery", "a queued job")
    runner.signal(signal.SIGKILL)
    start().wait_for_pids()
    assert checkout.valkey().lrange("celery", 0, -1) == [b"a queued job"]


def test_it_ends_with_the_make_that_started_it(checkout: Checkout) -> None:
    # The shell stands for make: it waits for the runner, and is killed without a word to it.
    shell = subprocess.Popen(
        ["/bin/sh", "-c", '"$@"; :', "sh", sys.executable, "-c", RUNNER, str(checkout.root),
         str(checkout.port), "", "True", "False"],
        cwd=ROOT, env={**os.environ, "PORT": str(checkout.port)}, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    wait_until(checkout.valkey_note.exists)
    family = [child.pid for child in psutil.Process(shell.pid).children(recursive=True)]
    shell.kill()
    shell.wait()
    wait_until(lambda: not any(map(is_running, family)))
    assert not checkout.valkey_note.exists()


def test_a_taken_port_is_told_in_one_line(checkout: Checkout, start: Start) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", checkout.port))
        other.listen()
        runner = start()
        assert runner.wait() == 2
    runner.wait_for(
        f"^Port {checkout.port} is taken. Choose another: PORT={checkout.port + 1} make run$"
    )
    assert len(runner.lines) == 1


def test_a_second_start_in_the_same_checkout_is_refused_in_one_line(start: Start) -> None:
    first = start()
    first.wait_for_pids()
    second = start()
    assert second.wait() == 2
    second.wait_for(f"already runs from this folder .process {first.process.pid}")
    assert len(second.lines) == 1
    assert first.process.poll() is None


def test_when_release_fails_it_says_so_and_starts_nothing(checkout: Checkout, start: Start) -> None:
    checkout.write("release.py", "print('no such table'); raise SystemExit(4)")
    runner = start()
    assert runner.wait() == 1
    runner.wait_for(r"^release \| no such table$")
    runner.wait_for(r"^`.*release.py` failed: status 4\.$")
    assert not any("web.py" in line for line in runner.lines)
    assert not checkout.valkey_note.exists()


def test_ctrl_c_during_release_ends_it(checkout: Checkout, start: Start) -> None:
    checkout.write("release.py", "import signal; print('migrating', flush=True); signal.pause()")
    runner = start()
    runner.wait_for("migrating")
    assert runner.signal(signal.SIGINT) == 0
    assert not any("web.py" in line for line in runner.lines)


def test_a_missing_procfile_is_told_in_one_line(checkout: Checkout, start: Start) -> None:
    (checkout.root / "Procfile").unlink()
    runner = start()
    assert runner.wait() == 2
    runner.wait_for(f"^There is no Procfile in {checkout.root}.$")
    assert len(runner.lines) == 1

"""`python -m dashboard`: what it says and how it ends, against a running installation."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import random
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from algorithm import Options
from dashboard.terminal import main
from dashboard.terminal.follower import JobFollower, reduced
from dashboard.terminal.server import Server
from tests.stack import LONG, Client, Stack, Web, wait_for

CASES = json.loads((Path(__file__).parent.parent / "fixtures" / "reducer.json").read_text())
COMMAND = [sys.executable, "-m", "dashboard"]

Run = Callable[..., tuple[int, list[str], list[str]]]
Event = dict[str, Any]


# -- follower


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_events_change_a_state_as_they_do_in_a_browser(case: dict[str, Any]) -> None:
    state: dict[str, Any] = {}
    for event in case["events"]:
        state = reduced(state, event)
    assert state == case["state"]


def event(seq: int, epoch: str = "e1", **said: Any) -> Event:
    return {"job": "a", "epoch": epoch, "seq": seq, "state": "PROGRESS", **said}


def joined(at: int = 1, epoch: str = "e1") -> JobFollower:
    """Follows a job from a snapshot on."""
    follower = JobFollower("a")
    follower.take_answer({"ok": True, "snapshot": event(at, epoch), "events": []})
    return follower


def test_at_first_all_is_asked_for_and_then_what_is_new() -> None:
    follower = JobFollower("a")
    assert (follower.missing, follower.watch_request()) == (True, {"job": "a"})
    follower.take_answer({"ok": True, "snapshot": event(7), "events": []})
    assert not follower.missing
    assert follower.watch_request() == {"job": "a", "epoch": "e1", "since": 7}


def test_events_in_any_order_and_twice_are_applied_once_each_in_turn() -> None:
    for seed in range(50):
        arriving = [event(seq) for seq in range(1, 12)] * 2
        random.Random(seed).shuffle(arriving)
        follower = joined()
        states = [state["seq"] for given in arriving for state in follower.take_event(given)]
        assert (states, follower.missing) == (list(range(2, 12)), False), f"seed {seed}"


def test_what_came_before_the_first_answer_goes_on_from_it() -> None:
    follower = JobFollower("a")
    assert follower.take_event(event(9)) == []
    assert follower.take_event(event(8)) == []
    states = follower.take_answer({"ok": True, "snapshot": event(7), "events": []})
    assert [state["seq"] for state in states] == [7, 8, 9]


def test_a_hole_is_missing_until_it_is_filled() -> None:
    follower = joined()
    assert (follower.take_event(event(3)), follower.missing) == ([], True)
    states = follower.take_answer({"ok": True, "events": [event(2)]})
    assert ([state["seq"] for state in states], follower.missing) == ([2, 3], False)


def test_another_epoch_and_a_position_ahead_are_asked_for() -> None:
    follower = joined(7)
    follower.compare({"epoch": "e1", "seq": 7})
    assert not follower.missing
    follower.compare({"epoch": "e1", "seq": 8})
    assert follower.missing
    follower = joined(7)
    follower.take_event(event(2, "e2"))
    assert follower.missing
    states = follower.take_answer({"ok": True, "snapshot": event(1, "e2"), "events": []})
    assert [state["seq"] for state in states] == [1, 2]
    assert not follower.missing


def test_a_refusal_is_asked_again() -> None:
    follower = joined()
    follower.compare({"epoch": "e1", "seq": 8})
    follower.take_answer({"ok": False, "error": "away"})
    assert follower.missing


# -- commands


@pytest.fixture
def environ(running: Stack, web: Web) -> dict[str, str]:
    return {**os.environ, "ENERGY_ISLAND_TOKEN": running.token()}


@pytest.fixture
def run(
    web: Web,
    environ: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Run:
    """Run a command line here; its status, and its lines on standard output and error."""
    monkeypatch.setenv("ENERGY_ISLAND_TOKEN", environ["ENERGY_ISLAND_TOKEN"])

    def run(*arguments: str) -> tuple[int, list[str], list[str]]:
        try:
            status = main(["--url", web.url, *arguments])
        except SystemExit as ended:
            status = int(str(ended.code))
        said = capfd.readouterr()
        return status, said.out.splitlines(), said.err.splitlines()

    return run


def test_a_search_is_submitted_and_watched_to_its_end(run: Run, client: Client) -> None:
    status, out, err = run("submit", "--sample", "tiny", "--disable", "battery", "--watch")
    (identity,) = out
    job = client.job(identity)
    assert (status, job["outcome"], job["disabled_devices"]) == (0, "finished", ["battery"])
    assert err[0].endswith(f"/jobs/{identity}")
    assert "Finished" in err[-1]
    assert any("better plan" in line for line in err)
    assert len(err) == len(set(err)), "each milestone once"


def test_a_file_and_options_are_submitted_as_they_are(
    run: Run, client: Client, tmp_path: Path
) -> None:
    file = tmp_path / "site.json"
    requirement = {
        "name": "A shed",
        "demands": {"heat": [5.0, 6.0]},
        "supplies": {"gas": {"price": 0.05}},
    }
    file.write_text(json.dumps(requirement))
    flags = ["--gap", "0.01", "--no-proof", "--time-limit", "60", "--goal", "cheapest"]
    status, (identity,), _ = run("submit", str(file), *flags)
    job = client.job(identity)
    assert (status, job["title"], job["sample"]) == (0, "A shed", None)
    assert job["options"] == {"gap": 0.01, "prove": False, "time_limit_s": 60.0}


def test_a_search_is_called_as_the_command_line_says(run: Run) -> None:
    assert run("submit", "--sample", "tiny", "--name", "Campus without CHP")[0] == 0
    _, (_, row), _ = run("list", "--search", "campus without")
    assert row.endswith("Campus without CHP")


def test_every_option_of_the_search_has_its_flag(run: Run) -> None:
    _, out, _ = run("submit", "--help")
    text = "\n".join(out)
    named = {"prove": "--no-proof", "time_limit_s": "--time-limit"}
    for option in Options.model_fields:
        assert named.get(option, f"--{option.replace('_', '-')}") in text


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["submit", "--sample", "tinny"], "--sample: "),
        (["submit", "--sample", "tiny", "--disable", "x"], "--disable: "),
        (["submit", "--sample", "tiny", "--gap", "-1"], "--gap: "),
        (["submit", "--sample", "tiny", "--name", ""], "--name: should have 1 to 200"),
        (["submit", "--sample", "tiny", "--name", "two\nlines"], "--name: should have no control"),
        (["submit", "nowhere.json"], "nowhere.json"),
        (["submit"], "required"),
        (["watch", "nothing"], "nothing"),
        (["cancel", "nothing"], "nothing"),
        (["list", "--state", "asleep"], "waiting, running"),
    ],
)
def test_wrong_input_ends_with_one_line_that_names_it(
    run: Run, arguments: list[str], says: str
) -> None:
    status, out, err = run(*arguments)
    assert (status, out, len(err)) == (2, [], 1), err
    assert says in err[0]


def test_without_a_token_a_proper_url_or_a_server_nothing_is_sent(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = tmp_path / "token"
    wrong.write_text("wrong\n")
    for arguments, says in [
        (["--token-file", str(wrong), "list"], "sign"),
        (["--token-file", str(tmp_path / "none"), "list"], "--token-file"),
        (["--url", "localhost:5000", "list"], "--url"),
        (["--url", "http://127.0.0.1:1", "list"], "can't be reached"),
    ]:
        status, _, err = run(*arguments)
        assert (status, len(err), says in err[0].lower()) == (2, 1, True), err
    monkeypatch.delenv("ENERGY_ISLAND_TOKEN")
    status, _, err = run("list")
    assert (status, "ENERGY_ISLAND_TOKEN" in err[0]) == (2, True)


@pytest.mark.parametrize(
    ("error", "status", "says"),
    [
        (
            KeyError("jobs"),
            70,
            ["python -m dashboard: Something inside failed: 'jobs' (KeyError);"],
        ),
        (KeyboardInterrupt(), 130, []),
    ],
)
def test_whatever_happens_no_traceback_is_shown(
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    error: BaseException,
    status: int,
    says: list[str],
) -> None:
    def jobs(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(Server, "jobs", jobs)
    ended, output, lines = run("list")
    assert (ended, output) == (status, [])
    assert [line[: len(text)] for line, text in zip(lines, says, strict=True)] == says


def test_searches_are_listed_as_a_table(run: Run, client: Client) -> None:
    identity = client.submit()
    client.wait_for_end(identity)
    status, (head, row), err = run("list", "--state", "finished", "--mine", "--count", "1")
    assert (status, head.split()[:2]) == (0, ["Job", "State"])
    assert row.split()[:4] == [identity, "finished", "100", "%"]
    assert "EUR/a" in row
    assert row.index("olga") == head.index("Owner")
    assert "--page 2" in err[0]


def test_a_failed_search_ends_the_watching_with_status_1(run: Run, client: Client) -> None:
    requirement = {"demands": {"heat": 5.0}, "devices": {}}
    answer = client.post("/api/v1/jobs", json={"requirement": requirement})
    status, _, err = run("watch", answer.json()["job"])
    assert (status, "heat" in err[-1]) == (1, True), err


def test_cancelling_ends_the_watching_with_status_3(
    run: Run, client: Client, web: Web, environ: dict[str, str]
) -> None:
    identity = client.submit(**LONG)
    watching = subprocess.Popen(
        [*COMMAND, "--url", web.url, "watch", web.url + f"/jobs/{identity}"],
        env=environ,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert watching.stderr
    assert watching.stderr.readline(), "the first milestone"
    assert run("cancel", identity)[:2] == (0, ["It is asked to end."])
    assert watching.wait(180) == 3
    assert "Cancelled" in watching.stderr.read()


def test_several_are_cancelled_at_once_and_all_that_wait(run: Run, client: Client) -> None:
    searches = [client.submit(**LONG) for _ in range(5)]
    status, out, err = run("cancel", *searches[:2], "nothing")
    assert (status, out) == (2, ["2 searches are cancelled, or asked to end."])
    assert err == ["nothing: There is no job 'nothing'."]
    for job in searches[:2]:
        client.wait_for_end(job)
    assert run("cancel", "--all-mine")[0] == 0
    assert all(client.job(job)["state"] != "PENDING" for job in searches)
    run("cancel", *searches)  # those that have begun meanwhile
    for job in searches:
        client.wait_for_end(job)
    for wrong in ([], ["--all-mine", searches[0]]):
        status, _, err = run("cancel", *wrong)
        assert (status, "--all-mine" in err[0]) == (2, True)


def test_the_best_plan_so_far_is_kept_on_demand(run: Run, client: Client) -> None:
    identity = client.submit(**LONG)
    wait_for("a first plan", lambda: client.job(identity).get("incumbent"))
    assert run("cancel", identity, "--keep-best")[0] == 0
    assert client.wait_for_end(identity)["outcome"] == "stopped"
    assert run("watch", identity)[0] == 0


def test_watching_outlives_the_web_process_and_misses_nothing(
    client: Client, web: Web, environ: dict[str, str]
) -> None:
    identity = client.submit(**LONG)
    watching = subprocess.Popen(
        [*COMMAND, "--url", web.url, "watch", identity],
        env=environ,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert watching.stderr
    assert watching.stderr.readline()
    web.kill()
    web.start()
    client.post(f"/api/v1/jobs/{identity}/cancel", json={"keep_best": False})
    assert watching.wait(180) == 3
    said = watching.stderr.read()
    assert "Connection lost" in said
    assert said.rstrip().endswith("Cancelled.")


def test_on_a_terminal_there_is_a_live_bar_and_ctrl_c_ends_only_the_watching(
    client: Client, web: Web, environ: dict[str, str]
) -> None:
    identity = client.submit(**LONG)
    ours, theirs = pty.openpty()
    watching = subprocess.Popen(
        [*COMMAND, "--url", web.url, "watch", identity],
        env={**environ, "TERM": "xterm", "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"},
        stderr=theirs,
    )
    os.close(theirs)
    shown = b""

    def read() -> str:
        nonlocal shown
        with contextlib.suppress(OSError):  # the other end is closed
            shown += os.read(ours, 4096)
        return shown.decode(errors="replace")

    wait_for("a bar with a plan", lambda: re.search(r"░ .*best [\d,]+ EUR/a", read()))
    watching.send_signal(signal.SIGINT)
    assert watching.wait(180) == 130
    assert wait_for("a last word", lambda: "The search continues" in read())
    os.close(ours)
    assert client.job(identity)["state"] == "PROGRESS"
    client.post(f"/api/v1/jobs/{identity}/cancel", json={"keep_best": False})

"""The search in a process of its own: it reports, stops when asked, and never outlives its task."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
from typing import Any

import psutil
import pytest

from dashboard.config import ROOT
from tests.stack import wait_for
from workers.search_process import Message, SearchProcess


def order(sample: str, **more: Any) -> Message:
    return {"requirement": sample, "disabled_devices": [], "options": {}, **more}


def talk(process: SearchProcess) -> list[Message]:
    """Everything the search says, to its end."""
    said: list[Message] = []
    while not process.ended:
        said += process.receive(wait=1.0)
    return said


def first_plan(process: SearchProcess) -> list[Message]:
    """What the search says up to its first plan."""
    said: list[Message] = []
    while not any(message.get("progress", {}).get("result") for message in said):
        assert not process.ended, said
        said += process.receive(wait=1.0)
    return said


def test_a_search_reports_and_ends_with_its_result() -> None:
    with SearchProcess(order("tiny")) as process:
        *progress, last = talk(process)
    assert {next(iter(message)) for message in progress} == {"progress"}
    assert last["result"]["plans"][0]["cost_per_year"] > 0


def test_a_stopped_search_answers_with_the_best_plan_so_far() -> None:
    with SearchProcess(order("campus", options={"gap": 0.0})) as process:
        first_plan(process)
        process.stop(grace=60)
        last = talk(process)[-1]
    assert last["result"]["stopped"] is True


def test_a_search_that_does_not_stop_is_killed_and_its_best_plan_is_known() -> None:
    with SearchProcess(order("campus", options={"gap": 0.0})) as process:
        best = first_plan(process)[-1]["progress"]["result"]
        process.stop(grace=0)
        talk(process)
        assert process.how_it_ended() == "The solver process was killed by SIGKILL."
    assert best["plans"][0]["graph"]["nodes"]


@pytest.mark.parametrize(
    ("wrong", "kind", "says"),
    [
        ({"disabled_devices": ["nothing"]}, "requirement", "nothing"),
        ({"requirement": {"demands": {"heat": 5}, "devices": {}}}, "infeasible", "heat"),
    ],
)
def test_an_impossible_order_is_answered_with_the_reason(
    wrong: dict[str, Any], kind: str, says: str
) -> None:
    with SearchProcess(order("tiny") | wrong) as process:
        last = talk(process)[-1]
    assert last["error"]["kind"] == kind
    assert says in last["error"]["message"]


def test_a_killed_solver_is_told_in_words() -> None:
    with SearchProcess(order("campus")) as process:
        psutil.Process(process.pid).send_signal(signal.SIGSEGV)
        talk(process)
        assert process.how_it_ended() == "The solver process was killed by SIGSEGV."


def test_leaving_the_context_leaves_no_process() -> None:
    with SearchProcess(order("campus")) as process:
        pid = process.pid
    assert not psutil.pid_exists(pid)


def test_a_search_ends_when_its_supervisor_is_killed() -> None:
    supervisor = subprocess.Popen(
        [
            sys.executable,
            "-c",
            textwrap.dedent(
                """
                from workers.search_process import SearchProcess
                search = {"requirement": "campus", "disabled_devices": [], "options": {"gap": 0}}
                with SearchProcess(search) as process:
                    print(process.pid, flush=True)
                    while not process.ended:
                        process.receive(wait=1.0)
                """
            ),
        ],
        cwd=ROOT,
        env={"REDIS_URL": "redis://unused", "FLASK_CONFIG": "testing"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert supervisor.stdout is not None
    pid = int(supervisor.stdout.readline())
    supervisor.kill()
    supervisor.wait()
    wait_for("the search to end", lambda: not psutil.pid_exists(pid))

"""A part in a process of its own: it reports, stops when asked, and never outlives its task."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psutil
import pytest

from dashboard.config import ROOT
from tests.stack import wait_for
from workers import search_process
from workers.search_process import SearchProcess, WireMessage

pytestmark = pytest.mark.slow

TOO_LARGE: dict[str, Any] = {
    "demands": {"electricity": 1e12},
    "supplies": {"electricity": {"price": 1e12}},
    "devices": {},
}
LONG: dict[str, Any] = {"gap": 0.0, "typical_days": 16, "detail": "typical days"}


def order(sample: str, **more: Any) -> WireMessage:
    return {
        "requirement": sample,
        "disabled_devices": [],
        "options": {},
        "part": "structure",
        "outcomes": {},
        "seconds_left": None,
        **more,
    }


def talk(process: SearchProcess) -> list[WireMessage]:
    """Everything the search says, to its end."""
    said: list[WireMessage] = []
    while not process.ended:
        said += process.receive(wait=1.0)
    return said


def first_outcome(process: SearchProcess) -> dict[str, Any]:
    """The first outcome that a part tells of, while it goes on."""
    while True:
        assert not process.ended
        for message in process.receive(wait=1.0):
            if outcome := message["progress"]["outcome"]:
                return dict(outcome)


def test_a_part_reports_and_ends_with_its_outcome() -> None:
    with SearchProcess(order("tiny")) as process:
        *progress, last = talk(process)
    assert {next(iter(message)) for message in progress} == {"progress"}
    assert last["outcome"]["plan"]["cost_per_year"] > 0
    assert last["outcome"]["stopped"] is False


def test_a_part_goes_on_from_the_outcomes_of_others() -> None:
    outcomes = {}
    for name in ("structure", "structure-2"):
        options = {"goal": "alternatives", "plans": 2}
        with SearchProcess(
            order("tiny", part=name, outcomes=dict(outcomes), options=options)
        ) as process:
            outcomes[name] = talk(process)[-1]["outcome"]
    cheapest, other = (outcome["plan"] for outcome in outcomes.values())
    assert other["cost_per_year"] > cheapest["cost_per_year"]


def test_a_stopped_part_answers_with_the_best_plan_so_far() -> None:
    with SearchProcess(order("campus", options=LONG)) as process:
        first_outcome(process)
        process.stop(grace=60)
        last = talk(process)[-1]
    assert last["outcome"]["stopped"] is True
    assert last["outcome"]["plan"]["cost_per_year"] > 0


def test_a_part_that_does_not_stop_is_killed_and_its_best_plan_is_known() -> None:
    with SearchProcess(order("campus", options=LONG)) as process:
        best = first_outcome(process)
        process.stop(grace=0)
        talk(process)
        assert process.how_it_ended() == "The solver process was killed by SIGKILL."
    assert best["plan"]["graph"]["nodes"]


@pytest.mark.parametrize(
    ("wrong", "kind", "says"),
    [
        ({"requirement": {"demands": 5}}, "requirement", "demands: can't be read"),
        ({"requirement": {"demands": {"heat": 5}, "devices": {}}}, "infeasible", "heat"),
        ({"requirement": TOO_LARGE}, "internal", "The solver refused the model"),
        ({"outcomes": {"earlier": {}}}, "internal", "inside failed: 'structure' (KeyError)"),
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


def test_a_part_ends_when_its_supervisor_is_killed() -> None:
    supervisor = subprocess.Popen(
        [
            sys.executable,
            "-c",
            textwrap.dedent(
                """
                from tests.workers.test_search_process import LONG, order
                from workers.search_process import SearchProcess
                with SearchProcess(order("campus", options=LONG)) as process:
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


def test_a_part_whose_supervisor_stands_still_ends_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(search_process, "SUPERVISOR_TIMEOUT_S", 2.0)
    monkeypatch.setattr(search_process, "KEEPALIVE_S", 3600.0)  # as if this process were frozen
    with SearchProcess(order("campus", options=LONG)) as process:
        talk(process)
        assert process.lost_its_supervisor()
        assert not process.was_killed()


def test_a_part_hears_of_its_supervisor_while_that_waits_for_something_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(search_process, "SUPERVISOR_TIMEOUT_S", 4.0)
    with SearchProcess(order("campus", options=LONG)) as process:
        first_outcome(process)
        time.sleep(6.0)  # as where the database doesn't answer
        process.stop(grace=60)
        assert talk(process)[-1]["outcome"]["plan"]


def test_a_part_that_stood_still_itself_was_not_left_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(search_process, "SUPERVISOR_TIMEOUT_S", 4.0)
    with SearchProcess(order("campus", options=LONG)) as process:
        first_outcome(process)
        solver = psutil.Process(process.pid)
        solver.suspend()
        time.sleep(6.0)
        solver.resume()
        process.stop(grace=60)
        assert talk(process)[-1]["outcome"]["plan"]


def fork_server_of(process: SearchProcess) -> psutil.Process:
    server = psutil.Process(process.pid).parent()
    assert server is not None
    return server


def test_a_fork_server_that_died_is_restarted() -> None:
    with SearchProcess(order("campus", options=LONG)) as process:
        first_outcome(process)
        fork_server_of(process).kill()
        assert process.was_killed(), "so that the next free worker retries it"
        talk(process)
    wait_for("the part to end", lambda: not psutil.pid_exists(process.pid))
    with SearchProcess(order("tiny")) as process:
        assert talk(process)[-1]["outcome"]["plan"]


def test_parts_side_by_side_end_one_by_one() -> None:
    with SearchProcess(order("campus", options=LONG)) as first:
        with SearchProcess(order("campus", options=LONG)) as second:
            assert fork_server_of(first) == fork_server_of(second)
        assert not psutil.pid_exists(second.pid)
        first_outcome(first)
        first.stop(grace=60)
        assert talk(first)[-1]["outcome"]["stopped"]


def test_a_part_starts_although_the_fork_server_dies_before_it_answers() -> None:
    with SearchProcess(order("tiny")) as process:
        server = fork_server_of(process)
    server.suspend()
    with ThreadPoolExecutor(1) as pool:
        starting = pool.submit(SearchProcess, order("tiny"))
        time.sleep(0.5)  # until the request waits in the socket
        assert not starting.done()
        server.kill()
        with starting.result() as process:
            assert talk(process)[-1]["outcome"]["plan"]


def test_leaving_the_context_leaves_no_process_of_a_dead_fork_server() -> None:
    with SearchProcess(order("campus", options=LONG)) as process:
        solver = psutil.Process(process.pid)
        fork_server_of(process).kill()
        solver.suspend()  # it can't end by itself
    wait_for("the part to end", lambda: not solver.is_running())

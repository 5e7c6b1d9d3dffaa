"""Whatever stands still for 1 to 15 s, two seconds more each time, ends no search.

Each time the search goes on, as it was or with another attempt; however often that happens to one
search, it isn't given up. `python -m tests.faults` has longer ones, drawn by lot.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest

from tests.delivery.test_live import assert_whole
from tests.faults.installation import Installation, supervisor, supervisor_of
from tests.stack import LONG, Process, viewing, wait_for

# Three stand still for different times at once, so that together they try each second.
ROUNDS = range(1, 16, 2)
PATIENCE = 120.0

Stall = Callable[[Installation, str, float], None]


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    # No event is given up for a snapshot: each can be counted.
    settings = {"JOURNAL_LENGTH": "2000"}
    made = Installation(tmp_path_factory.mktemp("stalls"), settings=settings)
    made.new_worker()
    try:
        made.start()
        yield made
    finally:
        made.stop()


def at_it(installation: Installation, job: str) -> tuple[list[Process], list[psutil.Process]]:
    """The workers that run the job's parts, and their solvers."""
    parts = installation.running_parts(job)
    supervisors = {supervisor(part) for part in parts}
    solvers = [it for it in installation.solvers() if supervisor_of(it) in supervisors]
    return installation.workers_at(job), solvers


def is_run(installation: Installation, job: str) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess):
        workers, solvers = at_it(installation, job)
        return bool(workers and solvers)
    return False


def stand_still(pids: list[int], seconds: float) -> None:
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    time.sleep(seconds)
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)


def worker_alone(installation: Installation, job: str, seconds: float) -> None:
    workers, _ = at_it(installation, job)
    stand_still([worker.pid for worker in workers if worker.pid], seconds)


def solver_alone(installation: Installation, job: str, seconds: float) -> None:
    _, solvers = at_it(installation, job)
    stand_still([solver.pid for solver in solvers], seconds)


def worker_and_solver(installation: Installation, job: str, seconds: float) -> None:
    workers, solvers = at_it(installation, job)
    pids = [worker.pid for worker in workers if worker.pid]
    stand_still([*pids, *(solver.pid for solver in solvers)], seconds)


def web(installation: Installation, job: str, seconds: float) -> None:
    stand_still([web.pid for web in installation.webs if web.pid], seconds)


def redis(installation: Installation, job: str, seconds: float) -> None:
    stand_still([installation.valkey.pid], seconds)


def database(installation: Installation, job: str, seconds: float) -> None:
    lock(installation.folder / "test.db", seconds)


def lock(path: Path, seconds: float) -> None:
    """Keep everybody else from writing."""
    with contextlib.closing(sqlite3.connect(path, timeout=30, isolation_level=None)) as store:
        store.execute("BEGIN IMMEDIATE")
        time.sleep(seconds)
        store.execute("ROLLBACK")


def test_a_search_goes_on_whoever_of_its_worker_stood_still(installation: Installation) -> None:
    _try_stalls(installation, [worker_alone, solver_alone, worker_and_solver], shared=False)


def test_a_search_goes_on_whoever_stood_still_for_all(installation: Installation) -> None:
    _try_stalls(installation, [web, database, redis], shared=True)


def _try_stalls(installation: Installation, stalls: list[Stall], *, shared: bool) -> None:
    """Let each of these stand still, for different times at once.

    shared: whether one job sees all of that, or each stall has one of its own.
    """
    client, bearer = installation.clients[0], installation.bearer
    own = [client.submit(**LONG) for _ in (stalls[:1] if shared else stalls)]
    jobs = own * len(stalls) if shared else own
    with ExitStack() as stack:
        viewers = [
            stack.enter_context(viewing(installation.webs[0], bearer, job))[0] for job in own
        ]
        for number in ROUNDS:
            for job in own:
                wait_for(f"{job} to be run", lambda job=job: is_run(installation, job), PATIENCE)
            with ThreadPoolExecutor(len(stalls)) as pool:
                struck = [
                    pool.submit(stall, installation, job, 1 + (number - 1 + 5 * place) % 15)
                    for place, (stall, job) in enumerate(zip(stalls, jobs, strict=True))
                ]
            for it in struck:
                it.result()
        for job in own:
            wait_for(f"{job} to be run", lambda job=job: is_run(installation, job), PATIENCE)
            assert not installation.has_ended(job), installation.stored(job).status
            client.post(f"/api/v1/jobs/{job}/cancel", json={"keep_best": True})
        for viewer in viewers:
            wait_for("the end", lambda viewer=viewer: viewer.ended, PATIENCE)
            assert viewer.state["state"] == "SUCCESS", viewer.state["status"]
            assert_whole(viewer, client)

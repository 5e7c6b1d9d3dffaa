"""How fast a search is, compared with HiGHS alone, and with one program for the whole year.

Each long run has its own process (`year`), on one core, as in production.

- The search's overhead: building the model and everything else, compared with HiGHS' time.
- What a viewer notices: the first plan, the longest time without progress; and peak memory.
- A front of seven points with two workers beside one.
- How long a cancel takes while each stage is at work.
- `campus`, proven on its full year, compared with one program: HiGHS gets the whole year with all
  decisions, until it has as good a plan, or for eight times as long.
"""

from __future__ import annotations

import itertools
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.searches import workers_of_one_slot
from benchmarks.table import Row
from tests.stack import Client, Stack, Web, viewing, wait_for

SAMPLE = "campus"
TIMES_AS_LONG = 8
SAME_COST = 1e-6
FRONT = {"sample": SAMPLE, "options": {"goal": "front", "plans": 7}}
LONGEST = 3600.0  # s
CANCELS = 5
# Stages in which a search is cancelled, by the phase that shows them.
STAGES = {"solve": "deciding on typical days", "year": "sizing", "bound": "bounding"}

Said = dict[str, Any]


def rows() -> Iterator[Row]:
    *told, last = _run("stages")
    yield from _whole_year(told, last)
    yield from _two_workers()
    yield from _cancels()
    yield from _one_program(last["result"]["plans"][0]["cost_per_year"], last["cpu"])


def _run(what: str, *cpu_seconds: int) -> Iterator[Said]:
    """The output of a run of `year`, line by line; closing the generator kills the run."""
    command = [sys.executable, "-m", "benchmarks.year", what, SAMPLE, *map(str, cpu_seconds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield from map(json.loads, process.stdout)
        finally:
            process.kill()


def _whole_year(told: list[Said], last: Said) -> Iterator[Row]:
    result = last["result"]
    parts = result["search"]["parts"].values()
    model_s, solver_s = (sum(part[key] for part in parts) for key in ("model_s", "solver_s"))
    yield Row(f"{SAMPLE}: HiGHS in all", f"{solver_s:.1f} s")
    yield Row(f"{SAMPLE}: building models", f"{model_s:.2f} s", f"{model_s / solver_s:.2%} of it")
    whole = last["at"]
    yield Row(f"{SAMPLE}: whole search", f"{whole:.1f} s", f"{whole / solver_s:.3f} x HiGHS")
    yield Row(f"{SAMPLE}: proven on the full year within", f"{result['plans'][0]['gap']:.2%}")
    first = next(said["at"] for said in told if said["incumbent"] is not None)
    yield Row(f"{SAMPLE}: first plan after", f"{first:.1f} s")
    moments = [0.0, *(said["at"] for said in told), whole]
    silence = max(after - before for before, after in itertools.pairwise(moments))
    yield Row(f"{SAMPLE}: longest silence", f"{silence:.1f} s")
    yield Row(f"{SAMPLE}: peak memory", f"{last['memory_mb']:.0f} MB")


def _one_program(cost: float, cpu: float) -> Iterator[Row]:
    """How long one program takes, in CPU seconds, like the stages' time."""
    longest, best, reached = int(TIMES_AS_LONG * cpu) + 1, float("inf"), False
    taken = float(longest)
    for said in _run("one_program", longest):
        best = min(best, said.get("incumbent", best))
        if reached := best <= cost * (1 + SAME_COST):
            taken = said["cpu"]
            break
    more, less = ("", "") if reached else ("> ", "< ")
    yield Row(
        f"{SAMPLE}: one program until as good a plan",
        f"{more}{taken:.0f} s",
        f"the stages take {less}{cpu / taken:.3f} of it",
    )
    if not reached:
        found = f"{best / cost - 1:+.2%}" if best < float("inf") else "none"
        yield Row("   its best plan by then, beside ours", found)


def _two_workers() -> Iterator[Row]:
    """A front with one worker of one slot, and with two of them."""
    seconds = {workers: _front_with(workers) for workers in (1, 2)}
    for workers, taken in seconds.items():
        ratio = f"{seconds[1] / taken:.2f} x as fast as one" if workers > 1 else ""
        yield Row(f"{SAMPLE}: front of 7 points, {workers} worker(s)", f"{taken:.0f} s", ratio)


def _front_with(workers: int) -> float:
    with workers_of_one_slot(workers) as (_, client):
        _warm_up(client)
        began = time.monotonic()
        client.wait_for_end(client.submit(**FRONT), LONGEST)
        return time.monotonic() - began


def _warm_up(client: Client) -> None:
    """Wait until every worker is ready, before the measurement."""
    for job in [client.submit(sample="tiny") for _ in range(4)]:
        client.wait_for_end(job)


def _cancels() -> Iterator[Row]:
    """Seconds from asking to keep the best so far, or to discard it, to the job's end."""
    with tempfile.TemporaryDirectory() as folder:
        # With a second slot, the bound is computed from the start.
        stack = Stack(Path(folder), slots=2)
        try:
            web = stack.add_web()
            client = Client(web, stack.token())
            stack.worker.start()
            _warm_up(client)
            for (phase, stage), keep in itertools.product(STAGES.items(), (True, False)):
                delays = [
                    _cancel_in(client, web, stack.token(), phase, keep, wait=0.7 * number)
                    for number in range(CANCELS)
                ]
                yield Row(
                    f"cancel while {stage}, {'keep' if keep else 'discard'}: median / worst",
                    f"{statistics.median(delays):.1f} / {max(delays):.1f} s",
                )
        finally:
            stack.stop()


def _cancel_in(
    client: Client, web: Web, token: str, phase: str, keep: bool, *, wait: float
) -> float:
    options = {"prove": phase == "bound"}
    job = client.submit(sample=SAMPLE, options=options)
    with viewing(web, token, job) as (viewer,):
        wait_for(
            f"the phase {phase}",
            lambda: any(event.get("phase") == phase for event in [viewer.state, *viewer.applied]),
            LONGEST,
        )
        time.sleep(wait)
        began = time.monotonic()
        client.post(f"/api/v1/jobs/{job}/cancel", json={"keep_best": keep})
        wait_for("the end", lambda: viewer.ended)
        return time.monotonic() - began

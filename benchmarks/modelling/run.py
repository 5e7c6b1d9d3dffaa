"""One run in a process of its own: `python -m benchmarks.modelling.run TOOL PROBLEM CPU_SECONDS`.

It prints lines of JSON, each with the CPU seconds since the tool's packages were imported and the
problem was read: when HiGHS gets the model (`built`), each better plan or bound for the whole
horizon, and the end. After CPU_SECONDS the kernel kills it: HiGHS may not check any other limit for
as long.
"""

from __future__ import annotations

import importlib
import json
import logging
import os
import resource
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import highspy

from algorithm import Progress, run_search
from algorithm.island.resolve import island_of
from benchmarks.modelling import SEARCH, TOOLS
from benchmarks.modelling.problems import PROBLEMS, requirement_of

# A descriptor of its own: the tools print to standard output.
SAID = os.fdopen(os.dup(1), "w")


def say(**what: Any) -> None:
    print(json.dumps({"cpu": time.process_time() - BEGAN, **what}), file=SAID, flush=True)


def search(options: Mapping[str, Any]) -> None:
    """Search as always, with one thread, until the gap is proven."""

    def report(progress: Progress) -> None:
        if progress.basis == "whole horizon":
            say(incumbent=progress.incumbent, bound=progress.bound)

    result = run_search(requirement, options={"gap": options["mip_rel_gap"]}, on_progress=report)
    parts = result["search"]["parts"].values()
    say(
        incumbent=result["plans"][0]["cost_per_year"],
        bound=result["search"]["bound"],
        models_s=sum(part["model_s"] or 0.0 for part in parts),
    )


def watch_highs() -> None:
    """Have every run of HiGHS tell its plans and bounds, whichever tool calls it."""
    unwatched = highspy.Highs.run

    def run(highs: highspy.Highs) -> Any:
        say(built=True, columns=highs.getNumCol(), rows=highs.getNumRow())
        highs.cbMipImprovingSolution.subscribe(
            lambda event: say(incumbent=event.data_out.objective_function_value)
        )
        highs.cbMipLogging.subscribe(lambda event: say(bound=event.data_out.mip_dual_bound))
        status = unwatched(highs)
        info = highs.getInfo()
        say(incumbent=info.objective_function_value, bound=info.mip_dual_bound)
        return status

    highspy.Highs.run = run


if __name__ == "__main__":
    tool, name, seconds = sys.argv[1:]
    requirement, gap = requirement_of(PROBLEMS[name]), PROBLEMS[name].gap
    logging.disable(logging.WARNING)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    solve: Callable[[Mapping[str, Any]], object] = search
    if tool != SEARCH:
        module = importlib.import_module(f"benchmarks.modelling.{TOOLS[tool]}")
        solve = partial(module.solve, island_of(requirement))
        watch_highs()
    BEGAN = time.process_time()
    most = int(BEGAN + float(seconds)) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (most, most))
    solve({"threads": 1, "random_seed": 0, "mip_rel_gap": gap})

"""One long run in a process of its own: `python -m benchmarks.year RUN SAMPLE [CPU_SECONDS]`.

It prints lines of JSON: each progress event, or each better plan, with the CPU seconds since the
start, and its peak memory at the end. It imports nothing that a search wouldn't. After CPU_SECONDS
the kernel kills it: a solver may not check any other limit for as long.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from typing import Any

import highspy

from algorithm import check, load_sample, run_search
from algorithm.island.resolve import island_of
from algorithm.memory import limit_memory
from algorithm.model.build import build_model


def say(**what: Any) -> None:
    print(
        json.dumps({"at": time.monotonic() - BEGAN, "cpu": time.process_time(), **what}), flush=True
    )


def stages(sample: str) -> None:
    """Search in stages, as always."""
    result = run_search(sample, on_progress=lambda progress: say(incumbent=progress.incumbent))
    for plan in result["plans"]:
        del plan["dispatch"]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    say(result=result, memory_mb=memory)


def one_program(sample: str) -> None:
    """Give HiGHS the whole horizon with all its decisions."""
    requirement, disabled, _ = check(load_sample(sample))
    program = build_model(island_of(requirement, disabled)).program
    highs = highspy.Highs()
    for option, value in {"output_flag": False, "threads": 1}.items():
        highs.setOptionValue(option, value)
    highs.passModel(program.to_highs())
    highs.cbMipImprovingSolution.subscribe(
        lambda event: say(incumbent=event.data_out.objective_function_value)
    )
    highs.cbMipLogging.subscribe(lambda event: say(bound=event.data_out.mip_dual_bound))
    highs.run()


if __name__ == "__main__":
    limit_memory()
    BEGAN = time.monotonic()
    run, sample, *seconds = sys.argv[1:]
    if seconds:
        resource.setrlimit(resource.RLIMIT_CPU, (int(seconds[0]),) * 2)
    {"stages": stages, "one_program": one_program}[run](sample)

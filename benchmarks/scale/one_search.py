"""One search in a process of its own: `python -m benchmarks.scale.one_search HOURS DEVICES LIMIT`.

It prints the CPU seconds of the search and its peak memory as JSON.
"""

from __future__ import annotations

import json
import re
import sys
import time
from pathlib import Path

from algorithm import load_sample, run_search
from algorithm.memory import limit_memory
from algorithm.requirement.schema import Requirement

SAMPLE = "campus"


def requirement(hours: int, devices: int) -> Requirement:
    """The first hours of the campus with a number of devices; 0 keeps its own.

    The first five are needed to meet its demands. Beyond its own, each further device is a copy
    with a higher maintenance cost, so that no two are the same.
    """
    told = load_sample(SAMPLE).model_dump(mode="json", exclude_unset=True)
    told["profiles"] = {name: column[:hours] for name, column in told["profiles"].items()}
    if devices:
        own = told["devices"]
        needed = ["gas-boiler", "compression-chiller", "rooftop-pv", "battery", "heat-tank"]
        order = [*needed, *(name for name in own if name not in needed)]
        told["devices"] = {name: own[name] for name in order[:devices]}
        for number in range(devices - len(order)):
            like = order[number % len(order)]
            told["devices"][f"{like}-{2 + number // len(order)}"] = {
                **own[like],
                "like": like,
                "maintenance": 30.0 + number,
            }
    return Requirement.model_validate(told)


def main(hours: int, devices: int, limit_s: int) -> None:
    limit_memory()
    asked = requirement(hours, devices)
    began, cpu = time.monotonic(), time.process_time()
    run_search(asked, options={"prove": False, "time_limit_s": limit_s})
    print(
        json.dumps(
            {
                "cpu_s": time.process_time() - cpu,
                "cut": time.monotonic() - began >= limit_s,
                "memory_mb": _peak_kb() / 1024,
            }
        )
    )


def _peak_kb() -> int:
    """Of this program alone: `getrusage` counts the process that started it, too."""
    found = re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text())
    assert found
    return int(found[1])


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

"""What every system's task reports: the same updates, as often.

Only the standard library: each system has packages of its own.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import NamedTuple

TASK = "benchmarks.progress"
"""The task's name, where a system leaves it to its users."""

RATE = 10.0
"""Updates a second."""

DURATION_S = 600.0
"""How long a task reports; it is killed long before."""

PATTERN = re.compile(rb"Step (\d+) at (\d+\.\d+)")
"""In a status: the update's number, and when (monotonic s) it was reported."""


class Update(NamedTuple):
    """One call of `update_state`."""

    current: int
    total: int
    status: str


def updates() -> Iterator[Update]:
    """Each update when it is due."""
    begun = time.monotonic()
    total = int(DURATION_S * RATE)
    for number in range(1, total + 1):
        time.sleep(max(0.0, begun + number / RATE - time.monotonic()))
        yield Update(number, total, f"Step {number} at {time.monotonic():.6f}")

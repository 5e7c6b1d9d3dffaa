"""Which heartbeats have stopped, by the monitor's own monotonic clock.

A holder of a lease on a job or a part increments its heartbeat in the database. A monitor measures
how long each counter hasn't changed. No two clocks are compared, so a wrong or jumping one makes no
worker look lost.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Mapping
from typing import Any, Generic, TypeVar

from dashboard.times import MAX_STEP_S

K = TypeVar("K", bound=Hashable)


class HeartbeatMonitor(Generic[K]):
    """How long each heartbeat hasn't changed. `clock`: monotonic seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._looked = clock()
        self._known: dict[K, tuple[Any, float]] = {}

    def reset(self) -> None:
        """Start again: while the database accepted no writes, there were no heartbeats."""
        self._known = {}

    def silent_s(self, heartbeats: Mapping[K, Any]) -> dict[K, float]:
        """Seconds for which each counter hasn't changed, as far as this monitor has seen."""
        now = self._clock()
        passed, self._looked = min(now - self._looked, MAX_STEP_S), now
        known = self._known
        self._known = {
            who: (count, known[who][1] + passed if who in known and known[who][0] == count else 0.0)
            for who, count in heartbeats.items()
        }
        return {who: silent for who, (_, silent) in self._known.items()}

"""Which heartbeats have stopped, by the monitor's own steady clock.

Whoever holds a lease on a job or a part counts its heartbeat up in the store, again and again. A
monitor measures how long each counter has stood still. No clock is compared with another's, so one
that is wrong, or jumps, makes nobody look lost.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Mapping
from typing import Any, Generic, TypeVar

from dashboard.times import MAX_STEP_S

Who = TypeVar("Who", bound=Hashable)


class HeartbeatMonitor(Generic[Who]):
    """How long each heartbeat has stood still. `clock`: seconds that never go back."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._looked = clock()
        self._known: dict[Who, tuple[Any, float]] = {}

    def reset(self) -> None:
        """Begin anew: while the store took no writes, nobody could send a heartbeat."""
        self._known = {}

    def silent_s(self, heartbeats: Mapping[Who, Any]) -> dict[Who, float]:
        """Seconds for which each of these counters has stood still, as far as was looked."""
        now = self._clock()
        passed, self._looked = min(now - self._looked, MAX_STEP_S), now
        known = self._known
        self._known = {
            who: (count, known[who][1] + passed if who in known and known[who][0] == count else 0.0)
            for who, count in heartbeats.items()
        }
        return {who: silent for who, (_, silent) in self._known.items()}

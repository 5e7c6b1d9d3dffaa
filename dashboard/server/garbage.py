"""Full garbage collections of a web process: between events, not while viewers are being served.

A full collection walks every object that it may free: with all modules and 1000 viewers that takes
0.2 s, in which nobody is served. So what is loaded at the start is excluded, and further full
collections wait until nothing was sent for a moment. A viewer who has left is cyclic garbage,
so they can't be left out.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

NEVER = 1_000_000_000
"""Collections of the middle generation before an automatic full one."""

DUE = 100
"""Collections of the middle generation, each after 7000 new objects, before a full one is due."""

OVERDUE = 5 * DUE
"""So many, and it no longer waits for a quiet moment."""

QUIET_S = 1.0
"""If nothing was sent to viewers for so long, the moment is quiet."""


class GarbageCollector:
    """Decides when this process collects all its garbage. Call `look` every few seconds.

    sent_at: when (monotonic s) something was last sent to a viewer.
    """

    def __init__(self, sent_at: Callable[[], float]) -> None:
        self._sent_at = sent_at
        gc.collect()
        gc.freeze()
        young, middle, _ = gc.get_threshold()
        gc.set_threshold(young, middle, NEVER)

    def look(self) -> None:
        *_, since_last = gc.get_count()
        is_quiet = time.monotonic() > self._sent_at() + QUIET_S
        if since_last >= OVERDUE or (since_last >= DUE and is_quiet):
            gc.collect()

"""Rate limit of progress events: the newest figures at a fixed rate, each milestone always.

The search reports whenever it has something; the task calls `flush` ten times a second. While Redis
is away, the newest figures and all milestones are buffered.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from redis import RedisError

from algorithm import Progress
from dashboard.journal.envelope import Meta

TOTAL = 100


class Reporter:
    """Publishes progress through `publish`, which raises redis.RedisError while Redis is away."""

    INTERVAL_S = 0.1  # s between events
    REDIS_RETRY_S = 1.0  # s before Redis is tried again

    def __init__(self, publish: Callable[[Meta], None]) -> None:
        self._publish = publish
        self._milestones: deque[Meta] = deque()
        self._newest: Meta | None = None
        self._current = 0.0
        self._due = 0.0

    def note(self, progress: Progress) -> None:
        """Buffer a report of the search for the next `flush`."""
        # Never backwards, and 100 only when the result is stored.
        self._current = max(self._current, min(99.9, round(progress.fraction * TOTAL, 1)))
        meta: Meta = {**progress.report(), "current": self._current, "total": TOTAL}
        if progress.milestone:
            self._milestones.append(meta)
            self._newest = None
        else:
            self._newest = meta

    def flush(self, *, last: bool = False) -> None:
        """Publish what is buffered if the interval has passed, or at the `last` call."""
        if time.monotonic() < self._due and not last:
            return
        try:
            while self._milestones:
                self._publish(self._milestones[0])
                self._milestones.popleft()
            if self._newest is not None:
                self._publish(self._newest)
                self._newest = None
        except RedisError:
            self._due = time.monotonic() + self.REDIS_RETRY_S
        else:
            self._due = time.monotonic() + self.INTERVAL_S

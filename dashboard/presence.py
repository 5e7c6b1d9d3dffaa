"""Who is watching which job, across all web processes.

Each viewer is an entry that its web process renews at every heartbeat and that expires by itself,
so the count comes right again after a web process was killed.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping

from redis import Redis


class Presence:
    """Counts viewers in Redis. `lifetime`: how long an entry lasts that isn't renewed, seconds."""

    def __init__(self, redis: Redis, lifetime: float) -> None:
        self._redis = redis
        self._lifetime = lifetime

    def renew(self, viewers: Mapping[str, Collection[str]]) -> dict[str, int]:
        """Renew (or enter) these viewers of these jobs; the count of all viewers of each job."""
        now = time.time()
        jobs = list(viewers)
        with self._redis.pipeline(transaction=False) as pipe:
            for job in jobs:
                key = _key(job)
                pipe.zadd(key, dict.fromkeys(viewers[job], now + self._lifetime))
                pipe.expire(key, int(self._lifetime) + 1)
                pipe.zcount(key, now, "+inf")
            counts = pipe.execute()[2::3] if jobs else []
        return dict(zip(jobs, counts, strict=True))

    def leave(self, job: str, viewer: str) -> int:
        """Take a viewer out; the count of those who stay."""
        with self._redis.pipeline(transaction=False) as pipe:
            pipe.zrem(_key(job), viewer)
            pipe.zcount(_key(job), time.time(), "+inf")
            count: int = pipe.execute()[1]
        return count


def _key(job: str) -> str:
    return f"job:{{{job}}}:viewers"

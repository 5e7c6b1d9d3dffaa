"""Who is watching which job, across all web processes.

Each viewer is an entry that its web process renews at every heartbeat and that expires by itself,
so the count comes right again after a web process was killed. Entries are dated by Redis's clock:
those of the web processes may differ.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from redis import Redis

# KEYS 1 the job's viewers: sorted set of socket ids by when they expire, s
# ARGV 1 seconds that an entry lasts   2… those to renew, or to enter
_RENEW = """
local now = tonumber(redis.call('TIME')[1])
for i = 2, #ARGV do
  redis.call('ZADD', KEYS[1], now + ARGV[1], ARGV[i])
end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
redis.call('EXPIRE', KEYS[1], ARGV[1])
return redis.call('ZCARD', KEYS[1])
"""


class Presence:
    """Counts viewers in Redis. `lifetime`: how long an entry lasts that isn't renewed, seconds."""

    def __init__(self, redis: Redis, lifetime: int) -> None:
        self._redis = redis
        self._lifetime = lifetime
        self._renew = redis.register_script(_RENEW)

    def renew(self, viewers: Mapping[str, Collection[str]]) -> dict[str, int]:
        """Renew (or enter) these viewers of these jobs; the count of all viewers of each job."""
        with self._redis.pipeline(transaction=False) as pipe:
            for job, sids in viewers.items():
                self._renew(keys=[_key(job)], args=[self._lifetime, *sids], client=pipe)
            counts = pipe.execute()
        return dict(zip(viewers, counts, strict=True))

    def leave(self, job: str, viewer: str) -> int:
        """Take a viewer out; the count of those who stay."""
        self._redis.zrem(_key(job), viewer)
        return self.renew({job: ()})[job]


def _key(job: str) -> str:
    return f"job:{{{job}}}:viewers"

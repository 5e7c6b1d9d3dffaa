"""Who is watching which job, across all web processes.

Each viewer is an entry that its web process renews at every heartbeat, and that expires by itself:
so the count is right again soon after a web process was killed. Expiry uses Redis's clock, because
those of the web processes may differ. An entry holds the viewer's name, so that names and count
agree, without a further query.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from redis import Redis

NAMED = 20
"""Viewers of a job whose names are sent to browsers."""

# KEYS 1 the job's viewers: sorted set of "socket id, space, name" by when they expire, s
# ARGV 1 seconds that an entry lasts   2 how many names are told   3… entries to renew, or to enter
# returns how many entries there are, how many people, and the first names
_RENEW = """
local now = tonumber(redis.call('TIME')[1])
for i = 3, #ARGV do
  redis.call('ZADD', KEYS[1], now + ARGV[1], ARGV[i])
end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
-- Added before Redis's clock was set back: they would expire much too late.
redis.call('ZREMRANGEBYSCORE', KEYS[1], '(' .. (now + ARGV[1]), '+inf')
redis.call('EXPIRE', KEYS[1], ARGV[1])
local entries = redis.call('ZRANGE', KEYS[1], 0, -1)
local names, known = {}, {}
for _, entry in ipairs(entries) do
  local name = string.match(entry, ' (.*)')
  if name and not known[name] then
    known[name] = true
    names[#names + 1] = name
  end
end
table.sort(names)
return {#entries, #names, unpack(names, 1, math.min(#names, tonumber(ARGV[2])))}
"""


@dataclass(frozen=True)
class Audience:
    """A job's viewers. count: their sockets; people: each once, however many sockets they have;
    names: of the first of them by name, NAMED at most."""

    count: int
    people: int
    names: tuple[str, ...]


class Presence:
    """Keeps viewers in Redis. `lifetime`: how long an entry lasts that isn't renewed, seconds."""

    def __init__(self, redis: Redis, lifetime: int) -> None:
        self._redis = redis
        self._lifetime = lifetime
        self._renew = redis.register_script(_RENEW)

    def renew(self, viewers: Mapping[str, Mapping[str, str]]) -> dict[str, Audience]:
        """Renew or add these viewers (names by socket id) of these jobs; returns the audience of
        each job, from all web processes."""
        if len(viewers) == 1:
            # A pipeline asks in a round trip of its own whether Redis has the script.
            return {job: _audience(self._call(job, names)) for job, names in viewers.items()}
        with self._redis.pipeline(transaction=False) as pipe:
            for job, names in viewers.items():
                self._call(job, names, pipe)
            answers = pipe.execute()
        return {job: _audience(answer) for job, answer in zip(viewers, answers, strict=True)}

    def leave(self, job: str, sid: str, name: str) -> Audience:
        """Remove a viewer; returns those who stay."""
        self._redis.zrem(_key(job), _entry(sid, name))
        return self.renew({job: {}})[job]

    def _call(self, job: str, names: Mapping[str, str], client: Redis | None = None) -> Any:
        entries = [_entry(sid, name) for sid, name in names.items()]
        return self._renew(keys=[_key(job)], args=[self._lifetime, NAMED, *entries], client=client)


def _key(job: str) -> str:
    return f"job:{{{job}}}:viewers"


def _entry(sid: str, name: str) -> str:
    return f"{sid} {name}"


def _audience(answer: list[int | str]) -> Audience:
    count, people, *names = answer
    return Audience(cast(int, count), cast(int, people), cast("tuple[str, ...]", tuple(names)))

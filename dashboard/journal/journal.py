"""The journal: every event of every job, numbered, in Redis.

Workers append, and web processes for what happens while no worker has the job; the relay reads what
a viewer missed. An event's key is `{epoch, seq}`, seq from 1 without a gap. An epoch ends only when
Redis loses the job's events; the next append begins another one, and readers of the old one get a
snapshot. Appending is one Lua script (`journal.lua`), so every number has its event.

The snapshot merges all events: each field's newest value, plus the milestones. The snapshot at k
and the events after k give the same state as all events.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from redis import Redis

from algorithm.search.progress import ESTIMATE, FIGURES
from dashboard.journal.envelope import Envelope, Event, Milestone, Snapshot

MILESTONES_KEPT = 100

_SET_BY_JOURNAL = frozenset({"job", "epoch", "seq", "at"})

_NULLABLE = frozenset({*FIGURES, *ESTIMATE})

_APPEND = Path(__file__).with_name("journal.lua").read_text()


class Ended(Exception):
    """The job's final event is in the journal already; nothing comes after it."""


class Fenced(Exception):
    """A later attempt at the job has begun, so the older one's events are rejected."""


@dataclass(frozen=True)
class Position:
    """How far a job's journal has come. `final`: whether its last event is in it."""

    epoch: str
    seq: int
    final: bool


@dataclass(frozen=True)
class Reading:
    """What a viewer at some position missed: the events after it, or a snapshot."""

    snapshot: Snapshot | None
    events: list[Envelope]


class Journal:
    """Reads and appends the events of jobs.

    Every method raises `redis.RedisError` while Redis is away.
    """

    def __init__(self, redis: Redis, ttl: int, length: int) -> None:
        self.redis = redis
        self._ttl = ttl
        self._length = length
        self._append = redis.register_script(_APPEND)

    def append(self, job: str, event: Event, *, final: bool = False) -> Envelope:
        """Number and keep `event` (with `attempt`), and return it as its viewers get it.

        Fields that are None are left out, except FIGURES and ESTIMATE: null means that a figure is
        unknown now, as after a change of basis, or that the estimate isn't a range any more.
        Raises Ended and Fenced, and ValueError for NaN or infinity.
        """
        kept = {
            name: value
            for name, value in event.items()
            if (value is not None or name in _NULLABLE) and name not in _SET_BY_JOURNAL
        }
        said = {name: _json(value) for name, value in kept.items()}
        milestone = {name: said[name] for name in Milestone.__annotations__ if name in said}
        # The snapshot has the milestone in its list.
        fields = [
            text
            for name, value in said.items()
            if name != "milestone"
            for text in (f"={name}", value)
        ]
        answer = cast(
            list[str],
            self._append(
                keys=[_state(job), _events(job)],
                args=[
                    _members({"job": _json(job), **said}),
                    event["attempt"],
                    secrets.token_hex(4),
                    self._ttl,
                    self._length,
                    int(final),
                    _members(milestone) if event.get("milestone") else "",
                    MILESTONES_KEPT,
                    *fields,
                ],
            ),
        )
        if answer[0] == "ended":
            raise Ended(job)
        if answer[0] == "fenced":
            raise Fenced(job)
        _, epoch, seq, at = answer
        return cast(Envelope, {"epoch": epoch, "seq": int(seq), "at": int(at), "job": job, **kept})

    def read(self, job: str, epoch: str | None = None, since: int | None = None) -> Reading | None:
        """What a viewer at `{epoch, since}` missed; None where the journal knows no such job.

        A snapshot if that position is unknown, of another epoch, in the future, or so old that
        events after it are gone.
        """
        # One transaction: snapshot and events must be consistent.
        first = "-" if since is None else f"({since}-0"
        with self.redis.pipeline() as pipe:
            pipe.hgetall(_state(job))
            if since is not None:
                pipe.xrange(_events(job), first, "+")
            answers = pipe.execute()
        state = answers[0]
        if not state:
            return None
        seq = int(state["seq"])
        if since is not None and epoch == state["epoch"] and since <= seq:
            events = [json.loads(fields["envelope"]) for _, fields in answers[1]]
            if len(events) == seq - since:
                return Reading(None, events)
        return Reading(_snapshot(job, state), [])

    def snapshots(self, jobs: Iterable[str]) -> dict[str, Snapshot]:
        """The snapshot of each job that the journal knows."""
        jobs = list(jobs)
        with self.redis.pipeline(transaction=False) as pipe:
            for job in jobs:
                pipe.hgetall(_state(job))
            answers = pipe.execute() if jobs else []
        return {
            job: _snapshot(job, state) for job, state in zip(jobs, answers, strict=True) if state
        }

    def positions(self, jobs: Iterable[str]) -> dict[str, Position]:
        """The position of each job that the journal knows."""
        jobs = list(jobs)
        with self.redis.pipeline(transaction=False) as pipe:
            for job in jobs:
                pipe.hmget(_state(job), "epoch", "seq", "final")
            answers = pipe.execute() if jobs else []
        return {
            job: Position(epoch, int(seq), final is not None)
            for job, (epoch, seq, final) in zip(jobs, answers, strict=True)
            if epoch is not None
        }

    def forget(self, job: str) -> None:
        """Delete a job's events: for a job that was withdrawn."""
        self.redis.delete(_state(job), _events(job))


# The braces keep a job's keys on one node of a Redis cluster, as its script needs them.
def _state(job: str) -> str:
    return f"job:{{{job}}}:state"


def _events(job: str) -> str:
    return f"job:{{{job}}}:events"


# `json.dumps` would make an encoder for each value.
_json = json.JSONEncoder(allow_nan=False).encode


def _members(record: Mapping[str, str]) -> str:
    """A record of JSON texts as JSON without its opening brace, to follow other members."""
    return "".join(f',"{name}":{text}' for name, text in record.items()) + "}"


def _snapshot(job: str, state: dict[str, str]) -> Snapshot:
    """The snapshot in a job's state, as `journal.lua` keeps it."""
    fields = [f'"{name[1:]}":{text}' for name, text in state.items() if name.startswith("=")]
    snapshot = {
        **json.loads("{" + ",".join(fields) + "}"),
        "job": job,
        "epoch": state["epoch"],
        "seq": int(state["seq"]),
        "at": int(state["at"]),
    }
    if lines := state.get("milestones"):
        snapshot["milestones"] = json.loads(f"[{lines.replace(chr(10), ',')}]")
    return cast(Snapshot, snapshot)

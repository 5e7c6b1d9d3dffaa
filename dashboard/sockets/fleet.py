"""Workers and the queue at a glance: what runs, what waits, and which workers there are.

What runs and waits is read from the database. Each worker renews a Redis key every second
(`workers.heartbeat`), which expires soon after the worker was killed. The broker isn't queried:
each kind would need its own code.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import cast

from flask import current_app
from redis import Redis, RedisError
from sqlalchemy import Row, func
from typing_extensions import TypedDict

from dashboard.db.extensions import db
from dashboard.db.models import ENDED, WAITING, Job, Part
from dashboard.jobs.permissions import Person, visible_jobs
from dashboard.journal.publish import journal, milliseconds
from dashboard.sockets.presence import Presence

LIFETIME_S = 10
"""Seconds without a heartbeat after which a worker is removed."""

ORDER_LENGTH = 1000
"""Waiting jobs whose place in the queue is shown."""

# The braces keep all of them on one node of a Redis cluster.
_NAMES = "workers:{fleet}"


class Audiences(TypedDict):
    """Who is there, as far as Redis tells.

    workers: None where it doesn't. viewers: how many watch each job that hasn't ended, where
    somebody does; watching: the names of the first of them.
    """

    workers: list[Worker] | None
    viewers: dict[str, int]
    watching: dict[str, list[str]]


class Glance(Audiences):
    """Workers and queue. running, parts: jobs that a worker has, and parts that are being run.

    waiting: how many jobs wait; waiting_since: since when (UTC ms) the one that waits longest;
    order: their ids, the next one first.
    """

    running: int
    parts: int
    waiting: int
    waiting_since: int | None
    order: list[str]


@dataclass(frozen=True)
class Worker:
    """A worker that is there. slots: how many tasks it runs side by side; busy: and does now."""

    name: str
    slots: int
    busy: int


class WorkerRegistry:
    """The workers that there are, in Redis. Methods raise redis.RedisError while that is away."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def register(self, worker: Worker) -> None:
        """Store that a worker is there, and how busy it is."""
        with self._redis.pipeline(transaction=False) as pipe:
            # First, because a Redis that is full rejects SET, but still extends the old entry.
            pipe.expire(_key(worker.name), LIFETIME_S)
            pipe.set(_key(worker.name), json.dumps(asdict(worker)), ex=LIFETIME_S)
            pipe.sadd(_NAMES, worker.name)
            pipe.execute()

    def remove(self, name: str) -> None:
        """Remove a worker that ends."""
        self._redis.delete(_key(name))

    def present(self) -> list[Worker]:
        """The workers that are there, by name."""
        names = sorted(cast("set[str]", self._redis.smembers(_NAMES)))
        if not names:
            return []
        entries = cast("list[str | None]", self._redis.mget([_key(name) for name in names]))
        if gone := [name for name, text in zip(names, entries, strict=True) if text is None]:
            self._redis.srem(_NAMES, *gone)
        return [Worker(**json.loads(text)) for text in entries if text is not None]


def _key(name: str) -> str:
    return f"{_NAMES}:{name}"


def glance(user: Person) -> Glance:
    """Everything at a glance, as `user` sees it."""
    unended = db.session.execute(
        visible_jobs(user)
        .with_only_columns(Job.id, Job.state, Job.created_at, Job.owner_id)
        .where(Job.state.not_in(ENDED))
        .order_by(Job.created_at, Job.id)
    ).all()
    waiting = [job for job in unended if job.state in WAITING]
    seen = visible_jobs(user).with_only_columns(Job.id).where(Job.state.not_in(ENDED))
    running_parts = db.select(func.count()).where(Part.state == "running", Part.job_id.in_(seen))
    return {
        "running": len(unended) - len(waiting),
        "parts": db.session.scalar(running_parts) or 0,
        "waiting": len(waiting),
        "waiting_since": milliseconds(waiting[0].created_at) if waiting else None,
        "order": _by_turns(unended)[:ORDER_LENGTH],
        **_from_redis([job.id for job in unended]),
    }


def _by_turns(unended: Sequence[Row[str, str, datetime, int]]) -> list[str]:
    """The ids of the waiting jobs, the next one first; `unended`: by time of submission.

    Fair queueing: the job whose owner has fewest running or earlier waiting jobs comes first.
    """
    before = Counter(job.owner_id for job in unended if job.state not in WAITING)
    turns = []
    for job in unended:
        if job.state in WAITING:
            turns.append((before[job.owner_id], job.created_at, job.id))
            before[job.owner_id] += 1
    return [job_id for *_, job_id in sorted(turns)]


def _from_redis(jobs: list[str]) -> Audiences:
    presence: Presence = current_app.extensions["relay"].presence
    try:
        workers = WorkerRegistry(journal().redis).present()
        audiences = presence.renew({job: {} for job in jobs})
    except RedisError as error:
        current_app.logger.warning("Workers and viewers can't be counted: %s", error)
        return {"workers": None, "viewers": {}, "watching": {}}
    return {
        "workers": workers,
        "viewers": {job: audience.count for job, audience in audiences.items() if audience.count},
        "watching": {
            job: [*audience.names] for job, audience in audiences.items() if audience.names
        },
    }

"""How soon a free slot has its next search, under each of Celery's pools.

The time of 40 searches is compared with two ideals in which no slot is ever idle: with the time
that each of them ran, which shows how busy the slots were; and with the time of one alone, which
also shows how much they slow each other down on an otherwise idle machine.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Collection, Iterator
from pathlib import Path

from benchmarks.searches import LONGEST_S, states, wait_for_ends
from benchmarks.table import Row
from dashboard.db.extensions import db
from dashboard.db.models import Job
from tests.stack import LONG, Client, Stack, wait_for

POOLS = ("eventlet", "gevent", "threads", "prefork")
JOBS = 40
ALONE = 5
CANCELLED = 100


def rows() -> Iterator[Row]:
    for pool in POOLS:
        with tempfile.TemporaryDirectory() as folder:
            stack = Stack(Path(folder), pool=pool)
            try:
                client = Client(stack.add_web(), stack.token())
                stack.worker.start()
                # Warm up: each process of a pool is slower for its first task.
                wait_for_ends(stack, [client.submit() for _ in range(2 * stack.slots)])
                yield from _many(stack, client)
                yield from _cancelled(stack, client)
            finally:
                stack.stop()


def _many(stack: Stack, client: Client) -> Iterator[Row]:
    alone = statistics.median(_seconds(stack, client) for _ in range(ALONE))
    began = time.monotonic()
    jobs = [client.submit() for _ in range(JOBS)]
    wait_for_ends(stack, jobs)
    taken = time.monotonic() - began
    running = _seconds_running(stack, jobs)
    yield Row(
        f"{stack.pool}: {JOBS} tiny searches in {stack.slots} slots",
        f"{taken:.1f} s",
        f"{taken * stack.slots / running:.2f} x slots that are always at one",
    )
    yield Row(
        f"{stack.pool}: one of them alone, median",
        f"{alone:.2f} s",
        f"{taken * stack.slots / (JOBS * alone):.2f} x {JOBS} of it / {stack.slots} slots",
    )


def _seconds(stack: Stack, client: Client) -> float:
    """From a submit to its end."""
    began = time.monotonic()
    wait_for_ends(stack, [client.submit()])
    return time.monotonic() - began


def _seconds_running(stack: Stack, jobs: Collection[str]) -> float:
    """How long they ran, all together."""
    with stack.app.app_context():
        ended = db.session.scalars(db.select(Job).where(Job.id.in_(jobs)))
        return sum((job.ended_at - job.started_at).total_seconds() for job in ended)


def _cancelled(stack: Stack, client: Client) -> Iterator[Row]:
    """How long the jobs that were cancelled while they waited hold up the next."""
    busy = [client.submit(**LONG) for _ in range(stack.slots)]
    wait_for("every slot to be taken", lambda: states(stack, busy) == {"STARTED"})
    gone = [client.submit() for _ in range(CANCELLED)]
    following = client.submit()
    for job in [*gone, *busy]:
        client.post(f"/api/v1/jobs/{job}/cancel", json={})
    wait_for_ends(stack, busy)
    began = time.monotonic()
    wait_for("the next to begin", lambda: states(stack, [following]) != {"PENDING"}, LONGEST_S)
    taken = time.monotonic() - began
    yield Row(
        f"{stack.pool}: the next begins after {CANCELLED} cancelled ones",
        f"{taken:.2f} s",
        f"{1000 * taken / CANCELLED:.0f} ms each",
    )
    wait_for_ends(stack, [following])

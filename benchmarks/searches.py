"""Searches that benchmarks submit: workers for them, and their ends."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Collection, Iterator
from pathlib import Path

from dashboard.db.extensions import db
from dashboard.db.models import ENDED, Job
from tests.stack import Client, Stack, wait_for

LONGEST_S = 600.0
"""How long submitted searches may take until all have ended."""


@contextlib.contextmanager
def workers_of_one_slot(count: int) -> Iterator[tuple[Stack, Client]]:
    """An installation with one web process and `count` workers of one slot each."""
    with tempfile.TemporaryDirectory() as folder:
        stack = Stack(Path(folder), slots=1)
        try:
            client = Client(stack.add_web(), stack.token())
            for number in range(count):
                (stack.worker if number == 0 else stack.new_worker()).start()
            yield stack, client
        finally:
            stack.stop()


def wait_for_ends(stack: Stack, jobs: Collection[str]) -> None:
    """Wait until all of these jobs have ended, in any way."""
    wait_for("the jobs to end", lambda: states(stack, jobs) <= ENDED, LONGEST_S)


def states(stack: Stack, jobs: Collection[str]) -> set[str]:
    """The states that these jobs have in the database."""
    with stack.app.app_context():
        return set(db.session.scalars(db.select(Job.state).where(Job.id.in_(jobs))))

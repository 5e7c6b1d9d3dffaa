"""Whether this worker is to end, as each of its tasks can see.

At SIGTERM, Celery waits for the tasks that run, and a search runs for minutes. So they leave their
parts to others, hand their jobs on, and the worker ends within a second or two.
"""

from __future__ import annotations

import mmap
from typing import Any

from celery import signals

# Shared memory, because the prefork pool runs tasks in processes forked from the one that is told.
_told = mmap.mmap(-1, 1)


@signals.worker_shutting_down.connect
def _begin(**_: Any) -> None:
    _told[0] = 1


def has_begun() -> bool:
    return bool(_told[0])

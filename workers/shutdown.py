"""Whether this worker is shutting down, for its tasks to check.

At SIGTERM, Celery waits for running tasks, and a search takes minutes. So tasks release their parts
and requeue their jobs, and the worker ends within a second or two.
"""

from __future__ import annotations

import mmap
from typing import Any

from celery import signals

# Shared memory, because only the parent of the prefork pool's processes gets the signal.
_flag = mmap.mmap(-1, 1)


@signals.worker_shutting_down.connect
def _begin(**_: Any) -> None:
    _flag[0] = 1


def has_begun() -> bool:
    return bool(_flag[0])

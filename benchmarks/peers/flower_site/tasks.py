"""A task as it is without any system: `update_state` stores the progress at the result backend."""

from __future__ import annotations

import os

from celery import Celery, Task

from benchmarks.peers.updates import TASK, updates

URL = os.environ["REDIS_URL"]

app = Celery("flower_site", broker=URL, backend=URL)


@app.task(bind=True, name=TASK)
def progress(task: Task) -> None:
    for update in updates():
        task.update_state(state="PROGRESS", meta=update._asdict())

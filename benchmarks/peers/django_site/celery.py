"""The Celery application of the site, and a task for each of celery-progress's two recorders."""

from __future__ import annotations

import os

import django
from celery import Celery, Task

URL = os.environ["REDIS_URL"]

app = Celery("django_site", broker=URL, backend=URL)
app.set_default()
# The recorders need the settings, of a worker too.
django.setup()

from celery_progress.backend import ProgressRecorder  # noqa: E402
from celery_progress.websockets.backend import WebSocketProgressRecorder  # noqa: E402

from benchmarks.peers.updates import TASK, updates  # noqa: E402

PUSHED = f"{TASK}.pushed"


@app.task(bind=True, name=TASK)
def polled(task: Task) -> None:
    _report(ProgressRecorder(task))


@app.task(bind=True, name=PUSHED)
def pushed(task: Task) -> None:
    _report(WebSocketProgressRecorder(task))


def _report(recorder: ProgressRecorder) -> None:
    for current, total, status in updates():
        recorder.set_progress(current, total, description=status)

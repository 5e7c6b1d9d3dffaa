"""The application of a worker that takes searches, and only reports."""

from __future__ import annotations

from benchmarks.peers.updates import updates
from dashboard.celery_config import SEARCH, Application, celery_settings
from dashboard.config import Settings
from workers.live_task import LiveTask

app = Application("ours")
app.conf.update(celery_settings(Settings.from_environment()))


@app.task(base=LiveTask, bind=True, name=SEARCH)
def progress(task: LiveTask, job: str) -> None:
    for current, total, status in updates():
        task.update_state(job, "PROGRESS", {"current": current, "total": total, "status": status})

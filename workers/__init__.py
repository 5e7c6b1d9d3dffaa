"""The worker: `celery -A workers worker` runs the searches that the dashboard queues.

`search` has the tasks: a job's own, and the help that it gets; `holder` runs one part of a search
after another for either, each in a `search_process`. `live_task` makes a task's states reach
browsers, and holds its job's `lease`; `reporter` paces what it publishes.
"""

from __future__ import annotations

import sys
from typing import Any

from celery import Celery

from dashboard.broker import celery_settings
from dashboard.config import ConfigurationError, Settings


def _settings() -> dict[str, Any]:
    try:
        return celery_settings(Settings.from_environment())
    except ConfigurationError as error:
        print(error, file=sys.stderr)
        sys.exit(2)


app = Celery("workers", include=["workers.search"])
# Read when they are first needed: to import a module of this package needs no Redis.
app.add_defaults(_settings)

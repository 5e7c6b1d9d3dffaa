"""The worker process: `python -m workers`, which takes further options of `celery worker`.

Like `celery -A workers worker -l info -P "$WORKER_POOL"`, but for a wrong setting it prints one
line and ends.
"""

from __future__ import annotations

import os

# Before patching: it imports little, and its signal handlers need the unpatched `os.write`.
from celery.__main__ import main

from dashboard import green

if __name__ == "__main__":
    green.patch(os.environ.get("WORKER_POOL") or "eventlet")

import sys

from dashboard.config import ConfigurationError, Settings

if __name__ == "__main__":
    try:
        settings = Settings.from_environment()
        settings.require_redis()
    except ConfigurationError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    worker = ["worker", "--loglevel", "info", "--pool", settings.worker_pool]
    sys.argv = ["celery", "--quiet", "--app", "workers", *worker, *sys.argv[1:]]
    main()

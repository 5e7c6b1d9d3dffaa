"""The web process: `python wsgi.py` serves; `flask --app wsgi …` finds the application here."""

from __future__ import annotations

import os

import green

green.hush_eventlet()
# Only to serve: a `flask` command has imported Flask already, and needs none of it.
if __name__ == "__main__":
    green.patch(os.environ.get("SOCKETIO_ASYNC_MODE") or "eventlet")

import sys

from dashboard import ConfigurationError, Settings, create_app
from dashboard.relay import serve

try:
    settings = Settings.from_environment()
    app = create_app(settings)
    if __name__ == "__main__":
        serve(app, settings)
except ConfigurationError as error:
    print(error, file=sys.stderr)
    sys.exit(2)

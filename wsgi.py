"""The web process: `python wsgi.py` serves; `flask --app wsgi …` finds the application here."""

from __future__ import annotations

import os

from dashboard import green

if __name__ == "__main__":
    green.patch(os.environ.get("SOCKETIO_ASYNC_MODE") or "eventlet")
else:
    # A `flask` command has imported Flask already, and needs nothing patched.
    green.ignore_eventlet_warning()

import sys

from dashboard.app import create_app
from dashboard.config import ConfigurationError, Settings
from dashboard.server.serve import serve

try:
    settings = Settings.from_environment()
    app = create_app(settings)
    if __name__ == "__main__":
        serve(app, settings)
except ConfigurationError as error:
    print(error, file=sys.stderr)
    sys.exit(2)

"""The web process: `python wsgi.py` serves; `flask --app wsgi …` finds the application here."""

from __future__ import annotations

import os

# Before anything else is imported, so that every library gets the patched sockets and threads.
# Only to serve: a `flask` command has imported Flask already, and needs none of it.
if __name__ == "__main__":
    mode = os.environ.get("SOCKETIO_ASYNC_MODE") or "eventlet"
    if mode == "eventlet":
        import warnings

        # Eventlet's only fault: README, "Why each dependency is there".
        warnings.filterwarnings("ignore", message="\nEventlet is deprecated")
        import eventlet

        eventlet.monkey_patch()
    elif mode == "gevent":
        from gevent import monkey

        monkey.patch_all()

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

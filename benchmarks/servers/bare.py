"""Bare Flask-SocketIO over Redis: `python -m benchmarks.servers.bare MODE REDIS_URL PORT`."""

import sys

from dashboard import green

mode, url, port = sys.argv[1:]
green.patch(mode)

from flask import Flask  # noqa: E402
from flask_socketio import SocketIO  # noqa: E402

app = Flask(__name__)
socketio = SocketIO(app, message_queue=url, async_mode=mode)
unsafe = {"allow_unsafe_werkzeug": True} if mode == "threading" else {}
if mode == "eventlet":
    unsafe = {"max_size": 20_000}
socketio.run(app, "127.0.0.1", int(port), **unsafe)

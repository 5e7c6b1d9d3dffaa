"""Tasks that emit through Socket.IO's message queue, or publish one frame."""

from __future__ import annotations

import json
import os

from celery import Celery, Task
from flask_socketio import SocketIO
from redis import Redis

from benchmarks.peers.updates import TASK, updates

URL = os.environ["REDIS_URL"]
FLOOR = f"{TASK}.floor"
CHANNEL = "floor"

app = Celery("socketio_site", broker=URL, backend=URL)


@app.task(bind=True, name=TASK)
def progress(task: Task) -> None:
    socketio = SocketIO(message_queue=URL, async_mode="threading")
    for update in updates():
        meta = update._asdict()
        socketio.emit("progress", meta)
        task.update_state(state="PROGRESS", meta=meta)


@app.task(name=FLOOR)
def floor() -> None:
    redis = Redis.from_url(URL)
    for update in updates():
        redis.publish(CHANNEL, "42" + json.dumps(["progress", update._asdict()]))

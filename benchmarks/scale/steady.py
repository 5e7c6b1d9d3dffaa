"""Events at a steady rate, in place of a worker.

`python -m benchmarks.scale.steady JOB RATE [EVENTS]`.

Without EVENTS it goes on until it's killed; with RATE 0 it publishes as fast as it can. It holds
the job's lease, and prints each event's position as JSON once it's stored. Like a worker it loses
an event that Redis doesn't take: then it has no number either.
"""

from __future__ import annotations

import itertools
import json
import math
import os
import sys
import time

from redis import RedisError

from benchmarks.fanout import EVENT
from dashboard.config import Settings
from dashboard.core import create_publisher
from dashboard.db.extensions import db
from dashboard.jobs.lifecycle import begin
from dashboard.journal.publish import publish
from workers.lease import Lease


def main(job: str, rate: float, events: float = math.inf) -> None:
    publisher = create_publisher(
        Settings.from_environment({**os.environ, "SOCKETIO_ASYNC_MODE": "threading"})
    )
    with publisher.app_context():
        begin(job)
        db.session.remove()  # else its transaction stays open
        with Lease(publisher, job, attempt=1):
            for _ in itertools.takewhile(lambda number: number < events, itertools.count()):
                began = time.monotonic()
                try:
                    stored = publish(job, {**EVENT, "current": began})
                    print(json.dumps({"epoch": stored["epoch"], "seq": stored["seq"]}), flush=True)
                except RedisError as error:
                    print(error, file=sys.stderr, flush=True)
                time.sleep(max(0.0, began + 1 / rate - time.monotonic()) if rate else 0)


if __name__ == "__main__":
    main(sys.argv[1], *map(float, sys.argv[2:]))

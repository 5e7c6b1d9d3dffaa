"""Viewers of one job: `python -m benchmarks.scale.watchers URL TOKEN JOB COUNT`.

They print, as JSON, when (monotonic s) each of them applied which event, and each snapshot that
one of them was given.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from typing import Any

from tests.stack import Viewer

_LINE = threading.Lock()


class Watcher(Viewer):
    """A viewer that says what it applies."""

    number = 0

    def _answer(self, answer: dict[str, Any]) -> None:
        if snapshot := answer.get("snapshot"):
            self._say(snapshot, snapshot=True)
        super()._answer(answer)

    def _apply(self, event: dict[str, Any]) -> None:
        before = len(self.applied)
        super()._apply(event)
        if len(self.applied) > before:
            self._say(event, snapshot=False)

    def _say(self, event: dict[str, Any], *, snapshot: bool) -> None:
        said = {
            "viewer": self.number,
            "at": time.monotonic(),
            "epoch": event["epoch"],
            "seq": event["seq"],
            "attempt": event.get("attempt"),
            "final": "outcome" in event,
            "snapshot": snapshot,
        }
        with _LINE:  # each viewer has threads of its own
            print(json.dumps(said), flush=True)


class _Front:
    """Where viewers connect to."""

    def __init__(self, url: str) -> None:
        self.url = url


def main(url: str, token: str, job: str, count: int) -> None:
    for number in range(count):
        watcher = Watcher(_Front(url), token, job)  # type: ignore[arg-type]
        watcher.number = number
        watcher.connect()
    while True:
        time.sleep(60)


if __name__ == "__main__":
    url, token, job, count = sys.argv[1:]
    main(url, token, job, int(count))

"""How a web process ends at SIGTERM: it finishes the requests that are under way, and no more.

A platform sends it at every deploy. `/readyz` says so at once, and browsers find another process.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

GRACE = 3.0
"""Seconds in which the requests under way are to be finished."""

LOOK = 0.1  # s


class Ending:
    """Counts the requests of `wsgi_app` as they pass through, and waits for the signal.

    Put it below Socket.IO: a browser's socket is a request as well, and never finished.
    """

    def __init__(self, wsgi_app: WSGIApplication) -> None:
        self._wsgi_app = wsgi_app
        self._under_way = 0
        self.has_begun = False

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse, /
    ) -> Iterable[bytes]:
        self._under_way += 1
        try:
            return self._wsgi_app(environ, start_response)
        finally:
            self._under_way -= 1

    def catch_signal(self) -> None:
        signal.signal(signal.SIGTERM, self._begin)

    def wait(self, sleep: Callable[[float], None], goodbye: Callable[[], None]) -> None:
        """Wait for the signal, then for the requests, say `goodbye`, and end the process."""
        while not self.has_begun:
            sleep(LOOK)
        until = time.monotonic() + GRACE
        sleep(LOOK)  # what was accepted just before counts as under way by then
        while self._under_way and time.monotonic() < until:
            sleep(LOOK)
        goodbye()
        sleep(LOOK)  # answers are sent after they were made
        # No server here has another end that takes its open sockets along.
        os._exit(0)

    def _begin(self, *_: object) -> None:
        self.has_begun = True

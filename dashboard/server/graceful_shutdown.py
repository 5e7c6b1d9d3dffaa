"""Graceful shutdown of a web process at SIGTERM: it finishes the requests in progress, then ends.

A platform sends SIGTERM at every deploy. `/readyz` fails at once, and browsers reconnect to another
process.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

GRACE_S = 3.0
"""Time for the requests in progress to finish."""

POLL_S = 0.25


class GracefulShutdown:
    """WSGI middleware that counts requests in progress, and waits for SIGTERM.

    Put it below Socket.IO: a browser's socket is a request too, and one that doesn't finish.
    """

    def __init__(self, wsgi_app: WSGIApplication) -> None:
        self._wsgi_app = wsgi_app
        self._active_requests = 0
        self.has_begun = False

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse, /
    ) -> Iterable[bytes]:
        self._active_requests += 1
        try:
            return self._wsgi_app(environ, start_response)
        finally:
            self._active_requests -= 1

    def catch_signal(self) -> None:
        signal.signal(signal.SIGTERM, self._begin)

    def wait(self, sleep: Callable[[float], None], on_shutdown: Callable[[], None]) -> None:
        """Wait for the signal, then for the requests; call `on_shutdown`, and end the process."""
        while not self.has_begun:
            sleep(POLL_S)
        until = time.monotonic() + GRACE_S
        sleep(POLL_S)  # a request accepted just before has been counted by then
        while self._active_requests and time.monotonic() < until:
            sleep(POLL_S)
        on_shutdown()
        sleep(POLL_S)  # responses are sent after the view has returned
        # None of the servers has a clean stop that also closes its open sockets.
        os._exit(0)

    def _begin(self, *_: object) -> None:
        self.has_begun = True

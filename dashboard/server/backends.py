"""The web server of each SOCKETIO_ASYNC_MODE, with the connection limiter in front."""

from __future__ import annotations

import resource
from typing import Any

from dashboard.config import Settings
from dashboard.server.connections import ConnectionLimiter

BACKLOG = 1024
"""Connections that wait to be accepted."""

SPARE = 64
"""Connections above the limit that the server accepts, so that the limiter can close them."""

OTHER_FILES = 256
"""Open files beside connections: database, Redis, uploads."""


def connections_of(settings: Settings) -> int:
    """How many connections there may be: as configured, or what the open-file limit allows."""
    wanted = settings.connections + OTHER_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    granted = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft < granted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (granted, hard))
    return max(1, min(settings.connections, granted - OTHER_FILES))


def serve_with(limiter: ConnectionLimiter, settings: Settings) -> None:
    """Accept connections until the process is stopped."""
    serve = {"eventlet": _eventlet, "gevent": _gevent, "threading": _threading}
    serve[settings.async_mode](limiter, settings.host, settings.port)


def _eventlet(limiter: ConnectionLimiter, host: str, port: int) -> None:
    import eventlet
    import eventlet.wsgi
    from eventlet.green import socket

    family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listener = _Listener(eventlet.listen(address, family, backlog=BACKLOG), limiter)
    eventlet.wsgi.server(
        listener,
        limiter,
        max_size=limiter.max_connections + SPARE,
        log_output=False,
        debug=False,  # it would show tracebacks to clients
    )


class _Listener:
    """A listening socket that registers each accepted connection with the limiter."""

    def __init__(self, listener: Any, limiter: ConnectionLimiter) -> None:
        self._listener = listener
        self._limiter = limiter

    def accept(self) -> tuple[Any, Any]:
        transport, peer = self._listener.accept()
        self._limiter.add(transport, peer)
        return transport, peer

    def __getattr__(self, name: str) -> Any:
        return getattr(self._listener, name)


def _gevent(limiter: ConnectionLimiter, host: str, port: int) -> None:
    from gevent.pool import Pool
    from gevent.pywsgi import WSGIServer

    class Server(WSGIServer):
        def handle(self, transport: Any, peer: Any) -> None:
            limiter.add(transport, peer)
            super().handle(transport, peer)

    places = Pool(limiter.max_connections + SPARE)
    Server((host, port), limiter, spawn=places, backlog=BACKLOG, log=None).serve_forever()


def _threading(limiter: ConnectionLimiter, host: str, port: int) -> None:
    from werkzeug.serving import ThreadedWSGIServer

    class Server(ThreadedWSGIServer):
        request_queue_size = BACKLOG

        def process_request(self, request: Any, client_address: Any) -> None:
            limiter.add(request, client_address)
            super().process_request(request, client_address)

    Server(host, port, limiter).serve_forever()

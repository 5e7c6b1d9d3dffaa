"""The web server of each SOCKETIO_ASYNC_MODE, with a door before the application."""

from __future__ import annotations

import resource
from typing import Any

from dashboard.config import Settings
from dashboard.server.connections import Door

BACKLOG = 1024
"""Connections that wait to be accepted."""

SPARE = 64
"""Places for those that the door is about to close."""

OTHER_FILES = 256
"""Open files beside connections: database, Redis, uploads."""


def connections_of(settings: Settings) -> int:
    """How many connections there may be: as many as are wished for, if the system grants them."""
    wanted = settings.connections + OTHER_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    granted = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft < granted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (granted, hard))
    return max(1, min(settings.connections, granted - OTHER_FILES))


def serve_with(door: Door, settings: Settings) -> None:
    """Accept connections until the process is stopped."""
    serve = {"eventlet": _eventlet, "gevent": _gevent, "threading": _threading}
    serve[settings.async_mode](door, settings.host, settings.port)


def _eventlet(door: Door, host: str, port: int) -> None:
    import eventlet
    import eventlet.wsgi
    from eventlet.green import socket

    family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listener = _Listener(eventlet.listen(address, family, backlog=BACKLOG), door)
    eventlet.wsgi.server(
        listener,
        door,
        max_size=door.most + SPARE,
        log_output=False,
        debug=False,  # or else who asks is shown where it failed
    )


class _Listener:
    """A listening socket that tells the door whom it accepts."""

    def __init__(self, listener: Any, door: Door) -> None:
        self._listener = listener
        self._door = door

    def accept(self) -> tuple[Any, Any]:
        transport, peer = self._listener.accept()
        self._door.let_in(transport, peer)
        return transport, peer

    def __getattr__(self, name: str) -> Any:
        return getattr(self._listener, name)


def _gevent(door: Door, host: str, port: int) -> None:
    from gevent.pool import Pool
    from gevent.pywsgi import WSGIServer

    class Server(WSGIServer):
        def handle(self, transport: Any, peer: Any) -> None:
            door.let_in(transport, peer)
            super().handle(transport, peer)

    places = Pool(door.most + SPARE)
    Server((host, port), door, spawn=places, backlog=BACKLOG, log=None).serve_forever()


def _threading(door: Door, host: str, port: int) -> None:
    from werkzeug.serving import ThreadedWSGIServer

    class Server(ThreadedWSGIServer):
        request_queue_size = BACKLOG

        def process_request(self, request: Any, client_address: Any) -> None:
            door.let_in(request, client_address)
            super().process_request(request, client_address)

    Server(host, port, door).serve_forever()

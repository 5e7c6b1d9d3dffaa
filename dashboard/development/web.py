"""What the runner asks the web process's port: is it free to take, and later, is it ready."""

from __future__ import annotations

import http.client
import socket

HOST = "127.0.0.1"


def base_url(port: int) -> str:
    """The address to open in a browser."""
    return f"http://{HOST}:{port}"


def is_taken(port: int) -> bool:
    """Whether some other process listens there."""
    with socket.socket() as probe:
        # macOS lets one bind beside a listener on all addresses: knock first.
        if probe.connect_ex((HOST, port)) == 0:
            return True
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return True
    return False


def is_ready(port: int) -> bool:
    """Whether the web process says that it can serve."""
    connection = http.client.HTTPConnection(HOST, port, timeout=1)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()

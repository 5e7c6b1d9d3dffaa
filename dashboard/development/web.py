"""The web process's address: whether its port is taken, and whether it's ready."""

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
        # Connect first: macOS allows a bind although another process listens on all addresses.
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
    """Whether `/readyz` succeeds."""
    connection = http.client.HTTPConnection(HOST, port, timeout=1)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()

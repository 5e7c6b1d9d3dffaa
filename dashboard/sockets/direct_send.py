"""Direct send: a frame goes straight to the TCP socket of each viewer who keeps up.

Engine.IO gives every socket a queue and a green thread that writes it: a wake-up, a timer and a new
frame for each viewer of each event. Here a packet is packed into one frame for all its viewers, and
written at once where nothing waits in the socket's queue and its writer is idle. Whatever the
kernel doesn't take goes through the queue as before, so the limits of `backpressure` hold.

Order: a packet is only sent directly while the queue is empty and its writer blocks in `get`. The
unsent rest of a frame is kept in the transport, which sends it before anything else; a NOOP packet
wakes the writer for that.

It relies on these internals of python-engineio: `Server.create_queue` makes each socket's queue,
`Socket.send` puts packets into it, `Socket.poll` blocks in its `get`, and the WebSocket of each
server takes its TCP socket from the request's environ. `tests/dashboard/test_direct_send.py` fails
if they change.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from types import SimpleNamespace
from typing import Any

from engineio.packet import NOOP, Packet
from socketio import Server

SEND_BUFFER_BYTES = 64 * 1024
"""SO_SNDBUF of a socket, bytes: the kernel doubles it, and by default goes up to 4 MB."""

_TEXT, _BINARY = 0x81, 0x82  # first byte of a final frame


def pack(message: str | bytes) -> bytes:
    """A server's unmasked, uncompressed WebSocket frame (RFC 6455, section 5.2)."""
    text = isinstance(message, str)
    payload = message.encode() if isinstance(message, str) else message
    first, length = (_TEXT if text else _BINARY), len(payload)
    if length < 126:
        return struct.pack("!BB", first, length) + payload
    if length < 65536:
        return struct.pack("!BBH", first, 126, length) + payload
    return struct.pack("!BBQ", first, 127, length) + payload


def use_direct_send(server: Server) -> None:
    """Give each socket of `server` from now on a queue that can send directly."""
    make = server.eio.create_queue
    server.eio.create_queue = _direct_queue(type(make()))


def _direct_queue(queue_class: type[Any]) -> type[Any]:
    class DirectQueue(queue_class):
        """Sends packets directly while its reader, the socket's writer, is idle.

        transport: of the WebSocket; None for a socket that polls. is_idle: whether the reader
        blocks because nothing is queued.
        """

        transport: Transport | None = None
        is_idle = False

        def get(self, block: bool = True, timeout: float | None = None) -> Any:
            if block:
                self.is_idle = True
                if self.qsize():
                    self.is_idle = False
            try:
                # Pings that are sent directly don't come by here, as the timeout expects.
                return super().get(block, None if self.transport else timeout)
            finally:
                self.is_idle = False

        def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
            transport = self.transport
            if self.is_idle and item and transport and transport.send_now(_frame(item)):
                if not transport.unsent:
                    return
                item = Packet(NOOP)
            super().put(item, block, timeout)
            self.is_idle = False

    return DirectQueue


def _frame(packet: Packet) -> bytes:
    """The packet's frame: all its receivers get the same one."""
    frame: bytes | None = getattr(packet, "frame", None)
    if frame is None:
        frame = packet.frame = pack(packet.encode())
    return frame


class Transport:
    """The TCP socket under a WebSocket. Its writers are the library's and `send_now`."""

    def __init__(self, tcp: Any) -> None:
        self._tcp = tcp
        # The plain socket below that of eventlet (`fd`) or gevent (`_sock`).
        self._plain = getattr(tcp, "fd", None) or getattr(tcp, "_sock", tcp)
        self._writing = threading.Lock()
        self.unsent = b""

    def send_now(self, frame: bytes) -> bool:
        """Write what the kernel takes, and keep the rest as `unsent`; False if it takes nothing.

        Never blocks and never raises: the library's writer meets the same error.
        """
        if not self._writing.acquire(blocking=False):
            return False
        try:
            if self.unsent:
                return False
            sent = self._plain.send(frame, socket.MSG_DONTWAIT)
            if sent < len(frame):
                self.unsent = frame[sent:]
        except OSError:
            return False
        finally:
            self._writing.release()
        return True

    def sendall(self, data: bytes) -> None:
        """Write `data` after what is unsent. Blocks until the kernel has taken it."""
        with self._writing:
            unsent, self.unsent = self.unsent, b""
            self._tcp.sendall(unsent + data)

    def send(self, data: bytes) -> int:
        """simple-websocket ignores how much was sent: so all is."""
        self.sendall(data)
        return len(data)

    def dup(self) -> Any:
        """simple-websocket then uses this object itself."""
        raise NotImplementedError

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tcp, name)


def tcp_socket(environ: dict[str, Any]) -> Any:
    """The TCP socket of a request, or its `Transport`; None where the server doesn't provide it."""
    if "eventlet.input" in environ:
        return environ["eventlet.input"].get_socket()
    if "werkzeug.socket" in environ:
        return environ["werkzeug.socket"]
    gevents = getattr(environ.get("wsgi.input"), "raw", None)
    return getattr(gevents, "_sock", None)


def replace_tcp_socket(environ: dict[str, Any], transport: Transport) -> None:
    """Let the server's WebSocket library use `transport` in place of the request's socket."""
    if "eventlet.input" in environ:
        environ["eventlet.input"] = SimpleNamespace(get_socket=lambda: transport)
    elif "werkzeug.socket" in environ:
        environ["werkzeug.socket"] = transport
    else:
        environ["wsgi.input"] = SimpleNamespace(raw=SimpleNamespace(_sock=transport))


def shut(tcp: Any) -> None:
    """Shut a TCP connection down, so that blocked reads and writes end."""
    with contextlib.suppress(OSError, AttributeError):
        tcp.shutdown(socket.SHUT_RDWR)

"""A process that runs one part of a search, forked by `algorithm.fork_server`."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading

from dashboard.config import ROOT

DAY_S = 24 * 3600.0


class ForkServerDied(Exception):
    """The server has gone: what it forked is nobody's child any more."""


class _ForkServer:
    """The fork server of this process: started with the first part, and anew if it died."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None

    def fork(self, supervised: socket.socket) -> socket.socket:
        """Fork a part that speaks on `supervised`; returns our end of its status socket."""
        ours, theirs = socket.socketpair()
        with theirs, self._lock:
            server = self._socket or self._start()
            sockets = [supervised.fileno(), theirs.fileno()]
            try:
                socket.send_fds(server, [b"f"], sockets)
            except OSError:
                socket.send_fds(self._start(), [b"f"], sockets)
        return ours

    def _start(self) -> socket.socket:
        self._socket, theirs = socket.socketpair()
        with theirs:
            subprocess.Popen(
                [sys.executable, "-m", "algorithm.fork_server"], stdin=theirs.fileno(), cwd=ROOT
            )
        return self._socket


_server = _ForkServer()


class ChildProcess:
    """A started part, which speaks on the socket `supervised`. To be closed, which kills it."""

    def __init__(self, supervised: socket.socket) -> None:
        self._status = _server.fork(supervised)
        self._status.settimeout(DAY_S)
        self._unread = b""
        self._exit_status: int | None = None
        self.pid = self._next_number()

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def wait(self) -> int:
        """Its exit status, once it has ended; less than 0: the signal that ended it."""
        if self._exit_status is None:
            try:
                self._exit_status = self._next_number()
            except ForkServerDied:
                self.kill()
                self._exit_status = -signal.SIGKILL
        return self._exit_status

    def close(self) -> None:
        """Kill it, and wait until nothing of it is left."""
        with self._status:
            self._status.shutdown(socket.SHUT_WR)
            while self._status.recv(4096):
                pass

    def _next_number(self) -> int:
        while b"\n" not in self._unread:
            piece = self._status.recv(4096)
            if not piece:
                raise ForkServerDied
            self._unread += piece
        line, _, self._unread = self._unread.partition(b"\n")
        return int(line)

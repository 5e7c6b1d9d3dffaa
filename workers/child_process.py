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


class ForkServerDied(Exception):
    """The fork server has exited: it can't report what becomes of the processes that it forked."""


class _ForkServer:
    """The fork server of this worker process: started for the first part, restarted if it died."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None

    def fork(self, supervised: socket.socket) -> socket.socket:
        """Request a process for the part with the socket `supervised`; returns its status socket.

        That closes without a process ID if the server dies before it answers.
        """
        ours, theirs = socket.socketpair()
        sockets = [supervised.fileno(), theirs.fileno()]
        with theirs, self._lock:
            try:
                socket.send_fds(self._socket or self._start(), [b"f"], sockets)
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
    """A running part, which speaks on the socket `supervised`. Close it, or it goes on running."""

    def __init__(self, supervised: socket.socket) -> None:
        try:
            self._begin(supervised)
        except ForkServerDied:
            self._begin(supervised)  # by another; if that dies, too, it can't be started at all

    def _begin(self, supervised: socket.socket) -> None:
        self._status = _server.fork(supervised)
        self._lines = self._status.makefile("rb")
        self._exit_status: int | None = None
        self.pid = self._next_number()

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def wait(self) -> int:
        """Its exit status, once it has ended; below 0: the signal that ended it."""
        if self._exit_status is None:
            try:
                self._exit_status = self._next_number()
            except ForkServerDied:
                self.kill()
                self._exit_status = -signal.SIGKILL
        return self._exit_status

    def close(self) -> None:
        """Kill it if it still runs, and wait until it's reaped."""
        if self._exit_status is None:
            self.kill()  # whether or not the fork server is there to do it
        with self._status, self._lines:
            self._status.shutdown(socket.SHUT_WR)
            self._lines.read()

    def _next_number(self) -> int:
        line = self._lines.readline()
        if not line:
            raise ForkServerDied
        return int(line)

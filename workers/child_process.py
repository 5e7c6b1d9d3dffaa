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
    """The fork server has exited: it no longer reports how the processes that it forked end."""


class _ForkServer:
    """This worker process's fork server: started for the first part, restarted when it died."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None

    def fork(self, supervised: socket.socket) -> socket.socket:
        """Request a process that serves the socket `supervised`; returns its status socket.

        That closes before it has sent a process ID if the server dies.
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
    """A running part, which uses the socket `supervised`. It runs until it ends or is closed."""

    def __init__(self, supervised: socket.socket) -> None:
        try:
            self._begin(supervised)
        except ForkServerDied:
            self._begin(supervised)  # with a new fork server; if that dies too, the error is raised

    def _begin(self, supervised: socket.socket) -> None:
        self._status = _server.fork(supervised)
        self._lines = self._status.makefile("rb")
        self._exit_status: int | None = None
        self.pid = self._next_number()

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def wait(self) -> int:
        """Wait for its end; returns the exit status, or minus the signal that ended it."""
        if self._exit_status is None:
            try:
                self._exit_status = self._next_number()
            except ForkServerDied:
                self.kill()
                self._exit_status = -signal.SIGKILL
        return self._exit_status

    def close(self) -> None:
        """Kill it if it still runs, and wait until the fork server has reaped it."""
        if self._exit_status is None:
            self.kill()  # the fork server may have died
        with self._status, self._lines:
            self._status.shutdown(socket.SHUT_WR)
            self._lines.read()

    def _next_number(self) -> int:
        line = self._lines.readline()
        if not line:
            raise ForkServerDied
        return int(line)

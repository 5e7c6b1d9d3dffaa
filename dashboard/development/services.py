"""The services that the runner supervises: the Procfile's processes, and the embedded Valkey."""

from __future__ import annotations

import signal
import subprocess
import threading
import time
from pathlib import Path
from typing import IO, Protocol

from .console import Console
from .reaper import Child, Reaper
from .valkey import ValkeyError

FIRST_DELAY = 0.5
LONGEST_DELAY = 10.0
"""Seconds before a restart; also how long a process must have run for the delay to be reset."""


class Service(Protocol):
    """Something that runs until it dies."""

    @property
    def name(self) -> str: ...

    def start(self) -> None: ...

    def kill(self) -> None:
        """Kill what is left of it."""

    def exit_status(self) -> int | None:
        """How it ended (minus the signal that killed it); None while it runs."""


class ProcfileProcess:
    """A line of the Procfile, run by the shell in a session of its own."""

    def __init__(
        self, name: str, command: str, *, root: Path, reaper: Reaper, console: Console
    ) -> None:
        self.name = name
        self.command = command
        self._root = root
        self._reaper = reaper
        self._console = console
        self.child: Child | None = None
        self._copier: threading.Thread | None = None

    def start(self) -> None:
        self._console.line(self.name, f"$ {self.command}")
        # The trap makes the shell wait for its command after SIGTERM: otherwise it would end first,
        # and its command would seem to have ended too.
        self.child = self._reaper.spawn(
            ["/bin/sh", "-c", f"trap 'exit 143' TERM\n{self.command}"],
            cwd=self._root,
            stdout=subprocess.PIPE,
        )
        self._copier = threading.Thread(
            target=self._copy_output, args=[self.child.process.stdout], daemon=True
        )
        self._copier.start()

    def kill(self) -> None:
        if self.child is not None:
            self._reaper.end([self.child], grace=0)

    def exit_status(self) -> int | None:
        return None if self.child is None else self.child.process.poll()

    def finish_output(self) -> None:
        """Wait until the terminal shows all output of an ended process."""
        if self._copier is not None:
            self._copier.join(timeout=1)

    def _copy_output(self, output: IO[bytes]) -> None:
        with output:
            for line in output:
                self._console.pass_on(self.name, line.decode(errors="replace").rstrip("\r\n"))


class Supervisor:
    """Restarts one service when it dies, with exponential backoff if it dies at once."""

    def __init__(self, service: Service, console: Console) -> None:
        self._service = service
        self._console = console
        self._delay = FIRST_DELAY
        self._started = time.monotonic()
        self._start_at: float | None = None

    def check(self) -> None:
        """Restart the service if it has died; to be called several times a second."""
        now = time.monotonic()
        if self._start_at is not None:
            if now >= self._start_at:
                self._start(now)
        elif (status := self._service.exit_status()) is not None:
            # Its own children could block the new process, such as by holding the port.
            self._service.kill()
            self._schedule_restart(f"ended ({describe(status)})")

    def _start(self, now: float) -> None:
        self._started, self._start_at = now, None
        try:
            self._service.start()
        except ValkeyError as error:
            self._schedule_restart(str(error))

    def _schedule_restart(self, reason: str) -> None:
        now = time.monotonic()
        if now - self._started >= LONGEST_DELAY:
            self._delay = FIRST_DELAY
        self._start_at = now + self._delay
        self._console.line(self._service.name, f"{reason}; starting it again in {self._delay:g} s")
        self._delay = min(2 * self._delay, LONGEST_DELAY)


def describe(status: int) -> str:
    """An exit status in words; a shell adds 128 to the signal that killed its command."""
    number = -status if status < 0 else status - 128
    if number in set(signal.Signals):
        return f"killed by {signal.Signals(number).name}"
    return f"status {status}"

"""Ends the processes that the runner has started when the runner ends, even by kill -9.

The reaper is a small process in a session of its own. The runner tells it over a pipe which process
groups it has started. Only the runner holds the writing end, so the pipe ends exactly when the
runner does, and then the reaper ends those groups. This file is both sides: `Reaper` is the
runner's, `_watch` the script's, which therefore imports the standard library alone.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Self

GRACE_OF_ORPHANS = 2.0
"""How long the reaper waits between SIGTERM and SIGKILL, seconds."""


class Group:
    """A process group, named by the process id of its leader."""

    def __init__(self, leader: int) -> None:
        self.leader = leader

    def send(self, signum: int) -> bool:
        """Signal every process of the group; False if there is none left."""
        try:
            os.killpg(self.leader, signum)
        except (ProcessLookupError, PermissionError):  # macOS: not permitted on a mere zombie
            return False
        return True

    def gone(self) -> bool:
        """Whether no process of the group is left."""
        return not self.send(0)


class Child(Group):
    """A process group whose leader this process has started."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        super().__init__(process.pid)
        self.process = process
        self.ended = False

    def send(self, signum: int) -> bool:
        # Once the group is gone, the system may reuse its number.
        return not self.ended and super().send(signum)

    def gone(self) -> bool:
        """Whether the leader has ended; the rest of the group isn't waited for."""
        return self.process.poll() is not None


def end(groups: Sequence[Group], grace: float) -> None:
    """Ask the groups to end, wait for them at most `grace` seconds, then kill what is left.

    Without grace they are killed at once, as in a crash.
    """
    if grace > 0:
        for group in groups:
            group.send(signal.SIGTERM)
    deadline = time.monotonic() + grace
    while time.monotonic() < deadline and not all(group.gone() for group in groups):
        time.sleep(0.02)
    for group in groups:
        group.send(signal.SIGKILL)


class Reaper:
    """Starts processes that end no later than this one. A context manager.

    Args:
        hold: file descriptors that the reaper keeps open until it has done its work.
    """

    def __init__(self, hold: Sequence[int] = ()) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", __file__],
            stdin=subprocess.PIPE,
            bufsize=0,
            pass_fds=hold,
            start_new_session=True,
        )

    def spawn(
        self,
        argv: Sequence[str],
        *,
        cwd: Path,
        stdin: int = subprocess.DEVNULL,
        stdout: int = subprocess.DEVNULL,
        env: Mapping[str, str] | None = None,
    ) -> Child:
        """Start a process as the leader of a session of its own; its errors go to its output."""
        process = subprocess.Popen(
            argv,
            cwd=cwd,
            env=env,
            stdin=stdin,
            stdout=stdout,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._tell(f"+{process.pid}")
        return Child(process)

    def end(self, children: Sequence[Child], grace: float) -> None:
        """End the children as `end` does, and wait until they have ended."""
        end(children, grace)
        for child in children:
            child.process.wait()
            child.ended = True
            self._tell(f"-{child.leader}")

    def close(self) -> None:
        """End what is left, and the reaper itself."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _tell(self, line: str) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # the reaper was killed
            self._process.stdin.write(f"{line}\n".encode())


def _watch(orders: IO[str]) -> None:
    """The reaper's side: track the groups until the pipe closes, then end those that are left."""
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, signal.SIG_IGN)
    groups: dict[int, Group] = {}
    for order in orders:
        leader = int(order[1:])
        if order.startswith("+"):
            groups[leader] = Group(leader)
        else:
            groups.pop(leader, None)
    end(list(groups.values()), GRACE_OF_ORPHANS)


if __name__ == "__main__":
    _watch(sys.stdin)

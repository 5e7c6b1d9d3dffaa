"""What the terminal shows: each line with the name of the process that wrote it."""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import Sequence

COLOURS = (36, 33, 35, 32, 34)
"""ANSI: cyan, yellow, magenta, green, blue."""

ROUTINE = re.compile(
    r"\[[^]]*: (DEBUG|INFO)/|worker: (Warm|Cold) shutdown|\d+ RLock\(s\) were not greened|$"
)
"""Matches the start of routine lines: Celery's below a warning, and eventlet's about a lock created
before patching, which is harmless.
"""


class Console:
    """Writes whole lines from several threads to standard output.

    Args:
        names: of all processes, for the width and the colours of the first column.
        verbose: whether to write routine lines too, which would hide the others.
    """

    def __init__(self, names: Sequence[str], *, verbose: bool) -> None:
        self._lock = threading.Lock()
        self._verbose = verbose
        width = max(map(len, names))
        self._prefixes = {name: f"{name:<{width}} | " for name in names}
        if sys.stdout.isatty():
            for colour, (name, prefix) in zip(COLOURS, self._prefixes.items(), strict=False):
                self._prefixes[name] = f"\x1b[{colour}m{prefix}\x1b[0m"

    def line(self, name: str, text: str) -> None:
        """Write a line about one process."""
        self._write(f"{self._prefixes[name]}{text}\n")

    def pass_on(self, name: str, text: str) -> None:
        """Write a line that a process wrote, unless it's routine."""
        if self._verbose or not ROUTINE.match(text):
            self.line(name, text)

    def announce(self, text: str) -> None:
        """Write something important: without a name, between empty lines."""
        self._write(f"\n{text}\n\n")

    def _write(self, text: str) -> None:
        with self._lock:
            sys.stdout.write(text)
            sys.stdout.flush()

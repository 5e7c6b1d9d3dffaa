"""What the terminal shows: each line with the name of the process that wrote it."""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence

COLOURS = (36, 33, 35, 32, 34)
"""ANSI: cyan, yellow, magenta, green, blue."""


class Console:
    """Writes whole lines from several threads to standard output.

    Args:
        names: all who will write, for the width and the colour of their column.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._lock = threading.Lock()
        width = max(map(len, names))
        self._prefixes = {name: f"{name:<{width}} | " for name in names}
        if sys.stdout.isatty():
            for colour, (name, prefix) in zip(COLOURS, self._prefixes.items(), strict=False):
                self._prefixes[name] = f"\x1b[{colour}m{prefix}\x1b[0m"

    def line(self, name: str, text: str) -> None:
        """Write a line of one process."""
        self._write(f"{self._prefixes[name]}{text}\n")

    def announce(self, text: str) -> None:
        """Write what nobody should miss: without a name, between empty lines."""
        self._write(f"\n{text}\n\n")

    def _write(self, text: str) -> None:
        with self._lock:
            sys.stdout.write(text)
            sys.stdout.flush()

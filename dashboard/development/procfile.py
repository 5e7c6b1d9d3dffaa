"""Parses the Procfile, which lists the processes of the application."""

from __future__ import annotations

import re
from pathlib import Path

LINE = re.compile(r"(?P<name>[A-Za-z0-9_-]+):\s*(?P<command>\S.*)")


class ProcfileError(Exception):
    """The Procfile is missing or wrong; the message says where."""


def read_procfile(path: Path) -> dict[str, str]:
    """The shell command of each process type, in the file's order."""
    try:
        lines = path.read_text().splitlines()
    except FileNotFoundError:
        raise ProcfileError(f"There is no {path.name} in {path.parent}.") from None
    commands: dict[str, str] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        match = LINE.fullmatch(line.rstrip())
        if match is None:
            raise ProcfileError(f"{path.name}, line {number}: expected `name: command`.")
        commands[match["name"]] = match["command"]
    return commands

"""Lines that tests add to the end of the run's report, whichever process they ran in.

Only `tests/conftest.py` is known to the process that prints; its hooks are here.
"""

from __future__ import annotations

from typing import Any

import pytest

_LINES = pytest.StashKey[list[str]]()


def leave(config: pytest.Config, lines: list[str]) -> None:
    """Print these lines after everything else. To be called when the session finishes."""
    output: dict[str, Any] | None = getattr(config, "workeroutput", None)
    if output is not None:
        output["session report"] = lines  # one of pytest-xdist's processes
    else:
        config.stash.setdefault(_LINES, []).extend(lines)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    output: dict[str, Any] = getattr(node, "workeroutput", {})
    leave(node.config, output.get("session report", []))


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    for line in config.stash.get(_LINES, []):
        terminalreporter.write_line(line)

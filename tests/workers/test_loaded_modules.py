"""What a process loads: neither a worker nor a terminal loads the web."""

from __future__ import annotations

import subprocess
import sys
from functools import cache

import pytest

from dashboard.config import ROOT

PROGRAMS = {
    "a worker": """
from workers.celery import app
app.loader.import_default_modules()
for step in app.steps["worker"] | app.steps["consumer"]:
    __import__(str(step).partition(":")[0])
from workers.live_task import flask_app
flask_app()
assert "workers.search" in sys.modules and "workers.heartbeat" in sys.modules
""",
    "a terminal": """
import contextlib, runpy
sys.argv = ["dashboard", "--url", "http://127.0.0.1:9", "list"]
with contextlib.suppress(SystemExit):
    runpy.run_module("dashboard", run_name="__main__")
assert "dashboard.terminal.command" in sys.modules
""",
    "the whole web": "import dashboard.app",
}


@cache
def loaded(program: str) -> list[str]:
    """The modules that a process has loaded that runs `program`."""
    told = f"import sys\n{program}\nprint(*sorted(sys.modules), file=sys.__stdout__)"
    environ = {
        "FLASK_CONFIG": "testing",
        "SECRET_KEY": "k",
        "DATABASE_URL": "sqlite:///unused.db",
        "REDIS_URL": "redis://127.0.0.1:9",
    }
    ended = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", told],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=True,
    )
    return ended.stdout.split()


def within(folder: str, program: str) -> list[str]:
    return [name for name in loaded(PROGRAMS[program]) if name.startswith(folder)]


@pytest.mark.parametrize("program", ["a worker", "a terminal"])
@pytest.mark.parametrize("folder", ["dashboard.web", "dashboard.server", "dashboard.accounts"])
def test_whoever_serves_no_browser_loads_nothing_of_the_web(program: str, folder: str) -> None:
    assert within(folder, program) == []
    assert within(folder, "the whole web")

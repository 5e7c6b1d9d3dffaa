"""A tiny application with a Procfile, and its runner as a process of its own."""

from __future__ import annotations

import os
import queue
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import redis

from dashboard.development.valkey import free_port

ROOT = Path(__file__).parents[2]
TIMEOUT = 30.0
"""Seconds; reached only when something is broken."""

RUNNER = """
import sys
from pathlib import Path
from dashboard.development.runner import Runner

root, port, redis_url, ends_with_parent, verbose = sys.argv[1:]
runner = Runner(
    Path(root),
    port=int(port),
    redis_url=redis_url or None,
    sign_in_link=lambda base_url: f"{base_url}/sign-in/token",
    ends_with_parent=ends_with_parent == "True",
    verbose=verbose == "True",
)
sys.exit(runner.run())
"""

WEB = """
import http.server, os

class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()

print("pid", os.getpid(), flush=True)
http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Ready).serve_forever()
"""

WORKER = """
import os, subprocess

child = subprocess.Popen(["sleep", "1000"])
print("child", child.pid, flush=True)
print("redis", os.environ["REDIS_URL"], flush=True)
print("pid", os.getpid(), flush=True)
child.wait()
"""

RELEASE = """
import os, redis

redis.Redis.from_url(os.environ["REDIS_URL"]).ping()
print("the database is ready", flush=True)
"""


def wait_until(condition: Callable[[], bool]) -> None:
    """Return once the condition holds; fail if it never does."""
    deadline = time.monotonic() + TIMEOUT
    while not condition():
        assert time.monotonic() < deadline, "this never came true"
        time.sleep(0.02)


def is_running(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


class Checkout:
    """A folder as the runner finds it: a Procfile, and the programs that it names."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.port = free_port()
        self.write("release.py", RELEASE)
        self.write("web.py", WEB)
        self.write("worker.py", WORKER)
        python = f"'{sys.executable}'"
        self.write(
            "Procfile",
            f"release: {python} release.py\nweb: {python} web.py\nworker: {python} worker.py\n",
        )

    def write(self, name: str, text: str) -> None:
        (self.root / name).write_text(text)

    @property
    def valkey_note(self) -> Path:
        return self.root / "instance" / "valkey.url"

    def valkey(self) -> redis.Redis:
        return redis.Redis.from_url(self.valkey_note.read_text())

    def valkey_pid(self) -> int:
        return int(self.valkey().info("server")["process_id"])


class RunningRunner:
    """A runner that was started as a process, and what it has written so far."""

    def __init__(
        self,
        checkout: Checkout,
        *,
        redis_url: str = "",
        ends_with_parent: bool = False,
        verbose: bool = False,
    ) -> None:
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-c",
                RUNNER,
                str(checkout.root),
                str(checkout.port),
                redis_url,
                str(ends_with_parent),
                str(verbose),
            ],
            cwd=ROOT,
            env={**os.environ, "PORT": str(checkout.port)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines: list[str] = []
        self._unread: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        threading.Thread(target=self._read, daemon=True).start()

    def wait_for(self, pattern: str) -> re.Match[str]:
        """The match of the next line that fits; lines before it are passed over."""
        while True:
            line = self._unread.get(timeout=TIMEOUT)
            assert line is not None, f"no line fits {pattern!r} in:\n" + "\n".join(self.lines)
            if match := re.search(pattern, line):
                return match

    def wait_for_pids(self) -> dict[str, int]:
        """The process ids of the tiny application, once its address was printed."""
        self.wait_for("Energy Island is running")
        # The worker's lines may come before or after those of the web process.
        wait_until(lambda: len(self._pids()) == 3)
        return self._pids()

    def signal(self, signum: int) -> int:
        """Send a signal to the runner and return its exit status."""
        self.process.send_signal(signum)
        return self.wait()

    def wait(self) -> int:
        return self.process.wait(TIMEOUT)

    def _pids(self) -> dict[str, int]:
        found = re.findall(
            r"^(web|worker) +\| (pid|child) (\d+)$", "\n".join(self.lines), re.MULTILINE
        )
        return {f"{name} {what}": int(pid) for name, what, pid in found}

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
            self._unread.put(self.lines[-1])
        self._unread.put(None)

"""The real parts, started for tests: a Valkey, web processes and workers, as a Procfile would.

`Stack` starts and kills them one by one; `Viewer` is a browser's socket that records all events,
and follows the delivery rules in the simplest way.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import engineio
import psutil
import requests
import socketio
from flask import Flask

from dashboard.app import create_app
from dashboard.config import ROOT, Settings
from dashboard.db.extensions import db
from dashboard.db.models import ApiToken, User
from dashboard.development.valkey import EmbeddedValkey, free_port

T = TypeVar("T")

WAIT_TIMEOUT_S = 120.0
"""Seconds after which a test gives up waiting: long, since a busy machine must not fail it."""

CONNECT_TIMEOUT_S = 20.0
"""How long a browser's Socket.IO client waits for a connection; the Python one waits for 1 s."""

LONG: dict[str, Any] = {
    "sample": "campus",
    "options": {
        "gap": 0.0,
        "goal": "alternatives",
        "plans": 15,
        "detail": "typical days",
        "typical_days": 4,
    },
}
"""A search that takes long enough to be watched, cut and joined, and soon has a first plan."""


def limited(seconds: float) -> dict[str, Any]:
    """Such a search with a time limit; a busy machine needs up to 20 s for its first plan."""
    return {**LONG, "options": {**LONG["options"], "time_limit_s": seconds}}


def wait_for(what: str, condition: Callable[[], T | None], timeout: float = WAIT_TIMEOUT_S) -> T:
    """The first true value of `condition`; fails with `what` was waited for."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        if value := condition():
            return value
        time.sleep(0.05)
    raise AssertionError(f"Waited {timeout:.0f} s in vain for {what}.")


class Process:
    """One of the Procfile's processes, with its output in a file."""

    def __init__(self, command: list[str], environ: dict[str, str], log: Path) -> None:
        self._command = command
        self._environ = environ
        self.log = log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                cwd=ROOT,
                env=self._environ,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def signal(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, number)

    def kill(self) -> None:
        self.signal(signal.SIGKILL)
        if self._process is not None:
            self._process.wait()

    def terminate(self) -> None:
        """Send SIGTERM to it alone, as most platforms do at a deploy."""
        if self._process is not None:
            self._process.terminate()

    @property
    def pid(self) -> int | None:
        """None before its start."""
        return self._process.pid if self._process else None

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def searches(self) -> list[psutil.Process]:
        """The processes that it has started for parts of searches, and that still run."""
        if self._process is None or self._process.poll() is not None:
            return []
        started = psutil.Process(self._process.pid).children(recursive=True)
        return [process for process in started if is_search(process)]


def is_search(process: psutil.Process) -> bool:
    """Whether it runs a part: a fork has the command line of its parent, the fork server."""
    with contextlib.suppress(psutil.NoSuchProcess):
        parent = process.parent()
        return parent is not None and all(map(_of_fork_server, (process, parent)))
    return False


def _of_fork_server(process: psutil.Process) -> bool:
    return "algorithm.fork_server" in process.cmdline()


class Web(Process):
    """A web process on a port of its own."""

    def __init__(self, environ: dict[str, str], log: Path) -> None:
        self.port = free_port()
        super().__init__([sys.executable, "wsgi.py"], {**environ, "PORT": str(self.port)}, log)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        super().start()
        wait_for(f"{self.url} to be ready; see {self.log}", self.is_ready)

    def is_ready(self) -> bool:
        with contextlib.suppress(requests.RequestException):
            return requests.get(f"{self.url}/readyz", timeout=5).ok
        return False


@dataclass
class Stack:
    """A whole installation in a folder: database, Valkey, web processes, workers.

    slots: how many tasks a worker runs at once.
    settings: further environment variables, which override those set here.
    valkey: an existing one; None creates one without data on disk.
    """

    folder: Path
    mode: str = "eventlet"
    pool: str = "eventlet"
    slots: int = 2
    settings: dict[str, str] = field(default_factory=dict)
    valkey: EmbeddedValkey | None = None
    webs: list[Web] = field(default_factory=list)
    workers: list[Process] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.valkey = self.valkey or EmbeddedValkey(self.folder / "valkey", appendonly=False)
        self.valkey.start()
        self.environ = {
            **os.environ,
            "FLASK_CONFIG": "testing",
            "SECRET_KEY": "a key for tests alone",
            "DATABASE_URL": f"sqlite:///{self.folder / 'test.db'}",
            "REDIS_URL": self.valkey.url,
            "SOCKETIO_ASYNC_MODE": self.mode,
            "WORKER_CONCURRENCY": str(self.slots),
            "PYTHONUNBUFFERED": "1",
            **self.settings,
        }
        self.worker = self.new_worker()
        # In this process nothing is served, so nothing needs eventlet.
        self.app = make_app({**self.environ, "SOCKETIO_ASYNC_MODE": "threading"})

    def add_web(self, **settings: str) -> Web:
        """A web process that is ready, with `settings` of its own."""
        web = Web({**self.environ, **settings}, self.folder / f"web{len(self.webs)}.log")
        self.webs.append(web)
        web.start()
        return web

    def new_worker(self, **settings: str) -> Process:
        """A worker that isn't started yet, under a name and with `settings` of its own."""
        name = f"worker{len(self.workers)}"
        command = f"-m celery -A workers worker -l info -P {self.pool} -n {name}@%h"
        worker = Process(
            [sys.executable, *command.split()],
            {**self.environ, **settings},
            self.folder / f"{name}.log",
        )
        self.workers.append(worker)
        return worker

    def token(self, name: str = "olga", role: str = "operator") -> str:
        """A Bearer token of a user, who is added if need be."""
        with self.app.app_context():
            return make_token(name, role)

    def stop(self) -> None:
        for process in [*self.workers, *self.webs]:
            # A frozen process can't be killed as a group before it goes on.
            process.signal(signal.SIGCONT)
            process.kill()
        self.valkey.stop()


def make_app(environ: dict[str, str]) -> Flask:
    app = create_app(Settings.from_environment(environ))
    with app.app_context():
        db.create_all()
    return app


def make_token(name: str, role: str) -> str:
    user = db.session.scalar(db.select(User).filter_by(name=name))
    if user is None:
        user = User(name=name, role=role)
        db.session.add(user)
        db.session.commit()
    token, text = ApiToken.issue(user)
    db.session.add(token)
    db.session.commit()
    return text


class Client:
    """Asks a web process over HTTP with a token."""

    def __init__(self, web: Web, token: str) -> None:
        self.web = web
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"Bearer {token}"

    def get(self, path: str) -> requests.Response:
        return self._session.get(self.web.url + path, timeout=30)

    def post(self, path: str, json: Any = None, timeout: float = 30) -> requests.Response:
        return self._session.post(self.web.url + path, json=json, timeout=timeout)

    def submit(self, sample: str = "tiny", **more: Any) -> str:
        answer = self.post("/api/v1/jobs", json={"sample": sample, **more})
        assert answer.status_code == 202, answer.text
        identity: str = answer.json()["id"]
        return identity

    def job(self, identity: str) -> dict[str, Any]:
        found: dict[str, Any] = self.get(f"/api/v1/jobs/{identity}").json()
        return found

    def wait_for_end(self, identity: str, timeout: float = 180.0) -> dict[str, Any]:
        def ended() -> dict[str, Any] | None:
            job = self.job(identity)
            return job if job["state"] in ("SUCCESS", "FAILURE", "REVOKED") else None

        return wait_for(f"job {identity} to end", ended, timeout)


class _OneAtATime(engineio.Client):
    """Handles a message before it reads the next one; engineio would start a thread for each."""

    def _trigger_event(self, event: str, *args: Any, run_async: bool = False, **more: Any) -> Any:
        return super()._trigger_event(event, *args, run_async=False, **more)


class OrderedClient(socketio.Client):
    """Handles events in the order in which they were sent, and is as patient as a browser."""

    def connect(self, url: str, *, wait_timeout: float = CONNECT_TIMEOUT_S, **how: Any) -> None:
        super().connect(url, wait_timeout=wait_timeout, **how)

    def _engineio_client_class(self) -> type[engineio.Client]:
        return _OneAtATime


def connect(socket: socketio.Client, url: str, **how: Any) -> None:
    """Connect as a browser does: again, if the server ended the first try.

    It ends a socket on which nobody signs in within 5 s, which a busy machine may not manage.
    """
    for attempt in range(4):
        try:
            return socket.connect(url, retry=True, wait_timeout=WAIT_TIMEOUT_S / 4, **how)
        except socketio.exceptions.ConnectionError:
            if attempt == 3:
                raise


class Viewer:
    """One viewer of one job: records each event that it applied; asks again if one is missing."""

    def __init__(self, web: Web, token: str, job: str) -> None:
        self.job = job
        self.epoch: str | None = None
        self.last: int | None = None
        self.snapshots: list[dict[str, Any]] = []
        self.applied: list[dict[str, Any]] = []
        self.state: dict[str, Any] = {}
        self.viewers = 0
        self.names: list[str] = []
        self.relay: list[bool] = []
        self._buffer: list[dict[str, Any]] | None = []
        self._asked = 0
        self._web = web
        self._token = token
        self.socket = OrderedClient(reconnection_delay=0.2, reconnection_delay_max=1)
        self.socket.on("connect", self._ask)
        self.socket.on("progress", self._hear)
        self.socket.on("final", self._hear)
        self.socket.on("position", self._compare)
        self.socket.on("viewers", self._count)
        self.socket.on("relay", self._relay)

    def connect(self) -> Viewer:
        connect(self.socket, self._web.url, auth={"token": self._token}, transports=["websocket"])
        return self

    def close(self) -> None:
        self.socket.disconnect()
        self.socket.shutdown()

    @property
    def seqs(self) -> list[int]:
        return [event["seq"] for event in self.applied]

    @property
    def ended(self) -> bool:
        return "outcome" in self.state

    def _ask(self) -> None:
        """Ask from where this viewer stands; only the answer to the newest question counts."""
        self._buffer = []
        self._asked += 1
        asked = self._asked
        position = {"epoch": self.epoch, "since": self.last} if self.epoch else {}

        def answer(told: dict[str, Any]) -> None:
            if asked == self._asked:
                self._answer(told)

        # Disconnected just now: it asks again when it is back.
        with contextlib.suppress(socketio.exceptions.BadNamespaceError):
            self.socket.emit("watch", {"job": self.job, **position}, callback=answer)

    def _answer(self, answer: dict[str, Any]) -> None:
        waiting, self._buffer = self._buffer or [], None
        if not answer["ok"]:
            return
        if snapshot := answer.get("snapshot"):
            self.snapshots.append(snapshot)
            self.epoch, self.last, self.state = snapshot["epoch"], snapshot["seq"], snapshot
        for event in [*answer["events"], *waiting]:
            self._hear(event)

    def _hear(self, event: dict[str, Any]) -> None:
        if self._buffer is not None:
            self._buffer.append(event)
        else:
            self._apply(event)

    def _apply(self, event: dict[str, Any]) -> None:
        if event["epoch"] != self.epoch:
            self.epoch = None
            self._ask()
        elif self.last is None or event["seq"] > self.last + 1:
            self._ask()
        elif event["seq"] == self.last + 1:
            self.last = event["seq"]
            self.applied.append(event)
            self.state = {**self.state, **event}

    def _compare(self, position: dict[str, Any]) -> None:
        if self._buffer is None and (position["epoch"], position["seq"]) != (self.epoch, self.last):
            behind = position["epoch"] != self.epoch or position["seq"] > (self.last or 0)
            if behind:
                self._ask()

    def _count(self, told: dict[str, Any]) -> None:
        self.viewers, self.names = told["count"], told["names"]

    def _relay(self, told: dict[str, Any]) -> None:
        self.relay.append(told["live"])
        if told["live"]:
            self._ask()


def is_listening(port: int, host: str = "127.0.0.1") -> bool:
    with contextlib.suppress(OSError), socket.create_connection((host, port), 1):
        return True
    return False


@contextlib.contextmanager
def viewing(web: Web, token: str, job: str, count: int = 1) -> Iterator[list[Viewer]]:
    """`count` connected viewers of a job."""
    viewers = [Viewer(web, token, job).connect() for _ in range(count)]
    try:
        yield viewers
    finally:
        for viewer in viewers:
            viewer.close()

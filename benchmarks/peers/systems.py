"""Each system as its documentation recommends for production, and its viewers as its page does it.

A page asks as often as by default; servers have one core, so gunicorn starts three processes (twice
the cores and one more), with threads, which keep connections.
"""

from __future__ import annotations

import contextlib
import html
import json
import os
import re
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import psutil
import requests
from celery import Celery
from websocket import create_connection

from benchmarks.peers.clients import HOST, Polled, Pushed, http_request
from benchmarks.peers.environments import python_of, versions
from benchmarks.peers.updates import TASK
from dashboard.development.valkey import free_port
from tests.stack import Client, Process, Stack, wait_for

GUNICORN = "gunicorn --workers 3 --threads 4 --bind 127.0.0.1:{port} "

OLD_PAGE_S = 2.0
CELERY_PROGRESS_S = 0.5  # `pollInterval` in its celery_progress.js
DASH_S = 1.0  # `interval` of a background callback
FLOWER_S = 1.0  # how often its page of workers asks; that of a task doesn't

Viewer = Pushed | Polled


@dataclass(frozen=True)
class Running:
    """A system that shows a task which reports.

    setup: what runs. servers: what takes its viewers' connections. viewer: makes that of the n-th
    viewer. shows_progress: whether viewers receive what the task reports.
    """

    setup: str
    servers: Sequence[Process]
    viewer: Callable[[int], Viewer]
    shows_progress: bool = True


@dataclass(frozen=True)
class System:
    """start: starts its processes, which end with the stack."""

    name: str
    start: Callable[[Stack], Running]


@contextlib.contextmanager
def on_core(core: int) -> Iterator[None]:
    """Run this thread, and the processes that it starts, on one core."""
    before, cores = os.sched_getaffinity(0), sorted(os.sched_getaffinity(1))
    os.sched_setaffinity(0, {cores[core % len(cores)]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@dataclass
class Site:
    """The processes of one system, in the environment of `python`."""

    stack: Stack
    python: str = sys.executable
    settings: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def serve(self, command: str) -> Process:
        """A server on the first core, once it listens. command: what follows `python -m`."""
        server = self._process("server", command.format(port=self.port))
        with on_core(0):
            server.start()
        wait_for(f"the server; see {server.log}", lambda: _listens(server, self.port))
        return server

    def work(self, module: str, options: str = "--concurrency 1") -> None:
        """A worker, once it takes tasks."""
        worker = self._process("worker", f"celery -A {module} worker -l info {options}")
        worker.start()
        wait_for(f"the worker; see {worker.log}", lambda: b" ready." in worker.log.read_bytes())

    def submit(self, task: str) -> str:
        """Queue a task; returns its id."""
        with Celery(broker=self.stack.environ["REDIS_URL"], set_as_current=False) as celery:
            return str(celery.send_task(task).id)

    def websocket(self, path: str) -> Any:
        return create_connection(f"ws://{HOST}:{self.port}{path}", timeout=60)

    def socketio(self) -> Any:
        """A WebSocket after the handshake of Engine.IO."""
        web = self.websocket("/socket.io/?EIO=4&transport=websocket")
        web.recv()
        return web

    def polled(self, path: str, interval: float, **headers: str) -> Polled:
        return Polled(self.port, http_request("GET", path, headers), interval)

    def _process(self, name: str, command: str) -> Process:
        environ = {**self.stack.environ, **self.settings}
        log = self.stack.folder / f"{name}.log"
        process = Process([self.python, "-m", *command.split()], environ, log)
        self.stack.workers.append(process)  # so that the stack kills it
        return process


def _listens(server: Process, port: int) -> bool:
    """Without a connection, which the floor would take for a viewer."""
    assert server.is_running, f"The server has ended; see {server.log}."
    sockets = psutil.Process(server.pid).net_connections("tcp")
    return any(each.status == psutil.CONN_LISTEN and each.laddr.port == port for each in sockets)


def _floor(stack: Stack) -> Running:
    site = Site(stack)
    server = site.serve(f"benchmarks.servers.floor {stack.environ['REDIS_URL']} floor {{port}}")
    site.work("benchmarks.peers.socketio_site.tasks")
    site.submit(f"{TASK}.floor")
    setup = "one process; one send() per socket and update"
    return Running(setup, [server], lambda _: Pushed(socket.create_connection((HOST, site.port))))


def _ours(stack: Stack) -> Running:
    site, token, job, server = _our_site(stack)

    def viewer(_: int) -> Viewer:
        web = site.socketio()
        web.send("40" + json.dumps({"token": token}))
        web.recv()
        web.send("421" + json.dumps(["watch", {"job": job}]))
        while not web.recv().startswith("431"):
            pass
        return Pushed(web.sock)

    return Running("eventlet, one process; journaled, then pushed", [server], viewer)


def _old_page(stack: Stack) -> Running:
    site, token, job, server = _our_site(stack)
    polled = site.polled(f"/status/{job}", OLD_PAGE_S, Authorization=f"Bearer {token}")
    setup = f"GET /status/<task_id> every {OLD_PAGE_S:.0f} s; the same web process"
    return Running(setup, [server], lambda _: polled)


def _our_site(stack: Stack) -> tuple[Site, str, str, Process]:
    """Also a token, the job that reports, and the web process."""
    with on_core(0):
        web = stack.add_web()
    site = Site(stack, port=web.port)
    site.work("benchmarks.peers.ours.tasks")
    token = stack.token()
    client = Client(web, token)
    job = client.submit()
    wait_for("the job to report", lambda: client.job(job)["state"] == "PROGRESS")
    return site, token, job, web


def _bare_socketio(stack: Stack) -> Running:
    site = Site(stack)
    server = site.serve(f"benchmarks.servers.bare eventlet {stack.environ['REDIS_URL']} {{port}}")
    site.work("benchmarks.peers.socketio_site.tasks")
    site.submit(TASK)

    def viewer(_: int) -> Viewer:
        web = site.socketio()
        web.send("40")
        web.recv()
        return Pushed(web.sock)

    found = versions(sys.executable, "flask-socketio", "eventlet")
    return Running(f"{found}, one process; emitted by the worker through Redis", [server], viewer)


def _django_site(stack: Stack) -> Site:
    settings = {"DJANGO_SETTINGS_MODULE": "benchmarks.peers.django_site.settings"}
    return Site(stack, python_of("celery-progress"), settings)


def _celery_progress_polled(stack: Stack) -> Running:
    site = _django_site(stack)
    server = site.serve(f"{GUNICORN} benchmarks.peers.django_site.wsgi")
    site.work("benchmarks.peers.django_site.celery")
    polled = site.polled(f"/celery-progress/{site.submit(TASK)}/", CELERY_PROGRESS_S)
    found = versions(site.python, "celery-progress", "django", "gunicorn")
    setup = f"{found} (3 x 4 threads); asks every {1000 * CELERY_PROGRESS_S:.0f} ms"
    return Running(setup, [server], lambda _: polled)


def _celery_progress_pushed(stack: Stack) -> Running:
    site = _django_site(stack)
    server = site.serve(
        f"daphne -b {HOST} -p {{port}} benchmarks.peers.django_site.asgi:application"
    )
    site.work("benchmarks.peers.django_site.celery")
    task = site.submit(f"{TASK}.pushed")

    def viewer(_: int) -> Viewer:
        web = site.websocket(f"/ws/progress/{task}/")
        web.send(json.dumps({"type": "check_task_completion"}))
        return Pushed(web.sock)

    found = versions(site.python, "celery-progress", "channels", "channels-redis", "daphne")
    return Running(f"{found}, one process", [server], viewer)


def _dash(stack: Stack) -> Running:
    site = Site(stack, python_of("dash"))
    server = site.serve(f"{GUNICORN} benchmarks.peers.dash_site.app:server")
    site.work("benchmarks.peers.dash_site.app:celery", "--pool threads --concurrency 100")
    found = versions(site.python, "dash", "gunicorn", "celery")
    setup = f"{found} (3 x 4 threads); asks every {DASH_S:.0f} s; a task for each viewer"
    return Running(setup, [server], lambda number: _dash_viewer(site, number))


def _dash_viewer(site: Site, number: int) -> Viewer:
    """Loads the page, presses the button, and then asks as the page does."""
    page = html.unescape(requests.get(site.url, timeout=60).text)
    end = re.search(r'"end_id": ?"([^"]+)"', page)
    assert end, "Dash's page has no end_id."
    path = f"/_dash-update-component?endId={end[1]}"

    def body(clicks: int | None, viewer: int | None) -> bytes:
        return json.dumps(
            {
                "output": "result.children",
                "outputs": {"id": "result", "property": "children"},
                "inputs": [{"id": "run", "property": "n_clicks", "value": clicks}],
                "changedPropIds": ["run.n_clicks"],
                "parsedChangedPropsIds": ["run.n_clicks"],
                "state": [{"id": "viewer", "property": "data", "value": viewer}],
            }
        ).encode()

    headers = {"Content-Type": "application/json"}
    pressed = requests.post(site.url + path, body(1, number), headers=headers, timeout=60)
    pressed.raise_for_status()
    handles = pressed.json()
    path += f"&cacheKey={handles['cacheKey']}&job={handles['job']}"
    return Polled(site.port, http_request("POST", path, headers, body(None, None)), DASH_S)


def _flower(stack: Stack) -> Running:
    settings = {"FLOWER_UNAUTHENTICATED_API": "true"}
    site = Site(stack, python_of("flower"), settings)
    module = "benchmarks.peers.flower_site.tasks"
    server = site.serve(f"celery -A {module} flower --address={HOST} --port={{port}}")
    site.work(module, "--concurrency 1 --events")
    path = f"/api/task/info/{site.submit(TASK)}"
    wait_for("Flower to know the task", lambda: requests.get(site.url + path, timeout=60).ok)
    polled = site.polled(path, FLOWER_S)
    found = versions(site.python, "flower", "celery")
    setup = f"{found}; /api/task/info every {FLOWER_S:.0f} s, which has the state, not the progress"
    return Running(setup, [server], lambda _: polled, shows_progress=False)


SYSTEMS = (
    System("Floor: bare sockets", _floor),
    System("Ours", _ours),
    System("The old page, polling", _old_page),
    System("Flask-SocketIO", _bare_socketio),
    System("celery-progress, polling", _celery_progress_polled),
    System("celery-progress, WebSockets", _celery_progress_pushed),
    System("Dash, background callback", _dash),
    System("Flower", _flower),
)
"""In the order of the table; the first is what the others are compared with."""

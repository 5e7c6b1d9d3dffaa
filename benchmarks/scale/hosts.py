"""Whether delivery holds where hosts and links fail, and how soon it resumes.

Redis, Postgres, nginx, two web processes, three workers and the viewers each have a host of their
own: a network namespace (`network`). A host that is killed and a link that is cut give their peers
no word. Every viewer must end with every event, in order, each once: whatever misses one fails this
benchmark. The database, the clock and the cores are those of one machine.
"""

from __future__ import annotations

import functools
import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.fanout import ROOM_FOR_ALL
from benchmarks.scale import page
from benchmarks.scale.network import Host, hosts, isolated
from benchmarks.table import Row
from tests.backends.servers import Postgres, RedisServer
from tests.nginx import Nginx
from tests.stack import LONG, Client, Process, is_listening, make_app, make_token, wait_for

INSIDE = "BENCHMARK_NETWORK"  # set where this process has a network of its own
RATE = 5.0  # events a second
VIEWERS = 5  # on each of two hosts
PORT = 5000
CALM_S, SLOW_S = 5.0, 10.0
CUTS_S = {"viewers1": 15.0, "web1": 15.0, "redis": 10.0, "worker1": 5.0}
"""How long links are cut; a worker's for less than a lease, as else its job goes on elsewhere."""
CATCH_UP_S = 120.0
NAMES = ("redis", "database", "front", "web1", "web2", "worker1", "worker2", "worker3")
NAMES_OF_VIEWERS = ("viewers1", "viewers2")

Told = tuple[Row, list[str]]
"""A row of the table that is printed, and one of the page's."""


class Missed(AssertionError):
    """A viewer doesn't have an event that the journal had."""


@dataclass
class Fault:
    """What was done, and the times (monotonic s) of its begin, its end, and of all caught up."""

    what: str
    began: float
    over: float | None = None
    caught_up: float = 0.0


@dataclass
class Crowd:
    """Viewers of one job, and what they printed."""

    job: str
    logs: list[Path]
    _said: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    _read: dict[Path, int] = field(default_factory=dict)

    def heard(self) -> dict[str, list[dict[str, Any]]]:
        """What each viewer has said so far, in order."""
        for log in self.logs:
            with log.open("rb") as lines:
                lines.seek(self._read.get(log, 0))
                for line in lines:
                    if not line.endswith(b"\n"):
                        break  # it's being written
                    self._read[log] = self._read.get(log, 0) + len(line)
                    if line.startswith(b"{"):
                        said = json.loads(line)
                        self._said.setdefault(f"{log.stem} {said['viewer']}", []).append(said)
        return self._said

    def position(self) -> dict[str, int]:
        return {viewer: said[-1]["seq"] for viewer, said in self.heard().items()}

    def check(self) -> None:
        """Raise Missed unless each event follows the one before, for each viewer."""
        for viewer, said in self.heard().items():
            for before, after in itertools.pairwise(said):
                if after["snapshot"] or after["epoch"] != before["epoch"]:
                    raise Missed(f"{viewer} was given a snapshot at {after['seq']} after a fault.")
                if after["seq"] != before["seq"] + 1:
                    raise Missed(f"{viewer} has {after['seq']} after {before['seq']}.")

    def told(self, fault: Fault) -> Told:
        """What its viewers noticed of a fault."""
        gaps, after = [], []
        for said in self.heard().values():
            times = [each["at"] for each in said]
            pairs = itertools.pairwise(times)
            gaps.append(max(b - a for a, b in pairs if b > fault.began and a < fault.caught_up))
            if fault.over:
                after.append(min(at for at in times if at > fault.over) - fault.over)
        noticed = sum(gap > 1.0 for gap in gaps)
        longest = f"{statistics.median(gaps):.1f} / {max(gaps):.1f} s"
        resumed = f"{max(after):.1f} s" if after and fault.what != "none" else "-"
        row = Row(fault.what, longest, f"{noticed} of {len(gaps)} viewers; after it {resumed}")
        return row, [fault.what, f"{noticed} of {len(gaps)}", longest, resumed]


def rows() -> Iterator[Row]:
    if os.environ.get(INSIDE):
        yield from _measured()
        return
    command = isolated()
    if command is None:
        print("Network namespaces aren't permitted here (unshare --net).", file=sys.stderr)
        sys.exit(2)
    missing = [
        package
        for program, package in {
            "ip": "iproute2",
            "nginx": "nginx",
            "redis-server": "redis-server",
        }.items()
        if subprocess.run(
            ["sh", "-c", f"PATH=$PATH:/usr/sbin command -v {program}"], capture_output=True
        ).returncode
    ]
    if missing:
        print("This needs the Debian packages", *missing, file=sys.stderr)
        sys.exit(2)
    again = [*command, sys.executable, "-m", "benchmarks", "hosts"]
    status = subprocess.run(again, env={**os.environ, INSIDE: "1"}).returncode
    if status:
        sys.exit(status)
    yield Row("each viewer has each event", "yes")


def _measured() -> Iterator[Row]:
    machine = page.machine()
    with tempfile.TemporaryDirectory() as name, hosts(*NAMES, *NAMES_OF_VIEWERS) as net:
        folder = Path(name)
        with (
            RedisServer(
                folder / "redis", host=net["redis"].address, enter=net["redis"].enter
            ) as redis,
            Postgres(net["database"].address, net["database"].enter) as postgres,
        ):
            site = _Site(folder, net, redis.url, postgres.url)
            addresses = [f"{net[web].address}:{PORT}" for web in ("web1", "web2")]
            with Nginx(
                folder / "front", addresses, net["front"].address, net["front"].enter
            ) as front:
                os.environ["REQUESTS_CA_BUNDLE"] = str(front.authority)
                site.front = front
                lines = []
                for row, line in site.told():
                    yield row
                    lines.append(line)
    heads = [
        "fault",
        "viewers without an event for 1 s",
        "longest time without one: median / worst",
        "after it was over: worst",
    ]
    page.write("hosts", f"`make bench-hosts`; {machine}.\n\n{page.table(heads, lines)}")


class _Site:
    """The processes on their hosts."""

    front: Nginx

    def __init__(self, folder: Path, net: dict[str, Host], redis: str, database: str) -> None:
        self.folder = folder
        self.net = net
        self.environ = {
            **os.environ,
            **ROOM_FOR_ALL,
            "FLASK_CONFIG": "testing",
            "SECRET_KEY": "a key for tests alone",
            "DATABASE_URL": database,
            "REDIS_URL": redis,
            "HOST": "0.0.0.0",
            "PORT": str(PORT),
            "WORKER_CONCURRENCY": "1",
            "PYTHONUNBUFFERED": "1",
        }
        self.app = make_app({**self.environ, "SOCKETIO_ASYNC_MODE": "threading"})
        with self.app.app_context():
            self.token = make_token("olga", "operator")
        for web in ("web1", "web2"):
            net[web].run("web", self.environ, folder, "wsgi")
        for web in ("web1", "web2"):
            address = net[web].address
            wait_for(f"{web}; see {folder}", functools.partial(is_listening, PORT, address))

    def _crowd(self, job: str) -> Crowd:
        environ = {**self.environ, "WEBSOCKET_CLIENT_CA_BUNDLE": str(self.front.authority)}
        environ |= {"REQUESTS_CA_BUNDLE": str(self.front.authority)}
        ours = [self.front.url, self.token, job, str(VIEWERS)]
        for name in NAMES_OF_VIEWERS:
            self.net[name].run(job, environ, self.folder, "benchmarks.scale.watchers", *ours)
        crowd = Crowd(job, [self.folder / f"{name}-{job}.log" for name in NAMES_OF_VIEWERS])
        everyone = VIEWERS * len(NAMES_OF_VIEWERS)
        wait_for("every viewer's first word", lambda: len(crowd.heard()) == everyone)
        return crowd

    def _submit(self, **what: Any) -> str:
        return Client(self.front, self.token).submit(**what)  # type: ignore[arg-type]

    def told(self) -> Iterator[Told]:
        yield from self.network_faults()
        yield self.killed_worker()

    def network_faults(self) -> Iterator[Told]:
        """Faults of links and web hosts, while one process publishes events at a steady rate."""
        job = self._submit()
        steady = self.net["worker1"].run(
            "steady", self.environ, self.folder, "benchmarks.scale.steady", job, str(RATE)
        )
        crowd = self._crowd(job)
        yield self._during(crowd, steady, "none", None, CALM_S)
        for name, seconds in CUTS_S.items():
            host = self.net[name]
            host.cut()
            what = f"the link of {name} is cut for {seconds:.0f} s"
            yield self._during(crowd, steady, what, host.restore, seconds)
        host = self.net["web1"]
        what = f"the link of web1 is slowed for {SLOW_S:.0f} s: {host.slow()}"
        yield self._during(crowd, steady, what, host.quicken, SLOW_S)
        host.kill()
        yield self._during(crowd, steady, "the host web1 is killed", None, 0.0)
        steady.kill()
        last = _stored(steady)[-1]["seq"]
        wait_for("all to have the last event", lambda: set(crowd.position().values()) == {last})
        crowd.check()

    def _during(self, crowd: Crowd, steady: Process, what: str, undo: Any, seconds: float) -> Told:
        """Note a fault that has just begun; undo it after a while, and wait until all caught up."""
        fault = Fault(what, time.monotonic())
        time.sleep(seconds)
        if undo:
            undo()
        if seconds:
            fault.over = time.monotonic()
        # What is published from here on: the viewers must have heard of it, over whole links.
        wait_for("events to be stored again", lambda: _stored(steady)[-1]["seq"], CATCH_UP_S)
        time.sleep(1.0)
        until = _stored(steady)[-1]["seq"] + 2 * int(RATE)
        wait_for(
            f"all to have caught up after: {what}; {self.folder}",
            lambda: min(crowd.position().values()) >= until,
            CATCH_UP_S,
        )
        fault.caught_up = time.monotonic()
        return crowd.told(fault)

    def killed_worker(self) -> Told:
        """The host of the worker that runs a search is killed: another worker goes on."""
        workers = {
            name: self.net[name].run(
                "worker",
                self.environ,
                self.folder,
                "celery",
                "-A",
                "workers",
                "worker",
                "-l",
                "info",
                "-P",
                "eventlet",
                "-n",
                name,
            )
            for name in ("worker2", "worker3", "worker1")
        }
        job = self._submit(**LONG)
        crowd = self._crowd(job)
        wait_for("a plan", lambda: min(crowd.position().values()) > 20)
        runs = next(name for name, worker in workers.items() if self._has_task(name, worker, job))
        fault = Fault(
            f"the host of the worker that runs a search ({len(workers)} workers) is killed",
            time.monotonic(),
        )
        self.net[runs].kill()
        wait_for(
            f"another attempt; {self.folder}",
            lambda: all(said[-1]["attempt"] == 2 for said in crowd.heard().values()),
        )
        before = max(crowd.position().values())
        wait_for("it to go on", lambda: min(crowd.position().values()) > before + 5)
        fault.caught_up = time.monotonic()
        Client(self.front, self.token).post(f"/api/v1/jobs/{job}/cancel", json={"keep_best": True})  # type: ignore[arg-type]
        wait_for("the end", lambda: all(said[-1]["final"] for said in crowd.heard().values()))
        crowd.check()
        return crowd.told(fault)

    def _has_task(self, name: str, worker: Process, job: str) -> bool:
        return f"[{job}] received" in worker.log.read_text()


def _stored(steady: Process) -> list[dict[str, Any]]:
    """The positions of the events that were stored."""
    lines = steady.log.read_text().splitlines()
    return [json.loads(line) for line in lines if line.startswith("{") and line.endswith("}")]

"""What can go wrong: each fault strikes a scene, lasts, and is mended.

A fault is written as a generator: what comes before its `yield` strikes, what it yields is how many
seconds that lasts, and what comes after mends it, as whatever keeps an installation running would.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import psutil

from tests.backends.servers import Postgres
from tests.faults.installation import supervisor, supervisor_of
from tests.faults.scene import Scene
from tests.faults.store import PostgresStore

Strike = Callable[[Scene], Iterator[float]]

HOUR = 3600


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong.

    target: what it strikes. Two faults of different targets can strike at once.
    """

    name: str
    target: str
    strike: Strike


FAULTS: list[Fault] = []
"""Those that can strike every installation."""

OF_FORKS: list[Fault] = []
"""Those of a pool whose tasks run in processes of their own."""

OF_CLOCKS: list[Fault] = []
"""Those of an installation whose clock jumps."""

OF_SQLITE: list[Fault] = []
"""Those of an installation whose database is a file."""

OF_POSTGRES: list[Fault] = []
"""Those of an installation whose database is a server."""

LONG: list[Fault] = []
"""Those that last too long for every day."""


def fault(name: str, target: str, among: list[Fault] = FAULTS) -> Callable[[Strike], Strike]:
    def enlist(strike: Strike) -> Strike:
        among.append(Fault(name, target, strike))
        return strike

    return enlist


@fault("solver killed", "worker")
def _solver_killed(scene: Scene) -> Iterator[float]:
    supervisors = [supervisor(part) for part in scene.struck_parts()]
    for solver in scene.installation.solvers():
        if supervisor_of(solver) in supervisors:
            solver.kill()
    yield 0


@fault("worker killed", "worker")
def _worker_killed(scene: Scene) -> Iterator[float]:
    scene.worker.kill()
    yield 0
    scene.worker.start()


@fault("all workers killed", "worker")
def _all_workers_killed(scene: Scene) -> Iterator[float]:
    for worker in scene.installation.workers:
        worker.kill()
    yield 0
    for worker in scene.installation.workers:
        worker.start()


@fault("worker deployed anew (SIGTERM)", "worker")
def _worker_deployed(scene: Scene) -> Iterator[float]:
    scene.worker.signal(signal.SIGTERM)
    yield 0
    scene.wait_for("the worker to end", lambda: not scene.worker.is_running)
    scene.worker.start()


@fault("worker frozen for 12 s", "worker")
def _worker_frozen(scene: Scene) -> Iterator[float]:
    worker = scene.keep_frozen()
    yield 12
    worker.signal(signal.SIGCONT)


@fault("pool process killed", "worker", OF_FORKS)
def _pool_process_killed(scene: Scene) -> Iterator[float]:
    for part in scene.struck_parts():
        os.kill(supervisor(part), signal.SIGKILL)
    yield 0


@fault("web killed", "web")
def _web_killed(scene: Scene) -> Iterator[float]:
    scene.web.kill()
    yield 0
    scene.web.start()


@fault("web killed, its viewers go to the other", "web")
def _viewers_move(scene: Scene) -> Iterator[float]:
    scene.door.target = scene.other_web.port
    scene.web.kill()
    yield 3
    scene.web.start()


@fault("web deployed anew (SIGTERM)", "web")
def _web_deployed(scene: Scene) -> Iterator[float]:
    scene.web.signal(signal.SIGTERM)
    yield 0
    scene.wait_for("the web process to end", lambda: not scene.web.is_running)
    scene.web.start()


@fault("web frozen for 10 s", "web")
def _web_frozen(scene: Scene) -> Iterator[float]:
    scene.web.signal(signal.SIGSTOP)
    yield 10
    scene.web.signal(signal.SIGCONT)


@fault("Redis frozen for 20 s", "redis")
def _redis_frozen(scene: Scene) -> Iterator[float]:
    os.kill(scene.installation.valkey.pid, signal.SIGSTOP)
    yield 20
    os.kill(scene.installation.valkey.pid, signal.SIGCONT)


@fault("Redis killed, back after 3 s", "redis")
def _redis_killed(scene: Scene) -> Iterator[float]:
    scene.installation.valkey.kill()
    yield 3
    scene.installation.valkey.start()


@fault("Redis killed, back empty after 3 s", "redis")
def _redis_emptied(scene: Scene) -> Iterator[float]:
    scene.installation.valkey.kill()
    scene.installation.empty_redis()
    yield 3
    scene.installation.valkey.start()


@fault("web's network to Redis stalled for 12 s", "web")
def _cable_stalled(scene: Scene) -> Iterator[float]:
    scene.cable.stall()
    yield 12
    scene.cable.mend()


@fault("web's connections to Redis reset, none for 3 s", "web")
def _cable_cut(scene: Scene) -> Iterator[float]:
    scene.cable.cut()
    yield 3
    scene.cable.mend()


@fault("viewers away for 2 s", "viewer")
def _viewers_away(scene: Scene) -> Iterator[float]:
    scene.door.cut()
    yield 2
    scene.door.mend()


@fault("viewers away for longer than the journal", "viewer")
def _viewers_away_for_long(scene: Scene) -> Iterator[float]:
    scene.door.cut()
    yield 0
    scene.wait_for_more_than_is_kept()
    scene.door.mend()


@fault("viewers away for 60 s", "viewer", LONG)
def _viewers_away_for_a_minute(scene: Scene) -> Iterator[float]:
    scene.door.cut()
    yield 60
    scene.door.mend()


@fault("all clocks an hour ahead", "clock", OF_CLOCKS)
def _clocks_ahead(scene: Scene) -> Iterator[float]:
    yield from _clock_jumps(scene, HOUR)


@fault("all clocks an hour back", "clock", OF_CLOCKS)
def _clocks_back(scene: Scene) -> Iterator[float]:
    yield from _clock_jumps(scene, -HOUR)


def _clock_jumps(scene: Scene, seconds: int) -> Iterator[float]:
    """And back, some seconds later."""
    installation = scene.installation
    assert installation.clock is not None
    installation.clock.go_to(seconds)
    scene.wait_for("the jump", lambda: abs(installation.clock_is_off() - seconds) < 60)
    yield 10
    installation.clock.go_to(0)


@fault("SQLite locked for 10 s", "database", OF_SQLITE)
def _sqlite_locked(scene: Scene) -> Iterator[float]:
    with scene.installation.store.locked():
        yield 10


@fault("SQLite's disk full for 6 s", "database", OF_SQLITE)
def _disk_full(scene: Scene) -> Iterator[float]:
    # As on a full disk, logs can't be written either.
    scene.installation.bound_files(0)
    yield 6
    scene.installation.bound_files(psutil.RLIM_INFINITY)


@fault("Postgres' table of jobs locked for 14 s", "database", OF_POSTGRES)
def _postgres_locked(scene: Scene) -> Iterator[float]:
    with scene.installation.store.locked():
        yield 14


@fault("Postgres killed, back after 3 s", "database", OF_POSTGRES)
def _postgres_killed(scene: Scene) -> Iterator[float]:
    _postgres(scene).kill()
    yield 3
    _postgres(scene).start()


@fault("Postgres read-only for 6 s, as hosts make a full one", "database", OF_POSTGRES)
def _postgres_full(scene: Scene) -> Iterator[float]:
    _store(scene).take_writes(False)
    yield 6
    _store(scene).take_writes(True)


@fault("connections to Postgres dropped", "database", OF_POSTGRES)
def _postgres_drops(scene: Scene) -> Iterator[float]:
    _postgres(scene).drop_connections()
    yield 0


@fault("Postgres frozen for 10 s", "database", OF_POSTGRES)
def _postgres_frozen(scene: Scene) -> Iterator[float]:
    _postgres(scene).freeze()
    yield 10
    _postgres(scene).thaw()


def _postgres(scene: Scene) -> Postgres:
    return _store(scene).server


def _store(scene: Scene) -> PostgresStore:
    store = scene.installation.store
    assert isinstance(store, PostgresStore)
    return store

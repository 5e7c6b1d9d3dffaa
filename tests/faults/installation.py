"""What is struck: an installation of real parts, in which everything can be cut off and killed.

Two web processes, each behind one wire to Redis and another to its viewers, two workers of one slot
each, one Valkey that keeps its data, and SQLite or Postgres.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from redis import RedisError

from dashboard.db.extensions import db
from dashboard.db.models import ENDED, Job
from dashboard.development.reaper import Child, Reaper
from dashboard.development.valkey import EmbeddedValkey
from dashboard.jobs import parts
from dashboard.jobs.parts import PartStatus
from dashboard.journal.journal import Journal, Position
from tests.backends.servers import Postgres
from tests.faults.store import PostgresStore, SqliteStore, Store
from tests.faults.wire import Wire, Wires
from tests.stack import Client, Process, Stack, is_search

JOURNAL_LENGTH = 20
"""Events of a job that the journal keeps: so few that a viewer who is away soon misses more."""

FAKETIME = "*/faketime/libfaketimeMT.so.1"
"""Where Debian keeps it, in /usr/lib."""


class Clock:
    """The wall clock of the processes that run with its `environ`; other clocks stay true.

    Needs libfaketime (Debian's package `faketime`), and processes that sleep as eventlet and gevent
    do: Python's own `time.sleep` fails under it (EINVAL, of a moment that has passed).
    """

    def __init__(self, file: Path) -> None:
        library = next(Path("/usr/lib").glob(FAKETIME), None)
        # Without it the processes would run all the same, with a true clock.
        assert library is not None, "libfaketime is missing; Debian's package is called faketime."
        self._file = file
        self.go_to(0)
        self.environ = {
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }

    def go_to(self, seconds: int) -> None:
        """Jump to so many seconds after (or, below 0, before) the true time."""
        draft = self._file.with_suffix(".new")
        draft.write_text(f"{seconds:+d}s\n")
        draft.replace(self._file)


class _Reaper(Reaper):
    """Starts processes that have more in their environment."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        super().__init__()
        self._environ = {**os.environ, **environ}

    def spawn(self, argv: Sequence[str], **more: Any) -> Child:
        return super().spawn(argv, **{**more, "env": self._environ})


@dataclass
class Installation(Stack):
    """The installation, once `start` has returned.

    clock: one that jumps, for all its processes; None leaves them with the machine's.
    postgres: a server that runs, in which it has a database; None is SQLite.
    """

    slots: int = 1
    clock: Clock | None = None
    postgres: Postgres | None = None
    doors: list[Wire] = field(default_factory=list)
    cables: list[Wire] = field(default_factory=list)

    def __post_init__(self) -> None:
        faked = self.clock.environ if self.clock else {}
        self.settings = {"JOURNAL_LENGTH": str(JOURNAL_LENGTH), **faked, **self.settings}
        self.store: Store = SqliteStore(self.folder / "test.db")
        if self.postgres is not None:
            self.store = store = PostgresStore(self.postgres)
            self.settings["DATABASE_URL"] = store.url
        self._keep = self.folder / "valkey"
        self._reaper = _Reaper(faked)
        self.valkey = EmbeddedValkey(self._keep, reaper=self._reaper)
        self._wires = Wires()
        self._groups: set[int | None] = set()
        super().__post_init__()
        self.new_worker()

    def start(self) -> None:
        for worker in self.workers:
            worker.start()
        for _ in range(2):
            cable = self._wires.lay(self.valkey.port)
            redis = self.valkey.url.replace(f":{self.valkey.port}/", f":{cable.port}/")
            web = self.add_web(REDIS_URL=redis)
            self.cables.append(cable)
            self.doors.append(self._wires.lay(web.port))
        self.bearer = self.token()
        self.clients = [Client(web, self.bearer) for web in self.webs]

    def stop(self) -> None:
        super().stop()
        self._reaper.close()
        self._wires.close()

    def restore(self) -> None:
        """Bring everything back that should be there, whatever became of it."""
        if self.clock is not None:
            self.clock.go_to(0)
        self.store.restore()
        self.bound_files(psutil.RLIM_INFINITY)
        if self.valkey.exit_status() is not None:
            self.valkey.start()
        os.kill(self.valkey.pid, signal.SIGCONT)
        for wire, target in [
            *((cable, self.valkey.port) for cable in self.cables),
            *zip(self.doors, (web.port for web in self.webs), strict=True),
        ]:
            wire.target = target
            wire.mend()
        for process in [*self.webs, *self.workers]:
            process.signal(signal.SIGCONT)
        self.revive()

    def bound_files(self, size: int) -> None:
        """Let no file that web or worker writes to reach beyond so many bytes."""
        for process in (*self.webs, *self.workers):
            if process.is_running:
                bounds = (size, psutil.RLIM_INFINITY)
                psutil.Process(process.pid).rlimit(psutil.RLIMIT_FSIZE, bounds)

    def revive(self) -> int:
        """Start what has ended by itself, as a Procfile platform does; how many that were."""
        ended = [process for process in (*self.webs, *self.workers) if not process.is_running]
        for process in ended:
            process.start()
        return len(ended)

    def is_ready(self) -> bool:
        return all(web.is_ready() for web in self.webs)

    def empty_redis(self) -> None:
        """What a Redis that was killed had on disk is gone, too."""
        shutil.rmtree(self._keep)

    @property
    def journal(self) -> Journal:
        found: Journal = self.app.extensions["journal"]
        return found

    def stored(self, job: str) -> Job:
        """The job's row in the durable store, as it is now."""
        with self.app.app_context():
            row = db.session.get_one(Job, job)
            db.session.expunge(row)
            return row

    def has_ended(self, job: str) -> bool:
        return self.stored(job).state in ENDED

    def parts(self, job: str) -> list[PartStatus]:
        with self.app.app_context():
            return parts.statuses(job)

    def running_parts(self, job: str) -> list[PartStatus]:
        return [part for part in self.parts(job) if part.state == "running"]

    def solvers(self) -> list[psutil.Process]:
        """Every search process that a worker of this installation has started, orphans too."""
        # Those of workers too that have been started again since, under another number.
        self._groups |= {worker.pid for worker in self.workers}
        return [process for process in psutil.process_iter() if _is_of(process, self._groups)]

    def workers_at(self, job: str) -> list[Process]:
        """The workers that run parts of the job, or else ran its last one."""
        held = self.running_parts(job) or [part for part in self.parts(job) if part.holder][-1:]
        groups = {group_of(supervisor(part)) for part in held}
        return [worker for worker in self.workers if worker.pid in groups]

    def clock_is_off(self) -> float:
        """Seconds by which the wall clock of Redis is ahead of the machine's."""
        seconds, _ = self.journal.redis.time()
        return float(seconds) - time.time()

    def position(self, job: str) -> Position | None:
        """How far the job's journal has come; None while Redis is away, or has lost it."""
        with contextlib.suppress(RedisError):
            return self.journal.positions([job]).get(job)
        return None


def supervisor(part: PartStatus) -> int:
    """The process that runs, or ran, the part's task."""
    assert part.holder is not None
    return int(part.holder.split(":")[1])


def supervisor_of(solver: psutil.Process) -> int:
    """The process whose fork server forked the solver; raises psutil.NoSuchProcess."""
    fork_server = solver.parent()
    if fork_server is None:
        raise psutil.NoSuchProcess(solver.pid)
    return fork_server.ppid()


def group_of(pid: int) -> int | None:
    with contextlib.suppress(ProcessLookupError):
        return os.getpgid(pid)
    return None


def _is_of(process: psutil.Process, groups: set[int | None]) -> bool:
    return group_of(process.pid) in groups and is_search(process)

"""A scene of the campaign: jobs, each caught at a moment, and those who watch them.

`Campaign` sets the scene, lets faults strike it, and at the end holds it against the promise.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from random import Random
from typing import Any

import psutil

from dashboard.jobs.parts import PartStatus
from dashboard.journal.journal import Position
from tests.faults.installation import Installation, supervisor, supervisor_of
from tests.faults.moments import COMPLETE_SAID, HELD, SEARCHES, Moment, is_at
from tests.faults.wire import Wire
from tests.faults.witness import Ledger, Witness
from tests.stack import Process, Web, wait_for

PATIENCE = 180.0
STATED = ("state", "status", "outcome", "current", "total", "result_url", "epoch", "seq")
"""What the store and the interface must say of a job's end as its viewers were told it."""


class BrokenPromise(AssertionError):
    """A viewer lost something, was told something twice, or the job went astray."""


@dataclass
class Trial:
    """A job, the moment at which it is struck, and its viewers."""

    job: str
    moment: Moment
    witnesses: list[Witness] = field(default_factory=list)

    def are_level(self, position: Position | None) -> bool:
        """Whether all its viewers stand where the journal stands, or further on."""
        return position is not None and all(
            witness.socket.connected and witness.is_level(position.epoch, position.seq)
            for witness in self.witnesses
        )

    def are_counted(self) -> bool:
        """Whether each of its viewers is told how many they are."""
        return all(witness.viewers == len(self.witnesses) for witness in self.witnesses)


class Scene:
    """Jobs and viewers of one scenario; a context manager, which lets everybody go at its end.

    What a fault strikes is chosen here: `web`, one of two, with its `cable` to Redis and the `door`
    of its viewers; `struck`, a job that a worker has; and `worker`, the one that has it.
    """

    def __init__(self, installation: Installation, ledger: Ledger, random: Random) -> None:
        self.installation = installation
        self.trials: list[Trial] = []
        self._ledger = ledger
        self._random = random
        self._side = random.randrange(2)
        self._frozen: list[Process] = []
        self._joining: list[threading.Thread] = []
        self.is_struck = False

    @property
    def web(self) -> Web:
        return self.installation.webs[self._side]

    @property
    def other_web(self) -> Web:
        return self.installation.webs[1 - self._side]

    @property
    def cable(self) -> Wire:
        return self.installation.cables[self._side]

    @property
    def door(self) -> Wire:
        return self.installation.doors[self._side]

    def set_up(self, moments: Sequence[Moment]) -> None:
        """Bring a job to each of the moments; the workers that have them are frozen there."""
        for moment in Moment:
            if moment in moments:
                self._bring(moment)
        if not all(map(self._is_at, self.trials)):
            # On a busy machine a frozen worker's lease may run out: once more, with other jobs.
            self._clear()
            self.set_up(moments)
            return
        taken = [trial for trial in self.trials if trial.moment in HELD] or self.trials
        self.struck = self._random.choice(taken)
        self.worker = self._random.choice(self._workers_at(self.struck))
        self._at_work = [trial.job for trial in taken]

    def _clear(self) -> None:
        """See all jobs to their ends."""
        self.let_go()
        self.stop_what_lasts()
        self.wait_for_ends()
        for trial in self.trials:
            trial.moment = Moment.ENDED

    def let_go(self) -> None:
        """Let the frozen workers go on, but for those that a fault keeps."""
        for worker in self._frozen:
            worker.signal(signal.SIGCONT)
        self._frozen = []

    def keep_frozen(self) -> Process:
        """The struck worker, which stays frozen when the others go on."""
        self.worker.signal(signal.SIGSTOP)
        self._frozen = [worker for worker in self._frozen if worker is not self.worker]
        return self.worker

    def struck_parts(self) -> list[PartStatus]:
        """The parts of the struck job that run."""
        return self.installation.running_parts(self.struck.job)

    def watch(self, seconds: float) -> None:
        """Let time pass, in which no promise is broken."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self._hold_to_promise()
            time.sleep(0.05)

    def wait_for(self, what: str, condition: Callable[[], Any]) -> None:
        """Wait for the condition, while no promise is broken.

        What ended by itself is started again; not while the scene `is_struck`, for faults are
        mended by themselves.
        """

        def holds() -> bool:
            self._hold_to_promise()
            if not self.is_struck:
                self._ledger.counts["died"] += self.installation.revive()
            return bool(condition())

        wait_for(what, holds, PATIENCE)

    def wait_for_more_than_is_kept(self) -> None:
        """Until the struck job has had more events than its journal keeps, or has ended."""
        job = self.struck.job
        before = self.installation.position(job)
        enough = (before.seq if before else 0) + self._ledger.journal_length

        def has_more() -> bool:
            position = self.installation.position(job)
            return position is not None and (position.final or position.seq > enough)

        self.wait_for("more events than the journal keeps", has_more)

    def join(self) -> None:
        """Another viewer for each job, at either web process; they may have to wait outside."""
        for trial in self.trials:
            self._join(trial, self._random.choice(self.installation.doors))

    def wait_until_back(self) -> None:
        """Until every job that a worker had is run again, or has ended, and every viewer is level.

        The jobs in the queue have to wait for their turn anyway.
        """
        self.wait_for("all web processes to be ready", self.installation.is_ready)
        self.wait_for("the jobs to be run again", lambda: all(map(self._is_run, self._at_work)))
        self._wait_until_level()

    def stop_what_lasts(self) -> None:
        """Cancel the jobs that are meant to outlast the fault, and keep what they have."""
        for trial in self.trials:
            if trial.moment is Moment.MIDDLE:
                self.installation.clients[1].post(
                    f"/api/v1/jobs/{trial.job}/cancel", json={"keep_best": True}
                )

    def wait_for_ends(self) -> None:
        """Until every job has ended, for everybody, and its processes too."""
        for trial in self.trials:
            self.wait_for(
                f"job {trial.job} to end", lambda job=trial.job: self.installation.has_ended(job)
            )
        self.join()
        self._wait_until_level()
        self.wait_for("no solver to be left", lambda: not self.installation.solvers())
        for trial in self.trials:
            self.wait_for(f"the viewers of job {trial.job} to be counted", trial.are_counted)

    def check_ends(self) -> None:
        """What viewers were told last is what everybody else is told."""
        for trial in self.trials:
            stored = self.installation.stored(trial.job)
            if stored.state == "FAILURE":
                self._ledger.break_promise(f"Job {trial.job} failed: {stored.status}")
            answers = [client.job(trial.job) for client in self.installation.clients]
            for witness in trial.witnesses:
                told = [{name: it.get(name) for name in STATED} for it in (*answers, witness.state)]
                if told != [told[0]] * len(told) or told[0]["state"] != stored.state:
                    self._ledger.break_promise(f"One end of job {trial.job}, told apart: {told}")
                witness.check_snapshots()
            result = self.installation.clients[0].get(f"/api/v1/jobs/{trial.job}/result")
            if result.ok != (stored.state == "SUCCESS"):
                self._ledger.break_promise(
                    f"Job {trial.job} is {stored.state}; its result: {result.status_code}."
                )
        self._hold_to_promise()

    def __enter__(self) -> Scene:
        return self

    def __exit__(self, *_: object) -> None:
        self.let_go()
        witnesses = [witness for trial in self.trials for witness in trial.witnesses]
        # All at once: a web process on threads has each of them wait for 3 s.
        with ThreadPoolExecutor(max_workers=len(witnesses) or 1) as pool:
            list(pool.map(Witness.close, witnesses))
        for joining in self._joining:
            joining.join()

    def _bring(self, moment: Moment) -> None:
        """Submit jobs until one is caught at the moment; what was too quick is watched, too."""
        if moment is Moment.QUEUED:
            self._freeze(self._free())
        while True:
            trial = Trial(self.installation.clients[0].submit(**SEARCHES[moment]), moment)
            self.trials.append(trial)
            self._join(trial, *self.installation.doors)
            if self._catch(trial):
                return
            trial.moment = Moment.ENDED

    def _catch(self, trial: Trial) -> bool:
        """Freeze the worker that has the job when it's at its moment; False if it ended before."""
        if trial.moment not in HELD:
            self.wait_for(f"job {trial.job} to be {trial.moment}", lambda: self._is_at(trial))
            return True
        while not self.installation.has_ended(trial.job):
            self._wait_for_a_chance(trial)
            free = self._free()
            self._freeze(free)
            # Frozen while it writes, a worker would keep the whole installation from writing.
            if self._is_at(trial) and not self.installation.store.is_written():
                self._thaw([worker for worker in free if worker not in self._workers_at(trial)])
                return True
            self._thaw(free)
        return False

    def _wait_for_a_chance(self, trial: Trial) -> None:
        """Until the job is at its moment, or past it."""
        if trial.moment is Moment.COMPLETE:
            # Which lasts milliseconds: it's noticed by what a viewer hears, at once.
            trial.witnesses[0].wait_until_told(COMPLETE_SAID, PATIENCE)
        else:
            self.wait_for(
                f"job {trial.job} to be {trial.moment}",
                lambda: self._is_at(trial) or self.installation.has_ended(trial.job),
            )

    def _is_at(self, trial: Trial) -> bool:
        return is_at(self.installation, trial.job, trial.moment)

    def _workers_at(self, trial: Trial) -> list[Process]:
        """The workers that have the job; all, where that can't be told."""
        return self.installation.workers_at(trial.job) or self.installation.workers

    def _free(self) -> list[Process]:
        return [worker for worker in self.installation.workers if worker not in self._frozen]

    def _freeze(self, workers: list[Process]) -> None:
        for worker in workers:
            worker.signal(signal.SIGSTOP)
        self._frozen += workers

    def _thaw(self, workers: list[Process]) -> None:
        self._frozen = [worker for worker in self._frozen if worker not in workers]
        for worker in workers:
            worker.signal(signal.SIGCONT)

    def _join(self, trial: Trial, *doors: Wire) -> None:
        for door in doors:
            witness = Witness(door, self.installation.bearer, trial.job, self._ledger)
            trial.witnesses.append(witness)
            # In a thread of its own: a door may be closed for a while.
            self._joining.append(threading.Thread(target=witness.connect))
            self._joining[-1].start()

    def _is_run(self, job: str) -> bool:
        """Whether the job has ended, or each part that runs has a solver and its supervisor."""
        if self.installation.has_ended(job):
            return True
        supervisors = {supervisor(part) for part in self.installation.running_parts(job)}
        try:
            at_it = {supervisor_of(solver) for solver in self.installation.solvers()}
        except psutil.NoSuchProcess:  # it ended meanwhile
            return False
        return bool(supervisors) and supervisors <= at_it

    def _wait_until_level(self) -> None:
        for trial in self.trials:
            try:
                self.wait_for(
                    f"the viewers of job {trial.job} to be level",
                    lambda trial=trial: trial.are_level(self.installation.position(trial.job)),
                )
            except AssertionError as error:
                position = self.installation.position(trial.job)
                error.add_note(
                    f"The journal stands at {position}; the viewers of a {trial.moment} job:"
                )
                for witness in trial.witnesses:
                    error.add_note(f"- {witness.stand()}")
                raise

    def _hold_to_promise(self) -> None:
        if self._ledger.broken:
            raise BrokenPromise(self._ledger.broken[0])

"""Starts the application as its Procfile says, restarts what dies, and ends all of it.

`release` runs first and to its end; then every other process of the Procfile, each of them
restarted when it dies.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from dashboard.private_files import private_folder

from .console import Console
from .lock import AlreadyRunning, hold_checkout
from .procfile import ProcfileError, read_procfile
from .reaper import Reaper
from .services import ProcfileProcess, Service, Supervisor, describe
from .valkey import EmbeddedValkey, ValkeyError
from .web import base_url, is_ready, is_taken

GRACE = 5.0
"""Seconds between SIGTERM and SIGKILL."""
TICK = 0.1


class StartError(Exception):
    """The application can't be started; the message says why. `status` is for the shell."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class Runner:
    """The application of one checkout.

    Args:
        root: the checkout, with a Procfile in it; `instance/` in it is the runner's too.
        port: where the web process listens.
        redis_url: the Redis to use; None starts an embedded Valkey.
        sign_in_link: makes the link to show, given the address without a path.
        verbose: whether to show routine output of the processes.
        ends_with_parent: whether to end when the parent process has ended.
    """

    def __init__(
        self,
        root: Path,
        *,
        port: int,
        redis_url: str | None,
        sign_in_link: Callable[[str], str],
        verbose: bool = False,
        ends_with_parent: bool = False,
    ) -> None:
        self._root = root
        self._instance = root / "instance"
        self._port = port
        self._redis_url = redis_url
        self._sign_in_link = sign_in_link
        self._verbose = verbose
        self._parent = os.getppid() if ends_with_parent else None
        self._signalled = False

    def run(self) -> int:
        """Run until Ctrl-C or SIGTERM; returns the exit status."""
        self._catch_signals()
        try:
            with ExitStack() as stack:
                self._run(stack)
        except (ProcfileError, AlreadyRunning) as error:
            return fail(str(error), 2)
        except ValkeyError as error:
            return fail(str(error), 1)
        except StartError as error:
            return fail(str(error), error.status)
        return 0

    def _run(self, stack: ExitStack) -> None:
        """Start everything, and supervise it; the stack's callbacks end it in reverse order."""
        commands = read_procfile(self._root / "Procfile")
        console = Console([EmbeddedValkey.name, *commands], verbose=self._verbose)
        private_folder(self._instance)
        lock = stack.enter_context(hold_checkout(self._instance / "run.lock"))
        if is_taken(self._port):
            raise StartError(
                f"Port {self._port} is taken. Choose another: PORT={self._port + 1} make run", 2
            )
        reaper = stack.enter_context(Reaper(hold=[lock]))
        services: list[Service] = []
        if self._redis_url is None:
            services.append(self._start_valkey(reaper, console, stack))
        processes = {
            name: ProcfileProcess(name, command, root=self._root, reaper=reaper, console=console)
            for name, command in commands.items()
        }
        stack.callback(self._end, list(processes.values()), reaper)
        if release := processes.pop("release", None):
            self._run_to_its_end(release)
        for process in processes.values():
            if not self._stopping():
                process.start()
                services.append(process)
        self._supervise(services, console)

    def _start_valkey(self, reaper: Reaper, console: Console, stack: ExitStack) -> EmbeddedValkey:
        """Start Valkey; children get its address in REDIS_URL, other commands from a file."""
        valkey = EmbeddedValkey(self._instance / "valkey", reaper=reaper)
        stack.callback(valkey.stop)
        valkey.start()
        console.line(valkey.name, f"listens on port {valkey.port}, keeps its data in instance/")
        os.environ["REDIS_URL"] = valkey.url
        note = self._instance / "valkey.url"
        note.unlink(missing_ok=True)
        with os.fdopen(os.open(note, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(valkey.url)
        stack.callback(note.unlink, missing_ok=True)
        return valkey

    def _run_to_its_end(self, process: ProcfileProcess) -> None:
        process.start()
        while (status := process.exit_status()) is None:
            if self._stopping():
                return
            time.sleep(TICK)
        process.finish_output()
        if status != 0:
            raise StartError(f"`{process.command}` failed: {describe(status)}.", 1)

    def _supervise(self, services: Sequence[Service], console: Console) -> None:
        supervisors = [Supervisor(service, console) for service in services]
        announced = False
        while not self._stopping():
            for supervisor in supervisors:
                supervisor.check()
            if not announced and is_ready(self._port):
                announced = True
                link = self._sign_in_link(base_url(self._port))
                console.announce(f"Energy Island is running. Open  {link}")
            time.sleep(TICK)
        console.announce(f"Stopping {', '.join(service.name for service in services)}.")

    def _end(self, processes: Sequence[ProcfileProcess], reaper: Reaper) -> None:
        reaper.end([process.child for process in processes if process.child is not None], GRACE)
        for process in processes:
            process.finish_output()

    def _catch_signals(self) -> None:
        for signum in (signal.SIGINT, signal.SIGTERM):
            signal.signal(signum, self._note_signal)
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # ignored under nohup
            signal.signal(signal.SIGHUP, self._note_signal)

    def _note_signal(self, signum: int, frame: object) -> None:
        self._signalled = True

    def _stopping(self) -> bool:
        return self._signalled or (self._parent is not None and os.getppid() != self._parent)


def fail(message: str, status: int) -> int:
    """Print why it can't run; returns the exit status."""
    print(message, file=sys.stderr)
    return status

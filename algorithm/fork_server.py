"""Starts the parts of searches of one worker process: `python -m algorithm.fork_server`.

To import what a search needs takes 0.4 s of a core, to fork a process that has it 10 ms. So this
one imports it, computes nothing, starts no thread, and forks for every part.

The worker holds one end of a Unix socket, this process the other as its standard input. For each
part the worker sends one byte with two sockets: the one that the part speaks on, see
`algorithm.process`, and its status socket, on which this process answers in lines:

    its process ID, at once
    its exit status, when it has ended; less than 0: the signal that ended it

Until the worker closes its end of the status socket, the process ID stays taken: to signal it
can't hit another. A part is killed when that end closes; all are when the worker's socket does.
"""

import contextlib
import gc
import logging
import os
import select
import signal
import socket
import traceback
from typing import Never

from algorithm import process

ERROR = 1
"""Exit status of a part that ended by an error of its own process."""


def main() -> None:
    """Fork a process for each request on standard input, until that closes."""
    logging.basicConfig(level=logging.INFO)
    for ignored in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ignored, signal.SIG_IGN)  # a terminal's or platform's reach all processes
    gc.freeze()  # what the parts share isn't copied to be marked
    with socket.socket(fileno=0) as worker:
        worker.setblocking(True)
        _Server(worker).serve()


class _Server:
    def __init__(self, worker: socket.socket) -> None:
        self._worker = worker
        self._parts: dict[socket.socket, int] = {}
        """The process ID of each part, by its status socket."""
        self._ended: set[int] = set()
        self._child_ended, self._wakes = socket.socketpair()
        self._wakes.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._wakes.fileno(), warn_on_full_buffer=False)

    def serve(self) -> None:
        while True:
            ready, _, _ = select.select([self._worker, self._child_ended, *self._parts], [], [])
            if self._child_ended in ready:
                self._child_ended.recv(4096)
                self._tell_ends()
            for status in self._parts.keys() & set(ready):
                self._release(status)
            if self._worker in ready and not self._take_request():
                for status in list(self._parts):
                    self._release(status)
                return

    def _take_request(self) -> bool:
        """Fork for the next request; False if the worker has gone."""
        try:
            data, sockets, _, _ = socket.recv_fds(self._worker, 1, 2)
        except ConnectionResetError:
            return False
        if not data:
            return False
        supervisor, status = (socket.socket(fileno=number) for number in sockets)
        pid = os.fork()
        if pid == 0:
            self._run(supervisor, status)
        supervisor.close()
        self._parts[status] = pid
        _say(status, pid)
        return True

    def _run(self, supervisor: socket.socket, status: socket.socket) -> Never:
        """In the child: run the part, with nothing of the server's left open."""
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for inherited in (
                self._worker,
                self._child_ended,
                self._wakes,
                status,
                *self._parts,
            ):
                inherited.close()
            process.run(supervisor)
        except BaseException:
            traceback.print_exc()
        os._exit(ERROR)

    def _tell_ends(self) -> None:
        for status, pid in self._parts.items():
            if pid in self._ended:
                continue
            end = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            if end is not None:
                self._ended.add(pid)
                by_itself = end.si_code == os.CLD_EXITED
                _say(status, end.si_status if by_itself else -end.si_status)

    def _release(self, status: socket.socket) -> None:
        """Let go of a part whose worker wants it no more: its process ends, if it hasn't yet."""
        pid = self._parts.pop(status)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        self._ended.discard(pid)
        status.close()


def _say(status: socket.socket, number: int) -> None:
    with contextlib.suppress(OSError):  # the worker has closed it: `_release` follows
        status.sendall(b"%d\n" % number)


if __name__ == "__main__":
    main()

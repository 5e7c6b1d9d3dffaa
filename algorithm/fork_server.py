"""Forks a process for each part that a worker process runs: `python -m algorithm.fork_server`.

Importing the search takes 0.4 s of a core; forking a process that has imported it takes 10 ms. So
this process imports it, computes nothing, starts no thread, and forks for every part.

The worker holds one end of a Unix socket, this process the other as its standard input. For each
part the worker sends one byte with two sockets: the part's own, see `algorithm.process`, and its
status socket, on which this process answers in lines:

    the part's process ID, at once
    its exit status, when it has ended; below 0: the signal that ended it

When the worker closes its end of the status socket, the part is killed and reaped. It isn't reaped
before, so its process ID can't be reused, and a signal can't hit another process. When the
worker's own socket closes, all parts are killed.
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
"""Exit status of a part whose process raised an unexpected error."""


def main() -> None:
    """Fork a process for each request on standard input, until that closes."""
    logging.basicConfig(level=logging.INFO)
    for ignored in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ignored, signal.SIG_IGN)  # sent to the whole group; the worker handles them
    gc.freeze()  # garbage collection in a part must not write to shared pages (copy on write)
    with socket.socket(fileno=0) as worker:
        worker.setblocking(True)
        _Server(worker).serve()


class _Server:
    def __init__(self, worker: socket.socket) -> None:
        self._worker = worker
        self._parts: dict[socket.socket, int] = {}
        """The process ID of each part, by its status socket."""
        self._ended: set[int] = set()
        self._child_ended, self._wakeup = socket.socketpair()
        self._wakeup.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._wakeup.fileno(), warn_on_full_buffer=False)

    def serve(self) -> None:
        while True:
            ready, _, _ = select.select([self._worker, self._child_ended, *self._parts], [], [])
            if self._child_ended in ready:
                self._child_ended.recv(4096)
                self._report_ends()
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
        _send(status, pid)
        return True

    def _run(self, supervisor: socket.socket, status: socket.socket) -> Never:
        """Run the part, in the child, with none of the server's sockets open."""
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            own = (self._worker, self._child_ended, self._wakeup)
            for inherited in (*own, status, *self._parts):
                inherited.close()
            process.run(supervisor)
        except BaseException:
            traceback.print_exc()
        os._exit(ERROR)

    def _report_ends(self) -> None:
        for status, pid in self._parts.items():
            if pid in self._ended:
                continue
            end = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            if end is not None:
                self._ended.add(pid)
                by_itself = end.si_code == os.CLD_EXITED
                _send(status, end.si_status if by_itself else -end.si_status)

    def _release(self, status: socket.socket) -> None:
        """Kill a part's process, if it still runs, and reap it."""
        pid = self._parts.pop(status)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        self._ended.discard(pid)
        status.close()


def _send(status: socket.socket, number: int) -> None:
    with contextlib.suppress(OSError):  # the worker has closed it: `_release` follows
        status.sendall(b"%d\n" % number)


if __name__ == "__main__":
    main()

"""A part of a search in a process of its own, spoken to in lines of JSON.

`algorithm.fork_server` forks it with one end of a socket pair, and both sides speak there:

    supervisor → search   {"requirement", "disabled_devices", "options", "part", "outcomes",
                          "alone_s"}, then at any time {"stop"}, and {} every second or so
    search → supervisor   {"progress": {...}} …, then {"outcome": {...}} or {"error": {...}}

The requirement may be a sample's name; `outcomes` are those of the parts that this one is after.

An error is `{"kind": "requirement" | "infeasible" | "stopped" | "internal", "message"}`, whose
message is a sentence for people; where an internal one came from goes to standard error. When the
supervisor's end closes, or is silent for `alone_s` seconds, this ends too: nobody would hear its
outcome, and its part may be somebody else's already. Other signals than SIGKILL are for the
supervisor to heed: a terminal's or platform's reach all processes at once.
A process, because a solver can't be interrupted for certain from inside; and what it may use of
memory is limited here, so that a crash is a clear failure of one search.
"""

import dataclasses
import json
import logging
import math
import os
import select
import socket
import threading
import time
from typing import Any, Never

from algorithm import Infeasible, RequirementError, Stopped, check, load_sample
from algorithm.apart import NICENESS
from algorithm.failure import in_a_sentence
from algorithm.memory import limit_memory
from algorithm.stages import run_part

LEFT_ALONE = 75
"""Exit status where the supervisor fell silent: "try again", as sysexits.h has it."""

LOOK_EVERY_S = 1.0
"""How often silence is counted, s."""

logger = logging.getLogger(__name__)


def run(supervisor: socket.socket) -> Never:
    """Read one order from `supervisor`, run it, report to `supervisor`, and end this process."""
    os.nice(NICENESS)
    limit_memory()
    # A green supervisor leaves it non-blocking; here, waiting is what threads are for.
    supervisor.setblocking(True)
    orders = _Orders(supervisor)
    search = orders.next()
    stop = threading.Event()
    threading.Thread(target=_listen, args=(orders, search["alone_s"], stop), daemon=True).start()

    def say(message: dict[str, Any]) -> None:
        supervisor.sendall(json.dumps(message, separators=(",", ":")).encode() + b"\n")

    say(_outcome(search, stop, lambda progress: say({"progress": dataclasses.asdict(progress)})))
    # The listening thread waits for a line that won't come any more.
    os._exit(0)


def _outcome(search: dict[str, Any], stop: threading.Event, on_progress: Any) -> dict[str, Any]:
    try:
        asked = search["requirement"]
        requirement, disabled, options = check(
            load_sample(asked) if isinstance(asked, str) else asked,
            search["disabled_devices"],
            search["options"],
        )
        outcome = run_part(
            search["part"],
            requirement,
            disabled,
            options,
            search["outcomes"],
            on_progress=on_progress,
            should_stop=stop.is_set,
        )
    except RequirementError as error:
        return _error("requirement", str(error))
    except Infeasible as error:
        return _error("infeasible", str(error))
    except Stopped as error:
        return _error("stopped", str(error))
    except OSError:
        raise  # nobody hears it any more
    except Exception as error:
        logger.exception("Part %s failed.", search["part"])
        return _error("internal", in_a_sentence(error))
    return {"outcome": outcome}


def _error(kind: str, message: str) -> dict[str, Any]:
    return {"error": {"kind": kind, "message": message}}


class _Orders:
    """What the supervisor says, line by line."""

    def __init__(self, supervisor: socket.socket) -> None:
        self._supervisor = supervisor
        self._unread = b""

    def next(self, within_s: float = math.inf) -> dict[str, Any]:
        """The next order; raises EOFError if the supervisor has closed its end, TimeoutError if no
        order comes in time.

        Time in which this process was frozen itself doesn't count: it couldn't hear.
        """
        silent, looked = 0.0, time.monotonic()
        while b"\n" not in self._unread:
            if select.select([self._supervisor], [], [], LOOK_EVERY_S)[0]:
                try:
                    piece = self._supervisor.recv(1 << 20)
                except ConnectionResetError:
                    piece = b""
                if not piece:
                    raise EOFError
                self._unread += piece
                silent = 0.0
            now = time.monotonic()
            silent, looked = silent + min(now - looked, 2 * LOOK_EVERY_S), now
            if silent >= within_s:
                raise TimeoutError
        line, _, self._unread = self._unread.partition(b"\n")
        order: dict[str, Any] = json.loads(line)
        return order


def _listen(orders: _Orders, alone_s: float, stop: threading.Event) -> None:
    """Heed the supervisor for as long as it's there, and end this process with it."""
    try:
        while True:
            if orders.next(alone_s).get("stop"):
                stop.set()
    except TimeoutError:
        os._exit(LEFT_ALONE)
    except EOFError:
        os._exit(1)

"""Runs one part of a search in a process of its own, which exchanges lines of JSON.

`algorithm.fork_server` forks it with one end of a socket pair:

    supervisor → search   an Order, then at any time {"stop": true}, and {} every second or so
    search → supervisor   {"progress": ProgressRecord} …, then {"outcome"} or {"error"}

Texts for people are messages, with `"…_i18n": {"id", "values"}` beside them (`algorithm.messages`).
Tracebacks of internal errors go to standard error.

The process ends when the supervisor closes its end, or sends nothing for `supervisor_timeout_s`:
nobody would take its outcome, and its part may already belong to another worker. It ignores SIGINT
and SIGTERM, which a terminal or platform sends to all processes at once: the supervisor handles
them.

It is a process because a solver can't be interrupted reliably from within. Its memory is limited,
so that exceeding it is a clear failure of one search.
"""

import json
import logging
import math
import os
import select
import socket
import threading
import time
from collections.abc import Mapping
from typing import Any, Literal, Never, NotRequired

from typing_extensions import TypedDict

from algorithm import Infeasible, RequirementError, Stopped, load_sample
from algorithm.errors import Text
from algorithm.memory import limit_memory
from algorithm.messages import MessageJson, encoded
from algorithm.requirement.checked import read_checked
from algorithm.sandbox import NICENESS
from algorithm.search.failure import error_message
from algorithm.search.outcome import Outcome
from algorithm.search.progress import OnProgress, ProgressRecord
from algorithm.search.stages import run_part

SUPERVISOR_LOST = 75
"""Exit status after the supervisor's timeout: EX_TEMPFAIL of sysexits.h, "try again"."""

POLL_S = 1.0
"""How often the time since the supervisor's last message is updated, s."""

logger = logging.getLogger(__name__)


class PartOrder(TypedDict):
    """The part to run, of a search that was checked.

    requirement: a requirement, or a sample's name. part: its id. outcomes: those of the parts that
    it depends on.
    """

    requirement: str | Mapping[str, Any]
    disabled_devices: list[str]
    options: Mapping[str, Any]
    part: str
    outcomes: Mapping[str, Outcome]


class Order(PartOrder):
    """What a search process starts with.

    supervisor_timeout_s: it ends when the supervisor sends nothing for this long.
    """

    supervisor_timeout_s: float


ErrorKind = Literal["requirement", "infeasible", "stopped", "internal"]


class PartError(TypedDict):
    """Why a part has no outcome."""

    kind: ErrorKind
    message: Text
    message_i18n: NotRequired[MessageJson]


class WireMessage(TypedDict, total=False):
    """A message from the search process: exactly one of these fields."""

    progress: ProgressRecord
    outcome: Outcome
    error: PartError


def run(supervisor: socket.socket) -> Never:
    """Read one order from `supervisor`, run it, report to `supervisor`, and end this process."""
    os.nice(NICENESS)
    limit_memory()
    # A green supervisor leaves the socket non-blocking; the threads here block on it.
    supervisor.setblocking(True)
    orders = _Orders(supervisor)
    order: Order = orders.next()
    stop = threading.Event()
    listening = (orders, order["supervisor_timeout_s"], stop)
    threading.Thread(target=_listen, args=listening, daemon=True).start()

    def say(message: WireMessage) -> None:
        supervisor.sendall(json.dumps(encoded(message), separators=(",", ":")).encode() + b"\n")

    say(_outcome(order, stop, lambda progress: say({"progress": progress.record()})))
    # The listening thread still waits for a line; don't join it.
    os._exit(0)


def _outcome(order: PartOrder, stop: threading.Event, on_progress: OnProgress) -> WireMessage:
    try:
        asked = order["requirement"]
        requirement, disabled, options = read_checked(
            load_sample(asked) if isinstance(asked, str) else asked,
            order["disabled_devices"],
            order["options"],
        )
        outcome = run_part(
            order["part"],
            requirement,
            disabled,
            options,
            order["outcomes"],
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
        raise  # the supervisor's end is closed
    except Exception as error:
        logger.exception("Part %s failed.", order["part"])
        return _error("internal", error_message(error))
    return {"outcome": outcome}


def _error(kind: ErrorKind, message: Text) -> WireMessage:
    return {"error": {"kind": kind, "message": message}}


class _Orders:
    """Reads the supervisor's lines."""

    def __init__(self, supervisor: socket.socket) -> None:
        self._supervisor = supervisor
        self._unread = b""

    def next(self, within_s: float = math.inf) -> Any:
        """Return the next line's JSON.

        Raises EOFError if the supervisor has closed its end, TimeoutError if nothing comes within
        `within_s`. Time during which this process was frozen doesn't count.
        """
        silent, looked = 0.0, time.monotonic()
        while b"\n" not in self._unread:
            if select.select([self._supervisor], [], [], POLL_S)[0]:
                try:
                    piece = self._supervisor.recv(1 << 20)
                except ConnectionResetError:
                    piece = b""
                if not piece:
                    raise EOFError
                self._unread += piece
                silent = 0.0
            now = time.monotonic()
            silent, looked = silent + min(now - looked, 2 * POLL_S), now
            if silent >= within_s:
                raise TimeoutError
        line, _, self._unread = self._unread.partition(b"\n")
        return json.loads(line)


def _listen(orders: _Orders, supervisor_timeout_s: float, stop: threading.Event) -> None:
    """Handle the supervisor's messages; end this process when the supervisor is gone."""
    try:
        while True:
            if orders.next(supervisor_timeout_s).get("stop"):
                stop.set()
    except TimeoutError:
        os._exit(SUPERVISOR_LOST)
    except EOFError:
        os._exit(1)

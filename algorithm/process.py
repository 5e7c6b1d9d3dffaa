"""A part of a search in a process of its own, spoken to in lines of JSON.

`algorithm.fork_server` forks it with one end of a socket pair, and both sides speak there:

    supervisor → search   an Order, then at any time {"stop": true}, and {} every second or so
    search → supervisor   {"progress": ProgressRecord} …, then {"outcome"} or {"error"}

Texts for people are messages, with `"…_i18n": {"id", "values"}` beside them (`algorithm.messages`);
where an internal error came from goes to standard error. When the supervisor's end closes, or is
silent for `supervisor_timeout_s`, this ends too: nobody would take its outcome, and its part may be
another worker's already. Other signals than SIGKILL are for the supervisor to handle: a terminal's
or platform's reach all processes at once.
A process, because a solver can't be interrupted for certain from inside; and what it may use of
memory is limited here, so that a crash is a clear failure of one search.
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
"""Exit status where the supervisor fell silent: EX_TEMPFAIL of sysexits.h, "try again"."""

POLL_S = 1.0
"""How often silence is counted, s."""

logger = logging.getLogger(__name__)


class PartOrder(TypedDict):
    """The part to run, of a search that was checked.

    requirement: or a sample's name. part: its id. outcomes: of the parts that it is after.
    """

    requirement: str | Mapping[str, Any]
    disabled_devices: list[str]
    options: Mapping[str, Any]
    part: str
    outcomes: Mapping[str, Outcome]


class Order(PartOrder):
    """What a search process is started with. supervisor_timeout_s: silence after which it ends."""

    supervisor_timeout_s: float


ErrorKind = Literal["requirement", "infeasible", "stopped", "internal"]


class PartError(TypedDict):
    """Why a part has no outcome."""

    kind: ErrorKind
    message: Text
    message_i18n: NotRequired[MessageJson]


class WireMessage(TypedDict, total=False):
    """What a search process says: one of these."""

    progress: ProgressRecord
    outcome: Outcome
    error: PartError


def run(supervisor: socket.socket) -> Never:
    """Read one order from `supervisor`, run it, report to `supervisor`, and end this process."""
    os.nice(NICENESS)
    limit_memory()
    # A green supervisor leaves it non-blocking; here, waiting is what threads are for.
    supervisor.setblocking(True)
    orders = _Orders(supervisor)
    order: Order = orders.next()
    stop = threading.Event()
    listening = (orders, order["supervisor_timeout_s"], stop)
    threading.Thread(target=_listen, args=listening, daemon=True).start()

    def say(message: WireMessage) -> None:
        supervisor.sendall(json.dumps(encoded(message), separators=(",", ":")).encode() + b"\n")

    say(_outcome(order, stop, lambda progress: say({"progress": progress.record()})))
    # The listening thread waits for a line that won't come any more.
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
        raise  # nobody hears it any more
    except Exception as error:
        logger.exception("Part %s failed.", order["part"])
        return _error("internal", error_message(error))
    return {"outcome": outcome}


def _error(kind: ErrorKind, message: Text) -> WireMessage:
    return {"error": {"kind": kind, "message": message}}


class _Orders:
    """What the supervisor says, line by line."""

    def __init__(self, supervisor: socket.socket) -> None:
        self._supervisor = supervisor
        self._unread = b""

    def next(self, within_s: float = math.inf) -> Any:
        """The next order; raises EOFError if the supervisor has closed its end, TimeoutError if no
        order comes in time.

        Time in which this process was frozen itself doesn't count: it couldn't hear.
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
    """Heed the supervisor for as long as it's there, and end this process with it."""
    try:
        while True:
            if orders.next(supervisor_timeout_s).get("stop"):
                stop.set()
    except TimeoutError:
        os._exit(SUPERVISOR_LOST)
    except EOFError:
        os._exit(1)

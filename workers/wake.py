"""A task that is over wakes its worker's loop, so that a free slot takes the next message at once.

A worker asks the broker for no more than it has slots for. While all are taken its loop waits for
other things, and would notice a free one only when that wait is over: up to 2 s under eventlet and
gevent, 1 s under threads. Prefork and solo need no wake, and aren't harmed by it.
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable
from typing import Any

from celery import bootsteps
from celery.worker.consumer import Consumer
from kombu.utils.eventio import READ


class Wake(bootsteps.StartStopStep):
    """A step of the consumer, which starts anew with each connection to the broker."""

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def __init__(self, consumer: Consumer, **_: Any) -> None:
        super().__init__(consumer)
        self._poller: WakingPoller | None = None
        self._consumer = consumer
        # Celery's signals come before it counts a task's slot as free.
        consumer.pool.apply_async = _then(self._wake, consumer.pool.apply_async)

    def start(self, consumer: Consumer) -> None:
        transport = consumer.connection.transport
        if consumer.hub is None and transport.driver_type == "redis":
            # RabbitMQ answers an acknowledgement with the next message, which is a wake by itself.
            transport.cycle.poller = self._poller = WakingPoller(transport.cycle.poller)

    def _wake(self) -> None:
        if self._consumer.hub is not None:
            self._consumer.hub.call_soon(_do_nothing)
        elif self._poller is not None:
            self._poller.wake()


class WakingPoller:
    """One of kombu's pollers, whose `poll` also ends when somebody calls `wake`.

    It forgets sockets that were closed. kombu leaves the number of one in its poller where Redis
    ends a connection while all slots are taken. Another socket of the process may get that number,
    and the loop would turn round and round for it.
    """

    def __init__(self, poller: Any) -> None:
        self._poller = poller
        self._sockets: dict[int, Any] = {}
        self._bell, self._rope = socket.socketpair()
        for end in (self._bell, self._rope):
            end.setblocking(False)
        poller.register(self._bell.fileno(), READ)

    def register(self, socket_or_number: Any, events: int) -> None:
        if not isinstance(socket_or_number, int):
            self._sockets[socket_or_number.fileno()] = socket_or_number
        self._poller.register(socket_or_number, events)

    def wake(self) -> None:
        # When it's full, there are wakes enough on their way.
        with contextlib.suppress(BlockingIOError):
            self._rope.send(b"\0")

    def poll(self, timeout: float | None) -> list[tuple[int, int]]:
        self._forget_closed()
        events = self._poller.poll(timeout) or []
        others = [event for event in events if event[0] != self._bell.fileno()]
        if len(others) < len(events):
            self._bell.recv(4096)
        return others

    def _forget_closed(self) -> None:
        closed = [number for number, sock in self._sockets.items() if sock.fileno() != number]
        for number in closed:
            self._poller.unregister(number)
            del self._sockets[number]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._poller, name)


def _then(act: Callable[[], None], apply_async: Callable[..., Any]) -> Callable[..., Any]:
    """A pool's `apply_async` after each of whose tasks, and its own callback, there is an act."""

    def apply(target: Any, *args: Any, callback: Callable[..., Any], **options: Any) -> Any:
        def over(*told: Any, **more: Any) -> None:
            try:
                callback(*told, **more)
            finally:
                act()

        return apply_async(target, *args, callback=over, **options)

    return apply


def _do_nothing() -> None:
    """To have been called is enough."""

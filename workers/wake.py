"""Wakes a worker's event loop when a task ends, so that the free slot takes the next message.

A worker takes no more messages than it has slots for. While all are busy, its loop polls other
sockets, and would notice a free slot only when that poll times out: after up to 2 s under eventlet
and gevent, 1 s under threads. Prefork and solo don't need this, and aren't harmed by it.
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
    """A step of the consumer, restarted with each connection to the broker."""

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def __init__(self, consumer: Consumer, **_: Any) -> None:
        super().__init__(consumer)
        self._poller: WakingPoller | None = None
        self._consumer = consumer
        # Not by a Celery signal: those are sent before the task's slot counts as free.
        consumer.pool.apply_async = _then(self._wake, consumer.pool.apply_async)

    def start(self, consumer: Consumer) -> None:
        transport = consumer.connection.transport
        if consumer.hub is None and transport.driver_type == "redis":
            # Not for RabbitMQ: it answers an acknowledgement with the next message, which wakes.
            transport.cycle.poller = self._poller = WakingPoller(transport.cycle.poller)

    def _wake(self) -> None:
        if self._consumer.hub is not None:
            self._consumer.hub.call_soon(_do_nothing)
        elif self._poller is not None:
            self._poller.wake()


class WakingPoller:
    """Wraps one of kombu's pollers; its `poll` also returns when `wake` is called.

    It unregisters closed sockets. kombu leaves a closed file descriptor registered if Redis closes
    a connection while all slots are busy. Another socket of the process may get that descriptor,
    and the loop would spin on it.
    """

    def __init__(self, poller: Any) -> None:
        self._poller = poller
        self._sockets: dict[int, Any] = {}
        self._receiver, self._sender = socket.socketpair()
        for end in (self._receiver, self._sender):
            end.setblocking(False)
        poller.register(self._receiver.fileno(), READ)

    def register(self, socket_or_number: Any, events: int) -> None:
        if not isinstance(socket_or_number, int):
            self._sockets[socket_or_number.fileno()] = socket_or_number
        self._poller.register(socket_or_number, events)

    def wake(self) -> None:
        # A full buffer has enough wake-ups waiting.
        with contextlib.suppress(BlockingIOError):
            self._sender.send(b"\0")

    def poll(self, timeout: float | None) -> list[tuple[int, int]]:
        self._forget_closed()
        events = self._poller.poll(timeout) or []
        others = [event for event in events if event[0] != self._receiver.fileno()]
        if len(others) < len(events):
            self._receiver.recv(4096)
        return others

    def _forget_closed(self) -> None:
        closed = [number for number, sock in self._sockets.items() if sock.fileno() != number]
        for number in closed:
            self._poller.unregister(number)
            del self._sockets[number]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._poller, name)


def _then(act: Callable[[], None], apply_async: Callable[..., Any]) -> Callable[..., Any]:
    """A pool's `apply_async` that calls `act` after each task and its callback."""

    def apply(target: Any, *args: Any, callback: Callable[..., Any], **options: Any) -> Any:
        def finished(*args: Any, **kwargs: Any) -> None:
            try:
                callback(*args, **kwargs)
            finally:
                act()

        return apply_async(target, *args, callback=finished, **options)

    return apply


def _do_nothing() -> None:
    """The call itself wakes the event loop."""

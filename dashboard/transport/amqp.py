"""AMQP (RabbitMQ) connections: with timeouts, and those of a worker, which have none."""

from __future__ import annotations

from typing import Any

from amqp.exceptions import PreconditionFailed
from kombu.transport import pyamqp

SCHEMES = ("amqp", "amqps")


def is_amqp(url: str | None) -> bool:
    return (url or "").partition("://")[0] in SCHEMES


class TimeoutTransport(pyamqp.Transport):
    """Raises TimeoutError if a read or write takes longer than the transport option
    `socket_timeout`, in seconds.

    py-amqp has a timeout for connecting only; after that it waits for ever for a broker that
    doesn't answer.
    """

    def establish_connection(self) -> Any:
        client: Any = self.client
        connection = super().establish_connection()  # type: ignore[no-untyped-call]
        connection.sock.settimeout(client.transport_options["socket_timeout"])
        return connection


class WorkerTransport(pyamqp.Transport):
    """Treats a channel closed by RabbitMQ as a lost connection, so that the worker reconnects.

    RabbitMQ closes a channel with a message that isn't acknowledged within its `consumer_timeout`,
    half an hour; a search may take longer. Celery would end the worker.
    """

    connection_errors = (*pyamqp.Transport.connection_errors, PreconditionFailed)

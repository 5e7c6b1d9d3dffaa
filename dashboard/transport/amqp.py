"""AMQP (RabbitMQ) connections: those that give up, and those of a worker, which don't."""

from __future__ import annotations

from typing import Any

from amqp.exceptions import PreconditionFailed
from kombu.transport import pyamqp

SCHEMES = ("amqp", "amqps")


def is_amqp(url: str | None) -> bool:
    return (url or "").partition("://")[0] in SCHEMES


class ImpatientTransport(pyamqp.Transport):
    """Raises TimeoutError where a read or write takes longer than the transport option
    `socket_timeout`, in seconds: for connections that nobody waits on for longer.

    py-amqp bounds how long a connection takes to be made; after that it waits for ever for a broker
    that doesn't answer any more.
    """

    def establish_connection(self) -> Any:
        client: Any = self.client
        connection = super().establish_connection()  # type: ignore[no-untyped-call]
        connection.sock.settimeout(client.transport_options["socket_timeout"])
        return connection


class WorkerTransport(pyamqp.Transport):
    """Takes a channel that RabbitMQ has closed for a lost connection, and the worker makes another.

    RabbitMQ closes one on which a message isn't acknowledged within its `consumer_timeout`, half an
    hour, which a search may well outlast. Celery would end the worker.
    """

    connection_errors = (*pyamqp.Transport.connection_errors, PreconditionFailed)

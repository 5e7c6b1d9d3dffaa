"""The message queue between workers and web processes, with an ear for its own silence.

`message_queue()` makes the one that SOCKETIO_MESSAGE_QUEUE names, for `core`. Workers only
write to it; each web process also hears all of it, and `server.serve` asks whether it still does.
"""

from __future__ import annotations

import logging
import threading
import time
from abc import abstractmethod
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from kombu.connection import Connection
from kombu.entity import Exchange, Queue
from kombu.messaging import Producer
from redis import Redis, RedisError
from socketio import PubSubManager

from dashboard.transport.amqp import ImpatientTransport, is_amqp
from dashboard.transport.redis_address import RedisAddress, connect

CHANNEL = "flask-socketio"

GIVE_UP = 1.0  # s: an emit must not hold up a search for longer
SILENCE = 10.0
"""Seconds; pulses come every few of them, so a subscription that hears nothing is dead."""
RETRY = 1.0  # s
KEPT = 10_000  # messages that wait at RabbitMQ for a web process that doesn't take them

logger = logging.getLogger(__name__)


def message_queue(
    url: str, *, write_only: bool = False, redis: Redis | None = None
) -> MessageQueue:
    """The message queue at `url`, which is connected to when it's needed.

    redis: a client of the Redis at `url`, if there is one, so that it needs no second one.
    """
    if is_amqp(url):
        return AmqpMessageQueue(url, write_only=write_only)
    return RedisMessageQueue(url, write_only=write_only, redis=redis or connect(url))


class MessageQueue(PubSubManager):
    """Flask-SocketIO's queue; `pulse()` tells whether this process still hears it.

    A pulse is a message that nobody acts on. It comes back only if publishing, the broker and this
    process's own subscription all work: a lost subscription is otherwise silent.
    """

    heard_at = float("-inf")  # monotonic s

    def pulse(self) -> None:
        """Send a pulse. Like every emit it never raises."""
        self._publish({"method": "pulse", "host_id": self.host_id})

    @abstractmethod
    def _subscription(self) -> Iterator[Any]:
        """Subscribe anew, and give each message; raises when the subscription is lost."""

    def _listen(self) -> Iterator[Any]:
        """What python-socketio asks of a queue: each message, for ever.

        Its own ways to listen wait longer and longer, up to a minute, after a broker was away.
        """
        while True:
            try:
                for message in self._subscription():
                    self.heard_at = time.monotonic()
                    yield message
                    # A burst must not keep green threads from writing it to their sockets.
                    time.sleep(0)
            # Whatever the broker's library raises: there are several.
            except Exception as error:
                logger.warning("The message queue is not heard: %.200s", error)
                time.sleep(RETRY)


class RedisMessageQueue(MessageQueue):
    """Over the publish/subscribe of Redis or Valkey, with Sentinel or TLS if need be."""

    def __init__(self, url: str, *, redis: Redis, write_only: bool = False) -> None:
        super().__init__(channel=CHANNEL, write_only=write_only)
        self._address = RedisAddress.parse(url)
        self._speaker = redis

    def _publish(self, data: Any) -> None:
        try:
            self._speaker.publish(self.channel, self.json.dumps(data))
        except RedisError as error:
            logger.warning("The message queue took no message: %.200s", error)

    def _subscription(self) -> Iterator[bytes]:
        listener = self._address.client(1, socket_timeout=SILENCE, socket_connect_timeout=GIVE_UP)
        with listener.pubsub(ignore_subscribe_messages=True) as pubsub:
            pubsub.subscribe(self.channel)
            for message in pubsub.listen():
                yield message["data"]


class AmqpMessageQueue(MessageQueue):
    """Over a fanout exchange of RabbitMQ; each web process hears a queue of its own."""

    def __init__(self, url: str, *, write_only: bool = False) -> None:
        super().__init__(channel=CHANNEL, write_only=write_only)
        self._url = url
        self._exchange = Exchange(CHANNEL, type="fanout", durable=False)
        self._producer: Producer | None = None
        # An AMQP connection is one conversation: two threads must not speak in it at once.
        self._speaking = threading.Lock()

    def _publish(self, data: Any) -> None:
        """Send it; over a new connection where there is none, or the old one doesn't take it."""
        message = self.json.dumps(data)
        with self._speaking:
            if self._producer is None or not self._takes(self._producer, message):
                self._producer = Producer(self._connection(GIVE_UP), self._exchange)
                self._takes(self._producer, message)

    def _takes(self, producer: Producer, message: str) -> bool:
        try:
            producer.publish(message)
        # Whatever the broker's library raises: there are several.
        except Exception as error:
            logger.warning("The message queue took no message: %.200s", error)
            producer.connection.collect()
            self._producer = None
            return False
        return True

    def _subscription(self) -> Iterator[str]:
        queue = Queue(
            f"{CHANNEL}.{uuid4()}", self._exchange, exclusive=True, durable=False, max_length=KEPT
        )
        connection = self._connection(SILENCE)
        try:
            messages = connection.SimpleQueue(queue, no_ack=True)
            while True:
                yield messages.get().payload
        finally:
            # A polite close would wait for somebody who doesn't answer.
            connection.collect()

    def _connection(self, patience: float) -> Connection:
        return Connection(
            self._url,
            transport=ImpatientTransport,
            connect_timeout=GIVE_UP,
            transport_options={"socket_timeout": patience, "max_retries": 1, "interval_start": 0},
        )

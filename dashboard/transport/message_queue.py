"""The message queue from workers to web processes, with a check of its own subscription.

`message_queue()` makes the one that SOCKETIO_MESSAGE_QUEUE names. Workers only publish; each web
process also subscribes, and `server.serve` checks that the subscription works.
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

from dashboard.transport.amqp import TimeoutTransport, is_amqp
from dashboard.transport.redis_address import RedisAddress, connect

CHANNEL = "flask-socketio"

PUBLISH_TIMEOUT_S = 1.0  # an emit must not delay a search for longer
SILENCE_TIMEOUT_S = 10.0
"""Pulses come every few seconds, so a subscription that is silent for so long is dead."""
RETRY_S = 1.0
MAX_WAITING_MESSAGES = 10_000
"""Messages that RabbitMQ queues for a web process that doesn't read them."""

logger = logging.getLogger(__name__)


def message_queue(
    url: str, *, write_only: bool = False, redis: Redis | None = None
) -> MessageQueue:
    """The message queue at `url`; it connects lazily.

    redis: an existing client of the Redis at `url`, to be reused.
    """
    if is_amqp(url):
        return AmqpMessageQueue(url, write_only=write_only)
    return RedisMessageQueue(url, write_only=write_only, redis=redis or connect(url))


class MessageQueue(PubSubManager):
    """Flask-SocketIO's queue; `pulse()` checks whether this process still receives messages.

    A pulse is a message without effect. It comes back only if publishing, the broker and this
    process's own subscription work: a lost subscription otherwise goes unnoticed.
    """

    heard_at = float("-inf")  # monotonic s, of the last message received

    def pulse(self) -> None:
        """Send a pulse. Like every emit it never raises."""
        self._publish({"method": "pulse", "host_id": self.host_id})

    @abstractmethod
    def _subscription(self) -> Iterator[Any]:
        """Subscribe, and yield each message; raises when the subscription is lost."""

    def _listen(self) -> Iterator[Any]:
        """python-socketio's hook: yields each message, for ever.

        Its own implementations back off for up to a minute after a broker was away.
        """
        while True:
            try:
                for message in self._subscription():
                    self.heard_at = time.monotonic()
                    yield message
                    # Yield, so that a burst doesn't keep green threads from sending.
                    time.sleep(0)
            # Each broker's library raises its own errors.
            except Exception as error:
                logger.warning("The message queue is not heard: %.200s", error)
                time.sleep(RETRY_S)


class RedisMessageQueue(MessageQueue):
    """Over publish/subscribe of Redis or Valkey, also with Sentinel or TLS."""

    def __init__(self, url: str, *, redis: Redis, write_only: bool = False) -> None:
        super().__init__(channel=CHANNEL, write_only=write_only)
        self._address = RedisAddress.parse(url)
        self._publisher = redis

    def _publish(self, data: Any) -> None:
        try:
            self._publisher.publish(self.channel, self.json.dumps(data))
        except RedisError as error:
            logger.warning("The message queue took no message: %.200s", error)

    def _subscription(self) -> Iterator[bytes]:
        listener = self._address.client(
            1, socket_timeout=SILENCE_TIMEOUT_S, socket_connect_timeout=PUBLISH_TIMEOUT_S
        )
        with listener.pubsub(ignore_subscribe_messages=True) as pubsub:
            pubsub.subscribe(self.channel)
            for message in pubsub.listen():
                yield message["data"]


class AmqpMessageQueue(MessageQueue):
    """Over a fan-out exchange of RabbitMQ; each web process has its own queue."""

    def __init__(self, url: str, *, write_only: bool = False) -> None:
        super().__init__(channel=CHANNEL, write_only=write_only)
        self._url = url
        self._exchange = Exchange(CHANNEL, type="fanout", durable=False)
        self._producer: Producer | None = None
        # An AMQP connection isn't thread-safe.
        self._publish_lock = threading.Lock()

    def _publish(self, data: Any) -> None:
        """Send it; over a new connection if there is none, or the old one fails."""
        message = self.json.dumps(data)
        with self._publish_lock:
            if self._producer is None or not self._sent(self._producer, message):
                self._producer = Producer(self._connection(PUBLISH_TIMEOUT_S), self._exchange)
                self._sent(self._producer, message)

    def _sent(self, producer: Producer, message: str) -> bool:
        try:
            producer.publish(message)
        # Each broker's library raises its own errors.
        except Exception as error:
            logger.warning("The message queue took no message: %.200s", error)
            producer.connection.collect()
            self._producer = None
            return False
        return True

    def _subscription(self) -> Iterator[str]:
        queue = Queue(
            f"{CHANNEL}.{uuid4()}",
            self._exchange,
            exclusive=True,
            durable=False,
            max_length=MAX_WAITING_MESSAGES,
        )
        connection = self._connection(SILENCE_TIMEOUT_S)
        try:
            messages = connection.SimpleQueue(queue, no_ack=True)
            while True:
                yield messages.get().payload
        finally:
            # A clean close would wait for a broker that doesn't answer.
            connection.collect()

    def _connection(self, timeout: float) -> Connection:
        return Connection(
            self._url,
            transport=TimeoutTransport,
            connect_timeout=PUBLISH_TIMEOUT_S,
            transport_options={"socket_timeout": timeout, "max_retries": 1, "interval_start": 0},
        )

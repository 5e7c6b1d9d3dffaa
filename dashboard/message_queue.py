"""The Redis message queue between workers and web processes, with an ear for its own silence."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator

from redis import RedisError
from socketio import RedisManager

logger = logging.getLogger(__name__)


class MessageQueue(RedisManager):
    """Flask-SocketIO's queue; `pulse()` tells whether this process still hears it.

    A pulse is a message that nobody acts on. It comes back only if publishing, Redis and this
    process's own subscription all work: a lost subscription is otherwise silent.
    """

    # Pulses come every few seconds, so a subscription that hears nothing for this long is dead.
    TIMEOUT = 10.0  # s
    RETRY = 1.0  # s

    def __init__(self, url: str, *, write_only: bool = False) -> None:
        super().__init__(
            url,
            channel="flask-socketio",
            write_only=write_only,
            redis_options={
                "socket_timeout": 1.0 if write_only else self.TIMEOUT,
                "socket_connect_timeout": 1.0,
            },
        )
        self.heard_at = float("-inf")

    def pulse(self) -> None:
        """Send a pulse. Like every emit it never raises."""
        self._publish({"method": "pulse", "host_id": self.host_id})

    def _listen(self) -> Iterator[bytes]:
        """What python-socketio asks of a queue: each message, for ever.

        Its own way to listen waits longer and longer, up to a minute, after Redis was away.
        """
        while True:
            try:
                self._redis_connect()
                self.pubsub.subscribe(self.channel)
                for message in self.pubsub.listen():
                    self.heard_at = time.monotonic()
                    yield message["data"]
            except RedisError as error:
                logger.warning("The message queue is not heard: %s", error)
                time.sleep(self.RETRY)

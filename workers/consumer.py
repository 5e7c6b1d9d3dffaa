"""Celery's consumer, with a pause before each retry.

A broker may accept connections but reject commands: a Redis that is full, or whose user lacks
permissions. Celery itself retries at once, and stops remote control (`celery inspect`) with a
traceback until the next reconnect.
"""

from __future__ import annotations

import logging
import time
import warnings
from typing import Any

from celery.exceptions import CPendingDeprecationWarning
from celery.worker.consumer import Consumer as CeleryConsumer
from celery.worker.consumer.control import Control as CeleryControl
from celery.worker.pidbox import gPidbox as GreenPidbox

RETRY_PAUSE_S = 2.0
"""Seconds between two attempts."""

logger = logging.getLogger(__name__)


class Consumer(CeleryConsumer):
    class Blueprint(CeleryConsumer.Blueprint):
        default_steps = [  # noqa: RUF012 (Celery's, with one replaced)
            f"{__name__}:Control" if step.endswith(":Control") else step
            for step in CeleryConsumer.Blueprint.default_steps
        ]

    def on_connection_error_before_connected(self, exc: Exception) -> None:
        super().on_connection_error_before_connected(exc)
        time.sleep(RETRY_PAUSE_S)

    def on_connection_error_after_connected(self, exc: Exception) -> None:
        with warnings.catch_warnings():
            # Celery warns at each reconnect that one of its defaults may change.
            warnings.simplefilter("ignore", CPendingDeprecationWarning)
            super().on_connection_error_after_connected(exc)
        time.sleep(RETRY_PAUSE_S)


class Control(CeleryControl):
    """Remote control; in its own green thread under eventlet and gevent."""

    def __init__(self, consumer: Consumer, **options: Any) -> None:
        super().__init__(consumer, **options)
        if self.is_green:
            self.box = Pidbox(consumer)
            self.start, self.stop = self.box.start, self.box.stop
            self.shutdown = self.box.shutdown


class Pidbox(GreenPidbox):
    def loop(self, c: Consumer) -> None:
        """Serve remote control until it's stopped."""
        while c.connection:
            try:
                super().loop(c)
                return
            except c.connection_errors + c.channel_errors as error:
                logger.warning("Remote control doesn't work for now: %s", error)
            shutdown = self._node_shutdown
            time.sleep(RETRY_PAUSE_S)
            if shutdown is None or shutdown is not self._node_shutdown:
                return  # stopped meanwhile, and maybe restarted

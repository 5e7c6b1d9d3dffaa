"""Runs a web process: its server, and the background loops beside its requests.

A heartbeat keeps browsers current (`sockets.relay`). Other loops expire the leases of lost workers,
preempt searches for people who wait, and disconnect sockets whose sign-in or token has ended.
"""

from __future__ import annotations

import time

from flask import Flask
from redis import RedisError

from dashboard.accounts.sessions import USE_STORED_S, store_uses
from dashboard.config import Settings
from dashboard.jobs.preemption import PREEMPT_S, Preemption
from dashboard.jobs.rescue import Rescue
from dashboard.server.backends import connections_of, serve_with
from dashboard.server.background import repeat
from dashboard.server.connections import ConnectionLimiter
from dashboard.server.garbage import GarbageCollector
from dashboard.server.graceful_shutdown import GracefulShutdown
from dashboard.sockets.relay import Relay, socketio
from dashboard.times import RESCUE_S

PULSE_TIMEOUT_S = 1.0  # in which a pulse must come back
RETRY_S = 1.0  # between heartbeats while the subscription is down
EXPIRY_CHECK_S = 1.0  # between checks for sockets whose sign-in or token has ended


def serve(app: Flask, settings: Settings) -> None:
    """Subscribe to the message queue, start the heartbeat, and serve browsers until stopped.

    Raises ConfigurationError without a Redis.
    """
    settings.require_redis()
    relay: Relay = app.extensions["relay"]
    server = socketio.server
    # Socket.IO would subscribe at its first connection; /readyz is called before that.
    server.manager_initialized = True
    server.manager.initialize()
    socketio.start_background_task(_heartbeat, app, relay)
    for every_s, what, act in (
        (RESCUE_S, "The rescue of lost jobs", Rescue().look),
        (PREEMPT_S, "Making room for others", Preemption().look),
        (EXPIRY_CHECK_S, "Ending sockets without a sign-in", lambda: disconnect_expired(relay)),
        (USE_STORED_S, "Storing when tokens were used", store_uses),
    ):
        socketio.start_background_task(repeat, app, socketio.sleep, every_s, what, act)
    shutdown: GracefulShutdown = app.extensions["graceful_shutdown"]
    shutdown.catch_signal()
    socketio.start_background_task(
        shutdown.wait, socketio.sleep, lambda: _remove_viewers(app, relay)
    )
    connections = connections_of(settings)
    limiter = ConnectionLimiter(
        app, connections, settings.connections_per_address, proxied=settings.proxied
    )
    socketio.start_background_task(
        limiter.close_overdue, socketio.sleep, relay.backpressure.close_unauthenticated
    )
    serve_with(limiter, settings)


def _heartbeat(app: Flask, relay: Relay) -> None:
    collector = GarbageCollector(lambda: relay.backpressure.sent_at)
    while True:
        began = time.monotonic()
        collector.look()
        with app.app_context():
            try:
                relay.beat()
            except RedisError as error:
                app.logger.info("Heartbeat without Redis: %s", error)
                relay.set_state(live=False)
            except Exception:
                # An error must not end the loop: viewers need the next heartbeat.
                app.logger.exception("The heartbeat failed")
            else:
                sent_at = time.monotonic()
                relay.queue.pulse()
                relay.set_state(live=_pulse_returns(relay, sent_at))
            # A client that is told the relay's state asks for what it missed.
            relay.backpressure.check_slow_clients(relay.tell_state)
        rest = relay.heartbeat if relay.is_current else RETRY_S
        socketio.sleep(max(0.1, began + rest - time.monotonic()))


def disconnect_expired(relay: Relay) -> None:
    """Disconnect this process's sockets whose sign-in or token has ended; remove others from
    searches that they don't see any more."""
    for sid in relay.authenticator.pop_expired():
        socketio.server.disconnect(sid)
    relay.end_lost_access()


def _remove_viewers(app: Flask, relay: Relay) -> None:
    """Remove this process's viewers from presence. They reconnect to another process."""
    with app.app_context():
        try:
            for job, sids in list(relay.watchers.items()):
                for sid in list(sids):
                    relay.leave(job, sid)
        except RedisError as error:
            app.logger.info("These viewers' entries are left to expire: %s", error)


def _pulse_returns(relay: Relay, sent_at: float) -> bool:
    """Whether the pulse sent at `sent_at` comes back in time; polls fast for a quick start."""
    while time.monotonic() < sent_at + PULSE_TIMEOUT_S:
        if relay.heard_since(sent_at):
            return True
        socketio.sleep(0.05)
    return relay.heard_since(sent_at)

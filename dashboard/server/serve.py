"""A web process from its start to its end: what it does again and again beside its requests.

One heartbeat keeps browsers current (`sockets.relay`). Other loops take lost jobs from their
workers, make room for people who wait, and disconnect the sockets whose sign-in or token has ended.
"""

from __future__ import annotations

import time

from flask import Flask
from redis import RedisError

from dashboard.config import Settings
from dashboard.jobs.preemption import PREEMPT_S, Preemption
from dashboard.jobs.rescue import Rescue
from dashboard.server.backends import connections_of, serve_with
from dashboard.server.background import repeat
from dashboard.server.connections import Door
from dashboard.server.graceful_shutdown import Ending
from dashboard.sockets.relay import Relay, socketio
from dashboard.times import RESCUE_S

PULSE_WITHIN = 1.0  # s in which a pulse must come back
RETRY = 1.0  # s between heartbeats while the message queue isn't heard
ENDS_WITHIN = 1.0  # s after its sign-in or token, a socket ends too


def serve(app: Flask, settings: Settings) -> None:
    """Subscribe to the message queue, start the heartbeat, and serve browsers until stopped.

    Raises ConfigurationError without a Redis.
    """
    settings.require_redis()
    relay: Relay = app.extensions["relay"]
    server = socketio.server
    # Socket.IO would subscribe when its first browser comes; readiness is asked for before that.
    server.manager_initialized = True
    server.manager.initialize()
    socketio.start_background_task(_heartbeat, app, relay)
    for every_s, what, act in (
        (RESCUE_S, "The rescue of lost jobs", Rescue().look),
        (PREEMPT_S, "Making room for others", Preemption().look),
        (ENDS_WITHIN, "Ending sockets without a sign-in", lambda: turn_out_the_ended(relay)),
    ):
        socketio.start_background_task(repeat, app, socketio.sleep, every_s, what, act)
    ending: Ending = app.extensions["ending"]
    ending.catch_signal()
    socketio.start_background_task(ending.wait, socketio.sleep, lambda: _say_goodbye(app, relay))
    connections = connections_of(settings)
    door = Door(app, connections, settings.connections_of_one, proxied=settings.proxied)
    socketio.start_background_task(door.watch, socketio.sleep, relay.backpressure.turn_away)
    serve_with(door, settings)


def _heartbeat(app: Flask, relay: Relay) -> None:
    while True:
        began = time.monotonic()
        with app.app_context():
            try:
                relay.beat()
            except RedisError as error:
                app.logger.info("Heartbeat without Redis: %s", error)
                relay.become(live=False)
            except Exception:
                # Whatever it was, viewers need the next heartbeat more than this one.
                app.logger.exception("The heartbeat failed")
            else:
                sent_at = time.monotonic()
                relay.queue.pulse()
                relay.become(live=_comes_back(relay, sent_at))
            # To ask again is what they do when the relay is back.
            relay.backpressure.look_after(relay.tell_state)
        rest = relay.heartbeat if relay.is_current else RETRY
        socketio.sleep(max(0.1, began + rest - time.monotonic()))


def turn_out_the_ended(relay: Relay) -> None:
    """Disconnect this process's sockets whose sign-in or token has ended."""
    for sid in relay.authenticator.take_ended():
        socketio.server.disconnect(sid)


def _say_goodbye(app: Flask, relay: Relay) -> None:
    """Count this process's viewers out. They find another one, and go on where they were."""
    with app.app_context():
        try:
            for job, sids in list(relay.watchers.items()):
                for sid in list(sids):
                    relay.leave(job, sid)
        except RedisError as error:
            app.logger.info("These viewers' entries are left to expire: %s", error)


def _comes_back(relay: Relay, sent_at: float) -> bool:
    """Whether the pulse of `sent_at` is heard soon; looks often, so that a start is quick."""
    while time.monotonic() < sent_at + PULSE_WITHIN:
        if relay.hear(sent_at):
            return True
        socketio.sleep(0.05)
    return relay.hear(sent_at)

"""For the platform: is the process alive, is it ready, and its figures for Prometheus."""

from __future__ import annotations

import hmac
from collections.abc import Callable

from flask import Blueprint, Response, abort, current_app, jsonify, request
from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from redis import RedisError
from sqlalchemy import func, text
from sqlalchemy.exc import SQLAlchemyError

from dashboard.accounts import public
from dashboard.accounts.roles import this_person
from dashboard.accounts.sessions import bearer_token
from dashboard.db.extensions import current_settings, db, login_manager
from dashboard.db.models import Job
from dashboard.db.probe import try_to_write
from dashboard.jobs.permissions import may
from dashboard.journal.publish import journal
from dashboard.server.graceful_shutdown import GracefulShutdown
from dashboard.sockets.relay import Relay
from dashboard.transport import database

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public
def healthz() -> Response:
    """This process answers."""
    return jsonify(alive=True)


@blueprint.get("/readyz")
@public
def readyz() -> tuple[Response, int]:
    """Everything that a viewer needs of this process works; 503 and what doesn't, otherwise."""
    checks = {
        "redis": _redis,
        "subscription": _subscription,
        "database": _database,
        "serving": _serving,
    }
    works = {name: check() for name, check in checks.items()}
    return jsonify(ready=all(works.values()), **works), 200 if all(works.values()) else 503


def _redis() -> bool:
    try:
        return bool(journal().redis.ping())
    except RedisError:
        return False


def _subscription() -> bool:
    relay: Relay = current_app.extensions["relay"]
    return relay.live


def _serving() -> bool:
    """Whether this process isn't shutting down."""
    shutdown: GracefulShutdown = current_app.extensions["graceful_shutdown"]
    return not shutdown.has_begun


def _database() -> bool:
    """Whether jobs can be read, and something written."""
    try:
        db.session.execute(text("SELECT 1 FROM job LIMIT 1"))
        try_to_write()
    except SQLAlchemyError as error:
        current_app.logger.warning("The database isn't ready: %s", database.first_line(error))
        db.session.rollback()
        return False
    return True


@blueprint.get("/metrics")
@public
def metrics() -> Response:
    """Jobs by state (of the whole installation), and this process's viewers and relay.

    For METRICS_TOKEN and for admins; outside production for everybody, if no token is set.
    """
    if not _may_read_metrics():
        if this_person() is None:
            return login_manager.unauthorized()  # type: ignore[no-any-return]
        abort(403)
    registry = CollectorRegistry()
    relay: Relay = current_app.extensions["relay"]
    by_state = Gauge("energy_island_jobs", "Jobs by state", ["state"], registry=registry)
    counts = db.session.execute(db.select(Job.state, func.count()).group_by(Job.state))
    for state, count in counts:
        by_state.labels(state).set(count)
    _gauge(registry, "viewers", "Watched jobs, summed over this process's sockets", relay.viewers)
    _gauge(registry, "relay_live", "1 if this process hears the message queue", _subscription)
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _may_read_metrics() -> bool:
    settings, sent = current_settings(), bearer_token(request)
    if settings.metrics_token is None and settings.profile != "production":
        return True
    token = settings.metrics_token
    if token and sent and hmac.compare_digest(sent.encode(), token.encode()):
        return True
    person = this_person()
    return person is not None and may(person, "metrics")


def _gauge(
    registry: CollectorRegistry, name: str, documentation: str, value: Callable[[], float]
) -> None:
    Gauge(f"energy_island_{name}", documentation, registry=registry).set(value())

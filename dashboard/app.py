"""The dashboard: people submit searches here and watch them live.

A job's way: `jobs` (submit) → `broker` (queued) → a worker → `journal` (each event numbered) →
`message_queue` → `relay` → the browsers. `create_app()` puts the parts together, for the web
(`wsgi.py`), for the worker (its tasks run in this application's context) and for `flask` commands.
"""

from __future__ import annotations

from flask import Flask, Response
from flask.logging import default_handler
from flask_socketio import SocketIO
from werkzeug.middleware.proxy_fix import ProxyFix

from dashboard import accounts
from dashboard.accounts.admitted import Admitted
from dashboard.celery_config import sending_celery
from dashboard.config import ConfigurationError, Settings
from dashboard.db.extensions import csrf, db, login_manager, migrate
from dashboard.i18n import languages
from dashboard.journal.journal import Journal
from dashboard.log_filter import PLAIN
from dashboard.server.connections import SOCKET_BODY
from dashboard.server.graceful_shutdown import Ending
from dashboard.sockets import relay
from dashboard.sockets.backpressure import Bounds
from dashboard.sockets.presence import Presence
from dashboard.transport import database
from dashboard.transport.message_queue import message_queue
from dashboard.transport.redis_address import connect
from dashboard.web import api, drafts, errors, health, legacy, openapi, pages, vite

__all__ = ["ConfigurationError", "Settings", "create_app"]

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'self'",
        "connect-src 'self' ws: wss:",
        "img-src 'self' data:",
        "worker-src 'self' blob:",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    ]
)


def create_app(settings: Settings | None = None, *, emits_only: bool = False) -> Flask:
    """The application with its parts bound.

    Args:
        settings: read from the environment if left out.
        emits_only: for workers, which emit to browsers through Redis and serve none.
    """
    settings = settings or Settings.from_environment()
    patience = database.WORKER_PATIENCE if emits_only else database.WEB_PATIENCE
    app = Flask("dashboard")
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=database.engine_options(
            settings.database_url, settings.database_connections, patience
        ),
        TESTING=settings.profile == "testing",
        MAX_CONTENT_LENGTH=settings.max_body,
        WTF_CSRF_CHECK_DEFAULT=False,  # `accounts.pages` decides: a Bearer token needs none.
        WTF_CSRF_TIME_LIMIT=None,  # As long as the session: people leave pages open for days.
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.profile == "production",
    )
    app.extensions["settings"] = settings
    default_handler.addFilter(PLAIN)
    db.init_app(app)
    migrate.init_app(app, db, directory=f"{app.root_path}/migrations")
    with app.app_context():
        database.tune(db.engine, patience)
    if settings.redis_url is not None:
        _bind_redis(app, settings, settings.redis_url, emits_only=emits_only)
    if emits_only:
        return app

    login_manager.init_app(app)
    csrf.init_app(app)
    errors.init_app(app)
    vite.init_app(app)
    languages.init_app(app)
    accounts.init_app(app)
    for part in (pages, api, drafts, openapi, legacy, health):
        app.register_blueprint(part.blueprint)
    app.after_request(_secure)
    if settings.proxied:
        # Procfile platforms stand in front with TLS, and say so in X-Forwarded-*; and for whom.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    return app


def _bind_redis(app: Flask, settings: Settings, url: str, *, emits_only: bool) -> None:
    redis = connect(url, settings.redis_connections)
    app.extensions["journal"] = Journal(redis, settings.journal_ttl, settings.journal_length)
    app.extensions["celery"] = sending_celery(settings)
    queue_url = settings.message_queue or url
    queue = message_queue(
        queue_url, write_only=emits_only, redis=redis if queue_url == url else None
    )
    if emits_only:
        # Named, or else it would import eventlet into whichever pool the worker runs.
        app.extensions["emitter"] = SocketIO(
            message_queue=queue_url, client_manager=queue, async_mode="threading"
        )
        return
    app.extensions["ending"] = Ending(app.wsgi_app)
    app.wsgi_app = app.extensions["ending"]  # type: ignore[method-assign]
    app.extensions["emitter"] = relay.socketio
    relay.socketio.init_app(
        app,
        client_manager=queue,
        async_mode=settings.async_mode,
        async_handlers=False,  # each socket's messages in turn, or a flood would be a crowd
        max_http_buffer_size=SOCKET_BODY,
    )
    app.extensions["relay"] = relay.Relay(
        queue,
        Presence(redis, lifetime=int(4 * settings.heartbeat)),
        Bounds(relay.socketio.server),
        Admitted(),
        settings.heartbeat,
    )


def _secure(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    return response

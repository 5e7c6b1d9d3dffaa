"""The web application: `create_app()` assembles it for `wsgi.py`, which serves it."""

from __future__ import annotations

from flask import Flask, Response, request
from werkzeug.middleware.proxy_fix import ProxyFix

from dashboard import accounts
from dashboard.accounts import roles
from dashboard.accounts.socket_authenticator import SocketAuthenticator
from dashboard.config import Settings
from dashboard.core import bind_redis, create_core
from dashboard.db.extensions import csrf, current_settings, db, login_manager, migrate
from dashboard.i18n import languages
from dashboard.server.connections import MAX_SOCKET_MESSAGE
from dashboard.server.graceful_shutdown import GracefulShutdown
from dashboard.sockets import relay
from dashboard.sockets.backpressure import Backpressure
from dashboard.sockets.presence import Presence
from dashboard.transport import database
from dashboard.web import api, drafts, errors, health, legacy, openapi, pages, sharing, vite

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'self'",
        "connect-src 'self'",
        "img-src 'self' data:",
        "worker-src 'self' blob:",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    ]
)

PERMISSIONS_POLICY = ", ".join(
    [
        *(
            f"{feature}=()"
            for feature in (
                "accelerometer",
                "camera",
                "display-capture",
                "geolocation",
                "gyroscope",
                "magnetometer",
                "microphone",
                "midi",
                "payment",
                "publickey-credentials-get",
                "serial",
                "usb",
                "xr-spatial-tracking",
            )
        ),
        # The wall screen stays on; addresses are copied.
        "screen-wake-lock=(self)",
        "clipboard-write=(self)",
    ]
)
HSTS = f"max-age={365 * 24 * 3600}"


def create_app(settings: Settings | None = None) -> Flask:
    """The web application with its parts bound.

    settings: read from the environment if left out.
    """
    settings = settings or Settings.from_environment()
    app = create_core(settings, database.WEB_TIMEOUT_S)
    app.config.update(
        MAX_CONTENT_LENGTH=settings.max_body,
        WTF_CSRF_CHECK_DEFAULT=False,  # `accounts.pages` decides: a Bearer token needs none.
        WTF_CSRF_TIME_LIMIT=None,  # As long as the session: people leave pages open for days.
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.profile == "production",
        TRUSTED_HOSTS=list(settings.trusted_hosts) or None,
    )
    migrate.init_app(app, db, directory=f"{app.root_path}/migrations")
    if settings.redis_url is not None:
        _bind_sockets(app, settings)
    login_manager.init_app(app)
    csrf.init_app(app)
    errors.init_app(app)
    vite.init_app(app)
    languages.init_app(app)
    accounts.init_app(app)
    for part in (pages, sharing, api, drafts, openapi, legacy, health):
        app.register_blueprint(part.blueprint)
    app.after_request(_secure)
    if settings.proxied:
        # Procfile platforms end TLS in front, and send scheme, host and client in X-Forwarded-*.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    return app


def _bind_sockets(app: Flask, settings: Settings) -> None:
    queue = bind_redis(app, settings, write_only=False)
    app.extensions["graceful_shutdown"] = GracefulShutdown(app.wsgi_app)
    app.wsgi_app = app.extensions["graceful_shutdown"]  # type: ignore[method-assign]
    app.extensions["emitter"] = relay.socketio
    relay.socketio.init_app(
        app,
        client_manager=queue,
        async_mode=settings.async_mode,
        async_handlers=False,  # a thread for each message would let a flood start many
        max_http_buffer_size=MAX_SOCKET_MESSAGE,
    )
    app.extensions["relay"] = relay.Relay(
        queue,
        Presence(app.extensions["journal"].redis, lifetime=int(4 * settings.heartbeat)),
        Backpressure(relay.socketio.server),
        SocketAuthenticator(),
        settings.heartbeat,
    )
    app.extensions["relay"].overview.bind(app)


def _secure(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
    if current_settings().profile == "production":
        headers.setdefault("Strict-Transport-Security", HSTS)
    if request.endpoint not in roles.PUBLIC:
        # Results, which say that they may be kept, are only kept by the reader's own browser.
        headers.setdefault("Cache-Control", "no-store")
    return response

"""What web processes and workers have in common: settings, database and Redis connections.

`create_publisher()` makes all that a worker's tasks need; `app.create_app()` adds the web.
"""

from __future__ import annotations

from flask import Flask
from flask.logging import default_handler
from flask_socketio import SocketIO

from dashboard.celery_config import sending_celery
from dashboard.config import Settings
from dashboard.db.extensions import db
from dashboard.journal.journal import Journal
from dashboard.log_filter import REDIS_ERROR_FILTER
from dashboard.transport import database
from dashboard.transport.message_queue import MessageQueue, message_queue
from dashboard.transport.redis_address import connect


def create_core(settings: Settings, timeout: float) -> Flask:
    """The application with its settings and its database.

    timeout: seconds that a statement may take, or wait for a connection.
    """
    app = Flask("dashboard")
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=database.engine_options(
            settings.database_url, settings.database_connections, timeout
        ),
        TESTING=settings.profile == "testing",
    )
    app.extensions["settings"] = settings
    default_handler.addFilter(REDIS_ERROR_FILTER)
    db.init_app(app)
    with app.app_context():
        database.tune(db.engine, timeout)
    return app


def bind_redis(app: Flask, settings: Settings, *, write_only: bool) -> MessageQueue:
    """Give the application its journal and its sender of tasks; returns its message queue.

    write_only: whether it only publishes and doesn't subscribe. Raises ConfigurationError without a
    Redis.
    """
    url = settings.require_redis()
    redis = connect(url, settings.redis_connections)
    app.extensions["journal"] = Journal(redis, settings.journal_ttl, settings.journal_length)
    app.extensions["celery"] = sending_celery(settings)
    queue_url = settings.message_queue or url
    return message_queue(
        queue_url, write_only=write_only, redis=redis if queue_url == url else None
    )


def create_publisher(settings: Settings | None = None) -> Flask:
    """The application in whose context a worker's tasks run: it emits to browsers and serves none.

    settings: read from the environment if left out.
    """
    settings = settings or Settings.from_environment()
    app = create_core(settings, database.WORKER_TIMEOUT_S)
    if settings.redis_url is not None:
        queue = bind_redis(app, settings, write_only=True)
        app.extensions["emitter"] = SocketIO(
            message_queue=settings.message_queue or settings.redis_url,
            client_manager=queue,
            # Explicit: the default would import eventlet, whichever pool the worker runs.
            async_mode="threading",
        )
    return app

"""The site for daphne, as the README of celery-progress routes its WebSockets."""

from __future__ import annotations

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application

django_application = get_asgi_application()

from celery_progress.websockets import routing  # noqa: E402

import benchmarks.peers.django_site.celery  # noqa: E402, F401

application = ProtocolTypeRouter(
    {
        "http": django_application,
        "websocket": AuthMiddlewareStack(URLRouter(routing.urlpatterns)),
    }
)

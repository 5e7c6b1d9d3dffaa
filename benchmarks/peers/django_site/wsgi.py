"""The site for gunicorn."""

from __future__ import annotations

from django.core.wsgi import get_wsgi_application

import benchmarks.peers.django_site.celery  # noqa: F401

application = get_wsgi_application()

"""celery-progress on Django: polled (`wsgi`), or pushed by Django Channels (`asgi`)."""

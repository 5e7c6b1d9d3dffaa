"""The dashboard: people submit searches here and watch them live.

The data flow of a job: `jobs` (submit) → `celery_config` (queued) → a worker → `journal` (each
event numbered) → `transport.message_queue` → `sockets` → the browsers. `app.create_app()` makes the
web application, and `core.create_publisher()` the one that a worker's tasks run in. This package
itself imports nothing, so that a worker or a terminal loads only what it needs. pyproject.toml has
the import layers.
"""

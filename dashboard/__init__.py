"""The dashboard: people submit searches here and watch them live.

A job's way: `jobs` (submit) → `celery_config` (queued) → a worker → `journal` (each event numbered)
→ `transport.message_queue` → `sockets` → the browsers. `app.create_app()` makes the web, and
`core.create_publisher()` what a worker's tasks run in. This package itself imports nothing, so that
a worker or a terminal loads only what it needs. Which room may import which: pyproject.toml.
"""

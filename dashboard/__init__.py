"""The dashboard: people submit searches here and watch them live.

A job's way: `jobs` (submit) → `celery_config` (queued) → a worker → `journal` (each event numbered)
→ `transport.message_queue` → `sockets` → the browsers. `app.create_app()` puts the parts together
for the web. This package itself imports nothing, so that a worker or a terminal loads only what it
needs.
"""

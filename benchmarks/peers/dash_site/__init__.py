"""A Dash application with one background callback, which Celery runs."""

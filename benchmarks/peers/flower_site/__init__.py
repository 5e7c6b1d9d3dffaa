"""Flower, which watches workers through Celery's events."""

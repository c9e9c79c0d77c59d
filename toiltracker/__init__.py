"""The project: settings, addresses, Celery, and the commands that run it."""

from toiltracker.celery import app as celery_app

__all__ = ["celery_app"]

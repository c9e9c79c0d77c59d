"""Names the app for Django."""

from django.apps import AppConfig


class ToilTrackerConfig(AppConfig):
    """The project itself: its commands, health, metrics and shared static files."""

    name = "toiltracker"
    default_auto_field = "django.db.models.BigAutoField"

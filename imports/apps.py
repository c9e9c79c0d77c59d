"""Names the app for Django."""

from django.apps import AppConfig


class ImportsConfig(AppConfig):
    """In: tickets from other systems."""

    name = "imports"
    default_auto_field = "django.db.models.BigAutoField"

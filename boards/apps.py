"""Names the app for Django."""

from django.apps import AppConfig


class BoardsConfig(AppConfig):
    """What: boards, columns, work items, and what happened to them."""

    name = "boards"
    default_auto_field = "django.db.models.BigAutoField"

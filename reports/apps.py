"""Names the app for Django."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Out: effort, toil share, flow and weekly reports."""

    name = "reports"
    default_auto_field = "django.db.models.BigAutoField"

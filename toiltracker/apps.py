"""Names the app for Django."""

from django.apps import AppConfig


class ToilTrackerConfig(AppConfig):
    """The project itself: its commands, health, metrics and shared static files."""

    name = "toiltracker"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Give `/metrics` what the rooms measure."""
        from toiltracker import metrics, team_figures  # noqa: PLC0415 - models are only there once all apps are

        metrics.register(team_figures.figures_of_token)

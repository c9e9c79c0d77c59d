"""Names the app for Django, and has its triggers looked after whenever the database is migrated."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class ReportsConfig(AppConfig):
    """Out: effort, toil share, flow and weekly reports."""

    name = "reports"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let `migrate` take the triggers away and make them again (reports/triggers.py)."""
        from reports.services.snapshots import clear_the_way, prepare_database  # noqa: PLC0415 - models come first

        pre_migrate.connect(clear_the_way, sender=self)
        post_migrate.connect(prepare_database, sender=self)

"""Names the app for Django."""

from django.apps import AppConfig


class ImportsConfig(AppConfig):
    """In: tickets from other systems."""

    name = "imports"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let items be compared with their sources on their pages."""
        from boards.item_page import compare_with  # noqa: PLC0415 - there are no models before
        from imports.in_step import differences_of  # noqa: PLC0415

        compare_with(differences_of)

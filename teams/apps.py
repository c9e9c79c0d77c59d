"""The room of people and teams."""

from django.apps import AppConfig


class TeamsConfig(AppConfig):
    """Who: accounts, people, teams, roles, calendars, tokens."""

    name = "teams"
    default_auto_field = "django.db.models.BigAutoField"

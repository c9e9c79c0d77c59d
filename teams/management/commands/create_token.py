"""Prints a new API token of a team, and only that, on standard output."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from teams.actors import SYSTEM
from teams.errors import ToilTrackerError
from teams.models import Scope, Team
from teams.services.tokens import create_token


class Command(BaseCommand):
    """`manage.py create_token --team SLUG --name NAME --scope write`."""

    help = "Create an API token of a team and print it: it is shown only this once."

    def add_arguments(self, parser: CommandParser) -> None:
        """Name the team, what uses the token, and what it may do."""
        parser.add_argument("--team", required=True, metavar="SLUG", help="short name of the team")
        parser.add_argument("--name", required=True, help="what uses the token")
        parser.add_argument("--scope", choices=Scope.values, default=Scope.READ)
        parser.add_argument("--days", type=int, metavar="N", help="days until it expires (without: never)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Create the token."""
        now = timezone.now()
        team = Team.objects.filter(slug=options["team"]).first()
        if team is None:
            raise CommandError(f"There is no team with the short name “{options['team']}”.")
        expires_at = now + timedelta(days=options["days"]) if options["days"] is not None else None
        try:
            __, secret = create_token(
                team=team, name=options["name"], scope=options["scope"], expires_at=expires_at, by=SYSTEM, at=now
            )
        except ToilTrackerError as error:
            raise CommandError(error.message) from error
        self.stdout.write(secret)

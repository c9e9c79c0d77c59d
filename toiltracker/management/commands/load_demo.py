"""Puts in the sample team with 26 weeks of history."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from teams.errors import ToilTrackerError
from toiltracker.demo import demo_credentials
from toiltracker.demo.loading import load_sample


class Command(BaseCommand):
    """`manage.py load_demo`."""

    help = "Put in a sample team with 26 weeks of history, unless it is there."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the instant at which the history ends."""
        parser.add_argument("--at", help="When the history ends, such as 2026-11-23T12:00:00Z (now).")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load it, and say how to sign in."""
        at = timezone.now() if options["at"] is None else parse_datetime(options["at"])
        if at is None or timezone.is_naive(at):
            raise CommandError("--at takes a time with an offset, such as 2026-11-23T12:00:00Z.")
        try:
            team = load_sample(at=at)
        except ToilTrackerError as error:
            raise CommandError(error.message) from error
        if options["verbosity"] > 0:
            self.stdout.write(f"The team {team} is there, at {team.slug}.")
            credentials = demo_credentials()
            if credentials is not None:
                self.stdout.write("Sign in as {}, password: {}".format(*credentials))

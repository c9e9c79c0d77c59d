"""Removes the sample team."""

from typing import Any

from django.core.management.base import BaseCommand

from toiltracker.demo.removal import remove_sample


class Command(BaseCommand):
    """`manage.py remove_demo`."""

    help = "Remove the sample team with all that is in it, and its people."

    def handle(self, *args: Any, **options: Any) -> None:
        """Remove it for good."""
        was_there = remove_sample()
        if options["verbosity"] > 0:
            self.stdout.write("The sample is removed." if was_there else "There is no sample.")

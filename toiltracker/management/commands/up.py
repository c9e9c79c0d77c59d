"""Runs web, worker, beat and a private Valkey under one parent."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from toiltracker.supervisor.parts import NAMES
from toiltracker.supervisor.refusals import CannotStart
from toiltracker.supervisor.serving import serve


class Command(BaseCommand):
    """`manage.py up`, or `manage.py up worker beat` for a machine that serves no pages."""

    help = "Runs web, worker and beat (and, without REDIS_URL, a private Valkey) until Ctrl-C or SIGTERM."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the parts to run; none means all."""
        parser.add_argument("part", nargs="*", choices=[[], *NAMES], default=[], help="web, worker, beat; none: all.")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run until told to stop."""
        try:
            serve([name for name in NAMES if name in options["part"]] or NAMES, write=self._say)
        except CannotStart as refusal:
            sys.exit(str(refusal))

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

"""Makes the teams of a TOML file what it declares (docs/teams.md has every key)."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from toiltracker.apply.changes import Application
from toiltracker.apply.making import apply_teams
from toiltracker.apply.reading import read_teams
from toiltracker.apply.tables import DeclarationError


class Command(BaseCommand):
    """`manage.py apply FILE [--plan] [--prune]`."""

    help = "Make teams, members, boards and rules what a TOML file declares; a second run changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file, and whether to look only or to remove too."""
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--plan", action="store_true", help="print what would change, and change nothing")
        parser.add_argument(
            "--prune", action="store_true", help="remove what the file does not declare from the teams that it names"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, apply, and print what was changed; a file with a mistake changes nothing."""
        path = Path(options["file"])
        try:
            teams = read_teams(path.read_bytes())
            application = apply_teams(teams=teams, is_plan=options["plan"], prunes=options["prune"], at=timezone.now())
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
        except DeclarationError as error:
            raise CommandError(f"{path}: {error}") from error
        self._report(application, is_plan=options["plan"])

    def _report(self, application: Application, *, is_plan: bool) -> None:
        for line in application.lines:
            self.stdout.write(line)
        if application.kept:
            self.stdout.write("Not declared, and left as it is without --prune:")
            for what in application.kept:
                self.stdout.write(f"  {what}")
        count = len(application.lines)
        if not count:
            self.stdout.write("Nothing to change.")
        elif is_plan:
            self.stdout.write(f"{count} {'change' if count == 1 else 'changes'} planned, nothing changed.")
        else:
            self.stdout.write(f"{count} {'change' if count == 1 else 'changes'} made.")

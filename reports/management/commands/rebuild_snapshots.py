"""`manage.py rebuild_snapshots`: forgets what is kept of past weeks and computes it anew, or says what would differ."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from reports.services.snapshots import differing_weeks, drop_weeks, keep_weeks, settle_all_edits
from teams.models import Team
from teams.worktime import CalendarError


class Command(BaseCommand):
    """Makes snapshots anew, or compares them."""

    help = "Compute the kept past weeks of teams anew from stays and logs, and say how many there are."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a team, and whether only to look."""
        parser.add_argument("--team", metavar="SLUG", help="only the weeks of this team")
        parser.add_argument("--check", action="store_true", help="change nothing; fail where a week differs")

    def handle(self, *args: Any, **options: Any) -> None:
        """Go through the teams one by one."""
        teams = Team.objects.select_related("calendar").order_by("slug")
        if options["team"]:
            teams = teams.filter(slug=options["team"])
            if not teams.exists():
                raise CommandError(f"There is no team “{options['team']}”.")
        if options["check"]:
            self._check(list(teams))
            return
        settle_all_edits()
        kept, untold = 0, []
        for team in teams:
            drop_weeks(team=team)
            try:
                while count := keep_weeks(team=team, at=timezone.now()):
                    kept += count
            except CalendarError as error:
                untold.append(f"{team.slug}: {error}")
        self.stdout.write(f"{kept} weeks are kept.")
        if untold:
            raise CommandError(f"The weeks of some teams cannot be told: {'; '.join(untold)}")

    def _check(self, teams: list[Team]) -> None:
        looked, different = 0, []
        for team in teams:
            count, weeks = differing_weeks(team=team)
            looked += count
            different += [f"{team.slug} {week}" for week in weeks]
        summary = f"{looked} kept weeks, {len(different)} of them differ from what is computed now."
        if different:
            raise CommandError(f"{summary} The first ones: {', '.join(different[:20])}")
        self.stdout.write(summary)

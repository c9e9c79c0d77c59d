"""`manage.py rebuild_reports`: computes reported weeks anew, and says or keeps what differs."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from reports.periods import InvalidWeekError, Week, parse_week
from reports.sentences import Reading, cause_words
from reports.services.rebuilding import Difference, compare_reports, keep_revision
from teams.models import Team


class Command(BaseCommand):
    """Goes through reports week by week; what was sent never changes."""

    help = "Compute reported weeks anew and print which differ; with --apply, keep what they are now as revisions."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a team, a range of weeks, and whether to keep what differs."""
        parser.add_argument("--team", metavar="SLUG", help="only the reports of this team")
        parser.add_argument("--from", dest="first", metavar="WEEK", help="the first week, such as 2026-W01")
        parser.add_argument("--to", dest="last", metavar="WEEK", help="the last week, such as 2026-W46")
        parser.add_argument("--apply", action="store_true", help="keep what differs as revisions beside what was sent")

    def handle(self, *args: Any, **options: Any) -> None:
        """Go through the teams one by one, and print a line for each week that differs or cannot be compared."""
        first, last = _week(options["first"], "--from"), _week(options["last"], "--to")
        if first is not None and last is not None and last.monday < first.monday:
            raise CommandError(f"--to {last} lies before --from {first}.")
        teams = Team.objects.select_related("calendar").order_by("slug")
        if options["team"]:
            teams = teams.filter(slug=options["team"])
            if not teams.exists():
                raise CommandError(f"There is no team “{options['team']}”.")
        looked = differing = kept = 0
        for team in teams:
            for difference in compare_reports(team=team, first=first, last=last, at=timezone.now()):
                looked += 1
                if difference.why_not or difference.is_new:
                    self.stdout.write(_line(difference))
                differing += difference.is_new
                if options["apply"] and difference.is_new:
                    kept += keep_revision(difference=difference, at=timezone.now()) is not None
        done = f"{kept} kept as revisions" if options["apply"] else "nothing changed"
        self.stdout.write(f"{looked} reported weeks, {differing} differ, {done}.")


def _week(text: str | None, option: str) -> Week | None:
    if not text:
        return None
    try:
        return parse_week(text)
    except InvalidWeekError as error:
        raise CommandError(f"{option}: {error}") from error


def _line(difference: Difference) -> str:
    """Say what differs: the share where that can be seen, else the hours."""
    place = f"{difference.report.team.slug} {difference.report.week}"
    if difference.why_not:
        return f"{place}: not compared, {difference.why_not}"
    before, after = Reading.from_figures(difference.kept).share_text, Reading.from_figures(difference.now).share_text
    told = [f"{before} is now {after}" if before != after else f"still {after}"]
    for name in difference.now["effort_hours"]:
        old, new = difference.kept["effort_hours"][name], difference.now["effort_hours"][name]
        if abs(old - new) > 1e-6:
            told.append(f"{name} {old:.2f} h → {new:.2f} h")
    old, new = difference.kept["capacity_hours"], difference.now["capacity_hours"]
    if abs(old - new) > 1e-6:
        told.append(f"capacity {old:.2f} h → {new:.2f} h")
    return ", ".join([f"{place}: {told[0]}", *told[1:], *cause_words(difference.causes)])

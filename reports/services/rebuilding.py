"""Computes reported weeks anew: what differs from what is kept, and its keeping as revisions."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from reports.figures import toil_figures
from reports.models import ReportRevision, WeeklyReport
from reports.periods import Week, parse_week
from reports.queries import toil_of_team
from reports.revisions import by_terms_of, capacity_differs, count_causes, differs
from teams.models import Team
from teams.queries import timezone_of_team


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A reported week, what was kept of it last (its newest revision, or the report), and what it is now.

    `why_not` says why a week cannot be compared, and is empty where it can.
    """

    report: WeeklyReport
    kept: Mapping[str, Any]
    now: Mapping[str, Any]
    causes: Mapping[str, int]
    why_not: str = ""

    @property
    def is_new(self) -> bool:
        """Whether there is something to keep."""
        return not self.why_not and differs(self.kept, self.now)


def compare_reports(*, team: Team, first: Week | None, last: Week | None, at: datetime) -> Iterator[Difference]:
    """Compute each reported week of a range anew, by the zone, denominator and target that it was reported by.

    Yields every report of the range, oldest first; each is measured by itself, from the tables and not from snapshots
    of the past, so that a long range takes time and no memory.
    """
    reports = team.weekly_reports.order_by("week_start").defer("html", "text", "picture")
    if first is not None:
        reports = reports.filter(week_start__gte=first.monday)
    if last is not None:
        reports = reports.filter(week_start__lte=last.monday)
    for report in reports.prefetch_related("revisions"):
        yield compare_report(team=team, report=report, at=at)


def compare_report(*, team: Team, report: WeeklyReport, at: datetime) -> Difference:
    """Compute one reported week anew."""
    revisions = sorted(report.revisions.all(), key=lambda revision: (revision.found_at, revision.pk))
    kept = revisions[-1].figures if revisions else report.figures
    if report.timezone != timezone_of_team(team):
        # It was another stretch of time, which the team's calendar no longer cuts.
        return Difference(report=report, kept=kept, now=kept, causes={}, why_not=f"reported in {report.timezone}")
    toil = toil_of_team(team=team, start=report.week_start, end=parse_week(report.week).next_monday, at=at)
    now = toil_figures(by_terms_of(report, toil))
    since = revisions[-1].found_at if revisions else report.built_at
    changed = capacity_differs(kept, now)
    causes = count_causes(report, since=since, until=at, is_capacity_changed=changed) if differs(kept, now) else {}
    return Difference(report=report, kept=kept, now=now, causes=causes)


@transaction.atomic
def keep_revision(*, difference: Difference, at: datetime) -> ReportRevision | None:
    """Keep what a week is now as a revision; what was sent stays, and the next report tells of it."""
    Team.objects.select_for_update().get(pk=difference.report.team_id)
    newest = difference.report.revisions.order_by("found_at", "id").last()
    if not difference.is_new or (newest is not None and newest.figures != difference.kept):
        return None
    return ReportRevision.objects.create(
        report=difference.report,
        figures=dict(difference.now),
        causes=dict(difference.causes),
        found_at=at,
    )

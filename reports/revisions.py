"""Reads what became of reported weeks: other figures by later edits, and how many edits of which kind."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Q

from boards.models import Change, WorkLog
from reports.figures import FORMULA_VERSION, toil_figures
from reports.mailing.facts import ToldRevision
from reports.models import ReportRevision, WeeklyReport
from reports.periods import Week, parse_week
from reports.queries import TeamToil
from reports.sentences import Reading, cause_words, revision_sentence
from reports.share import measure
from teams.models import Team

REVISED_WEEKS = 8
NOTICEABLE_HOURS = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A reported week whose figures are others now: what to store, and what the next report says of it.

    `untold` is a revision that holds these figures already, and was found by hand, so that no report told of it yet.
    """

    report: WeeklyReport
    figures: Mapping[str, Any]
    causes: Mapping[str, int]
    known: int
    told: ToldRevision | None
    untold: ReportRevision | None = None


def find_revisions(*, team: Team, week: Week, at: datetime, series: Sequence[TeamToil]) -> list[Finding]:
    """Compare the reports of the weeks before with what their figures are now.

    A week reported in a time zone that the team has left is not compared: it was another stretch of time. While a later
    week is reported already, nothing is looked for, since what is found is told in the newest report.
    """
    if team.weekly_reports.filter(week_start__gt=week.monday).exists():
        return []
    since = week.shifted(-REVISED_WEEKS).monday
    reports = team.weekly_reports.filter(week_start__gte=since, week_start__lt=week.monday)
    now = {toil.period.start: toil for toil in series}
    found = []
    for report in reports.order_by("week_start").prefetch_related("revisions"):
        toil = now.get(report.week_start)
        if toil is not None and toil.period.timezone == report.timezone:
            finding = _compare(report, toil, at)
            if finding is not None:
                found.append(finding)
    return found


def _compare(report: WeeklyReport, toil: TeamToil, at: datetime) -> Finding | None:
    """Compare a report with what its figures, by its own denominator and target, are now."""
    revisions = sorted(report.revisions.all(), key=lambda revision: (revision.found_at, revision.pk))
    figures = toil_figures(by_terms_of(report, toil))
    newest = revisions[-1] if revisions else None
    is_known = not differs(newest.figures if newest else report.figures, figures)
    last_told = next((revision for revision in reversed(revisions) if revision.told_in_id), None)
    told = last_told.figures if last_told else report.figures
    since = last_told.found_at if last_told else report.built_at
    changed = capacity_differs(told, figures)
    if is_known and not differs(told, figures):
        return None
    causes = count_causes(report, since=since, until=at, is_capacity_changed=changed)
    news = _told(report, told, figures, causes)
    if is_known and news is None:
        return None
    return Finding(
        report=report,
        figures=figures,
        causes=causes,
        known=len(revisions),
        told=news,
        untold=newest if is_known else None,
    )


def by_terms_of(report: WeeklyReport, toil: TeamToil) -> TeamToil:
    """Judge a week by the denominator and the target that it was reported by."""
    share = measure(
        toil.effort,
        capacity=toil.capacity,
        covered=(toil.toil.coverage or 0.0) * toil.capacity,
        denominator=report.denominator,
        target_low=report.target_low,
        target_high=report.target_high,
    )
    return replace(toil, toil=share, target_low=report.target_low, target_high=report.target_high)


def differs(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether figures are others: hours of a class, or the capacity."""
    hours = ((before["effort_hours"][name], after["effort_hours"][name]) for name in after["effort_hours"])
    return capacity_differs(before, after) or any(abs(old - new) > NOTICEABLE_HOURS for old, new in hours)


def capacity_differs(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether the hours of working time are others."""
    return bool(abs(before["capacity_hours"] - after["capacity_hours"]) > NOTICEABLE_HOURS)


def _told(
    report: WeeklyReport, before: Mapping[str, Any], after: Mapping[str, Any], causes: Mapping[str, int]
) -> ToldRevision | None:
    """Return what the next report says a share has become; nothing where it reads the same."""
    if Reading.from_figures(before).share_text == Reading.from_figures(after).share_text:
        return None
    return ToldRevision(
        week=parse_week(report.week).number,
        before=before["toil_share"],
        after=after["toil_share"],
        target_low=after["target_low"],
        target_high=after["target_high"],
        causes=causes,
    )


def count_causes(
    report: WeeklyReport, *, since: datetime, until: datetime, is_capacity_changed: bool = False
) -> dict[str, int]:
    """Count the edits that were written down in `(since, until]` and bear on a reported week, by kind."""
    start, end = report.start_at, report.end_at
    standing = Q(item__stays__started_at__lt=end) & (
        Q(item__stays__ended_at__isnull=True) | Q(item__stays__ended_at__gt=start)
    )
    logged = Q(item__logs__started_at__lt=end, item__logs__ended_at__gt=start)
    changes = Change.objects.filter(
        standing | logged, item__board__team=report.team_id, recorded_at__gt=since, recorded_at__lte=until
    )
    kinds = {"classification": "reclassified", "deleted_at": "deleted"}
    edited = {(kinds[name], item) for name, item in changes.filter(field__in=kinds).values_list("field", "item_id")}
    imported = changes.filter(via="import", at__lt=end).exclude(field__in=kinds).values_list("item_id", flat=True)
    logs = WorkLog.objects.filter(
        Q(created_at__gt=since, created_at__lte=until) | Q(deleted_at__gt=since, deleted_at__lte=until),
        board__team=report.team_id,
        started_at__lt=end,
        ended_at__gt=start,
    )
    counts = Counter(kind for kind, __ in edited)
    found = {
        "reclassified": counts["reclassified"],
        "logged": logs.count(),
        "imported": len(set(imported)),
        "deleted": counts["deleted"],
        "working_time": int(is_capacity_changed),
        "formula": int(report.formula_version != FORMULA_VERSION),
    }
    return {name: count for name, count in found.items() if count}


def revision_text(revision: ReportRevision) -> str:
    """Say on a page what a stored revision found, also where the share reads the same."""
    report = revision.report
    old = Reading.from_figures(report.figures).share_text
    new = Reading.from_figures(revision.figures).share_text
    return revision_sentence(
        week=parse_week(report.week).number, before=old, after=new, causes=cause_words(revision.causes)
    )

"""Reads whose weekly report is due, and what a report is made of: the week's figures and the weeks before it."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from math import fsum
from typing import Any

from reports.due import ReportTime, due_week, due_weeks
from reports.figures import toil_figures
from reports.mailing.facts import Facts, ToldRevision, TrendWeek
from reports.mailing.links import links_of_report
from reports.mailing.parts import TREND_WEEKS
from reports.models import ReportChoices, WeeklyReport
from reports.periods import Week, local_date, week_of
from reports.queries import Group, TeamToil, toil_of_team, weekly_series
from reports.weekly_parts import (
    ageing_items,
    budget_left,
    open_items,
    recurring_toil,
    removal,
    services_with_toil,
    worked_items,
)
from teams.models import Team
from teams.queries import timezone_of_team
from teams.worktime import CalendarError

logger = logging.getLogger(__name__)

KNOWN_WEEKS = timedelta(weeks=4)


def report_time(team: Team) -> ReportTime:
    """Return when a team's report goes out."""
    return ReportTime(timezone=timezone_of_team(team), weekday=team.report_weekday, at=team.report_time)


def teams_with_due_reports(at: datetime) -> list[int]:
    """Return the teams with a due week, of the last few, that was not reported or not released yet, in two queries.

    The latest alone does not tell: it may have been built and sent by hand, while those before it were slept through.
    """
    since = (at - KNOWN_WEEKS).date() - timedelta(weeks=1)
    released = WeeklyReport.objects.filter(week_start__gte=since, released_at__isnull=False)
    known = set(released.values_list("team_id", "week_start"))
    teams = Team.objects.select_related("calendar").order_by("id")
    return [team.pk for team in teams if _is_due(team, at, known)]


def next_week_due(team: Team, at: datetime) -> Week:
    """Return the week of the report that comes next: not before that of the team's creation."""
    schedule = report_time(team)
    week = due_week(schedule, at).shifted(1)
    return max(week, week_of(local_date(team.created_at, schedule.timezone)))


def _is_due(team: Team, at: datetime, released: set[tuple[int, date]]) -> bool:
    schedule = report_time(team)
    try:
        due = list(due_weeks(schedule, since=max(team.created_at, at - KNOWN_WEEKS), at=at))
    except CalendarError:
        # A zone that this machine does not know must not keep the other teams from their reports.
        logger.exception("The report time of %s cannot be told.", team.slug)
        return False
    return any((team.pk, week.monday) not in released for week in due)


def figures_of_week(team: Team, week: Week, at: datetime) -> tuple[dict[str, Any], Sequence[Group]]:
    """Return a week's figures as `toil/` gives them, and the hours of each item behind them."""
    toil = toil_of_team(team=team, start=week.monday, end=week.next_monday, at=at, by="item")
    return toil_figures(replace(toil, groups=None)), toil.groups or ()


def facts_of_week(
    *, team: Team, week: Week, at: datetime, series: Sequence[TeamToil], told: Sequence[ToldRevision]
) -> Facts:
    """Return all that a week's report says, its figures as `toil/` gives them among it."""
    figures, by_item = figures_of_week(team, week, at)
    worked, left = worked_items(team, by_item)
    open_left = [effort.unclassified for effort in left if effort.unclassified]
    unclassified, unclassified_count = open_items(team, worked)
    ageing, ageing_count = ageing_items(team, at)
    return Facts(
        team_name=team.name,
        week=week,
        timezone=figures["timezone"],
        figures=figures,
        trend=[*_trend(series, week), _week_of_trend(week, figures)],
        budget=budget_left(team, week),
        services=services_with_toil(worked),
        toil_types=recurring_toil(team, week, at),
        removal=removal(team, week, at),
        open_items=unclassified,
        open_count=unclassified_count,
        open_left=len(open_left),
        open_left_hours=fsum(open_left),
        ageing=ageing,
        ageing_count=ageing_count,
        revisions=told,
        left_out=choices_of(team).left_out,
        built_at=at,
        urls=links_of_report(team, week),
    )


def series_up_to(team: Team, week: Week, at: datetime) -> list[TeamToil]:
    """Measure the weeks of the trend but the last, which is the report's own."""
    return weekly_series(team=team, weeks=TREND_WEEKS - 1, at=at, until=week.shifted(-1))


def choices_of(team: Team) -> ReportChoices:
    """Return what a team chose of its report; unsaved where it chose nothing yet."""
    return ReportChoices.objects.filter(team=team).first() or ReportChoices(team=team)


def _trend(series: Sequence[TeamToil], week: Week) -> list[TrendWeek]:
    """Return the weeks before, from the first that has a share."""
    weeks = [week.shifted(index - len(series)) for index in range(len(series))]
    trend = [_week_of_trend(of, toil_figures(toil)) for of, toil in zip(weeks, series, strict=True)]
    first = next((index for index, entry in enumerate(trend) if entry.share is not None), len(trend))
    return trend[first:]


def _week_of_trend(week: Week, figures: Mapping[str, Any]) -> TrendWeek:
    return TrendWeek(
        week=week,
        share=figures["toil_share"],
        low=figures["toil_share_low"],
        high=figures["toil_share_high"],
        verdict=figures["verdict"],
    )

"""Reads whose weekly report is due, and what a report is made of: the week's figures and the weeks before it."""

import logging
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from math import fsum
from typing import Any

from boards.models import Item
from reports.due import ReportTime, due_week, due_weeks
from reports.figures import toil_figures
from reports.mailing.content import TREND_WEEKS, Facts, OpenItem
from reports.mailing.links import link_of_item, links_of_report
from reports.models import WeeklyReport
from reports.periods import Week, local_date, week_of
from reports.queries import Group, TeamToil, toil_of_team, weekly_series
from reports.share import EffortByClass
from teams.models import Team
from teams.queries import timezone_of_team
from teams.worktime import CalendarError

logger = logging.getLogger(__name__)

KNOWN_WEEKS = timedelta(weeks=4)

_IDS_AT_ONCE = 10_000  # below the number of parameters that either database takes

Worked = tuple[Item, EffortByClass]


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
    *, team: Team, week: Week, at: datetime, series: Sequence[TeamToil], told: Sequence[str]
) -> tuple[dict[str, Any], Facts]:
    """Return a week's figures and all that its report says."""
    figures, by_item = figures_of_week(team, week, at)
    worked = _worked_items(by_item)
    facts = Facts(
        team_name=team.name,
        week=week,
        timezone=figures["timezone"],
        figures=figures,
        trend=[*_trend(series, week), (week, figures["toil_share"], figures["verdict"])],
        services=_toil_by(worked, lambda item: item.service),
        toil_types=_toil_by(worked, lambda item: item.toil_type.name if item.toil_type else ""),
        open_items=_open_items(team, worked),
        revisions=told,
        built_at=at,
        urls=links_of_report(team, week),
    )
    return figures, facts


def series_up_to(team: Team, week: Week, at: datetime) -> list[TeamToil]:
    """Measure the weeks of the trend but the last, which is the report's own."""
    return weekly_series(team=team, weeks=TREND_WEEKS - 1, at=at, until=week.shifted(-1))


def _trend(series: Sequence[TeamToil], week: Week) -> list[tuple[Week, float | None, str]]:
    """Return the weeks before, from the first that has a share."""
    weeks = [week.shifted(index - len(series)) for index in range(len(series))]
    trend = [(of, toil.toil.share, toil.toil.verdict.value) for of, toil in zip(weeks, series, strict=True)]
    first = next((index for index, entry in enumerate(trend) if entry[1] is not None), len(trend))
    return trend[first:]


def _worked_items(groups: Sequence[Group]) -> list[Worked]:
    """Return the items that took hours, with these."""
    hours = {group.key: group.effort for group in groups if isinstance(group.key, int)}
    fields = ("title", "external_id", "service", "toil_type__name")
    worked: list[Worked] = []
    ids = list(hours)
    for start in range(0, len(ids), _IDS_AT_ONCE):
        items = Item.objects.filter(pk__in=ids[start : start + _IDS_AT_ONCE]).select_related("toil_type").only(*fields)
        worked += [(item, hours[item.pk]) for item in items]
    return worked


def _toil_by(worked: Sequence[Worked], key: Callable[[Item], str]) -> list[Mapping[str, Any]]:
    hours: dict[str, list[float]] = defaultdict(list)
    for item, effort in worked:
        if effort.toil:
            hours[key(item)].append(effort.toil)
    return [{"key": name, "effort_hours": {"toil": fsum(toil)}} for name, toil in hours.items()]


def _open_items(team: Team, worked: Sequence[Worked]) -> list[OpenItem]:
    """Return what took hours and has no class, the most hours first."""
    found = [(effort.unclassified, item) for item, effort in worked if effort.unclassified]
    found.sort(key=lambda entry: (-entry[0], entry[1].pk))
    return [OpenItem(item.key, item.title, link_of_item(team, item.pk), hours) for hours, item in found]

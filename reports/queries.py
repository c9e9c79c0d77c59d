"""The measures of teams: rows to the arithmetic, in a constant number of queries; shared by API, pages and reports."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from math import fsum

from boards.models import ItemLabel
from reports.attention import TeamAttention, load_attention
from reports.effort import sum_effort
from reports.periods import Period, Week, day_cuts, days_of, last_full_week, period_of_week, week_cuts, weeks_of
from reports.share import EffortByClass, ToilShare, measure
from reports.snapshots import figures_of_weeks
from reports.weeks import WeekFigures, added_up, by_class, finished_by_class
from teams.models import Team
from teams.queries import timezone_of_team

_IDS_AT_ONCE = 10_000  # below the number of parameters that either database takes

GroupKey = str | int | None


class GroupBy(StrEnum):
    """What a team's effort can be grouped by."""

    SERVICE = "service"
    LABEL = "label"
    TOIL_TYPE = "toil_type"
    ITEM = "item"
    DAY = "day"
    WEEK = "week"


@dataclass(frozen=True, slots=True)
class Group:
    """The hours of effort under one key; None for what has no service, label or toil type."""

    key: GroupKey
    effort: EffortByClass


@dataclass(frozen=True, slots=True)
class TeamToil:
    """What is measured of a team in a period (docs/measurement.md); hours, and shares as fractions."""

    team: str
    period: Period
    effort: EffortByClass
    capacity: float
    toil: ToilShare
    target_low: float
    target_high: float
    finished_items: Mapping[str, int]
    groups: Sequence[Group] | None = None


def toil_of_team(
    *,
    team: Team,
    start: date,
    end: date,
    at: datetime,
    denominator: str | None = None,
    by: str | None = None,
    stages: Mapping[int, str] | None = None,
) -> TeamToil:
    """Measure a team's days `[start, end)`, as far as they are over at `at`, in at most thirteen queries.

    `denominator` defaults to the team's. Groups by day or week are complete and in order; others begin with the most
    toil. An item with several labels counts in full under each. With `stages`, effort is what it would be if these
    columns (by id) had these stages; what was finished is as it is.
    """
    period = Period(start, end, timezone_of_team(team))
    grouping = None if by is None else GroupBy(by)
    cuts = [min(cut, at) for cut in _cuts(period, grouping)]
    facts = ("classification", *_FACTS.get(grouping, ()))
    attention = load_attention(team=team, cuts=cuts, facts=facts, stages=stages)
    whole = replace(attention, capacity=[fsum(attention.capacity)])
    ends = [cuts[0], cuts[-1]]
    [figures] = added_up(team.pk, ends, whole, finished=finished_by_class({team.pk: ends})[team.pk])
    toil = _as_toil(team, period, figures, denominator)
    return toil if grouping is None else replace(toil, groups=_groups(team, period, grouping, cuts, attention))


def weekly_series(
    *, team: Team, weeks: int, at: datetime, until: Week | None = None, denominator: str | None = None
) -> list[TeamToil]:
    """Measure each of a team's last ISO weeks, oldest first, in one pass and a constant number of queries.

    `until` is the last of them; it defaults to the last one that is over at `at`.
    """
    series = weekly_series_of_teams(teams=[team], weeks=weeks, at=at, until=until, denominator=denominator)
    return series[team.pk]


def weekly_series_of_teams(
    *,
    teams: Sequence[Team],
    weeks: int,
    at: datetime,
    until: Week | None = None,
    denominator: str | None = None,
) -> dict[int, list[TeamToil]]:
    """Measure the last ISO weeks of each of several teams (by its id), each in its own zone, as `weekly_series` does.

    Weeks that are over come from their snapshots, as far as these still hold; the others are computed. Takes as many
    queries as for one team, if the teams were loaded with their calendars and the same weeks have to be computed.
    """
    periods = {}
    for team in teams:
        zone = timezone_of_team(team)
        last = until or last_full_week(at, zone)
        periods[team.pk] = [period_of_week(last.shifted(number), zone) for number in range(1 - weeks, 1)]
    found = figures_of_weeks(teams=teams, periods=periods, at=at)
    return {
        team.pk: [
            _as_toil(team, period, figures, denominator)
            for period, figures in zip(periods[team.pk], found[team.pk], strict=True)
        ]
        for team in teams
    }


def _as_toil(team: Team, period: Period, figures: WeekFigures, denominator: str | None) -> TeamToil:
    """Judge the figures of a period by the team's target."""
    return TeamToil(
        team=team.slug,
        period=period,
        effort=figures.effort,
        capacity=figures.capacity,
        toil=measure(
            figures.effort,
            capacity=figures.capacity,
            covered=figures.covered,
            denominator=denominator or team.denominator,
            target_low=team.target_low,
            target_high=team.target_high,
        ),
        target_low=team.target_low,
        target_high=team.target_high,
        finished_items=figures.finished,
    )


# Groups

_FACTS: Mapping[GroupBy | None, Sequence[str]] = {
    GroupBy.SERVICE: ("service",),
    GroupBy.TOIL_TYPE: ("toil_type__name",),
}


def _cuts(period: Period, grouping: GroupBy | None) -> list[datetime]:
    if grouping == GroupBy.DAY:
        return day_cuts(period)
    if grouping == GroupBy.WEEK:
        return week_cuts(period)
    return [period.starts_at, period.ends_at]


def _groups(
    team: Team, period: Period, grouping: GroupBy, cuts: Sequence[datetime], attention: TeamAttention
) -> list[Group]:
    if grouping in (GroupBy.DAY, GroupBy.WEEK):
        keys = {item: (facts[0],) for item, facts in attention.facts.items()}
        efforts = by_class(sum_effort(attention.timelines, team=team.pk, cuts=cuts, keys=keys), len(cuts) - 1)
        names = days_of(period) if grouping == GroupBy.DAY else weeks_of(period)
        return [Group(str(name), effort) for name, effort in zip(names, efforts, strict=True)]
    pairs = {
        item: [(key, attention.facts[item][0]) for key in found]
        for item, found in _group_keys(team, grouping, attention).items()
    }
    hours: dict[GroupKey, dict[str, float]] = defaultdict(dict)
    for (key, name), [total] in sum_effort(attention.timelines, team=team.pk, cuts=cuts, keys=pairs).items():
        hours[key][name] = total
    groups = [Group(key, EffortByClass(**found)) for key, found in hours.items() if any(found.values())]
    return sorted(groups, key=_by_most_toil)


def _by_most_toil(group: Group) -> tuple[float, bool, GroupKey]:
    return (-group.effort.toil, group.key is None, "" if group.key is None else group.key)


def _group_keys(team: Team, grouping: GroupBy, attention: TeamAttention) -> dict[int, Sequence[GroupKey]]:
    """The keys under which each item counts."""
    if grouping == GroupBy.ITEM:
        return {item: (item,) for item in attention.facts}
    if grouping == GroupBy.LABEL:
        labels = labels_of(list(attention.facts), team=team)
        return {item: sorted(labels[item]) if item in labels else (None,) for item in attention.facts}
    return {item: (facts[1] or None,) for item, facts in attention.facts.items()}


def labels_of(items: Sequence[int], *, team: Team) -> dict[int, set[str]]:
    """Return the names of the labels of a team that items wear; an item without any is left out."""
    labels: dict[int, set[str]] = defaultdict(set)
    for index in range(0, len(items), _IDS_AT_ONCE):
        rows = ItemLabel.objects.filter(label__team=team, item__in=items[index : index + _IDS_AT_ONCE])
        for item, name in rows.values_list("item_id", "label__name"):
            labels[item].add(name)
    return labels

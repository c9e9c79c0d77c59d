"""Whose attention a team's work had: rows of stays and logs to one time line for each person."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import fsum
from typing import Any

from django.db import connection
from django.db.models import Q

from boards.models import Column, Stage, Stay, WorkLog
from reports.effort import Piece, Timeline, lay_out, microseconds
from reports.instants import Microseconds
from reports.periods import local_date
from teams.models import Team
from teams.queries import CalendarBook, calendar_book, calendar_of_team, dates_of_memberships, time_off_of_people
from teams.worktime import (
    ONE_DAY,
    Calendar,
    Span,
    TimeOff,
    cut_spans,
    hours_per_period,
    joined_spans,
    start_of_day,
    working_spans,
)

_STRETCH = (Microseconds("started_at"), Microseconds("ended_at"))

UNASSIGNED = None
"""The team's pseudo-person, who has the active items that nobody is assigned to."""

UNTOLD: Mapping[str, Any] = {"service": "", "toil_type_id": None, "toil_type__name": None}
"""Facts that a team is not told of an item that is another team's by now, and what stands in their place."""


@dataclass(frozen=True, slots=True)
class TeamAttention:
    """The time lines of all who worked on a team's items, these items' facts, and the members' capacity.

    `facts` are the values of the asked fields of each item; `capacity` is in hours for each of the periods; `people`
    are those on whose doings and working time all this depends. The last time line may be the pseudo-person's.
    `left` are the items that are another team's by now, where facts were asked that are not told of these.
    """

    timelines: Sequence[Timeline]
    facts: dict[int, tuple[Any, ...]]
    capacity: list[float]
    people: frozenset[int] = frozenset()
    is_last_unassigned: bool = False
    left: frozenset[int] = frozenset()


@dataclass(slots=True)
class _Rows:
    """What was read, by person; `workers` are those who worked on a team's items, the pseudo-person among them."""

    logs: dict[int | None, list[Piece]] = field(default_factory=lambda: defaultdict(list))
    stays: dict[int | None, list[Piece]] = field(default_factory=lambda: defaultdict(list))
    workers: dict[int, set[int | None]] = field(default_factory=lambda: defaultdict(set))
    facts: dict[int, dict[int, tuple[Any, ...]]] = field(default_factory=lambda: defaultdict(dict))
    left: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))

    @property
    def people(self) -> set[int]:
        return {person for workers in self.workers.values() for person in workers if person is not None}


@dataclass(frozen=True, slots=True)
class _Times:
    """When people work, of all teams at once."""

    book: CalendarBook
    time_off: Mapping[int, Sequence[TimeOff]]
    members: Mapping[int, Mapping[int, tuple[datetime, datetime]]]


def load_attention(
    *, team: Team, cuts: Sequence[datetime], facts: Sequence[str] = (), stages: Mapping[int, str] | None = None
) -> TeamAttention:
    """Lay out the attention of everybody who worked on the team's items between the first and the last cut.

    `facts` are fields of items; `stages` those that columns (by id) are taken to have instead of their own. Takes
    eleven queries at most, however many people, items and periods there are.
    """
    return load_attentions(teams=[team], cuts={team.pk: cuts}, facts=facts, stages=stages)[team.pk]


def load_attentions(
    *,
    teams: Sequence[Team],
    cuts: Mapping[int, Sequence[datetime]],
    facts: Sequence[str] = (),
    stages: Mapping[int, str] | None = None,
) -> dict[int, TeamAttention]:
    """Lay out the attention that each of several teams had, each between its own cuts (both by the team's id).

    Takes as many queries as for one, if the teams were loaded with their calendars.
    """
    if not teams:
        return {}
    calendars = {team.pk: calendar_of_team(team) for team in teams}
    start = min(cuts[team.pk][0] for team in teams)
    end = max(cuts[team.pk][-1] for team in teams)
    active = _active_columns(list(calendars), stages or {})
    rows = _rows_of_teams(list(calendars), active, start, end, facts)
    _add_work_elsewhere(rows, rows.people, list(calendars), start, end)
    members = _members({team.pk: (calendars[team.pk], cuts[team.pk]) for team in teams})
    everybody = rows.people.union(*members.values())
    times = _Times(calendar_book(everybody), time_off_of_people(everybody), members)
    return {team.pk: _laid_out(team.pk, calendars[team.pk], cuts[team.pk], rows, times) for team in teams}


def load_capacities(*, teams: Sequence[Team], cuts: Mapping[int, Sequence[datetime]]) -> dict[int, list[float]]:
    """Return the hours of working time of each team's members in each of its periods, also of those to come."""
    if not teams:
        return {}
    calendars = {team.pk: calendar_of_team(team) for team in teams}
    members = _members({team.pk: (calendars[team.pk], cuts[team.pk]) for team in teams})
    everybody = set[int]().union(*members.values())
    times = _Times(calendar_book(everybody), time_off_of_people(everybody), members)
    capacities = {}
    for team, calendar in calendars.items():
        spans = []
        for person, membership in members.get(team, {}).items():
            spans += cut_spans(_working(times, person, calendar, cuts[team][0], cuts[team][-1]), *membership)
        capacities[team] = hours_per_period(spans, cuts[team])
    return capacities


def capacity_once(*, teams: Sequence[Team], spans: Mapping[int, Span]) -> float:
    """Return the hours of working time of all members of several teams, each of them counted once.

    Of every team, by its id, one span of time counts; where two teams of a person have different ones, both do.
    """
    cuts = {team.pk: (spans[team.pk].start, spans[team.pk].end) for team in teams}
    calendars = {team.pk: calendar_of_team(team) for team in teams}
    members = _members({pk: (calendars[pk], cuts[pk]) for pk in cuts})
    everybody = set[int]().union(*members.values())
    times = _Times(calendar_book(everybody), time_off_of_people(everybody), members)
    found: dict[int, set[Span]] = defaultdict(set)
    for team, calendar in calendars.items():
        for person, membership in members.get(team, {}).items():
            found[person].update(cut_spans(_working(times, person, calendar, *cuts[team]), *membership))
    return fsum(span.hours for own in found.values() for span in joined_spans(own))


def _working(times: _Times, person: int, calendar: Calendar, start: datetime, end: datetime) -> list[Span]:
    return working_spans(times.book.calendar_of(person, calendar), times.time_off.get(person, ()), start, end)


def _laid_out(team: int, calendar: Calendar, cuts: Sequence[datetime], rows: _Rows, times: _Times) -> TeamAttention:
    start, end = cuts[0], cuts[-1]
    members, workers = times.members.get(team, {}), rows.workers[team]
    timelines, capacity = [], []
    for person in (workers - {UNASSIGNED}) | set(members):
        if person is None:
            continue
        working = _working(times, person, calendar, start, end)
        as_member = cut_spans(working, *members[person]) if person in members else []
        capacity += as_member
        if person in workers:
            logs, stays = rows.logs[person], rows.stays[person]
            timelines.append(lay_out(logs=logs, stays=stays, working=working, counted=as_member, cuts=cuts))
    if UNASSIGNED in workers:
        stays = [stay for stay in rows.stays[UNASSIGNED] if stay[1] == team]
        working = working_spans(calendar, (), start, end)
        timelines.append(lay_out(logs=(), stays=stays, working=working, cuts=cuts))
    people = frozenset(person for person in workers | set(members) if person is not None)
    return TeamAttention(
        timelines=timelines,
        facts=rows.facts[team],
        capacity=hours_per_period(capacity, cuts),
        people=people,
        is_last_unassigned=UNASSIGNED in workers,
        left=frozenset(rows.left[team]),
    )


def _active_columns(teams: Sequence[int], stages: Mapping[int, str]) -> dict[int, int]:
    """The teams' active columns, each with its team; where a stage is supposed, that counts."""
    columns = Column.objects.filter(Q(stage=Stage.ACTIVE) | Q(pk__in=list(stages)), board__team__in=teams)
    found = columns.values_list("pk", "board__team_id")
    return {pk: team for pk, team in found if stages.get(pk, Stage.ACTIVE) == Stage.ACTIVE}


def _rows_of_teams(
    teams: Sequence[int], active: Mapping[int, int], start: datetime, end: datetime, facts: Sequence[str]
) -> _Rows:
    rows, limit = _Rows(), microseconds(end)
    stays = Stay.objects.worked_on(list(active)).overlapping(start, end)
    logs = WorkLog.objects.measured().overlapping(start, end).filter(board__team__in=teams)
    names = [f"item__{name}" for name in facts]
    is_asked = not UNTOLD.keys().isdisjoint(facts)
    names += ["item__board__team_id"] if is_asked else []
    for kept, found in (
        (rows.stays, stays.values_list("column_id", "assignee_id", "item_id", *_STRETCH, *names)),
        (rows.logs, logs.values_list("board__team_id", "person_id", "item_id", *_STRETCH, *names)),
    ):
        is_of_column = kept is rows.stays
        for place, person, item, started, ended, *values in found:
            team = active[place] if is_of_column else place
            kept[person].append((item, team, started, limit if ended is None else ended))
            rows.workers[team].add(person)
            has_left = is_asked and values.pop() != team
            if has_left:
                rows.left[team].add(item)
            rows.facts[team][item] = _told(facts, values) if has_left else tuple(values)
    return rows


def _told(facts: Sequence[str], values: Sequence[Any]) -> tuple[Any, ...]:
    """What a team is told of an item that is another team's by now."""
    return tuple(UNTOLD.get(name, value) for name, value in zip(facts, values, strict=True))


def _add_work_elsewhere(
    rows: _Rows, people: Collection[int], teams: Sequence[int], start: datetime, end: datetime
) -> None:
    """Add what else the people worked on meanwhile: it takes its part of their attention."""
    active = _active_columns_elsewhere(people, teams)
    stays = Stay.objects.worked_on(list(active)).overlapping(start, end).filter(assignee__in=people)
    logs = WorkLog.objects.measured().overlapping(start, end).filter(person__in=people)
    logs = logs.exclude(board__team__in=teams)
    limit = microseconds(end)
    for column, person, item, started, ended in stays.values_list("column_id", "assignee_id", "item_id", *_STRETCH):
        rows.stays[person].append((item, active[column], started, limit if ended is None else ended))
    for of_team, person, item, started, ended in logs.values_list("board__team_id", "person_id", "item_id", *_STRETCH):
        rows.logs[person].append((item, of_team, started, ended))


# From one column of a person to the next by the index (assignee, column): a few steps, where the plain question
# would read the stays of everything that the person ever finished, which stands in a done column to this day.
_ACTIVE_COLUMNS_ELSEWHERE = """
    WITH RECURSIVE visited (assignee_id, column_id) AS (
        SELECT id, (SELECT MIN(column_id) FROM boards_stay WHERE assignee_id = teams_person.id)
        FROM teams_person WHERE id IN ({people})
        UNION ALL
        SELECT assignee_id, (
            SELECT MIN(stay.column_id) FROM boards_stay stay
            WHERE stay.assignee_id = visited.assignee_id AND stay.column_id > visited.column_id
        )
        FROM visited WHERE column_id IS NOT NULL
    )
    SELECT DISTINCT visited.column_id, team_id FROM visited
    JOIN boards_column ON boards_column.id = visited.column_id JOIN boards_board ON boards_board.id = board_id
    WHERE stage = 'active' AND team_id NOT IN ({teams})
"""


def _active_columns_elsewhere(people: Collection[int], teams: Collection[int]) -> dict[int, int]:
    """The active columns, each with its team, of other teams in which an item was ever assigned to the people."""
    if not people:
        return {}
    marks = {"people": ", ".join(["%s"] * len(people)), "teams": ", ".join(["%s"] * len(teams))}
    with connection.cursor() as cursor:
        cursor.execute(_ACTIVE_COLUMNS_ELSEWHERE.format(**marks), [*people, *teams])
        return dict(cursor.fetchall())


def active_columns_of_people(people: Collection[int]) -> dict[int, int]:
    """Return the active columns, each with its team, in which an item was ever assigned to the people."""
    return _active_columns_elsewhere(people, [0])  # no team has this id


def _members(
    teams: Mapping[int, tuple[Calendar, Sequence[datetime]]],
) -> dict[int, dict[int, tuple[datetime, datetime]]]:
    """From when to when each person is a member of each team in its period; days are those of the team's zone."""
    members: dict[int, dict[int, tuple[datetime, datetime]]] = defaultdict(dict)
    for team, person, first_date, last_date in dates_of_memberships(teams):
        calendar, cuts = teams[team]
        start, end, timezone = cuts[0], cuts[-1], calendar.timezone
        first_day, last_day = local_date(start, timezone), local_date(end, timezone)
        if (first_date and first_date > last_day) or (last_date and last_date < first_day):
            continue
        joins = start_of_day(first_date, timezone) if first_date and first_date > first_day else start
        leaves = start_of_day(last_date + ONE_DAY, timezone) if last_date and last_date < last_day else end
        if joins < leaves:
            members[team][person] = (joins, min(leaves, end))
    return members

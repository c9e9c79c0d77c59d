"""The series of several teams at once: the same figures as one by one, and no more queries."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reports.periods import Week, period_of_week, week_of
from reports.queries import weekly_series, weekly_series_of_teams
from teams.models import Team
from tests.factories import CalendarFactory, MembershipFactory, PersonFactory, TeamFactory
from tests.reports.rows import BoardFactory, ColumnFactory, ItemFactory, StayFactory, WorkLogFactory

ZONES = ("UTC", "Asia/Tokyo", "America/New_York")


def at(day: int, hour: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=UTC)


def make_team(number: int) -> Team:
    """A team in a zone of its own, with a member, an outsider and nobody at work on its items."""
    team = TeamFactory(slug=f"team-{number}", calendar=None)
    CalendarFactory(team=team, timezone=ZONES[number % 3], start=time(8 + number % 2))
    column = ColumnFactory(board=BoardFactory(team=team))
    member = MembershipFactory(team=team, first_date=at(4 + number).date()).person
    for person, name in ((member, "toil"), (PersonFactory(), "engineering"), (None, "overhead"), (member, "toil")):
        item = ItemFactory(column=column, classification=name, finished_at=at(11, number))
        StayFactory(item=item, assignee=person, started_at=at(3 + number, 7), ended_at=None)
    WorkLogFactory(item=item, person=member, started_at=at(15, 23), ended_at=at(16, 3))
    return team


@pytest.fixture
def teams(db: None) -> list[Team]:
    made = [make_team(number) for number in range(4)]
    shared = MembershipFactory(team=made[0]).person
    for team in made[:3]:
        if team != made[0]:
            MembershipFactory(team=team, person=shared)
        item = ItemFactory(column=ColumnFactory(board=BoardFactory(team=team)), classification="engineering")
        StayFactory(item=item, assignee=shared, started_at=at(5), ended_at=at(18))
    return list(Team.objects.select_related("calendar").order_by("pk"))


def test_several_teams_are_measured_as_each_alone(teams: list[Team]) -> None:
    together = weekly_series_of_teams(teams=teams, weeks=3, at=at(18, 12))

    assert together == {team.pk: weekly_series(team=team, weeks=3, at=at(18, 12)) for team in teams}
    assert all(series[1].effort.toil > 0 and series[1].effort.overhead > 0 for series in together.values())


def test_more_teams_cost_no_more_queries(teams: list[Team]) -> None:
    with CaptureQueriesContext(connection) as few:
        weekly_series_of_teams(teams=teams[:1], weeks=12, at=at(18))
    with CaptureQueriesContext(connection) as many:
        weekly_series_of_teams(teams=teams, weeks=12, at=at(18))

    # The one alone takes one more, for what its people do on the boards of the others.
    assert len(many) <= len(few) <= 14


def test_no_teams_have_no_series(db: None) -> None:
    assert weekly_series_of_teams(teams=[], weeks=12, at=at(18)) == {}


@pytest.mark.parametrize(
    ("zone", "week", "length"),
    [
        ("Asia/Beirut", Week(2024, 13), 167),  # on Sunday 31 March, midnight was left out
        ("Africa/Cairo", Week(2024, 17), 167),  # on Friday 26 April, midnight was left out
        ("America/Havana", Week(2024, 44), 169),  # on Sunday 3 November, the hour before one came twice
        ("Australia/Lord_Howe", Week(2024, 14), 168.5),  # on Sunday 7 April, half an hour came twice
        ("Europe/Berlin", Week(2020, 53), 168),  # from 28 December to 3 January
    ],
)
def test_weeks_of_any_length_join_without_a_gap(db: None, zone: str, week: Week, length: float) -> None:
    team = TeamFactory(calendar=None)
    CalendarFactory(team=team, timezone=zone, weekdays=list(range(7)))
    person = MembershipFactory(team=team).person
    column = ColumnFactory(board=BoardFactory(team=team))
    item = ItemFactory(column=column, classification="toil", created_at=datetime(2019, 1, 1, tzinfo=UTC))
    whole = period_of_week(week, zone)
    first, last = whole.starts_at - timedelta(hours=1), whole.ends_at + timedelta(hours=1)
    WorkLogFactory(item=item, person=person, started_at=first, ended_at=last)

    series = weekly_series(team=team, weeks=3, at=whole.ends_at + timedelta(days=8), until=week.shifted(1))

    assert [toil.effort.toil for toil in series] == [1, length, 1]
    assert [toil.capacity for toil in series] == [56, 56, 56]
    assert [week_of(toil.period.start) for toil in series] == [week.shifted(-1), week, week.shifted(1)]

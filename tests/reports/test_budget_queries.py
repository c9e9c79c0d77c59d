"""What is read for a team's budget: the days of its quarter and of its windows, in its own zone."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from boards.models import Column
from reports.budget_queries import budget_of_team, budgets_of_teams
from teams.models import Calendar, Person, Team
from tests.factories import MembershipFactory, TeamFactory
from tests.reports.paths import board_of
from tests.reports.rows import ItemFactory, WorkLogFactory


@pytest.fixture
def column(team: Team) -> Column:
    return board_of(team)[1][1]


@pytest.fixture
def engineer(team: Team) -> Person:
    person: Person = MembershipFactory(team=team).person
    return person


def log(column: Column, person: Person, day: date, hours: float, classification: str = "toil", hour: int = 9) -> None:
    start = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    item = ItemFactory(column=column, classification=classification)
    WorkLogFactory(item=item, person=person, started_at=start, ended_at=start + timedelta(hours=hours))


def weekdays(start: date, end: date) -> list[date]:
    days = [start + timedelta(days=index) for index in range((end - start).days)]
    return [day for day in days if day.weekday() < 5]


def test_a_quarter_is_measured_up_to_the_last_midnight(team: Team, column: Column, engineer: Person) -> None:
    for day in weekdays(date(2026, 10, 1), date(2026, 11, 16)):
        log(column, engineer, day, 1.5)
        log(column, engineer, day, 6.5, "engineering", hour=11)
    log(column, engineer, date(2026, 11, 16), 8)

    budget = budget_of_team(team=team, at=datetime(2026, 11, 16, 12, tzinfo=UTC))

    quarter = budget.quarter
    assert (str(quarter.quarter), budget.today, budget.at) == (
        "2026-Q4",
        date(2026, 11, 16),
        datetime(2026, 11, 16, tzinfo=UTC),
    )
    # 32 working days are over and 34 are left (the default calendar has no holidays): 8 hours each, a tenth of them.
    assert quarter.used == pytest.approx(48.0)
    assert quarter.budget == pytest.approx(52.8)
    assert quarter.burn_rate == pytest.approx(1.875)
    assert quarter.pace == pytest.approx(7.5)
    assert quarter.runs_out_on == date(2026, 11, 19)  # 4.8 hours are left at 1.5 hours on each working day
    assert quarter.elapsed == 0.5
    assert budget.firing == ["reduce_first"]
    assert [state.long.burn_rate for state in budget.pairs] == pytest.approx([1.875] * 3)


def test_windows_reach_back_into_the_quarter_before(team: Team, column: Column, engineer: Person) -> None:
    for day in weekdays(date(2026, 9, 3), date(2026, 10, 1)):
        log(column, engineer, day, 4)
        log(column, engineer, day, 4, "engineering", hour=13)

    budget = budget_of_team(team=team, at=datetime(2026, 10, 1, 0, 0, 1, tzinfo=UTC))

    assert str(budget.quarter.quarter) == "2026-Q4"
    assert budget.quarter.used == 0
    assert budget.quarter.budget == pytest.approx(66 * 0.8)
    assert budget.firing == ["look_now", "plan", "reduce_first"]


def test_days_end_at_the_midnight_of_the_teams_zone(team: Team, column: Column, engineer: Person) -> None:
    Calendar.objects.filter(team=team).update(timezone="Asia/Tokyo")
    log(column, engineer, date(2026, 11, 15), 1, hour=15)  # Monday, 00:00 in Tokyo
    log(column, engineer, date(2026, 11, 15), 1, hour=14)

    budget = budget_of_team(team=Team.objects.get(pk=team.pk), at=datetime(2026, 11, 15, 20, tzinfo=UTC))

    assert budget.today == date(2026, 11, 16)
    assert budget.quarter.used == 1


def test_teams_are_measured_together_as_they_are_alone(team: Team, column: Column, engineer: Person) -> None:
    other = TeamFactory()
    theirs = MembershipFactory(team=other).person
    log(column, engineer, date(2026, 11, 10), 3)
    log(board_of(other)[1][1], theirs, date(2026, 11, 11), 5)
    at = datetime(2026, 11, 16, 12, tzinfo=UTC)
    teams = list(Team.objects.select_related("calendar"))

    with CaptureQueriesContext(connection) as alone:
        budgets_of_teams(teams=teams[:1], at=at)
    with CaptureQueriesContext(connection) as together:
        budgets = budgets_of_teams(teams=teams, at=at)

    assert len(together) == len(alone) <= 18
    assert budgets == {each.pk: budget_of_team(team=each, at=at) for each in teams}
    assert budgets[team.pk].quarter.used == 3
    assert budgets[other.pk].quarter.used == 5
    assert budgets_of_teams(teams=[], at=at) == {}


def test_a_team_without_anything_has_no_budget(team: Team) -> None:
    budget = budget_of_team(team=team, at=datetime(2026, 11, 16, 12, tzinfo=UTC))

    assert (budget.quarter.budget, budget.quarter.used, budget.quarter.runs_out_on) == (0.0, 0.0, None)
    assert budget.firing == []


def test_little_that_is_recorded_is_the_low_side(team: Team, column: Column, engineer: Person) -> None:
    for day in weekdays(date(2026, 11, 2), date(2026, 11, 16)):
        log(column, engineer, day, 2, "engineering")

    assert budget_of_team(team=team, at=datetime(2026, 11, 16, tzinfo=UTC)).firing == ["low_side"]

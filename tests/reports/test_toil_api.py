"""GET /api/v1/teams/{slug}/toil/: who may ask, what is refused, what is answered, and what it costs."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from boards.models import Column, Item, ItemLabel, Label, Stage, ToilType
from reports import flow, share
from reports.periods import Week
from reports.queries import toil_of_team, weekly_series
from teams.models import Denominator, Person, Team, User
from tests.factories import CalendarFactory, MembershipFactory, PersonFactory
from tests.reports.rows import BoardFactory, ColumnFactory, ItemFactory, StayFactory, WorkLogFactory

WEEK = "/api/v1/teams/sre/toil/?start=2026-11-09&end=2026-11-16"
NO_HOURS = {"toil": 0.0, "engineering": 0.0, "overhead": 0.0, "unclassified": 0.0}


def at(day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


@pytest.fixture(autouse=True)
def after_the_week() -> Any:
    with time_machine.travel(at(20), tick=False):
        yield


@pytest.fixture
def column(team: Team) -> Column:
    """The team's column for what is being worked on."""
    return ColumnFactory(board=BoardFactory(team=team))


@pytest.fixture
def engineer(team: Team) -> Person:
    """A member who works by the team's calendar."""
    person: Person = MembershipFactory(team=team).person
    return person


def work(
    column: Column, person: Person | None, start: datetime, end: datetime | None, name: str = "toil", **fields: Any
) -> Item:
    """An item that stood in the column from start to end."""
    item: Item = ItemFactory(column=column, classification=name, **fields)
    StayFactory(item=item, assignee=person, started_at=start, ended_at=end)
    return item


def test_a_week_is_answered_with_all_its_figures(api: APIClient, column: Column, engineer: Person) -> None:
    work(column, engineer, at(9, 9), at(9, 13), "toil")
    work(column, engineer, at(9, 13), at(12, 9), "engineering")
    work(column, engineer, at(12, 9), at(12, 17), "unclassified", finished_at=at(12, 17))
    WorkLogFactory(item__column=column, item__classification="overhead", person=engineer, started_at=at(13, 2))

    answer = api.get(WEEK)

    assert answer.status_code == 200
    assert answer.json() == {
        "team": "sre",
        "start": "2026-11-09",
        "end": "2026-11-16",
        "timezone": "UTC",
        "denominator": "classified",
        "effort_hours": {"toil": 4.0, "engineering": 20.0, "overhead": 1.0, "unclassified": 8.0},
        "capacity_hours": 40.0,
        "coverage": 0.8,
        "toil_share": 0.16,
        "toil_share_low": 4 / 33,
        "toil_share_high": 12 / 33,
        "target_low": 0.05,
        "target_high": 0.1,
        "verdict": "above",
        "certain": True,
        "finished_items": {"toil": 0, "engineering": 0, "overhead": 0, "unclassified": 1},
    }


def test_without_data_the_share_is_null(api: APIClient) -> None:
    answer = api.get(WEEK).json()

    assert (answer["toil_share"], answer["toil_share_low"], answer["toil_share_high"]) == (None, None, None)
    assert (answer["verdict"], answer["certain"], answer["coverage"]) == ("no_data", True, None)


def test_the_denominator_is_the_teams_unless_the_caller_names_one(
    api: APIClient, team: Team, column: Column, engineer: Person
) -> None:
    work(column, engineer, at(9, 9), at(9, 13))
    team.denominator = Denominator.CAPACITY
    team.save()

    of_team, asked = api.get(WEEK).json(), api.get(WEEK + "&denominator=tracked").json()

    assert (of_team["denominator"], of_team["toil_share"]) == ("capacity", 0.1)
    assert (asked["denominator"], asked["toil_share"]) == ("tracked", 1.0)


def test_a_viewer_may_ask(bob: User, client: Client) -> None:
    client.force_login(bob)

    assert client.get(WEEK).status_code == 200


def test_a_stranger_finds_nothing(team: Team, charlie: User, client: Client) -> None:
    client.force_login(charlie)

    answer = client.get(WEEK)

    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "not_found"


def test_anonymous_is_asked_who_it_is(team: Team, client: Client) -> None:
    answer = client.get(WEEK)

    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "not_authenticated"


def test_a_token_of_another_team_finds_nothing(api: APIClient) -> None:
    MembershipFactory(team__slug="others")

    assert api.get("/api/v1/teams/others/toil/?start=2026-11-09&end=2026-11-16").status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_the_measures_can_only_be_read(api: APIClient, method: str) -> None:
    assert getattr(api, method)(WEEK).status_code == 405


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("", "start"),
        ("start=2026-11-09", "end"),
        ("start=today&end=2026-11-16", "start"),
        ("start=2026-02-30&end=2026-11-16", "start"),
        ("start=2026-11-09T00:00:00Z&end=2026-11-16", "start"),
        ("start=2026-11-09&end=2026-11-09", "end"),
        ("start=2026-11-16&end=2026-11-09", "end"),
        ("start=2016-11-09&end=2026-11-30", "end"),
        ("start=0001-01-01&end=0001-01-02", "start"),
        ("start=9999-12-30&end=9999-12-31", "start"),
        ("start=2026-11-09&end=2026-11-16&denominator=tickets", "denominator"),
        ("start=2026-11-09&end=2026-11-16&denominator=", "denominator"),
        ("start=2026-11-09&end=2026-11-16&by=colour", "by"),
        ("start=2026-11-09&end=2026-11-16&by=", "by"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_the_field_at_fault(api: APIClient, query: str, name: str) -> None:
    answer = api.get(f"/api/v1/teams/sre/toil/?{query}")

    assert answer.status_code == 422
    error = answer.json()["error"]
    assert error["code"] == "invalid"
    assert name in error["fields"]
    assert all(sentence.endswith(".") for sentence in error["fields"][name])


def test_a_period_that_is_not_over_ends_now(api: APIClient, column: Column, engineer: Person) -> None:
    work(column, engineer, at(9), None)

    with time_machine.travel(at(10, 11), tick=False):
        answer = api.get(WEEK + "&by=day").json()

    assert answer["effort_hours"]["toil"] == 10
    assert answer["capacity_hours"] == 10
    assert [group["effort_hours"]["toil"] for group in answer["groups"]] == [8, 2, 0, 0, 0, 0, 0]


def test_a_period_that_has_not_begun_is_empty(api: APIClient, column: Column, engineer: Person) -> None:
    work(column, engineer, at(9), None)

    answer = api.get("/api/v1/teams/sre/toil/?start=2027-11-09&end=2027-11-16").json()

    assert answer["effort_hours"] == NO_HOURS
    assert answer["capacity_hours"] == 0


def test_groups_begin_with_the_most_toil_and_end_with_what_has_no_key(
    api: APIClient, column: Column, engineer: Person
) -> None:
    work(column, engineer, at(9, 9), at(9, 10), service="nginx")
    work(column, engineer, at(9, 10), at(9, 13), service="postgres")
    work(column, engineer, at(9, 13), at(9, 14), service="")
    work(column, engineer, at(9, 14), at(9, 15), service="adns")
    work(column, engineer, at(9, 15), at(9, 16), "engineering", service="postgres")

    groups = api.get(WEEK + "&by=service").json()["groups"]

    assert [group["key"] for group in groups] == ["postgres", "adns", "nginx", None]
    assert groups[0]["effort_hours"] == {**NO_HOURS, "toil": 3.0, "engineering": 1.0}


def test_an_item_counts_in_full_under_each_of_its_labels(
    api: APIClient, team: Team, column: Column, engineer: Person
) -> None:
    item = work(column, engineer, at(9, 9), at(9, 12))
    work(column, engineer, at(9, 12), at(9, 13))
    for name in ("disk", "night"):
        ItemLabel.objects.create(item=item, label=Label.objects.create(team=team, name=name))

    groups = api.get(WEEK + "&by=label").json()["groups"]

    assert [(group["key"], group["effort_hours"]["toil"]) for group in groups] == [
        ("disk", 3.0),
        ("night", 3.0),
        (None, 1.0),
    ]


def test_groups_by_toil_type_and_item_name_them(api: APIClient, team: Team, column: Column, engineer: Person) -> None:
    disk_full = ToilType.objects.create(team=team, name="Disk full")
    item = work(column, engineer, at(9, 9), at(9, 12), toil_type=disk_full)

    by_type = api.get(WEEK + "&by=toil_type").json()["groups"]
    by_item = api.get(WEEK + "&by=item").json()["groups"]

    assert [group["key"] for group in by_type] == ["Disk full"]
    assert [group["key"] for group in by_item] == [item.pk]


def test_weeks_are_all_there_and_cut_by_the_period(api: APIClient, column: Column, engineer: Person) -> None:
    work(column, engineer, at(11), at(17, 10))

    answer = api.get("/api/v1/teams/sre/toil/?start=2026-11-05&end=2026-11-25&by=week").json()

    assert [(group["key"], group["effort_hours"]["toil"]) for group in answer["groups"]] == [
        ("2026-W45", 0),
        ("2026-W46", 24),
        ("2026-W47", 9),
        ("2026-W48", 0),
    ]


def test_items_and_boards_in_the_trash_count_nowhere_and_archived_ones_do(
    api: APIClient, team: Team, column: Column, engineer: Person
) -> None:
    work(column, engineer, at(9, 9), at(9, 10), deleted_at=at(19), finished_at=at(10))
    trashed = ColumnFactory(board=BoardFactory(team=team, deleted_at=at(19)))
    work(trashed, engineer, at(9, 9), at(9, 10))
    WorkLogFactory(item__column=trashed, person=engineer, started_at=at(9, 9))
    work(column, engineer, at(9, 9), at(9, 10), archived_at=at(19))

    answer = api.get(WEEK).json()

    assert answer["effort_hours"] == {**NO_HOURS, "toil": 1.0}
    assert answer["finished_items"]["toil"] == 0


def test_unassigned_work_counts_by_the_teams_calendar_but_not_for_coverage(
    api: APIClient, column: Column, engineer: Person
) -> None:
    work(column, None, at(9), at(16))

    answer = api.get(WEEK).json()

    assert answer["effort_hours"]["toil"] == 40
    assert answer["coverage"] == 0


def test_work_for_another_team_takes_its_part(api: APIClient, column: Column, engineer: Person) -> None:
    work(column, engineer, at(9, 9), at(9, 17))
    work(ColumnFactory(), engineer, at(9, 9), at(9, 13))

    assert api.get(WEEK).json()["effort_hours"]["toil"] == 6


def test_a_person_of_no_team_works_by_the_calendar_of_the_team_that_is_asked_for(
    api: APIClient, team: Team, column: Column
) -> None:
    team.calendar.start = "13:00"
    team.calendar.save()
    guest = PersonFactory()
    work(column, guest, at(9), at(10))

    answer = api.get(WEEK).json()

    assert (answer["effort_hours"]["toil"], answer["capacity_hours"]) == (4, 0)


def test_what_a_person_leaves_out_of_their_calendar_is_that_of_the_team_joined_first(
    api: APIClient, team: Team, column: Column
) -> None:
    first = MembershipFactory(first_date=date(2020, 1, 1))
    CalendarFactory._meta.model.objects.filter(team=first.team).update(end="12:00")
    MembershipFactory(team=team, person=first.person, first_date=date(2025, 1, 1))
    CalendarFactory(
        team=None,
        person=first.person,
        timezone="Asia/Tokyo",
        **dict.fromkeys(("weekdays", "start", "end", "holidays", "days_off")),
    )
    work(column, first.person, at(9), at(9, 1))

    answer = api.get(WEEK).json()

    assert (answer["effort_hours"]["toil"], answer["capacity_hours"]) == (1, 15)


def test_capacity_counts_the_days_of_a_membership(api: APIClient, team: Team) -> None:
    MembershipFactory(team=team, first_date=date(2026, 11, 10), last_date=date(2026, 11, 12))
    MembershipFactory(team=team, last_date=date(2026, 11, 8))
    MembershipFactory(team=team, first_date=date(2026, 11, 16), last_date=date(9999, 12, 31))
    MembershipFactory(team=team, first_date=date(1, 1, 1), last_date=date(2026, 11, 9))

    assert api.get(WEEK).json()["capacity_hours"] == 24 + 8


@pytest.mark.parametrize("by", ["", "&by=label", "&by=item", "&by=day"])
def test_more_people_and_items_cost_no_more_queries(
    api: APIClient, team: Team, column: Column, engineer: Person, by: str
) -> None:
    work(column, engineer, at(9), at(10))
    WorkLogFactory(item__column=column, person=engineer, started_at=at(9, 3))
    work(column, None, at(9), at(10))
    work(ColumnFactory(), engineer, at(9), at(10))
    api.get(WEEK)  # notes once that the token was used
    with CaptureQueriesContext(connection) as few:
        api.get(WEEK + by)

    for index in range(5):
        person = MembershipFactory(team=team).person
        MembershipFactory(person=person)
        CalendarFactory(team=None, person=person, timezone="Asia/Tokyo")
        item = work(column, person, at(9), at(10))
        ItemLabel.objects.create(item=item, label=Label.objects.create(team=team, name=f"label {index}"))
        WorkLogFactory(item__column=column, person=PersonFactory(), started_at=at(9, index))
        work(ColumnFactory(), person, at(9), at(10))
    with CaptureQueriesContext(connection) as many:
        answer = api.get(WEEK + by)

    assert answer.json()["effort_hours"]["toil"] > 0
    assert len(many) == len(few) <= 15


def test_the_weekly_series_agrees_with_each_week_asked_for_alone(team: Team, column: Column, engineer: Person) -> None:
    work(column, engineer, at(1), at(11, 12))
    work(column, engineer, at(4), None, "engineering", finished_at=at(12))
    work(column, None, at(9), None, "unclassified")
    WorkLogFactory(item__column=column, person=engineer, started_at=at(15, 23), ended_at=at(16, 3))

    series = weekly_series(team=team, weeks=4, at=at(20))

    assert [str(Week(2026, number)) for number in (43, 44, 45, 46)] == [
        f"{point.period.start:%G-W%V}" for point in series
    ]
    for point in series:
        alone = toil_of_team(team=team, start=point.period.start, end=point.period.end, at=at(20))
        assert point == alone
    assert sum(point.effort.tracked for point in series) > 80


def test_a_series_costs_as_many_queries_as_a_week(
    team: Team, column: Column, engineer: Person, django_assert_max_num_queries: Any
) -> None:
    work(column, engineer, at(1), None)

    with django_assert_max_num_queries(13):
        series = weekly_series(team=team, weeks=26, at=at(20), until=Week(2026, 47))

    assert len(series) == 26
    assert series[-1].period.end - series[0].period.start == timedelta(weeks=26)


def test_the_arithmetic_speaks_the_words_of_the_models() -> None:
    assert [choice.value for choice in share.Denominator] == Denominator.values
    assert [stage.value for stage in flow.Stage] == Stage.values

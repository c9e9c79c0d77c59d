"""Figures of a person are that person's alone: no door splits hours by person, also not for owners."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from boards.models import Column
from reports.own_hours import own_hours
from teams.models import Person, Team, User
from tests.factories import MembershipFactory, TeamFactory, ToilTypeFactory
from tests.reports.rows import BoardFactory, ColumnFactory, ItemFactory, StayFactory, WorkLogFactory

MONDAY = datetime(2026, 11, 9, tzinfo=UTC)
NOW = MONDAY + timedelta(days=9, hours=12)


@pytest.fixture(autouse=True)
def now() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def column(team: Team) -> Column:
    return ColumnFactory(board=BoardFactory(team=team))


@pytest.fixture
def zaphod(team: Team, column: Column) -> Person:
    """A colleague who worked on toil of a type, and logged some."""
    person = MembershipFactory(team=team, person__name="Zaphod", person__email="zaphod@example.com").person
    item = ItemFactory(column=column, classification="toil", toil_type=ToilTypeFactory(team=team), service="disks")
    StayFactory(
        item=item, assignee=person, started_at=MONDAY + timedelta(hours=9), ended_at=MONDAY + timedelta(hours=15)
    )
    log = MONDAY + timedelta(days=1, hours=20)
    WorkLogFactory(item=item, person=person, started_at=log, ended_at=log + timedelta(hours=2))
    return person


def is_named(text: str, person: Person) -> bool:
    return person.name.lower() in text.lower()


def test_no_page_of_figures_names_who_worked(client: Client, alice: User, zaphod: Person) -> None:
    client.force_login(alice)
    toil_type = zaphod.stays.get().item.toil_type_id

    for address in (
        "/",
        "/t/sre/",
        "/t/sre/?week=2026-W46&by=person",
        "/t/sre/gauge/",
        "/t/sre/hours/?week=2026-W46",
        "/t/sre/hours.csv?week=2026-W46",
        "/t/sre/toil-types/",
        f"/t/sre/toil-types/{toil_type}/",
        f"/t/sre/toil-types/{toil_type}/elimination/",
        "/t/sre/reports/",
        "/my-hours/",
    ):
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert not is_named(answer.content.decode(), zaphod), address


def test_the_api_offers_no_split_by_person(api: APIClient, zaphod: Person) -> None:
    for by in ("service", "label", "toil_type", "item", "day", "week"):
        answer = api.get(f"/api/v1/teams/sre/toil/?start=2026-11-09&end=2026-11-16&by={by}")
        assert answer.status_code == 200
        assert not is_named(answer.content.decode(), zaphod)
    for by in ("person", "assignee", "member"):
        answer = api.get(f"/api/v1/teams/sre/toil/?start=2026-11-09&end=2026-11-16&by={by}")
        assert answer.status_code == 422, by
    alone = api.get("/api/v1/teams/sre/toil/?start=2026-11-09&end=2026-11-16").json()
    for name in ("assignee", "person"):
        asked = api.get(f"/api/v1/teams/sre/toil/?start=2026-11-09&end=2026-11-16&{name}=zaphod@example.com")
        assert asked.status_code in {400, 422} or asked.json() == alone


def test_the_export_of_items_has_no_hours_of_effort(api: APIClient, zaphod: Person) -> None:
    answer = api.get("/api/v1/export/items/?format=csv")

    head = b"".join(answer.streaming_content).decode().splitlines()[0]
    assert not {"effort_hours", "hours", "logged_hours", "person"} & set(head.split(","))


# One's own hours


def test_ones_own_hours_are_those_that_the_team_counts(team: Team, column: Column, zaphod: Person) -> None:
    other = ColumnFactory(board=BoardFactory(team=TeamFactory()))
    start = MONDAY + timedelta(days=2, hours=9)
    elsewhere = ItemFactory(column=other, classification="engineering")
    StayFactory(item=elsewhere, assignee=zaphod, started_at=start, ended_at=start + timedelta(hours=4))

    hours = own_hours(person=zaphod, weeks=2, at=NOW)

    assert [str(week) for week in hours.weeks] == ["2026-W45", "2026-W46", "2026-W47"]
    assert [(effort.toil, effort.engineering) for effort in hours.efforts] == [(0, 0), (8, 4), (0, 0)]
    assert hours.working == [40, 40, 19]
    assert [pair[1] for pair in hours.by_team] == [8, 4]


def test_who_is_signed_in_sees_their_own_hours(client: Client, team: Team, alice: User, column: Column) -> None:
    item = ItemFactory(column=column, classification="toil")
    StayFactory(
        item=item, assignee=alice.person, started_at=MONDAY + timedelta(hours=9), ended_at=MONDAY + timedelta(hours=12)
    )
    client.force_login(alice)

    shown = " ".join(client.get("/my-hours/").content.decode().replace("\u00a0", " ").split())

    assert "2026-W46" in shown
    assert '<td class="n" data-label="Toil">3 h</td>' in shown
    assert '<a href="/t/sre/">SRE</a>' in shown
    assert client.post("/my-hours/").status_code == 405


def test_who_has_none_is_told_where_they_come_from(client: Client, alice: User, root: User) -> None:
    for user in (alice, root):
        client.force_login(user)
        assert "Nothing is recorded in the last eight weeks" in client.get("/my-hours/").content.decode()
    client.logout()
    assert client.get("/my-hours/").status_code == 302


def test_more_work_costs_no_more_queries(column: Column, zaphod: Person) -> None:
    with CaptureQueriesContext(connection) as few:
        own_hours(person=zaphod, weeks=8, at=NOW)
    for hour in range(5):
        start = MONDAY + timedelta(hours=9 + hour)
        StayFactory(
            item=ItemFactory(column=column), assignee=zaphod, started_at=start, ended_at=start + timedelta(hours=1)
        )
    with CaptureQueriesContext(connection) as many:
        own_hours(person=zaphod, weeks=8, at=NOW)

    assert len(many) == len(few)

"""What an item's panel says of a toil type: how often it came in twelve weeks, and what it took."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from boards.models import Column, ToilType
from teams.models import Team, User
from tests.factories import ToilTypeFactory
from tests.reports.rows import BoardFactory, ColumnFactory, ItemFactory, WorkLogFactory

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def wednesday() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def column(team: Team) -> Column:
    """The team's column for what is being worked on."""
    return ColumnFactory(board=BoardFactory(team=team))


@pytest.fixture
def disk_full(team: Team) -> ToilType:
    """A toil type of the team."""
    return ToilTypeFactory(team=team, name="Disk full")


def address(toil_type: ToilType) -> str:
    return f"/t/sre/toil-types/{toil_type.pk}/"


def come(column: Column, toil_type: ToilType, days_ago: int, hours: float = 0) -> None:
    """Let an item of the type come in, on which alice worked for some hours."""
    start = NOW - timedelta(days=days_ago)
    item = ItemFactory(board=column.board, column=column, classification="toil", toil_type=toil_type, created_at=start)
    if hours:
        person = column.board.team.memberships.get(person__name="Alice").person
        WorkLogFactory(item=item, person=person, started_at=start, ended_at=start + timedelta(hours=hours))


@pytest.mark.django_db
def test_it_counts_items_and_hours_of_twelve_weeks(
    client: Client, alice: User, column: Column, disk_full: ToilType
) -> None:
    client.force_login(alice)
    come(column, disk_full, 1, 1.5)
    come(column, disk_full, 20, 2)
    come(column, disk_full, 100, 7)

    text = client.get(address(disk_full)).content.decode()

    assert "2 items, 3.5 h in 12 weeks" in text
    assert "<svg" in text


@pytest.mark.django_db
def test_a_type_that_did_not_come_draws_no_line(client: Client, bob: User, disk_full: ToilType) -> None:
    client.force_login(bob)

    text = client.get(address(disk_full)).content.decode()

    assert "0 items in 12 weeks" in text
    assert "<svg" not in text


@pytest.mark.django_db
def test_it_is_the_teams_own(client: Client, alice: User, charlie: User, disk_full: ToilType) -> None:
    client.force_login(alice)
    of_others = client.get(address(ToilTypeFactory()))
    client.force_login(charlie)

    assert of_others.status_code == 404
    assert client.get(address(disk_full)).status_code == 404


@pytest.mark.django_db
def test_the_panel_asks_for_it(client: Client, alice: User, column: Column, disk_full: ToilType) -> None:
    client.force_login(alice)
    item = ItemFactory(board=column.board, column=column, toil_type=disk_full)
    plain = ItemFactory(board=column.board, column=column)

    assert f'hx-get="{address(disk_full)}"' in client.get(f"/t/sre/items/{item.pk}/").content.decode()
    assert "typecard" not in client.get(f"/t/sre/items/{plain.pk}/").content.decode()

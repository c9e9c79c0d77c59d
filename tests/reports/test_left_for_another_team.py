"""Items that went to another team: their hours go on counting where they were, and no more is told there."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from boards import services
from boards.models import Classification, Column, Elimination, EliminationItem, Item, Stage, ToilType
from boards.services.eliminations import plan_elimination
from reports.breakdown import break_down
from reports.periods import Period, Week
from reports.queries import toil_of_team
from reports.services.reports import preview_report
from reports.toil_types import what_to_remove_next
from reports.weekly_parts import recurring_toil
from teams.actors import SYSTEM
from teams.models import Person, Team, User
from tests.factories import MembershipFactory, TeamFactory, ToilTypeFactory
from tests.reports.rows import BoardFactory, ColumnFactory, ItemFactory, StayFactory

AT = datetime(2026, 11, 18, 12, tzinfo=UTC)
WEEK = "from=2026-11-09&to=2026-11-15"
SECRET = "Acquire"
"""Stands in all that the other team wrote."""


@pytest.fixture(autouse=True)
def _now() -> object:
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def column(team: Team) -> Column:
    return ColumnFactory(board=BoardFactory(team=team))


@pytest.fixture
def there(db: None) -> Column:
    """A column of a team that bob does not know."""
    return ColumnFactory(board=BoardFactory(team=TeamFactory(slug="web", name="Web")))


@pytest.fixture
def engineer(team: Team) -> Person:
    return MembershipFactory(team=team).person


def work(column: Column, person: Person, day: int, hours: int, **fields: object) -> Item:
    start = datetime(2026, 11, day, 9, tzinfo=UTC)
    end = start + timedelta(hours=hours)
    waiting = Column.objects.filter(board=column.board, stage=Stage.WAITING).first()
    item = ItemFactory(
        column=waiting or ColumnFactory(board=column.board, stage=Stage.WAITING), created_at=start, **fields
    )
    StayFactory(item=item, column=column, assignee=person, started_at=start, ended_at=end)
    StayFactory(item=item, started_at=end)
    return item


def send_away(item: Item, there: Column) -> None:
    """Move an item to the other team, which then makes it its own."""
    named = {"title": f"{SECRET} the rival", "service": f"{SECRET}-db", "labels": [f"{SECRET}-label"]}
    named["toil_type"] = ToilType.objects.get_or_create(
        team=there.board.team, name=f"{SECRET} drill", defaults={"created_at": AT}
    )[0]
    moved = services.move_item(item=item, to=there, by=SYSTEM, at=AT)
    services.edit_item(item=moved.item, changes=named, by=SYSTEM, at=AT)


@pytest.fixture
def gone(team: Team, column: Column, there: Column, engineer: Person) -> list[Item]:
    """Three hours of toil and two without a class that went away; four hours of toil and one without a class stayed."""
    kind = ToilTypeFactory(team=team, name="Disk full")
    work(column, engineer, 9, 4, classification=Classification.TOIL, toil_type=kind, title="Staying")
    work(column, engineer, 10, 1, classification=Classification.UNCLASSIFIED, title="Unclear")
    toil = work(column, engineer, 11, 3, classification=Classification.TOIL, toil_type=kind)
    unclear = work(column, engineer, 12, 2, classification=Classification.UNCLASSIFIED)
    for item in (toil, unclear):
        send_away(item, there)
    return [toil, unclear]


def shown(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().replace("\u00a0", " ").split())


@pytest.mark.parametrize(
    ("address", "told"),
    [
        (f"/t/sre/hours/?{WEEK}", ["10 h on 4 items", "2 items that are in another team by now"]),
        (f"/t/sre/hours/?{WEEK}&class=toil&type=-", ["3 h on 1 item", "1 item that is in another team by now"]),
        (f"/t/sre/hours.csv?{WEEK}", ["2 items that are in another team by now,,,,5"]),
        (f"/t/sre/?{WEEK}", ["Disk full", "1 item that is in another team by now"]),
        (f"/t/sre/charts/services.csv?{WEEK}", []),
        (f"/t/sre/charts/labels.csv?{WEEK}", []),
        ("/t/sre/flow/items/?day=2026-11-12", ["4 items", "Staying", "2 items that are in another team by now"]),
    ],
)
def test_pages_and_files_count_what_left_and_tell_nothing_of_it(
    client: Client, bob: User, gone: list[Item], address: str, told: list[str]
) -> None:
    client.force_login(bob)

    page = shown(client, address)

    assert SECRET not in page
    assert [words for words in told if words not in page] == []


def test_the_mail_counts_what_left_and_tells_nothing_of_it(team: Team, gone: list[Item]) -> None:
    report = preview_report(team=team, week=Week(2026, 46), at=AT)

    text = " ".join(report.text.split())
    assert SECRET not in text + report.html + str(report.facts)
    assert "2 items have no class" in text
    assert "Unclear (1 h)" in text
    assert "1 item that is in another team by now (2 h)" in text


def test_hours_of_a_type_of_another_team_are_without_a_type(team: Team, there: Column, gone: list[Item]) -> None:
    theirs = Item.objects.get(pk=gone[0].pk).toil_type
    assert theirs is not None
    plan_elimination(toil_type=theirs, plan={"way": "automate", "build_hours": 40.0}, by=SYSTEM, at=AT)

    found = break_down(team=team, period=Period(*_days(), "UTC"), at=AT)

    assert [(row.toil_type.name, row.hours) for row in found.toil_types] == [("Disk full", 4.0)]
    assert (found.untyped, found.untyped_items, found.toil) == (3.0, 1, 7.0)
    assert [each.toil_type.name for each in what_to_remove_next(team=team, at=AT)] == ["Disk full"]
    assert [each.name for each in recurring_toil(team, Week(2026, 46), AT)] == ["Disk full"]
    for by in ("toil_type", "service", "label"):
        groups = toil_of_team(team=team, start=_days()[0], end=_days()[1], at=AT, by=by).groups or ()
        assert not any(SECRET in str(group.key) for group in groups)
        assert sum(group.effort.tracked for group in groups) == 10.0


def test_the_page_of_a_toil_type_says_only_that_what_builds_its_removal_left(
    client: Client, bob: User, team: Team, gone: list[Item]
) -> None:
    plan = plan_elimination(
        toil_type=ToilType.objects.get(team=team), plan={"way": "automate", "build_hours": 40.0}, by=SYSTEM, at=AT
    )
    EliminationItem.objects.create(elimination=Elimination.objects.get(pk=plan.pk), item=gone[0], part="build")
    client.force_login(bob)

    page = shown(client, f"/t/sre/toil-types/{plan.toil_type_id}/elimination/")

    assert SECRET not in page
    assert "1 item that is in another team by now" in page


def _days() -> tuple:
    return Week(2026, 46).monday, Week(2026, 46).next_monday

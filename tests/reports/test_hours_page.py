"""The items behind a figure: what they sum up to is the figure."""

import csv
from datetime import UTC, date, datetime
from io import StringIO

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from boards.models import Column, Item, ItemLabel, Label, ToilType
from reports.breakdown import break_down
from reports.periods import Period
from reports.queries import toil_of_team
from teams.models import Person, Team, User
from tests.factories import MembershipFactory
from tests.reports.rows import BoardFactory, ColumnFactory, ItemFactory, StayFactory

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
HOURS = "/t/sre/hours/"
WEEK = "from=2026-11-09&to=2026-11-15"


def at(day: int, hour: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _now() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def column(team: Team) -> Column:
    return ColumnFactory(board=BoardFactory(team=team))


@pytest.fixture
def engineer(team: Team) -> Person:
    return MembershipFactory(team=team, person__email="eve@example.com").person


@pytest.fixture
def reader(client: Client, bob: User) -> Client:
    client.force_login(bob)
    return client


def work(column: Column, person: Person, start: datetime, end: datetime, name: str, **fields: object) -> Item:
    item = ItemFactory(column=column, assignee=person, classification=name, created_at=start, **fields)
    StayFactory(item=item, assignee=person, started_at=start, ended_at=end)
    return item


@pytest.fixture
def items(team: Team, column: Column, engineer: Person) -> list[Item]:
    disk = ToilType.objects.create(team=team, name="Disk full")
    found = [
        work(column, engineer, at(9, 9), at(9, 12), "toil", service="postgres", toil_type=disk, is_interrupt=True),
        work(column, engineer, at(9, 12), at(9, 14), "toil", service="postgres"),
        work(column, engineer, at(10, 9), at(10, 16), "engineering", service="nginx"),
        work(column, engineer, at(11, 9), at(11, 10), "unclassified", title="=HYPERLINK(1)"),
    ]
    ItemLabel.objects.create(item=found[0], label=Label.objects.create(team=team, name="night"))
    return found


def shown(response: object) -> str:
    return " ".join(response.content.decode().replace("\u00a0", " ").split())  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("query", "hours", "count"),
    [
        ("", 13, 4),
        ("class=toil", 5, 2),
        ("class=toil&service=postgres", 5, 2),
        ("service=nginx", 7, 1),
        ("service=-", 1, 1),
        ("label=night", 3, 1),
        ("label=-", 10, 3),
        ("type=-&class=toil", 2, 1),
        ("interrupt=1", 3, 1),
        ("interrupt=0", 10, 3),
        ("class=toil&service=nginx", 0, 0),
        ("type=99999999", 0, 0),
        ("class=nonsense", 13, 4),
    ],
)
def test_the_rows_sum_up_to_the_figure(reader: Client, items: list[Item], query: str, hours: float, count: int) -> None:
    response = reader.get(f"{HOURS}?{WEEK}&{query}")

    page = response.context["page"]
    assert response.status_code == 200
    assert page.behind.total == pytest.approx(hours)
    assert sum(found for _, found in page.behind.hours) == pytest.approx(hours)
    assert page.count == count


def test_the_page_names_its_conditions_and_each_can_be_taken_away(reader: Client, items: list[Item]) -> None:
    told = shown(reader.get(f"{HOURS}?{WEEK}&class=toil&type={items[0].toil_type_id}"))

    assert "3 h on 1 item" in told
    assert "“Disk full”" in told
    assert f'href="?from=2026-11-09&amp;to=2026-11-15&amp;type={items[0].toil_type_id}"' in told
    assert "Mon 9 Nov" in told
    assert "eve@example.com" not in told


def test_a_day_of_the_week_has_its_own_sum(reader: Client, items: list[Item]) -> None:
    page = reader.get(f"{HOURS}?from=2026-11-10&to=2026-11-10").context["page"]

    assert (page.behind.total, page.count, page.days) == (7.0, 1, [])


def test_the_file_has_all_items_and_no_formula(reader: Client, items: list[Item]) -> None:
    response = reader.get(f"/t/sre/hours.csv?{WEEK}&class=unclassified")

    rows = list(csv.reader(StringIO(response.content.decode("utf-8-sig"))))
    assert response["Content-Type"].startswith("text/csv")
    assert rows[0] == ["Item", "Title", "Class", "Service", "Toil type", "Hours"]
    assert rows[1][1:] == ["'=HYPERLINK(1)", "unclassified", "", "", "1.0"]


def test_every_split_sums_up_to_the_whole(team: Team, items: list[Item]) -> None:
    period = Period(date(2026, 11, 2), date(2026, 11, 16), "UTC")

    split = break_down(team=team, period=period, at=NOW)

    whole = toil_of_team(team=team, start=period.start, end=period.end, at=NOW).effort
    assert sum(group.effort.tracked for group in split.services) == pytest.approx(whole.tracked)
    assert split.interrupts.toil + split.planned.toil == pytest.approx(whole.toil)
    assert [(row.toil_type.name, row.hours, row.items, list(row.weekly)) for row in split.toil_types] == [
        ("Disk full", 3.0, 1, [0.0, 3.0])
    ]
    assert (split.untyped, split.untyped_items) == (2.0, 1)
    assert {group.key: group.effort.tracked for group in split.labels} == {"night": 3.0, None: 10.0}
    assert split.toil_by_item == {items[0].pk: 3.0, items[1].pk: 2.0}


def test_more_items_cost_no_more_queries_and_go_onto_pages(
    reader: Client, column: Column, engineer: Person, items: list[Item]
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            reader.get(f"{HOURS}?{WEEK}")
        return len(queries)

    cost()
    few = cost()
    for _ in range(60):
        work(column, engineer, at(12, 9), at(12, 17), "toil")

    assert cost() == few
    second = shown(reader.get(f"{HOURS}?{WEEK}&class=toil&page=2"))
    assert "Page 2 of 2" in second
    assert 'href="?from=2026-11-09&amp;to=2026-11-15&amp;class=toil&amp;page=1"' in second


@pytest.mark.parametrize("address", [HOURS, "/t/sre/hours.csv", "/t/sre/charts/trend.csv", "/t/sre/charts/trend.png"])
def test_who_may_not_see_the_team_sees_none_of_it(client: Client, team: Team, charlie: User, address: str) -> None:
    assert client.get(address).status_code == 302
    client.force_login(charlie)
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("address", [HOURS, "/t/sre/hours.csv", "/t/sre/charts/trend.csv"])
def test_they_only_answer_reading(reader: Client, address: str) -> None:
    assert reader.post(address).status_code == 405


@pytest.mark.parametrize("name", ["trend", "effort", "services", "labels", "interrupts"])
def test_each_chart_can_be_had_as_numbers_and_as_a_picture(reader: Client, items: list[Item], name: str) -> None:
    numbers = reader.get(f"/t/sre/charts/{name}.csv?week=2026-W46")
    picture = reader.get(f"/t/sre/charts/{name}.png?week=2026-W46")

    assert "attachment" in numbers["Content-Disposition"]
    assert len(list(csv.reader(StringIO(numbers.content.decode("utf-8-sig"))))) > 1
    assert picture["Content-Type"] == "image/png"
    assert picture.content.startswith(b"\x89PNG")


def test_a_chart_that_is_not_there_is_not_found(reader: Client, items: list[Item]) -> None:
    assert reader.get("/t/sre/charts/nothing.csv").status_code == 404
    assert reader.get("/t/sre/charts/toil-types.png").status_code == 404
    assert "Disk full" in reader.get("/t/sre/charts/toil-types.csv").content.decode()

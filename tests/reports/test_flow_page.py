"""The flow page: how long work takes, what is in progress, what is to be expected, and the items behind each point."""

import csv
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from boards.models import Board, Column, Item
from teams.models import Team, User
from tests.reports.rows import BoardFactory, ColumnFactory, ItemFactory, StayFactory

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
FLOW = "/t/sre/flow/"
ITEMS = "/t/sre/flow/items/"


def at(day: int, hour: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _now() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def board(team: Team) -> Board:
    return BoardFactory(team=team)


@pytest.fixture
def columns(board: Board) -> dict[str, Column]:
    return {stage: ColumnFactory(board=board, stage=stage) for stage in ("queue", "active", "waiting", "done")}


@pytest.fixture
def reader(client: Client, bob: User) -> Client:
    client.force_login(bob)
    return client


def finish(columns: dict[str, Column], started: datetime, waited: datetime, done: datetime, name: str) -> Item:
    """Make an item that was worked on, then waited, then was done."""
    item = ItemFactory(
        column=columns["done"], classification=name, created_at=started, started_at=started, finished_at=done
    )
    StayFactory(item=item, column=columns["active"], started_at=started, ended_at=waited)
    if done > waited:
        StayFactory(item=item, column=columns["waiting"], started_at=waited, ended_at=done)
    StayFactory(item=item, column=columns["done"], started_at=done)
    return item


def begin(columns: dict[str, Column], started: datetime, **fields: object) -> Item:
    """Make an item that is being worked on."""
    item = ItemFactory(column=columns["active"], created_at=started, started_at=started, **fields)
    StayFactory(item=item, column=columns["active"], started_at=started)
    return item


@pytest.fixture
def work(columns: dict[str, Column]) -> list[Item]:
    found = [finish(columns, at(2, 9), at(2, 21), at(2, 21), "toil")]
    found += [finish(columns, at(day, 9), at(day + 1, 9), at(day + 3, 9), "engineering") for day in (3, 4)]
    return [*found, begin(columns, at(10, 12), title="<b>Bold</b>", is_blocked=True)]


def shown(response: object) -> str:
    return " ".join(response.content.decode().replace("\u00a0", " ").split())  # type: ignore[attr-defined]


def test_the_page_opens_with_how_long_work_takes_and_what_waits(reader: Client, work: list[Item]) -> None:
    response = reader.get(FLOW)

    told = shown(response)
    assert response.status_code == 200
    assert "85 % of work is done within 3 d of being started, half of it within 3 d" in told
    assert "Toil waits less than engineering: 0 h instead of 2 d on average" in told
    assert "1 item is blocked" in told
    assert "the oldest for 8 d" in told
    assert "<b>Bold" not in told
    assert told.count('<details class="astable">') == 5
    assert "There is no forecast yet" in told


def test_a_point_of_the_flow_leads_to_what_stood_there(
    reader: Client, columns: dict[str, Column], work: list[Item]
) -> None:
    told = reader.get(f"{ITEMS}?day=2026-11-04")
    in_column = reader.get(f"{ITEMS}?day=2026-11-04&column={columns['waiting'].pk}")

    assert told.context["page"].count == 2
    assert in_column.context["page"].count == 1
    assert "In “Waiting” at the end of Wed 4 Nov: 1 item" in shown(in_column)
    assert reader.get(ITEMS + "?day=2027-01-01").status_code == 200


def test_what_is_in_progress_leads_to_as_many_items(
    reader: Client, columns: dict[str, Column], work: list[Item]
) -> None:
    for stage in ("queue", "waiting", "active"):
        item = ItemFactory(column=columns[stage], created_at=at(11, 9))
        StayFactory(item=item, column=columns[stage], started_at=at(11, 9))
    Item.objects.filter(pk=item.pk).update(archived_at=at(12, 9))

    counted = reader.get(FLOW).context["page"]
    listed = reader.get(counted.wip_href)

    assert counted.wip == listed.context["page"].count == 2
    assert "In progress now: 2 items" in shown(listed)


def test_what_was_finished_can_be_had_by_class(reader: Client, work: list[Item]) -> None:
    everything = reader.get(f"{ITEMS}?from=2026-11-02&to=2026-11-08")
    toil = reader.get(f"{ITEMS}?from=2026-11-02&to=2026-11-08&class=toil")

    assert everything.context["page"].count == 3
    assert toil.context["page"].count == 1
    assert "Toil finished, 2–8 Nov 2026: 1 item" in shown(toil)


def test_the_forecast_answers_what_is_asked(reader: Client, columns: dict[str, Column]) -> None:
    for index in range(40):
        finished = NOW - timedelta(days=2 * index + 1)
        finish(columns, finished - timedelta(hours=5), finished, finished, "toil")

    told = shown(reader.get(FLOW + "?until=2026-12-18&items=10"))

    assert "10 items done by" in told
    assert "Items by 18 Dec, at least" in told
    assert "With 85 % certainty 10 items are done by" in told


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("until=soon", "“soon” is not a day"),
        ("until=2026-11-01", "A forecast reaches from today to two years from now."),
        ("items=0", "A forecast can be asked for 1 to 10,000 items."),
        ("items=many", "A forecast can be asked for 1 to 10,000 items."),
        ("from=tomorrow", "“tomorrow” is not a day"),
    ],
)
def test_a_question_that_makes_no_sense_is_told(reader: Client, work: list[Item], query: str, sentence: str) -> None:
    response = reader.get(f"{FLOW}?{query}")

    assert response.status_code == 200
    assert sentence in shown(response)


def test_an_empty_team_is_told_that_nothing_was_finished(reader: Client, team: Team) -> None:
    told = shown(reader.get(FLOW))

    assert "Nothing was finished in these days that had been started" in told
    assert "There are no items yet." in told
    assert "Nothing is in progress." in told


@pytest.mark.parametrize("name", ["ageing", "cycle-time", "waiting", "throughput", "cumulative-flow"])
def test_each_chart_can_be_had_as_numbers_and_as_a_picture(reader: Client, work: list[Item], name: str) -> None:
    numbers = reader.get(f"/t/sre/flow/charts/{name}.csv")
    picture = reader.get(f"/t/sre/flow/charts/{name}.png")

    assert len(list(csv.reader(StringIO(numbers.content.decode("utf-8-sig"))))) > 1
    assert picture.content.startswith(b"\x89PNG")


def test_more_work_on_more_boards_costs_no_more_queries(
    reader: Client, team: Team, columns: dict[str, Column], work: list[Item]
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            reader.get(FLOW)
        return len(queries)

    cost()
    few = cost()
    for _ in range(3):
        other = BoardFactory(team=team)
        more = {stage: ColumnFactory(board=other, stage=stage) for stage in ("queue", "active", "waiting", "done")}
        for day in range(2, 12):
            finish(more, at(day, 9), at(day + 1, 9), at(day + 2, 9), "overhead")
            begin(more, at(day, 9))

    assert cost() <= few + 1  # the app bar looks for other boards where there are some


@pytest.mark.parametrize("address", [FLOW, ITEMS, "/t/sre/flow/charts/waiting.csv"])
def test_who_may_not_see_the_team_sees_none_of_it(client: Client, team: Team, charlie: User, address: str) -> None:
    assert client.get(address).status_code == 302
    client.force_login(charlie)
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("address", [FLOW, ITEMS])
def test_the_pages_only_answer_reading(reader: Client, address: str) -> None:
    assert reader.post(address).status_code == 405
    assert reader.get("/t/sre/flow/charts/nothing.csv").status_code == 404


def test_a_column_of_another_team_is_no_column_here(reader: Client, work: list[Item]) -> None:
    strange = ColumnFactory(board=BoardFactory())

    told = shown(reader.get(f"{ITEMS}?day=2026-11-04&column={strange.pk}"))

    assert strange.name not in told.split("<main")[1]
    assert "Not done at the end of Wed 4 Nov" in told

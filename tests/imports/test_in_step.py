"""An item shows where it differs from its source by what was decided here, and takes the source's at will."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from boards.models import Board, Column, Item
from boards.services import classify_items
from boards.services.items import edit_item
from boards.services.moves import move_item
from imports.in_step import differences_of
from imports.services.taking_over import NoDifferenceError, take_from_source
from teams.actors import Actor
from teams.models import Handle, User
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db

Send = Callable[..., Any]


def ticket(**fields: Any) -> dict[str, Any]:
    return {
        "external_id": "OPS-1",
        "title": "Disk full",
        "status": "In Progress",
        "assignee": "ann",
        "classification": "toil",
        "created_at": "2026-11-02T09:00:00Z",
        "updated_at": "2026-11-02T10:00:00Z",
        **fields,
    }


@pytest.fixture
def item(send: Send) -> Item:
    send(ticket())
    return Item.objects.select_related("board__team", "column", "assignee").get()


def told(item: Item) -> dict[str, tuple[str, str]]:
    fresh = Item.objects.select_related("board__team", "column", "assignee").get(pk=item.pk)
    return {each.field: (each.here, each.there) for each in differences_of(fresh, timezone.now())}


def decide(item: Item, by: Actor, columns: dict[str, Column]) -> None:
    at = timezone.now()
    move_item(item=item, to=columns["Waiting"], by=by, at=at)
    edit_item(item=item, changes={"assignee": by.person}, by=by, at=at)
    classify_items(items=[item], classification="engineering", by=by, at=at)


def test_what_nobody_decided_here_differs_from_nothing(item: Item) -> None:
    assert told(item) == {}


def test_what_was_decided_here_stands_beside_what_the_source_says(
    item: Item, by_alice: Actor, columns: dict[str, Column]
) -> None:
    decide(item, by_alice, columns)

    assert told(item) == {
        "classification": ("Engineering", "Toil"),
        "column": ("Waiting", "In progress"),
        "assignee": (by_alice.person.display_name if by_alice.person else "", "ann"),
    }


@pytest.mark.parametrize("field", ["classification", "column", "assignee"])
def test_taking_the_sources_ends_the_difference_and_only_that(
    item: Item, by_alice: Actor, columns: dict[str, Column], field: str
) -> None:
    decide(item, by_alice, columns)

    take_from_source(item=item, field=field, by=by_alice, at=timezone.now())

    assert told(item).keys() == {"classification", "column", "assignee"} - {field}
    with pytest.raises(NoDifferenceError):
        take_from_source(item=item, field=field, by=by_alice, at=timezone.now())


def test_a_class_that_was_taken_is_the_sources_to_change(item: Item, send: Send, by_alice: Actor) -> None:
    classify_items(items=[item], classification="engineering", by=by_alice, at=timezone.now())
    take_from_source(item=item, field="classification", by=by_alice, at=timezone.now())

    later = (timezone.now() + timedelta(seconds=30)).isoformat()
    send(ticket(classification="overhead", updated_at=later))

    item.refresh_from_db()
    assert (item.classification, item.classified_by) == ("overhead", "import")


def test_the_source_agreeing_later_ends_the_difference(
    item: Item, send: Send, by_alice: Actor, columns: dict[str, Column]
) -> None:
    move_item(item=item, to=columns["Waiting"], by=by_alice, at=timezone.now())

    send(ticket(status="Waiting", updated_at="2026-11-02T11:00:00Z"))

    assert told(item) == {}


def test_what_the_source_says_newly_is_shown_where_a_person_decided_since(
    item: Item, send: Send, by_alice: Actor, columns: dict[str, Column]
) -> None:
    edit_item(item=item, changes={"assignee": None}, by=by_alice, at=timezone.now())

    send(ticket(assignee="bea", updated_at="2026-11-02T11:00:00Z"))

    assert told(item) == {"assignee": ("nobody", "bea")}


def test_a_word_that_means_a_stage_is_met_by_each_of_its_columns(
    item: Item, by_alice: Actor, columns: dict[str, Column], send: Send
) -> None:
    send(ticket(status="Doing", updated_at="2026-11-02T11:00:00Z"))
    review = Column.objects.create(board=item.board, name="Review", stage="active", position=90)

    move_item(item=item, to=review, by=by_alice, at=timezone.now())

    assert told(item) == {}


def test_a_word_that_nothing_explains_is_no_difference(
    send: Send, item: Item, by_alice: Actor, columns: dict[str, Column]
) -> None:
    send(ticket(status="Zxy", updated_at="2026-11-02T11:00:00Z"))

    move_item(item=item, to=columns["Waiting"], by=by_alice, at=timezone.now())

    assert told(item) == {}


def test_a_word_that_its_source_explains_is_understood_later_too(
    api: Any, board: Board, by_alice: Actor, columns: dict[str, Column]
) -> None:
    issue = {
        "key": "OPS-2",
        "fields": {
            "summary": "Patch",
            "status": {"name": "Am Ball", "statusCategory": {"key": "indeterminate"}},
            "created": "2026-11-02T09:00:00.000+0000",
            "updated": "2026-11-02T10:00:00.000+0000",
        },
    }
    answer = api.post(f"/api/v1/imports/?format=jira&board={board.pk}", {"issues": [issue]}, format="json")
    item = Item.objects.get()

    move_item(item=item, to=columns["Backlog"], by=by_alice, at=timezone.now())

    assert answer.status_code == 200
    assert told(item) == {"column": ("Backlog", "In progress")}


def test_a_full_column_refuses_and_says_so(
    item: Item, by_alice: Actor, columns: dict[str, Column], alice: User, client: Client
) -> None:
    move_item(item=item, to=columns["Waiting"], by=by_alice, at=timezone.now())
    Column.objects.filter(pk=columns["In progress"].pk).update(wip_limit=1)
    Item.objects.create(
        board=item.board,
        column=columns["In progress"],
        rank=1,
        title="Other",
        created_at=item.created_at,
        updated_at=item.created_at,
        entered_column_at=item.created_at,
    )
    client.force_login(alice)

    answer = client.post(f"/t/sre/items/{item.pk}/source/", {"field": "column"}, follow=True)

    item.refresh_from_db()
    assert item.column_id == columns["Waiting"].pk
    assert "In progress" in answer.content.decode()
    assert "toast err" in answer.content.decode()


def test_the_page_shows_both_and_the_button_takes_the_sources(
    item: Item, by_alice: Actor, alice: User, client: Client
) -> None:
    edit_item(item=item, changes={"assignee": None}, by=by_alice, at=timezone.now())
    client.force_login(alice)
    page = f"/t/sre/items/{item.pk}/"

    before = client.get(page).content.decode()
    answer = client.post(f"{page}source/", {"field": "assignee"}, follow=True)

    item.refresh_from_db()
    assert "<b>nobody</b> was decided here, Jira says <b>ann</b>" in before
    assert "OPS-1 is as Jira says" in answer.content.decode()
    assert item.assignee == Handle.objects.get(handle="ann").person
    assert "was decided here" not in answer.content.decode()


def test_only_members_take_what_a_source_says(
    item: Item, alice: User, bob: User, charlie: User, client: Client
) -> None:
    address = f"/t/sre/items/{item.pk}/source/"

    anonymous = client.post(address, {"field": "assignee"})
    statuses = []
    for user in (bob, charlie):
        client.force_login(user)
        statuses.append(client.post(address, {"field": "assignee"}).status_code)
    client.force_login(alice)

    assert anonymous["Location"].startswith("/accounts/login/")
    assert statuses == [403, 404]
    assert client.get(address).status_code == 405
    assert client.post("/t/sre/items/0/source/").status_code == 404
    assert client.post(address, {"field": "title"}).status_code == 302


def test_what_was_never_a_ticket_costs_no_query(board: Board, columns: dict[str, Column]) -> None:
    item = Item(board=board, column=columns["Backlog"])

    with CaptureQueriesContext(database) as queries:
        assert differences_of(item, timezone.now()) == []

    assert len(queries) == 0


def test_an_assignee_known_by_address_is_compared_by_it(send: Send, item: Item, by_alice: Actor) -> None:
    person = PersonFactory(email="bea@example.com", name="Bea Ode")
    edit_item(item=item, changes={"assignee": None}, by=by_alice, at=timezone.now())

    send(ticket(assignee="BEA@example.com", updated_at="2026-11-02T11:00:00Z"))

    assert told(item) == {"assignee": ("nobody", person.display_name)}

"""Archived boards: read and measured as they were, written by nobody, whatever the door."""

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from boards import services
from boards.models import Board, Column, Comment, Item, WorkLog
from boards.services import BoardArchivedError, ColumnSpec, InTrashError
from imports.models import Import
from imports.services.jobs import import_now
from imports.services.words import map_statuses
from teams.actors import SYSTEM, Actor, Via
from teams.models import User
from tests.boards.conftest import hour
from tests.factories import BoardFactory, ItemFactory, PersonFactory


@pytest.fixture
def item(progress: Column) -> Item:
    return ItemFactory(column=progress, title="Rotate keys")


@pytest.fixture
def archived(board: Board, item: Item) -> Board:
    return services.archive_board(board=board, by=SYSTEM, at=hour(2))


def spans(item: Item) -> list[tuple[object, ...]]:
    return list(item.stays.order_by("started_at").values_list("column__name", "started_at", "ended_at"))


def test_an_archived_board_is_measured_up_to_then_and_after_it_came_back(archived: Board, item: Item) -> None:
    assert spans(item) == [("In progress", hour(0), hour(2))]

    services.unarchive_board(board=archived, by=SYSTEM, at=hour(5))

    assert spans(item) == [("In progress", hour(0), hour(2)), ("In progress", hour(5), None)]
    assert services.rebuild_stays(item_ids=[item.pk]) == []


def test_archiving_twice_is_archiving_once(archived: Board, item: Item) -> None:
    services.archive_board(board=archived, by=SYSTEM, at=hour(3))

    archived.refresh_from_db()
    assert archived.archived_at == hour(2)
    assert item.changes.filter(field="board_archived_at").count() == 1


def test_a_board_in_the_trash_is_not_archived(board: Board) -> None:
    services.delete_board(board=board, by=SYSTEM, at=hour(1))

    with pytest.raises(InTrashError):
        services.archive_board(board=board, by=SYSTEM, at=hour(2))


def test_an_archived_board_that_was_deleted_comes_back_archived(archived: Board, item: Item) -> None:
    services.delete_board(board=archived, by=SYSTEM, at=hour(3))
    restored = services.restore_board(board=archived, by=SYSTEM, at=hour(4))

    assert restored.archived_at == hour(2)
    assert spans(item) == [("In progress", hour(0), hour(2))]


def writes(board: Board, item: Item, elsewhere: Column) -> dict[str, Callable[[], object]]:
    """Return everything that changes a board or what stands on it."""
    column = item.column
    by = {"by": SYSTEM, "at": hour(9)}
    comment, log = Comment.objects.get(item=item), WorkLog.objects.get(item=item)
    return {
        "create": lambda: services.create_item(board=board, title="New", **by),
        "edit": lambda: services.edit_item(item=item, changes={"title": "New"}, **by),
        "move within": lambda: services.move_item(item=item, to=board.columns.first(), **by),
        "move away": lambda: services.move_item(item=item, to=elsewhere, **by),
        "move in": lambda: services.move_item(item=ItemFactory(column=elsewhere), to=column, **by),
        "classify": lambda: services.classify_items(items=[item], classification="toil", **by),
        "delete": lambda: services.delete_item(item=item, **by),
        "archive": lambda: services.archive_item(item=item, **by),
        "comment": lambda: services.add_comment(item=item, body="Hello", **by),
        "take a comment away": lambda: services.delete_comment(comment=comment, **by),
        "log": lambda: services.add_log(
            item=item, person="dora@example.com", started_at=hour(0), ended_at=hour(1), **by
        ),
        "take a log away": lambda: services.delete_log(log=log, **by),
        "rename": lambda: services.update_board(board=board, name="New", **by),
        "arrange": lambda: services.update_board(board=board, columns=[ColumnSpec(name="A", stage="queue")], **by),
        "add a column": lambda: services.add_column(board=board, name="New", stage="queue", **by),
        "edit a column": lambda: services.edit_column(column=column, name="N", stage="queue", wip_limit=None, **by),
        "delete a column": lambda: services.delete_column(column=column, to=board.columns.first(), **by),
        "order columns": lambda: services.reorder_columns(board=board, columns=list(board.columns.all()), **by),
        "import": lambda: import_now(
            batch=Import(board=board, source="jira"),
            rows=[{"external_id": "A-1", "title": "New"}],
            by=Actor(via=Via.IMPORT),
            at=hour(9),
        ),
        "map a status": lambda: map_statuses(board=board, source="jira", columns={"Doing": column.pk}),
    }


def test_nothing_on_an_archived_board_can_be_changed(board: Board, item: Item) -> None:
    services.add_comment(item=item, body="First", by=SYSTEM, at=hour(1))
    person = PersonFactory()
    services.add_log(item=item, person=person, started_at=hour(0), ended_at=hour(1), by=SYSTEM, at=hour(1))
    services.archive_board(board=board, by=SYSTEM, at=hour(2))
    version = Item.objects.get(pk=item.pk).version
    for write in writes(board, item, BoardFactory(team=board.team).columns.first()).values():
        with pytest.raises(BoardArchivedError, match="The board “Operations” is archived; take it out of"):
            write()

    assert Item.objects.get(pk=item.pk).version == version


def test_the_api_archives_and_says_why_it_refuses(api: APIClient, board: Board, item: Item) -> None:
    address = f"/api/v1/boards/{board.pk}/"

    put_aside = api.post(f"{address}archive/")
    refused = api.patch(f"/api/v1/items/{item.pk}/", {"title": "New"}, format="json")
    imported = api.post(
        "/api/v1/imports/", {"board": board.pk, "source": "jira", "items": [{"external_id": "A-1", "title": "A"}]},
        format="json",
    )  # fmt: skip

    assert put_aside.status_code == 200
    assert put_aside.json()["archived_at"] is not None
    for answer in (refused, imported):
        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "board_archived")
    assert api.get(f"/api/v1/items/?board={board.pk}").json()["results"][0]["id"] == item.pk
    assert api.get("/api/v1/boards/?archived=false").json()["results"] == []
    assert [row["id"] for row in api.get("/api/v1/boards/?archived=true").json()["results"]] == [board.pk]
    assert api.get("/api/v1/boards/").json()["results"][0]["archived_at"] is not None
    assert api.post(f"{address}unarchive/").json()["archived_at"] is None
    assert api.patch(f"/api/v1/items/{item.pk}/", {"title": "New"}, format="json").status_code == 200


def test_only_owners_archive_over_the_api(board: Board, mallory: User, bob: User, charlie: User) -> None:
    statuses = []
    for user in (mallory, bob, charlie):
        client = APIClient()
        client.force_login(user)
        statuses.append(client.post(f"/api/v1/boards/{board.pk}/archive/").status_code)

    assert statuses == [403, 403, 404]
    board.refresh_from_db()
    assert board.archived_at is None


def test_what_stands_on_an_archived_board_waits_for_no_class(client, alice: User, archived: Board, item: Item) -> None:
    client.force_login(alice)

    assert "Rotate keys" not in client.get("/t/sre/triage/").content.decode()

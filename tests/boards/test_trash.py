"""The trash, the archive, and what is deleted for good after 30 days."""

from datetime import timedelta

import pytest

from boards import services
from boards.models import Board, Change, Column, Item, Stay
from boards.services import ColumnNotEmptyError, InTrashError
from teams.actors import SYSTEM
from tests.boards.conftest import hour
from tests.factories import BoardFactory, ItemFactory, RuleFactory, ToilTypeFactory


def spans(item: Item) -> list[tuple[object, ...]]:
    return list(item.stays.order_by("started_at").values_list("column__name", "started_at", "ended_at"))


def test_a_deleted_item_has_no_open_stay_until_it_is_restored(progress: Column) -> None:
    item = ItemFactory(column=progress)

    services.delete_item(item=item, by=SYSTEM, at=hour(1))
    services.delete_item(item=item, by=SYSTEM, at=hour(2))
    services.restore_item(item=item, by=SYSTEM, at=hour(3))

    assert spans(item) == [("In progress", hour(0), hour(1)), ("In progress", hour(3), None)]
    assert list(item.changes.order_by("pk").values_list("field", "after"))[1:] == [
        ("deleted_at", "2026-11-09T10:00:00Z"),
        ("deleted_at", None),
    ]


def test_an_archived_item_is_off_its_board_but_kept(board: Board, progress: Column) -> None:
    item = ItemFactory(column=progress)

    services.archive_item(item=item, by=SYSTEM, at=hour(1))

    assert list(Item.objects.kept()) == [item]
    assert list(Item.objects.on_board()) == []
    services.unarchive_item(item=item, by=SYSTEM, at=hour(2))
    assert spans(item) == [("In progress", hour(0), hour(1)), ("In progress", hour(2), None)]


def test_a_restored_item_whose_column_is_gone_comes_to_the_first_one(progress: Column) -> None:
    item = ItemFactory(column=progress)
    services.delete_item(item=item, by=SYSTEM, at=hour(1))
    services.delete_column(column=progress, by=SYSTEM, at=hour(2))

    restored = services.restore_item(item=item, by=SYSTEM, at=hour(3))

    assert restored.column.name == "Backlog"
    assert spans(item) == [("In progress", hour(0), hour(1)), ("Backlog", hour(3), None)]


def test_a_deleted_board_takes_its_items_with_it_and_brings_them_back(board: Board, progress: Column) -> None:
    standing, trashed, archived = (ItemFactory(column=progress) for _ in range(3))
    services.delete_item(item=trashed, by=SYSTEM, at=hour(1))
    services.archive_item(item=archived, by=SYSTEM, at=hour(1))

    services.delete_board(board=board, by=SYSTEM, at=hour(2))

    assert not Stay.objects.filter(ended_at__isnull=True).exists()
    assert not Item.objects.kept().exists()
    with pytest.raises(InTrashError):
        services.edit_item(item=standing, changes={"title": "New"}, by=SYSTEM, at=hour(3))
    with pytest.raises(InTrashError):
        services.restore_item(item=trashed, by=SYSTEM, at=hour(3))
    services.restore_board(board=board, by=SYSTEM, at=hour(4))
    assert spans(standing) == [("In progress", hour(0), hour(2)), ("In progress", hour(4), None)]
    assert spans(trashed) == spans(archived) == [("In progress", hour(0), hour(1))]


def test_a_column_with_items_is_deleted_only_with_a_place_for_them(backlog: Column, progress: Column) -> None:
    first, second = ItemFactory(column=progress, title="a"), ItemFactory(column=progress, title="b")
    there = ItemFactory(column=backlog, title="c")

    with pytest.raises(ColumnNotEmptyError):
        services.delete_column(column=progress, by=SYSTEM, at=hour(1))
    services.delete_column(column=progress, to=backlog, by=SYSTEM, at=hour(1))

    assert list(backlog.items.order_by("rank")) == [there, first, second]
    assert spans(second) == [("In progress", hour(0), hour(1)), ("Backlog", hour(1), None)]


def test_what_was_deleted_30_days_ago_is_deleted_for_good(board: Board, progress: Column, done: Column) -> None:
    old, young, kept = (ItemFactory(column=progress) for _ in range(3))
    services.delete_item(item=old, by=SYSTEM, at=hour(1))
    services.delete_item(item=young, by=SYSTEM, at=hour(3))
    services.delete_column(column=done, by=SYSTEM, at=hour(1))

    gone = services.purge_trash(at=hour(2) + timedelta(days=30))

    assert gone == 2
    assert set(Item.objects.all()) == {young, kept}
    assert not Change.objects.filter(item_id=old.pk).exists()
    assert not Column.objects.filter(pk=done.pk).exists()
    assert services.purge_trash(at=hour(2) + timedelta(days=30)) == 0


def test_a_column_that_was_measured_is_kept_for_the_past(board: Board, progress: Column, done: Column) -> None:
    item = ItemFactory(column=progress)
    services.move_item(item=item, to=done, by=SYSTEM, at=hour(1))
    services.delete_column(column=progress, by=SYSTEM, at=hour(2))

    assert services.purge_trash(at=hour(3) + timedelta(days=30)) == 0

    assert spans(item)[0] == ("In progress", hour(0), hour(1))


def test_a_board_is_deleted_for_good_with_all_that_is_on_it(board: Board, progress: Column) -> None:
    item = ItemFactory(column=progress)
    services.add_log(item=item, person="alice@example.com", started_at=hour(0), ended_at=hour(1), by=SYSTEM, at=hour(1))
    services.delete_board(board=board, by=SYSTEM, at=hour(1))

    while services.purge_trash(at=hour(2) + timedelta(days=30)):
        pass

    assert not Board.objects.exists()
    assert not Item.objects.exists()


def test_a_board_that_moved_items_were_measured_on_is_kept_for_the_past(board: Board, progress: Column) -> None:
    item, other = ItemFactory(column=progress), BoardFactory(team=board.team)
    services.move_item(item=item, to=other.columns.first(), by=SYSTEM, at=hour(1))
    services.delete_board(board=board, by=SYSTEM, at=hour(2))

    while services.purge_trash(at=hour(3) + timedelta(days=30)):
        pass

    assert Board.objects.filter(pk=board.pk).exists()
    assert spans(item)[0] == ("In progress", hour(0), hour(1))


def test_a_team_goes_with_everything_that_it_has(board: Board, progress: Column, done: Column) -> None:
    toil_type = ToilTypeFactory(team=board.team)
    RuleFactory(team=board.team, toil_type=toil_type)
    item = ItemFactory(column=progress, labels=["db"], toil_type=toil_type, assignee="someone@example.com")
    services.move_item(item=item, to=BoardFactory(team=board.team).columns.first(), by=SYSTEM, at=hour(1))
    services.add_comment(item=item, body="Hello", by=SYSTEM, at=hour(1))
    services.add_log(item=item, person="a@example.com", started_at=hour(0), ended_at=hour(1), by=SYSTEM, at=hour(1))

    board.team.delete()

    assert not Item.objects.exists()
    assert not Board.objects.exists()

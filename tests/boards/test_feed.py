"""The feed of a board: each write that changes what it shows is announced once, with its transaction, in its order."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections, transaction
from django.utils import timezone

from boards import services
from boards.models import Board, Column, FeedEvent, FeedHead, FeedKind, Item
from boards.ranking import GAP
from boards.services.feed import MOST_NAMED, together
from teams.actors import SYSTEM, Actor
from tests.boards.conftest import hour
from tests.factories import BoardFactory, ItemFactory

pytestmark = pytest.mark.django_db


def said(board: Board) -> list[tuple[int, str, list[int]]]:
    return list(FeedEvent.objects.filter(board=board).order_by("seq").values_list("seq", "kind", "items"))


@pytest.fixture
def item(backlog: Column) -> Item:
    made = ItemFactory(column=backlog)
    FeedEvent.objects.all().delete()
    FeedHead.objects.all().delete()
    return made


def test_a_move_is_announced_once_with_who_did_it(item: Item, progress: Column, by_alice: Actor):
    services.move_item(item=item, to=progress, by=by_alice, at=hour(1))

    event = FeedEvent.objects.get()
    assert (event.board_id, event.seq, event.kind, event.items) == (item.board_id, 1, FeedKind.ITEMS, [item.pk])
    assert (event.by, event.who, event.via) == (by_alice.person, "Alice", "page")


def test_a_write_that_changes_nothing_is_not_announced(item: Item, board: Board, by_alice: Actor):
    services.edit_item(item=item, changes={"title": item.title}, by=by_alice, at=hour(1))

    assert said(board) == []


def test_what_is_rolled_back_was_never_announced(item: Item, board: Board, progress: Column, by_alice: Actor):
    with transaction.atomic():
        services.move_item(item=item, to=progress, by=by_alice, at=hour(1))
        transaction.set_rollback(True)

    assert said(board) == []


def test_every_kind_of_write_is_announced_in_its_order(item: Item, board: Board, done: Column, by_alice: Actor):
    by, at = by_alice, hour(1)
    comment = services.add_comment(item=item, body="Hm.", by=by, at=at)
    services.edit_comment(comment=comment, body="Hm!", by=by, at=at)
    services.delete_comment(comment=comment, by=by, at=at)
    log = services.add_log(item=item, person=by.person, started_at=hour(0), ended_at=hour(1), by=by, at=at)
    services.delete_log(log=log, by=by, at=at)
    services.edit_item(item=item, changes={"title": "New", "labels": ["a"]}, by=by, at=at)
    services.classify_items(items=[item], classification="toil", by=by, at=at)
    services.delete_item(item=item, by=by, at=at)
    services.restore_item(item=item, by=by, at=at)
    services.archive_item(item=item, by=by, at=at)
    services.unarchive_item(item=item, by=by, at=at)
    new = services.create_item(board=board, title="Another", by=by, at=at)

    assert said(board) == [(seq, "items", [item.pk]) for seq in range(1, 12)] + [(12, "items", [new.pk])]


def test_a_change_of_the_board_or_its_columns_is_announced_as_such(item: Item, board: Board, done: Column, by_alice):
    by, at = by_alice, hour(1)
    services.update_board(board=board, name="Ops", by=by, at=at)
    column = services.add_column(board=board, name="Review", stage="active", by=by, at=at)
    services.edit_column(column=column, name="Review", stage="active", wip_limit=3, by=by, at=at)
    services.reorder_columns(board=board, columns=board.columns.order_by("-pk"), by=by, at=at)
    services.delete_column(column=item.column, to=column, by=by, at=at)
    services.restore_column(column=item.column, by=by, at=at)
    services.delete_board(board=board, by=by, at=at)
    services.restore_board(board=board, by=by, at=at)

    assert said(board) == [(seq, "board", []) for seq in range(1, 9)]


def test_a_move_to_another_board_is_announced_on_both(item: Item, board: Board, by_alice: Actor):
    elsewhere = BoardFactory(team=board.team)

    services.move_item(item=item, to=elsewhere.columns.in_order()[0], by=by_alice, at=hour(1))

    assert said(board) == [(1, "items", [item.pk])]
    assert said(elsewhere) == [(1, "items", [item.pk])]


def test_a_column_that_was_spaced_anew_is_named(item: Item, board: Board, backlog: Column, by_alice: Actor):
    neighbour, third = ItemFactory(column=backlog), ItemFactory(column=backlog)
    Item.objects.filter(pk=neighbour.pk).update(rank=item.rank + 1)
    FeedEvent.objects.all().delete()

    services.move_item(item=third, to=backlog, before=neighbour, by=by_alice, at=hour(1))

    event = FeedEvent.objects.get()
    assert (event.items, event.columns, event.who) == ([third.pk], [backlog.pk], "Alice")
    third.refresh_from_db()
    assert third.rank % GAP != 0


def test_many_items_at_once_are_one_event_that_names_none(board: Board, backlog: Column, by_alice: Actor):
    items = [ItemFactory(column=backlog) for _ in range(MOST_NAMED + 1)]
    before = len(said(board))

    services.classify_items(items=items, classification="toil", by=by_alice, at=hour(1))

    assert [event[1:] for event in said(board)[before:]] == [("many", [])]


def test_writes_together_are_one_event(item: Item, board: Board, backlog: Column, progress: Column, by_alice: Actor):
    other = ItemFactory(column=backlog)
    before = len(said(board))

    with together():
        services.move_item(item=item, to=progress, by=by_alice, at=hour(1))
        services.move_item(item=other, to=progress, by=by_alice, at=hour(1))

    assert [event[1:] for event in said(board)[before:]] == [("items", [item.pk, other.pk])]


def test_events_are_kept_for_a_day(item: Item, board: Board, by_alice: Actor):
    services.edit_item(item=item, changes={"title": "Old"}, by=by_alice, at=hour(1))
    services.edit_item(item=item, changes={"title": "New"}, by=by_alice, at=hour(3))

    gone = services.purge_feed(at=hour(2) + timedelta(days=1))

    assert gone == 1
    assert [seq for seq, *__ in said(board)] == [2]
    assert FeedHead.objects.get(board=board).seq == 2


@pytest.mark.django_db(transaction=True)
def test_eight_writers_at_once_leave_no_gap_and_nothing_twice():
    board = BoardFactory()
    first, second, *__ = board.columns.in_order()
    items = [ItemFactory(column=first) for _ in range(8)]
    start = FeedHead.objects.get(board=board).seq

    def write(item: Item) -> None:
        try:
            for to in (second, first) * 5:
                services.move_item(item=item, to=to, by=SYSTEM, at=timezone.now())
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, items))

    numbers = [seq for seq, *__ in said(board)]
    assert numbers == list(range(1, start + 81))
    assert FeedHead.objects.get(board=board).seq == start + 80

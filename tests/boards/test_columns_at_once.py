"""Columns that owners change while others move cards, in processes of their own, on either database."""

import multiprocessing
import random
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress

import pytest
from django.db import connections
from django.utils import timezone

from boards import services
from boards.models import Column, Item
from boards.services import ColumnChangedError, ColumnSpec
from teams.actors import SYSTEM
from teams.errors import ConflictError
from tests.factories import BoardFactory, ItemFactory

pytestmark = pytest.mark.django_db(transaction=True)

MOVERS = 4
MOVES = 40


@contextmanager
def processes():
    """Give processes that have this one's settings, and connections of their own."""
    for connection in connections.all():
        connection.close()
        if connection.vendor == "postgresql":
            connection.close_pool()
    with ProcessPoolExecutor(MOVERS + 1, mp_context=multiprocessing.get_context("fork")) as pool:
        yield pool


def move_into(seed, column_id):
    """Move cards into one column and out of it, until that has gone."""
    chance = random.Random(seed)
    column = Column.objects.get(pk=column_id)
    others = list(Column.objects.filter(board=column.board_id).exclude(pk=column_id))
    for _ in range(MOVES):
        item = chance.choice(list(Item.objects.filter(board=column.board_id).order_by("pk")))
        with suppress(ConflictError):
            services.move_item(item=item, to=chance.choice([column, column, *others]), by=SYSTEM, at=timezone.now())


def delete_and_restore(column_id, target_id):
    """Delete a column with all that stands in it, have it back, and delete it again."""
    column, target = Column.objects.get(pk=column_id), Column.objects.get(pk=target_id)
    for _ in range(3):
        services.delete_column(column=column, to=target, by=SYSTEM, at=timezone.now())
        services.restore_column(column=column, by=SYSTEM, at=timezone.now())
    services.delete_column(column=column, to=target, by=SYSTEM, at=timezone.now())


def restage(column_id):
    """Change a column's stage back and forth."""
    column = Column.objects.get(pk=column_id)
    for number in range(8):
        stage = ("active", "waiting", "done", "queue")[number % 4]
        services.edit_column(column=column, name=column.name, stage=stage, wip_limit=None, by=SYSTEM, at=timezone.now())


def rename(number, column_id):
    """Rename a column as somebody who was shown its first name; return whether that was allowed."""
    column = Column.objects.get(pk=column_id)
    shown = ColumnSpec(name="In progress", stage="active")
    try:
        services.edit_column(
            column=column, name=f"Name {number}", stage="active", wip_limit=None, shown=shown, by=SYSTEM,
            at=timezone.now(),
        )  # fmt: skip
    except ColumnChangedError:
        return None
    return f"Name {number}"


@pytest.fixture
def columns():
    board = BoardFactory()
    columns = list(board.columns.in_order())
    for number in range(20):
        ItemFactory(column=columns[number % 3], at=timezone.now())
    return columns


def test_no_card_is_left_in_a_column_that_is_deleted_while_cards_come_in(columns):
    backlog, progress, *__ = columns

    with processes() as pool:
        deleting = pool.submit(delete_and_restore, progress.pk, backlog.pk)
        list(pool.map(move_into, range(MOVERS), [progress.pk] * MOVERS))
        deleting.result()

    ids = list(Item.objects.values_list("pk", flat=True))
    assert len(ids) == 20
    assert not Item.objects.filter(column=progress).exists()
    assert services.rebuild_stays(item_ids=ids) == []


def test_milestones_follow_a_stage_that_changes_while_cards_move(columns):
    progress = columns[1]

    with processes() as pool:
        restaging = pool.submit(restage, progress.pk)
        list(pool.map(move_into, range(MOVERS), [progress.pk] * MOVERS))
        restaging.result()

    assert services.rebuild_stays(item_ids=list(Item.objects.values_list("pk", flat=True))) == []


def test_of_several_who_rename_a_column_at_once_one_is_heard_and_the_others_are_told(columns):
    progress = columns[1]

    with processes() as pool:
        names = list(pool.map(rename, range(MOVERS), [progress.pk] * MOVERS))

    progress.refresh_from_db()
    assert [name for name in names if name] == [progress.name]

"""Emptying the trash of what has lain in it for 30 days."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.db.models.deletion import RestrictedError

from boards.models import Board, Column, Item, Stay, WorkLog

KEPT_FOR: Final = timedelta(days=30)
BATCH: Final = 200


def purge_trash(*, at: datetime) -> int:
    """Delete for good some of the items, columns and boards that were deleted 30 days before `at`; return how many.

    At most a batch of each goes in one call, so that no call takes long: whoever gets more than 0 calls again.
    What the measured past of other items still needs (a column that they stood in, with its board) is kept.
    """
    before = at - KEPT_FOR
    return _purge_items(before) + _purge_columns(before) + _purge_boards(before)


def _purge_items(before: datetime) -> int:
    due = Item.objects.filter(deleted_at__lt=before).order_by("pk").values_list("pk", flat=True)[:BATCH]
    return _delete_items(list(due))


@transaction.atomic
def _delete_items(ids: list[int]) -> int:
    rows = Item.objects.select_for_update().filter(pk__in=ids, deleted_at__isnull=False).order_by("pk")
    numbers = list(rows.values_list("pk", flat=True))
    Item.objects.filter(pk__in=numbers).delete()
    return len(numbers)


@transaction.atomic
def _purge_columns(before: datetime) -> int:
    stays = Stay.objects.filter(column=OuterRef("pk"))
    items = Item.objects.filter(column=OuterRef("pk"))
    due = Column.objects.filter(~Exists(stays), ~Exists(items), deleted_at__lt=before)
    numbers = list(due.order_by("pk").values_list("pk", flat=True)[:BATCH])
    return _delete_unless_needed(Column, numbers)


def _purge_boards(before: datetime) -> int:
    gone = 0
    for number in Board.objects.filter(deleted_at__lt=before).order_by("pk").values_list("pk", flat=True):
        items = Item.objects.filter(board=number).order_by("pk").values_list("pk", flat=True)[:BATCH]
        if ids := list(items):
            Item.objects.filter(pk__in=ids, deleted_at__isnull=True).update(deleted_at=before)
            gone += _delete_items(ids)
        elif not _is_needed(number):
            gone += _delete_unless_needed(Board, [number])
    return gone


def _is_needed(board_id: int) -> bool:
    """Whether items that have left a board were measured while they were on it."""
    return (
        Stay.objects.filter(column__board=board_id).exists()
        or Item.objects.filter(column__board=board_id).exists()
        or WorkLog.objects.filter(board=board_id).exists()
    )


def _delete_unless_needed(model: type[Column] | type[Board], ids: list[int]) -> int:
    gone = 0
    for number in ids:
        try:
            with transaction.atomic():
                model._default_manager.filter(pk=number).delete()
                gone += 1
        except RestrictedError:
            continue
    return gone

"""Putting items aside: the trash, from which a thing can be had back for 30 days, and the archive."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from boards.models import Column, Item
from boards.services.feed import together
from boards.services.items import first_column
from boards.services.moves import enter
from boards.services.places import find_rank, lock_column
from boards.services.record import Edit, open_edit, refuse_trash, write_edits
from teams.actors import Actor


@transaction.atomic
def delete_item(*, item: Item, by: Actor, at: datetime, if_match: Collection[int] | None = None) -> Item:
    """Put an item into the trash: it counts nowhere until it is restored; done twice it is done once."""
    edit = open_edit(item=item, at=at, if_match=if_match)
    if edit.item.deleted_at is None:
        refuse_trash(edit, archived=False)
        edit.set("deleted_at", edit.at)
        write_edits([edit], by=by)
    return edit.item


@together()
def restore_item(*, item: Item, by: Actor, at: datetime) -> Item:
    """Take an item out of the trash, whatever the WIP limit; where its column is gone, to the board's first one."""
    edit = _return(item, at=at)
    edit.set("deleted_at", None)
    write_edits([edit], by=by)
    return edit.item


@transaction.atomic
def archive_item(*, item: Item, by: Actor, at: datetime) -> Item:
    """Take an item off its board; its past goes on counting."""
    edit = open_edit(item=item, at=at)
    refuse_trash(edit, archived=False)
    if edit.item.archived_at is None:
        edit.set("archived_at", edit.at)
        write_edits([edit], by=by)
    return edit.item


@together()
def unarchive_item(*, item: Item, by: Actor, at: datetime) -> Item:
    """Put an archived item back on its board, as `restore_item` does."""
    edit = _return(item, at=at)
    refuse_trash(edit, archived=False)
    edit.set("archived_at", None)
    write_edits([edit], by=by)
    return edit.item


def _return(item: Item, *, at: datetime) -> Edit:
    """Begin to bring an item back: to its column, locked, or to the first one where that is in the trash."""
    home = Column.objects.select_related("board").get(pk=Item.objects.values_list("column_id").get(pk=item.pk)[0])
    target = home if home.deleted_at is None else first_column(home.board)
    column, __ = lock_column(target.pk)
    rank = find_rank(column, at=at, item_id=item.pk)[1]
    edit = open_edit(item=item, at=at, column=column)
    if edit.item.column_id != column.pk:
        enter(edit, column, rank=rank)
    return edit

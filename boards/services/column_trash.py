"""Putting columns into the trash, with a place for what stands in them, and having them back."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Max
from django.utils.translation import gettext as _

from boards.models import Column, Item
from boards.ranking import GAP
from boards.services.errors import ColumnNotEmptyError, InTrashError, LastColumnError, invalid
from boards.services.feed import announce_board, together
from boards.services.moves import enter
from boards.services.places import last_rank, lock_columns, lock_kept_columns, refuse_full
from boards.services.record import begin, lock_items, write_edits
from teams.actors import Actor


@together()
def delete_column(*, column: Column, by: Actor, at: datetime, to: Column | None = None, force: bool = False) -> Column:
    """Put a column into the trash; its items, if there are any, go to the end of `to`, within its limit."""
    present = lock_kept_columns(column.board)
    current = present.get(column.pk)
    if current is None:
        raise InTrashError(_("The column “%s” is in the trash already.") % column.name)
    if to is not None:
        target = present.get(to.pk)
        if target is None or target.pk == current.pk:
            raise invalid("to", _("The items can only go to another column of the board."))
        _move_all(current, target, by=by, at=at, force=force)
    if len(present) == 1:
        raise LastColumnError(_("A board keeps at least one column."))
    announce_board(board_id=current.board_id, by=by, at=at)
    return put_away(current, at=at)


@together()
def restore_column(*, column: Column, by: Actor, at: datetime, keeps_place: bool = False) -> Column:
    """Take a column out of the trash, to the right end of its board or, with `keeps_place`, where it stood."""
    present = lock_kept_columns(column.board)
    current = lock_columns([column.pk])[column.pk]
    if current.deleted_at is not None:
        refuse_namesake(current.name, present.values())
        current.deleted_at = None
        if not keeps_place:
            current.position = (column.board.columns.aggregate(highest=Max("position"))["highest"] or 0) + 1
        current.save(update_fields=["deleted_at", "position"])
        announce_board(board_id=current.board_id, by=by, at=at)
    return current


def put_away(column: Column, *, at: datetime) -> Column:
    """Put a locked column into the trash, if nothing stands in it."""
    if Item.objects.filter(column=column, deleted_at__isnull=True, archived_at__isnull=True).exists():
        message = _("Items stand in the column “%s”: move them first, or say where they go.") % column.name
        raise ColumnNotEmptyError(message)
    column.deleted_at = at
    column.save(update_fields=["deleted_at"])
    return column


def refuse_namesake(name: str, others: Iterable[Column]) -> None:
    """Refuse a name that another column of the board has."""
    if any(other.name.casefold() == name.casefold() for other in others):
        raise invalid("name", _("The board has a column with this name."))


def _move_all(column: Column, target: Column, *, by: Actor, at: datetime, force: bool) -> None:
    standing = Item.objects.filter(column=column, deleted_at__isnull=True, archived_at__isnull=True)
    # Who leaves for another board, the archive or the trash takes no lock of ours: by now some may have gone.
    locked = lock_items(standing.values_list("pk", flat=True))
    left = set(standing.values_list("pk", flat=True))
    items = sorted((item for item in locked if item.pk in left), key=lambda item: item.rank)
    if not force:
        refuse_full(target, coming=len(items))
    rank = last_rank(target) or 0
    edits = [begin(item, at=at, board=column.board) for item in items]
    for place, edit in enumerate(edits, start=1):
        enter(edit, target, rank=rank + place * GAP, left=column)
    write_edits(edits, by=by)

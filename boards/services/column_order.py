"""The order of a board's columns, from left to right."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from boards.models import Board, Column
from boards.services.errors import InTrashError, invalid
from boards.services.feed import announce_board, together
from boards.services.places import lock_kept_columns
from teams.actors import Actor


@together()
def place_column(*, column: Column, before: Column | None, by: Actor, at: datetime) -> list[Column]:
    """Put a column to the left of another one, or at the right end; the others keep their order."""
    present = lock_kept_columns(column.board)
    if column.pk not in present:
        raise InTrashError(_("The column “%s” is in the trash; restore it first.") % column.name)
    if before is not None and before.pk not in present:
        raise invalid("before", _("The column beside which it was to stand has gone."))
    return _line_up(present, column.pk, before.pk if before else None, by=by, at=at)


@together()
def shift_column(*, column: Column, by: Actor, at: datetime, step: int) -> list[Column]:
    """Put a column one place to the left (-1) or to the right (1); at the end it stays where it is."""
    present = lock_kept_columns(column.board)
    if column.pk not in present:
        raise InTrashError(_("The column “%s” is in the trash; restore it first.") % column.name)
    order = [each.pk for each in in_order(present.values())]
    place = order.index(column.pk)
    behind = place + (2 if step > 0 else -1)
    return _line_up(present, column.pk, order[max(behind, 0)] if behind < len(order) else None, by=by, at=at)


@together()
def reorder_columns(*, board: Board, columns: Sequence[Column], by: Actor, at: datetime) -> list[Column]:
    """Put all columns of a board into an order, from left to right."""
    present = lock_kept_columns(board)
    order = [column.pk for column in columns]
    if sorted(order) != sorted(present):
        raise invalid("columns", _("The order has to name each column of the board once."))
    return _number(present, order, by=by, at=at)


def in_order(columns: Iterable[Column]) -> list[Column]:
    """Return columns that are loaded already from left to right."""
    return sorted(columns, key=lambda column: (column.position, column.pk))


def _line_up(present: dict[int, Column], moved: int, before: int | None, *, by: Actor, at: datetime) -> list[Column]:
    order = [column.pk for column in in_order(present.values()) if column.pk != moved]
    if before != moved:
        order.insert(len(order) if before is None else order.index(before), moved)
        return _number(present, order, by=by, at=at)
    return in_order(present.values())


def _number(present: dict[int, Column], order: Sequence[int], *, by: Actor, at: datetime) -> list[Column]:
    for position, number in enumerate(order, start=1):
        present[number].position = position
    Column.objects.bulk_update(present.values(), ["position"])
    announce_board(board_id=present[order[0]].board_id, by=by, at=at)
    return [present[number] for number in order]

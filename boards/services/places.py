"""Where an item stands: columns locked, WIP limits counted, ranks found, all under the column's lock."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import connection
from django.db.models import Max, OuterRef, Subquery
from django.utils.translation import gettext as _

from boards.models import Board, Column, Item
from boards.ranking import GAP, rank_between
from boards.services.errors import InTrashError, WipLimitReachedError
from boards.services.feed import announce_order
from boards.services.record import lock_items, refuse_archived_board
from teams.errors import InvalidError


class Landed(StrEnum):
    """Where a moved item came to stand; `end` also where the neighbour that was asked for has gone."""

    BEFORE = "before"
    AFTER = "after"
    END = "end"


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a column: between two ranks, the item itself left out."""

    lower: int | None
    upper: int | None
    landed: Landed

    def holds(self, rank: int) -> bool:
        """Whether a rank is in this place already."""
        return (self.lower is None or self.lower < rank) and (self.upper is None or rank < self.upper)


def lock_columns(ids: Iterable[int]) -> dict[int, Column]:
    """Lock columns in the order that everybody keeps, by id, and before any item.

    The lock leaves foreign keys alone (`no_key`): an edit that holds an item's lock and writes a stay in this
    column would otherwise wait for a mover that waits for the item.
    """
    rows = Column.objects.select_for_update(no_key=True).filter(pk__in=set(ids)).order_by("pk")
    return {column.pk: column for column in rows}


def lock_column(column_id: int) -> tuple[Column, Board]:
    """Lock a column that takes items, and load its board as it is then; refuse trash and archive."""
    column = lock_columns([column_id]).get(column_id)
    if column is None:
        raise InTrashError(_("The column is gone."))
    board = column.board = Board.objects.get(pk=column.board_id)
    if column.deleted_at is not None:
        raise InTrashError(_("The column “%s” is in the trash; restore it first.") % column.name)
    if board.deleted_at is not None:
        raise InTrashError(_("The board “%s” is in the trash; restore it first.") % board.name)
    refuse_archived_board(board)
    return column, board


def lock_kept_columns(board: Board) -> dict[int, Column]:
    """Lock all columns of a board that can be changed, and return those that are not in the trash."""
    locked = lock_columns(Column.objects.filter(board=board).values_list("pk", flat=True))
    current = Board.objects.get(pk=board.pk)
    if current.deleted_at is not None:
        raise InTrashError(_("The board “%s” is in the trash; restore it first.") % board.name)
    refuse_archived_board(current)
    return {number: column for number, column in locked.items() if column.deleted_at is None}


def refuse_full(column: Column, *, coming: int = 1) -> None:
    """Refuse more items than the limit of a locked column allows; what is archived or in the trash does not count."""
    if column.wip_limit is None:
        return
    standing = Item.objects.filter(column=column, deleted_at__isnull=True, archived_at__isnull=True)
    if standing.count() + coming > column.wip_limit:
        raise WipLimitReachedError(column=column.name, limit=column.wip_limit)


def find_rank(
    column: Column,
    *,
    at: datetime,
    item_id: int | None = None,
    before: Item | None = None,
    after: Item | None = None,
) -> tuple[Spot, int]:
    """Return the place beside a neighbour, else at the end of a locked column, and a free rank there.

    When the gap there is used up the column is re-spaced; then its items and the moved one are locked as well.
    """
    spot = _find_spot(column, item_id, before, after)
    rank = rank_between(spot.lower, spot.upper)
    if rank is None:
        _respace(column, item_id)
        announce_order(column=column, at=at)
        spot = _find_spot(column, item_id, before, after)
        rank = rank_between(spot.lower, spot.upper)
    if rank is None:
        raise RuntimeError(f"Column {column.pk} has no room after it was re-spaced.")
    return spot, rank


def last_rank(column: Column) -> int | None:
    """Return the highest rank in a column, None where it is empty."""
    highest: int | None = Item.objects.filter(column=column).aggregate(highest=Max("rank"))["highest"]
    return highest


def _find_spot(column: Column, item_id: int | None, before: Item | None, after: Item | None) -> Spot:
    others = Item.objects.filter(column=column)
    if item_id is not None:
        others = others.exclude(pk=item_id)
    for neighbour, landed in ((before, Landed.BEFORE), (after, Landed.AFTER)):
        if neighbour is None:
            continue
        if neighbour.pk == item_id:
            raise InvalidError(
                _("An item cannot be put beside itself."), fields={landed: [_("This is the item itself.")]}
            )
        standing = Item.objects.filter(column=column, deleted_at__isnull=True, archived_at__isnull=True)
        is_before = landed is Landed.BEFORE
        beyond = others.filter(rank__lt=OuterRef("rank")) if is_before else others.filter(rank__gt=OuterRef("rank"))
        nearest = Subquery(beyond.order_by("-rank" if is_before else "rank").values("rank")[:1])
        found = standing.filter(pk=neighbour.pk).values_list("rank", nearest).first()
        if found is None:
            continue
        rank, other = found
        return Spot(other, rank, landed) if is_before else Spot(rank, other, landed)
    return Spot(others.aggregate(highest=Max("rank"))["highest"], None, Landed.END)


def _respace(column: Column, item_id: int | None) -> None:
    """Give every item of a column a full gap, above its maximum: uniqueness is checked row by row."""
    ids = set(Item.objects.filter(column=column).values_list("pk", flat=True))
    lock_items(ids if item_id is None else ids | {item_id})
    highest = last_rank(column)
    if highest is None:
        return
    table = connection.ops.quote_name(Item._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET rank = %s + %s * placed.place FROM ("  # noqa: S608 - no value in it
            f"SELECT id, row_number() OVER (ORDER BY rank, id) AS place FROM {table} WHERE column_id = %s"
            f") AS placed WHERE placed.id = {table}.id",
            [highest, GAP, column.pk],
        )
    column.spacing += 1
    column.save(update_fields=["spacing"])

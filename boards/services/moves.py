"""Moving items: beside a neighbour, to another column or board, within WIP limits."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from boards.models import Board, Column, Item, Stay
from boards.services.crossing import settle_in
from boards.services.feed import together
from boards.services.places import Landed, find_rank, lock_column, refuse_full
from boards.services.record import Edit, open_edit, refuse_trash, write_edits
from boards.services.sources import names_at_source
from boards.timeline import Milestones, after_entry
from teams.actors import Actor


@dataclass(frozen=True, slots=True)
class Moved:
    """A moved item, and where it came to stand."""

    item: Item
    landed: Landed


@together()
def move_item(
    *,
    item: Item,
    to: Column,
    by: Actor,
    at: datetime,
    before: Item | None = None,
    after: Item | None = None,
    force: bool = False,
    if_match: Collection[int] | None = None,
) -> Moved:
    """Put an item before or after a neighbour in a column, else at its end.

    A neighbour that has left the column meanwhile counts as not given (`landed` is then `end`). The column it goes
    to is locked before the item: its ranks and its limit are then nobody else's to change. The column it comes from
    needs no lock, since leaving takes nothing from anybody; so it does not matter if the item was moved meanwhile.
    """
    column, __ = lock_column(to.pk)
    spot, rank = find_rank(column, at=at, item_id=item.pk, before=before, after=after)
    edit = open_edit(item=item, at=at, if_match=if_match, column=column)
    refuse_trash(edit)
    if edit.item.column_id != column.pk:
        if not force:
            refuse_full(column)
        enter(edit, column, rank=rank)
    elif not spot.holds(edit.item.rank):
        edit.spacing_before = column.spacing
        edit.set("rank", rank)
    write_moves([edit], by=by)
    return Moved(edit.item, spot.landed)


def write_moves(edits: Sequence[Edit], *, by: Actor) -> None:
    """Write items that were moved; on another board the name at the source can be taken already."""
    settle_in(edits)
    with names_at_source(*(edit.item for edit in edits if edit.left is not None)):
        write_edits(edits, by=by)


def enter(edit: Edit, column: Column, *, rank: int, left: Column | None = None) -> None:
    """Put into an edit that its item goes to a locked column (from `left`, where that is loaded already)."""
    item = edit.item
    left = left or _column_left(edit)
    reached = after_entry(
        Milestones(started_at=item.started_at, finished_at=item.finished_at),
        before=left.stage,
        after=column.stage,
        at=edit.at,
    )
    edit.spacing_before = left.spacing
    edit.note("column", left, column)
    item.column = column
    edit.saved.add("column")
    edit.put("rank", rank)
    edit.put("started_at", reached.started_at)
    edit.put("finished_at", reached.finished_at)
    edit.put("entered_column_at", edit.at)
    if column.board_id != edit.board.pk:
        _change_board(edit, column.board)


def _column_left(edit: Edit) -> Column:
    """Read the column that an item leaves, with the stay there that is about to end."""
    stays = Stay.objects.filter(item=edit.item.pk, ended_at__isnull=True).select_related("column")
    edit.stay = stays.first()
    if edit.stay is not None and edit.stay.column_id == edit.item.column_id:
        return edit.stay.column
    return Column.objects.get(pk=edit.item.column_id)


def _change_board(edit: Edit, board: Board) -> None:
    left = edit.board
    edit.item.board = left
    edit.set("board", board)
    edit.board, edit.left = board, left

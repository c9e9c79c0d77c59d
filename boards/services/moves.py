"""Moving items: beside a neighbour, to another column or board, within WIP limits."""

from collections.abc import Collection
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime

from boards.models import Board, Column, Item, ItemLabel, Stay, ToilType
from boards.services.feed import together
from boards.services.places import Landed, find_rank, lock_column, refuse_full
from boards.services.record import Edit, open_edit, refuse_trash, write_edits
from boards.services.sources import names_at_source
from boards.services.values import resolve_labels
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
    edit = open_edit(item_id=item.pk, at=at, if_match=if_match, column=column)
    refuse_trash(edit)
    if edit.item.column_id != column.pk:
        if not force:
            refuse_full(column)
        enter(edit, column, rank=rank)
    elif not spot.holds(edit.item.rank):
        edit.spacing_before = column.spacing
        edit.set("rank", rank)
    # Only on another board can its name be taken already.
    with names_at_source(edit.item) if edit.left is not None else nullcontext():
        write_edits([edit], by=by)
    return Moved(edit.item, spot.landed)


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
    item, left = edit.item, edit.board
    edit.set("board", board)
    edit.board, edit.left = board, left
    if board.team_id == left.team_id:
        return
    if item.toil_type is not None:
        edit.set("toil_type", ToilType.objects.filter(team=board.team, name=item.toil_type.name).first())
    edit.put("rule_id", None)
    names = sorted(item.labels.values_list("name", flat=True))
    labels = resolve_labels(names, team=board.team)

    def relabel() -> None:
        stuck = ItemLabel.objects.filter(item=item)
        by_rule = set(stuck.filter(is_by_rule=True).values_list("label__name", flat=True))
        stuck.delete()
        rows = [ItemLabel(item=item, label=label, is_by_rule=label.name in by_rule) for label in labels]
        ItemLabel.objects.bulk_create(rows)

    edit.then.append(relabel)

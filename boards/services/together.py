"""One thing done to many items at once: all or none, in a handful of statements however many they are."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Min
from django.utils.translation import gettext as _

from boards.models import Column, Item
from boards.ranking import GAP
from boards.services.errors import invalid
from boards.services.labelling import Relabelling, relabel
from boards.services.moves import enter, write_moves
from boards.services.places import last_rank, lock_column, refuse_full
from boards.services.record import Edit, begin_many, write_edits
from boards.services.values import clean_item, resolve_person
from teams.actors import Actor
from teams.errors import InvalidError
from teams.models import Person

MOST_AT_ONCE: Final = 1000


def refuse_too_many(count: int) -> None:
    """Refuse to change more items at once than one request may hold locked."""
    if count > MOST_AT_ONCE:
        values = {"most": MOST_AT_ONCE, "count": count}
        raise InvalidError(_("At most %(most)d items can be changed at once; these are %(count)d.") % values)


@transaction.atomic
def move_items(*, items: Iterable[Item], to: Column, by: Actor, at: datetime, force: bool = False) -> list[Item]:
    """Put items behind all others of a column, in the order in which they stood; what is done goes on top.

    The column may be of another board, also of another team. The limit is checked once for all of them. Items that
    stand there already stay in their places, and those that are in the trash, archived or another team's by now are
    left alone.
    Returns those that moved.
    """
    column, __ = lock_column(to.pk)
    edits = [edit for edit in _open(items, at=at) if edit.item.column_id != column.pk]
    if not force:
        refuse_full(column, coming=len(edits))
    lefts = Column.objects.in_bulk({edit.item.column_id for edit in edits})
    edits.sort(key=lambda edit: (lefts[edit.item.column_id].position, edit.item.column_id, edit.item.rank))
    for edit, rank in zip(edits, _ranks(column, len(edits)), strict=True):
        enter(edit, column, rank=rank, left=lefts[edit.item.column_id])
    write_moves(edits, by=by)
    return [edit.item for edit in edits]


@transaction.atomic
def assign_items(*, items: Iterable[Item], assignee: Person | None, by: Actor, at: datetime) -> list[Item]:
    """Give items to somebody, or to nobody; returns those that changed."""
    person = resolve_person(assignee, at=at)
    edits = _open(items, at=at)
    people = Person.objects.in_bulk({edit.item.assignee_id for edit in edits} - {None})
    for edit in edits:
        edit.item.assignee = people[edit.item.assignee_id] if edit.item.assignee_id else None
        edit.set("assignee", person)
    write_edits(edits, by=by)
    return _changed(edits)


@transaction.atomic
def label_items(
    *, items: Iterable[Item], give: Collection[str] = (), take: Collection[str] = (), by: Actor, at: datetime
) -> list[Item]:
    """Give labels to items and take others from them; returns those that changed."""
    given, taken = (frozenset(clean_item({"labels": list(names)})["labels"]) for names in (give, take))
    if both := given & taken:
        raise invalid("labels", _("“%s” cannot be given and taken at once.") % min(both))
    edits = _open(items, at=at)
    relabel([Relabelling(edit, give=given, take=taken) for edit in edits])
    write_edits(edits, by=by)
    return _changed(edits)


@transaction.atomic
def archive_items(*, items: Iterable[Item], by: Actor, at: datetime) -> list[Item]:
    """Take items off their board; their past goes on counting. Returns those that were on it."""
    return _set_aside(items, "archived_at", by=by, at=at)


@transaction.atomic
def delete_items(*, items: Iterable[Item], by: Actor, at: datetime) -> list[Item]:
    """Put items into the trash; returns those that were not there yet."""
    return _set_aside(items, "deleted_at", by=by, at=at)


def _set_aside(items: Iterable[Item], name: str, *, by: Actor, at: datetime) -> list[Item]:
    edits = _open(items, at=at, archived=name == "deleted_at")
    for edit in edits:
        edit.set(name, edit.at)
    write_edits(edits, by=by)
    return _changed(edits)


def _open(items: Iterable[Item], *, at: datetime, archived: bool = False) -> list[Edit]:
    """Lock items, and begin an edit of those that stand on their board; where `archived`, of archived ones too."""
    items = list(items)
    refuse_too_many(len(items))
    return [edit for edit in begin_many(items, at=at) if edit.is_in_play or (archived and _is_kept(edit))]


def _is_kept(edit: Edit) -> bool:
    board = edit.board
    return not (edit.item.deleted_at or board.deleted_at or board.archived_at)


def _ranks(column: Column, count: int) -> list[int]:
    """Return ranks for items that come to a locked column: at its end, or on top of what is done."""
    if column.is_done:
        lowest = Item.objects.filter(column=column).aggregate(lowest=Min("rank"))["lowest"]
        first = GAP * (count + 1) if lowest is None else lowest
        return [first - GAP * place for place in range(count, 0, -1)]
    highest = last_rank(column) or 0
    return [highest + GAP * place for place in range(1, count + 1)]


def _changed(edits: list[Edit]) -> list[Item]:
    return [edit.item for edit in edits if edit.changes]

"""The one way in which an edit is written: the item, a Change for each field, and its stays, in one transaction."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final

from django.db.models import Model
from django.utils.translation import gettext as _

from boards.models import Board, Change, Column, Item, Stay
from boards.services.errors import ArchivedError, BoardArchivedError, InTrashError, LeftTeamError, StaleError
from boards.services.feed import announce
from boards.services.rows import save_rows
from boards.timeline import STATE_FIELDS, StateEvent, StaySpan, stays
from teams.actors import Actor
from teams.models import Person

PLACE_FIELDS: Final = ("column", "rank")


@dataclass(slots=True)
class Edit:
    """What one call changes in one locked item; nothing is written before `write_edits`.

    `at` is never before the item's last change, so that a writer who waited for the lock does not write the past.
    """

    item: Item
    board: Board
    at: datetime
    changes: list[tuple[str, Any, Any]] = field(default_factory=list)
    saved: set[str] = field(default_factory=set)
    then: list[Callable[[], None]] = field(default_factory=list)
    left: Board | None = None
    # Its open stay, where that was read already.
    stay: Stay | None = None
    # Where the item stood when the edit began: its rank, and the spacing of its column where that is known.
    rank_before: int | None = None
    spacing_before: int | None = None

    def set(self, name: str, value: Any) -> None:
        """Set a field that people see; a value that it has already is no change."""
        before = getattr(self.item, name)
        if before != value:
            self.note(name, before, value)
            self.put(name, value)

    def put(self, name: str, value: Any) -> None:
        """Set a field that follows from others, without a Change of its own."""
        if getattr(self.item, name) != value:
            setattr(self.item, name, value)
            self.saved.add(name)

    def note(self, name: str, before: Any, after: Any) -> None:
        """Write down what changed."""
        self.changes.append((name, plain(before), plain(after)))

    @property
    def is_in_play(self) -> bool:
        """Whether the item stands on its board now."""
        item = self.item
        board = self.board
        return not (item.deleted_at or item.archived_at or board.deleted_at or board.archived_at)


def open_edit(
    *, item: Item | int, at: datetime, if_match: Collection[int] | None = None, column: Column | None = None
) -> Edit:
    """Lock an item and begin an edit of it; `if_match` are the versions that the writer allows.

    The board is read after the lock (a joined row would be the one from before the wait), unless it is that of a
    `column` that is locked already. An item that is given as a row (else by its id) must still be of the team of which
    it was when that was loaded: who may change it was looked at then.
    """
    seen, item_id = (item, item.pk) if isinstance(item, Item) else (None, item)
    item = Item.objects.select_for_update(no_key=True).get(pk=item_id)
    if column is not None and column.board_id == item.board_id:
        board = column.board
        if column.pk == item.column_id:
            item.column = column
    else:
        board = Board.objects.get(pk=item.board_id)
    if seen is not None and seen.board_id != board.pk and _team_of(seen.board_id) != board.team_id:
        raise LeftTeamError(_("The item has gone to another team meanwhile."))
    edit = begin(item, at=at, board=board)
    if if_match is not None and item.version not in if_match:
        fields = changed_since(item, min(if_match, default=0))
        raise StaleError(current=item.version, fields={name: [said(change)] for name, change in fields.items()})
    return edit


def begin(item: Item, *, at: datetime, board: Board) -> Edit:
    """Begin an edit of an item that is locked already."""
    return Edit(item=item, board=board, at=max(at, item.updated_at, item.entered_column_at), rank_before=item.rank)


def lock_items(ids: Iterable[int]) -> list[Item]:
    """Lock items in the order that everybody keeps, by id."""
    return list(Item.objects.select_for_update(no_key=True).filter(pk__in=set(ids)).order_by("pk"))


def begin_many(items: Iterable[Item], *, at: datetime) -> list[Edit]:
    """Lock items and begin their edits; what has gone to another team since they were loaded is left out.

    Who may change them was looked at when they were loaded.
    """
    seen = {item.pk: item.board_id for item in items}
    locked = lock_items(seen)
    boards = Board.objects.in_bulk({*seen.values(), *(item.board_id for item in locked)})
    edits = [begin(item, at=at, board=boards[item.board_id]) for item in locked]
    return [edit for edit in edits if _is_same_team(boards.get(seen[edit.item.pk]), edit.board)]


def refuse_trash(edit: Edit, *, archived: bool = True) -> None:
    """Refuse to change what is in the trash or on an archived board and, where `archived`, what is archived."""
    if edit.item.deleted_at is not None or edit.board.deleted_at is not None:
        raise InTrashError(_("The item is in the trash; restore it first."))
    refuse_archived_board(edit.board)
    if archived and edit.item.archived_at is not None:
        raise ArchivedError(_("The item is archived; take it out of the archive first."))


def refuse_archived_board(board: Board) -> None:
    """Refuse to change anything on a board that is archived."""
    if board.archived_at is not None:
        raise BoardArchivedError(board.name)


def write_edits(edits: Sequence[Edit], *, by: Actor, recorded_at: datetime | None = None) -> None:
    """Write items, changes and stays; an edit that changed nothing is left alone."""
    edits = [edit for edit in edits if edit.changes]
    rows: list[Change] = []
    for edit in edits:
        edit.item.version += 1
        edit.item.updated_at = edit.at
        edit.saved |= {"version", "updated_at"}
        rows.extend(changes_of(edit, by=by, recorded_at=recorded_at or edit.at))
    _save([edit for edit in edits if len(edits) > 1 or edit.saved])
    for edit in edits:
        for step in edit.then:
            step()
    Change.objects.bulk_create(rows, batch_size=500)
    write_stays([edit for edit in edits if any(name in STATE_FIELDS for name, __, __ in edit.changes)])
    announce_edits(edits, by=by)


def announce_edits(edits: Sequence[Edit], *, by: Actor) -> None:
    """Say on every board that shows the items, or showed them before, that they changed."""
    if not edits:
        return
    items: dict[int, list[int]] = {}
    for edit in edits:
        for board in (edit.board, edit.left):
            if board is not None:
                items.setdefault(board.pk, []).append(edit.item.pk)
    announce(items=items, by=by, at=max(edit.at for edit in edits))


def changes_of(edit: Edit, *, by: Actor, recorded_at: datetime) -> list[Change]:
    """Return the rows of an edit's changes."""
    return [
        Change(
            item=edit.item,
            field=name,
            before=before,
            after=after,
            at=edit.at,
            recorded_at=recorded_at,
            by=by.person,
            token=by.token,
            via=by.via,
            version=edit.item.version,
            action_id=by.action,
            rank_before=edit.rank_before if name in PLACE_FIELDS else None,
            spacing_before=edit.spacing_before if name in PLACE_FIELDS else None,
        )
        for name, before, after in edit.changes
    ]


def write_stays(edits: Sequence[Edit]) -> None:
    """End, begin and replace open stays as the items' states now are."""
    standing = {edit.item.pk: edit.stay for edit in edits if edit.stay is not None}
    unread = [edit.item.pk for edit in edits if edit.stay is None]
    if unread:
        standing |= {stay.item_id: stay for stay in Stay.objects.filter(item__in=unread, ended_at__isnull=True)}
    changed: list[Stay] = []
    gone: list[int] = []
    begun: list[Stay] = []
    for edit in edits:
        stay = standing.get(edit.item.pk)
        past = [] if stay is None else [_event_of(stay)]
        spans = stays([*past, _state_of(edit)])
        if stay is not None:
            if spans and spans[0].started_at == stay.started_at:
                changed.append(fill_stay(stay, spans.pop(0)))
            else:
                gone.append(stay.pk)
        begun.extend(fill_stay(Stay(item=edit.item), span) for span in spans)
    if gone:
        Stay.objects.filter(pk__in=gone).delete()
    _save_stays(changed)
    Stay.objects.bulk_create(begun, batch_size=500)


def fill_stay(stay: Stay, span: StaySpan) -> Stay:
    """Put a span into a row."""
    stay.column_id = span.column
    stay.assignee_id = span.assignee
    stay.is_blocked = span.is_blocked
    stay.started_at = span.started_at
    stay.ended_at = span.ended_at
    return stay


def changed_since(item: Item, version: int) -> dict[str, Change]:
    """Return the last change of each field that was changed after a version."""
    rows = item.changes.filter(version__gt=version).exclude(field__in=("comment", "link", "log"))
    return {change.field: change for change in rows.select_related("by", "token").order_by("at", "pk")}


def said(change: Change) -> str:
    """Say who changed a field."""
    if change.by is not None:
        return _("%(who)s changed this meanwhile.") % {"who": change.by.display_name}
    if change.token is not None:
        return _("The token “%(name)s” changed this meanwhile.") % {"name": change.token.name}
    return _("This has changed meanwhile.")


def plain(value: Any) -> Any:
    """Return a value as a Change keeps it: JSON, with id and name for a row."""
    if isinstance(value, Person):
        return {"id": value.pk, "name": value.display_name, "email": value.email}
    if isinstance(value, Model):
        return {"id": value.pk, "name": str(value)}
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return value


def _team_of(board_id: int) -> int | None:
    return Board.objects.filter(pk=board_id).values_list("team_id", flat=True).first()


def _is_same_team(before: Board | None, now: Board) -> bool:
    return before is not None and before.team_id == now.team_id


def _save(edits: Sequence[Edit]) -> None:
    if len(edits) == 1:
        edits[0].item.save(update_fields=edits[0].saved)
    elif edits:
        save_rows([edit.item for edit in edits], set().union(*(edit.saved for edit in edits)))


def _save_stays(changed: Sequence[Stay]) -> None:
    names = ["column", "assignee", "is_blocked", "ended_at"]
    if len(changed) == 1:
        changed[0].save(update_fields=names)
    else:
        save_rows(changed, names)


def _event_of(stay: Stay) -> StateEvent:
    return StateEvent(
        at=stay.started_at, column=stay.column_id, assignee=stay.assignee_id, is_blocked=stay.is_blocked, in_play=True
    )


def _state_of(edit: Edit) -> StateEvent:
    item = edit.item
    return StateEvent(
        at=edit.at,
        column=item.column_id,
        assignee=item.assignee_id,
        is_blocked=item.is_blocked,
        in_play=edit.is_in_play,
    )

"""Linking items: what duplicates, is part of or relates to another item of its team."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from boards.models import Change, Column, Item, ItemLink, LinkKind
from boards.services.comments import note_beside
from boards.services.errors import LinkError, invalid
from boards.services.feed import together
from boards.services.places import lock_columns
from boards.services.record import Edit, begin, lock_items, refuse_archived_board, refuse_trash
from teams.actors import Actor
from teams.errors import ToilTrackerError
from teams.models import Team

DIRECTED = frozenset({LinkKind.DUPLICATES, LinkKind.PART_OF})


@together()
def add_link(*, item: Item, to: Item, kind: str, by: Actor, at: datetime) -> ItemLink:
    """Link an item to another one of its team; both histories say so.

    No item is linked to itself, twice in the same way, or in a circle. The team is locked first, since a circle can
    be closed far away from both items.
    """
    if kind not in LinkKind.values:
        raise invalid("kind", _("This has to be one of %s.") % ", ".join(LinkKind.values))
    if item.pk == to.pk:
        raise LinkError(_("An item cannot be linked to itself."))
    edits = _locked(item.pk, to.pk, team_id=item.board.team_id, at=at)
    for edit in edits:
        refuse_trash(edit, archived=False)
    first, second = edits if kind in DIRECTED else sorted(edits, key=lambda edit: edit.item.pk)
    if ItemLink.objects.filter(item=first.item, to=second.item, kind=kind).exists():
        raise LinkError(_("The two are linked in this way already."))
    if kind in DIRECTED and first.item.pk in _reached(second.item.pk, kind):
        raise LinkError(_("That would be a circle: %s leads back to this item.") % second.item.key)
    link = ItemLink.objects.create(item=first.item, to=second.item, kind=kind, created_at=first.at)
    _note(first, second, kind, by=by, is_new=True)
    return link


@together()
def remove_link(*, link: ItemLink, by: Actor, at: datetime) -> None:
    """Take a link away; done twice it is done once."""
    first, second = _locked(link.item_id, link.to_id, team_id=link.item.board.team_id, at=at)
    if ItemLink.objects.filter(pk=link.pk).delete()[0]:
        _note(first, second, link.kind, by=by, is_new=False)


def lock_for_links(*, team_id: int, closing: Column | None = None) -> None:
    """Lock a team's links, and the column that a duplicate goes to, in a transaction that locks items thereafter."""
    Team.objects.select_for_update(no_key=True).get(pk=team_id)
    if closing is not None:
        lock_columns([closing.pk])


def revert_links(
    changes: Iterable[Change], *, team_id: int, by: Actor, at: datetime
) -> tuple[dict[int, Item], list[str]]:
    """Take links away that were made, and make those again that were taken away; after `lock_for_links`.

    Returns the items that have them or had them, by id, and why some links stay as they are.
    """
    items: dict[int, Item] = {}
    left: list[str] = []
    for change in changes:
        said = change.before or change.after
        # A link stands in the histories of both its items; the one that it begins at is enough.
        if said["is_reverse"]:
            continue
        of_team = Item.objects.filter(board__team=team_id).select_related("board")
        pair = of_team.in_bulk([change.item_id, said["id"]])
        try:
            if len(pair) < 2:
                raise LinkError(_("%s is not in this team any more; its links stay as they are.") % said["key"])
            _revert(pair[change.item_id], pair[said["id"]], said["kind"], is_new=change.before is None, by=by, at=at)
        except ToilTrackerError as error:
            left.append(error.message)
        else:
            items |= pair
    return items, left


def linked(kind: str, other: Item, *, is_reverse: bool) -> dict[str, object]:
    """Return a link as the history of one of its items keeps it."""
    return {"kind": kind, "id": other.pk, "key": other.key, "name": other.title, "is_reverse": is_reverse}


def _revert(first: Item, second: Item, kind: str, *, is_new: bool, by: Actor, at: datetime) -> None:
    link = ItemLink.objects.select_related("item__board").filter(item=first, to=second, kind=kind).first()
    if not is_new:
        add_link(item=first, to=second, kind=kind, by=by, at=at)
    elif link is None:
        values = {"key": first.key, "other": second.key}
        raise LinkError(_("The link of %(key)s to %(other)s is gone already.") % values)
    else:
        refuse_archived_board(first.board)
        remove_link(link=link, by=by, at=at)


def _locked(item_id: int, to_id: int, *, team_id: int, at: datetime) -> tuple[Edit, Edit]:
    team = Team.objects.select_for_update(no_key=True).get(pk=team_id)
    rows = {row.pk: row for row in lock_items([item_id, to_id])}
    edits = []
    for number in (item_id, to_id):
        board = rows[number].board if number in rows else None
        if board is None or board.team_id != team.pk:
            raise LinkError(_("Only items of one team can be linked."))
        edits.append(begin(rows[number], at=at, board=board))
    return edits[0], edits[1]


def _reached(start: int, kind: str) -> set[int]:
    """Return what can be reached from an item by links of a kind, itself included."""
    found: set[int] = set()
    border = {start}
    while border:
        found |= border
        border = set(ItemLink.objects.filter(item__in=border, kind=kind).values_list("to", flat=True)) - found
    return found


def _note(first: Edit, second: Edit, kind: str, *, by: Actor, is_new: bool) -> None:
    for edit, other, is_reverse in ((first, second.item, False), (second, first.item, True)):
        said = linked(kind, other, is_reverse=is_reverse)
        note_beside(edit, "link", None if is_new else said, said if is_new else None, by=by)

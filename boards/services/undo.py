"""Taking back what a person did: each field goes back to what it was, unless somebody changed that very field since."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext as _

from boards.models import Action, Board, Change, Item
from boards.services.crossing import settle_in
from boards.services.errors import NotUndoableError
from boards.services.feed import together
from boards.services.ground import Ground
from boards.services.labelling import Relabelling, relabel
from boards.services.links import lock_for_links, revert_links
from boards.services.record import Edit, begin, lock_items, write_edits
from boards.services.reverting import revert
from boards.services.sources import names_at_source
from teams.actors import Actor
from teams.models import Person, Team

UNDOABLE_FOR: Final = timedelta(days=1)
MOST_SENTENCES: Final = 3


@dataclass(slots=True)
class Undone:
    """What came back, and what did not; `action` undoes the undoing. `is_repeat`: it had been undone before."""

    items: list[Item] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    action: int | None = None
    is_repeat: bool = False


@together()
def undo_action(*, action: Action, by: Actor, at: datetime) -> Undone:
    """Give the items of an action back what it took, as changes of their own, which can be undone in turn.

    A field that somebody changed since stays, and so does all that the action did not touch. WIP limits do not
    hold: what comes back stood there before. Done twice it is done once; after a day it is too late.
    """
    row = Action.objects.select_related("team").select_for_update(of=("self",), no_key=True).get(pk=action.pk)
    if by.person is None or row.person_id != by.person.pk:
        raise NotUndoableError(_("Only who did it can take it back."))
    if row.undone_by_id is not None:
        return Undone(is_repeat=True)
    if at - row.at > UNDOABLE_FOR:
        raise NotUndoableError(_("That is more than a day ago; it cannot be taken back any more."))
    changes = list(Change.objects.filter(action=row).order_by("pk"))
    if not changes:
        raise NotUndoableError(_("The items have been deleted for good; nothing is left to take back."))
    back = Action.objects.create(team_id=row.team_id, person=by.person, at=at)
    undone = _revert_all(changes, team=row.team, by=replace(by, action=back.pk), me=by.person, at=at)
    if not undone.items:
        raise NotUndoableError(" ".join(undone.left) or _("Nothing is left to take back."))
    row.undone_by = back
    row.save(update_fields=["undone_by"])
    undone.action = back.pk
    return undone


def _revert_all(changes: Sequence[Change], *, team: Team, by: Actor, me: Person, at: datetime) -> Undone:
    links = [change for change in changes if change.field == "link"]
    if links:
        lock_for_links(team_id=team.pk)
    fields = [change for change in changes if change.field not in ("link", "board")]
    edits, left = _revert_fields(fields, team=team, by=by, me=me, at=at) if fields else ([], [])
    items = {edit.item.pk: edit.item for edit in edits if edit.changes}
    linked, unlinked = revert_links(links, team_id=team.pk, by=by, at=at)
    return Undone(items=list((linked | items).values()), changes=list(changes), left=_shortened([*left, *unlinked]))


def _revert_fields(
    changes: Sequence[Change], *, team: Team, by: Actor, me: Person, at: datetime
) -> tuple[list[Edit], list[str]]:
    ids = {change.item_id for change in changes}
    ground = Ground.locked_for(changes)
    items = lock_items(ids)
    ground.read(items, changes)
    boards = Board.objects.in_bulk({item.board_id for item in items})
    ground.let_into(team, me, boards.values())
    own: dict[int, dict[str, Change]] = defaultdict(dict)
    for change in changes:
        first = own[change.item_id].setdefault(change.field, change)
        first.after = change.after
    later = _changed_later(changes)
    edits: list[Edit] = []
    labels: list[Relabelling] = []
    left: list[str] = []
    # In the order in which they stood, so that what comes to an end keeps its order.
    for item in sorted(items, key=lambda item: _rank_before(own[item.pk])):
        edit = begin(item, at=at, board=boards[item.board_id])
        edits.append(edit)
        relabelled, sentences = revert(edit, own[item.pk], later.get(item.pk, {}), ground, me=me)
        labels += relabelled
        left += sentences
    settle_in(edits)
    relabel(labels)
    with names_at_source(*(edit.item for edit in edits if edit.left is not None)):
        write_edits(edits, by=by)
    return edits, left


def _changed_later(changes: Sequence[Change]) -> dict[int, dict[str, Change]]:
    """Return the last change of each field of the items after the action; `""` is that of any field by others."""
    first = changes[0]
    rows = (
        Change.objects.filter(item__in={change.item_id for change in changes}, pk__gt=first.pk)
        .exclude(action=first.action_id)
        .select_related("by", "token")
        .defer("before", "after")
        .order_by("pk")
    )
    later: dict[int, dict[str, Change]] = defaultdict(dict)
    for row in rows:
        later[row.item_id][row.field] = row
        if row.by_id != first.by_id:
            later[row.item_id][""] = row
    return later


def _rank_before(own: Mapping[str, Change]) -> int:
    place = own.get("column") or own.get("rank")
    return place.rank_before or 0 if place else 0


def _shortened(left: list[str]) -> list[str]:
    if len(left) <= MOST_SENTENCES:
        return left
    return [_("%d items have changed meanwhile; they stay as they are.") % len(left)]

"""Moving an item into a row of the board, which gives it the class, service or assignee of that row."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from boards.finding import NOBODY, Lanes
from boards.models import Board, Column, Item
from boards.services.errors import invalid
from boards.services.feed import together
from boards.services.items import edit_item
from boards.services.moves import Moved, move_item
from teams.actors import Actor
from teams.models import Person


@together()
def move_to_lane(
    *,
    item: Item,
    to: Column,
    lanes: Lanes,
    lane: str,
    by: Actor,
    at: datetime,
    before: Item | None = None,
    after: Item | None = None,
    force: bool = False,
) -> Moved:
    """Move an item as `move_item` does, and give it what the row stands for; refused as a whole.

    The move comes first: it locks the column before the item, as everybody does.
    """
    changes = _changes(to.board, lanes, lane)
    moved = move_item(item=item, to=to, before=before, after=after, force=force, by=by, at=at)
    return Moved(edit_item(item=moved.item, changes=changes, by=by, at=at), moved.landed)


def _changes(board: Board, lanes: Lanes, lane: str) -> dict[str, Any]:
    if lanes is Lanes.CLASS:
        return {"classification": lane}
    if lanes is Lanes.SERVICE:
        return {"service": lane}
    if lane == NOBODY:
        return {"assignee": None}
    known = Q(memberships__team=board.team_id) | Q(items__board=board)
    number = int(lane) if lane.isascii() and lane.isdecimal() and len(lane) < 19 else 0
    person = Person.objects.filter(known, pk=number).first()
    if person is None:
        raise invalid("assignee", _("Nobody on this board is meant by “%s”.") % lane[:40])
    return {"assignee": person}

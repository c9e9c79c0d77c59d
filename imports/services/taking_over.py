"""Giving up what was decided here for what the source says."""

from datetime import datetime

from django.utils.translation import gettext as _

from boards.models import Item
from boards.services.classes import hand_back_class
from boards.services.feed import together
from boards.services.items import edit_item
from boards.services.moves import move_item
from imports.in_step import differences_of
from teams.actors import Actor
from teams.errors import ConflictError


class NoDifferenceError(ConflictError):
    """Item and source agree by now."""

    code = "no_difference"


@together()
def take_from_source(*, item: Item, field: str, by: Actor, at: datetime) -> Item:
    """Set class, column or assignee as the source says; a class is the source's to change again from then on."""
    item = Item.objects.select_related("board__team", "column", "assignee").get(pk=item.pk)
    difference = next((each for each in differences_of(item, at) if each.field == field), None)
    if difference is None:
        raise NoDifferenceError(_("The item and its source agree on this by now."))
    if field == "column":
        return move_item(item=item, to=difference.value, by=by, at=at).item
    if field == "assignee":
        return edit_item(item=item, changes={"assignee": difference.value}, by=by, at=at)
    return hand_back_class(item=item, classification=difference.value, by=by, at=at)

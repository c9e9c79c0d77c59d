"""Taking back that a column was deleted: it stands where it stood, with what stood in it."""

from datetime import datetime

from boards.models import Action, Column
from boards.services.column_trash import restore_column
from boards.services.errors import NotUndoableError
from boards.services.feed import together
from boards.services.undo import undo_action
from teams.actors import Actor


@together()
def bring_back_column(*, column: Column, action: Action | None, by: Actor, at: datetime) -> list[str]:
    """Put a column back to its place, and into it what `action` took out; return why some of that stays elsewhere.

    The action is locked before the columns, as by every undo.
    """
    if action is not None:
        Action.objects.select_for_update(no_key=True).get(pk=action.pk)
    restore_column(column=column, by=by, at=at, keeps_place=True)
    if action is None:
        return []
    try:
        return undo_action(action=action, by=by, at=at).left
    except NotUndoableError as error:
        return [error.message]

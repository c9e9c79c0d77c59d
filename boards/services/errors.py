"""What can go wrong in this room, each with its stable code."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from boards.models import Timer
from teams.errors import ConflictError, FieldErrors, InvalidError, ToilTrackerError


class StaleError(ToilTrackerError):
    """The item has changed since the version that the writer saw; `fields` names what did."""

    code = "stale_version"
    status = 412

    def __init__(self, *, current: int, fields: FieldErrors) -> None:
        names = ", ".join(fields) or _("nothing that is shown")
        super().__init__(_("The item has changed meanwhile (%s); load it again.") % names, fields=fields)
        self.current_version = current


class BoardStaleError(ToilTrackerError):
    """The board has changed since the state that the writer saw."""

    code = "stale_version"
    status = 412

    def __init__(self) -> None:
        super().__init__(_("The board or its columns have changed meanwhile; load it again."))


class WipLimitReachedError(ConflictError):
    """The column holds as many items as its limit allows."""

    code = "wip_limit_reached"

    def __init__(self, *, column: str, limit: int) -> None:
        values = {"column": column, "limit": limit}
        super().__init__(_("“%(column)s” holds as many items as its limit of %(limit)d allows.") % values)


class ExternalIdTakenError(ConflictError):
    """Another item of the board, perhaps in the trash, has this name at this source."""

    code = "external_id_taken"

    def __init__(self, *, source: str, external_id: str) -> None:
        values = {"source": source, "external_id": external_id}
        message = _("The board already has an item “%(external_id)s” from the source “%(source)s”.") % values
        super().__init__(message, fields={"external_id": [message]})


class InTrashError(ConflictError):
    """The thing is in the trash: it can be had back, but not changed."""

    code = "in_trash"


class ArchivedError(ConflictError):
    """The item is archived: it stands in no column until it is taken out."""

    code = "archived"


class BoardArchivedError(ConflictError):
    """The board is archived: it can be read, and nothing on it changed."""

    code = "board_archived"

    def __init__(self, board: str) -> None:
        super().__init__(_("The board “%s” is archived; take it out of the archive first.") % board)


class LeftTeamError(ConflictError):
    """The item has gone to another team since the writer's right to change it was looked at."""

    code = "left_team"


class ColumnNotEmptyError(ConflictError):
    """Items stand in a column that was to be deleted."""

    code = "column_not_empty"


class ColumnChangedError(ConflictError):
    """Somebody else changed the column, or one beside it, since the writer looked; `fields` says what it is now."""

    code = "column_changed"


class LastColumnError(ConflictError):
    """A board keeps at least one column."""

    code = "last_column"


class TimerRunningError(ConflictError):
    """The person's timer runs on another item."""

    code = "timer_running"

    def __init__(self, timer: Timer) -> None:
        super().__init__(_("Your timer runs on %s; stop it first.") % timer.item.key)
        self.timer = timer


class TimerStoppedError(ConflictError):
    """The timer was stopped or discarded already."""

    code = "timer_stopped"


class TooShortError(ConflictError):
    """The timer has hardly run."""

    code = "timer_too_short"


class TooLongAgoError(ConflictError):
    """The timer was forgotten: nobody worked that long."""

    code = "timer_too_long"


class LinkError(ConflictError):
    """Two items cannot be linked so."""

    code = "link_refused"


class SaidAtSourceError(ConflictError):
    """A comment came from the item's source, and is changed there."""

    code = "said_at_source"


class NotUndoableError(ConflictError):
    """What was done cannot be taken back any more; the message says why."""

    code = "not_undoable"


class RuleGoneError(ConflictError):
    """Somebody else deleted the rule meanwhile."""

    code = "rule_gone"

    def __init__(self) -> None:
        super().__init__(_("Somebody else deleted this rule meanwhile."))


class ToilTypeGoneError(ConflictError):
    """Somebody else deleted the toil type meanwhile."""

    code = "toil_type_gone"

    def __init__(self) -> None:
        super().__init__(_("Somebody else deleted this toil type meanwhile."))


def invalid(field: str, *sentences: str) -> InvalidError:
    """Return the error for one field."""
    return invalid_fields({field: list(sentences)})


def invalid_fields(fields: dict[str, Sequence[str]] | dict[str, list[str]]) -> InvalidError:
    """Return the error for several fields; its message is the first sentence."""
    name, sentences = next(iter(fields.items()))
    return InvalidError(f"{name}: {sentences[0]}", fields=fields)

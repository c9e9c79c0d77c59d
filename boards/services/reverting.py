"""Giving one item back what an action took from it: which fields may go back, and how each does."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _

from boards.models import Change
from boards.services.ground import Ground
from boards.services.labelling import Relabelling
from boards.services.moves import enter
from boards.services.record import Edit, plain, refuse_archived_board, refuse_trash
from teams.errors import ConflictError
from teams.models import Person

# What goes back together or not at all; out of trash and archive first, since nothing else can be changed there.
UNITS: Final = (
    ("created",),
    ("deleted_at",),
    ("archived_at",),
    ("column",),
    ("rank",),
    ("classification", "classified_by"),
    ("is_blocked", "blocked_reason"),
)
SINGLE: Final = (
    *("title", "description", "service", "is_interrupt", "priority", "estimate_hours", "due_date", "url"),
    *("assignee", "toil_type", "labels"),
)
ROWS: Final = frozenset({"column", "assignee", "toil_type"})
ASIDE: Final = frozenset({"created", "deleted_at", "archived_at"})


class _Stays(Exception):  # noqa: N818 - caught in this module, where it becomes a sentence
    """The sentence that says why something stays as it is."""


def revert(
    edit: Edit, own: Mapping[str, Change], later: Mapping[str, Change], ground: Ground, *, me: Person
) -> tuple[list[Relabelling], list[str]]:
    """Put former values into an edit; return what is to be relabelled, and why something stays as it is."""
    labels: list[Relabelling] = []
    sentences: dict[str, None] = {}
    for unit in _units(own):
        changes = [own[name] for name in unit]
        try:
            _refuse(edit, changes, later, ground, me=me)
            for change in changes:
                if change.field == "labels":
                    before, after = frozenset(change.before or ()), frozenset(change.after or ())
                    labels.append(Relabelling(edit, give=before - after, take=after - before))
                else:
                    _give_back(edit, change, ground)
        except _Stays as reason:
            sentences[str(reason)] = None
    return labels, list(sentences)


def _units(own: Mapping[str, Change]) -> Iterator[tuple[str, ...]]:
    for unit in (*UNITS, *((name,) for name in SINGLE)):
        present = tuple(name for name in unit if name in own)
        if present:
            yield present


def _refuse(edit: Edit, changes: list[Change], later: Mapping[str, Change], ground: Ground, *, me: Person) -> None:
    """Refuse what somebody changed since, and what cannot be changed where the item is now."""
    key = edit.item.key
    if edit.board.team_id not in ground.teams:
        raise _Stays(_("%(key)s is on a board of another team by now; it stays as it is.") % {"key": key})
    for change in changes:
        if not _is_still(edit, change, later, ground):
            seen = "" if change.field == "created" else change.field
            raise _Stays(_who(key, later.get(seen) or later.get("column") or later.get("deleted_at"), me))
    name = changes[0].field
    try:
        if name in ASIDE:
            refuse_archived_board(edit.board)
            return
        refuse_trash(edit, archived=name in ("column", "rank"))
    except ConflictError as error:
        raise _Stays(f"{key}: {error.message}") from error


def _is_still(edit: Edit, change: Change, later: Mapping[str, Change], ground: Ground) -> bool:
    item, name = edit.item, change.field
    if name == "created":
        return "" not in later and item.deleted_at is None
    if name == "labels":
        return True
    if name == "rank":
        column = ground.columns.get(item.column_id)
        is_comparable = column is not None and column.spacing == change.spacing_before
        return is_comparable and "column" not in later and item.rank == change.after
    if name in ROWS:
        return bool(getattr(item, f"{name}_id") == (change.after["id"] if change.after else None))
    return bool(plain(getattr(item, name)) == change.after)


def _who(key: str, change: Change | None, me: Person) -> str:
    if change is None or (change.by is None and change.token is None):
        return _("%(key)s has changed meanwhile; it stays as it is.") % {"key": key}
    if change.by_id == me.pk:
        return _("You changed %(key)s again meanwhile; it stays as it is.") % {"key": key}
    who = change.by.display_name if change.by else change.token.name if change.token else ""
    return _("%(key)s was changed by %(who)s meanwhile; it stays as it is.") % {"key": key, "who": who}


def _give_back(edit: Edit, change: Change, ground: Ground) -> None:
    name = change.field
    if name == "created":
        edit.set("deleted_at", edit.at)
    elif name in ASIDE:
        # What goes back into the trash lies there from now on, for its whole thirty days.
        edit.set(name, None if change.before is None else edit.at)
        if change.before is None:
            _bring_home(edit, ground)
    elif name == "column":
        _to_column(edit, change, ground)
    elif name == "rank":
        edit.spacing_before = edit.item.column.spacing
        edit.set("rank", ground.rank_in(edit.item.column, change))
    elif name in ROWS:
        _set_row(edit, change, ground)
    else:
        edit.set(name, _value(name, change.before))
        if name in ("classification", "classified_by"):
            edit.put("classified_at", edit.at)
            edit.put("rule_id", None)


def _bring_home(edit: Edit, ground: Ground) -> None:
    """Let an item that comes back stand on its board: where its column has gone, in the first one."""
    item = edit.item
    if ground.open_column(item.column_id) is not None:
        return
    home = ground.first_open(item.board_id)
    if edit.board.deleted_at is not None or home is None:
        raise _Stays(_("%(key)s stays where it is: its board is gone.") % {"key": item.key})
    enter(edit, home, rank=ground.end_of(home), left=item.column)


def _to_column(edit: Edit, change: Change, ground: Ground) -> None:
    column = ground.open_column(change.before["id"])
    if column is None or column.board.archived_at is not None or column.board.team_id not in ground.teams:
        values = {"key": edit.item.key, "column": change.before["name"]}
        raise _Stays(_("The column “%(column)s” is gone; %(key)s stays where it is.") % values)
    enter(edit, column, rank=ground.rank_in(column, change), left=edit.item.column)


def _set_row(edit: Edit, change: Change, ground: Ground) -> None:
    rows: Mapping[int, Any] = ground.people if change.field == "assignee" else ground.toil_types
    row = None if change.before is None else rows.get(change.before["id"])
    if change.before is not None and row is None:
        values = {"key": edit.item.key, "name": change.before["name"]}
        raise _Stays(_("%(name)s is gone; %(key)s stays as it is.") % values)
    edit.set(change.field, row)


def _value(name: str, before: Any) -> Any:
    return date.fromisoformat(before) if name == "due_date" and before else before

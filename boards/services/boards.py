"""Making, changing and putting away boards."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final, Literal

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext as _

from boards.arrangement import mark_of_board
from boards.models import Board, Column, FormerAddress, Item, Stage
from boards.services.column_order import in_order
from boards.services.columns import ColumnSpec, arrange_columns, check_columns
from boards.services.errors import BoardStaleError, InTrashError, invalid
from boards.services.feed import announce_board, together
from boards.services.places import lock_columns, lock_kept_columns
from boards.services.record import begin, lock_items, refuse_archived_board, write_edits
from boards.services.values import checked_text
from teams.actors import Actor
from teams.models import Team

MAX_NAME: Final = 200
MAX_SLUG: Final = 60


def usual_columns() -> list[ColumnSpec]:
    """Return the columns of a board for which none were given."""
    return [
        ColumnSpec(name=_("Backlog"), stage=Stage.QUEUE),
        ColumnSpec(name=_("In progress"), stage=Stage.ACTIVE),
        ColumnSpec(name=_("Waiting"), stage=Stage.WAITING),
        ColumnSpec(name=_("Done"), stage=Stage.DONE),
    ]


@transaction.atomic
def create_board(
    *,
    team: Team,
    name: str,
    by: Actor,
    at: datetime,
    columns: Sequence[ColumnSpec] | None = None,
    slug: str | None = None,
) -> Board:
    """Make a board with its columns from left to right (the usual four, where none are given)."""
    title = checked_text("name", name, limit=MAX_NAME, required=True)
    specs = check_columns(usual_columns() if columns is None else columns)
    board = Board(team=team, name=title, created_at=at, updated_at=at, position=_last_position(team))
    board.slug = _free_slug(team, title) if slug is None else _checked_slug(team, slug)
    try:
        with transaction.atomic():
            board.save(force_insert=True)
    except IntegrityError as error:
        raise invalid("slug", _("The team has a board with this short name.")) from error
    Column.objects.bulk_create(
        Column(board=board, name=spec.name, stage=spec.stage, wip_limit=spec.wip_limit, position=position)
        for position, spec in enumerate(specs, start=1)
    )
    return board


@together()
def update_board(
    *,
    board: Board,
    by: Actor,
    at: datetime,
    name: str | None = None,
    slug: str | None = None,
    columns: Sequence[ColumnSpec] | None = None,
    if_match: Collection[str] | None = None,
) -> Board:
    """Rename a board, or give it the columns of a list: with id to change, without to add, left out to delete.

    `if_match` are the marks (`arrangement.mark_of_board`) that the writer allows.
    """
    if if_match is not None:
        _refuse_stale(board, if_match)
    if columns is not None:
        arrange_columns(board=board, columns=columns, by=by, at=at)
    current = lock_board(board)
    refuse_archived_board(current)
    if name is not None:
        current.name = checked_text("name", name, limit=MAX_NAME, required=True)
    if slug is not None and slug != current.slug:
        new = _checked_slug(current.team, slug)
        FormerAddress.objects.filter(team=current.team, slug=new).delete()
        FormerAddress.objects.update_or_create(team=current.team, slug=current.slug, defaults={"board": current})
        current.slug = new
    current.updated_at = at
    current.save(update_fields=["name", "slug", "updated_at"])
    announce_board(board_id=current.pk, by=by, at=at)
    return current


@together()
def delete_board(*, board: Board, by: Actor, at: datetime) -> Board:
    """Put a board into the trash, with all that is on it; its items count nowhere until it is restored."""
    return _put(board, "deleted_at", at, by=by, at=at)


@together()
def restore_board(*, board: Board, by: Actor, at: datetime) -> Board:
    """Take a board out of the trash, with all that was on it."""
    return _put(board, "deleted_at", None, by=by, at=at)


@together()
def archive_board(*, board: Board, by: Actor, at: datetime) -> Board:
    """Put a board aside: it can be read and not changed; what was measured stays, and nothing more is."""
    return _put(board, "archived_at", at, by=by, at=at)


@together()
def unarchive_board(*, board: Board, by: Actor, at: datetime) -> Board:
    """Take a board out of the archive: its items are worked on from now on as they stand."""
    return _put(board, "archived_at", None, by=by, at=at)


def _put(
    board: Board, name: Literal["deleted_at", "archived_at"], value: datetime | None, *, by: Actor, at: datetime
) -> Board:
    """Put a board into or out of the trash or the archive; done twice it is done once."""
    lock_columns(Column.objects.filter(board=board).values_list("pk", flat=True))
    current = lock_board(board)
    before = getattr(current, name)
    if (before is None) == (value is None):
        return current
    if name == "archived_at" and current.deleted_at is not None:
        raise InTrashError(_("The board “%s” is in the trash; restore it first.") % current.name)
    setattr(current, name, value)
    current.updated_at = at
    current.save(update_fields=[name, "updated_at"])
    standing = Item.objects.filter(board=current, deleted_at__isnull=True, archived_at__isnull=True)
    edits = [begin(item, at=at, board=current) for item in lock_items(standing.values_list("pk", flat=True))]
    for edit in edits:
        edit.note(f"board_{name}", before, value)
    write_edits(edits, by=by)
    announce_board(board_id=current.pk, by=by, at=at)
    return current


@transaction.atomic
def shift_board(*, board: Board, step: int) -> list[Board]:
    """Put a board one place further to the front (-1) or to the end (1) among its team's boards in use."""
    Team.objects.select_for_update(no_key=True).get(pk=board.team_id)
    order = list(Board.objects.in_use().filter(team=board.team_id).in_order())
    place = next((place for place, each in enumerate(order) if each.pk == board.pk), None)
    if place is None:
        raise InTrashError(_("The board “%s” is archived or in the trash; take it out first.") % board.name)
    order.insert(min(max(place + step, 0), len(order) - 1), order.pop(place))
    for position, each in enumerate(order, start=1):
        each.position = position
    Board.objects.bulk_update(order, ["position"])
    return order


def _last_position(team: Team) -> int:
    """Return where a new board stands: behind all others, but by its name where nobody has ordered them yet."""
    highest: int = Board.objects.filter(team=team).aggregate(highest=Max("position"))["highest"] or 0
    return highest + 1 if highest else 0


def _refuse_stale(board: Board, allowed: Collection[str]) -> None:
    columns = in_order(lock_kept_columns(board).values())
    current = lock_board(board)
    if mark_of_board(name=current.name, slug=current.slug, columns=columns) not in allowed:
        raise BoardStaleError


def lock_board(board: Board) -> Board:
    """Lock a board's own row, after its columns', and load it with its team."""
    return Board.objects.select_related("team").select_for_update(of=("self",), no_key=True).get(pk=board.pk)


def _free_slug(team: Team, name: str) -> str:
    stem = slugify(name)[: MAX_SLUG - 5].strip("-") or "board"
    taken = set(Board.objects.filter(team=team, slug__startswith=stem).values_list("slug", flat=True))
    number = 2
    slug = stem
    while slug in taken:
        slug, number = f"{stem}-{number}", number + 1
    return slug


def _checked_slug(team: Team, slug: str) -> str:
    text = checked_text("slug", slug, limit=MAX_SLUG, required=True)
    if slugify(text) != text:
        raise invalid("slug", _("A short name has small letters, digits and hyphens only."))
    if Board.objects.filter(team=team, slug=text).exists():
        raise invalid("slug", _("The team has a board with this short name."))
    return text

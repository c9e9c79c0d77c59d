"""Adding and changing the columns of a board."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import Any, Final

from django.db.models import Max
from django.utils.translation import gettext as _

from boards.arrangement import mark_of
from boards.models import Board, Column, Stage
from boards.services.column_order import in_order, place_column
from boards.services.column_trash import put_away, refuse_namesake
from boards.services.errors import ColumnChangedError, InTrashError, invalid
from boards.services.feed import announce_board, together
from boards.services.places import lock_kept_columns
from boards.services.rebuild import recompute_milestones
from boards.services.values import checked_text
from teams.actors import Actor

MAX_NAME: Final = 100
MAX_COLUMNS: Final = 50
MAX_WIP_LIMIT: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnSpec:
    """A column as it should be; with the id of one that is there, or without for a new one."""

    name: str
    stage: Stage | str
    wip_limit: int | None = None
    id: int | None = None


def check_columns(specs: Sequence[ColumnSpec]) -> list[ColumnSpec]:
    """Return columns with clean values; refuse none at all, too many, and two of the same name."""
    if not 1 <= len(specs) <= MAX_COLUMNS:
        raise invalid("columns", _("A board has from 1 to %d columns.") % MAX_COLUMNS)
    checked = [_checked(spec) for spec in specs]
    names = [spec.name.casefold() for spec in checked]
    for name in names:
        if names.count(name) > 1:
            raise invalid("columns", _("Two columns of a board have the same name."))
    return checked


@together()
def arrange_columns(*, board: Board, columns: Sequence[ColumnSpec], by: Actor, at: datetime) -> list[Column]:
    """Make a board's columns, from left to right, those of a list; what the list leaves out is deleted if empty."""
    specs = check_columns(columns)
    present = lock_kept_columns(board)
    ids = [spec.id for spec in specs if spec.id is not None]
    if unknown := [number for number in ids if number not in present]:
        raise invalid("columns", _("The board has no column %d.") % unknown[0])
    if len(set(ids)) < len(ids):
        raise invalid("columns", _("A column is in the list twice."))
    for column in present.values():
        if column.pk not in ids:
            put_away(column, at=at)
    arranged: list[Column] = []
    restaged = False
    for position, spec in enumerate(specs, start=1):
        column = Column(board=board, stage=spec.stage) if spec.id is None else present[spec.id]
        restaged |= column.stage != spec.stage
        column.name, column.stage, column.wip_limit = spec.name, str(spec.stage), spec.wip_limit
        column.position = position
        column.save()
        arranged.append(column)
    if restaged:
        recompute_milestones(board=board, at=at)
    announce_board(board_id=board.pk, by=by, at=at)
    return arranged


@together()
def add_column(
    *, board: Board, name: str, stage: Stage | str, by: Actor, at: datetime, wip_limit: int | None = None
) -> Column:
    """Add a column at the right; one for work that is not done goes to the left of what is done."""
    present = lock_kept_columns(board)
    spec = _checked(ColumnSpec(name=name, stage=stage, wip_limit=wip_limit))
    refuse_namesake(spec.name, present.values())
    if len(present) >= MAX_COLUMNS:
        raise invalid("columns", _("A board has from 1 to %d columns.") % MAX_COLUMNS)
    highest = board.columns.aggregate(highest=Max("position"))["highest"] or 0
    column = Column.objects.create(
        board=board, name=spec.name, stage=str(spec.stage), wip_limit=spec.wip_limit, position=highest + 1
    )
    done = list(takewhile(lambda each: each.is_done, reversed(in_order(present.values()))))
    if done and not column.is_done:
        place_column(column=column, before=done[-1], by=by, at=at)
        column.refresh_from_db(fields=["position"])
        return column
    announce_board(board_id=board.pk, by=by, at=at)
    return column


@together()
def edit_column(
    *,
    column: Column,
    name: str,
    stage: Stage | str,
    wip_limit: int | None,
    by: Actor,
    at: datetime,
    shown: ColumnSpec | None = None,
    seen: str | None = None,
) -> Column:
    """Give a column a name, a stage and a limit (None: none); another stage moves its items' milestones.

    `shown` is what the writer saw: what is given as it was shown is left as it is now, and what somebody else changed
    meanwhile is not overwritten but a ColumnChangedError. `seen` is the mark of all columns (`arrangement.mark_of`)
    that the writer's decision is built on: any change among them is one too.
    """
    present = lock_kept_columns(column.board)
    spec = _checked(ColumnSpec(name=name, stage=stage, wip_limit=wip_limit))
    if seen is not None and seen != mark_of(in_order(present.values())):
        raise ColumnChangedError(_("The columns have been changed meanwhile: look again at what it would do now."))
    current = present.pop(column.pk, None)
    if current is None:
        raise InTrashError(_("The column “%s” is in the trash; restore it first.") % column.name)
    if shown is not None:
        spec = _merged(current, shown, spec)
    refuse_namesake(spec.name, present.values())
    restaged = current.stage != spec.stage
    current.name, current.stage, current.wip_limit = spec.name, str(spec.stage), spec.wip_limit
    current.save(update_fields=["name", "stage", "wip_limit"])
    if restaged:
        recompute_milestones(board=current.board, at=at)
    announce_board(board_id=current.board_id, by=by, at=at)
    return current


def _merged(current: Column, shown: ColumnSpec, given: ColumnSpec) -> ColumnSpec:
    """Return what a column is to be: only what was given otherwise than it was shown is changed."""
    wanted: dict[str, Any] = {}
    crossing: dict[str, list[str]] = {}
    for name in ("name", "stage", "wip_limit"):
        now, before, then = (getattr(spec, name) for spec in (current, shown, given))
        wanted[name] = now if then == before else then
        if then not in (before, now) and now != before:
            crossing[name] = [_("Somebody has changed this to “%s” meanwhile.") % said(name, now)]
    if crossing:
        sentences = " ".join(sentence for found in crossing.values() for sentence in found)
        raise ColumnChangedError(sentences, fields=crossing)
    return ColumnSpec(**wanted)


def said(name: str, value: Any) -> str:
    """Say the value of a column's field as people read it."""
    if name == "stage":
        return str(Stage(value).label)
    return _("no limit") if value is None else str(value)


def _checked(spec: ColumnSpec) -> ColumnSpec:
    if spec.stage not in Stage.values:
        raise invalid("stage", _("This has to be one of %s.") % ", ".join(Stage.values))
    if spec.wip_limit is not None and not 1 <= spec.wip_limit <= MAX_WIP_LIMIT:
        raise invalid("wip_limit", _("A WIP limit is a whole number from 1 to a million."))
    name = checked_text("name", spec.name, limit=MAX_NAME, required=True)
    return ColumnSpec(name=name, stage=spec.stage, wip_limit=spec.wip_limit, id=spec.id)

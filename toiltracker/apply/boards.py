"""Makes the boards and rules of a team what the file declares."""

from collections.abc import Sequence
from typing import Any

from boards.models import Board, Column, Rule, ToilType
from boards.services.boards import create_board, delete_board, restore_board, unarchive_board, update_board
from boards.services.columns import ColumnSpec
from boards.services.rules import create_rule, delete_rule, edit_rule
from boards.services.toil_types import create_toil_type
from teams.models import Team
from toiltracker.apply.changes import Application
from toiltracker.apply.declared import DeclaredBoard, DeclaredRule


def make_board(application: Application, team: Team, declared: DeclaredBoard) -> None:
    """Make a board as declared; one in the trash comes back."""
    by, at = application.by, application.at
    board = Board.objects.filter(team=team, slug=declared.slug).first()
    if board is None:
        create_board(team=team, slug=declared.slug, name=declared.name, columns=declared.columns, by=by, at=at)
        application.added(declared.place)
        return
    if board.deleted_at is not None:
        board = restore_board(board=board, by=by, at=at)
        application.changed(f"{declared.place}: back from the trash")
    if board.archived_at is not None:
        board = unarchive_board(board=board, by=by, at=at)
        application.changed(f"{declared.place}: back from the archive")
    if board.name != declared.name:
        application.changed(f"{declared.place}: name “{board.name}” → “{declared.name}”")
        board = update_board(board=board, name=declared.name, by=by, at=at)
    if declared.columns is not None:
        _make_columns(application, board, declared)


def remove_undeclared_boards(application: Application, team: Team, declared: list[DeclaredBoard]) -> None:
    """Put into the trash, when pruning, the boards that the file does not name."""
    slugs = {board.slug for board in declared}
    for board in Board.objects.kept().filter(team=team).exclude(slug__in=slugs).order_by("pk"):
        what = f"team “{team.slug}”, board “{board.slug}”"
        if application.prunes:
            delete_board(board=board, by=application.by, at=application.at)
            application.removed(f"{what}: to the trash")
        else:
            application.undeclared(what)


def make_rules(application: Application, team: Team, declared: list[DeclaredRule]) -> None:
    """Make the rules as declared and in the order of the file; undeclared ones come behind them, or go."""
    present = {rule.name: rule for rule in Rule.objects.filter(team=team).order_by("position", "pk")}
    for position, rule in enumerate(declared, start=1):
        _make_rule(application, team, present.pop(rule.name, None), rule, position)
    for position, undeclared in enumerate(present.values(), start=len(declared) + 1):
        what = f"team “{team.slug}”, rule “{undeclared.name}”"
        if application.prunes:
            delete_rule(rule=undeclared, by=application.by, at=application.at)
            application.removed(what)
            continue
        application.undeclared(what)
        if undeclared.position < position and declared:
            edit_rule(rule=undeclared, changes={"position": position}, by=application.by, at=application.at)
            application.changed(f"{what}: behind the declared ones")


def _make_rule(application: Application, team: Team, present: Rule | None, declared: DeclaredRule, place: int) -> None:
    toil_type = _toil_type(application, team, declared)
    wanted = {**declared.conditions, "classification": declared.classification, "toil_type": toil_type}
    if present is None:
        fields = {"name": declared.name, "position": place, **wanted}
        create_rule(team=team, fields=fields, by=application.by, at=application.at)
        application.added(declared.place)
        return
    changes: dict[str, Any] = {name: value for name, value in wanted.items() if getattr(present, name) != value}
    if present.position != place:
        changes["position"] = place
    if changes:
        edit_rule(rule=present, changes=changes, by=application.by, at=application.at)
        application.changed(f"{declared.place}: {', '.join(changes)}")


def _toil_type(application: Application, team: Team, declared: DeclaredRule) -> ToilType | None:
    if not declared.toil_type:
        return None
    toil_type = ToilType.objects.filter(team=team, name=declared.toil_type).first()
    if toil_type is None:
        toil_type = create_toil_type(team=team, name=declared.toil_type, by=application.by, at=application.at)
        application.added(f"team “{team.slug}”, toil type “{toil_type.name}”")
    return toil_type


def _make_columns(application: Application, board: Board, declared: DeclaredBoard) -> None:
    present = list(Column.objects.kept().filter(board=board).in_order())
    by_name = {column.name.casefold(): column for column in present}
    wanted = [_matched(spec, by_name.pop(spec.name.casefold(), None)) for spec in declared.columns or []]
    for column in by_name.values():
        what = f"{declared.place}, column “{column.name}”"
        if application.prunes:
            application.removed(f"{what}: to the trash")
        else:
            application.undeclared(what)
            wanted.append(_spec(column))
    if wanted != [_spec(column) for column in present]:
        update_board(board=board, columns=wanted, by=application.by, at=application.at)
        _tell_columns(application, declared.place, wanted, present)


def _tell_columns(
    application: Application, place: str, wanted: Sequence[ColumnSpec], present: Sequence[Column]
) -> None:
    before = {column.pk: _spec(column) for column in present}
    for spec in wanted:
        if spec.id is None:
            application.added(f"{place}, column “{spec.name}”")
        elif before[spec.id] != spec:
            application.changed(f"{place}, column “{spec.name}”")
    order = [spec.id for spec in wanted if spec.id is not None]
    if order != [column.pk for column in present if column.pk in order]:
        application.changed(f"{place}: order of the columns")


def _matched(spec: ColumnSpec, column: Column | None) -> ColumnSpec:
    return ColumnSpec(name=spec.name, stage=spec.stage, wip_limit=spec.wip_limit, id=column.pk if column else None)


def _spec(column: Column) -> ColumnSpec:
    return ColumnSpec(name=column.name, stage=column.stage, wip_limit=column.wip_limit, id=column.pk)

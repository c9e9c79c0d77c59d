"""What a batch will do: which of its tickets are new, changed, unchanged, or left alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from django.utils.translation import gettext as _

from boards.models import Board, Column, Item
from boards.queries import rule_specs
from boards.rules import RuleSpec
from boards.services.places import lock_columns
from boards.services.record import refuse_archived_board
from imports.batches import BatchRow, Outcome
from imports.merge import changed_at_source, is_stale, said_together
from imports.models import StatusWord
from imports.past import past_of
from imports.services.errors import BoardWithoutColumnsError
from imports.statuses import DONE, StatusColumn, StatusMap
from imports.tickets import Said, Ticket, parse_ticket
from teams.actors import Actor

# Fields of a ticket that can tell that it is closed.
CLOSING: Final = frozenset({"status", "started_at", "finished_at", "history"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where the tickets go, by whom and when: loaded once for a batch.

    Of an import that is announced as a whole each batch `is_quiet`.
    """

    board: Board
    source: str
    columns: Mapping[int, Column]
    statuses: StatusMap
    rules: Sequence[RuleSpec]
    by: Actor
    at: datetime
    import_id: int | None = None
    is_quiet: bool = False

    @property
    def stages(self) -> dict[int, str]:
        """The stages of the board's columns."""
        return {column_id: column.stage for column_id, column in self.columns.items()}

    @property
    def response_cap(self) -> timedelta:
        """How much work answering one alarm counts as, at most."""
        return timedelta(hours=self.board.team.response_cap_hours)


class Known(NamedTuple):
    """An item that is here already, and what its source said last."""

    item: int
    is_trashed: bool
    column: int
    said: Said
    updated_at: datetime | None
    ticket: int | None
    stages: Mapping[str, str]


class Update(NamedTuple):
    """A ticket that has changed, and in which fields."""

    row: BatchRow
    known: Known
    changed: frozenset[str]


@dataclass(slots=True)
class Plan:
    """What is to be written; `quiet` are updates in which only the source's clock moved."""

    new: list[BatchRow] = field(default_factory=list)
    updates: list[Update] = field(default_factory=list)
    quiet: list[Update] = field(default_factory=list)

    @property
    def names(self) -> set[str]:
        """Everybody whom the tickets to be written name."""
        rows = [*self.new, *(update.row for update in self.updates)]
        names = {name for row in rows if row.ticket is not None for name in row.ticket.people}
        return names | {name for update in self.updates for name in _names_before(update.known.said)}


def _names_before(said: Said) -> set[str]:
    """Return whom a ticket named last time, since what it leaves out now still holds."""
    named = {said.get("assignee"), said.get("responder")} | {entry.get("assignee") for entry in said.get("history", ())}
    named |= {log["person"] for log in said.get("logs", ())}
    return {name for name in named if name}


def load_target(
    *,
    board: Board,
    source: str,
    stages: Mapping[str, str],
    by: Actor,
    at: datetime,
    rules: Sequence[RuleSpec] | None = None,
) -> Target:
    """Load what every row needs of a board: its columns, its status map, its team's rules."""
    columns = list(Column.objects.filter(board=board).kept().in_order())
    mapped = StatusWord.objects.filter(board=board, source=source).values_list("word", "column_id")
    statuses = StatusMap(
        [StatusColumn(column.pk, column.name, column.stage) for column in columns], dict(mapped), dict(stages)
    )
    return Target(
        board=board,
        source=source,
        columns={column.pk: column for column in columns},
        statuses=statuses,
        rules=rule_specs(board.team_id) if rules is None else rules,
        by=by,
        at=at,
    )


def open_target(
    *,
    board: Board,
    source: str,
    stages: Mapping[str, str],
    by: Actor,
    at: datetime,
    import_id: int | None = None,
    is_quiet: bool = False,
) -> Target:
    """Load where tickets go, or say why none can: the board is archived by now, or has no columns.

    `import_id` is the import that they are of, whose new items can be taken back together.
    """
    board.refresh_from_db(fields=["archived_at"])
    refuse_archived_board(board)
    target = load_target(board=board, source=source, stages=stages, by=by, at=at)
    if not target.columns:
        raise BoardWithoutColumnsError(_("The board has no columns."))
    return replace(target, import_id=import_id, is_quiet=is_quiet)


def lock_target(target: Target) -> Target:
    """Lock the board's columns, and return the target as they are then.

    An owner may have renamed, restaged, added or deleted columns since it was loaded, or archived the board.
    """
    lock_columns(Column.objects.filter(board=target.board).values_list("pk", flat=True))
    board = Board.objects.select_related("team").get(pk=target.board.pk)
    refuse_archived_board(board)
    now = load_target(
        board=board, source=target.source, stages=target.statuses.stages, by=target.by, at=target.at, rules=target.rules
    )
    if now.statuses.columns == target.statuses.columns:
        return target
    return replace(now, import_id=target.import_id, is_quiet=target.is_quiet)


def make_plan(target: Target, rows: Sequence[BatchRow]) -> Plan:
    """Sort the tickets of a batch by what they ask for; those that ask for nothing get their outcome."""
    plan = Plan()
    known = _find(target, [row.external_id for row in rows])
    for row in rows:
        here, row.note = known.get(row.external_id), ""
        if here is None and row.is_removal:  # what is gone at its source, and never was here
            row.outcome, row.note = Outcome.SKIPPED, "gone"
        elif here is None:
            plan.new.append(row)
        else:
            row.item = here.item
            _plan_update(plan, target, row, here)
    return plan


def _plan_update(plan: Plan, target: Target, row: BatchRow, here: Known) -> None:
    ticket = row.ticket
    if ticket is None:
        return
    if here.is_trashed or is_stale(ticket, here.updated_at):
        row.outcome, row.note = Outcome.SKIPPED, "trash" if here.is_trashed else "stale"
        return
    changed = changed_at_source(here.said, ticket.said)
    update = Update(row, here, changed)
    if changed - {"updated_at"} or _is_to_be_closed(target, ticket, here):
        plan.updates.append(update)
        return
    row.outcome = Outcome.UNCHANGED
    if changed:
        plan.quiet.append(update)


def whole_ticket(last: Said, now: Ticket, *, at: datetime) -> Ticket:
    """Return a ticket with all that its source has said by now; what contradicts itself by now, as it came."""
    whole = parse_ticket(said_together(last, now.said), at=at)
    return whole if isinstance(whole, Ticket) else now


def _is_to_be_closed(target: Target, ticket: Ticket, here: Known) -> bool:
    """Whether a ticket is closed at its source, by what it says now and has said before, and its item is open here."""
    column = target.columns.get(here.column)
    if column is None or column.is_done:
        return False
    if (here.said.keys() - ticket.said.keys()) & CLOSING:
        ticket = whole_ticket(here.said, ticket, at=target.at)
    last = past_of(ticket, statuses=target.statuses, at=target.at)[-1]
    return target.columns[last.column].stage == DONE


def _find(target: Target, external_ids: Sequence[str]) -> dict[str, Known]:
    rows: Any = Item.objects.filter(board=target.board, source=target.source, external_id__in=external_ids)
    names = (
        "external_id",
        "pk",
        "deleted_at",
        "column_id",
        "ticket__said",
        "ticket__updated_at",
        "ticket__pk",
        "ticket__stages",
    )
    return {
        key: Known(item, deleted_at is not None, column, said or {}, updated_at, ticket, stages or {})
        for key, item, deleted_at, column, said, updated_at, ticket, stages in rows.values_list(*names)
    }

"""What a ticket says about its past: from when on it stood in which column, whose it was, whether it was blocked."""

from datetime import datetime
from typing import NamedTuple

from imports.statuses import ACTIVE, DONE, StatusMap
from imports.tickets import Ticket


class Moment(NamedTuple):
    """From `at` on the ticket stood so; the assignee is named as the source names them."""

    at: datetime
    column: int
    assignee: str | None
    is_blocked: bool


def created_at_of(ticket: Ticket, *, at: datetime) -> datetime:
    """Return when the ticket was created: as it says, else the earliest time it names, else now."""
    if ticket.created_at is not None:
        return ticket.created_at
    known = [ticket.started_at, ticket.finished_at, ticket.updated_at, ticket.acknowledged_at]
    known += [ticket.history[0].at] if ticket.history else []
    known += [ticket.logs[0].started_at] if ticket.logs else []
    return min((moment for moment in known if moment is not None), default=at)


def past_of(ticket: Ticket, *, statuses: StatusMap, at: datetime, entered_at: datetime | None = None) -> list[Moment]:
    """Return the moments at which the ticket's state changed, in the order of time.

    The first is its creation. `at` is the time of the import: what the ticket says without saying since when holds
    from its `updated_at`, else from `entered_at` (when an earlier import entered it), else from `at`.
    """
    created_at = created_at_of(ticket, at=at)
    if ticket.history is None:
        moments = _by_dates(ticket, statuses, created_at)
    else:
        moments = _by_history(ticket, statuses, created_at)
    is_entered = entered_at is not None and entered_at > moments[-1].at
    _add(moments, _as_it_stands(ticket, statuses, moments[-1], at=entered_at if entered_at and is_entered else at))
    return moments


def unknown_statuses(ticket: Ticket, *, statuses: StatusMap) -> list[str]:
    """Return the status words of a ticket that no column is known for."""
    return sorted(word for word in ticket.statuses if statuses.find(word) is None)


def _by_history(ticket: Ticket, statuses: StatusMap, created_at: datetime) -> list[Moment]:
    """Return the past as the history tells it; the ticket's assignee had it until an entry says otherwise."""
    moments = [Moment(created_at, statuses.start.id, ticket.said.get("assignee"), False)]
    for entry in ticket.history or ():
        last = moments[-1]
        changed = entry.changed
        column = statuses.column(changed["status"]).id if "status" in changed else last.column
        assignee = changed.get("assignee", last.assignee)
        _add(moments, Moment(entry.at, column, assignee, changed.get("blocked", last.is_blocked)))
    return moments


def _by_dates(ticket: Ticket, statuses: StatusMap, created_at: datetime) -> list[Moment]:
    assignee = ticket.said.get("assignee")
    moments = [Moment(created_at, statuses.start.id, assignee, False)]
    for moment, stage in ((ticket.started_at, ACTIVE), (ticket.finished_at, DONE)):
        column = statuses.first(stage) if moment is not None else None
        if moment is not None and column is not None:
            _add(moments, Moment(moment, column.id, assignee, False))
    return moments


def _as_it_stands(ticket: Ticket, statuses: StatusMap, last: Moment, *, at: datetime) -> Moment:
    """Return the state that the status names, which the past before may not have explained."""
    column = last.column
    since = ticket.updated_at if ticket.updated_at is not None and ticket.updated_at >= last.at else max(at, last.at)
    if status := ticket.said.get("status"):
        found = statuses.find(status)
        if found is not None:
            column = found.id
            if found.stage == DONE and ticket.finished_at is not None and ticket.finished_at >= last.at:
                since = ticket.finished_at
        elif not (ticket.history or ticket.started_at or ticket.finished_at):
            column = statuses.columns[0].id
    return Moment(since, column, last.assignee, last.is_blocked)


def _add(moments: list[Moment], moment: Moment) -> None:
    """Append a moment, unless it changes nothing; at one instant and in one column the last assignee counts.

    A column that was left in the instant of its entry stays in the list, since it was entered.
    """
    last = moments[-1]
    if last[1:] == moment[1:]:
        return
    if moment.at != last.at or moment.column != last.column:
        moments.append(moment)
        return
    moments[-1] = moment
    if len(moments) > 1 and moments[-2][1:] == moment[1:]:
        moments.pop()

"""How the past of an item that is here already is brought in line with what its source says now.

Changes are append-only. What an item went through is the replay of its changes by time, of one instant the later
record counting. So when a source's history grows, its new entries are appended; when it was rewritten, the right
value is appended once more wherever the replay would give another, and the stays are those of the whole replay. What
people did here stands between the source's entries, at its own time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from imports.merge import (
    RESTATING_FIELDS,
    STATE_FIELDS,
    Step,
    at_instants,
    corrections,
    merged,
    set_here_later,
    since_when,
)
from imports.past import past_of
from imports.statuses import ACTIVE, DONE, QUEUE, StatusMap
from imports.tickets import Ticket


@dataclass(frozen=True, slots=True)
class Written:
    """One recorded step of a part of an item's state; `is_here` where a person took it here."""

    step: Step
    is_here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """An item that is here, and the newer ticket: all that decides how its past is to be written.

    The ticket holds all that its source has said by now, `changed` names what of it is new. `written` holds, for
    each part of the state, what was recorded, in the order of the replay. Columns and people are ids; `stages` are
    those of the columns, `people` the ids of the names in the ticket.
    """

    written: Mapping[str, Sequence[Written]]
    ticket: Ticket
    changed: frozenset[str]
    touched: Mapping[str, datetime]
    statuses: StatusMap
    stages: Mapping[int, str]
    people: Mapping[str, int]
    at: datetime


def rewritten(now: Situation) -> dict[str, list[tuple[datetime, Any, Any]]]:
    """Return what to append to each part of the state, as (at, before, after), oldest first."""
    source = _source_steps(now)
    wanted = {}
    for name in STATE_FIELDS:
        here = [entry.step for entry in now.written[name] if entry.is_here]
        together = at_instants(merged(source[name], here))
        final = _final_step(name, now, source[name], together, here)
        wanted[name] = [*together, final] if final else together
    start = min(steps[0].at for steps in wanted.values())
    appended = {}
    for name in STATE_FIELDS:
        written = [entry.step for entry in now.written[name]]
        begin = min(start, written[0].at)
        whole = wanted[name] if wanted[name][0].at == begin else [Step(begin, wanted[name][0].value), *wanted[name]]
        appended[name] = corrections(written, whole)
    return appended


def _source_steps(now: Situation) -> dict[str, list[Step]]:
    """Return what the source says of the past by now; without a history, as far as it has said it at all."""
    ticket, changed = now.ticket, now.changed
    steps = {name: [entry.step for entry in now.written[name] if not entry.is_here] for name in STATE_FIELDS}
    if ticket.history is not None and changed & RESTATING_FIELDS:
        return _restated(now, steps)
    for name in STATE_FIELDS:
        if not steps[name]:
            steps[name] = [now.written[name][0].step]
    if ticket.history is None and ticket.created_at is not None and "created_at" in changed:
        for name in STATE_FIELDS:
            first = steps[name][0]
            steps[name][0] = Step(min(ticket.created_at, first.at), first.value)
    if ticket.history is None:
        steps["column"] = _dated(now, steps["column"])
    status = ticket.said.get("status")
    column = now.statuses.find(status) if status and changed & {"status", "started_at", "finished_at"} else None
    if column is not None:
        since = ticket.finished_at if column.stage == DONE else None
        _enter(steps["column"], column.id, since, ticket.updated_at, now.at)
    if "assignee" in changed:
        assignee = ticket.said["assignee"]
        _enter(steps["assignee"], assignee and now.people[assignee], ticket.updated_at, None, now.at)
    return steps


def _restated(now: Situation, before: Mapping[str, Sequence[Step]]) -> dict[str, list[Step]]:
    """Return the past as a full history tells it."""
    entered_at = since_when(before["column"])
    moments = past_of(now.ticket, statuses=now.statuses, at=now.at)
    if entered_at is not None and before["column"][-1].value == moments[-1].column:
        moments = past_of(now.ticket, statuses=now.statuses, at=now.at, entered_at=entered_at)
    return {
        "column": [Step(moment.at, moment.column) for moment in moments],
        "assignee": [Step(moment.at, moment.assignee and now.people[moment.assignee]) for moment in moments],
        "is_blocked": [Step(moment.at, moment.is_blocked) for moment in moments],
    }


def _dated(now: Situation, steps: list[Step]) -> list[Step]:
    """Put in when the work started and finished, where the ticket says so newly."""
    ticket = now.ticket
    active, done = now.statuses.first(ACTIVE), now.statuses.first(DONE)
    if ticket.started_at is not None and "started_at" in now.changed and active is not None:
        earlier = [step for step in steps if step.at <= ticket.started_at]
        if not earlier or now.stages.get(earlier[-1].value) == QUEUE:
            later = [step for step in steps if step.at > ticket.started_at]
            steps = [*earlier, Step(ticket.started_at, active.id), *later]
    if ticket.finished_at is not None and "finished_at" in now.changed and done is not None:
        steps = [*(step for step in steps if step.at < ticket.finished_at), Step(ticket.finished_at, done.id)]
    return steps


def _enter(steps: list[Step], value: Any, first: datetime | None, second: datetime | None, at: datetime) -> None:
    """Append a value at the first of these times that does not lie before what is known."""
    last = steps[-1]
    if last.value != value:
        since = next((moment for moment in (first, second) if moment is not None and moment >= last.at), None)
        steps.append(Step(since or max(at, last.at), value))


def _final_step(
    name: str, now: Situation, source: Sequence[Step], together: Sequence[Step], here: Sequence[Step]
) -> Step | None:
    """Return the step with which the source prevails over what was done here last, if it does.

    It does where it says that the ticket is closed, and where it has changed its mind after that.
    """
    said, standing = source[-1].value, together[-1].value
    if said == standing or not here:
        return None
    written = [entry.step for entry in now.written[name]]
    held = since_when(written)
    if written[-1].value == said and held is not None and held > here[-1].at:
        return Step(held, said)
    last = together[-1].at
    if name == "column" and now.stages.get(said) == DONE and now.stages.get(standing) != DONE:
        return Step(max(now.at, last), said)
    before = [entry.step.value for entry in now.written[name] if not entry.is_here]
    if (before and before[-1] == said) or set_here_later(name, now.touched, now.ticket.updated_at):
        return None
    updated_at = now.ticket.updated_at
    return Step(updated_at if updated_at is not None and updated_at >= last else max(now.at, last), said)

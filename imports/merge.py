"""What an update of a ticket changes here: what its source said last against what it says now, and what people did."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from imports.tickets import Said, Ticket

# Fields of an item that a ticket's field of the same name sets, each taken or left by itself.
PLAIN_FIELDS: Final = (
    "title",
    "description",
    "url",
    "service",
    "is_interrupt",
    "priority",
    "estimate_hours",
    "due_date",
    "reporter",
    "project",
    "labels",
    "classification",
)
# With these a source that tells histories tells the whole past anew; without them only how things stand.
RESTATING_FIELDS: Final = frozenset({"history", "created_at"})
STATE_FIELDS: Final = ("column", "assignee", "is_blocked")
ANSWER: Final = frozenset({"responder", "acknowledged_at"})
_UNSAID: Final = object()


@dataclass(frozen=True, slots=True)
class Step:
    """From `at` on a part of an item's state had this value."""

    at: datetime
    value: Any


def changed_at_source(last: Said, now: Said) -> frozenset[str]:
    """Return the names whose values differ from what the source said last; what it leaves out has not changed."""
    now = _first_answer(last, now)
    return frozenset(name for name, value in now.items() if last.get(name, _UNSAID) != value)


def said_together(last: Said, now: Said) -> Said:
    """Return all that the source has said by now."""
    return {**last, **_first_answer(last, now)}


def _first_answer(last: Said, now: Said) -> Said:
    """Return what is said now without a later answer to an alarm: work began with the first."""
    known, told = last.get("acknowledged_at"), now.get("acknowledged_at")
    if not known or not told or told <= known:
        return now
    return {name: value for name, value in now.items() if name not in ANSWER}


def fields_to_take(
    changed: Iterable[str], *, touched: Mapping[str, datetime], updated_at: datetime | None
) -> list[str]:
    """Return the plain fields to take: changed at the source, and not set here by a person after the ticket's time."""
    names = set(changed)
    return [name for name in PLAIN_FIELDS if name in names and not set_here_later(name, touched, updated_at)]


def set_here_later(name: str, touched: Mapping[str, datetime], updated_at: datetime | None) -> bool:
    """Whether a person set the field here after the ticket was last updated at its source."""
    set_at = touched.get(name)
    return set_at is not None and updated_at is not None and set_at > updated_at


def is_stale(ticket: Ticket, known: datetime | None) -> bool:
    """Whether a newer state of the ticket is known already."""
    return known is not None and ticket.updated_at is not None and ticket.updated_at < known


def merged(source: Sequence[Step], here: Sequence[Step]) -> list[Step]:
    """Return the steps of both sides in the order of time; at one instant what people did here comes last."""
    return sorted([*source, *here], key=lambda step: step.at)


def at_instants(steps: Iterable[Step]) -> list[Step]:
    """Return steps with the last of each instant only, and without those that change nothing."""
    last: dict[datetime, Step] = {}
    for step in steps:
        last[step.at] = step
    kept: list[Step] = []
    for step in last.values():
        if not kept or kept[-1].value != step.value:
            kept.append(step)
    return kept


def since_when(steps: Sequence[Step]) -> datetime | None:
    """Return since when the value at the end of these steps has held."""
    kept = at_instants(steps)
    return kept[-1].at if kept else None


def corrections(written: Sequence[Step], wanted: Sequence[Step]) -> list[tuple[datetime, Any, Any]]:
    """Return what to append to the written steps, as (at, before, after), so that they amount to the wanted ones.

    Nothing that was written is taken back. At an instant at which something else was written, the right value is
    written once more behind it: of one instant the later record counts. Both are in the order of time, the wanted
    ones begin no later than the written ones.
    """
    was = {step.at: step.value for step in written}
    wish = {step.at: step.value for step in wanted}
    appended: list[tuple[datetime, Any, Any]] = []
    standing: Any = _UNSAID
    target: Any = _UNSAID
    for at in sorted(was.keys() | wish.keys()):
        standing = was.get(at, standing)
        target = wish.get(at, target)
        if standing != target:
            appended.append((at, None if standing is _UNSAID else standing, target))
            standing = target
    return appended

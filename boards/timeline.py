"""State events of an item to its stays and milestones: pure, and the same for edits, imports and rebuilds."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Any, Final, Literal

ACTIVE: Final = "active"
DONE: Final = "done"

# What takes an item off its board: its own trash and archive, and those of its board.
OUT_OF_PLAY_FIELDS: Final = frozenset({"deleted_at", "archived_at", "board_deleted_at", "board_archived_at"})
STATE_FIELDS: Final = frozenset({"created", "column", "assignee", "is_blocked"}) | OUT_OF_PLAY_FIELDS


class Unchanged(Enum):
    """The value of what an event does not speak of (`None` is a value: nobody)."""

    UNCHANGED = "unchanged"


UNCHANGED: Final = Unchanged.UNCHANGED


@dataclass(frozen=True, slots=True, kw_only=True)
class StateEvent:
    """From `at` on these parts of an item's state are so; what is left out stays as it was.

    Columns and assignees are ids. `in_play` is false while the item is in the trash or archived.
    """

    at: datetime
    column: int | Literal[Unchanged.UNCHANGED] = UNCHANGED
    assignee: int | Literal[Unchanged.UNCHANGED] | None = UNCHANGED
    is_blocked: bool | Literal[Unchanged.UNCHANGED] = UNCHANGED
    in_play: bool | Literal[Unchanged.UNCHANGED] = UNCHANGED


@dataclass(frozen=True, slots=True, kw_only=True)
class StaySpan:
    """An item stood in a column in `[started_at, ended_at)`; `ended_at` is None while it still does."""

    column: int
    assignee: int | None
    is_blocked: bool
    started_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestones:
    """When an item was first started, when it was finished for now, and when it came to its column."""

    started_at: datetime | None = None
    finished_at: datetime | None = None
    entered_column_at: datetime | None = None


def stays(events: Iterable[StateEvent]) -> list[StaySpan]:
    """Return the stays that events (in any order; at one instant, in the given one) amount to.

    A stay begins with each event that changes the state, and pieces without length are left out. Nobody, not
    blocked and in play is what holds until an event says otherwise; without a column there is no stay.
    """
    spans: list[StaySpan] = []
    column: int | None = None
    assignee: int | None = None
    is_blocked, in_play = False, True
    current: StaySpan | None = None
    for event in sorted(events, key=_instant):
        column = column if event.column is UNCHANGED else event.column
        assignee = assignee if event.assignee is UNCHANGED else event.assignee
        is_blocked = is_blocked if event.is_blocked is UNCHANGED else event.is_blocked
        in_play = in_play if event.in_play is UNCHANGED else event.in_play
        state = (column, assignee, is_blocked) if in_play and column is not None else None
        if state == (current and (current.column, current.assignee, current.is_blocked)):
            continue
        if current is not None and current.started_at < event.at:
            spans.append(replace(current, ended_at=event.at))
        current = None
        if in_play and column is not None:
            current = StaySpan(column=column, assignee=assignee, is_blocked=is_blocked, started_at=event.at)
    if current is not None:
        spans.append(current)
    return spans


def milestones(events: Iterable[StateEvent], stages: Mapping[int, str]) -> Milestones:
    """Return the milestones that events amount to, where columns have these stages (measurement.md, 5).

    Entries count even where the item left again at once; trash and archive move nothing.
    """
    reached = Milestones()
    column: int | None = None
    for event in sorted(events, key=_instant):
        if event.column is UNCHANGED or event.column == column:
            continue
        before = None if column is None else stages.get(column)
        reached = after_entry(reached, before=before, after=stages.get(event.column), at=event.at)
        column = event.column
    return reached


def after_entry(reached: Milestones, *, before: str | None, after: str | None, at: datetime) -> Milestones:
    """Return the milestones once an item went at `at` from a column of one stage (None: it is new) to another."""
    finished_at = None
    if after == DONE:
        finished_at = reached.finished_at if before == DONE else at
    return Milestones(
        started_at=at if reached.started_at is None and after == ACTIVE else reached.started_at,
        finished_at=finished_at,
        entered_column_at=at,
    )


def events_of(changes: Iterable[tuple[str, Any, datetime]]) -> Iterator[StateEvent]:
    """Yield the state events in an item's changes, given as `(field, after, at)` in the order of `at`, then id."""
    out_of_play: set[str] = set()
    for field, after, at in changes:
        if field == "created":
            yield StateEvent(
                at=at,
                column=after["column"]["id"],
                assignee=_id_of(after["assignee"]),
                is_blocked=after["is_blocked"],
                in_play=True,
            )
        elif field == "column":
            yield StateEvent(at=at, column=after["id"])
        elif field == "assignee":
            yield StateEvent(at=at, assignee=_id_of(after))
        elif field == "is_blocked":
            yield StateEvent(at=at, is_blocked=after)
        elif field in OUT_OF_PLAY_FIELDS:
            (out_of_play.discard if after is None else out_of_play.add)(field)
            yield StateEvent(at=at, in_play=not out_of_play)


def _instant(event: StateEvent) -> datetime:
    return event.at


def _id_of(value: Mapping[str, Any] | None) -> int | None:
    return None if value is None else int(value["id"])

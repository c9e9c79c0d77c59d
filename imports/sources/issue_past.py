"""The past of an issue whose tracker knows only open and closed: read off what happened to state, labels, assignees."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any, Final, NamedTuple

from imports.statuses import ACTIVE, USUAL_WORDS, WAITING, normal_word

OPEN: Final = "Open"
CLOSED: Final = "Closed"
# What teams put before a label that is a status: “status: in review”, “workflow::doing”, “state/blocked”.
PREFIXES: Final = frozenset({"status", "state", "stage", "workflow", "progress", "kanban", "board"})
SEPARATORS: Final = ("::", ":", "/", "=")
# Of labels without such a word before them only what cannot mean anything else.
PLAIN: Final = frozenset(
    {
        "in progress", "doing", "wip", "work in progress", "blocked", "on hold", "in review", "in development",
        "waiting for customer", "waiting",
        "対応中", "進行中", "作業中", "保留", "レビュー中", "进行中", "處理中", "处理中", "阻塞",
    }
)  # fmt: skip


class Kind(StrEnum):
    """What happened."""

    CLOSED = "closed"
    REOPENED = "reopened"
    LABELED = "labeled"
    UNLABELED = "unlabeled"
    ASSIGNED = "assigned"
    UNASSIGNED = "unassigned"


class Event(NamedTuple):
    """What happened at an instant (RFC 3339, UTC); `value` is the label, the assignee or the word of the closing."""

    at: str
    kind: Kind
    value: str = ""


def status_in(labels: Iterable[str]) -> str:
    """Return the first label that says how the work stands, as a status word; empty where none does."""
    return next((word for label in labels if (word := _status(label))), "")


def past_of_issue(
    *, created_at: str, events: Iterable[Event], labels: Sequence[str], assignees: Sequence[str]
) -> list[dict[str, Any]]:
    """Return the history of an issue; `labels` and `assignees` are those of now.

    How it began is what it is now, but for what happened since: of a label or assignee whose first event takes it
    away, it was there from the beginning.
    """
    told = sorted((event for event in events if event.at >= created_at), key=lambda event: event.at)
    stuck = _at_first(told, labels, Kind.LABELED, Kind.UNLABELED)
    people = _at_first(told, assignees, Kind.ASSIGNED, Kind.UNASSIGNED)
    closed = ""
    state = {"status": status_in(stuck) or OPEN, "assignee": next(iter(people), None)}
    history: list[dict[str, Any]] = [{"at": created_at, **state}]
    for event in told:
        closed = _applied(event, stuck, people, closed)
        now = {"status": closed or status_in(stuck) or OPEN, "assignee": next(iter(people), None)}
        if changed := {name: value for name, value in now.items() if value != state[name]}:
            history.append({"at": event.at, **changed})
        state = now
    return history


def _applied(event: Event, stuck: dict[str, None], people: dict[str, None], closed: str) -> str:
    """Let an event happen to labels and assignees; return the word of the closing that holds then."""
    match event.kind:
        case Kind.CLOSED:
            return event.value or CLOSED
        case Kind.REOPENED:
            return ""
        case Kind.LABELED:
            stuck[event.value] = None
        case Kind.UNLABELED:
            stuck.pop(event.value, None)
        case Kind.ASSIGNED:
            people[event.value] = None
        case Kind.UNASSIGNED:
            people.pop(event.value, None)
    return closed


def _at_first(told: Sequence[Event], now: Sequence[str], given: Kind, taken: Kind) -> dict[str, None]:
    first: dict[str, Kind] = {}
    for event in told:
        if event.kind in (given, taken):
            first.setdefault(event.value, event.kind)
    there = [value for value in now if first.get(value) != given]
    there += [value for value, kind in first.items() if kind == taken and value not in there]
    return dict.fromkeys(there)


def _status(label: str) -> str:
    word = normal_word(label)
    if word in PLAIN:
        return label.strip()
    for separator in SEPARATORS:
        before, found, rest = label.partition(separator)
        if found and normal_word(before) in PREFIXES and USUAL_WORDS.get(normal_word(rest)) in (ACTIVE, WAITING):
            return rest.strip()
    return ""

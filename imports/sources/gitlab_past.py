"""What GitLab tells of an issue's past: its resource events, and the notes that it writes itself."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from imports.sources.issue_past import Event, Kind, past_of_issue
from imports.sources.mapped import Identity
from imports.sources.payload import inner, objects, text, time_of

STATE_EVENTS: Final = ("resource_state_events", "state_events")
LABEL_EVENTS: Final = ("resource_label_events", "label_events")
STATES: Final[Mapping[str, Kind]] = {"closed": Kind.CLOSED, "reopened": Kind.REOPENED, "opened": Kind.REOPENED}
LABELS: Final[Mapping[str, Kind]] = {"add": Kind.LABELED, "remove": Kind.UNLABELED}
MENTION: Final = re.compile(r"@([\w.-]*\w)")


def history_of(
    issue: Mapping[str, Any], *, created_at: str | None, labels: Sequence[str], assignees: Sequence[str]
) -> tuple[list[dict[str, Any]] | None, dict[str, Identity]]:
    """Return the past of an issue, None where nothing tells of it, and whom the events name."""
    lists = [name for name in (*STATE_EVENTS, *LABEL_EVENTS) if isinstance(issue.get(name), list)]
    notes = [note for note in objects(issue.get("notes")) if note.get("system") is True]
    if created_at is None or not (lists or notes):
        return None, {}
    has_states = any(name in STATE_EVENTS for name in lists)
    events = [*_of_lists(issue), *(event for note in notes for event in _of_note(note, has_states=has_states))]
    people = {
        handle: Identity(text(user.get("name")), "")
        for name in lists
        for each in objects(issue[name])
        if (handle := text((user := inner(each, "user")).get("username")))
    }
    return past_of_issue(created_at=created_at, events=events, labels=labels, assignees=assignees), people


def _of_lists(issue: Mapping[str, Any]) -> Iterator[Event]:
    for name in STATE_EVENTS:
        for each in objects(issue.get(name)):
            at, kind = time_of(each.get("created_at")), STATES.get(text(each.get("state")))
            if at is not None and kind is not None:
                yield Event(at, kind)
    for name in LABEL_EVENTS:
        for each in objects(issue.get(name)):
            at, kind = time_of(each.get("created_at")), LABELS.get(text(each.get("action")))
            label = text(inner(each, "label").get("name"))
            if at is not None and kind is not None and label:
                yield Event(at, kind, label)


def _of_note(note: Mapping[str, Any], *, has_states: bool) -> Iterator[Event]:
    """Yield what a note of GitLab's own says: “assigned to @ann and unassigned @bob”, “closed”, “reopened”."""
    at, words = time_of(note.get("created_at")), text(note.get("body") or note.get("note")).lower()
    if at is None:
        return
    if not has_states and (words == "closed" or words.startswith(("closed via", "status changed to closed"))):
        yield Event(at, Kind.CLOSED)
    elif not has_states and (words.startswith(("reopened", "status changed to reopened"))):
        yield Event(at, Kind.REOPENED)
    elif words.startswith(("assigned to", "unassigned", "reassigned to", "removed assignee")):
        given, __, taken = words.partition("unassigned")
        for handle in MENTION.findall(given if not words.startswith("removed") else ""):
            yield Event(at, Kind.ASSIGNED, handle)
        for handle in MENTION.findall(taken if not words.startswith("removed") else words):
            yield Event(at, Kind.UNASSIGNED, handle)

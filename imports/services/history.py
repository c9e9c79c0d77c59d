"""Writing what sources newly say of the past: changes are appended, and stays made anew from all changes."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from boards.models import Change, Item, Stay
from boards.queries import stages_of
from boards.services.bulk import STAY_FIELDS, Ranks
from boards.services.record import plain
from boards.services.rows import insert_rows
from boards.timeline import STATE_FIELDS, StateEvent, events_of, milestones, stays
from imports.merge import STATE_FIELDS as PARTS
from imports.merge import Step
from imports.rewrite import Situation, Written, rewritten
from imports.services.known import Target
from imports.services.revision import HERE, Revision
from teams.models import Person


class Recorded(NamedTuple):
    """A change of state that is in the database."""

    field: str
    after: Any
    at: datetime
    via: str


@dataclass(slots=True)
class Archive:
    """What is recorded of some items, and how changes name columns and people."""

    changes: dict[int, list[Recorded]] = field(default_factory=lambda: defaultdict(list))
    stays: dict[int, list[tuple[Any, ...]]] = field(default_factory=lambda: defaultdict(list))
    said: dict[tuple[str, int], Any] = field(default_factory=dict)

    def named(self, part: str, value: Any) -> Any:
        """Return a part of the state as a Change keeps it."""
        return self.said[part, value] if part in {"column", "assignee"} and value is not None else value


def take_past(*, target: Target, revisions: Sequence[Revision], people: Mapping[str, Person]) -> None:
    """Append what has to be appended to each item's changes, and replace its stays where they differ then."""
    archive = _load(target, revisions, people)
    columns = {key for part, key in archive.said if part == "column"}
    stages = {**stages_of(columns), **target.stages}
    ids = {name: person.pk for name, person in people.items()}
    ranks = Ranks(list(target.columns))
    replaced: dict[int, list[tuple[Any, ...]]] = {}
    for revision in revisions:
        item, recorded = revision.item, archive.changes[revision.item.pk]
        if not recorded:
            continue
        situation = Situation(
            written=_written(recorded),
            ticket=revision.ticket,
            changed=revision.changed,
            touched=revision.touched,
            statuses=target.statuses,
            stages=stages,
            people=ids,
            at=max(target.at, item.entered_column_at),
        )
        appended = _appended(rewritten(situation), revision, recorded, archive)
        if not appended:
            continue
        revision.changes.extend(appended)
        events = _events(recorded, appended)
        spans = [
            (item.pk, span.column, span.assignee, span.is_blocked, span.started_at, span.ended_at)
            for span in stays(events)
        ]
        if spans != archive.stays[item.pk]:
            replaced[item.pk] = spans
        _stand(item, events, stages, ranks)
    Stay.objects.filter(item__in=replaced).delete()
    insert_rows(Stay, STAY_FIELDS, [row for rows in replaced.values() for row in rows])


def _load(target: Target, revisions: Sequence[Revision], people: Mapping[str, Person]) -> Archive:
    ids = [revision.item.pk for revision in revisions]
    archive = Archive()
    archive.said |= {("column", column.pk): plain(column) for column in target.columns.values()}
    rows = Change.objects.filter(item__in=ids, field__in=STATE_FIELDS).order_by("item", "at", "pk")
    for item_id, *rest in rows.values_list("item_id", "field", "after", "at", "via"):
        change = Recorded(*rest)
        archive.changes[item_id].append(change)
        for part, value in _parts(change):
            if isinstance(value, dict):
                archive.said[part, value["id"]] = value
    archive.said |= {("assignee", person.pk): plain(person) for person in people.values()}
    for stay in Stay.objects.filter(item__in=ids).order_by("item", "started_at").values_list(*STAY_FIELDS):
        archive.stays[stay[0]].append(stay)
    return archive


def _parts(change: Recorded) -> list[tuple[str, Any]]:
    """Return which parts of the state a change sets, with the values that it keeps."""
    if change.field == "created":
        return [(part, change.after[part]) for part in PARTS]
    return [(change.field, change.after)] if change.field in PARTS else []


def _written(recorded: Sequence[Recorded]) -> dict[str, list[Written]]:
    written: dict[str, list[Written]] = {part: [] for part in PARTS}
    for change in recorded:
        for part, value in _parts(change):
            plain_value = value["id"] if isinstance(value, dict) else value
            written[part].append(Written(Step(change.at, plain_value), change.via in HERE))
    return written


def _appended(
    corrections: Mapping[str, Sequence[tuple[datetime, Any, Any]]],
    revision: Revision,
    recorded: Sequence[Recorded],
    archive: Archive,
) -> list[tuple[str, Any, Any, datetime]]:
    """Return the changes to append; a past that begins earlier than it did begins with a `created` of its own."""
    begins_at = recorded[0].at
    changes: list[tuple[str, Any, Any, datetime]] = []
    first: dict[str, Any] = {}
    for part, steps in corrections.items():
        for at, before, after in steps:
            if at < begins_at and before is None and part not in first:
                first[part] = archive.named(part, after)
                created_at = at
            else:
                changes.append((part, archive.named(part, before), archive.named(part, after), at))
    if first:
        item = revision.item
        beginning = {**first, "title": item.title, "classification": item.classification, "labels": []}
        changes.append(("created", None, beginning, created_at))
    return sorted(changes, key=lambda change: change[3])


def _events(recorded: Sequence[Recorded], appended: Sequence[tuple[str, Any, Any, datetime]]) -> list[StateEvent]:
    """Return the replay of what is recorded and, at each instant behind it, of what is appended."""
    whole = [(change.field, change.after, change.at) for change in recorded]
    whole += [(name, after, at) for name, __, after, at in appended]
    return list(events_of(sorted(whole, key=lambda change: change[2])))


def _stand(item: Item, events: Sequence[StateEvent], stages: Mapping[int, str], ranks: Ranks) -> None:
    """Put an item where the replay leaves it."""
    column, assignee, is_blocked = item.column_id, item.assignee_id, item.is_blocked
    for event in events:
        column = event.column if isinstance(event.column, int) else column
        assignee = event.assignee if event.assignee is None or isinstance(event.assignee, int) else assignee
        is_blocked = event.is_blocked if isinstance(event.is_blocked, bool) else is_blocked
    reached = milestones(events, stages)
    if column != item.column_id:
        item.rank = ranks.next(column)
    if not is_blocked:
        item.blocked_reason = ""
    item.column_id, item.assignee_id, item.is_blocked = column, assignee, is_blocked
    item.created_at = events[0].at
    item.started_at, item.finished_at = reached.started_at, reached.finished_at
    item.entered_column_at = reached.entered_column_at or item.entered_column_at

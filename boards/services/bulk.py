"""Many items written at once, with their past: the same rows as one by one, in a handful of statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.db.models import Max

from boards.models import Board, Change, Classification, Column, Item, ItemLabel, Label, Priority, Stay, WorkLog
from boards.ranking import GAP
from boards.services.record import plain
from boards.services.rows import as_json, insert_rows, reserve_ids, update_rows
from boards.timeline import Milestones, after_entry
from teams.actors import Actor
from teams.models import Person

CHANGE_FIELDS: Final = ("item", "field", "before", "after", "at", "recorded_at", "by", "token", "via", "version")
STAY_FIELDS: Final = ("item", "column", "assignee", "is_blocked", "started_at", "ended_at")
LOG_FIELDS: Final = ("item", "board", "person", "started_at", "ended_at", "note", "source", "created_at", "deleted_at")
ITEM_DEFAULTS: Final[Mapping[str, Any]] = {
    "description": "",
    "classification": Classification.UNCLASSIFIED.value,
    "service": "",
    "is_interrupt": False,
    "priority": Priority.NORMAL.value,
    "blocked_reason": "",
    "source": "",
    "external_id": "",
    "url": "",
    "reporter": "",
    "project": "",
    "version": 1,
}


class Standing(NamedTuple):
    """From `at` on the item stood so; column and assignee are ids."""

    at: datetime
    column: int
    assignee: int | None
    is_blocked: bool


class Logged(NamedTuple):
    """A person, by id, worked on the item in `[started_at, ended_at)`."""

    person: int
    started_at: datetime
    ended_at: datetime
    note: str


@dataclass(slots=True, kw_only=True)
class NewItem:
    """An item to be: values of its plain fields, its past (in order, the first is its creation), labels and logs.

    `rule_labels` are those of the labels that only a rule gives.
    """

    values: Mapping[str, Any]
    past: Sequence[Standing]
    labels: Sequence[str] = ()
    rule_labels: Sequence[str] = ()
    logs: Sequence[Logged] = ()


@dataclass(slots=True)
class Names:
    """Columns and people as changes keep them, each turned into JSON once."""

    columns: Mapping[int, Column]
    people: Mapping[int, Person]
    _said: dict[tuple[str, int], str | None] = field(default_factory=dict)

    def column(self, column_id: int) -> str | None:
        """Return a column as the JSON text of a Change."""
        key = ("column", column_id)
        if key not in self._said:
            self._said[key] = as_json(plain(self.columns[column_id]))
        return self._said[key]

    def person(self, person_id: int | None) -> str | None:
        """Return a person as the JSON text of a Change; None is nobody."""
        if person_id is None:
            return None
        key = ("person", person_id)
        if key not in self._said:
            self._said[key] = as_json(plain(self.people[person_id]))
        return self._said[key]


def create_items(
    *,
    board: Board,
    items: Sequence[NewItem],
    columns: Mapping[int, Column],
    people: Mapping[int, Person],
    by: Actor,
    at: datetime,
) -> list[int]:
    """Make items at the end of their columns, in the given order, and return their ids.

    The caller is in a transaction, has locked the columns, and has made sure of what is unique. WIP limits do not
    hold here: what stands in a column elsewhere cannot be refused. Nor is anything announced (boards/services/feed.py).
    """
    if not items:
        return []
    ids = reserve_ids(Item, len(items))
    ranks = Ranks([item.past[-1].column for item in items])
    names = Names(columns, people)
    head = as_json(plain(board))
    stages = {column.pk: column.stage for column in columns.values()}
    fields = [each.name for each in Item._meta.concrete_fields]
    defaults = {name: ITEM_DEFAULTS.get(name) for name in fields}
    rows: list[list[Any]] = []
    changes: list[tuple[Any, ...]] = []
    stays: list[tuple[Any, ...]] = []
    logs: list[tuple[Any, ...]] = []
    signature = (by.person and by.person.pk, by.token and by.token.pk, str(by.via), 1)
    for item_id, item in zip(ids, items, strict=True):
        values = _values(item, item_id, board.pk, stages, at)
        values["rank"] = ranks.next(item.past[-1].column)
        rows.append([values.get(name, default) for name, default in defaults.items()])
        changes.append((item_id, "created", None, _created(item, names, head), item.past[0].at, at, *signature))
        if len(item.past) > 1:
            changes.extend((item_id, *change, at, *signature) for change in _moves(item.past, names))
        stays.extend((item_id, *stay) for stay in stays_of(item.past))
        source = item.values.get("source", "")
        logs.extend(
            (item_id, board.pk, log.person, log.started_at, log.ended_at, log.note, source, at, None)
            for log in item.logs
        )
    insert_rows(Item, fields, rows)
    insert_rows(Change, CHANGE_FIELDS, changes)
    insert_rows(Stay, STAY_FIELDS, stays)
    insert_rows(WorkLog, LOG_FIELDS, logs)
    _stick_labels(board, ids, items)
    return ids


def take_back_items(*, items: Sequence[Item], by: Actor, at: datetime) -> None:
    """Put items that an import made into the trash, and free their numbers at the source for the next import.

    The caller is in a transaction, has locked them, knows that they stand on their board, and announces it.
    """
    signature = (by.person and by.person.pk, by.token and by.token.pk, str(by.via))
    rows: list[tuple[Any, ...]] = []
    changes: list[tuple[Any, ...]] = []
    ends: dict[int, datetime] = {}
    for item in items:
        when = ends[item.pk] = max(at, item.updated_at, item.entered_column_at)
        rows.append((when, "", item.version + 1, when, item.pk))
        for name, before, after in (("external_id", item.external_id, ""), ("deleted_at", None, plain(when))):
            told = (item.pk, name, as_json(before), as_json(after), when, when, *signature, item.version + 1)
            changes.append(told)
    update_rows(Item, ("deleted_at", "external_id", "version", "updated_at"), rows)
    insert_rows(Change, CHANGE_FIELDS, changes)
    standing = Stay.objects.filter(item__in=list(ends), ended_at__isnull=True).values_list(
        "pk", "item_id", "started_at"
    )
    found = list(standing)
    update_rows(Stay, ("ended_at",), [(ends[item], pk) for pk, item, began in found if began < ends[item]])
    Stay.objects.filter(pk__in=[pk for pk, item, began in found if began >= ends[item]]).delete()


class Ranks:
    """The next ranks at the ends of some columns, whose locks the caller holds."""

    def __init__(self, columns: Sequence[int]) -> None:
        found = Item.objects.filter(column__in=set(columns)).values_list("column").annotate(highest=Max("rank"))
        self._highest: dict[int, int] = dict(found.order_by())

    def next(self, column: int) -> int:
        """Return a rank behind everything in a column."""
        rank = self._highest.get(column, 0) + GAP
        self._highest[column] = rank
        return rank


def stays_of(past: Sequence[Standing]) -> list[tuple[int, int | None, bool, datetime, datetime | None]]:
    """Return the stays, as values of STAY_FIELDS but the item, that a past in order amounts to."""
    stays = []
    for place, standing in enumerate(past):
        ended_at = past[place + 1].at if place + 1 < len(past) else None
        if ended_at != standing.at:
            stays.append((standing.column, standing.assignee, standing.is_blocked, standing.at, ended_at))
    return stays


def label_ids(team_id: int, names: set[str]) -> dict[str, int]:
    """Return the ids of a team's labels by name; those that are not there yet are made."""
    found = dict(Label.objects.filter(team_id=team_id, name__in=names).values_list("name", "pk"))
    missing = sorted(names - found.keys())
    if missing:
        Label.objects.bulk_create([Label(team_id=team_id, name=name) for name in missing], ignore_conflicts=True)
        found |= dict(Label.objects.filter(team_id=team_id, name__in=missing).values_list("name", "pk"))
    return found


def _values(item: NewItem, item_id: int, board_id: int, stages: Mapping[int, str], at: datetime) -> dict[str, Any]:
    """Return the values of an item's own row, but for its rank."""
    reached, before = Milestones(), None
    column = None
    for standing in item.past:
        if standing.column != column:
            column, after = standing.column, stages[standing.column]
            reached, before = after_entry(reached, before=before, after=after, at=standing.at), after
    now = item.past[-1]
    return {
        **item.values,
        "id": item_id,
        "board": board_id,
        "column": now.column,
        "assignee": now.assignee,
        "is_blocked": now.is_blocked,
        "created_at": item.past[0].at,
        "started_at": reached.started_at,
        "finished_at": reached.finished_at,
        "entered_column_at": reached.entered_column_at,
        "updated_at": at,
    }


def _created(item: NewItem, names: Names, board: str | None) -> str:
    """Return what the first Change holds, as JSON text, in the shape of `items.created`."""
    first = item.past[0]
    rest = as_json(
        {
            "is_blocked": first.is_blocked,
            "title": item.values["title"],
            "classification": item.values.get("classification", Classification.UNCLASSIFIED.value),
            "classified_by": item.values.get("classified_by"),
            "labels": list(item.labels),
        }
    )
    assignee = names.person(first.assignee) or "null"
    return f'{{"board":{board},"column":{names.column(first.column)},"assignee":{assignee},{str(rest)[1:]}'


def _moves(past: Sequence[Standing], names: Names) -> list[tuple[str, str | None, str | None, datetime]]:
    """Return field, before, after and time of each change of state behind the first."""
    moves: list[tuple[str, str | None, str | None, datetime]] = []
    before = past[0]
    for now in past[1:]:
        if now.column != before.column:
            moves.append(("column", names.column(before.column), names.column(now.column), now.at))
        if now.assignee != before.assignee:
            moves.append(("assignee", names.person(before.assignee), names.person(now.assignee), now.at))
        if now.is_blocked != before.is_blocked:
            moves.append(("is_blocked", as_json(before.is_blocked), as_json(now.is_blocked), now.at))
        before = now
    return moves


def _stick_labels(board: Board, ids: Sequence[int], items: Sequence[NewItem]) -> None:
    names = {name for item in items for name in item.labels}
    if names:
        labels = label_ids(board.team_id, names)
        rows = [
            (item_id, labels[name], name in item.rule_labels)
            for item_id, item in zip(ids, items, strict=True)
            for name in item.labels
        ]
        insert_rows(ItemLabel, ("item", "label", "is_by_rule"), rows)

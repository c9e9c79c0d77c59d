"""Updating items whose tickets have changed: fields, labels, past and logs, each as the rules of merging say."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db.models import Max

from boards.models import Change, Classification, ClassifiedBy, Item, ItemLabel
from boards.services.bulk import CHANGE_FIELDS, label_ids
from boards.services.classes import may_be_decided
from boards.services.record import lock_items
from boards.services.rows import as_json, insert_rows, update_rows
from boards.services.values import MAX_LABELS
from imports.batches import Outcome
from imports.merge import fields_to_take
from imports.services.deciding import let_rules_decide
from imports.services.history import take_past
from imports.services.known import Target, Update, whole_ticket
from imports.services.revision import HERE, Revision
from imports.services.worklogs import take_logs
from teams.models import Person

SAVED: Final = (
    "title", "description", "url", "service", "is_interrupt", "priority", "estimate_hours", "due_date",
    "reporter", "project", "toil_type_id",
    "classification", "classified_by", "classified_at", "rule_id", "column_id", "rank", "assignee_id", "is_blocked",
    "blocked_reason", "created_at", "started_at", "finished_at", "entered_column_at", "updated_at", "version",
)  # fmt: skip


def update_items(*, target: Target, updates: Sequence[Update], people: Mapping[str, Person]) -> None:
    """Update items under their locks; the caller holds those of the columns."""
    if not updates:
        return
    items = {item.pk: item for item in lock_items(update.known.item for update in updates)}
    touched = _touched(items)
    revisions: list[Revision] = []
    for row, known, changed in updates:
        if row.ticket is not None:
            set_here = touched[known.item]
            taken = fields_to_take(changed, touched=set_here, updated_at=row.ticket.updated_at)
            when = row.ticket.updated_at or target.at
            ticket = whole_ticket(known.said, row.ticket, at=target.at)
            revisions.append(Revision(items[known.item], ticket, taken, changed, set_here, when))
    for revision in revisions:
        _take_fields(target, revision)
    _take_labels(target, [revision for revision in revisions if "labels" in revision.taken])
    let_rules_decide(target=target, revisions=revisions)
    take_past(target=target, revisions=revisions, people=people)
    take_logs(target=target, revisions=revisions, people=people)
    _save(target, [revision for revision in revisions if revision.changes])
    changed_items = {revision.item.pk for revision in revisions if revision.changes}
    for update in updates:
        update.row.outcome = Outcome.UPDATED if update.known.item in changed_items else Outcome.UNCHANGED


def _touched(ids: Iterable[int]) -> dict[int, dict[str, datetime]]:
    """Return when people last set which fields of these items here."""
    rows = Change.objects.filter(item__in=list(ids), via__in=HERE).exclude(field="created").order_by()
    touched: dict[int, dict[str, datetime]] = defaultdict(dict)
    for item_id, name, at in rows.values_list("item_id", "field").annotate(last=Max("at")):
        touched[item_id][name] = at
    return touched


def _take_fields(target: Target, revision: Revision) -> None:
    for name in revision.taken:
        if name == "classification":
            _take_class(target, revision)
        elif name != "labels":
            revision.set(name, revision.ticket.said[name])


def _take_class(target: Target, revision: Revision) -> None:
    """Take a class, unless a person has decided."""
    item, value = revision.item, revision.ticket.said["classification"]
    if not may_be_decided(item.classified_by, ClassifiedBy.IMPORT) or item.classification == value:
        return
    is_decided = value != Classification.UNCLASSIFIED
    revision.set("classification", value)
    revision.set("classified_by", ClassifiedBy.IMPORT.value if is_decided else None)
    item.classified_at = target.at if is_decided else None
    item.rule_id = None


def _take_labels(target: Target, revisions: Sequence[Revision]) -> None:
    if not revisions:
        return
    before: dict[int, set[str]] = defaultdict(set)
    by_rules: dict[int, set[str]] = defaultdict(set)
    stuck = ItemLabel.objects.filter(item__in=[revision.item.pk for revision in revisions])
    for item_id, name, is_by_rule in stuck.values_list("item_id", "label__name", "is_by_rule"):
        before[item_id].add(name)
        if is_by_rule:
            by_rules[item_id].add(name)
    after = {each.item.pk: _labels_after(each.ticket.said["labels"], by_rules[each.item.pk]) for each in revisions}
    changed = [each for each in revisions if before[each.item.pk] != set(after[each.item.pk])]
    labels = label_ids(target.board.team_id, {name for each in changed for name in after[each.item.pk]})
    for each in changed:
        each.note("labels", sorted(before[each.item.pk]), sorted(after[each.item.pk]))
    stuck.filter(item__in=[each.item.pk for each in changed]).delete()
    rows = [
        (each.item.pk, labels[name], is_by_rule) for each in changed for name, is_by_rule in after[each.item.pk].items()
    ]
    insert_rows(ItemLabel, ("item", "label", "is_by_rule"), rows)


def _labels_after(said: Sequence[str], by_rule: set[str]) -> dict[str, bool]:
    """Return the labels of an item whose source changes its own, each with whether only a rule gives it."""
    labels = {**dict.fromkeys(sorted(by_rule), True), **dict.fromkeys(said, False)}
    return labels if len(labels) <= MAX_LABELS else dict.fromkeys(said, False)


def _save(target: Target, revisions: Sequence[Revision]) -> None:
    by = target.by
    signature = (by.person and by.person.pk, by.token and by.token.pk, str(by.via))
    changes: list[tuple[Any, ...]] = []
    rows: list[list[Any]] = []
    for revision in revisions:
        item = revision.item
        item.version += 1
        item.updated_at = max(target.at, item.updated_at)
        rows.append([*(getattr(item, name) for name in SAVED), item.pk])
        changes.extend(
            (item.pk, name, as_json(before), as_json(after), at, target.at, *signature, item.version)
            for name, before, after, at in revision.changes
        )
    update_rows(Item, SAVED, rows)
    insert_rows(Change, CHANGE_FIELDS, changes)

"""Making and editing work items."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from boards.models import Board, Change, Classification, ClassifiedBy, Column, Item, ItemLabel, Priority, Stage
from boards.rules import RuleSpec, Traits, first_match, project_of
from boards.services.classes import decide
from boards.services.crossing import settle_in
from boards.services.errors import StaleError, invalid
from boards.services.feed import together
from boards.services.moves import enter
from boards.services.places import find_rank, lock_column, refuse_full
from boards.services.record import (
    Edit,
    announce_edits,
    begin,
    changed_since,
    changes_of,
    open_edit,
    plain,
    refuse_trash,
    said,
    write_edits,
    write_stays,
)
from boards.services.ruling import hold_rules
from boards.services.sources import names_at_source
from boards.services.values import MAX_LABELS, clean_item, resolve_labels, resolve_person, resolve_toil_type
from boards.timeline import Milestones, after_entry
from teams.actors import Actor

PLAIN_FIELDS: Final = (
    "title",
    "description",
    "service",
    "is_interrupt",
    "priority",
    "estimate_hours",
    "due_date",
    "source",
    "external_id",
    "url",
)


@together()
def create_item(
    *,
    board: Board,
    title: str,
    by: Actor,
    at: datetime,
    column: Column | None = None,
    fields: Mapping[str, Any] | None = None,
    before: Item | None = None,
    after: Item | None = None,
    force: bool = False,
    decided_by: ClassifiedBy = ClassifiedBy.PERSON,
) -> Item:
    """Make an item in a column (else the first queue), beside a neighbour or at the end.

    `fields` are those of `edit_item`. What comes without a class is given one by the team's rules. A full column
    refuses it unless `force`.
    """
    cleaned = clean_item({**(fields or {}), "title": title})
    _find_assignee(cleaned, board_id=board.pk, at=at)
    asked = cleaned.pop("column", None) or column or first_column(board)
    rule = _rule_for(cleaned, team_id=board.team_id)
    column, board = lock_column(asked.pk)
    if not force:
        refuse_full(column)
    rank = find_rank(column, at=at, before=before, after=after)[1]
    reached = after_entry(Milestones(), before=None, after=column.stage, at=at)
    item = Item(
        board=board,
        column=column,
        rank=rank,
        created_at=at,
        updated_at=at,
        entered_column_at=at,
        started_at=reached.started_at,
        finished_at=reached.finished_at,
    )
    edit = begin(item, at=at, board=board)
    if rule is not None:
        cleaned = _with_outcome(cleaned, rule)
    _fill(edit, cleaned, decided_by=decided_by)
    if rule is not None:
        decide(edit, rule.classification, decided_by=ClassifiedBy.RULE, rule_id=rule.id)
    with names_at_source(item):
        item.save(force_insert=True)
    for step in edit.then:
        step()
    edit.changes = [("created", None, created(item, labels=cleaned.get("labels", [])))]
    Change.objects.bulk_create(changes_of(edit, by=by, recorded_at=at))
    write_stays([edit])
    announce_edits([edit], by=by)
    return item


@together()
def edit_item(
    *,
    item: Item,
    changes: Mapping[str, Any],
    by: Actor,
    at: datetime,
    version: int | None = None,
    if_match: Collection[int] | None = None,
    decided_by: ClassifiedBy = ClassifiedBy.PERSON,
) -> Item:
    """Change fields of an item, and return it as it is now.

    `changes` may hold title, description, classification, service, labels (names), assignee (person, e-mail or
    None), toil_type (row, name, id or None), is_interrupt, priority, estimate_hours, due_date, blocked_reason (text
    blocks, none unblocks), is_blocked, source, external_id, url and column (to its end, within its limit).
    `version` is the one that the writer started from: changes to different fields both stay, a field that
    somebody else changed since is a StaleError. `if_match` allows no other change at all.
    """
    cleaned = clean_item(changes)
    _find_assignee(cleaned, board_id=item.board_id, at=at)
    to, rank = None, 0
    if "column" in cleaned:
        to, __ = lock_column(cleaned.pop("column").pk)
        rank = find_rank(to, at=at, item_id=item.pk)[1]
    edit = open_edit(item=item, at=at, if_match=if_match, column=to)
    refuse_trash(edit, archived=to is not None)
    if to is not None and to.pk != edit.item.column_id:
        refuse_full(to)
        enter(edit, to, rank=rank)
        settle_in([edit])
    _fill(edit, cleaned, decided_by=decided_by)
    if version is not None:
        _refuse_crossing(edit, since=version)
    with names_at_source(edit.item):
        write_edits([edit], by=by)
    return edit.item


def first_column(board: Board) -> Column:
    """Return where new items go: the first queue, else the first column."""
    columns = list(board.columns.kept().in_order())
    if not columns:
        raise invalid("board", _("The board has no columns."))
    return next((column for column in columns if column.stage == Stage.QUEUE), columns[0])


def created(item: Item, *, labels: list[str]) -> dict[str, Any]:
    """Return what the first Change of an item holds as `after`: its state, and what it began with."""
    return {
        "board": plain(item.board),
        "column": plain(item.column),
        "assignee": plain(item.assignee),
        "is_blocked": item.is_blocked,
        "title": item.title,
        "classification": item.classification,
        "classified_by": item.classified_by,
        "labels": labels,
    }


def _find_assignee(cleaned: dict[str, Any], *, board_id: int, at: datetime) -> None:
    """Find or make the person before anything is locked: who makes people elsewhere may wait for these locks."""
    if "assignee" in cleaned:
        cleaned["assignee"] = resolve_person(cleaned["assignee"], board_id=board_id, at=at)


def _fill(edit: Edit, cleaned: Mapping[str, Any], *, decided_by: ClassifiedBy) -> None:
    for name in PLAIN_FIELDS:
        if name in cleaned:
            edit.set(name, cleaned[name])
    _block(edit, cleaned)
    if "assignee" in cleaned:
        edit.set("assignee", cleaned["assignee"])
    if "toil_type" in cleaned:
        edit.set("toil_type", resolve_toil_type(cleaned["toil_type"], team=edit.board.team))
    if "labels" in cleaned:
        _label(edit, cleaned["labels"])
    is_new = edit.item._state.adding
    if "classification" in cleaned and not (is_new and cleaned["classification"] == edit.item.classification):
        decide(edit, cleaned["classification"], decided_by=decided_by)


def _block(edit: Edit, cleaned: Mapping[str, Any]) -> None:
    if "blocked_reason" in cleaned:
        reason = cleaned["blocked_reason"]
        is_blocked = cleaned.get("is_blocked", bool(reason))
    elif "is_blocked" in cleaned:
        is_blocked = cleaned["is_blocked"]
        reason = edit.item.blocked_reason
    else:
        return
    edit.set("is_blocked", is_blocked)
    edit.set("blocked_reason", reason if is_blocked else "")


def _label(edit: Edit, names: list[str]) -> None:
    item = edit.item
    before = [] if item._state.adding else sorted(item.labels.values_list("name", flat=True))
    if before == names:
        return
    labels = resolve_labels(names, team=edit.board.team)
    edit.note("labels", before, names)

    def write() -> None:
        ItemLabel.objects.filter(item=item).exclude(label__in=labels).delete()
        rows = [ItemLabel(item=item, label=label) for label in labels if label.name not in before]
        ItemLabel.objects.bulk_create(rows)

    edit.then.append(write)


def _rule_for(cleaned: Mapping[str, Any], *, team_id: int) -> RuleSpec | None:
    """Return the rule that decides about an item to come, held before anything of boards is locked."""
    if cleaned.get("classification", Classification.UNCLASSIFIED) != Classification.UNCLASSIFIED:
        return None
    traits = Traits(
        title=cleaned["title"],
        labels=frozenset(cleaned.get("labels", ())),
        service=cleaned.get("service", ""),
        source=cleaned.get("source", ""),
        project=project_of(cleaned.get("external_id", "")),
        priority=cleaned.get("priority", Priority.NORMAL),
        is_interrupt=cleaned.get("is_interrupt", False),
    )
    return first_match(hold_rules(team_id), traits)


def _with_outcome(cleaned: Mapping[str, Any], rule: RuleSpec) -> dict[str, Any]:
    """Return the fields of an item to come with what a rule gives it; what it has already stays."""
    labels = {*cleaned.get("labels", ()), *rule.labels}
    filled = {**cleaned, "service": cleaned.get("service") or rule.sets_service}
    if len(labels) <= MAX_LABELS:
        filled["labels"] = sorted(labels)
    if not cleaned.get("toil_type"):
        filled["toil_type"] = rule.toil_type_id
    return filled


def _refuse_crossing(edit: Edit, *, since: int) -> None:
    """Refuse to overwrite fields that somebody else changed after the version that the writer saw."""
    theirs = changed_since(edit.item, since)
    crossing = {name: [said(theirs[name])] for name, __, __ in edit.changes if name in theirs}
    if crossing:
        raise StaleError(current=edit.item.version, fields=crossing)

"""Deciding what class an item has: a person's decision stays, also the one that it has none."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.db import transaction

from boards.models import Classification, ClassifiedBy, Item
from boards.services.errors import invalid
from boards.services.feed import together
from boards.services.record import Edit, begin_many, open_edit, refuse_archived_board, refuse_trash, write_edits
from boards.services.values import clean_item
from teams.actors import Actor

BY_PERSON: Final = frozenset({ClassifiedBy.PERSON, ClassifiedBy.SUGGESTION})


@transaction.atomic
def classify_items(
    *,
    items: Iterable[Item],
    classification: Classification | str,
    by: Actor,
    at: datetime,
    decided_by: ClassifiedBy = ClassifiedBy.PERSON,
) -> list[Item]:
    """Give items a class, and return those that changed, as they are now.

    Items in the trash, or of another team by now, are left alone; so is, by anything but a person, what a person has
    decided.
    """
    value = clean_item({"classification": classification})["classification"]
    opened = begin_many(items, at=at)
    for edit in opened:
        refuse_archived_board(edit.board)
    edits = [edit for edit in opened if edit.item.deleted_at is None]
    for edit in edits:
        decide(edit, value, decided_by=decided_by)
    write_edits(edits, by=by)
    return [edit.item for edit in edits if edit.changes]


@together()
def hand_back_class(*, item: Item, classification: str, by: Actor, at: datetime) -> Item:
    """Set the class that an import gives, in place of what a person decided: imports may change it from then on."""
    value = clean_item({"classification": classification})["classification"]
    edit = open_edit(item=item, at=at)
    refuse_trash(edit, archived=False)
    edit.put("classified_at", edit.at)
    edit.set("classification", value)
    edit.set("classified_by", str(ClassifiedBy.IMPORT))
    edit.put("rule_id", None)
    write_edits([edit], by=by)
    return edit.item


def decide(edit: Edit, classification: str, *, decided_by: ClassifiedBy, rule_id: int | None = None) -> bool:
    """Put a decision into an edit, and return whether it was allowed.

    A rule decides only what nobody but a rule has decided; an import, what no person has.
    """
    item = edit.item
    if classification not in Classification.values:
        raise invalid("classification", classification)
    if decided_by not in BY_PERSON and not may_be_decided(item.classified_by, decided_by):
        return False
    if item.classification != classification or item.classified_by != decided_by:
        edit.put("classified_at", edit.at)
    edit.set("classification", classification)
    edit.set("classified_by", str(decided_by))
    edit.put("rule_id", rule_id)
    return True


def may_be_decided(classified_by: str | None, decided_by: ClassifiedBy) -> bool:
    """Whether a rule or an import may decide what was decided by somebody else before."""
    if classified_by in BY_PERSON:
        return False
    return decided_by != ClassifiedBy.RULE or classified_by in (None, ClassifiedBy.RULE)

"""Adding what was typed: one item or many, all or none, and once however often it is sent."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from boards.models import Column, Item
from boards.services.errors import invalid
from boards.services.feed import together
from boards.services.items import create_item
from boards.services.places import lock_column, refuse_full
from boards.shorthand import MOST_LINES, Typed, Who, people_called, understand
from teams.actors import Actor
from teams.models import IdempotencyRecord, Person
from teams.queries import people_of_team

CALLER = "page"


@together()
def add_items(
    *,
    column: Column,
    lines: Sequence[str],
    by: Actor,
    at: datetime,
    fields: dict[str, Any] | None = None,
    force: bool = False,
    once: str = "",
) -> list[Item]:
    """Put an item for each line on top of a column, in their order; the limit is asked once for all of them.

    What a line says of class and interrupt wins over `fields`. With the same `once` as before nothing is added, and
    the items of then are returned.
    """
    if not lines:
        raise invalid("title", _("This must not be empty."))
    if len(lines) > MOST_LINES:
        values = {"count": len(lines), "most": MOST_LINES}
        raise invalid("title", _("These are %(count)d lines; at most %(most)d can be added at once.") % values)
    record, earlier = _claim(once, at=at)
    if earlier is not None:
        return earlier
    column, board = lock_column(column.pk)
    wanted = [understand(line) for line in lines]
    people = people_of_team(board.team) if any(typed.people for typed in wanted) else []
    if not force:
        refuse_full(column, coming=len(wanted))
    top = Item.objects.on_board().filter(column=column).order_by("rank", "id").first()
    items = [
        create_item(
            board=board,
            title=typed.title,
            column=column,
            fields={**(fields or {}), **fields_of(typed, people, me=by.person)},
            before=top,
            force=True,
            by=by,
            at=at,
        )
        for typed in wanted
    ]
    if record is not None:
        record.body = json.dumps([item.pk for item in items])
        record.save(update_fields=["body"])
    return items


def fields_of(typed: Typed, people: Sequence[Person], *, me: Person | None) -> dict[str, Any]:
    """Return what a line says of an item besides its title; refuses names that nobody has, or more than one."""
    fields: dict[str, Any] = {}
    if typed.labels:
        fields["labels"] = list(typed.labels)
    if typed.classification:
        fields["classification"] = typed.classification
    if typed.is_interrupt:
        fields["is_interrupt"] = True
    if typed.people:
        fields["assignee"] = find_person(typed.people, people, me=me)
    return fields


def find_person(names: Sequence[str], people: Sequence[Person], *, me: Person | None) -> Person:
    """Return the one member of the team that is meant; “@me” is who writes, where nobody else is called so."""
    if len(set(names)) > 1:
        raise invalid("assignee", _("An item has one assignee; %s are too many.") % ", ".join(f"@{n}" for n in names))
    by_id = {person.pk: person for person in people}
    known = [Who(person.pk, person.display_name, person.email or "") for person in people]
    found = people_called(names[0], known)
    if me is not None and me.pk in by_id and _is_me(names[0], found):
        return by_id[me.pk]
    if not found:
        values = {"name": names[0]}
        raise invalid(
            "assignee",
            _("Nobody in the team is called @%(name)s. To have it in the title, write \\@%(name)s.") % values,
        )
    if len(found) > 1:
        meant = _(" or ").join(who.name for who in found[:3])
        raise invalid("assignee", _("@%(name)s may be %(meant)s: write more.") % {"name": names[0], "meant": meant})
    return by_id[found[0].id]


def _is_me(name: str, found: Sequence[Who]) -> bool:
    said = name.casefold()
    return said in {"me", _("me").casefold()} and not any(said in who.name.casefold().split() for who in found)


def _claim(once: str, *, at: datetime) -> tuple[IdempotencyRecord | None, list[Item] | None]:
    """Take a key, or return what was made with it; who comes at the same time waits here."""
    if not once:
        return None, None
    try:
        with transaction.atomic():
            record = IdempotencyRecord.objects.create(caller=CALLER, key=once[:255], fingerprint="", created_at=at)
        return record, None
    except IntegrityError:
        kept = IdempotencyRecord.objects.get(caller=CALLER, key=once[:255])
    ids = json.loads(kept.body or "[]")
    found = Item.objects.in_bulk(ids)
    return None, [found[pk] for pk in ids if pk in found]

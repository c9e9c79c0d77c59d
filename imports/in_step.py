"""Where an item differs from what its source says, because somebody decided so here."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from boards.item_page import Difference
from boards.models import Change, Classification, Column, Item
from boards.services.classes import BY_PERSON
from imports.models import Ticket as TicketRow
from imports.past import past_of, unknown_statuses
from imports.services.known import CLOSING, Target, load_target
from imports.services.people import is_email
from imports.services.revision import HERE
from imports.statuses import normal_word
from imports.tickets import Said, Ticket, parse_ticket
from teams.actors import SYSTEM
from teams.models import Handle, Person, Team
from teams.services.people import by_second_address

DECIDED: Final = ("classification", "column", "assignee")


def differences_of(item: Item, at: datetime) -> list[Difference]:
    """Return where a person set class, column or assignee here, and the source says otherwise."""
    if not item.external_id:
        return []
    row = TicketRow.objects.filter(item=item).first()
    decided = _decided_here(item) if row is not None else set()
    if row is None or not decided:
        return []
    ticket = parse_ticket(row.said, at=max(at, row.updated_at or at))
    if not isinstance(ticket, Ticket):
        return []
    target = load_target(board=item.board, source=item.source, stages=row.stages, by=SYSTEM, at=at, rules=())
    found = [_class(item, ticket.said), _column(item, ticket, target), _assignee(item, ticket, target)]
    return [each for each in found if each is not None and each.field in decided]


def stages_said(said: Said, stages: Mapping[str, str]) -> dict[str, str]:
    """Return what a source says of the status words that a ticket uses."""
    words = {said.get("status")} | {entry.get("status") for entry in said.get("history", ())}
    normal = {normal_word(word) for word in words if word}
    return {word: stage for word, stage in stages.items() if word in normal}


def _decided_here(item: Item) -> set[str]:
    changes = Change.objects.filter(item=item, via__in=HERE, field__in=DECIDED)
    return set(changes.order_by().values_list("field", flat=True).distinct())


def _class(item: Item, said: Said) -> Difference | None:
    value = said.get("classification", Classification.UNCLASSIFIED.value)
    if value in {Classification.UNCLASSIFIED.value, item.classification} or item.classified_by not in BY_PERSON:
        return None
    there = str(Classification(value).label)
    return Difference("classification", _("Class"), item.get_classification_display(), there, value)


def _column(item: Item, ticket: Ticket, target: Target) -> Difference | None:
    """Compare columns, but stages only where the source's word is understood by its usual meaning."""
    if not target.columns or not ticket.said.keys() & CLOSING or unknown_statuses(ticket, statuses=target.statuses):
        return None
    there = target.columns[past_of(ticket, statuses=target.statuses, at=target.at)[-1].column]
    if there.pk == item.column_id:
        return None
    if there.stage == item.column.stage and not _names(there, ticket, target.statuses.mapped):
        return None
    return Difference("column", _("Column"), item.column.name, there.name, there)


def _names(column: Column, ticket: Ticket, mapped: Mapping[str, Any]) -> bool:
    word = normal_word(ticket.said.get("status") or "")
    return word == normal_word(column.name) or word in mapped


def _assignee(item: Item, ticket: Ticket, target: Target) -> Difference | None:
    if "assignee" not in ticket.said and not any("assignee" in entry.changed for entry in ticket.history or ()):
        return None
    name = past_of(ticket, statuses=target.statuses, at=target.at)[-1].assignee if target.columns else None
    person = _known_as(item.board.team, item.source, name) if name else None
    if (name and person is None) or (person and person.pk) == item.assignee_id:
        return None
    nobody = _("nobody")
    here = item.assignee.display_name if item.assignee else nobody
    return Difference("assignee", _("Assignee"), here, person.display_name if person else nobody, person)


def _known_as(team: Team, source: str, name: str) -> Person | None:
    if is_email(name):
        address = name.lower()
        second = by_second_address([address], among=Handle.objects.filter(team=team))
        return second.get(address) or Person.objects.filter(email=address).first()
    handle = Handle.objects.filter(team=team, source=source, handle=name).select_related("person").first()
    return handle.person if handle else None

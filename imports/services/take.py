"""Taking a batch of tickets: in the caller's transaction, in a number of statements that does not grow with it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db import connection

from boards.models import Classification, ClassifiedBy, Priority
from boards.rules import RuleSpec, Traits, first_match, project_of
from boards.services.bulk import Logged, NewItem, Standing, create_items, label_ids
from boards.services.feed import announce, together
from boards.services.record import lock_items
from boards.services.rows import as_json, insert_rows, update_rows
from boards.services.ruling import hold_rules
from boards.services.sources import note_source
from boards.services.values import MAX_LABELS
from imports.batches import Batch, BatchRow, Outcome
from imports.in_step import stages_said
from imports.merge import said_together
from imports.models import Ticket as TicketRow
from imports.past import past_of
from imports.services.known import Plan, Target, lock_target, make_plan
from imports.services.people import Named, resolve_people
from imports.services.talk import find_talked_of, speakers, take_talk, talking
from imports.services.update import update_items
from imports.sources.mapped import Talk
from imports.tickets import Ticket
from teams.models import Person

TICKET_FIELDS = ("item", "said", "updated_at", "stages")
# What a ticket says of an item under the item's own names.
VALUES = (
    *("title", "description", "url", "service", "is_interrupt", "priority", "estimate_hours", "due_date"),
    *("reporter", "project"),
)

_UNCLASSIFIED = Classification.UNCLASSIFIED.value


@together()
def take_batch(*, target: Target, batch: Batch) -> None:
    """Write the tickets of a batch, and give each row its outcome.

    Rules, people and labels come first, each in one order, then the columns' locks, then the items', as every writer
    keeps it. What is here is looked at again under the locks, since another import may have written meanwhile, or
    somebody may have put an item aside or on another board (on SQLite nobody can have).
    """
    rows = batch.tickets
    plan = make_plan(target, rows)
    said = [row.talk for row in rows if row.talk is not None]
    if plan.new or plan.updates or plan.quiet or said:
        target = replace(target, rules=hold_rules(target.board.team_id))
        people = _people(target, batch, plan.names | speakers(said))
        _make_labels(target, plan)
        if connection.features.has_select_for_update:
            target = lock_target(target)
            lock_items([*(update.known.item for update in plan.updates), *(item for item, __ in talking(rows))])
            plan = make_plan(target, rows)
            people |= _people(target, batch, plan.names - people.keys())
        _create(target, plan, people)
        update_items(target=target, updates=plan.updates, people=people)
        _take_talk(target, rows, people)
        _announce(target, rows)
    _note(target, plan)


def _take_talk(target: Target, rows: Sequence[BatchRow], people: Mapping[str, Person]) -> None:
    """Write what was said; a row that says nothing else that is new is an update by that."""
    fresh = take_talk(target=target, talks=talking(rows), people=people)
    for row in rows:
        if row.item in fresh and row.outcome != Outcome.CREATED:
            row.outcome, row.note = Outcome.UPDATED, ""


@together()
def say_on_items(*, target: Target, talks: Sequence[Talk]) -> list[tuple[int, str, Outcome]]:
    """Write what was said on items that are here; return each of them, its external id, and whether that was news."""
    known = {handle: identity for talk in talks for handle, identity in talk.people.items()}
    people = _people(target, Batch(people=known), speakers(talks))
    found = find_talked_of(target=target, talks=talks)
    items = {item.pk: item for item in lock_items(item for item, __ in found)}
    on_items = [(item, talk) for item, talk in found if items[item].deleted_at is None]
    fresh = take_talk(target=target, talks=on_items, people=people)
    if fresh:
        announce(items={target.board.pk: sorted(fresh)}, by=target.by, at=target.at)
    numbers = dict.fromkeys(item for item, __ in on_items)
    news = {True: Outcome.UPDATED, False: Outcome.UNCHANGED}
    return [(item, items[item].external_id, news[item in fresh]) for item in numbers]


def _announce(target: Target, rows: Sequence[BatchRow]) -> None:
    if target.is_quiet:
        return
    written = {Outcome.CREATED, Outcome.UPDATED}
    if changed := [row.item for row in rows if row.item is not None and row.outcome in written]:
        announce(items={target.board.pk: changed}, by=target.by, at=target.at)


def _people(target: Target, batch: Batch, names: set[str]) -> dict[str, Person]:
    at_source = Named(target.board.team, target.source)
    return resolve_people(at_source=at_source, names=names, known=batch.people, at=target.at)


def _make_labels(target: Target, plan: Plan) -> None:
    """Make what labels are new in one statement: in two, two imports could wait for each other's."""
    tickets = [row.ticket for row in (*plan.new, *(update.row for update in plan.updates)) if row.ticket is not None]
    names = {name for ticket in tickets for name in ticket.said.get("labels", ())}
    if plan.new or plan.updates:
        names |= {name for rule in target.rules for name in rule.labels}
    if names:
        label_ids(target.board.team_id, names)


def _create(target: Target, plan: Plan, people: Mapping[str, Person]) -> None:
    ids = {name: person.pk for name, person in people.items()}
    items = [_new_item(target, row.ticket, ids) for row in plan.new if row.ticket is not None]
    by_id = {person.pk: person for person in people.values()}
    created = create_items(
        board=target.board, items=items, columns=target.columns, people=by_id, by=target.by, at=target.at
    )
    said: list[tuple[Any, ...]] = []
    for row, item_id in zip(plan.new, created, strict=True):
        row.item, row.outcome = item_id, Outcome.CREATED
        if row.ticket is not None:
            stages = stages_said(row.ticket.said, target.statuses.stages)
            said.append((item_id, as_json(row.ticket.said), row.ticket.updated_at, as_json(stages), target.import_id))
    insert_rows(TicketRow, (*TICKET_FIELDS, "batch"), said)
    if created:
        note_source(team_id=target.board.team_id, source=target.source, at=target.at)


def _new_item(target: Target, ticket: Ticket, people: Mapping[str, int]) -> NewItem:
    said = ticket.said
    values = {name: said[name] for name in VALUES if name in said}
    values |= {"source": target.source, "external_id": ticket.external_id}
    rule = rule_of(target, ticket)
    values |= class_of(target, ticket, rule)
    own = said.get("labels", [])
    labels = {*own, *(rule.labels if rule else ())}
    past = past_of(ticket, statuses=target.statuses, at=target.at)
    return NewItem(
        values=values,
        past=[
            Standing(at, column, people[person] if person else None, blocked) for at, column, person, blocked in past
        ],
        labels=sorted(labels) if len(labels) <= MAX_LABELS else own,
        rule_labels=sorted(labels - set(own)),
        logs=[
            Logged(people[log.person], log.started_at, log.ended_at, log.note)
            for log in ticket.work(at_most=target.response_cap)
        ],
    )


def rule_of(target: Target, ticket: Ticket) -> RuleSpec | None:
    """Return the rule of the team that decides about a new ticket, if it brings no class and one speaks of it."""
    said = ticket.said
    if not target.rules or said.get("classification", _UNCLASSIFIED) != _UNCLASSIFIED:
        return None
    traits = Traits(
        title=said["title"],
        labels=frozenset(said.get("labels", ())),
        service=said.get("service", ""),
        source=target.source,
        project=said.get("project") or project_of(ticket.external_id),
        reporter=said.get("reporter", ""),
        priority=said.get("priority", Priority.NORMAL.value),
        is_interrupt=said.get("is_interrupt", False),
    )
    return first_match(target.rules, traits)


def class_of(target: Target, ticket: Ticket, rule: RuleSpec | None) -> dict[str, Any]:
    """Return the class that a ticket brings or, where it brings none, what the rule gives."""
    said = ticket.said
    classification = said.get("classification", _UNCLASSIFIED)
    if classification != _UNCLASSIFIED:
        decided = ClassifiedBy.IMPORT.value
        return {"classification": classification, "classified_by": decided, "classified_at": target.at}
    if rule is None:
        return {}
    return {
        "classification": rule.classification,
        "classified_by": ClassifiedBy.RULE.value,
        "classified_at": target.at,
        "rule": rule.id,
        "toil_type": rule.toil_type_id,
        "service": said.get("service") or rule.sets_service,
    }


def _note(target: Target, plan: Plan) -> None:
    """Remember what the sources of updated and of quiet tickets said."""
    known, new = [], []
    for row, here, __ in [*plan.updates, *plan.quiet]:
        if row.ticket is not None:
            whole = said_together(here.said, row.ticket.said)
            said = as_json(whole)
            stages = as_json(stages_said(whole, {**here.stages, **target.statuses.stages}))
            updated_at = row.ticket.updated_at or here.updated_at
            if here.ticket is None:
                new.append((here.item, said, updated_at, stages))
            else:
                known.append((said, updated_at, stages, here.ticket))
    update_rows(TicketRow, TICKET_FIELDS[1:], known)
    insert_rows(TicketRow, TICKET_FIELDS, new)

"""Letting the rules of a team decide about items that are there already, and holding them while they decide."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from celery import current_app
from django.db import connection, transaction
from django.db.models import Model

from boards.models import Board, ClassifiedBy, Item, ItemQuerySet, Rule, ToilType
from boards.queries import rule_specs, traits_of
from boards.rules import RuleSpec, first_match
from boards.services.classes import decide
from boards.services.feed import together
from boards.services.labelling import Relabelling, relabel
from boards.services.record import Edit, begin, lock_items, write_edits
from teams.actors import Actor
from teams.models import Team

BATCH: Final = 1000
AT_ONCE: Final = 2 * BATCH


@dataclass(frozen=True, slots=True)
class Applied:
    """What one step of applying rules did: how many items it classified, and behind which item the next begins."""

    classified: int
    behind: int | None


def hold_rules(team_id: int) -> list[RuleSpec]:
    """Return a team's rules; nobody deletes one, or its toil type, before the transaction ends.

    They are held before any item is locked: who deletes a rule locks it before its items. On SQLite the transaction
    alone keeps others from writing.
    """
    if connection.vendor != "postgresql":
        return rule_specs(team_id)
    held = _hold(Rule, "team_id = %s", team_id)
    # A rule that was added since is not held, and has no say yet.
    rules = [rule for rule in rule_specs(team_id) if rule.id in held] if held else []
    named = sorted({rule.toil_type_id for rule in rules if rule.toil_type_id is not None})
    types = _hold(ToilType, "id = ANY(%s)", named) if named else set()
    return [rule if rule.toil_type_id in types else replace(rule, toil_type_id=None) for rule in rules]


def _hold(model: type[Model], condition: str, value: int | list[int]) -> set[int]:
    """Lock rows against deletion only, so that those who hold them do not wait for each other; return their ids."""
    table = connection.ops.quote_name(model._meta.db_table)
    statement = f"SELECT id FROM {table} WHERE {condition} ORDER BY id FOR KEY SHARE"  # noqa: S608 - no value in it
    with connection.cursor() as cursor:
        cursor.execute(statement, [value])
        return {row[0] for row in cursor.fetchall()}


def open_to_rules(team: Team) -> ItemQuerySet:
    """Return the items of a team that nobody and nothing has decided about, nor been unsure of."""
    return Item.objects.in_use().unclassified().filter(board__team=team, classified_by__isnull=True)


def begin_applying(*, team: Team, by: Actor, at: datetime, rule: Rule | None = None) -> int | None:
    """Apply the rules at once and return how many items they classified; None where the worker takes it over."""
    if open_to_rules(team).count() <= AT_ONCE:
        return apply_rules(team=team, rule=rule, by=by, at=at)
    arguments = [team.pk, rule and rule.pk, by.person and by.person.pk]

    def start() -> None:
        current_app.signature("boards.tasks.apply_rules_of_team", args=arguments).delay()

    transaction.on_commit(start)
    return None


def apply_rules(*, team: Team, by: Actor, at: datetime, rule: Rule | None = None) -> int:
    """Let the rules decide about all items that nobody has decided about; return how many they classified.

    With `rule`, only where that is the first that matches. Each step is a transaction of its own, and begins with the
    rules as they are then; run twice, the second time finds nothing to do.
    """
    only = None if rule is None else rule.pk
    classified, behind = 0, 0
    while True:
        done = apply_step(team=team, behind=behind, by=by, at=at, only=only)
        classified += done.classified
        if done.behind is None:
            return classified
        behind = done.behind


@together()
def apply_step(*, team: Team, behind: int, by: Actor, at: datetime, only: int | None = None) -> Applied:
    """Let the rules decide about the next items behind an id, in a number of statements that does not grow."""
    rules = hold_rules(team.pk)
    candidates = list(open_to_rules(team).filter(pk__gt=behind).order_by("pk").values_list("pk", flat=True)[:BATCH])
    if not rules or not candidates:
        return Applied(0, None)
    found = _found(candidates, rules, only)
    locked = lock_items(found)
    # What was decided or renamed while we waited for the locks is looked at as it is now.
    found = _found([item.pk for item in locked if item.is_unclassified and item.classified_by is None], rules, only)
    boards = Board.objects.select_related("team").in_bulk({item.board_id for item in locked})
    edits = [
        begin(item, at=at, board=boards[item.board_id])
        for item in locked
        if item.pk in found and boards[item.board_id].archived_at is None
    ]
    _decide(edits, found)
    write_edits(edits, by=by)
    return Applied(len(edits), candidates[-1] if len(candidates) == BATCH else None)


def _found(ids: Collection[int], rules: Collection[RuleSpec], only: int | None) -> dict[int, RuleSpec]:
    """Return the rule that speaks of each of some items, as far as one does."""
    found = {}
    for item_id, traits, __ in traits_of(Item.objects.filter(pk__in=ids), rules=rules):
        rule = first_match(rules, traits)
        if rule is not None and only in (None, rule.id):
            found[item_id] = rule
    return found


def _decide(edits: Collection[Edit], found: Mapping[int, RuleSpec]) -> None:
    """Put what the rules say into the edits, labels too; one that would be too many is left out."""
    types = ToilType.objects.in_bulk({rule.toil_type_id for rule in found.values() if rule.toil_type_id})
    wishes = []
    for edit in edits:
        item, rule = edit.item, found[edit.item.pk]
        decide(edit, rule.classification, decided_by=ClassifiedBy.RULE, rule_id=rule.id)
        if item.toil_type_id is None and rule.toil_type_id in types:
            edit.set("toil_type", types[rule.toil_type_id])
        if rule.sets_service and not item.service:
            edit.set("service", rule.sets_service)
        if rule.labels:
            wishes.append(Relabelling(edit, give=frozenset(rule.labels), take=frozenset()))
    if wishes:
        relabel(wishes, skips_full=True, by_rule=True)

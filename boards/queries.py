"""Rows turned into what the pure modules take, in a constant number of queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from boards.models import Board, Change, Column, Item, ItemLabel, ItemQuerySet, Rule
from boards.rules import CONDITIONS, RuleSpec, Traits, project_of
from boards.timeline import STATE_FIELDS, StateEvent, events_of

_TRAITS = ("title", "service", "source", "external_id", "project", "reporter", "priority", "is_interrupt")


def rule_specs(team_id: int) -> list[RuleSpec]:
    """Return a team's rules in their order."""
    return [rule_spec(rule) for rule in Rule.objects.filter(team_id=team_id).order_by("position", "pk")]


def rule_spec(rule: Rule) -> RuleSpec:
    """Return a rule as it is tried; one that is not saved yet has the number 0."""
    return RuleSpec(
        id=rule.pk or 0,
        name=rule.name,
        classification=rule.classification,
        toil_type_id=rule.toil_type_id,
        labels=tuple(rule.labels),
        sets_service=rule.sets_service,
        **{name: getattr(rule, name) for name in CONDITIONS},
    )


def traits_of(
    items: ItemQuerySet, *, rules: Iterable[RuleSpec], also: Sequence[str] = ()
) -> Iterator[tuple[int, Traits, tuple[Any, ...]]]:
    """Yield what rules look at in items, in the order of their ids, and other fields that are asked for.

    Labels are read only where a rule asks for them. Takes two queries at most, however many items there are, and
    holds a chunk of them at a time.
    """
    labels: dict[int, set[str]] = defaultdict(set)
    asked = {rule.label for rule in rules if rule.label}
    if asked:
        sticking = ItemLabel.objects.filter(item__in=items.order_by().values("pk"), label__name__in=asked)
        for item_id, name in sticking.values_list("item_id", "label__name").iterator(chunk_size=2000):
            labels[item_id].add(name)
    rows = items.order_by("pk").values_list("pk", *_TRAITS, *also)
    for item_id, title, service, source, external_id, project, reporter, priority, is_interrupt, *rest in rows.iterator(
        chunk_size=2000
    ):
        yield (
            item_id,
            Traits(
                title=title,
                labels=frozenset(labels.get(item_id, ())),
                service=service,
                source=source,
                project=project or project_of(external_id),
                reporter=reporter,
                priority=priority,
                is_interrupt=is_interrupt,
            ),
            tuple(rest),
        )


def traits_of_item(item: Item) -> Traits:
    """Return what rules look at in one item, all of its labels among it."""
    return Traits(
        title=item.title,
        labels=frozenset(item.labels.values_list("name", flat=True)),
        service=item.service,
        source=item.source,
        project=item.project or project_of(item.external_id),
        reporter=item.reporter,
        priority=item.priority,
        is_interrupt=item.is_interrupt,
    )


def events_of_items(ids: Collection[int]) -> Iterator[tuple[int, list[StateEvent]]]:
    """Yield the state events of each of some items that has any, read from its changes."""
    rows = (
        Change.objects.filter(item__in=ids, field__in=STATE_FIELDS)
        .order_by("item", "at", "pk")
        .values_list("item_id", "field", "after", "at")
    )
    for item_id, changes in groupby(rows.iterator(chunk_size=2000), key=itemgetter(0)):
        yield item_id, list(events_of((field, after, at) for __, field, after, at in changes))


def stages_of(column_ids: Collection[int]) -> dict[int, str]:
    """Return the stages that columns, the deleted ones too, have now."""
    return dict(Column.objects.filter(pk__in=column_ids).values_list("pk", "stage"))


def board_at(item: Item, at: datetime) -> Board:
    """Return the board that an item was on at an instant; before it existed, its first one."""
    later = Change.objects.filter(item=item, field="board", at__gt=at).order_by("at", "pk").first()
    if later is not None:
        left = Board.objects.filter(pk=later.before["id"]).first()
        if left is not None:
            return left
    return Board.objects.get(pk=item.board_id)

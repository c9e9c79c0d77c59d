"""Rows turned into what the pure modules take, in a constant number of queries."""

from collections.abc import Collection, Iterator
from datetime import datetime
from itertools import groupby
from operator import itemgetter

from boards.models import Board, Change, Column, Item, Rule
from boards.rules import RuleSpec
from boards.timeline import STATE_FIELDS, StateEvent, events_of


def rule_specs(team_id: int) -> list[RuleSpec]:
    """Return a team's rules in their order."""
    return [
        RuleSpec(
            id=rule.pk,
            classification=rule.classification,
            toil_type_id=rule.toil_type_id,
            title_contains=rule.title_contains,
            label=rule.label,
            service=rule.service,
            source=rule.source,
        )
        for rule in Rule.objects.filter(team_id=team_id).order_by("position", "pk")
    ]


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

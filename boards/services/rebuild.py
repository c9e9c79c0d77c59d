"""Making stays and milestones anew from the changes, which say all that happened."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from boards.models import Board, Change, Item, Stay
from boards.queries import events_of_items, stages_of
from boards.services.record import fill_stay, lock_items
from boards.timeline import UNCHANGED, Milestones, StateEvent, StaySpan, milestones, stays
from teams.models import Person

BATCH = 500


def rebuild_stays(*, item_ids: Iterable[int], dry_run: bool = False) -> list[int]:
    """Rewrite the stays and milestones of items from their changes; return the ids of those that differed.

    Each batch of items is a transaction of its own, so that a long run holds nobody up.
    """
    different: list[int] = []
    numbers = list(item_ids)
    for start in range(0, len(numbers), BATCH):
        different.extend(_rebuild(numbers[start : start + BATCH], dry_run=dry_run))
    return different


@transaction.atomic
def recompute_milestones(*, board: Board, at: datetime) -> list[int]:
    """Set when items were started and finished anew after a column of theirs got another stage."""
    ids = set(Item.objects.filter(board=board).values_list("pk", flat=True))
    ids |= set(Stay.objects.filter(column__board=board).values_list("item_id", flat=True))
    # Who left the board at the instant of arrival has no stay there, and yet was there.
    ids |= set(Change.objects.filter(field="board", before__id=board.pk).values_list("item_id", flat=True))
    changed: list[Item] = []
    items = lock_items(ids)
    events = dict(events_of_items(ids))
    all_reached = _milestones(events)
    for item in items:
        reached = all_reached.get(item.pk, Milestones())
        if (item.started_at, item.finished_at) != (reached.started_at, reached.finished_at):
            item.started_at, item.finished_at = reached.started_at, reached.finished_at
            item.updated_at = max(at, item.updated_at)
            item.version += 1
            changed.append(item)
    Item.objects.bulk_update(changed, ["started_at", "finished_at", "updated_at", "version"], batch_size=200)
    return [item.pk for item in changed]


@transaction.atomic
def _rebuild(ids: Collection[int], *, dry_run: bool) -> list[int]:
    items = lock_items(ids)
    events = dict(events_of_items(ids))
    reached = _milestones(events)
    present: dict[int, list[Stay]] = {number: [] for number in ids}
    for stay in Stay.objects.filter(item__in=ids).order_by("item", "started_at", "pk"):
        present[stay.item_id].append(stay)
    people = _people(events.values())
    different: list[Item] = []
    rows: list[Stay] = []
    for item in items:
        spans = [_known(span, people) for span in stays(events.get(item.pk, ()))]
        due = reached.get(item.pk, Milestones(entered_column_at=item.entered_column_at))
        if spans == [_span_of(stay) for stay in present[item.pk]] and due == _milestones_in(item):
            continue
        different.append(item)
        item.started_at, item.finished_at = due.started_at, due.finished_at
        item.entered_column_at = due.entered_column_at or item.entered_column_at
        rows.extend(fill_stay(Stay(item=item), span) for span in spans)
    if different and not dry_run:
        Stay.objects.filter(item__in=different).delete()
        Stay.objects.bulk_create(rows, batch_size=500)
        Item.objects.bulk_update(different, ["started_at", "finished_at", "entered_column_at"], batch_size=200)
    return [item.pk for item in different]


def _milestones(events: Mapping[int, Sequence[StateEvent]]) -> dict[int, Milestones]:
    columns = {event.column for past in events.values() for event in past if event.column is not UNCHANGED}
    stages = stages_of(columns)
    return {number: milestones(past, stages) for number, past in events.items()}


def _people(pasts: Iterable[Sequence[StateEvent]]) -> set[int]:
    """Return which of the assignees in events are still there."""
    named = {event.assignee for past in pasts for event in past if isinstance(event.assignee, int)}
    return set(Person.objects.filter(pk__in=named).values_list("pk", flat=True))


def _known(span: StaySpan, people: Collection[int]) -> StaySpan:
    return span if span.assignee is None or span.assignee in people else replace(span, assignee=None)


def _milestones_in(item: Item) -> Milestones:
    return Milestones(
        started_at=item.started_at, finished_at=item.finished_at, entered_column_at=item.entered_column_at
    )


def _span_of(stay: Stay) -> StaySpan:
    return StaySpan(
        column=stay.column_id,
        assignee=stay.assignee_id,
        is_blocked=stay.is_blocked,
        started_at=stay.started_at,
        ended_at=stay.ended_at,
    )

"""Cumulative flow: how many items stood in each of a team's columns at the end of each day, read from the stays.

What stands there now is counted, and what came and went since the range began is taken back: stays that ended before
are not read, however many years of them there are.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, F, Q

from boards.models import Column, Item, ItemQuerySet, Stage, Stay
from reports.effort import microseconds
from reports.flow import running_counts
from reports.flow_filter import EVERYTHING, FlowFilter
from reports.instants import Microseconds
from reports.periods import Period, day_cuts, days_of
from teams.models import Team

Moves = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class FlowColumn:
    """A column, and the items that stood in it at the end of each day."""

    pk: int
    name: str
    stage: str
    board: int
    board_name: str
    counts: Sequence[int]


@dataclass(frozen=True, slots=True)
class CumulativeFlow:
    """The columns of a team's boards from left to right; the last of `days` may not be over."""

    days: Sequence[date]
    columns: Sequence[FlowColumn]

    def by_stage(self) -> dict[str, list[int]]:
        """The items in each stage at the end of each day, over all boards."""
        sums = {stage.value: [0] * len(self.days) for stage in Stage}
        for column in self.columns:
            sums[column.stage] = [a + b for a, b in zip(sums[column.stage], column.counts, strict=True)]
        return sums


def cumulative_flow_of_team(
    *, team: Team, period: Period, at: datetime, narrowed: FlowFilter = EVERYTHING
) -> CumulativeFlow:
    """Count a team's items per column at the end of each day of a period that has begun, in six queries.

    Items in the trash count nowhere. Those that were archived from a done column still count in it: what is done is
    not undone by tidying up. A column in the trash is left out where nothing stood in it.
    """
    cuts = day_cuts(period)
    days = [day for day, start in zip(days_of(period), cuts, strict=False) if start < at]
    columns = _columns(team, narrowed)
    if not days or not columns:
        return CumulativeFlow(days, [])
    done = {column.pk for column in columns if column.is_done}
    entered, left = _moves({column.pk for column in columns}, done, cuts[0], narrowed)
    counts = _now({column.pk for column in columns}, done, narrowed)
    before = {column.pk: counts.get(column.pk, 0) for column in columns}
    for moves, change in ((entered, -1), (left, 1)):
        for column_id, _ in moves:
            before[column_id] += change
    ends = [microseconds(min(cut, at)) for cut in cuts[1 : len(days) + 1]]
    flow = running_counts(before, entered=entered, left=left, ends=ends)
    return CumulativeFlow(
        days,
        [
            FlowColumn(column.pk, column.name, column.stage, column.board_id, column.board.name, flow[column.pk])
            for column in columns
            if column.deleted_at is None or any(flow[column.pk])
        ],
    )


def _columns(team: Team, narrowed: FlowFilter) -> list[Column]:
    columns = Column.objects.filter(board__team=team, board__deleted_at__isnull=True).select_related("board")
    if narrowed.board is not None:
        columns = columns.filter(board=narrowed.board)
    return list(columns.order_by("board_id", "position", "pk"))


def _moves(
    columns: Collection[int], done: Collection[int], since: datetime, narrowed: FlowFilter
) -> tuple[Moves, Moves]:
    """Return which column was entered and left when, as of the first instant, in microseconds."""
    kept = Q(item__deleted_at__isnull=True, item__board__deleted_at__isnull=True)
    stays = Stay.objects.filter(kept, narrowed.condition("item"), column__in=columns)
    put_away = Q(column__in=done) & (Q(ended_at=F("item__archived_at")) | Q(ended_at=F("item__board__archived_at")))
    # What came since cannot have left before: said to the database, which finds stays by column and end.
    entered = stays.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=since), started_at__gte=since)
    left = stays.filter(ended_at__gte=since).exclude(put_away)
    return (
        list(entered.values_list("column_id", Microseconds("started_at"))),
        list(left.values_list("column_id", Microseconds("ended_at"))),
    )


def _now(columns: Collection[int], done: Collection[int], narrowed: FlowFilter) -> dict[int, int]:
    """Count what stands in each column.

    Done columns hold nearly everything that there ever was: without a filter their items are counted by an index
    alone, and the few in the trash taken off.
    """
    items = Item.objects.filter(narrowed.condition())
    standing = items.in_use().filter(column__in=set(columns) - set(done))
    counts = _by_column(standing)
    finished = items.filter(column__in=done)
    if narrowed.is_empty:
        in_trash = _by_column(finished.filter(deleted_at__isnull=False))
        return counts | {column: n - in_trash.get(column, 0) for column, n in _by_column(finished).items()}
    return counts | _by_column(finished.filter(deleted_at__isnull=True))


def _by_column(items: ItemQuerySet) -> dict[int, int]:
    return dict(items.order_by().values_list("column_id").annotate(Count("pk")))

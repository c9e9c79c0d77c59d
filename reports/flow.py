"""Flow: when items were started and finished, how long they took, and how many stood where.

Plain arithmetic: no database and no clock. Instants are aware datetimes in UTC; durations are by the
calendar, not by working time. Source: section "Counts and flow" of docs/measurement.md; the terms are
those of *The Kanban Guide* (2020).
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import accumulate
from typing import TypeVar

PERCENTILES = (50, 85, 95)

Key = TypeVar("Key")
Instant = TypeVar("Instant", datetime, int)
Measure = TypeVar("Measure", timedelta, float, int)


class Stage(StrEnum):
    """What standing in a column means for an item."""

    QUEUE = "queue"
    ACTIVE = "active"
    WAITING = "waiting"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class StayInColumn:
    """An item stood in a column from one instant to another (None: it still does)."""

    column: int
    stage: str
    entered_at: datetime
    left_at: datetime | None


@dataclass(frozen=True, slots=True)
class ItemFlow:
    """When an item was created, started and finished; None for what has not happened."""

    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @property
    def cycle_time(self) -> timedelta | None:
        """Finished less started; None for an item that was never active or is not finished.

        None also where a source says that it was finished before it was started: such a time must not pass for one.
        """
        if self.started_at is None or self.finished_at is None or self.finished_at < self.started_at:
            return None
        return self.finished_at - self.started_at

    @property
    def lead_time(self) -> timedelta | None:
        """Finished less created; None for an item that is not finished, or that was before it was created."""
        if self.finished_at is None or self.finished_at < self.created_at:
            return None
        return self.finished_at - self.created_at

    def age_at(self, at: datetime) -> timedelta | None:
        """Work item age: how long ago it was started; None for an item that was not, or is finished."""
        if self.started_at is None or self.finished_at is not None:
            return None
        return at - self.started_at


def started_at(stays: Iterable[StayInColumn]) -> datetime | None:
    """The first entry into an `active` column, of the stays of one item in any order."""
    return min((stay.entered_at for stay in stays if stay.stage == Stage.ACTIVE), default=None)


def finished_at(stays: Iterable[StayInColumn]) -> datetime | None:
    """The entry into the run of `done` columns in which the item is now; None if it is in none."""
    finished = None
    for stay in sorted(stays, key=_by_entry, reverse=True):
        if stay.stage != Stage.DONE:
            break
        finished = stay.entered_at
    return finished


def entered_column_at(stays: Iterable[StayInColumn]) -> datetime | None:
    """The entry into the column in which the item is now; None without stays.

    Stays of one column in a row, of which each differs from the next in its assignee, are one visit.
    """
    entered, column = None, None
    for stay in sorted(stays, key=_by_entry, reverse=True):
        if column is not None and stay.column != column:
            break
        entered, column = stay.entered_at, stay.column
    return entered


def _by_entry(stay: StayInColumn) -> datetime:
    return stay.entered_at


def is_in_progress(stage: str) -> bool:
    """Whether an item in a column of this stage counts as work in progress (WIP)."""
    return stage in (Stage.ACTIVE, Stage.WAITING)


def nearest_rank(values: Collection[Measure], percent: int) -> Measure | None:
    """The smallest value that at least `percent` % of the values do not exceed; None without values.

    It is always one of the values, so that it names what an item really took. `percent` is 1 to 100.
    """
    if not values:
        return None
    rank = -(-percent * len(values) // 100)
    return sorted(values)[max(rank, 1) - 1]


def percentiles(values: Collection[Measure]) -> dict[int, Measure | None]:
    """The 50th, 85th and 95th percentile by nearest rank."""
    ordered = sorted(values)
    return {percent: nearest_rank(ordered, percent) for percent in PERCENTILES}


def throughput(finished: Iterable[tuple[datetime, Key]], cuts: Sequence[datetime]) -> dict[Key, list[int]]:
    """Items finished in each of the periods `[cuts[i], cuts[i + 1])`, by key (such as their class).

    `finished` are pairs of `finished_at` and key; `cuts` is sorted.
    """
    counts: dict[Key, list[int]] = defaultdict(lambda: [0] * (len(cuts) - 1))
    for at, key in finished:
        if cuts[0] <= at < cuts[-1]:
            counts[key][bisect_right(cuts, at) - 1] += 1
    return dict(counts)


def running_counts(
    before: Mapping[Key, int],
    *,
    entered: Iterable[tuple[Key, Instant]],
    left: Iterable[tuple[Key, Instant]],
    ends: Sequence[Instant],
) -> dict[Key, list[int]]:
    """Items per column just before each of the sorted instants `ends`, from what stood there and what came and went.

    `before` are the counts at the first instant of interest; whoever enters or leaves at one of the ends counts from
    the next one on. It is `cumulative_flow` for a range whose past need not be read.
    """
    steps: dict[Key, list[int]] = {key: [0] * (len(ends) + 1) for key in before}
    for moves, change in ((entered, 1), (left, -1)):
        for key, at in moves:
            if key not in steps:
                steps[key] = [0] * (len(ends) + 1)
            steps[key][bisect_right(ends, at)] += change
    return {key: list(accumulate(changes[:-1], initial=before.get(key, 0)))[1:] for key, changes in steps.items()}


@dataclass(frozen=True, slots=True)
class FlowEfficiency:
    """How much of the time from start to finish somebody worked on items, and how much of it they waited."""

    items: int
    active: timedelta
    waiting: timedelta

    @property
    def efficiency(self) -> float | None:
        """Active time over cycle time, a fraction; None where nothing took any time."""
        cycle = self.active + self.waiting
        return self.active / cycle if cycle else None


def flow_efficiency(times: Iterable[tuple[timedelta, timedelta]]) -> FlowEfficiency:
    """Add up the cycle time and the active time of finished items; what is not active is waiting.

    Active is the time in `active` columns, not blocked, between start and finish; an item that went back to a queue,
    or was done and reopened, waited meanwhile.
    """
    count, cycle, active = 0, timedelta(), timedelta()
    for cycle_time, active_time in times:
        count, cycle, active = count + 1, cycle + cycle_time, active + min(active_time, cycle_time)
    return FlowEfficiency(count, active, cycle - active)


def cumulative_flow(stays: Iterable[StayInColumn], ends: Sequence[datetime]) -> dict[int, list[int]]:
    """Items per column just before each of the sorted instants `ends`, such as the ends of days.

    An item that enters a column at such an instant counts from the next one on.
    """
    steps: dict[int, Counter[int]] = defaultdict(Counter)
    for stay in stays:
        steps[stay.column][bisect_right(ends, stay.entered_at)] += 1
        if stay.left_at is not None:
            steps[stay.column][bisect_right(ends, stay.left_at)] -= 1
    flow = {}
    for column, changes in steps.items():
        count, counts = 0, []
        for index in range(len(ends)):
            count += changes[index]
            counts.append(count)
        flow[column] = counts
    return flow

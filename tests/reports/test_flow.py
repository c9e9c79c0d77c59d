"""Started, finished, cycle time, percentiles, throughput and cumulative flow."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.flow import (
    ItemFlow,
    StayInColumn,
    cumulative_flow,
    entered_column_at,
    finished_at,
    flow_efficiency,
    is_in_progress,
    nearest_rank,
    percentiles,
    running_counts,
    started_at,
    throughput,
)

STAGES = {1: "queue", 2: "active", 3: "waiting", 4: "done", 5: "done"}


def day(number: int, hour: int = 0) -> datetime:
    return datetime(2026, 11, number, hour, tzinfo=UTC)


def path(*steps: tuple[int, int]) -> list[StayInColumn]:
    """Stays from (day of entry, column) pairs, the last of which is still open."""
    leaves = [day(entry) for entry, _ in steps[1:]]
    return [
        StayInColumn(column, STAGES[column], day(entry), left)
        for (entry, column), left in zip(steps, [*leaves, None], strict=True)
    ]


@pytest.mark.parametrize(
    ("stays", "started", "finished"),
    [
        (path((1, 1)), None, None),
        (path((1, 1), (2, 2)), 2, None),
        (path((1, 1), (2, 2), (4, 4)), 2, 4),
        (path((1, 1), (2, 4)), None, 2),
        (path((1, 1), (2, 2), (4, 4), (6, 5)), 2, 4),
        (path((1, 1), (2, 2), (4, 4), (5, 2), (7, 5)), 2, 7),
        (path((1, 1), (2, 2), (4, 4), (5, 1)), 2, None),
        (path((1, 4), (2, 2), (3, 3)), 2, None),
        ([], None, None),
    ],
)
def test_started_is_the_first_activity_and_finished_the_entry_into_the_last_run_of_done(
    stays: list[StayInColumn], started: int | None, finished: int | None
) -> None:
    assert started_at(stays) == (started and day(started))
    assert finished_at(stays) == (finished and day(finished))
    assert started_at(reversed(stays)) == started_at(stays)
    assert finished_at(reversed(stays)) == finished_at(stays)


def test_cycle_time_and_lead_time_are_by_the_calendar() -> None:
    flow = ItemFlow(created_at=day(1), started_at=day(2), finished_at=day(9, 12))

    assert flow.cycle_time == timedelta(days=7, hours=12)
    assert flow.lead_time == timedelta(days=8, hours=12)
    assert flow.age_at(day(20)) is None


def test_an_item_that_was_never_active_has_a_lead_time_but_no_cycle_time() -> None:
    flow = ItemFlow(created_at=day(1), started_at=None, finished_at=day(9))

    assert flow.cycle_time is None
    assert flow.lead_time == timedelta(days=8)


def test_the_age_of_work_counts_from_its_start() -> None:
    assert ItemFlow(day(1), day(3), None).age_at(day(10)) == timedelta(days=7)
    assert ItemFlow(day(1), None, None).age_at(day(10)) is None
    assert ItemFlow(day(1), day(3), None).lead_time is None


def test_time_in_a_column_counts_over_changes_of_assignee() -> None:
    stays = path((1, 1), (2, 2), (3, 2), (5, 3), (6, 2), (8, 2), (9, 2))

    assert entered_column_at(stays) == day(6)
    assert entered_column_at(path((1, 1))) == day(1)
    assert entered_column_at([]) is None


def test_work_in_progress_is_active_or_waiting() -> None:
    assert [stage for stage in STAGES.values() if is_in_progress(stage)] == ["active", "waiting"]


def test_a_percentile_names_a_value_that_was_there() -> None:
    days = [timedelta(days=number) for number in (1, 2, 3, 5, 8, 13, 21)]

    assert percentiles(days) == {
        50: timedelta(days=5),
        85: timedelta(days=13),
        95: timedelta(days=21),
    }


@pytest.mark.parametrize(
    ("count", "percent", "expected"),
    [(1, 50, 1), (2, 50, 1), (3, 50, 2), (20, 85, 17), (20, 95, 19), (21, 95, 20), (100, 85, 85),
     (10, 100, 10), (10, 1, 1)],
)  # fmt: skip
def test_percentiles_are_by_nearest_rank(count: int, percent: int, expected: int) -> None:
    assert nearest_rank(range(count, 0, -1), percent) == expected


def test_nothing_has_no_percentile() -> None:
    assert percentiles([]) == {50: None, 85: None, 95: None}


@given(values=st.lists(st.integers(0, 100), min_size=1), percent=st.integers(1, 100))
def test_at_least_that_part_of_the_values_is_not_above_the_percentile(values: list[int], percent: int) -> None:
    value = nearest_rank(values, percent)

    assert value in values
    assert 100 * sum(v <= value for v in values) >= percent * len(values)
    assert 100 * sum(v < value for v in values) < percent * len(values)


def test_throughput_counts_by_class_and_half_open_period() -> None:
    finished = [
        (day(1), "toil"), (day(2), "toil"), (day(2, 23), "engineering"), (day(3), "toil"),
        (day(4), "toil"), (day(1) - timedelta(microseconds=1), "toil"),
    ]  # fmt: skip

    counts = throughput(finished, [day(1), day(2), day(3), day(4)])

    assert counts == {"toil": [1, 1, 1], "engineering": [0, 1, 0]}


def test_cumulative_flow_counts_the_items_in_each_column_at_the_end_of_each_day() -> None:
    stays = [*path((1, 1), (2, 2), (4, 4)), *path((1, 1), (3, 2)), *path((3, 1))]

    flow = cumulative_flow(stays, [day(2), day(3), day(4), day(5)])

    assert flow == {1: [2, 1, 1, 1], 2: [0, 1, 2, 1], 4: [0, 0, 0, 1]}


@st.composite
def histories(draw: st.DrawFn) -> list[list[StayInColumn]]:
    items = []
    for _ in range(draw(st.integers(0, 6))):
        entries: list[Any] = draw(st.lists(st.integers(1, 27), min_size=1, max_size=6, unique=True))
        items.append(path(*((entry, draw(st.integers(1, 5))) for entry in sorted(entries))))
    return items


@given(histories())
def test_every_item_is_in_exactly_one_column_once_it_exists(
    items: list[list[StayInColumn]],
) -> None:
    ends = [day(number, 12) for number in range(1, 29)]

    flow = cumulative_flow([stay for stays in items for stay in stays], ends)

    for index, end in enumerate(ends):
        existing = sum(stays[0].entered_at < end for stays in items)
        assert sum(counts[index] for counts in flow.values()) == existing


@given(histories(), st.integers(1, 27))
def test_counts_that_run_on_from_a_day_are_those_of_the_whole_history(
    items: list[list[StayInColumn]], start: int
) -> None:
    stays = [stay for of_item in items for stay in of_item]
    ends = [day(number, 12) for number in range(start, 29)]
    since = day(start)
    before = Counter(
        stay.column for stay in stays if stay.entered_at < since and (stay.left_at is None or stay.left_at >= since)
    )

    flow = running_counts(
        before,
        entered=[(stay.column, stay.entered_at) for stay in stays if stay.entered_at >= since],
        left=[(stay.column, stay.left_at) for stay in stays if stay.left_at is not None and stay.left_at >= since],
        ends=ends,
    )

    whole = cumulative_flow(stays, ends)
    assert {column: counts for column, counts in flow.items() if any(counts)} == {
        column: counts for column, counts in whole.items() if any(counts)
    }


def test_flow_efficiency_is_the_part_of_the_cycle_time_in_which_somebody_worked() -> None:
    flow = flow_efficiency(
        [(timedelta(days=4), timedelta(days=1)), (timedelta(days=6), timedelta(days=4)), (timedelta(), timedelta())]
    )

    assert (flow.items, flow.active, flow.waiting) == (3, timedelta(days=5), timedelta(days=5))
    assert flow.efficiency == 0.5
    assert flow_efficiency([]).efficiency is None
    assert flow_efficiency([(timedelta(), timedelta())]).efficiency is None


def test_an_item_that_a_source_has_finished_before_it_was_started_has_no_cycle_time() -> None:
    flow = ItemFlow(created_at=day(5), started_at=day(6), finished_at=day(4))

    assert flow.cycle_time is None
    assert flow.lead_time is None

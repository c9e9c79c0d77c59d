"""Events to stays and milestones: worked cases and laws."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from boards.timeline import Milestones, StateEvent, StaySpan, events_of, milestones, stays

START = datetime(2026, 11, 9, 9, tzinfo=UTC)
QUEUE, ACTIVE, WAITING, DONE, ARCHIVE = 1, 2, 3, 4, 5
STAGES = {QUEUE: "queue", ACTIVE: "active", WAITING: "waiting", DONE: "done", ARCHIVE: "done"}


def hour(number: float) -> datetime:
    return START + timedelta(hours=number)


def span(
    column: int, first: float, last: float | None, *, assignee: int | None = None, blocked: bool = False
) -> StaySpan:
    return StaySpan(
        column=column,
        assignee=assignee,
        is_blocked=blocked,
        started_at=hour(first),
        ended_at=None if last is None else hour(last),
    )


def test_a_new_item_stays_where_it_was_put() -> None:
    events = [StateEvent(at=hour(0), column=QUEUE)]

    assert stays(events) == [span(QUEUE, 0, None)]


def test_each_part_of_the_state_begins_a_stay() -> None:
    events = [
        StateEvent(at=hour(0), column=QUEUE),
        StateEvent(at=hour(1), column=ACTIVE),
        StateEvent(at=hour(2), assignee=7),
        StateEvent(at=hour(3), is_blocked=True),
        StateEvent(at=hour(4), assignee=None, is_blocked=False),
    ]

    assert stays(events) == [
        span(QUEUE, 0, 1),
        span(ACTIVE, 1, 2),
        span(ACTIVE, 2, 3, assignee=7),
        span(ACTIVE, 3, 4, assignee=7, blocked=True),
        span(ACTIVE, 4, None),
    ]


def test_an_event_that_changes_nothing_begins_no_stay() -> None:
    events = [StateEvent(at=hour(0), column=QUEUE), StateEvent(at=hour(1), column=QUEUE, assignee=None)]

    assert stays(events) == [span(QUEUE, 0, None)]


def test_events_may_come_in_any_order() -> None:
    events = [StateEvent(at=hour(2), column=DONE), StateEvent(at=hour(0), column=QUEUE)]

    assert stays(events) == [span(QUEUE, 0, 2), span(DONE, 2, None)]


def test_a_piece_without_length_is_left_out() -> None:
    events = [
        StateEvent(at=hour(0), column=QUEUE),
        StateEvent(at=hour(1), column=ACTIVE),
        StateEvent(at=hour(1), column=DONE),
    ]

    assert stays(events) == [span(QUEUE, 0, 1), span(DONE, 1, None)]


def test_trash_and_archive_leave_a_hole() -> None:
    events = [
        StateEvent(at=hour(0), column=ACTIVE),
        StateEvent(at=hour(1), in_play=False),
        StateEvent(at=hour(2), column=DONE),
        StateEvent(at=hour(3), in_play=True),
    ]

    assert stays(events) == [span(ACTIVE, 0, 1), span(DONE, 3, None)]


def test_before_a_column_is_known_there_is_no_stay() -> None:
    events = [StateEvent(at=hour(0), assignee=7), StateEvent(at=hour(1), column=QUEUE)]

    assert stays(events) == [span(QUEUE, 1, None, assignee=7)]


def test_started_is_the_first_entry_into_an_active_column() -> None:
    events = [
        StateEvent(at=hour(0), column=QUEUE),
        StateEvent(at=hour(1), column=ACTIVE),
        StateEvent(at=hour(2), column=QUEUE),
        StateEvent(at=hour(3), column=ACTIVE),
    ]

    assert milestones(events, STAGES) == Milestones(started_at=hour(1), entered_column_at=hour(3))


def test_finished_is_the_entry_into_the_present_run_of_done_columns() -> None:
    events = [
        StateEvent(at=hour(0), column=DONE),
        StateEvent(at=hour(1), column=WAITING),
        StateEvent(at=hour(2), column=DONE),
        StateEvent(at=hour(3), column=ARCHIVE),
        StateEvent(at=hour(4), column=DONE),
    ]

    assert milestones(events, STAGES) == Milestones(finished_at=hour(2), entered_column_at=hour(4))


def test_a_reopened_item_is_not_finished() -> None:
    events = [StateEvent(at=hour(0), column=DONE), StateEvent(at=hour(1), column=QUEUE)]

    assert milestones(events, STAGES).finished_at is None


def test_an_active_column_left_at_once_still_started_the_item() -> None:
    events = [StateEvent(at=hour(1), column=ACTIVE), StateEvent(at=hour(1), column=DONE)]

    assert milestones(events, STAGES) == Milestones(started_at=hour(1), finished_at=hour(1), entered_column_at=hour(1))


def test_an_item_is_in_play_only_when_nothing_keeps_it_out() -> None:
    created = {"column": {"id": QUEUE, "name": "Backlog"}, "assignee": None, "is_blocked": False}
    changes = [
        ("created", created, hour(0)),
        ("archived_at", "2026-11-09T10:00:00Z", hour(1)),
        ("title", "irrelevant", hour(1)),
        ("deleted_at", "2026-11-09T11:00:00Z", hour(2)),
        ("archived_at", None, hour(3)),
        ("assignee", {"id": 7, "name": "Alice"}, hour(3.5)),
        ("deleted_at", None, hour(4)),
    ]

    assert stays(events_of(changes)) == [span(QUEUE, 0, 1), span(QUEUE, 4, None, assignee=7)]


event = st.builds(
    StateEvent,
    at=st.integers(0, 12).map(hour),
    column=st.sampled_from([QUEUE, ACTIVE, WAITING, DONE]),
    assignee=st.sampled_from([None, 7, 8]),
    is_blocked=st.booleans(),
    in_play=st.booleans(),
)


@given(st.lists(event, max_size=20))
def test_stays_never_overlap_have_length_and_only_the_last_is_open(events: list[StateEvent]) -> None:
    spans = stays(events)

    for earlier, later in pairwise(spans):
        assert earlier.ended_at is not None
        assert earlier.started_at < earlier.ended_at <= later.started_at


@given(st.lists(event, min_size=1, max_size=20), st.integers(1, 19))
def test_going_on_from_the_open_stay_gives_what_the_whole_past_gives(events: list[StateEvent], cut: int) -> None:
    ordered = sorted(events, key=lambda each: each.at)
    past, rest = stays(ordered[:cut]), ordered[cut:]
    still_open = [each for each in past if each.ended_at is None]
    resumed = [
        StateEvent(at=each.started_at, column=each.column, assignee=each.assignee, is_blocked=each.is_blocked)
        for each in still_open
    ]

    continued = past[: len(past) - len(still_open)] + stays(resumed + rest)

    assert continued == stays(ordered)

"""The stays that an import writes are exactly what the ticket says of its past."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from boards.models import Board, Change, Column, Item, Stay
from boards.services.moves import move_item
from boards.services.rebuild import rebuild_stays
from imports.batches import read_batch
from imports.readers import Row
from imports.services.known import load_target
from imports.services.take import take_batch
from teams.actors import SYSTEM, Actor, Via

Send = Callable[..., Any]
START = datetime(2026, 9, 7, 8, tzinfo=UTC)


def at(hours: float) -> str:
    return (START + timedelta(hours=hours)).isoformat()


def spans(external_id: str = "OPS-1") -> list[Any]:
    """Return the past as column, assignee, blocked, and start and end in hours, with what is alike joined."""
    rows = (
        Stay.objects.filter(item__external_id=external_id).order_by("started_at").select_related("column", "assignee")
    )
    joined: list[Any] = []
    for stay in rows:
        state = (stay.column.name, stay.assignee and stay.assignee.display_name, stay.is_blocked)
        start = (stay.started_at - START) / timedelta(hours=1)
        end = stay.ended_at and (stay.ended_at - START) / timedelta(hours=1)
        if joined and joined[-1][:3] == state:
            assert joined[-1][4] == start
            start = joined.pop()[3]
        joined.append((*state, start, end))
    return joined


def differ() -> list[int]:
    return rebuild_stays(item_ids=Item.objects.values_list("pk", flat=True), dry_run=True)


def test_without_history_the_dates_tell_the_past(send: Send) -> None:
    send(
        {
            "external_id": "OPS-1",
            "title": "Disk full",
            "assignee": "ann",
            "created_at": at(0),
            "started_at": at(2),
            "finished_at": at(5),
        }
    )

    assert spans() == [
        ("Backlog", "ann", False, 0, 2),
        ("In progress", "ann", False, 2, 5),
        ("Done", "ann", False, 5, None),
    ]
    item = Item.objects.get()
    assert (item.created_at, item.started_at, item.finished_at) == (
        START,
        START + timedelta(hours=2),
        START + timedelta(hours=5),
    )
    assert differ() == []


def test_a_status_that_the_dates_do_not_explain_is_entered_when_the_ticket_was_updated(send: Send) -> None:
    send({"external_id": "OPS-1", "title": "t", "status": "Done", "created_at": at(0), "updated_at": at(9)})

    assert spans() == [("Backlog", None, False, 0, 9), ("Done", None, False, 9, None)]


def test_a_status_without_any_time_is_entered_at_the_import(send: Send) -> None:
    before = timezone.now()
    send({"external_id": "OPS-1", "title": "t", "status": "In Progress", "created_at": at(0)})

    first, second = Stay.objects.order_by("started_at")
    assert first.ended_at == second.started_at
    assert before <= second.started_at <= timezone.now()


def test_a_history_is_taken_entry_by_entry(send: Send) -> None:
    history = [
        {"at": at(1), "status": "In Progress", "assignee": "ann"},
        {"at": at(3), "blocked": True},
        {"at": at(4), "blocked": False, "assignee": "ben"},
        {"at": at(6), "status": "Resolved"},
        {"at": at(8), "status": "Reopened", "assignee": None},
    ]
    send({"external_id": "OPS-1", "title": "t", "created_at": at(0), "history": history[::-1]})

    assert spans() == [
        ("Backlog", None, False, 0, 1),
        ("In progress", "ann", False, 1, 3),
        ("In progress", "ann", True, 3, 4),
        ("In progress", "ben", False, 4, 6),
        ("Done", "ben", False, 6, 8),
        ("Backlog", None, False, 8, None),
    ]
    assert Item.objects.get().finished_at is None
    assert differ() == []


def test_an_assignee_that_the_history_does_not_speak_of_counts_from_the_beginning(send: Send) -> None:
    history = [{"at": at(1), "status": "Doing"}]
    send({"external_id": "OPS-1", "title": "t", "created_at": at(0), "assignee": "ann", "history": history})

    assert [span[:2] for span in spans()] == [("Backlog", "ann"), ("In progress", "ann")]


def test_a_history_that_begins_with_the_ticket_says_how_it_began(send: Send) -> None:
    history = [{"at": at(0), "status": "Doing", "assignee": "ann"}]
    send({"external_id": "OPS-1", "title": "t", "created_at": at(0), "history": history})

    assert spans() == [("In progress", "ann", False, 0, None)]


def test_a_history_that_grows_is_appended(send: Send) -> None:
    first = [{"at": at(1), "status": "Doing"}]
    send({"external_id": "OPS-1", "title": "t", "created_at": at(0), "history": first})
    changes = Change.objects.count()

    answer = send({"external_id": "OPS-1", "title": "t", "history": [*first, {"at": at(5), "status": "Closed"}]})

    assert answer["updated"] == 1
    assert Change.objects.count() == changes + 1
    assert spans() == [
        ("Backlog", None, False, 0, 1),
        ("In progress", None, False, 1, 5),
        ("Done", None, False, 5, None),
    ]
    assert differ() == []


def test_a_history_that_was_rewritten_is_corrected_and_nothing_is_deleted(send: Send) -> None:
    send({"external_id": "OPS-1", "title": "t", "created_at": at(0), "history": [{"at": at(4), "status": "Doing"}]})
    changes = set(Change.objects.values_list("pk", flat=True))

    send(
        {
            "external_id": "OPS-1",
            "title": "t",
            "created_at": at(-2),
            "history": [{"at": at(2), "status": "Doing"}, {"at": at(3), "status": "Blocked"}],
        }
    )

    assert spans() == [
        ("Backlog", None, False, -2, 2),
        ("In progress", None, False, 2, 3),
        ("Waiting", None, False, 3, None),
    ]
    assert changes < set(Change.objects.values_list("pk", flat=True))
    assert Item.objects.get().created_at == START - timedelta(hours=2)
    assert differ() == []


def test_what_the_source_says_step_by_step_without_history_adds_up(send: Send) -> None:
    send({"external_id": "OPS-1", "title": "t", "status": "To Do", "created_at": at(0), "updated_at": at(0)})
    send({"external_id": "OPS-1", "title": "t", "status": "In Progress", "assignee": "ann", "updated_at": at(2)})
    send({"external_id": "OPS-1", "title": "t", "status": "Done", "finished_at": at(5), "updated_at": at(6)})

    assert spans() == [
        ("Backlog", None, False, 0, 2),
        ("In progress", "ann", False, 2, 5),
        ("Done", "ann", False, 5, None),
    ]
    assert differ() == []


words = st.sampled_from(["To Do", "Doing", "Blocked", "Done", "Nobody knows"])
entries = st.fixed_dictionaries(
    {"at": st.integers(0, 40).map(at)},
    optional={"status": words, "assignee": st.sampled_from(["ann", "ben", None]), "blocked": st.booleans()},
)
histories = st.lists(entries, max_size=6)
tickets = st.fixed_dictionaries(
    {"created_at": st.just(at(0))},
    optional={
        "history": histories,
        "status": words,
        "assignee": st.sampled_from(["ann", "ben", None]),
        "updated_at": st.sampled_from([at(45), at(50)]),
        "started_at": st.integers(0, 20).map(at),
        "finished_at": st.integers(20, 40).map(at),
    },
)
NOW = START + timedelta(hours=100)


@given(first=histories, second=histories)
@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
def test_however_a_history_is_rewritten_the_past_is_what_it_says_last(first: Any, second: Any, board: Board) -> None:
    Item.objects.all().delete()

    take(board, "fresh", {"created_at": at(0), "history": second})
    take(board, "jira", {"created_at": at(0), "history": first})
    take(board, "jira", {"created_at": at(0), "history": second})

    assert past(source="jira", until=NOW) == past(source="fresh", until=NOW)
    assert differ() == []


@given(tellings=st.lists(tickets, min_size=1, max_size=4), moved_after=st.integers(0, 4))
@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_is_told_and_done_in_between_stays_are_what_the_changes_say(
    tellings: Any, moved_after: int, board: Board, columns: dict[str, Column]
) -> None:
    Item.objects.all().delete()

    for number, telling in enumerate(tellings):
        take(board, "jira", telling, hours=number * 2)
        if number == moved_after:
            item = Item.objects.get()
            move_item(
                item=item, to=columns["Waiting"], by=Actor(via=Via.PAGE), at=NOW + timedelta(hours=number * 2 + 1)
            )
    changes = Change.objects.count()
    again = take(board, "jira", tellings[-1], hours=10)

    assert differ() == []
    assert again in {"unchanged", "skipped"} or Item.objects.get().column.name == "Done"
    assert again == "updated" or Change.objects.count() == changes


def take(board: Board, source: str, fields: Any, *, hours: float = 0) -> str:
    """Import a ticket these hours after now, and return what became of it."""
    now = NOW + timedelta(hours=hours)
    batch = read_batch([Row(0, 0, {"external_id": "OPS-1", "title": "t", **fields})], mapping=None, at=now)
    target = load_target(board=board, source=source, stages={}, by=SYSTEM, at=now)
    take_batch(target=target, batch=batch)
    return batch.rows[0].outcome.value


def past(*, source: str, until: datetime) -> list[Any]:
    """Return the stays with people by name, what is alike joined, and cut where now begins."""
    joined: list[Any] = []
    for stay in Stay.objects.filter(item__source=source).order_by("started_at").select_related("assignee"):
        state = (stay.column_id, stay.assignee and stay.assignee.name, stay.is_blocked)
        if stay.started_at >= until:
            break
        end = min(stay.ended_at or until, until)
        if joined and joined[-1][0] == state:
            joined[-1] = (state, joined[-1][1], end)
        else:
            joined.append((state, stay.started_at, end))
    return joined

"""Moving items: order, limits, milestones, boards and teams."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from boards import services
from boards.models import Board, Column, Item
from boards.ranking import GAP
from boards.services import ArchivedError, ExternalIdTakenError, InTrashError, Landed, WipLimitReachedError
from teams.actors import SYSTEM, Actor
from teams.errors import InvalidError
from tests.boards.conftest import hour
from tests.factories import BoardFactory, ItemFactory, ToilTypeFactory


def titles(column: Column) -> list[str]:
    return list(column.items.order_by("rank", "id").values_list("title", flat=True))


@pytest.fixture
def abc(progress: Column) -> list[Item]:
    return [ItemFactory(column=progress, title=title) for title in "abc"]


def test_an_item_lands_before_its_neighbour(backlog: Column, progress: Column, abc: list[Item]) -> None:
    item = ItemFactory(column=backlog, title="x")

    moved = services.move_item(item=item, to=progress, before=abc[1], by=SYSTEM, at=hour(1))

    assert moved.landed is Landed.BEFORE
    assert titles(progress) == ["a", "x", "b", "c"]


def test_an_item_lands_after_its_neighbour(backlog: Column, progress: Column, abc: list[Item]) -> None:
    item = ItemFactory(column=backlog, title="x")

    moved = services.move_item(item=item, to=progress, after=abc[1], by=SYSTEM, at=hour(1))

    assert moved.landed is Landed.AFTER
    assert titles(progress) == ["a", "b", "x", "c"]


def test_without_a_neighbour_an_item_lands_at_the_end(backlog: Column, progress: Column, abc: list[Item]) -> None:
    item = ItemFactory(column=backlog, title="x")

    moved = services.move_item(item=item, to=progress, by=SYSTEM, at=hour(1))

    assert moved.landed is Landed.END
    assert titles(progress) == ["a", "b", "c", "x"]


def test_a_neighbour_that_has_left_counts_as_not_given(backlog: Column, progress: Column, abc: list[Item]) -> None:
    item = ItemFactory(column=backlog, title="x")
    services.move_item(item=abc[0], to=backlog, by=SYSTEM, at=hour(1))

    moved = services.move_item(item=item, to=progress, before=abc[0], by=SYSTEM, at=hour(2))
    other = services.move_item(item=abc[1], to=progress, before=abc[0], after=abc[2], by=SYSTEM, at=hour(3))

    assert (moved.landed, other.landed) == (Landed.END, Landed.AFTER)
    assert titles(progress) == ["c", "b", "x"]


def test_an_item_is_no_neighbour_of_itself(progress: Column, abc: list[Item]) -> None:
    with pytest.raises(InvalidError):
        services.move_item(item=abc[0], to=progress, before=abc[0], by=SYSTEM, at=hour(1))


def test_within_a_column_only_the_order_changes(progress: Column, abc: list[Item]) -> None:
    moved = services.move_item(item=abc[2], to=progress, before=abc[0], by=SYSTEM, at=hour(1))

    assert titles(progress) == ["c", "a", "b"]
    assert list(moved.item.changes.values_list("field", flat=True)) == ["created", "rank"]
    assert (moved.item.version, moved.item.entered_column_at) == (2, hour(0))
    assert moved.item.stays.count() == 1


def test_a_move_to_where_the_item_stands_changes_nothing(progress: Column, abc: list[Item]) -> None:
    for neighbours in ({"before": abc[2]}, {"after": abc[0]}):
        moved = services.move_item(item=abc[1], to=progress, by=SYSTEM, at=hour(1), **neighbours)
        assert moved.item.version == 1
    moved = services.move_item(item=abc[2], to=progress, by=SYSTEM, at=hour(1))

    assert moved.item.version == 1
    assert titles(progress) == ["a", "b", "c"]


def test_a_used_up_gap_makes_the_column_be_spaced_anew(backlog: Column, progress: Column, abc: list[Item]) -> None:
    items = [ItemFactory(column=backlog, title=f"{number:02}") for number in range(30)]

    for item in items:
        services.move_item(item=item, to=progress, before=abc[1], by=SYSTEM, at=hour(1))

    assert titles(progress) == ["a", *(item.title for item in items), "b", "c"]
    ranks = list(progress.items.order_by("rank").values_list("rank", flat=True))
    assert len(set(ranks)) == 33
    assert min(ranks) > GAP


def test_a_move_writes_its_change_and_stays_and_milestones(
    backlog: Column, progress: Column, done: Column, by_alice: Actor
) -> None:
    item = ItemFactory(column=backlog)

    for number, column in enumerate([progress, done, progress, done], start=1):
        services.move_item(item=item, to=column, by=by_alice, at=hour(number))

    item.refresh_from_db()
    assert (item.started_at, item.finished_at, item.entered_column_at, item.version) == (hour(1), hour(4), hour(4), 5)
    change = item.changes.latest("pk")
    assert (change.before, change.after, change.by) == (
        {"id": progress.pk, "name": "In progress"},
        {"id": done.pk, "name": "Done"},
        by_alice.person,
    )
    spans = list(item.stays.order_by("started_at").values_list("column__name", "started_at", "ended_at"))
    assert spans == [
        ("Backlog", hour(0), hour(1)),
        ("In progress", hour(1), hour(2)),
        ("Done", hour(2), hour(3)),
        ("In progress", hour(3), hour(4)),
        ("Done", hour(4), None),
    ]


def test_a_full_column_refuses_what_comes_from_elsewhere_unless_forced(
    backlog: Column, progress: Column, abc: list[Item]
) -> None:
    Column.objects.filter(pk=progress.pk).update(wip_limit=3)
    item = ItemFactory(column=backlog, title="x")

    with pytest.raises(WipLimitReachedError) as refused:
        services.move_item(item=item, to=progress, by=SYSTEM, at=hour(1))
    services.move_item(item=abc[2], to=progress, before=abc[0], by=SYSTEM, at=hour(1))
    services.move_item(item=item, to=progress, by=SYSTEM, at=hour(1), force=True)

    assert refused.value.status == 409
    assert titles(progress) == ["c", "a", "b", "x"]


def test_what_is_archived_or_in_the_trash_takes_no_place(backlog: Column, progress: Column, abc: list[Item]) -> None:
    Column.objects.filter(pk=progress.pk).update(wip_limit=2)
    services.archive_item(item=abc[0], by=SYSTEM, at=hour(1))
    services.delete_item(item=abc[1], by=SYSTEM, at=hour(1))

    services.move_item(item=ItemFactory(column=backlog), to=progress, by=SYSTEM, at=hour(2))

    with pytest.raises(ArchivedError):
        services.move_item(item=abc[0], to=progress, by=SYSTEM, at=hour(2))
    with pytest.raises(InTrashError):
        services.move_item(item=abc[1], to=progress, by=SYSTEM, at=hour(2))


def test_a_column_or_board_in_the_trash_takes_nothing(board: Board, backlog: Column, waiting: Column) -> None:
    item = ItemFactory(column=backlog)
    other = BoardFactory(team=board.team)
    services.delete_column(column=waiting, by=SYSTEM, at=hour(1))
    services.delete_board(board=other, by=SYSTEM, at=hour(1))

    for column in (waiting, other.columns.first()):
        with pytest.raises(InTrashError):
            services.move_item(item=item, to=column, by=SYSTEM, at=hour(2))


def test_an_item_can_go_to_another_board_of_its_team(board: Board, backlog: Column) -> None:
    item = ItemFactory(column=backlog, labels=["db"])
    other = BoardFactory(team=board.team)

    moved = services.move_item(item=item, to=other.columns.get(name="Done"), by=SYSTEM, at=hour(1))

    assert moved.item.board == other
    assert list(item.changes.order_by("pk").values_list("field", flat=True)) == ["created", "column", "board"]
    assert list(item.labels.values_list("name", flat=True)) == ["db"]


def test_a_name_that_the_other_board_has_keeps_the_item_where_it_is(board: Board, backlog: Column) -> None:
    item = ItemFactory(column=backlog, source="jira", external_id="OPS-1")
    twin = ItemFactory(board=BoardFactory(team=board.team), source="jira", external_id="OPS-1")

    with pytest.raises(ExternalIdTakenError):
        services.move_item(item=item, to=twin.column, by=SYSTEM, at=hour(1))

    item.refresh_from_db()
    assert item.column == backlog


def test_in_another_team_labels_and_toil_type_become_those_of_the_team(board: Board, backlog: Column) -> None:
    there = BoardFactory()
    same = ToilTypeFactory(team=there.team, name="Disk full")
    item = ItemFactory(column=backlog, labels=["db"], toil_type=ToilTypeFactory(team=board.team, name="Disk full"))
    lonely = ItemFactory(column=backlog, toil_type=ToilTypeFactory(team=board.team, name="Only here"))

    for each in (item, lonely):
        services.move_item(item=each, to=there.columns.first(), by=SYSTEM, at=hour(1))

    item.refresh_from_db()
    lonely.refresh_from_db()
    assert [label.team for label in item.labels.all()] == [there.team]
    assert (item.toil_type, lonely.toil_type) == (same, None)


def test_a_longer_column_costs_no_more_queries(backlog: Column, progress: Column) -> None:
    def move() -> int:
        with CaptureQueriesContext(connection) as queries:
            services.move_item(item=item, to=progress, before=neighbour, by=SYSTEM, at=hour(1))
        return len(queries)

    item, neighbour = ItemFactory(column=backlog), ItemFactory(column=progress)
    few = move()
    for _ in range(20):
        ItemFactory(column=progress)
    item = ItemFactory(column=backlog)

    assert move() == few

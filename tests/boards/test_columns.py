"""Columns: edited by several at once, put into another place, and what another stage would do to the past."""

import pytest

from boards import services
from boards.arrangement import mark_of
from boards.models import Board, Column, Item
from boards.services import ColumnChangedError, ColumnSpec
from boards.stage_change import StageChange, has_past, stage_change
from teams.actors import SYSTEM
from teams.errors import InvalidError
from tests.boards.conftest import hour
from tests.factories import BoardFactory, ItemFactory

SHOWN = ColumnSpec(name="In progress", stage="active", wip_limit=None)


def names(board: Board) -> list[str]:
    return list(board.columns.kept().in_order().values_list("name", flat=True))


def edit(column: Column, given: ColumnSpec, shown: ColumnSpec | None = SHOWN) -> Column:
    """Edit a column as somebody who was shown it as it is in SHOWN."""
    values = {"name": given.name, "stage": given.stage, "wip_limit": given.wip_limit}
    return services.edit_column(column=column, **values, shown=shown, by=SYSTEM, at=hour(1))


def test_two_who_change_different_fields_of_a_column_both_keep_their_change(progress: Column) -> None:
    edit(progress, ColumnSpec(name="Doing", stage="active"))
    edit(progress, ColumnSpec(name="In progress", stage="active", wip_limit=3))

    progress.refresh_from_db()
    assert (progress.name, progress.stage, progress.wip_limit) == ("Doing", "active", 3)


def test_two_who_change_the_same_field_do_not_overwrite_each_other(progress: Column) -> None:
    edit(progress, ColumnSpec(name="Doing", stage="active", wip_limit=4))

    with pytest.raises(ColumnChangedError) as refused:
        edit(progress, ColumnSpec(name="Working", stage="active", wip_limit=5))

    assert refused.value.fields == {
        "name": ["Somebody has changed this to “Doing” meanwhile."],
        "wip_limit": ["Somebody has changed this to “4” meanwhile."],
    }
    progress.refresh_from_db()
    assert (progress.name, progress.wip_limit) == ("Doing", 4)


def test_the_same_change_made_twice_is_no_conflict(progress: Column) -> None:
    for _ in range(2):
        edit(progress, ColumnSpec(name="Doing", stage="active"))

    progress.refresh_from_db()
    assert progress.name == "Doing"


def test_a_decision_built_on_other_columns_than_there_are_now_is_refused(board: Board, progress: Column) -> None:
    seen = mark_of(board.columns.kept().in_order())
    services.add_column(board=board, name="Review", stage="active", by=SYSTEM, at=hour(1))
    change = {"column": progress, "name": "In progress", "stage": "waiting", "wip_limit": None}

    with pytest.raises(ColumnChangedError):
        services.edit_column(**change, seen=seen, by=SYSTEM, at=hour(2))
    services.edit_column(**change, seen=mark_of(board.columns.kept().in_order()), by=SYSTEM, at=hour(2))

    progress.refresh_from_db()
    assert progress.stage == "waiting"


def test_the_mark_of_columns_follows_everything_but_their_items(board: Board, progress: Column) -> None:
    marks = [mark_of(board.columns.kept().in_order())]
    ItemFactory(column=progress)
    assert mark_of(board.columns.kept().in_order()) == marks[0]

    edit(progress, ColumnSpec(name="Doing", stage="active"), shown=None)
    marks.append(mark_of(board.columns.kept().in_order()))
    services.shift_column(column=progress, step=-1, by=SYSTEM, at=hour(1))
    marks.append(mark_of(board.columns.kept().in_order()))

    assert len(set(marks)) == 3


@pytest.mark.parametrize(
    ("moved", "step", "order"),
    [
        ("Backlog", 1, ["In progress", "Backlog", "Waiting", "Done"]),
        ("Backlog", -1, ["Backlog", "In progress", "Waiting", "Done"]),
        ("Done", -1, ["Backlog", "In progress", "Done", "Waiting"]),
        ("Done", 1, ["Backlog", "In progress", "Waiting", "Done"]),
        ("Waiting", 1, ["Backlog", "In progress", "Done", "Waiting"]),
    ],
)
def test_a_column_is_shifted_by_one_place(
    board: Board, columns: dict[str, Column], moved: str, step: int, order: list[str]
) -> None:
    services.shift_column(column=columns[moved], step=step, by=SYSTEM, at=hour(1))

    assert names(board) == order


def test_a_column_is_placed_before_another_one_or_at_the_end(board: Board, columns: dict[str, Column]) -> None:
    services.place_column(column=columns["Done"], before=columns["Backlog"], by=SYSTEM, at=hour(1))
    services.place_column(column=columns["In progress"], before=None, by=SYSTEM, at=hour(1))
    services.place_column(column=columns["Waiting"], before=columns["Waiting"], by=SYSTEM, at=hour(1))

    assert names(board) == ["Done", "Backlog", "Waiting", "In progress"]
    with pytest.raises(InvalidError):
        services.place_column(
            column=columns["Done"], before=BoardFactory(team=board.team).columns.first(), by=SYSTEM, at=hour(1)
        )


def test_what_another_stage_would_do_is_what_it_does(
    board: Board, backlog: Column, progress: Column, waiting: Column, done: Column
) -> None:
    passed, standing, elsewhere = (ItemFactory(column=backlog) for _ in range(3))
    for number, (item, column) in enumerate(
        [(passed, progress), (passed, waiting), (passed, progress), (passed, done), (standing, progress)], start=1
    ):
        services.move_item(item=item, to=column, by=SYSTEM, at=hour(number))
    services.move_item(item=elsewhere, to=waiting, by=SYSTEM, at=hour(9))
    before = dict(Item.objects.values_list("pk", "started_at"))

    told = stage_change(column=progress, stage="done")
    edit(progress, ColumnSpec(name="In progress", stage="done"))

    started = Item.objects.values_list("pk", "started_at")
    assert told == StageChange(items=2, stays=3, restarted=2, refinished=2)
    assert sum(before[pk] != at for pk, at in started) == 2
    assert list(Item.objects.filter(finished_at__isnull=False).order_by("pk")) == [passed, standing]


def test_items_in_the_trash_do_not_count_for_what_a_stage_would_do(progress: Column) -> None:
    item = ItemFactory(column=progress)
    services.delete_item(item=item, by=SYSTEM, at=hour(1))

    assert stage_change(column=progress, stage="waiting").is_nothing
    assert has_past(progress)


def test_what_a_stage_would_do_is_asked_in_as_many_queries_for_many_items(
    progress: Column, django_assert_max_num_queries
) -> None:
    ItemFactory.create_batch(30, column=progress)

    with django_assert_max_num_queries(4):
        assert stage_change(column=progress, stage="queue").items == 30

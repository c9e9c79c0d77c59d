"""Boards and columns: made, changed, ordered, put away."""

import pytest

from boards import services
from boards.models import Board, Column, Stage
from boards.services import ColumnNotEmptyError, ColumnSpec, LastColumnError, WipLimitReachedError
from teams.actors import SYSTEM
from teams.errors import InvalidError
from teams.models import Team
from tests.boards.conftest import hour
from tests.factories import BoardFactory, ItemFactory


def shape(board: Board) -> list[tuple[str, str, int | None]]:
    return list(board.columns.kept().in_order().values_list("name", "stage", "wip_limit"))


def specs(board: Board) -> dict[str, ColumnSpec]:
    return {
        column.name: ColumnSpec(id=column.pk, name=column.name, stage=column.stage, wip_limit=column.wip_limit)
        for column in board.columns.kept().in_order()
    }


def test_a_board_begins_with_the_usual_columns(team: Team) -> None:
    board = services.create_board(team=team, name="Operations & Co", by=SYSTEM, at=hour(0))

    assert board.slug == "operations-co"
    assert shape(board) == [
        ("Backlog", "queue", None),
        ("In progress", "active", None),
        ("Waiting", "waiting", None),
        ("Done", "done", None),
    ]


def test_a_short_name_is_free_in_its_team(team: Team) -> None:
    slugs = [services.create_board(team=team, name="運用", by=SYSTEM, at=hour(0)).slug for _ in range(3)]

    assert slugs == ["board", "board-2", "board-3"]
    with pytest.raises(InvalidError):
        services.create_board(team=team, name="Other", slug="board-2", by=SYSTEM, at=hour(0))


@pytest.mark.parametrize(
    "columns",
    [
        [],
        [ColumnSpec(name="", stage="queue")],
        [ColumnSpec(name="x" * 101, stage="queue")],
        [ColumnSpec(name="A", stage="somewhere")],
        [ColumnSpec(name="A", stage="queue", wip_limit=0)],
        [ColumnSpec(name="A", stage="queue"), ColumnSpec(name="a", stage="done")],
        [ColumnSpec(name=str(number), stage="queue") for number in range(51)],
    ],
)
def test_columns_that_make_no_sense_are_refused(team: Team, columns: list[ColumnSpec]) -> None:
    with pytest.raises(InvalidError):
        services.create_board(team=team, name="B", columns=columns, by=SYSTEM, at=hour(0))

    assert not Board.objects.exists()


def test_a_list_of_columns_renames_adds_orders_and_deletes(board: Board) -> None:
    now = specs(board)

    services.update_board(
        board=board,
        name="Ops",
        columns=[
            now["Done"],
            ColumnSpec(name="Review", stage=Stage.ACTIVE, wip_limit=2),
            ColumnSpec(id=now["Backlog"].id, name="Inbox", stage=Stage.QUEUE),
        ],
        by=SYSTEM,
        at=hour(1),
    )

    assert shape(board) == [("Done", "done", None), ("Review", "active", 2), ("Inbox", "queue", None)]
    assert Board.objects.get().name == "Ops"


def test_a_column_with_items_cannot_be_left_out_of_the_list(board: Board, progress: Column) -> None:
    ItemFactory(column=progress)
    now = specs(board)

    with pytest.raises(ColumnNotEmptyError):
        services.update_board(board=board, columns=[now["Backlog"], now["Done"]], by=SYSTEM, at=hour(1))

    assert len(shape(board)) == 4


def test_another_boards_column_is_unknown_here(board: Board) -> None:
    strange = BoardFactory(team=board.team).columns.first()

    with pytest.raises(InvalidError):
        services.update_board(
            board=board, columns=[ColumnSpec(id=strange.pk, name="A", stage="queue")], by=SYSTEM, at=hour(1)
        )


def test_another_stage_moves_the_milestones_of_what_was_ever_there(
    board: Board, backlog: Column, progress: Column, done: Column
) -> None:
    item, untouched = ItemFactory(column=backlog), ItemFactory(column=backlog)
    services.move_item(item=item, to=progress, by=SYSTEM, at=hour(1))
    services.move_item(item=item, to=done, by=SYSTEM, at=hour(2))

    services.edit_column(column=progress, name="Parked", stage=Stage.DONE, wip_limit=None, by=SYSTEM, at=hour(3))

    item.refresh_from_db()
    untouched.refresh_from_db()
    assert (item.started_at, item.finished_at, item.version) == (None, hour(1), 4)
    assert untouched.version == 1


def test_columns_take_another_order(board: Board) -> None:
    columns = list(board.columns.in_order())

    services.reorder_columns(board=board, columns=columns[::-1], by=SYSTEM, at=hour(1))

    assert [name for name, __, __ in shape(board)] == ["Done", "Waiting", "In progress", "Backlog"]
    with pytest.raises(InvalidError):
        services.reorder_columns(board=board, columns=columns[1:], by=SYSTEM, at=hour(1))


def test_a_column_can_be_added_and_restored_at_the_right(board: Board, waiting: Column) -> None:
    services.delete_column(column=waiting, by=SYSTEM, at=hour(1))
    services.add_column(board=board, name="Review", stage=Stage.ACTIVE, by=SYSTEM, at=hour(1))

    services.restore_column(column=waiting, by=SYSTEM, at=hour(2))

    assert [name for name, __, __ in shape(board)] == ["Backlog", "In progress", "Review", "Done", "Waiting"]
    with pytest.raises(InvalidError):
        services.add_column(board=board, name="review", stage=Stage.ACTIVE, by=SYSTEM, at=hour(1))


def test_the_items_of_a_deleted_column_go_only_where_there_is_room(
    board: Board, backlog: Column, progress: Column
) -> None:
    Column.objects.filter(pk=backlog.pk).update(wip_limit=1)
    ItemFactory(column=progress)
    ItemFactory(column=progress)

    with pytest.raises(WipLimitReachedError):
        services.delete_column(column=progress, to=backlog, by=SYSTEM, at=hour(1))
    services.delete_column(column=progress, to=backlog, by=SYSTEM, at=hour(1), force=True)

    assert backlog.items.count() == 2


def test_a_board_keeps_a_column(team: Team) -> None:
    board = BoardFactory(team=team, columns=[ColumnSpec(name="All", stage=Stage.ACTIVE)])

    with pytest.raises(LastColumnError):
        services.delete_column(column=board.columns.get(), by=SYSTEM, at=hour(1))

"""Items that walked through columns, straight into the tables: stays, milestones and all."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from boards.models import Board, Column, Item
from reports.flow import StayInColumn, entered_column_at, finished_at, started_at
from teams.models import Team
from tests.reports.rows import BoardFactory, ColumnFactory, ItemFactory, StayFactory

STAGES = ("queue", "active", "waiting", "done")


def board_of(team: Team, stages: Sequence[str] = STAGES) -> tuple[Board, list[Column]]:
    """A board with a column of each stage."""
    board = BoardFactory(team=team)
    return board, [ColumnFactory(board=board, stage=stage, position=n) for n, stage in enumerate(stages)]


def walk(*steps: tuple[datetime, Column], until: datetime | None = None, **fields: Any) -> Item:
    """An item that entered columns at instants; with `until` it left the last one then, as archived items do."""
    leaves = [*(at for at, _ in steps[1:]), until]
    stays = [StayInColumn(column.pk, column.stage, at, left) for (at, column), left in zip(steps, leaves, strict=True)]
    given = {
        "created_at": steps[0][0],
        "started_at": started_at(stays),
        "finished_at": finished_at(stays),
        "entered_column_at": entered_column_at(stays),
    }
    item: Item = ItemFactory(column=steps[-1][1], **{**given, **fields})
    for (at, column), left in zip(steps, leaves, strict=True):
        StayFactory(item=item, column=column, started_at=at, ended_at=left, assignee=item.assignee)
    return item

"""What the settings show of boards and columns, in as many queries for many as for few."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from boards.models import Board, Column
from teams.models import Team

STANDING = Q(items__deleted_at__isnull=True, items__archived_at__isnull=True)


@dataclass(frozen=True, slots=True)
class ColumnRow:
    """A column with the number of items that stand in it."""

    column: Column
    standing: int
    is_first: bool
    is_last: bool


def boards_of(team: Team) -> "QuerySet[Board]":
    """Return a team's boards, the archived ones too, each with `standing` and `column_count`."""
    standing = Count("items", filter=STANDING, distinct=True)
    columns = Count("columns", filter=Q(columns__deleted_at__isnull=True), distinct=True)
    boards = Board.objects.kept().filter(team=team)
    return boards.annotate(standing=standing, column_count=columns).in_order()


def column_rows(board: Board) -> list[ColumnRow]:
    """Return a board's columns from left to right."""
    columns = board.columns.all().kept().in_order()
    rows = list(columns.annotate(standing=Count("items", filter=STANDING)))
    last = len(rows) - 1
    return [
        ColumnRow(column, getattr(column, "standing", 0), place == 0, place == last)
        for place, column in enumerate(rows)
    ]

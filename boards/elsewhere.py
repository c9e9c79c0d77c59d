"""Where an item can go besides its own board: the boards, of this and of other teams, on which somebody may work."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch

from boards.models import Board, Column
from teams.models import Team


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A board with its columns; `team` where it is another team's."""

    board: Board
    columns: list[Column]
    team: Team | None


def boards_elsewhere(*, viewer: object, team: Team, besides: int | None) -> list[Elsewhere]:
    """Return the boards that a viewer may put items on, but for one: the team's own first, then by team and name."""
    columns = Prefetch("columns", Column.objects.kept().in_order(), to_attr="kept_columns")
    boards = Board.objects.worked_on_by(viewer).in_use().exclude(pk=besides or 0)
    rows: Iterable[Board] = boards.select_related("team").prefetch_related(columns).in_order()
    found = [
        Elsewhere(board, board.kept_columns, None if board.team_id == team.pk else board.team)  # type: ignore[attr-defined]  # by the prefetch
        for board in rows
    ]
    return sorted(found, key=lambda each: (each.team is not None, each.team.name if each.team else ""))

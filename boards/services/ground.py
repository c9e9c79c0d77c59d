"""What stands around items that come back: the columns, locked, their free ranks, and the people."""

from collections.abc import Collection, Iterable, Sequence
from typing import Self

from django.db.models import Min

from boards.models import Board, Change, Column, Item, Stage, ToilType
from boards.ranking import rank_between
from boards.services.bulk import Ranks
from boards.services.places import lock_columns
from boards.services.values import hold_toil_types
from teams.models import Person, Team
from teams.permissions import can_work
from teams.services.people import hold_people

PLACED = frozenset({"column", "rank", "deleted_at", "archived_at"})


class Ground:
    """The columns that an undo puts items into, under lock, and the rows that it gives back to them."""

    def __init__(self, columns: dict[int, Column], *, toil_types: Collection[int] = ()) -> None:
        self.columns = columns
        self.all_columns = dict(columns)
        self.people: dict[int, Person] = {}
        self.toil_types: dict[int, ToilType] = {}
        self._held_types = frozenset(toil_types)
        self.teams: set[int] = set()
        self._taken: set[tuple[int, int]] = set()
        self._ends = Ranks([])

    @classmethod
    def locked_for(cls, changes: Sequence[Change]) -> Self:
        """Lock the columns that these changes took items out of, and those in which the items stand, by id.

        The toil types that they name are held before anything of boards, as whoever deletes one locks it first.
        """
        held = hold_toil_types(_ids(changes, "toil_type"))
        ids = {change.before["id"] for change in changes if change.field == "column"}
        placed = [change.item_id for change in changes if change.field in PLACED]
        ids |= set(Item.objects.filter(pk__in=placed).values_list("column_id", flat=True))
        # Where the column of what comes back is in the trash, it goes to another one of its board.
        gone = Column.objects.filter(pk__in=ids, deleted_at__isnull=False).values("board")
        ids |= set(Column.objects.kept().filter(board__in=gone).values_list("pk", flat=True))
        columns = lock_columns(ids)
        boards = Board.objects.in_bulk({column.board_id for column in columns.values()})
        for column in columns.values():
            column.board = boards[column.board_id]
        return cls(columns, toil_types=held)

    def read(self, items: Iterable[Item], changes: Sequence[Change]) -> None:
        """Read, once for all, what the changes name, and which of the former ranks have been given away."""
        by_id = {item.pk: item for item in items}
        self.all_columns |= Column.objects.in_bulk({item.column_id for item in by_id.values()} - self.columns.keys())
        people = {item.assignee_id for item in by_id.values()} | set(_ids(changes, "assignee"))
        self.people = Person.objects.in_bulk(hold_people({number for number in people if number is not None}))
        types = {item.toil_type_id for item in by_id.values()} - {None}
        self.toil_types = ToilType.objects.in_bulk(types | self._held_types)
        for item in by_id.values():
            item.column = self.all_columns[item.column_id]
            item.assignee = self.people[item.assignee_id] if item.assignee_id else None
            item.toil_type = self.toil_types[item.toil_type_id] if item.toil_type_id else None
        ranks = [change.rank_before for change in changes if change.rank_before is not None]
        rows = Item.objects.filter(column__in=self.columns, rank__in=ranks)
        self._taken = set(rows.values_list("column_id", "rank"))
        self._ends = Ranks(list(self.columns))

    def let_into(self, team: Team, person: Person, boards: Iterable[Board]) -> None:
        """Find out in which teams a person may write: in that of the action, and of others in those that need it."""
        self.teams = {team.pk}
        there = {board.team_id for board in boards} | {column.board.team_id for column in self.columns.values()}
        for other in Team.objects.filter(pk__in=there - self.teams) if there - self.teams else ():
            if can_work(person.user, other):
                self.teams.add(other.pk)

    def rank_in(self, column: Column, change: Change) -> int:
        """Return the rank that an item had in a locked column; else one behind it, or, spaced anew, at the end."""
        rank = change.rank_before
        if rank is not None and change.spacing_before == column.spacing:
            if (column.pk, rank) in self._taken:
                upper = Item.objects.filter(column=column, rank__gt=rank).aggregate(nearest=Min("rank"))["nearest"]
                between = None if upper is None else rank_between(rank, upper)
                rank = between if between is not None and (column.pk, between) not in self._taken else None
            if rank is not None:
                self._taken.add((column.pk, rank))
                return rank
        return self.end_of(column)

    def end_of(self, column: Column) -> int:
        """Return a rank behind everything in a locked column."""
        rank = self._ends.next(column.pk)
        while (column.pk, rank) in self._taken:
            rank = self._ends.next(column.pk)
        self._taken.add((column.pk, rank))
        return rank

    def open_column(self, number: int) -> Column | None:
        """Return a locked column that takes items, None where it is in the trash or gone."""
        column = self.columns.get(number)
        is_open = column is not None and column.deleted_at is None and column.board.deleted_at is None
        return column if is_open else None

    def first_open(self, board_id: int) -> Column | None:
        """Return the first queue of a board, else its first column, of those that are locked."""
        kept = [column for column in self.columns.values() if column.board_id == board_id and not column.deleted_at]
        kept.sort(key=lambda column: (column.stage != Stage.QUEUE, column.position, column.pk))
        return kept[0] if kept else None


def _ids(changes: Sequence[Change], field: str) -> list[int]:
    return [change.before["id"] for change in changes if change.field == field and change.before]

"""Many processes at once on one board: nothing is lost, doubled, misplaced or let past a limit."""

import multiprocessing
import random
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import pairwise

import pytest
from django.db import connections
from django.utils import timezone

from boards import services
from boards.models import Board, Change, Column, Item, Stay
from boards.services import WipLimitReachedError
from teams.actors import SYSTEM
from teams.errors import ConflictError
from teams.models import Person
from tests.boards.order import Answer, misplaced
from tests.factories import BoardFactory, ItemFactory, PersonFactory

PROCESSES = 8
CALLS = 50
LIMIT = 5

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def processes() -> Iterator[ProcessPoolExecutor]:
    """Give processes that have this one's settings, and connections of their own."""
    for connection in connections.all():
        connection.close()
        if connection.vendor == "postgresql":
            connection.close_pool()
    with ProcessPoolExecutor(PROCESSES, mp_context=multiprocessing.get_context("fork")) as pool:
        yield pool


def move_at_random(seed: int, board_id: int) -> tuple[list[Answer], int, int]:
    """Move items about, and return the answers, how often a limit refused, and the most that were seen in there."""
    chance = random.Random(seed)
    columns = list(Column.objects.filter(board=board_id))
    items = list(Item.objects.filter(board=board_id).order_by("pk"))
    limited = next(column for column in columns if column.wip_limit)
    answers: list[Answer] = []
    refused = most = 0
    for _ in range(CALLS):
        item, neighbour = chance.sample(items, 2)
        side = chance.choice([None, "before", "after"])
        try:
            moved = services.move_item(
                item=item,
                to=chance.choice(columns),
                **({side: neighbour} if side else {}),
                by=SYSTEM,
                at=timezone.now(),
            )
        except WipLimitReachedError:
            refused += 1
            continue
        change = Change.objects.filter(item=item, version=moved.item.version, field__in=("column", "rank")).first()
        if change is not None:
            place = {"number": change.pk, "item": item.pk, "column": moved.item.column_id, "landed": str(moved.landed)}
            answers.append(Answer(**place, neighbour=neighbour.pk if side else None))
        most = max(most, Item.objects.on_board().filter(column=limited).count())
    return answers, refused, most


def work_at_random(seed: int, board_id: int) -> int:
    """Do everything that people do on a board, and return how often the state of things did not allow it."""
    chance = random.Random(seed)
    columns = list(Column.objects.filter(board=board_id))
    people = [None, *Person.objects.order_by("pk")]
    refused = 0
    for _ in range(CALLS):
        some = chance.sample(list(Item.objects.filter(board=board_id).order_by("pk")), 4)
        act = chance.choice(acts(some, column=chance.choice(columns), person=chance.choice(people)))
        try:
            act()
        except ConflictError:
            refused += 1
    return refused


def acts(some: list[Item], *, column: Column, person: Person | None) -> list[Callable[[], object]]:
    """Return what can be done to the first of some items, with the others beside it."""
    item, at = some[0], timezone.now()
    changes = [{"assignee": person}, {"is_blocked": True}, {"is_blocked": False}, {"labels": [column.name]}]
    return [
        lambda: services.create_item(board=column.board, title="New", by=SYSTEM, at=at),
        lambda: services.move_item(item=item, to=column, before=some[1], by=SYSTEM, at=at),
        *(partial(services.edit_item, item=item, changes=change, by=SYSTEM, at=at) for change in changes),
        lambda: services.classify_items(items=some[::-1], classification="toil", by=SYSTEM, at=at),
        lambda: services.delete_item(item=item, by=SYSTEM, at=at),
        lambda: services.restore_item(item=item, by=SYSTEM, at=at),
        lambda: services.add_comment(item=item, body="Hello", by=SYSTEM, at=at),
    ]


@pytest.fixture
def crowded_board() -> Board:
    board = BoardFactory()
    columns = list(board.columns.in_order())
    for number in range(40):
        ItemFactory(column=columns[0] if number % 2 else columns[3], at=timezone.now())
    Column.objects.filter(pk=columns[1].pk).update(wip_limit=LIMIT)
    PersonFactory.create_batch(2)
    return board


def holes_and_overlaps(board: Board) -> list[int]:
    """Return the items whose stays do not follow one another without a gap up to the open one."""
    odd = []
    for item in Item.objects.filter(board=board):
        stays = list(Stay.objects.filter(item=item).order_by("started_at"))
        joined = all(earlier.ended_at == later.started_at for earlier, later in pairwise(stays))
        if not joined or not stays or stays[-1].ended_at is not None or stays[0].started_at != item.created_at:
            odd.append(item.pk)
    return odd


def test_eight_who_move_at_once_leave_every_item_where_they_were_told(crowded_board: Board) -> None:
    with processes() as pool:
        results = list(pool.map(move_at_random, range(PROCESSES), [crowded_board.pk] * PROCESSES))

    answers = [answer for told, __, __ in results for answer in told]
    items = Item.objects.filter(board=crowded_board)
    places = {item.pk: (item.column_id, item.rank) for item in items}
    assert len(places) == len(set(places.values())) == 40
    assert misplaced(answers, places) == []
    assert max(most for __, __, most in results) <= LIMIT
    assert sum(refused for __, refused, __ in results) > 0
    assert Change.objects.filter(field__in=("column", "rank")).count() == len({answer.number for answer in answers})
    assert holes_and_overlaps(crowded_board) == []
    assert services.rebuild_stays(item_ids=list(places)) == []


def test_eight_who_do_everything_at_once_neither_deadlock_nor_spoil_the_past(crowded_board: Board) -> None:
    with processes() as pool:
        list(pool.map(work_at_random, range(PROCESSES), [crowded_board.pk] * PROCESSES))

    items = list(Item.objects.filter(board=crowded_board))
    standing = set(Stay.objects.filter(ended_at__isnull=True).values_list("item_id", flat=True))
    assert standing == {item.pk for item in items if item.deleted_at is None}
    assert services.rebuild_stays(item_ids=[item.pk for item in items]) == []
    for item in items:
        versions = list(item.changes.exclude(field="comment").order_by("pk").values_list("version", flat=True))
        assert versions == sorted(versions)
        assert versions[-1] == item.version


def squeeze_in(seed: int, column_id: int, neighbour_id: int) -> list[int]:
    """Put new items before one neighbour, until the gap there is used up many times over."""
    column, neighbour = Column.objects.get(pk=column_id), Item.objects.get(pk=neighbour_id)
    made = []
    for number in range(20):
        item = services.create_item(
            board=column.board, column=column, before=neighbour, title=f"{seed}/{number}", by=SYSTEM, at=timezone.now()
        )
        made.append(item.pk)
    return made


def test_a_gap_that_all_use_up_at_once_is_made_anew() -> None:
    column = BoardFactory().columns.first()
    first, last = ItemFactory(column=column), ItemFactory(column=column)

    with processes() as pool:
        made = list(pool.map(squeeze_in, range(PROCESSES), [column.pk] * PROCESSES, [last.pk] * PROCESSES))

    order = list(column.items.order_by("rank").values_list("pk", flat=True))
    assert (order[0], order[-1], len(order)) == (first.pk, last.pk, 2 + PROCESSES * 20)
    for own in made:
        assert sorted(own, key=order.index) == own

"""Undoing in many processes at once: what two take back comes back once, and nothing deadlocks or is lost."""

import random

import pytest
from django.utils import timezone

from boards import services
from boards.models import Action, Board, Change, Column, Item, Stay
from boards.services.actions import one_action
from teams.actors import Actor, Via
from teams.errors import ConflictError
from teams.models import Person
from tests.boards.test_concurrency import PROCESSES, processes
from tests.factories import BoardFactory, ItemFactory, PersonFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def crowded_board() -> Board:
    board = BoardFactory()
    for column in board.columns.all():
        ItemFactory.create_batch(8, column=column, at=timezone.now())
    return board


def take_back(action_id: int) -> bool:
    """Undo an action, and return whether it was this call that did it."""
    action = Action.objects.select_related("person").get(pk=action_id)
    by = Actor(person=action.person, via=Via.PAGE)
    return not services.undo_action(action=action, by=by, at=timezone.now()).is_repeat


def do_and_undo(seed: int, board_id: int, person_id: int) -> int:
    """Do things to many items and take some of them back, and return how many could not be taken back."""
    chance = random.Random(seed)
    board = Board.objects.select_related("team").get(pk=board_id)
    columns = list(Column.objects.filter(board=board))
    by = Actor(person=Person.objects.get(pk=person_id), via=Via.PAGE)
    kept = 0
    for _ in range(20):
        some = chance.sample(list(Item.objects.filter(board=board)), 5)
        at = timezone.now()
        with one_action(team=board.team, by=by, at=at) as doing:
            who = {"items": some, "by": doing.by, "at": at}
            chance.choice(
                [
                    lambda who=who: services.move_items(to=chance.choice(columns), **who),
                    lambda who=who: services.assign_items(assignee=by.person, **who),
                    lambda who=who: services.label_items(give=[f"by {seed}"], **who),
                    lambda who=who: services.archive_items(**who),
                    lambda who=who: services.delete_items(**who),
                ]
            )()
        if doing.action is None:
            continue
        try:
            services.undo_action(action=Action.objects.get(pk=doing.action), by=by, at=timezone.now())
        except ConflictError:
            kept += 1
    return kept


def test_one_undo_that_eight_ask_for_happens_once(crowded_board: Board) -> None:
    person, at = PersonFactory(), timezone.now()
    first, second, *__ = crowded_board.columns.in_order()
    items = list(first.items.order_by("rank"))
    with one_action(team=crowded_board.team, by=Actor(person=person, via=Via.PAGE), at=at) as doing:
        services.move_items(items=items, to=second, by=doing.by, at=at)

    with processes() as pool:
        done = list(pool.map(take_back, [doing.action] * PROCESSES))

    assert done.count(True) == 1
    assert list(first.items.order_by("rank")) == items
    assert Change.objects.filter(field="column").count() == 2 * len(items)


def test_many_who_do_and_undo_at_once_leave_a_sound_board(crowded_board: Board) -> None:
    people = PersonFactory.create_batch(PROCESSES)

    with processes() as pool:
        list(pool.map(do_and_undo, range(PROCESSES), [crowded_board.pk] * PROCESSES, [one.pk for one in people]))

    items = list(Item.objects.filter(board=crowded_board))
    assert len({(item.column_id, item.rank) for item in items}) == len(items) == 32
    assert services.rebuild_stays(item_ids=[item.pk for item in items]) == []
    standing = set(Stay.objects.filter(ended_at__isnull=True).values_list("item_id", flat=True))
    assert standing == {item.pk for item in items if item.deleted_at is None and item.archived_at is None}

"""The changes say all that happened: stays and milestones made anew from them are those that are there."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from boards import services
from boards.models import Board, Column, Item, Stage, Stay
from teams.actors import SYSTEM
from teams.errors import ConflictError
from teams.models import Team
from tests.boards.conftest import hour
from tests.factories import MONDAY, BoardFactory, ItemFactory, PersonFactory, TeamFactory

NAMES = ("Backlog", "In progress", "Waiting", "Done")


def stay_rows() -> list[tuple[Any, ...]]:
    fields = ("item", "column", "assignee", "is_blocked", "started_at", "ended_at")
    return list(Stay.objects.order_by("item", "started_at", "pk").values_list(*fields))


def milestone_rows() -> list[tuple[Any, ...]]:
    return list(Item.objects.order_by("pk").values_list("started_at", "finished_at", "entered_column_at"))


def rebuild() -> list[int]:
    return services.rebuild_stays(item_ids=Item.objects.values_list("pk", flat=True))


def test_stays_that_were_lost_or_spoilt_come_back(board: Board, progress: Column, done: Column) -> None:
    items = [ItemFactory(column=progress) for _ in range(3)]
    services.move_item(item=items[0], to=done, by=SYSTEM, at=hour(1))
    as_it_was = stay_rows(), milestone_rows()
    Stay.objects.filter(item=items[0]).delete()
    Stay.objects.filter(item=items[1]).update(started_at=hour(-5))
    Item.objects.filter(pk=items[0].pk).update(finished_at=None)

    different = rebuild()

    assert different == [items[0].pk, items[1].pk]
    assert (stay_rows(), milestone_rows()) == as_it_was


def test_a_person_who_is_gone_is_nobody(progress: Column) -> None:
    person = PersonFactory()
    item = ItemFactory(column=progress, assignee=person)
    person.delete()

    assert rebuild() == []
    assert item.stays.get().assignee is None


def test_the_command_says_how_many_differed(board: Board, capsys: pytest.CaptureFixture[str]) -> None:
    item, __ = ItemFactory(board=board), ItemFactory(board=board)
    Stay.objects.filter(item=item).delete()

    with pytest.raises(CommandError, match=f"2 items, 1 of them differed. The first ones: {item.pk}"):
        call_command("rebuild_stays", "--check", "--team", board.team.slug)
    call_command("rebuild_stays", "--team", board.team.slug)
    call_command("rebuild_stays", "--check")

    assert capsys.readouterr().out == "2 items, 1 of them differed.\n2 items, 0 of them differed.\n"
    with pytest.raises(CommandError, match="no team"):
        call_command("rebuild_stays", "--team", "nobody")


def test_who_left_a_board_at_the_instant_of_arrival_follows_its_stages_too(team: Team) -> None:
    first, second = BoardFactory(team=team), BoardFactory(team=team)
    active, elsewhere = first.columns.get(name="In progress"), second.columns.get(name="Waiting")
    item = ItemFactory(column=active)
    services.move_item(item=item, to=elsewhere, by=SYSTEM, at=item.entered_column_at)

    services.edit_column(column=active, name=active.name, stage=Stage.QUEUE, wip_limit=None, by=SYSTEM, at=hour(1))

    assert not item.stays.filter(column=active).exists()
    assert rebuild() == []


@dataclass
class World:
    """Two boards, two people, and whatever was made on the boards."""

    boards: list[Board]
    people: list[Any]
    columns: list[Column]

    def item(self, number: int) -> Item:
        items = list(Item.objects.order_by("pk"))
        return items[number % len(items)]


Step = Callable[[World, int, int, datetime], object]


def create(world: World, one: int, two: int, at: datetime) -> None:
    services.create_item(
        board=world.boards[0],
        column=world.columns[two % len(world.columns)],
        title="New",
        by=SYSTEM,
        at=at,
        fields={"assignee": world.people[one % 3]},
    )


def move(world: World, one: int, two: int, at: datetime) -> None:
    neighbour = world.item(two + 1)
    services.move_item(
        item=world.item(one),
        to=world.columns[two % len(world.columns)],
        before=None if neighbour == world.item(one) else neighbour,
        by=SYSTEM,
        at=at,
    )


def edit(world: World, one: int, two: int, at: datetime) -> None:
    changes = [
        {"assignee": world.people[two % 3]},
        {"blocked_reason": "Vendor"},
        {"blocked_reason": None, "assignee": world.people[two % 3]},
        {"title": f"Title {two}"},
        {"column": world.columns[two % len(world.columns)], "is_blocked": True},
    ]
    services.edit_item(item=world.item(one), changes=changes[two % len(changes)], by=SYSTEM, at=at)


def put_aside(world: World, one: int, two: int, at: datetime) -> None:
    acts = [services.delete_item, services.restore_item, services.archive_item, services.unarchive_item]
    acts[two % 4](item=world.item(one), by=SYSTEM, at=at)


def restage(world: World, one: int, two: int, at: datetime) -> None:
    column = world.columns[one % len(world.columns)]
    stage = list(Stage)[two % 4]
    services.edit_column(column=column, name=column.name, stage=stage, wip_limit=None, by=SYSTEM, at=at)


def delete_or_restore_column(world: World, one: int, two: int, at: datetime) -> None:
    column = world.columns[one % len(world.columns)]
    if two % 2:
        services.restore_column(column=column, by=SYSTEM, at=at)
    else:
        other = column.board.columns.kept().exclude(pk=column.pk).first()
        services.delete_column(column=column, to=other, by=SYSTEM, at=at)


def delete_or_restore_board(world: World, one: int, two: int, at: datetime) -> None:
    act = services.restore_board if two % 2 else services.delete_board
    act(board=world.boards[one % 2], by=SYSTEM, at=at)


steps = st.sampled_from(
    [create, move, move, edit, edit, put_aside, restage, delete_or_restore_column, delete_or_restore_board]
)


@pytest.mark.django_db
@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(steps, st.integers(0, 9), st.integers(0, 59), st.integers(-2, 3)), max_size=25))
def test_whatever_is_done_the_rebuilt_stays_are_those_that_are_there(calls: list[tuple[Step, int, int, int]]) -> None:
    with transaction.atomic():
        team = TeamFactory()
        boards = [BoardFactory(team=team) for _ in range(2)]
        columns = [column for board in boards for column in board.columns.in_order()]
        world = World(boards=boards, people=[None, PersonFactory(), PersonFactory()], columns=columns)
        at = MONDAY
        for column in columns[:3]:
            ItemFactory(column=column)
        for act, one, two, minutes in calls:
            at += timedelta(minutes=minutes)
            try:
                with transaction.atomic():
                    act(world, one, two, at)
            except ConflictError:
                continue

        before = stay_rows(), milestone_rows()
        different = rebuild()

        assert different == []
        assert (stay_rows(), milestone_rows()) == before
        standing = set(Stay.objects.filter(ended_at__isnull=True).values_list("item_id", flat=True))
        assert standing == set(Item.objects.on_board().values_list("pk", flat=True))
        transaction.set_rollback(True)

"""A toil type that is deleted while items are about to get it: they go without it, and nobody is refused."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from boards import services
from boards.models import Action, Column, Item, ToilType
from boards.services.actions import one_action
from boards.services.together import move_items
from teams.actors import SYSTEM, Actor, Via
from tests.factories import BoardFactory, ItemFactory, PersonFactory, ToilTypeFactory
from tests.waiting import beside

at_once = pytest.mark.django_db(transaction=True)


@at_once
@pytest.mark.usefixtures("postgresql")
def test_an_item_that_comes_while_the_type_of_its_name_is_deleted_has_none() -> None:
    here, there = (BoardFactory().columns.in_order()[0] for _ in range(2))
    item = ItemFactory(column=here, toil_type=ToilTypeFactory(team=here.board.team, name="Disk full"))
    same = ToilTypeFactory(team=there.board.team, name="Disk full")

    with beside() as start:
        with transaction.atomic():
            services.delete_toil_type(toil_type=same, by=SYSTEM, at=timezone.now())
            moving = start(lambda: services.move_item(item=item, to=there, by=SYSTEM, at=timezone.now()))
        moving.result()

    item.refresh_from_db()
    assert (item.column, item.toil_type) == (there, None)


@at_once
@pytest.mark.usefixtures("postgresql")
def test_an_undo_does_not_give_back_a_type_that_is_deleted_meanwhile() -> None:
    column = BoardFactory().columns.in_order()[0]
    team, kind = column.board.team, ToilTypeFactory(team=column.board.team, name="Disk full")
    item, by = ItemFactory(column=column, toil_type=kind, title="Old"), Actor(person=PersonFactory(), via=Via.PAGE)
    with one_action(team=team, by=by, at=timezone.now()) as doing:
        changes = {"toil_type": None, "title": "New"}
        services.edit_item(item=item, changes=changes, by=doing.by, at=timezone.now())
    action = Action.objects.get(pk=doing.action)

    with beside() as start:
        with transaction.atomic():
            services.delete_toil_type(toil_type=kind, by=SYSTEM, at=timezone.now())
            undoing = start(lambda: services.undo_action(action=action, by=by, at=timezone.now()))
        undone = undoing.result()

    item.refresh_from_db()
    assert (item.title, item.toil_type) == ("Old", None)
    assert "Disk full is gone" in undone.left[0]


@pytest.mark.django_db
def test_twenty_items_that_go_to_another_team_cost_as_many_queries_as_two() -> None:
    here, there = (BoardFactory().columns.in_order()[0] for _ in range(2))
    kinds = ToilTypeFactory.create_batch(20, team=here.board.team)
    ToilTypeFactory(team=there.board.team, name=kinds[0].name)
    items = [ItemFactory(column=here, toil_type=kind) for kind in kinds]
    more = [ItemFactory(column=here, toil_type=kind) for kind in kinds[:2]]

    few = _queries(more, there)
    many = _queries(items, there)

    assert many == few
    assert ToilType.objects.get(team=there.board.team).items.count() == 2
    assert Item.objects.filter(column=there, toil_type=None).count() == 20


def _queries(items: list[Item], to: Column) -> int:
    with CaptureQueriesContext(connection) as captured:
        move_items(items=items, to=to, by=SYSTEM, at=timezone.now(), force=True)
    return len(captured)

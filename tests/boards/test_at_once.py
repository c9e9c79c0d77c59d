"""What a writer who had to wait finds: the items may have gone, and others must not wait for it in turn."""

import pytest
from django.db import transaction
from django.utils import timezone

from boards import services
from boards.models import Item
from teams.actors import SYSTEM
from teams.models import Person
from tests.factories import BoardFactory, ItemFactory
from tests.waiting import beside

pytestmark = [pytest.mark.usefixtures("postgresql"), pytest.mark.django_db(transaction=True)]


def test_an_item_that_goes_to_another_board_while_its_column_is_deleted_stays_there() -> None:
    board, elsewhere = BoardFactory(), BoardFactory().columns.in_order()[0]
    first, second, *__ = board.columns.in_order()
    staying, going = ItemFactory(column=first), ItemFactory(column=first)

    with beside() as start:
        with transaction.atomic():
            services.move_item(item=going, to=elsewhere, by=SYSTEM, at=timezone.now())
            deletion = start(
                lambda: services.delete_column(column=first, to=second, by=SYSTEM, at=timezone.now()),
            )
        deletion.result()

    going.refresh_from_db()
    staying.refresh_from_db()
    assert (going.board_id, going.column_id) == (elsewhere.board_id, elsewhere.pk)
    assert staying.column_id == second.pk


@pytest.mark.parametrize("is_new", [False, True])
def test_who_waits_for_a_person_that_another_makes_holds_neither_item_nor_column(is_new: bool) -> None:
    item, at = ItemFactory(), timezone.now()
    fields = {"title": "New", "assignee": "dora@example.com", "column": item.column}

    def write() -> Item:
        if is_new:
            return services.create_item(board=item.board, title="New", fields=fields, by=SYSTEM, at=at)
        return services.edit_item(item=item, changes=fields, by=SYSTEM, at=at)

    with beside() as start:
        with transaction.atomic():
            dora = Person.objects.create(email="dora@example.com")
            writing = start(write)
            free = Item.objects.select_related("column").select_for_update(nowait=True, of=("self", "column"))
            assert free.get(pk=item.pk) == item
        written = writing.result()

    assert written.assignee == dora

"""An item that goes to another team between the look at who may change it and the lock is changed by nobody here."""

import pytest

from boards import services
from boards.models import Board, Change, Column, Item
from boards.services.classes import classify_items
from boards.services.errors import LeftTeamError
from boards.services.together import archive_items, assign_items, delete_items, label_items, move_items
from teams.actors import SYSTEM
from tests.boards.conftest import hour
from tests.factories import BoardFactory, ItemFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def there() -> Column:
    """A column of another team."""
    return BoardFactory().columns.in_order()[0]


def leaves(item: Item, to: Column) -> None:
    """Move the row; the object stays as it was loaded."""
    services.move_item(item=Item.objects.get(pk=item.pk), to=to, by=SYSTEM, at=hour(1))


@pytest.mark.parametrize(
    "write",
    [
        lambda items, to: move_items(items=items, to=to, by=SYSTEM, at=hour(2)),
        lambda items, to: assign_items(items=items, assignee=None, by=SYSTEM, at=hour(2)),
        lambda items, to: label_items(items=items, give=["night"], by=SYSTEM, at=hour(2)),
        lambda items, to: archive_items(items=items, by=SYSTEM, at=hour(2)),
        lambda items, to: delete_items(items=items, by=SYSTEM, at=hour(2)),
        lambda items, to: classify_items(items=items, classification="overhead", by=SYSTEM, at=hour(2)),
    ],
    ids=["move", "assign", "label", "archive", "delete", "classify"],
)
def test_of_many_what_left_is_left_out(write, by_alice, backlog: Column, waiting: Column, there: Column) -> None:
    items = ItemFactory.create_batch(2, column=backlog, assignee=by_alice.person)
    leaves(items[0], there)
    before = Change.objects.filter(item=items[0]).count()

    changed = write(items, waiting)

    assert changed == [items[1]]
    assert Change.objects.filter(item=items[0]).count() == before
    assert Item.objects.get(pk=items[0].pk).column == there


@pytest.mark.parametrize(
    "write",
    [
        lambda item, to: services.move_item(item=item, to=to, by=SYSTEM, at=hour(2)),
        lambda item, to: services.edit_item(item=item, changes={"title": "Ours"}, by=SYSTEM, at=hour(2)),
        lambda item, to: services.delete_item(item=item, by=SYSTEM, at=hour(2)),
        lambda item, to: services.archive_item(item=item, by=SYSTEM, at=hour(2)),
    ],
    ids=["move", "edit", "delete", "archive"],
)
def test_one_that_left_is_refused(write, backlog: Column, waiting: Column, there: Column) -> None:
    item = ItemFactory(column=backlog, title="Theirs")
    leaves(item, there)

    with pytest.raises(LeftTeamError, match="gone to another team"):
        write(item, waiting)

    kept = Item.objects.get(pk=item.pk)
    assert (kept.column, kept.title, kept.deleted_at, kept.archived_at) == (there, "Theirs", None, None)


def test_what_goes_to_another_board_of_the_team_can_still_be_changed(board: Board, backlog: Column) -> None:
    item = ItemFactory(column=backlog)
    leaves(item, BoardFactory(team=board.team).columns.in_order()[0])

    edited = services.edit_item(item=item, changes={"title": "Ours"}, by=SYSTEM, at=hour(2))

    assert edited.title == "Ours"
    assert [each.pk for each in delete_items(items=[item], by=SYSTEM, at=hour(3))] == [item.pk]

"""Links between items: shown from both sides, once, never in a circle, and only within a team."""

import pytest

from boards import services
from boards.models import ItemLink
from boards.services import InTrashError, LinkError
from teams.actors import SYSTEM
from teams.errors import InvalidError
from tests.boards.conftest import hour
from tests.factories import BoardFactory, ItemFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(backlog):
    return [ItemFactory(column=backlog, title=title) for title in ("First", "Second", "Third")]


def link(item, to, kind="part_of"):
    return services.add_link(item=item, to=to, kind=kind, by=SYSTEM, at=hour(1))


def test_a_link_stands_in_both_histories(three):
    first, second, __ = three

    made = link(first, second, "duplicates")
    services.remove_link(link=made, by=SYSTEM, at=hour(2))
    services.remove_link(link=made, by=SYSTEM, at=hour(2))

    said = {"kind": "duplicates", "id": second.pk, "key": second.key, "name": "Second", "is_reverse": False}
    changes = list(first.changes.filter(field="link").order_by("pk").values_list("before", "after"))
    assert changes == [(None, said), (said, None)]
    assert second.changes.filter(field="link").count() == 2
    assert second.changes.filter(field="link").first().after["is_reverse"]
    first.refresh_from_db()
    assert first.version == 1


@pytest.mark.parametrize("kind", ["duplicates", "part_of", "relates_to"])
def test_an_item_is_linked_in_a_way_once_and_never_to_itself(three, kind):
    first, second, __ = three
    link(first, second, kind)

    with pytest.raises(LinkError):
        link(first, second, kind)
    with pytest.raises(LinkError):
        link(second, first, kind)
    with pytest.raises(LinkError):
        link(first, first, kind)

    assert ItemLink.objects.count() == 1


def test_parts_do_not_go_round_in_a_circle(three):
    first, second, third = three
    link(first, second)
    link(second, third)

    with pytest.raises(LinkError, match="circle"):
        link(third, first)
    link(third, first, "relates_to")

    assert ItemLink.objects.count() == 3


def test_only_items_of_one_team_that_are_not_in_the_trash_are_linked(three):
    first, second, __ = three
    stranger = ItemFactory(board=BoardFactory())
    neighbour = ItemFactory(board=BoardFactory(team=first.board.team))
    services.delete_item(item=second, by=SYSTEM, at=hour(1))

    link(first, neighbour)
    with pytest.raises(LinkError, match="one team"):
        link(first, stranger)
    with pytest.raises(InTrashError):
        link(first, second)
    with pytest.raises(InvalidError):
        link(first, neighbour, "blocks")


def test_links_take_part_in_no_crossing_of_edits(three):
    first, second, __ = three
    seen = first.version
    services.edit_item(item=first, changes={"service": "theirs"}, by=SYSTEM, at=hour(1))
    link(first, second)

    edited = services.edit_item(item=first, changes={"title": "Mine"}, version=seen, by=SYSTEM, at=hour(2))

    assert (edited.title, edited.service) == ("Mine", "theirs")

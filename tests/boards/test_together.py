"""One thing done to many items at once."""

import pytest

from boards import services
from boards.models import Change, Item
from boards.services import WipLimitReachedError
from teams.errors import InvalidError
from tests.boards.conftest import hour
from tests.factories import ItemFactory, PersonFactory

pytestmark = pytest.mark.django_db

AT = hour(10)


def order(column):
    return list(Item.objects.on_board().filter(column=column).order_by("rank", "pk"))


def test_many_go_to_the_end_of_a_column_in_their_order(by_alice, backlog, progress, waiting):
    first, second = ItemFactory.create_batch(2, column=waiting)
    third, standing = ItemFactory(column=backlog), ItemFactory(column=progress)

    moved = services.move_items(items=[second, standing, third, first], to=progress, by=by_alice, at=AT)

    assert order(progress) == [standing, third, first, second]
    assert set(moved) == {first, second, third}
    assert services.rebuild_stays(item_ids=[item.pk for item in moved], dry_run=True) == []


def test_what_is_done_goes_on_top(by_alice, backlog, done):
    old, items = ItemFactory(column=done), ItemFactory.create_batch(2, column=backlog)

    services.move_items(items=items, to=done, by=by_alice, at=AT)

    assert order(done) == [*items, old]
    assert all(item.finished_at == AT for item in order(done)[:2])


def test_a_limit_refuses_all_or_lets_all_pass(by_alice, backlog, progress):
    items = [*ItemFactory.create_batch(2, column=backlog), ItemFactory(column=progress)]
    progress.wip_limit = 2
    progress.save(update_fields=["wip_limit"])

    with pytest.raises(WipLimitReachedError):
        services.move_items(items=items, to=progress, by=by_alice, at=AT)
    assert len(order(progress)) == 1
    services.move_items(items=items, to=progress, by=by_alice, at=AT, force=True)

    assert len(order(progress)) == 3


def test_what_has_gone_meanwhile_is_left_alone(by_alice, backlog, progress):
    items = ItemFactory.create_batch(3, column=backlog)
    services.delete_item(item=items[0], by=by_alice, at=AT)
    services.archive_item(item=items[1], by=by_alice, at=AT)

    assert services.move_items(items=items, to=progress, by=by_alice, at=AT) == [items[2]]
    assert services.archive_items(items=items, by=by_alice, at=AT) == [items[2]]
    assert services.delete_items(items=items, by=by_alice, at=AT) == items[1:]


def test_many_are_assigned_and_to_nobody(by_alice, backlog):
    items, dora = ItemFactory.create_batch(2, column=backlog), PersonFactory()

    assert services.assign_items(items=items, assignee=dora, by=by_alice, at=AT) == items
    assert services.assign_items(items=items, assignee=dora, by=by_alice, at=AT) == []
    services.assign_items(items=items[:1], assignee=None, by=by_alice, at=hour(11))

    assert [item.assignee for item in order(backlog)] == [None, dora]
    assert services.rebuild_stays(item_ids=[item.pk for item in items], dry_run=True) == []


def test_labels_are_given_and_taken(by_alice, backlog):
    with_it, without = ItemFactory(column=backlog, labels=["disk", "old"]), ItemFactory(column=backlog)

    changed = services.label_items(items=[with_it, without], give=["disk"], take=["old"], by=by_alice, at=AT)

    assert changed == [with_it, without]
    for item in changed:
        assert list(item.labels.values_list("name", flat=True)) == ["disk"]
    assert Change.objects.get(item=without, field="labels").after == ["disk"]


@pytest.mark.parametrize("names", [{"give": [" "]}, {"give": ["x" * 101]}, {"give": ["a"], "take": ["a"]}])
def test_labels_that_cannot_be_are_refused(by_alice, backlog, names):
    with pytest.raises(InvalidError):
        services.label_items(items=[ItemFactory(column=backlog)], by=by_alice, at=AT, **names)


@pytest.mark.parametrize(
    "write",
    [
        lambda items, to, **who: services.move_items(items=items, to=to, **who),
        lambda items, to, **who: services.assign_items(items=items, assignee=who["by"].person, **who),
        lambda items, to, **who: services.label_items(items=items, give=["new", "other"], **who),
        lambda items, to, **who: services.archive_items(items=items, **who),
        lambda items, to, **who: services.delete_items(items=items, **who),
        lambda items, to, **who: services.classify_items(items=items, classification="toil", **who),
    ],
)
def test_a_hundred_cost_as_few_queries_as_ten(by_alice, backlog, progress, write, django_assert_max_num_queries):
    items = ItemFactory.create_batch(100, column=backlog)

    with django_assert_max_num_queries(20):
        write(items, progress, by=by_alice, at=AT)


def test_who_was_merged_in_this_instant_is_given_nothing_and_told_so(by_alice, backlog):
    item, gone = ItemFactory(column=backlog), PersonFactory(name="Two Handles")
    type(gone).objects.filter(pk=gone.pk).delete()

    for give in (
        lambda: services.assign_items(items=[item], assignee=gone, by=by_alice, at=AT),
        lambda: services.edit_item(item=item, changes={"assignee": gone}, by=by_alice, at=AT),
        lambda: services.create_item(board=backlog.board, title="New", fields={"assignee": gone}, by=by_alice, at=AT),
    ):
        with pytest.raises(InvalidError) as refused:
            give()
        assert refused.value.fields == {
            "assignee": ["Two Handles is one person with somebody else by now: choose again."]
        }

"""Taking back what a person did on a page, also after others changed other things."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from boards import services
from boards.models import Action, Change, Item, ItemLink
from boards.services import NotUndoableError
from boards.services.actions import one_action
from tests.boards.conftest import hour
from tests.factories import BoardFactory, ItemFactory

pytestmark = pytest.mark.django_db

NOW, MEANWHILE, LATER = hour(10), hour(10.5), hour(11)


@pytest.fixture
def do(team, by_alice):
    """Let Alice do something as one action, and return that."""

    def act(write, at=NOW):
        with one_action(team=team, by=by_alice, at=at) as doing:
            write(by=doing.by, at=at)
        return Action.objects.get(pk=doing.action)

    return act


def undo(action, by, at=LATER):
    return services.undo_action(action=action, by=by, at=at)


def order(column):
    return list(Item.objects.on_board().filter(column=column).order_by("rank", "pk"))


def edit(item, by, at=MEANWHILE, **changes):
    return services.edit_item(item=item, changes=changes, by=by, at=at)


def assert_stays_agree():
    assert services.rebuild_stays(item_ids=list(Item.objects.values_list("pk", flat=True)), dry_run=True) == []


def test_a_move_goes_back_to_where_it_stood(do, by_alice, backlog, progress):
    items = ItemFactory.create_batch(3, column=backlog)
    action = do(lambda **who: services.move_item(item=items[1], to=progress, **who))

    undone = undo(action, by_alice)

    assert [item.pk for item in undone.items] == [items[1].pk]
    assert order(backlog) == items
    assert_stays_agree()


def test_a_move_that_is_taken_back_is_a_new_entry_into_the_column(do, by_alice, backlog, progress):
    item = ItemFactory(column=backlog)
    action = do(lambda **who: services.move_item(item=item, to=progress, **who))

    undo(action, by_alice)

    item.refresh_from_db()
    assert item.entered_column_at == LATER
    assert list(item.stays.order_by("started_at").values_list("column", "ended_at"))[-2:] == [
        (progress.pk, LATER),
        (backlog.pk, None),
    ]
    assert_stays_agree()


def test_a_move_goes_back_beside_who_still_stands_there(do, by_alice, by_mallory, backlog, progress, waiting):
    items = ItemFactory.create_batch(4, column=backlog)
    action = do(lambda **who: services.move_item(item=items[1], to=progress, **who))
    services.move_item(item=items[0], to=waiting, by=by_mallory, at=MEANWHILE)
    services.move_item(item=items[3], to=backlog, before=items[2], by=by_mallory, at=hour(10.6))

    undo(action, by_alice)

    assert order(backlog) == [items[3], items[1], items[2]]


def test_a_place_that_was_given_away_is_found_again_beside_it(do, by_alice, backlog, progress):
    first, moved, last = ItemFactory.create_batch(3, column=backlog)
    action = do(lambda **who: services.move_item(item=moved, to=progress, **who))
    new = services.create_item(board=backlog.board, column=backlog, before=last, title="N", by=by_alice, at=MEANWHILE)

    undo(action, by_alice)

    assert order(backlog) == [first, new, moved, last]


def test_a_move_out_of_a_column_that_was_spaced_anew_goes_back_to_its_end(do, by_alice, backlog, progress):
    first, moved, last = ItemFactory.create_batch(3, column=backlog)
    action = do(lambda **who: services.move_item(item=moved, to=progress, **who))
    new = {"board": backlog.board, "column": backlog, "before": last, "by": by_alice, "at": MEANWHILE}
    made = [services.create_item(title="N", **new) for _ in range(25)]
    backlog.refresh_from_db()
    assert backlog.spacing == 1

    undo(action, by_alice)

    assert order(backlog) == [first, *made, last, moved]


def test_a_place_within_a_column_comes_back(do, by_alice, backlog):
    items = ItemFactory.create_batch(4, column=backlog)
    action = do(lambda **who: services.move_item(item=items[3], to=backlog, before=items[0], **who))

    undo(action, by_alice)

    assert order(backlog) == items


def test_a_limit_does_not_keep_back_what_stood_there(do, by_alice, by_mallory, backlog, progress):
    item = ItemFactory(column=progress)
    progress.wip_limit = 1
    progress.save(update_fields=["wip_limit"])
    action = do(lambda **who: services.move_item(item=item, to=backlog, **who))
    ItemFactory(column=progress)

    undo(action, by_alice)

    assert len(order(progress)) == 2


def test_what_somebody_moved_on_stays_and_who_is_said(do, by_alice, by_mallory, backlog, progress, waiting):
    item = ItemFactory(column=backlog, external_id="PAY-12", source="jira")
    action = do(lambda **who: services.move_item(item=item, to=progress, **who))
    services.move_item(item=item, to=waiting, by=by_mallory, at=MEANWHILE)

    with pytest.raises(NotUndoableError, match="PAY-12 was changed by Mallory meanwhile; it stays as it is"):
        undo(action, by_alice)

    item.refresh_from_db()
    assert item.column == waiting


def test_other_fields_that_changed_meanwhile_stay(do, by_alice, by_mallory, backlog, progress):
    item = ItemFactory(column=backlog)
    action = do(lambda **who: services.edit_item(item=item, changes={"priority": "high", "service": "db"}, **who))
    edit(item, by_mallory, title="Theirs", service="vault")

    undone = undo(action, by_alice)

    item.refresh_from_db()
    assert (item.title, item.service, item.priority) == ("Theirs", "vault", "normal")
    assert len(undone.left) == 1
    assert "Mallory" in undone.left[0]


def test_a_class_comes_back_with_who_decided_it(do, by_alice, board):
    item = ItemFactory(board=board)
    action = do(lambda **who: services.classify_items(items=[item], classification="toil", **who))

    undo(action, by_alice)

    item.refresh_from_db()
    assert (item.classification, item.classified_by) == ("unclassified", None)


def test_only_the_labels_of_the_action_come_and_go(do, by_alice, by_mallory, board):
    item = ItemFactory(board=board, labels=["disk", "old"])
    action = do(lambda **who: services.label_items(items=[item], give=["new"], take=["old"], **who))
    edit(item, by_mallory, labels=["disk", "new", "theirs"])

    undo(action, by_alice)

    assert sorted(item.labels.values_list("name", flat=True)) == ["disk", "old", "theirs"]


@pytest.mark.parametrize(
    ("write", "name", "before"),
    [
        (lambda item, **who: edit(item, who["by"], who["at"], assignee="dora@example.com"), "assignee", None),
        (lambda item, **who: edit(item, who["by"], who["at"], due_date=hour(0).date()), "due_date", None),
        (lambda item, **who: edit(item, who["by"], who["at"], estimate_hours=2.0), "estimate_hours", None),
        (lambda item, **who: edit(item, who["by"], who["at"], blocked_reason="Part"), "is_blocked", False),
        (lambda item, **who: edit(item, who["by"], who["at"], is_interrupt=True), "is_interrupt", False),
        (lambda item, **who: edit(item, who["by"], who["at"], title="New"), "title", "Old"),
        (lambda item, **who: services.delete_item(item=item, **who), "deleted_at", None),
        (lambda item, **who: services.archive_item(item=item, **who), "archived_at", None),
    ],
)
def test_it_is_taken_back_and_done_again_by_undoing_the_undo(do, by_alice, board, write, name, before):
    item = ItemFactory(board=board, title="Old")
    action = do(lambda **who: write(item, **who))
    item.refresh_from_db()
    after = getattr(item, name)
    assert after != before

    undone = undo(action, by_alice)
    item.refresh_from_db()
    assert getattr(item, name) == before
    undo(Action.objects.get(pk=undone.action), by_alice, at=hour(12))
    item.refresh_from_db()

    assert (getattr(item, name) is not None) if name.endswith("_at") else (getattr(item, name) == after)
    assert_stays_agree()


def test_a_new_item_goes_to_the_trash_and_comes_back(do, by_alice, board):
    action = do(lambda **who: services.create_item(board=board, title="New", **who))
    item = Item.objects.get(title="New")

    undone = undo(action, by_alice)
    item.refresh_from_db()
    assert item.deleted_at is not None
    undo(Action.objects.get(pk=undone.action), by_alice, at=hour(12))

    item.refresh_from_db()
    assert item.deleted_at is None


def test_a_new_item_in_which_somebody_worked_stays(do, by_alice, by_mallory, board):
    action = do(lambda **who: services.create_item(board=board, title="New", **who))
    services.add_comment(item=Item.objects.get(title="New"), body="Mine", by=by_mallory, at=MEANWHILE)

    with pytest.raises(NotUndoableError, match="Mallory"):
        undo(action, by_alice)

    assert Item.objects.get(title="New").deleted_at is None


def test_what_comes_out_of_the_trash_goes_to_the_first_column_when_its_own_is_gone(do, by_alice, backlog, waiting):
    item = ItemFactory(column=waiting)
    action = do(lambda **who: services.delete_item(item=item, **who))
    services.delete_column(column=waiting, by=by_alice, at=MEANWHILE)

    undo(action, by_alice)

    assert order(backlog) == [item]
    assert_stays_agree()


def test_a_column_that_is_gone_takes_nothing_back(do, by_alice, backlog, waiting):
    item = ItemFactory(column=waiting)
    action = do(lambda **who: services.move_item(item=item, to=backlog, **who))
    services.delete_column(column=waiting, by=by_alice, at=MEANWHILE)

    with pytest.raises(NotUndoableError, match="column “Waiting” is gone"):
        undo(action, by_alice)


def test_what_is_in_the_trash_meanwhile_stays_as_it_is(do, by_alice, by_mallory, board):
    item = ItemFactory(board=board)
    action = do(lambda **who: services.classify_items(items=[item], classification="toil", **who))
    services.delete_item(item=item, by=by_mallory, at=MEANWHILE)

    with pytest.raises(NotUndoableError, match="in the trash"):
        undo(action, by_alice)


def test_what_was_deleted_for_good_says_so(do, by_alice, board):
    item = ItemFactory(board=board)
    action = do(lambda **who: services.delete_item(item=item, **who))
    item.delete()

    with pytest.raises(NotUndoableError, match="deleted for good"):
        undo(action, by_alice)


@pytest.mark.parametrize("kind", ["duplicates", "part_of", "relates_to"])
def test_links_are_taken_away_and_made_again(do, by_alice, board, kind):
    first, second = ItemFactory.create_batch(2, board=board)
    made = do(lambda **who: services.add_link(item=second, to=first, kind=kind, **who))

    undone = undo(made, by_alice)
    assert not ItemLink.objects.exists()
    again = undo(Action.objects.get(pk=undone.action), by_alice)
    removed = do(lambda **who: services.remove_link(link=ItemLink.objects.get(), **who), at=hour(12))
    undo(removed, by_alice, at=hour(13))

    assert {item.pk for item in again.items} == {first.pk, second.pk}
    assert ItemLink.objects.get().kind == kind
    assert first.changes.filter(field="link").count() == 5


def test_a_link_that_went_or_would_close_a_circle_by_now_stays_away(do, by_alice, by_mallory, board):
    first, second = ItemFactory.create_batch(2, board=board)
    made = do(lambda **who: services.add_link(item=first, to=second, kind="part_of", **who))
    removed = do(lambda **who: services.remove_link(link=ItemLink.objects.get(), **who), at=MEANWHILE)
    services.add_link(item=second, to=first, kind="part_of", by=by_mallory, at=MEANWHILE)

    with pytest.raises(NotUndoableError, match="gone already"):
        undo(made, by_alice)
    with pytest.raises(NotUndoableError, match="circle"):
        undo(removed, by_alice)

    assert ItemLink.objects.get().item == second


def test_an_item_that_was_moved_to_another_board_comes_back_from_there(do, team, by_alice, backlog):
    first, moved, last = ItemFactory.create_batch(3, column=backlog)
    there = ItemFactory(board=BoardFactory(team=team)).column
    action = do(lambda **who: services.move_item(item=moved, to=there, **who))

    undone = undo(action, by_alice)

    assert [item.pk for item in undone.items] == [moved.pk]
    assert order(backlog) == [first, moved, last]
    assert undone.items[0].board_id == backlog.board_id
    assert_stays_agree()


def test_twice_is_once(do, by_alice, board):
    item = ItemFactory(board=board)
    action = do(lambda **who: services.delete_item(item=item, **who))
    undo(action, by_alice)

    again = undo(action, by_alice)

    assert again.is_repeat
    assert Change.objects.filter(item=item, field="deleted_at").count() == 2


def test_nobody_else_and_not_after_a_day(do, by_alice, by_mallory, board):
    item = ItemFactory(board=board)
    action = do(lambda **who: services.delete_item(item=item, **who))

    with pytest.raises(NotUndoableError, match="Only who did it"):
        undo(action, by_mallory)
    with pytest.raises(NotUndoableError, match="more than a day ago"):
        undo(action, by_alice, at=action.at + timedelta(days=1, seconds=1))


def test_an_action_that_changes_nothing_is_none(team, by_alice, board):
    item = ItemFactory(board=board, classification="toil")

    with one_action(team=team, by=by_alice, at=hour(10)) as doing:
        services.classify_items(items=[item], classification="toil", by=doing.by, at=hour(10))

    assert doing.action is None
    assert not Action.objects.exists()


def test_many_come_back_in_their_order_with_one_undo(do, by_alice, by_mallory, backlog, progress, waiting):
    items = ItemFactory.create_batch(3, column=backlog) + ItemFactory.create_batch(3, column=waiting)
    chosen = [items[0], items[2], items[4]]
    action = do(lambda **who: services.move_items(items=chosen, to=progress, **who))
    assert order(progress) == chosen
    services.move_item(item=items[4], to=backlog, by=by_mallory, at=MEANWHILE)

    undone = undo(action, by_alice)

    assert order(backlog) == [items[0], items[1], items[4], items[2]]
    assert len(undone.left) == 1
    assert_stays_agree()


def test_many_cost_no_more_queries_than_few(do, by_alice, backlog, progress, django_assert_max_num_queries):
    few, many = ItemFactory.create_batch(2, column=backlog), ItemFactory.create_batch(150, column=backlog)
    action = do(lambda **who: services.move_items(items=[*few, *many], to=progress, **who))

    with django_assert_max_num_queries(32):
        undo(action, by_alice)

    assert order(backlog) == [*few, *many]


FIELDS = {
    "title": st.sampled_from(["One", "Two", "Three"]),
    "service": st.sampled_from(["", "db", "web"]),
    "priority": st.sampled_from(["low", "normal", "high"]),
    "is_interrupt": st.booleans(),
    "classification": st.sampled_from(["toil", "engineering", "overhead", "unclassified"]),
    "labels": st.lists(st.sampled_from(["a", "b", "c"]), unique=True),
}
EDITS = st.lists(
    st.sampled_from(sorted(FIELDS)).flatmap(lambda name: st.tuples(st.just(name), FIELDS[name])), max_size=4
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(mine=EDITS.map(dict), theirs=EDITS)
def test_only_what_the_other_left_alone_goes_back(team, by_alice, by_mallory, board, mine, theirs):
    item = ItemFactory(board=board, title="One", labels=["a"])
    before = {name: getattr(item, name) for name in FIELDS if name != "labels"}
    with one_action(team=team, by=by_alice, at=hour(10)) as doing:
        services.edit_item(item=item, changes=mine, by=doing.by, at=hour(10))
    for name, value in theirs:
        edit(item, by_mallory, **{name: value})
    item.refresh_from_db()
    standing = {name: getattr(item, name) for name in before}
    own = set(Change.objects.filter(action=doing.action).values_list("field", flat=True)) if doing.action else set()
    theirs_changed = set(
        Change.objects.filter(item=item, by=by_mallory.person).exclude(field="created").values_list("field", flat=True)
    )

    if doing.action:
        try:
            undo(Action.objects.get(pk=doing.action), by_alice)
        except NotUndoableError:
            assert own & theirs_changed

    item.refresh_from_db()
    for name, old in before.items():
        unit = {"classification", "classified_by"} if name == "classification" else {name}
        now = getattr(item, name)
        is_theirs = not own & unit or (unit & theirs_changed and now != old)
        assert now == (standing[name] if is_theirs else old)

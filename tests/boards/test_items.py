"""Making and editing items: what is stored, what is written down, what is refused."""

from datetime import date
from typing import Any

import pytest

from boards import services
from boards.models import Board, Change, Column, Item, Stay
from boards.services import ExternalIdTakenError, InTrashError, StaleError, WipLimitReachedError
from teams.actors import Actor
from teams.errors import InvalidError
from teams.models import Person
from tests.boards.conftest import hour
from tests.factories import ItemFactory, RuleFactory, TeamFactory, ToilTypeFactory


def history(item: Item) -> list[tuple[str, Any, Any]]:
    return list(item.changes.order_by("pk").values_list("field", "before", "after"))


def open_stays(item: Item) -> list[tuple[Any, ...]]:
    return list(
        item.stays.order_by("started_at").values_list(
            "column__name", "assignee", "is_blocked", "started_at", "ended_at"
        )
    )


def test_a_new_item_stands_at_the_end_of_the_first_queue(board: Board, by_alice: Actor) -> None:
    first = services.create_item(board=board, title="First", by=by_alice, at=hour(0))

    item = services.create_item(board=board, title="  Rotate\ncertificates ", by=by_alice, at=hour(1))

    item.refresh_from_db()
    assert item.title == "Rotate certificates"
    assert item.column.name == "Backlog"
    assert item.rank > first.rank
    assert (item.version, item.created_at, item.updated_at, item.entered_column_at) == (1, *[hour(1)] * 3)
    assert open_stays(item) == [("Backlog", None, False, hour(1), None)]


def test_a_new_item_writes_down_what_it_began_with(board: Board, by_alice: Actor, alice: Any) -> None:
    item = services.create_item(
        board=board,
        title="Rotate",
        by=by_alice,
        at=hour(0),
        fields={"assignee": "ALICE@example.com", "labels": ["b", "a"]},
    )

    change = Change.objects.get()
    person = {"id": alice.person.pk, "name": "Alice", "email": "alice@example.com"}
    assert (change.field, change.before, change.by, change.via, change.version) == (
        "created",
        None,
        alice.person,
        "page",
        1,
    )
    assert change.after["column"] == {"id": item.column_id, "name": "Backlog"}
    assert change.after["assignee"] == person
    assert change.after["labels"] == ["a", "b"]


def test_an_item_made_in_an_active_or_done_column_is_started_or_finished(progress: Column, done: Column) -> None:
    started = ItemFactory(column=progress, at=hour(1))
    finished = ItemFactory(column=done, at=hour(2))

    assert (started.started_at, started.finished_at) == (hour(1), None)
    assert (finished.started_at, finished.finished_at) == (None, hour(2))


def test_a_rule_classifies_what_comes_without_a_class(board: Board) -> None:
    toil_type = ToilTypeFactory(team=board.team)
    rule = RuleFactory(team=board.team, title_contains="Disk FULL", toil_type=toil_type)

    item = ItemFactory(board=board, title="disk full on db-3")
    decided = ItemFactory(board=board, title="disk full on db-4", classification="overhead")

    assert (item.classification, item.classified_by, item.rule, item.toil_type) == ("toil", "rule", rule, toil_type)
    assert (decided.classification, decided.classified_by, decided.rule) == ("overhead", "person", None)


def test_a_full_column_refuses_a_new_item_unless_forced(board: Board, progress: Column, by_alice: Actor) -> None:
    Column.objects.filter(pk=progress.pk).update(wip_limit=1)
    ItemFactory(column=progress)

    with pytest.raises(WipLimitReachedError):
        services.create_item(board=board, column=progress, title="Two", by=by_alice, at=hour(1))
    services.create_item(board=board, column=progress, title="Two", by=by_alice, at=hour(1), force=True)

    assert progress.items.count() == 2


def test_each_changed_field_is_written_down_once_with_before_and_after(board: Board, by_alice: Actor) -> None:
    item = ItemFactory(board=board, title="Old", service="db")

    services.edit_item(
        item=item,
        changes={"title": "New", "service": "db", "due_date": date(2026, 12, 1), "priority": "high"},
        by=by_alice,
        at=hour(1),
    )

    item.refresh_from_db()
    assert history(item)[1:] == [
        ("title", "Old", "New"),
        ("priority", "normal", "high"),
        ("due_date", None, "2026-12-01"),
    ]
    assert (item.version, item.updated_at) == (2, hour(1))


def test_an_edit_that_changes_nothing_leaves_version_and_history_alone(board: Board, by_alice: Actor) -> None:
    item = ItemFactory(board=board, title="Same", labels=["a"])

    services.edit_item(item=item, changes={"title": "Same", "labels": ["a"]}, by=by_alice, at=hour(1))

    item.refresh_from_db()
    assert (item.version, item.updated_at) == (1, hour(0))
    assert item.changes.count() == 1


def test_a_reason_blocks_and_its_loss_unblocks(progress: Column, by_alice: Actor) -> None:
    item = ItemFactory(column=progress)

    services.edit_item(item=item, changes={"blocked_reason": "Vendor"}, by=by_alice, at=hour(1))
    services.edit_item(item=item, changes={"blocked_reason": "Lawyers"}, by=by_alice, at=hour(2))
    services.edit_item(item=item, changes={"blocked_reason": None}, by=by_alice, at=hour(3))

    item.refresh_from_db()
    assert (item.is_blocked, item.blocked_reason) == (False, "")
    assert [name for name, __, __ in history(item)] == [
        "created",
        *("is_blocked", "blocked_reason", "blocked_reason", "is_blocked", "blocked_reason"),
    ]
    assert open_stays(item) == [
        ("In progress", None, False, hour(0), hour(1)),
        ("In progress", None, True, hour(1), hour(3)),
        ("In progress", None, False, hour(3), None),
    ]


def test_an_unknown_address_becomes_a_person_without_a_login(progress: Column, by_alice: Actor) -> None:
    item = ItemFactory(column=progress)

    services.edit_item(item=item, changes={"assignee": "New.Person@Example.com"}, by=by_alice, at=hour(1))

    person = Person.objects.get(email="new.person@example.com")
    assert person.user is None
    assert open_stays(item) == [
        ("In progress", None, False, hour(0), hour(1)),
        ("In progress", person.pk, False, hour(1), None),
    ]


def test_labels_are_the_teams_own_and_are_made_as_needed(board: Board, by_alice: Actor) -> None:
    item = ItemFactory(board=board, labels=["db", "old"])

    services.edit_item(item=item, changes={"labels": [" new ", "db", "new"]}, by=by_alice, at=hour(1))

    assert sorted(item.labels.values_list("name", flat=True)) == ["db", "new"]
    assert history(item)[1:] == [("labels", ["db", "old"], ["db", "new"])]
    assert set(board.team.labels.values_list("name", flat=True)) == {"db", "new", "old"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "   "),
        ("title", "x" * 501),
        ("title", "half\0"),
        ("title", 5),
        ("description", "x" * 100_001),
        ("service", "x" * 101),
        ("labels", ["fine", "bad\0"]),
        ("labels", "fine"),
        ("assignee", "nobody"),
        ("toil_type", "Nothing of ours"),
        ("toil_type", 2**70),
        ("priority", "extreme"),
        ("classification", "fun"),
        ("estimate_hours", -1),
        ("estimate_hours", float("nan")),
        ("estimate_hours", float("inf")),
        ("estimate_hours", True),
        ("is_interrupt", "yes"),
        ("due_date", "tomorrow"),
        ("url", "javascript:alert(1)"),
        ("external_id", "x" * 256),
        ("rank", 5),
    ],
)
def test_a_value_that_cannot_stay_is_refused_with_its_field(
    board: Board, by_alice: Actor, field: str, value: Any
) -> None:
    item = ItemFactory(board=board)

    with pytest.raises(InvalidError) as refused:
        services.edit_item(item=item, changes={field: value}, by=by_alice, at=hour(1))

    assert list(refused.value.fields) == [field]
    assert item.changes.count() == 1


def test_another_teams_toil_type_is_unknown(board: Board, by_alice: Actor) -> None:
    item = ItemFactory(board=board)
    strange = ToilTypeFactory(team=TeamFactory())

    for value in (strange, strange.pk, strange.name):
        with pytest.raises(InvalidError):
            services.edit_item(item=item, changes={"toil_type": value}, by=by_alice, at=hour(1))


def test_changes_to_different_fields_both_stay(board: Board, by_alice: Actor, by_mallory: Actor) -> None:
    item = ItemFactory(board=board)

    services.edit_item(item=item, changes={"title": "Hers"}, by=by_alice, at=hour(1), version=1)
    services.edit_item(item=item, changes={"service": "his"}, by=by_mallory, at=hour(2), version=1)

    item.refresh_from_db()
    assert (item.title, item.service, item.version) == ("Hers", "his", 3)


def test_a_field_that_somebody_else_changed_since_is_refused_by_name(
    board: Board, by_alice: Actor, by_mallory: Actor
) -> None:
    item = ItemFactory(board=board)
    services.edit_item(item=item, changes={"title": "Hers"}, by=by_alice, at=hour(1), version=1)

    with pytest.raises(StaleError) as refused:
        services.edit_item(item=item, changes={"title": "His", "service": "his"}, by=by_mallory, at=hour(2), version=1)

    assert refused.value.fields == {"title": ["Alice changed this meanwhile."]}
    item.refresh_from_db()
    assert (item.title, item.service) == ("Hers", "")


def test_two_who_change_a_field_to_the_same_value_agree(board: Board, by_alice: Actor, by_mallory: Actor) -> None:
    item = ItemFactory(board=board)
    services.edit_item(item=item, changes={"title": "Same"}, by=by_alice, at=hour(1), version=1)

    services.edit_item(item=item, changes={"title": "Same"}, by=by_mallory, at=hour(2), version=1)

    item.refresh_from_db()
    assert item.version == 2


def test_if_match_allows_no_other_change_at_all(board: Board, by_alice: Actor, by_mallory: Actor) -> None:
    item = ItemFactory(board=board)
    services.edit_item(item=item, changes={"title": "Hers"}, by=by_alice, at=hour(1))

    with pytest.raises(StaleError) as refused:
        services.edit_item(item=item, changes={"service": "his"}, by=by_mallory, at=hour(2), if_match=[1])

    assert list(refused.value.fields) == ["title"]
    services.edit_item(item=item, changes={"service": "his"}, by=by_mallory, at=hour(2), if_match=[1, 2])


def test_a_name_at_its_source_is_taken_once_on_a_board(board: Board, by_alice: Actor) -> None:
    ItemFactory(board=board, source="jira", external_id="OPS-1")
    other = ItemFactory(board=board, source="jira", external_id="OPS-2")

    with pytest.raises(ExternalIdTakenError):
        ItemFactory(board=board, source="jira", external_id="OPS-1")
    with pytest.raises(ExternalIdTakenError):
        services.edit_item(item=other, changes={"external_id": "OPS-1"}, by=by_alice, at=hour(1))

    ItemFactory(board=board, source="github", external_id="OPS-1")


def test_who_waited_for_the_lock_does_not_write_the_past(progress: Column, by_alice: Actor) -> None:
    item = ItemFactory(column=progress, at=hour(2))

    services.edit_item(item=item, changes={"blocked_reason": "Late"}, by=by_alice, at=hour(1))

    assert set(item.changes.values_list("at", flat=True)) == {hour(2)}
    assert open_stays(item) == [("In progress", None, True, hour(2), None)]


def test_what_is_in_the_trash_is_not_changed(board: Board, by_alice: Actor) -> None:
    item = ItemFactory(board=board)
    services.delete_item(item=item, by=by_alice, at=hour(1))

    with pytest.raises(InTrashError):
        services.edit_item(item=item, changes={"title": "New"}, by=by_alice, at=hour(2))


def test_an_item_can_be_edited_and_moved_in_one_go(board: Board, progress: Column, by_alice: Actor) -> None:
    item = ItemFactory(board=board)

    services.edit_item(item=item, changes={"title": "New", "column": progress}, by=by_alice, at=hour(1))

    item.refresh_from_db()
    assert (item.title, item.column, item.started_at, item.version) == ("New", progress, hour(1), 2)
    assert Stay.objects.filter(item=item).count() == 2

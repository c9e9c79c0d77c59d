"""Who decides the class of an item, and whose decision stays."""

import pytest

from boards import services
from boards.models import Board, ClassifiedBy
from teams.actors import SYSTEM, Actor
from tests.boards.conftest import hour
from tests.factories import ItemFactory


def test_several_items_get_their_class_at_once(board: Board, by_alice: Actor) -> None:
    items = [ItemFactory(board=board) for _ in range(3)]

    changed = services.classify_items(items=items, classification="toil", by=by_alice, at=hour(1))

    assert {(item.classification, item.classified_by, item.classified_at, item.version) for item in changed} == {
        ("toil", "person", hour(1), 2)
    }
    assert list(items[0].changes.order_by("pk").values_list("field", "before", "after"))[1:] == [
        ("classification", "unclassified", "toil"),
        ("classified_by", None, "person"),
    ]


def test_a_class_that_a_person_gave_already_is_no_change(board: Board, by_alice: Actor) -> None:
    item = ItemFactory(board=board, classification="toil")

    assert services.classify_items(items=[item], classification="toil", by=by_alice, at=hour(1)) == []


def test_a_person_confirms_what_a_rule_said(board: Board, by_alice: Actor) -> None:
    item = ItemFactory(board=board)
    services.classify_items(items=[item], classification="toil", by=SYSTEM, at=hour(1), decided_by=ClassifiedBy.RULE)

    (confirmed,) = services.classify_items(items=[item], classification="toil", by=by_alice, at=hour(2))

    assert (confirmed.classification, confirmed.classified_by, confirmed.rule) == ("toil", "person", None)


@pytest.mark.parametrize("decision", ["toil", "unclassified"])
@pytest.mark.parametrize("other", [ClassifiedBy.RULE, ClassifiedBy.IMPORT])
@pytest.mark.parametrize("person", [ClassifiedBy.PERSON, ClassifiedBy.SUGGESTION])
def test_what_a_person_decided_stays(board: Board, decision: str, other: ClassifiedBy, person: ClassifiedBy) -> None:
    item = ItemFactory(board=board)
    services.classify_items(items=[item], classification=decision, by=SYSTEM, at=hour(1), decided_by=person)

    changed = services.classify_items(items=[item], classification="overhead", by=SYSTEM, at=hour(2), decided_by=other)

    item.refresh_from_db()
    assert changed == []
    assert (item.classification, item.classified_by) == (decision, str(person))


def test_a_rule_leaves_an_imports_class_but_an_import_takes_over_a_rules(board: Board) -> None:
    imported, ruled = ItemFactory(board=board), ItemFactory(board=board)
    for item, first, then in (
        (imported, ClassifiedBy.IMPORT, ClassifiedBy.RULE),
        (ruled, ClassifiedBy.RULE, ClassifiedBy.IMPORT),
    ):
        services.classify_items(items=[item], classification="toil", by=SYSTEM, at=hour(1), decided_by=first)
        services.classify_items(items=[item], classification="overhead", by=SYSTEM, at=hour(2), decided_by=then)
        item.refresh_from_db()

    assert (imported.classification, ruled.classification) == ("toil", "overhead")


def test_an_edit_decides_as_a_person_does(board: Board, by_alice: Actor) -> None:
    item = ItemFactory(board=board)

    services.edit_item(item=item, changes={"classification": "overhead"}, by=by_alice, at=hour(1))

    item.refresh_from_db()
    assert (item.classification, item.classified_by, item.version) == ("overhead", "person", 2)


def test_what_is_in_the_trash_is_left_alone(board: Board, by_alice: Actor) -> None:
    item = ItemFactory(board=board)
    services.delete_item(item=item, by=by_alice, at=hour(1))

    assert services.classify_items(items=[item], classification="toil", by=by_alice, at=hour(2)) == []

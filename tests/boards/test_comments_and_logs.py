"""Comments and work logs: written down, edited, taken away and brought back, beside the item's version."""

import pytest

from boards import services
from boards.models import Board, Column, Comment, WorkLog
from boards.services import InTrashError
from teams.actors import SYSTEM, Actor
from teams.errors import InvalidError
from teams.models import Person, User
from tests.boards.conftest import hour
from tests.factories import BoardFactory, ItemFactory


def test_a_comment_and_its_edits_stand_in_the_history(board: Board, by_alice: Actor) -> None:
    item = ItemFactory(board=board)

    comment = services.add_comment(item=item, body=" First\nline ", by=by_alice, at=hour(1))
    services.edit_comment(comment=comment, body="Better", by=by_alice, at=hour(2))
    services.delete_comment(comment=comment, by=by_alice, at=hour(3))

    comment.refresh_from_db()
    item.refresh_from_db()
    assert (comment.author, comment.body, comment.edited_at, comment.deleted_at) == (
        by_alice.person,
        "Better",
        hour(2),
        hour(3),
    )
    assert [
        (before and before["body"], after and after["body"])
        for before, after in item.changes.filter(field="comment").order_by("pk").values_list("before", "after")
    ] == [(None, "First\nline"), ("First\nline", "Better"), ("Better", None)]
    assert item.version == 1


@pytest.mark.parametrize("body", ["", "  \n", "a\0b", "x" * 100_001])
def test_a_comment_that_cannot_stay_is_refused(board: Board, body: str) -> None:
    with pytest.raises(InvalidError):
        services.add_comment(item=ItemFactory(board=board), body=body, by=SYSTEM, at=hour(1))

    assert not Comment.objects.exists()


def test_what_was_taken_away_can_be_brought_back(board: Board, alice: User) -> None:
    item = ItemFactory(board=board)
    comment = services.add_comment(item=item, body="Here", by=SYSTEM, at=hour(1))
    log = services.add_log(item=item, person=alice.person, started_at=hour(0), ended_at=hour(1), by=SYSTEM, at=hour(1))
    services.delete_comment(comment=comment, by=SYSTEM, at=hour(2))
    services.delete_log(log=log, by=SYSTEM, at=hour(2))

    services.restore_comment(comment=comment, by=SYSTEM, at=hour(3))
    services.restore_log(log=log, by=SYSTEM, at=hour(3))

    assert Comment.objects.kept().get() == comment
    assert WorkLog.objects.kept().get() == log


def test_a_log_names_its_person_by_address(board: Board, alice: User) -> None:
    item = ItemFactory(board=board)

    log = services.add_log(
        item=item, person="Alice@Example.com", started_at=hour(0), ended_at=hour(2), by=SYSTEM, at=hour(3), note="night"
    )

    assert (log.person, log.note, log.board) == (alice.person, "night", board)


def test_a_log_needs_length_a_zone_and_a_person(board: Board, alice: User) -> None:
    item = ItemFactory(board=board)
    cases = [
        {"ended_at": hour(0)},
        {"ended_at": hour(-1)},
        {"started_at": hour(0).replace(tzinfo=None)},
        {"person": ""},
        {"note": "a\0b"},
    ]

    for case in cases:
        good = {"person": alice.person, "started_at": hour(0), "ended_at": hour(1)}
        with pytest.raises(InvalidError) as refused:
            services.add_log(item=item, by=SYSTEM, at=hour(1), **{**good, **case})
        assert list(refused.value.fields) == list(case)


def test_a_log_counts_for_the_board_that_the_item_was_on_then(board: Board, progress: Column, alice: User) -> None:
    item, other = ItemFactory(column=progress), BoardFactory(team=board.team)
    third = BoardFactory(team=board.team)
    services.move_item(item=item, to=other.columns.first(), by=SYSTEM, at=hour(2))
    services.move_item(item=item, to=third.columns.first(), by=SYSTEM, at=hour(4))

    logs = [
        services.add_log(
            item=item, person=alice.person, started_at=hour(start), ended_at=hour(9), by=SYSTEM, at=hour(9)
        )
        for start in (-1, 1, 2, 3, 5)
    ]

    assert [log.board for log in logs] == [board, board, other, other, third]
    moved = services.edit_log(log=logs[0], changes={"started_at": hour(5)}, by=SYSTEM, at=hour(9))
    assert moved.board == third


def test_an_edited_log_writes_both_down(board: Board, alice: User) -> None:
    item = ItemFactory(board=board)
    log = services.add_log(item=item, person=alice.person, started_at=hour(0), ended_at=hour(1), by=SYSTEM, at=hour(1))

    services.edit_log(log=log, changes={"ended_at": hour(2), "note": "longer"}, by=SYSTEM, at=hour(2))
    services.edit_log(log=log, changes={"note": "longer"}, by=SYSTEM, at=hour(3))

    change = item.changes.latest("pk")
    assert item.changes.count() == 3
    assert (change.before["ended_at"], change.after["ended_at"]) == ("2026-11-09T10:00:00Z", "2026-11-09T11:00:00Z")
    with pytest.raises(InvalidError):
        services.edit_log(log=log, changes={"started_at": hour(5)}, by=SYSTEM, at=hour(3))


def test_nothing_is_said_or_logged_about_what_is_in_the_trash(board: Board, alice: User) -> None:
    item = ItemFactory(board=board)
    services.delete_item(item=item, by=SYSTEM, at=hour(1))

    with pytest.raises(InTrashError):
        services.add_comment(item=item, body="Hello?", by=SYSTEM, at=hour(2))
    with pytest.raises(InTrashError):
        services.add_log(item=item, person=alice.person, started_at=hour(0), ended_at=hour(1), by=SYSTEM, at=hour(2))
    assert not Person.objects.exclude(pk=alice.person.pk).exists()

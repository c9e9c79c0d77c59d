"""What a browser is told that asks what happened on its boards."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from boards import services
from boards.live.news import read_heads, read_news
from boards.live.readers import NOT_ALLOWED, SIGNED_OUT, Face, Reader, still_allowed
from boards.models import Board, Column, Item
from boards.services.feed import KEPT_FOR
from teams.actors import SYSTEM
from teams.models import Membership, Role
from tests.boards.conftest import hour
from tests.factories import BoardFactory, ItemFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db

WORKER = Face(can_work=True, language="en")
VIEWER = Face(can_work=False, language="en")


def head(board: Board) -> int:
    return read_heads([board.pk])[board.pk]


def ask(client: Client, board: Board, seen: int, **headers: str):
    return client.get(f"/t/sre/events/?boards={board.pk}:{seen}", headers={"accept": "application/json", **headers})


def news(board: Board, seen: int, face: Face = WORKER):
    return read_news({(board.pk, seen): [face]}, at=timezone.now())[board.pk, seen].said[face]


@pytest.fixture
def item(backlog: Column) -> Item:
    return ItemFactory(column=backlog, title="Disk full")


def test_who_has_seen_everything_is_told_so_with_304(client, alice, board, item):
    client.force_login(alice)

    response = ask(client, board, head(board))

    assert (response.status_code, response.content) == (304, b"")


def test_who_is_behind_gets_the_cards_that_changed(client, alice, board, item, progress, by_mallory):
    client.force_login(alice)
    seen = head(board)
    services.move_item(item=item, to=progress, by=by_mallory, at=hour(1))

    (told,) = ask(client, board, seen).json()["news"]

    item.refresh_from_db()
    assert (told["after"], told["seq"]) == (seen, seen + 1)
    assert [(card["id"], card["column"], card["rank"]) for card in told["cards"]] == [(item.pk, progress.pk, item.rank)]
    assert told["who"] == {str(item.pk): {"by": by_mallory.person.pk, "who": "Mallory", "via": "page"}}
    assert f'id="head-{progress.pk}"' in told["heads"]


def test_who_is_not_signed_in_is_told_so_and_sent_nowhere(client, board):
    assert ask(client, board, 0).status_code == 401


def test_to_a_stranger_the_team_does_not_exist(client, charlie, board):
    client.force_login(charlie)

    assert ask(client, board, 0).status_code == 404


def test_another_teams_board_is_not_there(client, alice, board, charlie):
    client.force_login(alice)
    theirs = BoardFactory(team=charlie.person.memberships.get().team)
    ItemFactory(column=theirs.columns.first(), title="Secret")

    alone = ask(client, theirs, 0)
    beside = client.get(f"/t/sre/events/?boards={theirs.pk}:0,{board.pk}:9", headers={"accept": "application/json"})

    assert alone.status_code == 404
    assert [told["board"] for told in beside.json()["news"]] == [board.pk]


def test_only_get_is_allowed(client, alice, board):
    client.force_login(alice)

    assert client.post(f"/t/sre/events/?boards={board.pk}:0").status_code == 405


@pytest.mark.parametrize("boards", ["", "1", "1:x", "1:2:3", "-1:2", "1:2,", "9" * 30 + ":1", ",".join(["1:1"] * 21)])
def test_boards_that_cannot_be_read_are_refused_with_a_sentence(client, alice, board, boards):
    client.force_login(alice)

    response = client.get("/t/sre/events/", {"boards": boards})

    assert response.status_code == 400
    assert "boards=12:345" in response.json()["error"]["message"]


def test_a_server_that_cannot_keep_streams_says_so_calmly(client, alice, board, caplog):
    client.force_login(alice)

    assert ask(client, board, 0, accept="text/event-stream").status_code == 204

    assert not caplog.records


def test_a_viewer_gets_cards_without_what_only_members_may_do(board, item, by_alice):
    seen = head(board)
    services.edit_item(item=item, changes={"title": "Disk is full"}, by=by_alice, at=hour(1))

    (card,) = news(board, seen, VIEWER)["cards"]

    assert "Disk is full" in card["html"]
    assert "data-move-menu" not in card["html"]
    assert "data-move-menu" in news(board, seen, WORKER)["cards"][0]["html"]


@pytest.mark.parametrize("write", [services.delete_item, services.archive_item])
def test_what_left_the_board_is_gone(board, item, by_alice, write):
    seen = head(board)
    write(item=item, by=by_alice, at=hour(1))

    told = news(board, seen)

    assert (told["cards"], told["gone"]) == ([], [item.pk])


def test_an_item_that_went_to_another_board_is_gone_here_and_new_there(board, item, by_alice):
    elsewhere = BoardFactory(team=board.team)
    here, there = head(board), head(elsewhere)

    services.move_item(item=item, to=elsewhere.columns.in_order()[0], by=by_alice, at=hour(1))

    assert news(board, here)["gone"] == [item.pk]
    assert [card["id"] for card in news(elsewhere, there)["cards"]] == [item.pk]


def test_a_card_says_how_long_ago_it_was_done(board, backlog, done, by_alice):
    item = ItemFactory(column=backlog, at=timezone.now() - timedelta(days=30))
    seen = head(board)
    services.move_item(item=item, to=done, by=by_alice, at=timezone.now() - timedelta(days=20))

    (card,) = news(board, seen)["cards"]

    assert 19.9 < card["done_days"] < 20.1


def test_a_column_that_was_spaced_anew_comes_with_its_order(board, item, backlog, by_alice):
    neighbour, third = ItemFactory(column=backlog), ItemFactory(column=backlog)
    Item.objects.filter(pk=neighbour.pk).update(rank=item.rank + 1)
    seen = head(board)

    services.move_item(item=third, to=backlog, before=neighbour, by=by_alice, at=hour(1))

    order = news(board, seen)["order"][backlog.pk]
    assert [pk for pk, __ in sorted(order, key=lambda pair: pair[1])] == [item.pk, third.pk, neighbour.pk]


def test_when_the_board_itself_changed_it_is_to_be_loaded_again(board, item, by_alice):
    seen = head(board)
    services.add_column(board=board, name="Review", stage="active", by=by_alice, at=hour(1))

    told = news(board, seen)

    assert told["reload"] is True
    assert "cards" not in told


def test_who_was_away_for_longer_than_the_feed_is_kept_loads_everything(board, item, by_alice):
    seen = head(board)
    services.edit_item(item=item, changes={"title": "New"}, by=by_alice, at=hour(1))
    services.purge_feed(at=hour(2) + KEPT_FOR)

    assert news(board, seen)["reload"] is True


def test_who_has_seen_more_than_has_happened_loads_everything(board, item):
    assert news(board, head(board) + 5)["reload"] is True


def test_of_a_board_in_the_trash_it_is_said_that_it_is_gone(board, item, by_alice):
    seen = head(board)
    services.delete_board(board=board, by=by_alice, at=hour(1))

    assert news(board, seen)["ended"] is True


def test_more_changes_cost_no_more_queries(board, backlog, by_alice, django_assert_max_num_queries):
    items = [ItemFactory(column=backlog) for _ in range(20)]
    seen = head(board)
    for item in items:
        services.edit_item(item=item, changes={"title": "New", "labels": ["a"]}, by=by_alice, at=hour(1))

    with django_assert_max_num_queries(12):
        told = news(board, seen)

    assert len(told["cards"]) == 20


def reader_of(client: Client, user, board: Board) -> Reader:
    client.force_login(user)
    return Reader(user.pk, client.session.session_key, board.team_id, WORKER, {board.pk: 0})


def verdict(reader: Reader):
    return still_allowed([reader], at=timezone.now())[reader]


def test_who_is_signed_in_and_in_the_team_may_go_on(client, alice, board):
    reader = reader_of(client, alice, board)

    assert verdict(reader) == reader


def test_who_may_only_look_now_goes_on_with_cards_to_look_at(client, alice, board):
    reader = reader_of(client, alice, board)
    Membership.objects.update(role=Role.VIEWER)

    assert verdict(reader).face == VIEWER


def test_who_has_signed_out_may_not_go_on(client, alice, board):
    reader = reader_of(client, alice, board)
    client.logout()

    assert verdict(reader) == SIGNED_OUT


def test_who_has_a_new_password_may_not_go_on_with_the_old_session(client, alice, board):
    reader = reader_of(client, alice, board)
    alice.set_password("another one entirely")
    alice.save()

    assert verdict(reader) == SIGNED_OUT


def test_whose_account_was_closed_may_not_go_on(client, alice, board):
    reader = reader_of(client, alice, board)
    alice.is_active = False
    alice.save()

    assert verdict(reader) == SIGNED_OUT


def test_who_has_left_the_team_may_not_go_on(client, alice, board):
    reader = reader_of(client, alice, board)
    Membership.objects.all().delete()

    assert verdict(reader) == NOT_ALLOWED


def test_a_board_of_another_team_is_never_followed(client, alice, board, charlie):
    theirs = BoardFactory(team=charlie.person.memberships.get().team)
    client.force_login(alice)
    reader = Reader(alice.pk, client.session.session_key, board.team_id, WORKER, {board.pk: 0, theirs.pk: 0})

    assert verdict(reader).boards == {board.pk: 0}


def test_more_readers_cost_no_more_queries(board, django_assert_num_queries):
    readers = []
    for _ in range(10):
        user = UserFactory()
        MembershipFactory(team=board.team, person=user.person)
        readers.append(reader_of(Client(), user, board))

    with django_assert_num_queries(4):
        verdicts = still_allowed(readers, at=timezone.now())

    assert [verdicts[reader] for reader in readers] == readers


def test_a_write_by_nobody_names_nobody(board, item):
    seen = head(board)
    services.edit_item(item=item, changes={"title": "New"}, by=SYSTEM, at=hour(1))

    assert news(board, seen)["who"] == {item.pk: {"by": None, "who": "", "via": "system"}}

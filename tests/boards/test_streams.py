"""Open streams over real sockets: of a gunicorn that hands them over, and is stopped, killed and overrun."""

import os
import signal
from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils import timezone

from boards import services
from boards.live.hub import MOST_OF_ONE
from boards.live.news import read_heads
from boards.models import Board, Item
from imports.models import Import
from imports.services.jobs import import_now
from teams.actors import Actor, Via
from teams.models import Membership, Role
from tests.boards.serving import Listener, Server, eventually, serving
from tests.factories import BoardFactory, ItemFactory, MembershipFactory, UserFactory

pytestmark = [pytest.mark.processes, pytest.mark.services, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def server(db: None) -> Iterator[Server]:
    with serving() as one:
        yield one


@pytest.fixture
def item(board: Board, backlog) -> Item:
    return ItemFactory(column=backlog, title="Disk full")


def head(board: Board) -> int:
    return read_heads([board.pk])[board.pk]


def test_a_change_arrives_on_an_open_stream(server, alice, board, item, progress, by_mallory):
    listener = Listener(server, alice, f"{board.pk}:{head(board)}")

    services.move_item(item=item, to=progress, by=by_mallory, at=timezone.now())

    (told,) = eventually(lambda: listener.news, "the change")
    assert [(card["id"], card["column"]) for card in told["cards"]] == [(item.pk, progress.pk)]
    assert told["who"][str(item.pk)]["who"] == "Mallory"
    assert listener.response.headers["X-Accel-Buffering"] == "no"
    assert listener.response.headers["Content-Type"] == "text/event-stream"


def test_who_comes_back_hears_what_was_missed(server, alice, board, item, by_mallory):
    seen = head(board)
    services.edit_item(item=item, changes={"title": "Disk is full"}, by=by_mallory, at=timezone.now())
    services.edit_item(item=item, changes={"title": "Disk is full again"}, by=by_mallory, at=timezone.now())

    listener = Listener(server, alice, f"{board.pk}:{seen}")

    (told,) = eventually(lambda: listener.news, "what was missed")
    assert (told["after"], told["seq"]) == (seen, seen + 2)
    assert "Disk is full again" in told["cards"][0]["html"]


def test_another_teams_changes_are_never_heard(server, alice, board, item, charlie, by_mallory):
    theirs = BoardFactory(team=charlie.person.memberships.get().team)
    secret = ItemFactory(column=theirs.columns.first(), title="Secret")
    listener = Listener(server, alice, f"{board.pk}:{head(board)},{theirs.pk}:0")

    services.edit_item(item=secret, changes={"title": "Still secret"}, by=by_mallory, at=timezone.now())
    services.edit_item(item=item, changes={"title": "Ours"}, by=by_mallory, at=timezone.now())

    eventually(lambda: listener.news, "our change")
    assert {told["board"] for told in listener.news} == {board.pk}


def test_an_import_of_a_thousand_tickets_is_a_handful_of_words(server, alice, board, item):
    listener = Listener(server, alice, f"{board.pk}:{head(board)}")
    rows = [{"external_id": f"OPS-{number}", "title": f"Ticket {number}"} for number in range(1000)]
    batch = Import(board=Board.objects.select_related("team").get(pk=board.pk), source="jira")

    import_now(batch=batch, rows=rows, by=Actor(via=Via.IMPORT), at=timezone.now())

    last = head(board)
    eventually(lambda: listener.news and listener.news[-1]["seq"] == last, "the import")
    assert len(listener.news) <= 3
    assert all(told["reload"] for told in listener.news)


def test_after_kill_9_of_a_web_process_who_comes_back_has_missed_nothing(server, alice, board, item, by_mallory):
    listener = Listener(server, alice, f"{board.pk}:{head(board)}")
    seen = head(board)

    for pid in server.workers():
        os.kill(pid, signal.SIGKILL)
    assert listener.has_ended.wait(30)
    services.edit_item(item=item, changes={"title": "Meanwhile"}, by=by_mallory, at=timezone.now())
    eventually(server.answers, "another web process")
    again = Listener(server, alice, f"{board.pk}:{seen}")

    (told,) = eventually(lambda: again.news, "what was missed")
    assert "Meanwhile" in told["cards"][0]["html"]


def test_open_streams_do_not_keep_a_server_from_stopping(server, alice, board, item):
    listeners = [Listener(server, alice, f"{board.pk}:{head(board)}") for _ in range(10)]

    took = server.stop()

    assert took < 10
    assert all(listener.has_ended.wait(10) for listener in listeners)


@pytest.mark.parametrize("how", ["sign out", "new password", "leave the team"])
def test_who_may_not_follow_any_more_is_let_go(how, alice, board, item):
    with serving(TOILTRACKER_TEST_CHECK_EVERY="0.2") as server:
        listener = Listener(server, alice, f"{board.pk}:{head(board)}")

        if how == "sign out":
            listener.client.logout()
        elif how == "new password":
            alice.set_password("another one entirely")
            alice.save()
        else:
            Membership.objects.filter(person=alice.person).delete()

        assert listener.has_ended.wait(30)
        assert listener.heard[-1] == ("end", {"reason": "not_allowed" if how == "leave the team" else "signed_out"})
        again = Listener(server, alice, f"{board.pk}:0", client=listener.client) if how != "sign out" else None
        assert again is None or again.status == (404 if how == "leave the team" else 401)


def test_who_becomes_a_viewer_gets_cards_to_look_at(alice, board, item, by_mallory):
    with serving(TOILTRACKER_TEST_CHECK_EVERY="0.2") as server:
        listener = Listener(server, alice, f"{board.pk}:{head(board)}")
        Membership.objects.filter(person=alice.person).update(role=Role.VIEWER)
        titles = iter(range(1000))

        def sees_a_viewers_card() -> bool:
            changes = {"title": f"Title {next(titles)}"}
            services.edit_item(item=item, changes=changes, by=by_mallory, at=timezone.now())
            told = listener.news[-1:]
            return bool(told) and "data-move-menu" not in told[0]["cards"][0]["html"]

        eventually(sees_a_viewers_card, "a card without what only members may do")


def test_one_account_has_so_many_streams_and_no_more(server, alice, board, item):
    where = f"{board.pk}:{head(board)}"
    listeners = [Listener(server, alice, where) for _ in range(MOST_OF_ONE)]

    refused = Listener(server, alice, where)
    assert refused.status == 503
    assert refused.response.headers["Retry-After"]

    listeners[0].close()
    eventually(lambda: Listener(server, alice, where).status == 200, "a place that became free")


def test_two_hundred_open_streams_keep_no_thread_from_pages(server, alice, board, item, team, by_mallory):
    where = f"{board.pk}:{head(board)}"
    listeners = []
    for _ in range(10):
        user = UserFactory()
        MembershipFactory(team=team, person=user.person)
        client = Client()
        client.force_login(user)
        listeners += [Listener(server, user, where, client=client) for _ in range(20)]

    status, page = server.get("/t/sre/b/operations/", Cookie=listeners[0].cookie)
    services.edit_item(item=item, changes={"title": "Seen by all"}, by=by_mallory, at=timezone.now())

    assert (status, b"Disk full" in page) == (200, True)
    eventually(lambda: all(listener.news for listener in listeners), "the change on all of them")
    assert {listener.news[0]["seq"] for listener in listeners} == {head(board)}


def test_a_message_that_was_lost_costs_a_second_and_no_more(server, alice, board, item, by_mallory, redis_server):
    listener = Listener(server, alice, f"{board.pk}:{head(board)}")

    redis_server.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
    services.delete_item(item=item, by=by_mallory, at=timezone.now())

    (told,) = eventually(lambda: listener.news, "the change, a second late")
    assert told["gone"] == [item.pk]


def test_a_stream_that_cannot_be_told_anything_is_closed(alice, board, item, by_mallory):
    with serving(REDIS_URL="redis://127.0.0.1:1/0") as server:  # without its cache nothing can be drawn
        listener = Listener(server, alice, f"{board.pk}:{head(board)}")

        services.edit_item(item=item, changes={"title": "New"}, by=by_mallory, at=timezone.now())

        assert listener.has_ended.wait(30)
        assert listener.news == []

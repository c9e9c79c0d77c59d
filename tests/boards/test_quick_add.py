from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone

from boards.models import Item
from boards.services.errors import WipLimitReachedError
from boards.services.quick_add import add_items
from teams.errors import InvalidError
from tests.factories import ItemFactory, MembershipFactory, PersonFactory, TeamFactory, UserFactory

pytestmark = pytest.mark.django_db

ADD = "/t/sre/b/operations/items/"
SCRIPT = {"HX-Request": "true"}


def titles(column):
    return list(Item.objects.filter(column=column).order_by("rank").values_list("title", flat=True))


def test_a_line_says_labels_person_class_and_interrupt(client, alice, mallory, backlog):
    client.force_login(alice)

    answer = client.post(ADD, {"column": backlog.pk, "title": "Disk full #disk #sev3 @mallory ~toil !"}, headers=SCRIPT)

    item = Item.objects.get()
    assert answer["X-Items"] == str(item.pk)
    assert (item.title, item.assignee, item.is_toil, item.is_interrupt) == ("Disk full", mallory.person, True, True)
    assert item.classified_by == "person"
    assert sorted(item.labels.values_list("name", flat=True)) == ["disk", "sev3"]


def test_what_the_line_says_wins_over_the_buttons(client, alice, backlog):
    client.force_login(alice)

    client.post(ADD, {"column": backlog.pk, "title": "Rotate ~eng", "classification": "toil"}, headers=SCRIPT)

    assert Item.objects.get().is_engineering


def test_who_is_unknown_is_said_and_nothing_is_added(client, alice, backlog):
    other = TeamFactory()
    MembershipFactory(team=other, person=PersonFactory(name="Bert"))
    client.force_login(alice)

    script = client.post(ADD, {"column": backlog.pk, "title": "Patch it @bert"}, headers=SCRIPT)
    page = client.post(ADD, {"column": backlog.pk, "title": "Patch it @bert"})

    assert script.status_code == 422
    assert "Nobody in the team is called @bert" in script.json()["error"]["fields"]["assignee"][0]
    assert page.status_code == 422
    assert "Patch it @bert</textarea>" in page.content.decode()
    assert not Item.objects.exists()


def test_me_is_who_writes_unless_somebody_is_called_so(team, client, alice, backlog, by_alice):
    client.force_login(alice)
    MembershipFactory(team=team, person=PersonFactory(name="Mei Tanaka"))
    mine = add_items(column=backlog, lines=["Renew @me"], by=by_alice, at=timezone.now())
    shown = client.get("/t/sre/guess/", {"title": "Renew @Me"}).content.decode()
    me = MembershipFactory(team=team, person=PersonFactory(name="Me Nguyen")).person
    theirs = add_items(column=backlog, lines=["Renew @me"], by=by_alice, at=timezone.now())

    assert mine[0].assignee == alice.person
    assert "Alice" in shown
    assert theirs[0].assignee == me


def test_a_name_that_two_have_is_asked_back(team, backlog, by_alice):
    for name in ("Ann Lee", "Ann Smith"):
        MembershipFactory(team=team, person=PersonFactory(name=name))

    with pytest.raises(InvalidError, match="Ann Lee or Ann Smith"):
        add_items(column=backlog, lines=["Patch @ann"], by=by_alice, at=timezone.now())


def test_several_lines_become_several_items_after_asking(client, alice, backlog):
    ItemFactory(column=backlog, title="Standing")
    client.force_login(alice)
    fields = {"column": backlog.pk, "title": "- One #a\n- Two\n\n- Three ~toil"}

    asked = client.post(ADD, fields, headers=SCRIPT)
    assert asked.status_code == 409
    assert asked.json()["error"]["code"] == "several_lines"
    assert asked.json()["error"]["message"] == "Add 3 items?"
    assert asked.json()["error"]["fields"]["title"] == ["One #a", "Two", "Three ~toil"]
    assert titles(backlog) == ["Standing"]
    added = client.post(ADD, {**fields, "several": "1"}, headers=SCRIPT)

    assert added["X-Items"].count(",") == 2
    assert titles(backlog) == ["One", "Two", "Three", "Standing"]


def test_without_script_several_lines_are_asked_for_on_a_page(client, alice, backlog):
    client.force_login(alice)

    page = client.post(ADD, {"column": backlog.pk, "title": "One\nTwo"})
    added = client.post(ADD, {"column": backlog.pk, "title": "One\nTwo", "several": "1"})

    assert page.status_code == 409
    assert "Add 2 items?" in page.content.decode()
    assert added.status_code == 302
    assert titles(backlog) == ["One", "Two"]


def test_several_items_are_added_all_or_none(client, alice, backlog):
    backlog.wip_limit = 2
    backlog.save(update_fields=["wip_limit"])
    client.force_login(alice)
    fields = {"column": backlog.pk, "title": "One\nTwo\nThree", "several": "1"}

    full = client.post(ADD, fields, headers=SCRIPT)
    broken = client.post(ADD, {**fields, "title": "One\nTwo @nobody", "force": "1"}, headers=SCRIPT)
    assert full.json()["error"]["code"] == "wip_limit_reached"
    assert broken.status_code == 422
    assert titles(backlog) == []
    client.post(ADD, {**fields, "force": "1"}, headers=SCRIPT)

    assert titles(backlog) == ["One", "Two", "Three"]


def test_a_hundred_lines_are_enough(client, alice, backlog):
    client.force_login(alice)

    answer = client.post(ADD, {"column": backlog.pk, "title": "x\n" * 101, "several": "1"}, headers=SCRIPT)

    assert answer.status_code == 422
    assert "at most 100" in answer.json()["error"]["fields"]["title"][0]


def test_the_same_form_sent_twice_adds_once(client, alice, mallory, backlog):
    client.force_login(alice)
    fields = {"column": backlog.pk, "title": "Once", "once": "abc"}

    first = client.post(ADD, fields, headers=SCRIPT)
    second = client.post(ADD, fields, headers=SCRIPT)
    client.force_login(mallory)
    client.post(ADD, fields, headers=SCRIPT)

    assert first["X-Items"] == second["X-Items"]
    assert second.status_code == 200
    assert titles(backlog) == ["Once", "Once"]


def test_a_form_that_was_refused_can_be_sent_again(backlog, by_alice):
    backlog.wip_limit = 1
    backlog.save(update_fields=["wip_limit"])
    ItemFactory(column=backlog)

    with pytest.raises(WipLimitReachedError):
        add_items(column=backlog, lines=["One"], once="1:x", by=by_alice, at=timezone.now())
    added = add_items(column=backlog, lines=["One"], once="1:x", force=True, by=by_alice, at=timezone.now())

    assert [item.title for item in added] == ["One"]


@pytest.mark.django_db(transaction=True)
def test_the_same_form_sent_at_once_adds_once(backlog, by_alice):
    def send(_):
        try:
            return [
                item.pk for item in add_items(column=backlog, lines=["One"], once="1:y", by=by_alice, at=timezone.now())
            ]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(send, range(4)))

    assert len({tuple(answer) for answer in answers}) == 1
    assert Item.objects.count() == 1


def test_what_is_understood_is_shown_while_typing(client, alice, mallory, board):
    client.force_login(alice)

    text = client.get("/t/sre/guess/", {"title": "Disk #disk @mallory ~toil !"}).content.decode()
    wrong = client.get("/t/sre/guess/", {"title": "Disk @nobody"}).content.decode()

    for shown in ("Toil", "Interrupt", "disk", "Mallory"):
        assert shown in text
    assert "Nobody in the team is called @nobody" in wrong


def test_names_are_those_of_the_team(client, alice, bob, charlie, board, backlog):
    ItemFactory(column=backlog, labels=["disk"])
    ItemFactory(board__team=TeamFactory(), labels=["secret"])
    UserFactory(email="else@example.com")
    client.force_login(alice)

    offered = client.get("/t/sre/names/").json()
    client.force_login(bob)
    viewer = client.get("/t/sre/names/")
    client.force_login(charlie)
    stranger = client.get("/t/sre/names/")

    assert [one["name"] for one in offered["#"]] == ["disk"]
    assert {one["handle"] for one in offered["@"]} == {"alice", "bob"}
    assert (viewer.status_code, stranger.status_code) == (403, 404)

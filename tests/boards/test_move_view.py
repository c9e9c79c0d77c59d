"""What the board's scripts are told about a move: where the card landed, and why it was refused."""

import pytest
from django.utils import timezone

from boards.services.moves import move_item
from boards.services.trash import delete_item
from teams.actors import SYSTEM
from tests.factories import BoardFactory, ItemFactory

pytestmark = pytest.mark.django_db

SCRIPT = {"HX-Request": "true"}


def move(client, item, **fields):
    return client.post(f"/t/sre/items/{item.pk}/move/", fields, headers=SCRIPT)


def order(column):
    return list(column.items.order_by("rank").values_list("pk", flat=True))


@pytest.fixture
def three(backlog):
    return [ItemFactory(column=backlog, title=f"Number {number}") for number in range(3)]


@pytest.mark.parametrize(("side", "wanted"), [("before", [0, 2, 1]), ("after", [0, 1, 2])])
def test_the_answer_says_beside_which_card_it_landed(client, mallory, backlog, three, side, wanted):
    client.force_login(mallory)

    answer = move(client, three[2], column=backlog.pk, **{side: three[1].pk})

    assert (answer.status_code, answer["X-Landed"]) == (200, side)
    assert order(backlog) == [three[number].pk for number in wanted]


def test_the_answer_says_that_the_card_landed_at_the_end(client, mallory, backlog, progress, done, three):
    client.force_login(mallory)
    move_item(item=three[0], to=done, by=SYSTEM, at=timezone.now())

    answer = move(client, three[1], column=backlog.pk, before=three[0].pk)

    assert answer["X-Landed"] == "end"
    assert order(backlog) == [three[2].pk, three[1].pk]


def test_a_neighbour_that_has_gone_from_the_done_column_is_the_end_there_too(client, mallory, done, three):
    client.force_login(mallory)
    for item in three[:2]:
        move(client, item, column=done.pk)
    delete_item(item=three[1], by=SYSTEM, at=timezone.now())

    answer = move(client, three[2], column=done.pk, before=three[1].pk)

    assert answer["X-Landed"] == "end"
    assert order(done)[-2:] == [three[0].pk, three[2].pk]


@pytest.mark.parametrize("neighbour", ["", "x", "-1", "0", "9" * 18, "9" * 40])
def test_a_neighbour_that_never_was_is_one_that_has_gone(client, mallory, backlog, three, neighbour):
    client.force_login(mallory)

    answer = move(client, three[0], column=backlog.pk, before=neighbour)

    assert (answer.status_code, answer["X-Landed"]) == (200, "end")
    assert order(backlog)[-1] == three[0].pk


def test_a_neighbour_of_another_team_is_not_there(client, mallory, backlog, three):
    theirs = ItemFactory(column=BoardFactory().columns.first())
    client.force_login(mallory)

    assert move(client, three[0], column=backlog.pk, before=theirs.pk)["X-Landed"] == "end"


def test_a_card_cannot_be_put_beside_itself(client, mallory, backlog, three):
    client.force_login(mallory)

    answer = move(client, three[0], column=backlog.pk, before=three[0].pk)

    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "invalid")


def test_a_script_is_told_why_it_may_not_move(client, bob, charlie, backlog, three):
    signed_out = move(client, three[0], column=backlog.pk)
    client.force_login(bob)
    viewer = move(client, three[0], column=backlog.pk)
    client.force_login(charlie)
    stranger = move(client, three[0], column=backlog.pk)

    told = [(answer.status_code, answer.json()["error"]["code"]) for answer in (signed_out, viewer, stranger)]
    assert told == [(401, "signed_out"), (403, "not_allowed"), (404, "not_found")]
    assert "You may look at this team" in viewer.json()["error"]["message"]


def test_a_person_is_led_to_a_page_instead(client, bob, backlog, three):
    address = f"/t/sre/items/{three[0].pk}/move/"
    signed_out = client.post(address, {"column": backlog.pk})
    client.force_login(bob)

    assert signed_out["Location"].startswith("/accounts/login/?next=")
    assert "text/html" in client.post(address, {"column": backlog.pk})["Content-Type"]


def test_a_script_is_told_that_a_card_has_gone(client, mallory, backlog, three):
    delete_item(item=three[0], by=SYSTEM, at=timezone.now())
    client.force_login(mallory)

    answer = move(client, three[0], column=backlog.pk)

    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


def test_a_column_in_the_trash_takes_nothing_and_says_so(client, mallory, backlog, progress, three):
    progress.deleted_at = timezone.now()
    progress.save(update_fields=["deleted_at"])
    client.force_login(mallory)

    answer = move(client, three[0], column=progress.pk)

    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "in_trash")


def test_a_move_takes_as_many_queries_on_a_full_board_as_on_an_empty_one(
    client, mallory, backlog, progress, three, django_assert_max_num_queries
):
    client.force_login(mallory)
    move(client, three[0], column=progress.pk)
    for _ in range(60):
        ItemFactory(column=backlog, external_id=f"OPS-{_}", source="jira")

    with django_assert_max_num_queries(31):
        answer = move(client, three[1], column=progress.pk, before=three[0].pk)

    assert answer["X-Landed"] == "before"

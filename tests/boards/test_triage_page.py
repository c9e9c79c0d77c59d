import json
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import ItemFactory, RuleFactory

pytestmark = pytest.mark.django_db

TRIAGE = "/t/sre/triage/"


@pytest.fixture
def waiting_items(board, backlog):
    """Three items without a class, the newest first."""
    now = timezone.now()
    titles = ("Disk full on db-3", "Budget for 2027", "Rotate keys")
    return [
        ItemFactory(board=board, column=backlog, title=title, at=now - timedelta(hours=hours))
        for hours, title in enumerate(titles)
    ]


def heading(answer):
    return answer.content.decode().split("<h1>")[1].split("</h1>")[0]


def test_the_newest_comes_first(client, mallory, waiting_items):
    client.force_login(mallory)

    answer = client.get(TRIAGE)

    assert heading(answer) == "Disk full on db-3"
    assert "1 of 3" in answer.content.decode()


def test_a_decision_brings_the_next_item(client, mallory, waiting_items):
    client.force_login(mallory)

    answer = client.post(f"{TRIAGE}{waiting_items[0].pk}/", {"classification": "toil"}, headers={"HX-Request": "true"})

    waiting_items[0].refresh_from_db()
    assert (waiting_items[0].classification, waiting_items[0].classified_by) == ("toil", "person")
    assert heading(answer) == "Budget for 2027"
    assert "2 of 3" in answer.content.decode()
    assert json.loads(answer["HX-Trigger"])["toast"]["undo"]


def test_without_script_a_decision_leads_to_the_next_item(client, mallory, waiting_items):
    client.force_login(mallory)

    answer = client.post(f"{TRIAGE}{waiting_items[0].pk}/", {"classification": "toil"})

    assert answer["Location"] == f"{TRIAGE}?item={waiting_items[1].pk}"


def test_an_accepted_suggestion_is_recorded_as_one(client, mallory, waiting_items):
    client.force_login(mallory)

    client.post(f"{TRIAGE}{waiting_items[0].pk}/", {"classification": "toil", "accepted": "1"})

    waiting_items[0].refresh_from_db()
    assert waiting_items[0].classified_by == "suggestion"


def test_who_is_not_sure_sees_the_item_again_at_the_end(client, mallory, waiting_items):
    client.force_login(mallory)

    client.post(f"{TRIAGE}{waiting_items[0].pk}/", {"classification": "unclassified"})
    page = client.get(TRIAGE)

    assert heading(page) == "Budget for 2027"
    waiting_items[0].refresh_from_db()
    assert (waiting_items[0].is_unclassified, waiting_items[0].classified_by) == (True, "person")


def test_a_decision_is_taken_back(client, mallory, waiting_items):
    client.force_login(mallory)
    url = f"{TRIAGE}{waiting_items[0].pk}/"
    decided = client.post(url, {"classification": "toil"}, headers={"HX-Request": "true"})
    action = json.loads(decided["HX-Trigger"])["toast"]["undo"]

    client.post(f"/t/sre/undo/{action}/", headers={"HX-Request": "true"})
    answer = client.get(f"{TRIAGE}?item={waiting_items[0].pk}", headers={"HX-Request": "true"})

    assert heading(answer) == "Disk full on db-3"


def test_a_suggestion_names_its_reasons(client, mallory, board, backlog, waiting_items):
    for number in range(3):
        ItemFactory(board=board, column=backlog, title=f"Disk full on db-{number}", classification="toil")
    client.force_login(mallory)

    text = client.get(TRIAGE).content.decode()

    assert "Looks like toil" in text
    assert "80 % sure" in text
    assert "3 of 3 items titled “Disk full on *” were classified so" in text
    assert "Accept toil" in text


def test_a_rule_is_a_reason(client, mallory, board, waiting_items):
    RuleFactory(team=board.team, name="Disks", title_contains="disk full", classification="toil")
    client.force_login(mallory)

    text = client.get(TRIAGE).content.decode()

    assert "Your rule “Disks” says so" in text
    assert "100 % sure" in text


def test_nothing_is_suggested_where_nothing_speaks_for_it(client, mallory, waiting_items):
    client.force_login(mallory)

    assert "Looks like" not in client.get(TRIAGE).content.decode()


def test_a_viewer_sees_the_queue_but_decides_nothing(client, bob, waiting_items):
    client.force_login(bob)

    text = client.get(TRIAGE).content.decode()

    assert "Disk full on db-3" in text
    assert "<form" not in text.split("<main", 1)[1].split("</main>", 1)[0]


def test_nobody_else_sees_the_queue(client, charlie, waiting_items):
    anonymous = client.get(TRIAGE)
    client.force_login(charlie)

    assert anonymous.status_code == 302
    assert client.get(TRIAGE).status_code == 404
    assert client.post(TRIAGE).status_code == 405


def test_a_longer_queue_takes_no_more_queries(
    client, mallory, board, backlog, waiting_items, django_assert_max_num_queries
):
    client.force_login(mallory)
    client.get(TRIAGE)
    with django_assert_max_num_queries(20) as few:
        client.get(TRIAGE)
    for __ in range(9):
        ItemFactory(board=board, column=backlog, at=timezone.now(), assignee=mallory.person)

    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get(TRIAGE)


def test_a_decision_that_is_none_is_refused(client, mallory, waiting_items):
    client.force_login(mallory)

    assert client.post(f"{TRIAGE}{waiting_items[0].pk}/", {"classification": "fun"}).status_code == 422


def test_an_empty_queue_says_so(client, mallory, board):
    client.force_login(mallory)

    page = client.get(TRIAGE).content.decode()

    assert '<h1 class="vh">Triage</h1>' in page
    assert "Nothing left to classify" in page

"""The settings pages of rules and toil types: owners change them, members read them, strangers see nothing."""

import pytest

from boards.models import Item, Rule, ToilType
from boards.services import ruling
from tests.factories import ItemFactory, RuleFactory, ToilTypeFactory

pytestmark = pytest.mark.django_db

RULES = "/t/sre/settings/rules/"
TYPES = "/t/sre/settings/toil-types/"
FORM = {"name": "Disks", "title_contains": "disk full", "classification": "toil"}


def text(answer):
    return " ".join(answer.content.decode().split())


def test_the_rules_are_listed_in_their_order_with_what_they_ask_and_give(client, alice, team, board):
    toil_type = ToilTypeFactory(team=team, name="Full disk")
    RuleFactory(team=team, name="Later", position=2, classification="overhead")
    RuleFactory(team=team, name="First", position=1, toil_type=toil_type, labels=["night"], is_interrupt=True)
    ItemFactory(board=board, title="Disk full")
    client.force_login(alice)

    page = text(client.get(RULES))

    assert page.index(">First<") < page.index(">Later<")
    assert "title contains “disk full” · an interrupt" in page
    assert "Full disk" in page
    assert "decided about 1 item" in page
    assert "Incidents of PagerDuty" in page


def test_more_rules_take_no_more_queries(client, alice, team, django_assert_max_num_queries):
    client.force_login(alice)
    RuleFactory.create_batch(20, team=team, toil_type=ToilTypeFactory(team=team))

    with django_assert_max_num_queries(14):
        client.get(RULES)


@pytest.mark.parametrize("path", [RULES, TYPES])
def test_members_and_viewers_read_strangers_and_nobody_do_not(client, mallory, bob, charlie, team, path):
    rule = RuleFactory(team=team, name="Disks")

    assert client.get(path)["Location"].startswith("/accounts/login/")
    client.force_login(charlie)
    assert client.get(path).status_code == 404
    for reader in (mallory, bob):
        client.force_login(reader)
        answer = client.get(path)
        assert answer.status_code == 200
        assert '<form method="post" action="/t/sre/settings' not in text(answer)
        assert client.get(f"{RULES}{rule.pk}/").status_code == 403


@pytest.mark.parametrize(
    "action", ["rules/create/", "rules/apply/", "rules/{rule}/change/", "rules/{rule}/move/", "rules/{rule}/delete/",
               "toil-types/create/", "toil-types/{type}/change/", "toil-types/{type}/delete/"],
)  # fmt: skip
def test_only_owners_change_anything_and_only_by_post(client, alice, mallory, charlie, team, action):
    rule, toil_type = RuleFactory(team=team), ToilTypeFactory(team=team)
    path = "/t/sre/settings/" + action.format(rule=rule.pk, type=toil_type.pk)

    client.force_login(charlie)
    assert client.post(path).status_code == 404
    client.force_login(mallory)
    assert client.post(path).status_code == 403
    client.force_login(alice)
    assert client.get(path).status_code == 405


def test_another_teams_rule_is_not_there(client, alice, team):
    rule, toil_type = RuleFactory(), ToilTypeFactory()
    client.force_login(alice)

    assert client.post(f"{RULES}{rule.pk}/delete/").status_code == 404
    assert client.get(f"{TYPES}{toil_type.pk}/").status_code == 404
    assert client.get(f"{RULES}trial/?rule={rule.pk}").status_code == 404


def test_a_rule_is_saved_with_a_new_toil_type(client, alice, team):
    client.force_login(alice)
    given = {**FORM, "labels": "night, alert", "new_toil_type": "Full disk", "sets_service": "db", "is_interrupt": "no"}

    answer = client.post(f"{RULES}create/", given)

    rule = Rule.objects.get()
    assert answer["Location"] == RULES
    assert (rule.name, rule.labels, rule.is_interrupt) == ("Disks", ["alert", "night"], False)
    assert (rule.toil_type.name, rule.toil_type.service) == ("Full disk", "db")


def test_a_rule_can_be_applied_as_it_is_saved(client, alice, board):
    item = ItemFactory(board=board, title="Disk full")
    client.force_login(alice)

    answer = client.post(f"{RULES}create/", {**FORM, "apply_now": "on"}, follow=True)

    item.refresh_from_db()
    assert (item.classification, item.classified_by, item.rule.name) == ("toil", "rule", "Disks")
    assert "The rule “Disks” is saved. 1 item is classified." in text(answer)


def test_many_items_are_left_to_the_worker(client, alice, board, monkeypatch, django_capture_on_commit_callbacks):
    monkeypatch.setattr(ruling, "AT_ONCE", 0)
    ItemFactory(board=board, title="Disk full")
    RuleFactory(team=board.team)
    Item.objects.update(classification="unclassified", classified_by=None)
    client.force_login(alice)

    with django_capture_on_commit_callbacks() as later:
        answer = client.post(f"{RULES}apply/", follow=True)

    assert len(later) == 1
    assert "are being classified" in text(answer)


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"title_contains": ""}, {"title_matches": "("}, {"classification": ""}]
)
def test_what_is_wrong_is_said_and_nothing_saved(client, alice, team, wrong):
    if "title_matches" in wrong:
        pytest.importorskip("re2", reason="google-re2 is not installed: make test installs it")
    client.force_login(alice)

    saved = client.post(f"{RULES}create/", {**FORM, **wrong, "new_toil_type": "New"})
    tried = client.post(f"{RULES}trial/", {**FORM, **wrong})

    assert (saved.status_code, tried.status_code) == (422, 422)
    assert 'class="err"' in text(saved)
    assert not Rule.objects.exists()
    assert not ToilType.objects.exists()


def test_a_rule_is_changed_moved_and_deleted(client, alice, team):
    RuleFactory(team=team, name="First", position=1)
    rule = RuleFactory(team=team, name="Second", position=2)
    client.force_login(alice)

    client.post(f"{RULES}{rule.pk}/change/", {**FORM, "name": "Renamed", "title_contains": "", "label": "disk"})
    moved = client.post(f"{RULES}{rule.pk}/move/", {"step": "-1"})

    rule.refresh_from_db()
    assert (rule.name, rule.title_contains, rule.label, rule.position) == ("Renamed", "", "disk", 1)
    assert moved["Location"] == f"{RULES}#rule-{rule.pk}"
    client.post(f"{RULES}{rule.pk}/delete/")
    assert [each.name for each in Rule.objects.all()] == ["First"]


def test_the_form_begins_with_a_ready_made_rule(client, alice, team):
    client.force_login(alice)

    page = text(client.get(f"{RULES}new/?ready=pagerduty"))

    assert 'value="pagerduty"' in page
    assert client.get(f"{RULES}new/?ready=nonsense").status_code == 200


def test_a_trial_shows_items_and_writes_nothing(client, alice, board):
    ItemFactory(board=board, title="Disk full on db-1")
    ItemFactory(board=board, title="Disk full on db-2", classification="overhead")
    client.force_login(alice)

    page = text(client.post(f"{RULES}trial/", FORM))

    assert "It would have classified <b>2 items</b> and <b>" in page
    assert "it disagrees with people on <b>1</b>." in page
    assert "1 of them waits for a class." in page
    assert page.index("Disk full on db-2") < page.index("Disk full on db-1")
    assert not Rule.objects.exists()


def test_a_rule_that_is_there_is_tried_in_its_place(client, alice, board):
    first = RuleFactory(team=board.team, name="First", position=1)
    RuleFactory(team=board.team, name="Second", position=2, title_contains="db")
    ItemFactory(board=board, title="Disk full on db-1")
    client.force_login(alice)

    page = text(client.post(f"{RULES}trial/", {**FORM, "rule": first.pk, "title_contains": "disk"}))

    assert "It would have classified <b>1 item</b>" in page


def test_triage_offers_owners_a_rule_out_of_the_item(client, alice, mallory, board):
    pytest.importorskip("re2", reason="google-re2 is not installed: make test installs it")
    item = ItemFactory(board=board, title="Disk full on db-3")
    client.force_login(mallory)
    assert "data-rule" not in text(client.get("/t/sre/triage/"))
    client.force_login(alice)
    assert f"{RULES}trial/?item={item.pk}&amp;classification=toil&amp;from=triage" in text(client.get("/t/sre/triage/"))

    page = text(client.get(f"{RULES}trial/?item={item.pk}&classification=toil&from=triage"))
    answer = client.post(f"{RULES}create/", {**FORM, "apply_now": "on", "from": "triage"})

    assert "It would have classified <b>1 item</b>" in page
    assert "autofocus" in page
    assert answer["Location"] == "/t/sre/triage/"
    item.refresh_from_db()
    assert item.classified_by == "rule"


def test_an_item_says_which_rule_decided_and_why(client, bob, board):
    RuleFactory(team=board.team, name="Disks")
    item = ItemFactory(board=board, title="Disk full")
    client.force_login(bob)

    page = text(client.get(f"/t/sre/items/{item.pk}/"))

    assert "the rule “Disks”" in page
    assert "title contains “disk full”" in page


def test_a_toil_type_is_made_shown_with_its_items_changed_and_deleted(client, alice, board):
    client.force_login(alice)

    made = client.post(f"{TYPES}create/", {"name": "Full disk", "service": "db"})
    toil_type = ToilType.objects.get()
    item = ItemFactory(board=board, title="Disk full on db-3", toil_type="Full disk")
    RuleFactory(team=board.team, name="Disks", toil_type=toil_type)
    page = text(client.get(made["Location"]))
    client.post(f"{TYPES}{toil_type.pk}/change/", {"name": "Disk is full", "service": ""})
    listed = text(client.get(TYPES))
    twin = client.post(f"{TYPES}create/", {"name": "Disk is full"})
    client.post(f"{TYPES}{toil_type.pk}/delete/")

    assert "Disk full on db-3" in page
    assert "Disks" in page
    assert "Disk is full" in listed
    assert twin.status_code == 422
    item.refresh_from_db()
    assert item.toil_type is None
    assert not ToilType.objects.exists()


def test_a_toil_types_items_come_in_pages_of_constant_cost(client, alice, board, django_assert_max_num_queries):
    toil_type = ToilTypeFactory(team=board.team, name="Full disk")
    ItemFactory.create_batch(55, board=board, toil_type="Full disk")
    client.force_login(alice)

    with django_assert_max_num_queries(16):
        page = text(client.get(f"{TYPES}{toil_type.pk}/"))

    assert "Page 1 of 2" in page
    assert "Page 2 of 2" in text(client.get(f"{TYPES}{toil_type.pk}/?page=2"))

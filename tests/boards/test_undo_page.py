"""Undo and bulk actions as a page asks for them: one request each, a number to take it back, and who may."""

import pytest
from django.urls import reverse

from boards.models import Item
from tests.factories import BoardFactory, ItemFactory

pytestmark = pytest.mark.django_db

SCRIPT = {"HX-Request": "true"}


@pytest.fixture
def items(backlog):
    return ItemFactory.create_batch(3, column=backlog)


def bulk(client, name, items, **fields):
    fields = {"items": [item.pk for item in items], **fields}
    return client.post(f"/t/sre/items/{name}/", fields, headers=SCRIPT)


def test_a_move_answers_with_the_number_that_takes_it_back(client, mallory, items, backlog, progress):
    client.force_login(mallory)
    answer = client.post(f"/t/sre/items/{items[1].pk}/move/", {"column": progress.pk}, headers=SCRIPT)

    undone = client.post(f"/t/sre/undo/{answer['X-Undo']}/", headers=SCRIPT).json()

    assert undone["said"].endswith("moved back to Backlog")
    assert undone["places"] == [{"item": items[1].pk, "column": backlog.pk, "before": items[2].pk}]
    assert f'id="card-{items[1].pk}"' in undone["html"]
    again = client.post(f"/t/sre/undo/{undone['redo']}/", headers=SCRIPT).json()
    assert again["places"][0]["column"] == progress.pk


@pytest.mark.parametrize(
    ("name", "fields", "said"),
    [
        ("assign", {"assignee": "me"}, "3 items are assigned to Mallory"),
        ("assign", {"assignee": ""}, "Nothing changed"),
        ("label", {"give": ["disk"]}, "3 items have the label disk"),
        ("label", {"take": ["disk"]}, "Nothing changed"),
        ("label", {"give": [" "]}, None),
        ("label", {"give": ["a\0"]}, None),
        ("archive", {}, "3 items are archived"),
        ("delete", {}, "3 items are in the trash"),
        ("move", {"column": "{progress}"}, "3 items moved to In progress"),
    ],
)
def test_many_are_changed_in_one_request(client, mallory, items, progress, name, fields, said):
    client.force_login(mallory)
    fields = {key: str(progress.pk) if value == "{progress}" else value for key, value in fields.items()}

    answer = bulk(client, name, items, **fields)

    if said is None:
        assert answer.status_code == 422
        assert "labels" in answer.json()["error"]["fields"]
        return
    assert said in answer.json()["said"]
    assert ("X-Undo" in answer) == ("Nothing" not in said)
    expected = [item.pk for item in items] if name in ("archive", "delete") else []
    assert answer.json()["gone"] == expected


def test_a_full_column_refuses_all_until_it_is_forced(client, mallory, items, progress):
    progress.wip_limit = 2
    progress.save(update_fields=["wip_limit"])
    client.force_login(mallory)

    refused = bulk(client, "move", items, column=progress.pk)
    assert refused.json()["error"]["code"] == "wip_limit_reached"
    assert not progress.items.exists()
    bulk(client, "move", items, column=progress.pk, force="1")

    assert progress.items.count() == 3


def test_without_script_the_next_page_offers_to_take_it_back(client, mallory, items):
    client.force_login(mallory)

    page = client.post(f"/t/sre/items/{items[0].pk}/delete/", follow=True).content.decode()

    assert 'action="/t/sre/undo/' in page
    action = page.split('action="/t/sre/undo/')[1].split("/")[0]
    back = client.post(f"/t/sre/undo/{action}/", follow=True).content.decode()
    assert "is back on the board" in back
    again = client.post(f"/t/sre/undo/{action}/", follow=True).content.decode()
    assert "taken back already" in again


def test_a_field_of_the_panel_is_taken_back(client, mallory, items):
    client.force_login(mallory)
    fields = {"fields": "service", "service": "vault", "version": items[0].version}
    saved = client.post(f"/t/sre/items/{items[0].pk}/edit/", fields, headers=SCRIPT)
    action = saved["HX-Trigger"].split('"undo": ')[1].rstrip("}")

    client.post(f"/t/sre/undo/{action}/", headers=SCRIPT)

    items[0].refresh_from_db()
    assert not items[0].service


def test_a_refusal_says_why(client, mallory, alice, items, progress, waiting):
    client.force_login(mallory)
    action = client.post(f"/t/sre/items/{items[0].pk}/move/", {"column": progress.pk}, headers=SCRIPT)["X-Undo"]
    client.force_login(alice)
    client.post(f"/t/sre/items/{items[0].pk}/move/", {"column": waiting.pk}, headers=SCRIPT)
    client.force_login(mallory)

    answer = client.post(f"/t/sre/undo/{action}/", headers=SCRIPT)

    assert answer.status_code == 409
    assert "changed by Alice meanwhile" in answer.json()["error"]["message"]


def test_nobody_takes_back_what_another_did(client, mallory, alice, bob, charlie, items):
    client.force_login(mallory)
    action = bulk(client, "archive", items)["X-Undo"]

    answers = {}
    for user in (alice, bob, charlie):
        client.force_login(user)
        answers[user.email] = client.post(f"/t/sre/undo/{action}/", headers=SCRIPT).status_code

    assert list(answers.values()) == [404, 403, 404]
    client.logout()
    assert client.post(f"/t/sre/undo/{action}/").status_code == 302
    assert client.get(f"/t/sre/undo/{action}/").status_code == 405


@pytest.mark.parametrize("name", ["move", "assign", "label", "archive", "delete"])
def test_who_may_not_changes_nothing(client, bob, charlie, items, name):
    url = reverse(f"boards:bulk_{name}", args=["sre"])
    for user, status in ((bob, 403), (charlie, 404)):
        client.force_login(user)
        assert client.post(url, {"items": items[0].pk}).status_code == status
    client.logout()
    assert client.post(url, {"items": items[0].pk}).status_code == 302
    assert client.get(url).status_code == 405


@pytest.mark.parametrize("field", ["items", "column", "assignee"])
@pytest.mark.parametrize("value", ["", "x", "9" * 30, "٩٩٩٩"])
def test_what_does_not_exist_is_not_found(client, mallory, items, progress, field, value):
    client.force_login(mallory)
    fields = {"items": items[0].pk, "column": progress.pk, "assignee": "me", field: value}
    name = "assign" if field == "assignee" else "move"

    answer = client.post(f"/t/sre/items/{name}/", fields, headers=SCRIPT)

    assert answer.status_code == (200 if (field, value) == ("assignee", "") else 404)


@pytest.mark.parametrize("name", ["classify", "assign", "label", "archive", "delete", "move"])
@pytest.mark.parametrize("count", [1001, 5000])
def test_more_items_than_allowed_are_refused_with_a_sentence(client, mallory, items, progress, name, count):
    client.force_login(mallory)
    given = {"classification": "toil", "column": progress.pk, "give": "disk", "assignee": "me"}
    numbers = [items[0].pk, *range(10**6, 10**6 + count - 1)]

    answer = client.post(f"/t/sre/items/{name}/", {"items": numbers, **given}, headers=SCRIPT)

    assert answer.status_code == 422
    said = f"At most 1000 items can be changed at once; these are {count}."
    assert answer.json()["error"]["message"] == said
    assert set(items[0].changes.values_list("field", flat=True)) == {"created"}


def test_items_of_other_teams_are_left_out(client, mallory, charlie):
    other = ItemFactory(board=BoardFactory(team=charlie.person.memberships.get().team))
    client.force_login(mallory)

    assert bulk(client, "delete", [other]).status_code == 404
    assert Item.objects.get(pk=other.pk).deleted_at is None


def test_an_item_is_archived_from_its_own_menu_and_taken_out_again(client, mallory, bob, charlie, items):
    url = f"/t/sre/items/{items[0].pk}/"
    client.force_login(mallory)
    assert 'action="/t/sre/items/archive/"' in client.get(url).content.decode()

    client.post("/t/sre/items/archive/", {"items": items[0].pk})
    assert f'action="{url}unarchive/"' in client.get(url).content.decode()
    answer = client.post(f"{url}unarchive/", follow=True)

    assert "is back on the board" in answer.content.decode()
    items[0].refresh_from_db()
    assert items[0].archived_at is None
    for user, status in ((bob, 403), (charlie, 404)):
        client.force_login(user)
        assert client.post(f"{url}unarchive/").status_code == status
    assert client.get(f"{url}unarchive/").status_code == 405

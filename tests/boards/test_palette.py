"""The command palette's answers: what is found, for whom, and at what cost."""

from datetime import timedelta

import pytest
from django.utils import timezone

from boards.models import Item
from tests.factories import BoardFactory, ItemFactory

pytestmark = pytest.mark.django_db

PALETTE = "/t/sre/palette/"


def found(client, query=""):
    answer = client.get(PALETTE, {"q": query})
    assert answer.status_code == 200
    return answer.content.decode()


def test_nothing_typed_offers_the_newest_items_and_all_places(client, bob, board):
    items = [ItemFactory(board=board, title=f"Number {number}") for number in range(10)]
    client.force_login(bob)

    page = found(client)

    assert [f'found-{item.pk}"' in page for item in items] == [False] * 2 + [True] * 8
    for name in ("Operations", "Triage", "Reports", "Trash", "Profile"):
        assert name in page
    assert "Settings" not in page


@pytest.mark.parametrize("query", ["rotate cert", "CERT rot", "PAY-12", "pay-12", "12"])
def test_every_word_has_to_stand_in_title_or_key(client, alice, board, query):
    wanted = ItemFactory(board=board, title="Rotate certificate", external_id="PAY-12", source="jira")
    other = ItemFactory(board=board, title="Rotate logs")
    client.force_login(alice)

    page = found(client, query)

    assert f'found-{wanted.pk}"' in page
    assert f'found-{other.pk}"' not in page


def test_the_very_key_comes_first_and_the_trash_not_at_all(client, alice, board):
    exact = ItemFactory(board=board, title="Old", external_id="OPS-1", source="jira")
    longer = ItemFactory(board=board, title="New", external_id="OPS-12", source="jira")
    gone = ItemFactory(board=board, title="Gone", external_id="OPS-13", source="jira")
    client.force_login(alice)
    client.post(f"/t/sre/items/{gone.pk}/delete/")

    page = found(client, "ops-1")

    assert page.index(f'found-{exact.pk}"') < page.index(f'found-{longer.pk}"')
    assert f'found-{gone.pk}"' not in page


def test_open_items_come_first_and_then_what_was_finished_last(client, alice, board):
    now = timezone.now()
    open_item, late, *others = ItemFactory.create_batch(11, board=board, title="Disk full")
    Item.objects.filter(pk=late.pk).update(finished_at=now - timedelta(days=1))
    Item.objects.filter(pk__in=[one.pk for one in others]).update(finished_at=now - timedelta(days=5))
    client.force_login(alice)

    page = found(client, "disk")

    assert page.index(f'found-{open_item.pk}"') < page.index(f'found-{late.pk}"')
    assert page.index(f'found-{late.pk}"') < page.index(f'found-{others[-1].pk}"')


def test_pages_and_boards_are_found_by_name(client, alice, board):
    client.force_login(alice)

    assert "/t/sre/triage/" in found(client, "tria")
    assert "/t/sre/b/operations/" in found(client, "opera")
    assert "/t/sre/settings/" in found(client, "settings")
    assert 'role="option"' not in found(client, "nothing has this name")


@pytest.mark.parametrize("query", ["%", "_", "\0", "'\"<b>", "9" * 40, "x" * 5000, "٣"])
def test_anything_may_be_typed(client, alice, board, query):
    ItemFactory(board=board, title="Plain")
    client.force_login(alice)

    assert "<b>" not in found(client, query)


def test_other_teams_show_nothing(client, alice, charlie, board):
    hidden = ItemFactory(board=BoardFactory(team=charlie.person.memberships.get().team, name="Secret board"))
    client.force_login(alice)

    page = found(client)

    assert f'found-{hidden.pk}"' not in page
    assert "Secret board" not in page


@pytest.mark.parametrize("path", [PALETTE, PALETTE + "people/", PALETTE + "labels/"])
def test_who_may_see_it(client, alice, bob, charlie, board, path):
    statuses = []
    for user in (alice, bob, charlie):
        client.force_login(user)
        statuses.append(client.get(path).status_code)
    client.logout()

    assert statuses == [200, 200 if path == PALETTE else 403, 404]
    assert client.get(path).status_code == 302
    client.force_login(alice)
    assert client.post(path).status_code == 405


def test_people_and_labels_can_be_chosen(client, mallory, alice, board):
    ItemFactory(board=board, labels=["disk"])
    client.force_login(mallory)

    people = client.get(PALETTE + "people/").content.decode()

    assert 'data-pick="me"' in people
    assert f'data-pick="{alice.person.pk}"' in people
    assert f'data-pick="{mallory.person.pk}"' not in people
    assert 'data-pick="disk"' in client.get(PALETTE + "labels/").content.decode()


def test_more_items_boards_and_teams_cost_no_more_queries(client, alice, team, board, django_assert_max_num_queries):
    ItemFactory.create_batch(12, board=board)
    for _ in range(3):
        ItemFactory(board=BoardFactory(team=team))
    client.force_login(alice)
    client.get(PALETTE)

    with django_assert_max_num_queries(12):
        client.get(PALETTE, {"q": "item"})

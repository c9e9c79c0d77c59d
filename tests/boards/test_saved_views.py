import pytest
from django.utils import timezone

from boards.models import SavedView
from boards.services.views import save_view
from tests.factories import BoardFactory, ItemFactory

pytestmark = pytest.mark.django_db

BOARD = "/t/sre/b/operations/"
VIEWS = "/t/sre/b/operations/views/"


def view_of(user, board, *, name="Mine", query="class=toil&lanes=service", is_shared=False):
    return save_view(board=board, name=name, query=query, person=user.person, is_shared=is_shared, at=timezone.now())


def test_what_is_looked_for_is_saved_under_a_name_and_has_a_short_address(client, bob, board, backlog):
    ItemFactory(board=board, column=backlog, classification="toil", title="Toilsome")
    ItemFactory(board=board, column=backlog, title="Something else")
    client.force_login(bob)

    saved = client.post(VIEWS, {"name": " Toil only ", "query": "class=toil&lanes=class&done=90&nonsense=1"})
    page = client.get(saved["Location"]).content.decode()

    view = SavedView.objects.get()
    assert (view.name, view.query, view.person, view.is_shared) == (
        "Toil only",
        "class=toil&lanes=class",
        bob.person,
        False,
    )
    assert saved["Location"] == f"{BOARD}?view={view.pk}"
    assert "Toilsome" in page
    assert "Something else" not in page
    assert "Toil only" in page


def test_a_view_says_when_the_address_asks_for_something_else(client, alice, board):
    view = view_of(alice, board)
    client.force_login(alice)

    same = client.get(f"{BOARD}?view={view.pk}").content.decode()
    changed = client.get(f"{BOARD}?view={view.pk}&class=overhead").content.decode()
    menu = client.get(f"{VIEWS}?view={view.pk}&class=overhead").content.decode()

    assert "data-view-changed hidden" in same
    assert "data-view-changed>" in changed
    assert "Remove the filter Class: Overhead" in changed
    assert "Save the changes to “Mine”" in menu


def test_a_view_is_changed_renamed_and_deleted(client, alice, board):
    view = view_of(alice, board)
    client.force_login(alice)

    client.post(f"{VIEWS}{view.pk}/", {"query": "label=disk"})
    client.post(f"{VIEWS}{view.pk}/", {"name": "Disks"})
    view.refresh_from_db()
    assert (view.name, view.query) == ("Disks", "label=disk")
    client.post(f"{VIEWS}{view.pk}/delete/")

    assert not SavedView.objects.exists()


def test_a_name_is_there_once_for_a_person_and_once_for_the_team(client, alice, mallory, board):
    view_of(alice, board)
    view_of(mallory, board)
    view_of(alice, board, is_shared=True)
    client.force_login(alice)

    mine = client.post(VIEWS, {"name": "Mine", "query": "class=toil"})
    teams = client.post(VIEWS, {"name": "Mine", "query": "class=toil", "shared": "1"})

    assert mine.status_code == teams.status_code == 422
    assert "You have a view “Mine” here." in mine.content.decode()
    assert "The team has a view “Mine” on this board." in teams.content.decode()
    assert SavedView.objects.count() == 3


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": "", "query": "class=toil"}, "must not be empty"),
        ({"name": "x" * 81, "query": "class=toil"}, "80 are allowed"),
        ({"name": "Nothing", "query": "class=nonsense"}, "Nothing is filtered"),
        ({"name": "Nothing"}, "Nothing is filtered"),
    ],
)
def test_a_view_that_cannot_be_is_said(client, alice, board, fields, sentence):
    client.force_login(alice)

    answer = client.post(VIEWS, fields)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_views_of_others_are_not_there(client, alice, mallory, charlie, board):
    own = view_of(alice, board)
    shared = view_of(alice, board, name="Everybody's", is_shared=True)
    client.force_login(mallory)
    menu = client.get(VIEWS).content.decode()

    assert "Everybody&#x27;s" in menu
    assert "Mine" not in menu
    assert client.get(f"{BOARD}?view={own.pk}").status_code == 404
    assert client.post(f"{VIEWS}{own.pk}/delete/").status_code == 404
    assert client.get(f"{BOARD}?view={shared.pk}").status_code == 200
    assert client.get(f"{BOARD}?view=abc").status_code == 404
    client.force_login(charlie)
    for path in (VIEWS, f"{BOARD}?view={shared.pk}"):
        assert client.get(path).status_code == 404


def test_the_teams_views_are_made_by_members_and_changed_by_their_maker_or_an_owner(client, alice, mallory, bob, board):
    client.force_login(bob)
    assert client.post(VIEWS, {"name": "All", "query": "class=toil", "shared": "1"}).status_code == 403
    client.force_login(mallory)
    client.post(VIEWS, {"name": "All", "query": "class=toil", "shared": "1"})
    hers = SavedView.objects.get()
    owners = view_of(alice, board, name="Owner's", is_shared=True)

    assert client.post(f"{VIEWS}{owners.pk}/", {"name": "x"}).status_code == 403
    assert client.post(f"{VIEWS}{hers.pk}/", {"name": "Everything"}).status_code == 302
    client.force_login(alice)
    assert client.post(f"{VIEWS}{hers.pk}/delete/").status_code == 302


def test_views_stay_with_their_board(client, alice, team, board):
    other = BoardFactory(team=team, name="Other")
    view = view_of(alice, other)
    client.force_login(alice)

    assert client.get(f"{BOARD}?view={view.pk}").status_code == 404


def test_more_views_take_no_more_queries(client, alice, board, django_assert_max_num_queries):
    view_of(alice, board)
    client.force_login(alice)
    client.get(VIEWS)
    with django_assert_max_num_queries(15) as few:
        client.get(VIEWS)
    for n in range(20):
        view_of(alice, board, name=f"View {n}", is_shared=n % 2 == 0)

    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get(VIEWS)


def test_a_board_opens_with_the_view_that_a_person_chose(client, alice, mallory, board):
    client.force_login(mallory)
    view = save_view(
        board=board, name="Toil", query="class=toil", person=mallory.person, is_shared=True, at=timezone.now()
    )
    address = f"/t/sre/b/operations/views/{view.pk}/opening/"

    page = client.post(address, {"on": "1"}, follow=True)

    assert "This board opens with “Toil” for you now" in page.content.decode()
    opened = client.get("/t/sre/b/operations/")
    assert opened["Location"] == f"/t/sre/b/operations/?view={view.pk}"
    shown = client.get(opened["Location"]).content.decode()
    assert 'href="?all=1" data-filter-clear' in shown.replace("&amp;", "&")
    for query, headers in (("?all=1", {}), ("?q=disk", {}), ("", {"HX-Request": "true"})):
        assert client.get(f"/t/sre/b/operations/{query}", headers=headers).status_code == 200
    assert "opens first" in client.get(f"/t/sre/b/operations/views/?view={view.pk}").content.decode()
    client.force_login(alice)
    assert client.get("/t/sre/b/operations/").status_code == 200
    client.force_login(mallory)
    client.post(address, {"on": "0"})
    assert client.get("/t/sre/b/operations/").status_code == 200


def test_who_sets_what_a_board_opens_with_and_that_a_deleted_view_opens_nothing(client, alice, charlie, mallory, board):
    view = save_view(
        board=board, name="Mine", query="class=toil", person=mallory.person, is_shared=False, at=timezone.now()
    )
    address = f"/t/sre/b/operations/views/{view.pk}/opening/"

    assert client.post(address, {"on": "1"}).status_code == 302
    for user in (alice, charlie):
        client.force_login(user)
        assert client.post(address, {"on": "1"}).status_code == 404
    client.force_login(mallory)
    assert client.get(address).status_code == 405
    client.post(address, {"on": "1"})
    client.post(f"/t/sre/b/operations/views/{view.pk}/delete/")

    assert client.get("/t/sre/b/operations/").status_code == 200

"""`items/{id}/comments/` and `items/{id}/logs/`: whose they are, and who may change them."""

import pytest
from rest_framework.test import APIClient

from boards.models import Board, Comment, Item, WorkLog
from teams.models import User
from tests.factories import ItemFactory

SPAN = {"started_at": "2026-11-09T02:00:00+01:00", "ended_at": "2026-11-09T02:30:00+01:00"}


def signed_in(user: User) -> APIClient:
    client = APIClient()
    client.force_login(user)
    return client


@pytest.fixture
def item(board: Board) -> Item:
    return ItemFactory(board=board)


@pytest.fixture
def comments(item: Item) -> str:
    return f"/api/v1/items/{item.pk}/comments/"


@pytest.fixture
def logs(item: Item) -> str:
    return f"/api/v1/items/{item.pk}/logs/"


def test_a_comment_belongs_to_who_wrote_it(comments: str, api: APIClient, mallory: User) -> None:
    hers = signed_in(mallory).post(comments, {"body": "Hello"}, format="json")
    its = api.post(comments, {"body": "Beep"}, format="json")

    assert (hers.status_code, its.status_code) == (201, 201)
    assert list(hers.json()) == ["id", "author", "author_name", "body", "created_at", "edited_at"]
    assert (hers.json()["author"], its.json()["author"]) == ("mallory@example.com", None)
    assert api.get(comments).json()["results"] == [hers.json(), its.json()]
    assert api.get(f"{comments}{its.json()['id']}/").json() == its.json()


def test_only_its_author_or_an_owner_changes_a_comment(comments: str, alice: User, mallory: User, bob: User) -> None:
    owner, member = signed_in(alice), signed_in(mallory)
    hers = f"{comments}{member.post(comments, {'body': 'Mine'}, format='json').json()['id']}/"
    owners = f"{comments}{owner.post(comments, {'body': 'Boss'}, format='json').json()['id']}/"

    assert member.patch(hers, {"body": "Better"}, format="json").json()["body"] == "Better"
    assert owner.patch(hers, {"body": "Best"}, format="json").json()["edited_at"]
    assert member.patch(owners, {"body": "Coup"}, format="json").status_code == 403
    assert member.delete(owners).status_code == 403
    assert signed_in(bob).delete(hers).status_code == 403
    assert member.delete(hers).status_code == 204
    assert member.get(hers).status_code == 404
    assert [row["body"] for row in owner.get(comments).json()["results"]] == ["Boss"]


@pytest.mark.parametrize("body", [{}, {"body": ""}, {"body": "\0"}, {"body": ["Hi"]}, {"text": "Hi"}])
def test_a_comment_that_makes_no_sense_is_refused(comments: str, api: APIClient, body: object) -> None:
    assert api.post(comments, body, format="json").status_code in (400, 422)
    assert not Comment.objects.exists()


def test_work_is_logged_for_who_asks_or_for_a_person(logs: str, api: APIClient, mallory: User) -> None:
    hers = signed_in(mallory).post(logs, {**SPAN, "note": "Night page"}, format="json")
    its = api.post(logs, {**SPAN, "person": "new@example.com"}, format="json")
    nobodys = api.post(logs, SPAN, format="json")

    body = hers.json()
    assert list(body) == ["id", "person", "person_name", "started_at", "ended_at", "note", "source", "created_at"]
    assert (body["person"], body["note"]) == ("mallory@example.com", "Night page")
    assert (body["started_at"], body["ended_at"]) == ("2026-11-09T01:00:00Z", "2026-11-09T01:30:00Z")
    assert (its.status_code, its.json()["person"]) == (201, "new@example.com")
    assert (nobodys.status_code, list(nobodys.json()["error"]["fields"])) == (422, ["person"])
    assert api.get(logs).json()["results"] == [hers.json(), its.json()]


def test_members_log_their_own_work_and_owners_anybodys(logs: str, alice: User, mallory: User) -> None:
    owner, member = signed_in(alice), signed_in(mallory)

    assert member.post(logs, {**SPAN, "person": "alice@example.com"}, format="json").status_code == 403
    assert member.post(logs, {**SPAN, "person": "Mallory@example.com"}, format="json").status_code == 201
    theirs = owner.post(logs, {**SPAN, "person": "mallory@example.com"}, format="json").json()
    own = owner.post(logs, SPAN, format="json").json()
    assert member.patch(f"{logs}{theirs['id']}/", {"note": "So it was"}, format="json").status_code == 200
    assert member.patch(f"{logs}{own['id']}/", {"note": "No"}, format="json").status_code == 403
    assert member.delete(f"{logs}{own['id']}/").status_code == 403
    assert owner.delete(f"{logs}{theirs['id']}/").status_code == 204
    assert WorkLog.objects.kept().count() == 2


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"ended_at": "2026-11-09T01:00:00Z"}, "ended_at"),
        ({"ended_at": "2026-11-08T00:00:00Z"}, "ended_at"),
        ({"started_at": "2026-11-09T02:00:00"}, "started_at"),
        ({"started_at": "yesterday"}, "started_at"),
        ({"started_at": "2026-13-40T00:00:00Z"}, "started_at"),
        ({"started_at": "0001-01-01T00:00:00+14:00"}, "started_at"),
        ({"started_at": 1731142800}, "started_at"),
        ({"person": "nobody"}, "person"),
        ({"note": "\0"}, "note"),
        ({"hours": 2}, "hours"),
    ],
)
def test_a_log_that_makes_no_sense_is_422(logs: str, api: APIClient, change: dict[str, object], field: str) -> None:
    answer = api.post(logs, {**SPAN, "person": "a@example.com", **change}, format="json")

    assert answer.status_code == 422
    assert list(answer.json()["error"]["fields"]) == [field]
    assert not WorkLog.objects.exists()


def test_what_belongs_to_another_item_is_not_here(logs: str, comments: str, api: APIClient, board: Board) -> None:
    other = ItemFactory(board=board)
    log = api.post(logs, {**SPAN, "person": "a@example.com"}, format="json").json()
    comment = api.post(comments, {"body": "Hi"}, format="json").json()

    for address in (
        f"/api/v1/items/{other.pk}/logs/{log['id']}/",
        f"/api/v1/items/{other.pk}/comments/{comment['id']}/",
    ):
        assert api.get(address).status_code == 404
        assert api.delete(address).status_code == 404

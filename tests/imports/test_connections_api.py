"""`connections/` of the API."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from boards.models import Board
from imports.models import Connection
from teams.models import Scope, User
from tests.factories import ApiTokenFactory, BoardFactory
from tests.imports.senders import PAYLOADS, SECRET, encoded, proof

pytestmark = pytest.mark.django_db

URL = "/api/v1/connections/"


def signed_in(user: User) -> APIClient:
    client = APIClient()
    client.force_login(user)
    return client


@pytest.fixture
def connection(api: APIClient, board: Board) -> dict[str, Any]:
    answer = api.post(URL, {"board": board.pk, "kind": "github", "secret": SECRET}, format="json")
    assert answer.status_code == 201, answer.content
    return answer.json()


def test_the_answer_has_the_address_and_never_the_secret(
    api: APIClient, board: Board, connection: dict[str, Any]
) -> None:
    shown = api.get(f"{URL}{connection['id']}/")
    listed = api.get(URL)

    assert (connection["board"], connection["kind"], connection["source"]) == (board.pk, "github", "github")
    assert connection["url"].startswith("http")
    assert shown.json() == connection
    assert listed.json()["results"] == [connection]
    assert SECRET not in f"{connection}{shown.content!r}{listed.content!r}"


def test_the_address_takes_what_is_signed_with_the_secret(api: APIClient, connection: dict[str, Any]) -> None:
    body = encoded(PAYLOADS["github"])
    path = "/" + connection["url"].split("/", 3)[3]

    answer = APIClient().post(path, body, content_type="application/json", headers=proof("github", body))

    assert answer.status_code == 202


def test_a_new_secret_holds_beside_the_one_before(api: APIClient, connection: dict[str, Any]) -> None:
    answer = api.patch(f"{URL}{connection['id']}/", {"secret": "another one"}, format="json")

    assert answer.status_code == 200
    assert connection["previous_secret_until"] is None
    assert answer.json()["previous_secret_until"].endswith("Z")
    assert "another one" not in answer.content.decode()


def test_a_connection_can_be_deleted(api: APIClient, connection: dict[str, Any]) -> None:
    answer = api.delete(f"{URL}{connection['id']}/")

    assert answer.status_code == 204
    assert api.get(f"{URL}{connection['id']}/").status_code == 404
    assert not Connection.objects.exists()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"kind": "github", "secret": "x"}, "board"),
        ({"board": "own", "secret": "x"}, "kind"),
        ({"board": "own", "kind": "gitea", "secret": "x"}, "kind"),
        ({"board": "own", "kind": "github"}, "secret"),
        ({"board": "own", "kind": "github", "secret": " "}, "secret"),
        ({"board": "own", "kind": "github", "secret": "a\nb"}, "secret"),
        ({"board": "own", "kind": "github", "secret": "x" * 501}, "secret"),
        ({"board": "own", "kind": "github", "secret": "x", "source": "y" * 51}, "source"),
        ({"board": "own", "kind": "github", "secret": "x", "token": "y"}, "token"),
    ],
)
def test_a_bad_field_is_named(api: APIClient, board: Board, body: dict[str, Any], field: str) -> None:
    given = {name: board.pk if value == "own" else value for name, value in body.items()}

    answer = api.post(URL, given, format="json")

    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (422, [field])


@pytest.mark.parametrize("number", ["x", "1,2", "9" * 30])
def test_what_is_no_number_of_a_connection_is_not_found(api: APIClient, number: str) -> None:
    assert api.get(f"{URL}{number}/").status_code == 404


def test_kind_and_board_stay(api: APIClient, connection: dict[str, Any]) -> None:
    answer = api.patch(f"{URL}{connection['id']}/", {"secret": "x", "kind": "gitlab"}, format="json")

    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (422, ["kind"])


def test_who_may_not_change_the_settings_sees_no_address(
    team: Any, mallory: User, bob: User, charlie: User, alice: User, connection: dict[str, Any]
) -> None:
    one = f"{URL}{connection['id']}/"
    reader = APIClient()
    ApiTokenFactory(team=team, secret="tt_reader", scope=Scope.READ)
    reader.credentials(HTTP_AUTHORIZATION="Bearer tt_reader")

    for client in (signed_in(mallory), signed_in(bob), reader):
        assert client.get(URL).json()["results"] == []
        assert [client.get(one).status_code, client.patch(one, {}, format="json").status_code] == [403, 403]
        assert client.delete(one).status_code == 403
    stranger = signed_in(charlie)
    assert stranger.get(URL).json()["results"] == []
    assert [stranger.get(one).status_code, stranger.delete(one).status_code] == [404, 404]
    assert signed_in(alice).get(one).status_code == 200
    assert APIClient().get(URL).status_code == 401


def test_a_board_is_connected_by_those_who_may(bob: User, charlie: User, alice: User, board: Board) -> None:
    body = {"board": board.pk, "kind": "github", "secret": "x"}

    statuses = [signed_in(user).post(URL, body, format="json").status_code for user in (alice, bob, charlie)]

    assert statuses == [201, 403, 404]


def test_more_connections_cost_no_more_queries(
    api: APIClient, board: Board, team: Any, django_assert_num_queries: Any
) -> None:
    def add(to: Board) -> None:
        api.post(URL, {"board": to.pk, "kind": "github", "secret": "x"}, format="json")

    add(board)
    with django_assert_num_queries(2):
        api.get(URL)
    for __ in range(3):
        add(BoardFactory(team=team))

    with django_assert_num_queries(2):
        assert len(api.get(URL).json()["results"]) == 4

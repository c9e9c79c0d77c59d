"""The pages on which owners connect sources, and look at what these sent."""

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from boards.models import Board, Item
from imports.models import Connection, Delivery
from imports.sealing import unseal
from imports.services.connections import create_connection, rotate_secret
from imports.tasks import run_deliveries
from teams.actors import SYSTEM
from teams.models import User
from tests.imports.senders import PAYLOADS, SECRET, alert, closed, encoded, github_issue, notification, proof

pytestmark = pytest.mark.django_db

URL = "/t/sre/settings/connections/"


@pytest.fixture
def client(alice: User) -> Client:
    client = Client()
    client.force_login(alice)
    return client


@pytest.fixture
def connection(board: Board) -> Connection:
    return create_connection(board=board, kind="github", secret=SECRET, by=SYSTEM, at=timezone.now())


def send(connection: Connection, payload: Any) -> Delivery:
    body = encoded(payload)
    headers = proof(connection.kind, body)
    Client().post(f"/hooks/{connection.key}/", body, content_type="application/json", headers=headers)
    run_deliveries(connection.pk)
    return connection.deliveries.latest("pk")


def page_of(answer: Any) -> str:
    return answer.content.decode()


@pytest.mark.parametrize("kind", PAYLOADS)
def test_a_source_is_connected_with_its_address_and_four_lines(client: Client, board: Board, kind: str) -> None:
    answer = client.post(f"{URL}create/", {"kind": kind, "board": board.pk, "secret": SECRET, "source": ""})
    connection = Connection.objects.get()
    page = page_of(client.get(f"{URL}{connection.pk}/"))

    assert (answer.status_code, answer["Location"]) == (302, f"{URL}{connection.pk}/")
    assert f"/hooks/{connection.key}/" in page
    assert SECRET not in page
    assert len(re.findall("<li>", page[page.index('class="steps"') : page.index("</ol>")])) == 4


def test_a_secret_that_was_made_here_is_shown_once(client: Client, board: Board) -> None:
    answer = client.post(f"{URL}create/", {"kind": "generic", "board": board.pk, "secret": "", "source": ""})
    connection = Connection.objects.get()
    secret = unseal(connection.secret)

    assert answer.status_code == 200
    assert secret.startswith("whsec_")
    assert "no-store" in answer["Cache-Control"]
    assert secret in page_of(answer)
    assert secret not in page_of(client.get(f"{URL}{connection.pk}/"))


def test_what_is_wrong_stands_in_the_form(client: Client, board: Board) -> None:
    unknown = client.post(f"{URL}create/", {"kind": "gitea", "board": board.pk})
    long = client.post(f"{URL}create/", {"kind": "github", "board": board.pk, "source": "x" * 51})
    nul = client.post(f"{URL}create/", {"kind": "github", "board": board.pk, "secret": "a\tb"})

    assert [unknown.status_code, long.status_code, nul.status_code] == [422, 422, 422]
    assert not Connection.objects.exists()


def test_without_a_board_the_page_says_what_to_do_first(client: Client) -> None:
    assert "Make a board" in page_of(client.get(URL))


def test_deliveries_stand_there_with_their_outcome_and_their_bytes(client: Client, connection: Connection) -> None:
    delivery = send(connection, github_issue(title="<script>alert(1)</script>"))
    item = Item.objects.get()

    listed = page_of(client.get(f"{URL}{connection.pk}/"))
    shown = page_of(client.get(f"{URL}{connection.pk}/deliveries/{delivery.pk}/"))

    assert "issues.opened" in listed
    assert "Taken" in listed
    assert "Taken" in page_of(client.get(URL))
    assert "acme/ops#7" in shown
    assert f"/t/sre/items/{item.pk}/" in shown
    assert "&lt;script&gt;" in shown
    assert "<script>alert" not in shown
    assert "x-github-event: issues" in shown


def test_one_is_replayed(client: Client, connection: Connection) -> None:
    first = send(connection, github_issue())
    send(connection, closed())

    answer = client.post(f"{URL}{connection.pk}/deliveries/{first.pk}/replay/")
    run_deliveries(connection.pk)

    shown = page_of(client.get(f"{URL}{connection.pk}/deliveries/{first.pk}/"))
    assert answer["Location"] == f"{URL}{connection.pk}/deliveries/{first.pk}/"
    assert "A newer state of it is known already." in shown


def test_why_something_was_ignored_or_refused_is_said(client: Client, board: Board) -> None:
    connection = create_connection(board=board, kind="alertmanager", secret=SECRET, by=SYSTEM, at=timezone.now())
    send(connection, notification())
    delivery = send(connection, notification(alert(startsAt="2999-01-01T00:00:00Z")))

    page = page_of(client.get(f"{URL}{connection.pk}/"))
    shown = page_of(client.get(f"{URL}{connection.pk}/deliveries/{delivery.pk}/"))

    assert "It holds no alerts." in page
    assert "This time lies in the future." in shown


def test_a_refused_request_is_noticed(client: Client, connection: Connection) -> None:
    Client().post(f"/hooks/{connection.key}/", b"{}", content_type="application/json")

    assert "The header X-Hub-Signature-256 is missing." in page_of(client.get(f"{URL}{connection.pk}/"))


def test_a_secret_is_rotated_and_the_old_one_ended(client: Client, connection: Connection) -> None:
    answer = client.post(f"{URL}{connection.pk}/rotate/", {"secret": "another"})
    rotated = Connection.objects.get()
    during = page_of(client.get(f"{URL}{connection.pk}/"))
    client.post(f"{URL}{connection.pk}/end-previous/")

    assert answer.status_code == 302
    assert (unseal(rotated.secret), unseal(rotated.previous_secret)) == ("another", SECRET)
    assert "The secret before this one holds until" in during
    assert Connection.objects.get().previous_secret == ""


def test_a_secret_may_be_made_when_rotating(client: Client, connection: Connection) -> None:
    answer = client.post(f"{URL}{connection.pk}/rotate/", {"secret": ""})
    bad = client.post(f"{URL}{connection.pk}/rotate/", {"secret": "x" * 501})

    assert unseal(Connection.objects.get().secret) in page_of(answer)
    assert bad.status_code == 422


def test_a_source_is_disconnected_and_its_items_stay(client: Client, connection: Connection) -> None:
    send(connection, github_issue())

    answer = client.post(f"{URL}{connection.pk}/delete/")

    assert answer["Location"] == URL
    assert not Connection.objects.exists()
    assert Item.objects.count() == 1


def test_only_owners_connect(connection: Connection, board: Board, mallory: User, bob: User, charlie: User) -> None:
    delivery = send(connection, github_issue())
    one = f"{URL}{connection.pk}/"
    pages = [URL, one, f"{one}deliveries/{delivery.pk}/"]
    actions = [f"{URL}create/", f"{one}rotate/", f"{one}end-previous/", f"{one}delete/", f"{pages[2]}replay/"]

    def statuses(user: User | None) -> set[int]:
        client = Client()
        if user:
            client.force_login(user)
        return {client.get(page).status_code for page in pages} | {client.post(page).status_code for page in actions}

    assert [statuses(mallory), statuses(bob), statuses(charlie), statuses(None)] == [{403}, {403}, {404}, {302}]
    assert rotate_secret(connection=connection, secret="x", at=timezone.now()).previous_secret == connection.secret


def test_of_another_team_nothing_is_shown(charlie: User, connection: Connection) -> None:
    client = Client()
    client.force_login(charlie)

    assert client.get(f"/t/strangers/settings/connections/{connection.pk}/").status_code == 404


def test_pages_are_read_and_actions_are_posted(client: Client, connection: Connection) -> None:
    one = f"{URL}{connection.pk}/"

    assert {client.post(page).status_code for page in (URL, one)} == {405}
    assert {client.get(f"{one}{action}/").status_code for action in ("rotate", "end-previous", "delete")} == {405}


def test_more_deliveries_cost_no_more_queries(
    client: Client, connection: Connection, django_assert_max_num_queries: Any
) -> None:
    def add(count: int) -> None:
        for __ in range(count):
            Delivery.objects.create(connection=connection, body=b"{}", received_at=timezone.now())

    add(2)
    client.get(f"{URL}{connection.pk}/")
    with django_assert_max_num_queries(14) as few:
        client.get(f"{URL}{connection.pk}/")
    add(20)

    with django_assert_max_num_queries(len(few)):
        client.get(f"{URL}{connection.pk}/")

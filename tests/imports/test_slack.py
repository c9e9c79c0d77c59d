"""Slack: a slash command and a message shortcut become items, and who used them is told."""

import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from boards.models import Board, Item
from imports.models import Connection, Delivery
from imports.services import replies
from imports.services.connections import create_connection, end_previous_secret, rotate_secret
from imports.services.replies import tell_outcome
from imports.sources.kinds import KINDS
from imports.sources.signatures import BadSignatureError, Call
from imports.sources.slack import plain, read
from imports.tasks import run_deliveries
from teams.actors import SYSTEM
from teams.models import User
from tests.imports.senders import SECRET, slack_command, slack_message, slack_proof

pytestmark = pytest.mark.django_db

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def slack(board: Board) -> Connection:
    return create_connection(board=board, kind="slack", secret=SECRET, by=SYSTEM, at=timezone.now())


def post(to: Connection, body: bytes, *, secret: str = SECRET, at: int | None = None) -> Any:
    return Client().post(f"/hooks/{to.key}/", body, content_type=FORM, headers=slack_proof(body, secret, at=at))


def use(to: Connection, body: bytes) -> Any:
    """Use a command or shortcut, and let the worker take it."""
    answer = post(to, body)
    assert answer.status_code == 200, answer.content
    run_deliveries(to.pk)
    return answer


def test_a_command_becomes_an_item_and_is_answered_with_a_link_to_it(slack: Connection, alice: User) -> None:
    answer = use(slack, slack_command("Disk full on db-3\nSince this <https://wiki|morning>.")).json()

    item = Item.objects.get()
    assert (item.title, item.source, item.column.stage) == ("Disk full on db-3", "slack", "queue")
    assert item.description == "Since this morning (https://wiki).\n\nFrom @ann in #ops."
    assert answer["response_type"] == "ephemeral"
    assert "|Disk full on db-3> is put on Operations." in answer["text"]
    link = answer["text"].partition("<")[2].partition("|")[0].replace("&amp;", "&")
    client = Client()
    client.force_login(alice)
    assert client.get("/" + link.split("/", 3)[3])["Location"] == f"/t/sre/items/{item.pk}/"


def test_the_link_says_that_the_item_is_coming_until_it_is_there(slack: Connection, alice: User, bob: User) -> None:
    text = post(slack, slack_command("Disk full")).json()["text"]
    link = "/" + text.partition("<")[2].partition("|")[0].replace("&amp;", "&").split("/", 3)[3]
    client, viewer = Client(), Client()
    client.force_login(alice)
    viewer.force_login(bob)

    waiting = client.get(link)
    run_deliveries(slack.pk)

    assert (waiting.status_code, "Look again" in waiting.content.decode()) == (404, True)
    assert viewer.get(link).status_code == 302
    assert Client().get(link)["Location"].startswith("/accounts/login/")


def test_the_link_shows_a_stranger_nothing(slack: Connection, charlie: User, client: Client) -> None:
    use(slack, slack_command("Disk full"))
    client.force_login(charlie)

    answer = client.get("/t/sre/came/", {"board": slack.board_id, "source": "slack", "id": Item.objects.get().key})

    assert answer.status_code == 404
    assert client.post("/t/sre/came/").status_code in {404, 405}


@pytest.mark.parametrize("number", ["", "x", "0", "9" * 30, "²"])
def test_a_link_to_no_board_is_not_found(slack: Connection, alice: User, client: Client, number: str) -> None:
    client.force_login(alice)

    assert client.get("/t/sre/came/", {"board": number, "source": "\0", "id": "x"}).status_code == 404


def test_a_command_that_comes_twice_is_one_item(slack: Connection) -> None:
    body = slack_command("Disk full")

    first, again = use(slack, body).json(), use(slack, body).json()

    assert first == again
    assert (Item.objects.count(), Delivery.objects.count()) == (1, 1)


@pytest.mark.parametrize("said", ["", "  ", "help", "?"])
def test_a_command_without_words_is_told_how(slack: Connection, said: str) -> None:
    answer = use(slack, slack_command(said)).json()

    assert answer["response_type"] == "ephemeral"
    assert "/toil" in answer["text"]
    assert not Item.objects.exists()


def test_a_message_becomes_an_item_once_and_keeps_its_address(slack: Connection) -> None:
    first = use(slack, slack_message("The queue <@U1|ann> is stuck &amp; growing", trigger="1"))
    use(slack, slack_message("The queue <@U1|ann> is stuck &amp; growing", trigger="2"))

    item = Item.objects.get()
    assert first.content == b""
    assert item.title == "The queue @ann is stuck & growing"
    assert item.url == "https://acme.slack.com/archives/C1/p1793613600000200"
    assert (item.external_id, item.description) == ("C1/1793613600.000200", "From #ops.")
    assert [delivery.results[0]["outcome"] for delivery in Delivery.objects.order_by("pk")] == ["created", "unchanged"]


def test_what_is_neither_is_kept_and_answered_with_nothing(slack: Connection) -> None:
    body = urlencode({"payload": json.dumps({"type": "shortcut", "trigger_id": "1"})}).encode()

    assert use(slack, body).status_code == 200
    assert use(slack, b"ssl_check=1&token=x").status_code == 200
    assert set(Delivery.objects.values_list("state", flat=True)) == {"ignored"}


def test_a_command_on_an_archived_board_says_so(slack: Connection) -> None:
    Board.objects.filter(pk=slack.board_id).update(archived_at=timezone.now())

    answer = use(slack, slack_command("Disk full")).json()

    assert "archived" in answer["text"]
    assert not Item.objects.exists()


def test_a_form_without_anything_known_is_refused(slack: Connection) -> None:
    assert post(slack, b"text=x").status_code == 400


def test_two_secrets_hold_while_one_is_rotated(slack: Connection) -> None:
    rotate_secret(connection=slack, secret="the new one", at=timezone.now())

    both = [post(slack, slack_command("x"), secret=secret).status_code for secret in (SECRET, "the new one", "another")]
    end_previous_secret(connection=slack)

    assert both == [200, 200, 403]
    assert post(slack, slack_command("x")).status_code == 403


def test_an_old_request_is_refused(slack: Connection) -> None:
    now = int(timezone.now().timestamp())

    statuses = [post(slack, slack_command("x"), at=now + shift).status_code for shift in (-310, -200, 200, 310)]

    assert statuses == [403, 200, 200, 403]
    assert Client().post(f"/hooks/{slack.key}/", slack_command("x"), content_type=FORM).status_code == 401


def test_the_vector_of_slacks_documentation_holds() -> None:
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
        b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
        b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    headers = {
        "x-slack-request-timestamp": "1531420618",
        "x-slack-signature": "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
    }
    secret, then = "8f742231b10e8888abcd99yyyzzz85a5", datetime.fromtimestamp(1531420618, UTC)

    KINDS["slack"].verify(Call(headers, {}, body), [secret], then)
    with pytest.raises(BadSignatureError):
        KINDS["slack"].verify(Call(headers, {}, body + b"&"), [secret], then)
    with pytest.raises(BadSignatureError):
        KINDS["slack"].verify(Call(headers, {}, body), [secret], then + timedelta(minutes=6))


@pytest.mark.parametrize(
    ("marked", "words"),
    [
        ("a &lt;b&gt; &amp;amp;", "a <b> &amp;"),
        ("<@U1> and <#C1|general>", "@U1 and #general"),
        ("<!here> <!subteam^S1|@ops>", "@here @ops"),
        ("<https://x.example/y> <http://x.example|x.example>", "https://x.example/y http://x.example"),
        ("a < b", "a < b"),
    ],
)
def test_marks_of_slack_are_read(marked: str, words: str) -> None:
    assert plain(marked) == words


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(
    st.fixed_dictionaries(
        {},
        optional=dict.fromkeys(
            ("type", "command", "text", "trigger_id", "message", "channel", "team", "action_ts", "user_name"),
            json_values,
        ),
    )
    | st.builds(
        lambda message, channel: {"type": "message_action", "message": message, "channel": channel},
        st.fixed_dictionaries({"ts": st.text(max_size=10), "text": json_values}),
        st.fixed_dictionaries({"id": st.text(max_size=10)}),
    )
)
def test_no_payload_is_so_strange_that_reading_it_fails(payload: dict[str, Any]) -> None:
    read({"x-slack-request-timestamp": "²"}, payload)


class Hook(BaseHTTPRequestHandler):
    """Where Slack takes what is said later."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.path, json.loads(body)))  # type: ignore[attr-defined]
        self.send_response(200)
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, dict[str, Any]]]]:
    server: Any = HTTPServer(("127.0.0.1", 0), Hook)
    server.got = []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    connect: Callable[..., HTTPConnection] = lambda host, timeout: HTTPConnection(*server.server_address, timeout=5)  # noqa: E731
    monkeypatch.setattr(replies, "HTTPSConnection", connect)
    yield server.got
    server.shutdown()
    thread.join()
    server.server_close()


def test_who_used_a_shortcut_is_told_what_became_of_it(
    slack: Connection, said: list[tuple[str, dict[str, Any]]]
) -> None:
    for trigger in ("1", "2"):
        use(slack, slack_message("The queue | is stuck", trigger=trigger))
    for delivery in Delivery.objects.order_by("pk"):
        tell_outcome(delivery_id=delivery.pk, at=timezone.now())

    assert [path for path, __ in said] == ["/app/T1/1/x", "/app/T1/2/x"]
    assert all(body["response_type"] == "ephemeral" for __, body in said)
    assert "|The queue ¦ is stuck> is on Operations." in said[0][1]["text"]
    assert said[1][1]["text"].endswith("is on Operations already.")


def test_a_refused_shortcut_is_told_why(slack: Connection, said: list[tuple[str, dict[str, Any]]]) -> None:
    Board.objects.filter(pk=slack.board_id).update(archived_at=timezone.now())
    use(slack, slack_message("The queue is stuck"))

    tell_outcome(delivery_id=Delivery.objects.get().pk, at=timezone.now())

    assert "archived" in said[0][1]["text"]


@pytest.mark.parametrize(
    "address", ["https://evil.example/x", "http://hooks.slack.com/x", "https://u@hooks.slack.com/x"]
)
def test_nobody_but_slack_is_told(slack: Connection, said: list[tuple[str, dict[str, Any]]], address: str) -> None:
    use(slack, slack_message("The queue is stuck", response_url=address))

    tell_outcome(delivery_id=Delivery.objects.get().pk, at=timezone.now())

    assert said == []


def test_nobody_is_told_of_what_is_long_past(slack: Connection, said: list[tuple[str, dict[str, Any]]]) -> None:
    use(slack, slack_message("The queue is stuck"))

    tell_outcome(delivery_id=Delivery.objects.get().pk, at=timezone.now() + timedelta(minutes=31))
    tell_outcome(delivery_id=0, at=timezone.now())

    assert said == []


def test_slack_being_away_does_no_harm(slack: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any, **kwargs: Any) -> HTTPConnection:
        return HTTPConnection("127.0.0.1", 9, timeout=1)

    monkeypatch.setattr(replies, "HTTPSConnection", refuse)
    use(slack, slack_message("The queue is stuck"))

    tell_outcome(delivery_id=Delivery.objects.get().pk, at=timezone.now())

    assert Item.objects.count() == 1

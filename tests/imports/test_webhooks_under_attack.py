"""Webhooks out of order, repeated, forged and bent: the newest word holds, and nothing else gets in."""

import itertools
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from boards.models import Board, Item
from imports.models import Connection, Delivery
from imports.services.connections import create_connection
from imports.tasks import run_deliveries
from teams.actors import SYSTEM
from tests.imports.senders import (
    PAYLOADS,
    SECRET,
    alert,
    closed,
    encoded,
    github_issue,
    incident,
    notification,
    pagerduty_event,
    proof,
    slack_proof,
    standard,
    zendesk_event,
)

pytestmark = pytest.mark.django_db

Connect = Callable[[str], Connection]


@pytest.fixture
def connect(board: Board) -> Connect:
    def connect(kind: str) -> Connection:
        return create_connection(board=board, kind=kind, secret=SECRET, by=SYSTEM, at=timezone.now())

    return connect


def post(to: Connection, body: bytes, content_type: str = "application/json", **headers: str) -> Any:
    proved = {**proof(to.kind, body), **headers}
    return Client().generic("POST", f"/hooks/{to.key}/", body, content_type=content_type, headers=proved)


HISTORIES: dict[str, list[dict[str, Any]]] = {
    "github": [
        github_issue(),
        closed("2026-11-02T11:00:00Z"),
        {**github_issue(updated_at="2026-11-02T12:00:00Z", title="Last word"), "action": "reopened"},
    ],
    "pagerduty": [
        pagerduty_event("incident.triggered", "triggered", "2026-11-02T09:00:00Z"),
        pagerduty_event("incident.acknowledged", "acknowledged", "2026-11-02T09:05:00Z"),
        pagerduty_event("incident.resolved", "resolved", "2026-11-02T09:30:00Z", title="Last word"),
    ],
    "zendesk": [
        zendesk_event("ticket.created", status="NEW", updated_at="2026-11-02T09:00:00Z"),
        zendesk_event("ticket.status_changed", status="OPEN", updated_at="2026-11-02T10:00:00Z"),
        zendesk_event(
            "ticket.subject_changed", status="SOLVED", subject="Last word", updated_at="2026-11-02T11:00:00Z"
        ),
    ],
}


@pytest.mark.parametrize("kind", HISTORIES)
def test_the_newest_word_holds_whatever_the_order_and_however_often(connect: Connect, kind: str) -> None:
    connection = connect(kind)
    seen = set()

    for number, order in enumerate(itertools.permutations(HISTORIES[kind])):
        Item.objects.all().delete()
        Delivery.objects.all().delete()
        for place, payload in enumerate([*order, order[0], order[number % len(order)]]):
            body = encoded(payload)
            headers = {"X-GitHub-Delivery": f"{number}-{place}"} if kind == "github" else {}
            assert post(connection, body, **headers).status_code in {200, 202}
            run_deliveries(connection.pk)
        item = Item.objects.get()
        seen.add((item.title, item.column.stage))

    assert seen == {("Last word", "queue" if kind == "github" else "done")}


@pytest.mark.parametrize(
    ("kind", "first", "last"),
    [
        ("alertmanager", notification(alert()), notification(alert("resolved"))),
        ("google-cloud-monitoring", incident(), incident("closed")),
    ],
)
def test_an_end_holds_in_either_order(connect: Connect, kind: str, first: Any, last: Any) -> None:
    connection = connect(kind)

    for payloads in ((first, last, first), (last, first, last)):
        Item.objects.all().delete()
        for payload in payloads:
            post(connection, encoded(payload))
        run_deliveries(connection.pk)
        assert Item.objects.get().column.is_done


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "multipart/form-data; boundary=x", "application/json; charset=utf-16", "", "application/xml"],
)
def test_what_a_body_is_called_changes_nothing_about_its_bytes(connect: Connect, content_type: str) -> None:
    connection = connect("github")
    body = encoded(github_issue())

    answer = post(connection, body, content_type)
    forged = post(connection, body + b" ", content_type, **proof("github", body))

    assert (answer.status_code, forged.status_code) == (202, 403)


def test_a_body_in_chunks_is_proved_and_bounded_like_any_other(connect: Connect) -> None:
    connection = connect("github")

    def chunked(body: bytes) -> int:
        environ = {"wsgi.input": BytesIO(body), "wsgi.input_terminated": True, "CONTENT_LENGTH": ""}
        headers = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in proof("github", body).items()}
        address = f"/hooks/{connection.key}/"
        return Client().generic("POST", address, b"", content_type="application/json", **environ, **headers).status_code

    assert chunked(encoded(github_issue())) == 202
    assert chunked(b'{"a": "' + b"x" * (5 * 1024 * 1024) + b'"}') == 413


@pytest.mark.parametrize(
    "body",
    [
        b'{"external_id": "A", "title": "first", "title": "second"}',
        b'{"external_id": "A", "title": "\\ud800"}',
        b'{"external_id": "A\\u0000", "title": "a"}',
        b'{"external_id": 1e999, "title": "a"}',
        b'{"external_id": "A", "title": "a", "estimate_hours": ' + b"9" * 400 + b"}",
        b'{"external_id": "A", "title": "a", "created_at": "9999-12-31T23:59:59-14:00"}',
        b'{"external_id": "A", "title": "a", "labels": ' + b"[" * 500 + b"]" * 500 + b"}",
    ],
)
def test_an_odd_ticket_is_taken_or_refused_and_never_stops_the_next(connect: Connect, body: bytes) -> None:
    connection = connect("generic")
    post(connection, body)
    good = b'{"external_id": "B", "title": "b"}'
    post(connection, good, **standard(good, identity="msg_2"))

    run_deliveries(connection.pk)

    assert Item.objects.filter(external_id="B").exists()
    assert not Delivery.objects.filter(state="waiting").exists()


@pytest.mark.parametrize(
    ("kind", "minutes"), [("generic", 6), ("generic", -6), ("gitlab", 6), ("slack", 6), ("slack", -6)]
)
def test_a_captured_request_holds_for_five_minutes_only(connect: Connect, kind: str, minutes: int) -> None:
    connection = connect(kind)
    body = b"command=%2Ftoil&text=x" if kind == "slack" else encoded(PAYLOADS[kind])
    at = int((timezone.now() - timedelta(minutes=minutes)).timestamp())
    headers = slack_proof(body, at=at) if kind == "slack" else standard(body, at=at)

    answer = Client().post(f"/hooks/{connection.key}/", body, content_type="application/json", headers=headers)

    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "bad_signature")
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("kind", PAYLOADS)
def test_an_empty_proof_proves_nothing(connect: Connect, kind: str) -> None:
    connection = connect(kind)
    body = encoded(PAYLOADS[kind])

    statuses = set()
    for value in ("", "sha256=", "v1=", "Bearer ", "Basic Og==", "v1,", ","):
        headers = dict.fromkeys(proof(kind, body), value)
        address = f"/hooks/{connection.key}/?auth_token="
        statuses.add(Client().post(address, body, content_type="application/json", headers=headers).status_code)

    assert statuses <= {401, 403}
    assert not Delivery.objects.exists()

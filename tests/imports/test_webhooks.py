"""What connected sources send: proved, kept, worked off once and in order, replayed, forgotten."""

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection as database
from django.test import Client, override_settings
from django.utils import timezone

from boards.models import Board, Change, Item
from boards.services.items import edit_item
from imports.models import Connection, Delivery
from imports.services.connections import create_connection, end_previous_secret, rotate_secret
from imports.services.deliveries import (
    claim_connection,
    forget_deliveries,
    next_delivery,
    replay_delivery,
    reserve_connections,
    work_off,
)
from imports.tasks import run_deliveries, tick
from teams.actors import SYSTEM
from tests.imports.senders import (
    PAYLOADS,
    SECRET,
    alert,
    closed,
    encoded,
    github_issue,
    gitlab_issue,
    incident,
    jira_issue,
    notification,
    pagerduty_event,
    proof,
    zendesk_event,
)

pytestmark = pytest.mark.django_db

Connect = Callable[..., Connection]


@pytest.fixture
def connect(board: Board) -> Connect:
    def connect(kind: str, **options: Any) -> Connection:
        return create_connection(board=board, kind=kind, secret=SECRET, by=SYSTEM, at=timezone.now(), **options)

    return connect


def post(to: Connection, payload: object, *, secret: str = SECRET, query: str = "", **headers: str) -> Any:
    body = payload if isinstance(payload, bytes) else encoded(payload)
    proved = {**proof(to.kind, body, secret), **{name.replace("_", "-"): value for name, value in headers.items()}}
    return Client().post(f"/hooks/{to.key}/{query}", body, content_type="application/json", headers=proved)


def deliver(to: Connection, payload: object, **headers: str) -> Delivery:
    """Send something, and let the worker take it."""
    answer = post(to, payload, **headers)
    assert answer.status_code in {200, 202}, answer.content
    run_deliveries(to.pk)
    return Delivery.objects.get(pk=answer.json()["delivery"])


@pytest.mark.parametrize("kind", PAYLOADS)
def test_what_a_source_sends_becomes_an_item(connect: Connect, kind: str) -> None:
    connection = connect(kind)

    answer = post(connection, PAYLOADS[kind])
    before = Item.objects.count()
    run_deliveries(connection.pk)

    item = Item.objects.get()
    assert (answer.status_code, answer.json()["state"], before) == (202, "waiting", 0)
    assert (item.source, Delivery.objects.get().state) == (kind, "taken")
    assert Delivery.objects.get().results == [
        {"index": 0, "external_id": item.external_id, "outcome": "created", "item": item.pk}
    ]


@pytest.mark.parametrize("kind", PAYLOADS)
def test_a_bad_proof_is_refused_and_nothing_kept_but_that_it_was(connect: Connect, kind: str) -> None:
    connection = connect(kind)
    body = encoded(PAYLOADS[kind])
    address = f"/hooks/{connection.key}/"

    wrong = post(connection, PAYLOADS[kind], secret="guessed")
    without = Client().post(address, body, content_type="application/json")

    connection.refresh_from_db()
    assert (wrong.status_code, without.status_code) == (403, 401)
    assert wrong.json()["error"]["code"] == "bad_signature"
    assert not Delivery.objects.exists()
    assert connection.refusal == wrong.json()["error"]["message"]


@pytest.mark.parametrize("body", [b"", b"{broken", b"[]", b'"text"', b"\xff\xfe", b"[" * 100_000, b'{"a": NaN}'])
def test_a_body_that_cannot_be_read_is_refused(connect: Connect, body: bytes) -> None:
    connection = connect("github")

    answer = post(connection, body)

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "malformed")
    assert not Delivery.objects.exists()


def test_five_megabytes_are_taken_and_no_more(connect: Connect) -> None:
    connection = connect("alertmanager")
    limit = 5 * 1024 * 1024
    start = encoded(notification(alert()))

    full = post(connection, start + b" " * (limit - len(start)))
    over = post(connection, start + b" " * (limit - len(start) + 1))

    assert (full.status_code, over.status_code, over.json()["error"]["code"]) == (202, 413, "too_large")


def test_an_address_that_was_never_given_out_is_not_found(client: Client) -> None:
    assert client.post("/hooks/guessed/", b"{}", content_type="application/json").status_code == 404
    assert client.post("/hooks/%00/", b"{}", content_type="application/json").status_code == 404


def test_only_a_post_is_a_delivery(connect: Connect, client: Client) -> None:
    answer = client.get(f"/hooks/{connect('github').key}/")

    assert (answer.status_code, answer["Allow"]) == (405, "POST")


def test_a_delivery_that_comes_again_is_answered_and_ignored(connect: Connect) -> None:
    connection = connect("github")

    first = post(connection, github_issue(), X_GitHub_Delivery="72d3162e")
    again = post(connection, github_issue(title="Something else"), X_GitHub_Delivery="72d3162e")
    run_deliveries(connection.pk)

    assert (first.status_code, again.status_code) == (202, 200)
    assert again.json() == {"delivery": first.json()["delivery"], "state": "waiting", "repeated": True}
    assert Item.objects.get().title == "Disk full on db-3"


def test_the_same_number_of_two_sources_is_two_deliveries(connect: Connect) -> None:
    one, other = connect("github"), connect("github", source="github-two")

    answers = [post(to, github_issue(), X_GitHub_Delivery="72d3162e").status_code for to in (one, other)]

    assert answers == [202, 202]


def test_an_older_event_never_overwrites_a_newer_one(connect: Connect) -> None:
    connection = connect("github")

    deliver(connection, closed())
    late = deliver(connection, github_issue())

    assert Item.objects.get().column.is_done
    assert [(row["outcome"], row["note"]) for row in late.results] == [("skipped", "stale")]


def test_of_events_of_one_second_the_beginning_does_not_undo_the_rest(connect: Connect) -> None:
    connection = connect("github")
    labeled = {**github_issue(labels=[{"name": "disk"}, {"name": "db"}]), "action": "labeled"}

    deliver(connection, labeled)
    late = deliver(connection, github_issue(labels=[]))

    assert sorted(label.name for label in Item.objects.get().labels.all()) == ["db", "disk"]
    assert late.state == "ignored"


def test_what_waits_is_worked_off_in_the_order_of_its_arrival(connect: Connect) -> None:
    connection = connect("generic")
    for number, title in enumerate(["first", "second", "third"]):
        body = encoded({"external_id": "A-1", "title": title})
        headers = {"webhook_id": f"msg_{number}"}
        from_sender = proof("generic", body)
        assert from_sender["webhook-id"] == "msg_1"
        Delivery.objects.create(connection=connection, body=body, received_at=timezone.now(), headers=headers)

    run_deliveries(connection.pk)

    titles = Change.objects.filter(field="title").order_by("pk").values_list("after", flat=True)
    assert Item.objects.get().title == "third"
    assert list(titles) == ["second", "third"]


def test_an_occurrence_of_an_alert_is_one_item_that_its_end_closes(connect: Connect) -> None:
    connection = connect("alertmanager")
    again = {"startsAt": "2026-11-02T10:00:00Z"}

    deliver(connection, notification(alert()))
    repeated = deliver(connection, notification(alert()))
    deliver(connection, notification(alert("resolved")))
    deliver(connection, notification(alert(**again), alert("resolved")))

    first, second = Item.objects.order_by("pk")
    assert repeated.results[0]["outcome"] == "unchanged"
    assert first.title == "DiskFull (db-3)"
    assert (first.service, first.priority, first.is_interrupt) == ("postgres", "urgent", True)
    assert first.column.is_done
    assert first.finished_at == datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
    assert not second.column.is_done


def test_an_end_that_comes_before_its_beginning_closes_all_the_same(connect: Connect) -> None:
    connection = connect("alertmanager")

    deliver(connection, notification(alert("resolved")))
    deliver(connection, notification(alert()))

    assert Item.objects.get().column.is_done


def test_an_incident_is_opened_taken_and_resolved_by_whoever_had_it(connect: Connect) -> None:
    connection = connect("pagerduty")

    for status, minute in (("triggered", "00"), ("acknowledged", "05"), ("resolved", "45")):
        deliver(connection, pagerduty_event(f"incident.{status}", status, f"2026-11-02T09:{minute}:00Z"))

    item = Item.objects.get()
    assert (item.service, item.priority, item.assignee.name) == ("checkout", "high", "Ann Lee")
    assert (item.started_at.minute, item.finished_at.minute) == (5, 45)


def test_an_incident_of_google_opens_and_closes(connect: Connect) -> None:
    connection = connect("google-cloud-monitoring")

    deliver(connection, incident())
    deliver(connection, incident("closed"))

    item = Item.objects.get()
    assert (item.title, item.column.is_done) == ("CPU of the web servers", True)
    assert item.finished_at - item.created_at == timedelta(hours=1)


def test_an_issue_that_is_opened_again_is_open_here(connect: Connect) -> None:
    connection = connect("github")
    again = {**github_issue(updated_at="2026-11-02T12:00:00Z"), "action": "reopened"}

    deliver(connection, github_issue())
    deliver(connection, closed())
    deliver(connection, again)

    assert not Item.objects.get().column.is_done
    deliver(connection, closed("2026-11-02T13:00:00Z"))
    assert Item.objects.get().finished_at.hour == 13


@pytest.mark.parametrize(
    ("kind", "comes", "goes"),
    [
        ("github", github_issue(), {**github_issue(), "action": "deleted"}),
        ("github", github_issue(), {**github_issue(), "action": "transferred"}),
        ("jira", jira_issue(), jira_issue("jira:issue_deleted")),
        ("zendesk", zendesk_event(), zendesk_event("ticket.soft_deleted")),
    ],
)
def test_what_is_gone_at_its_source_is_closed_here(connect: Connect, kind: str, comes: Any, goes: Any) -> None:
    connection = connect(kind)

    unknown = deliver(connection, goes, webhook_id="one")
    deliver(connection, comes)
    Delivery.objects.update(sender_id=None)
    gone = deliver(connection, goes)

    assert unknown.state == "ignored"
    assert gone.state == "taken"
    assert Item.objects.get().column.is_done


def test_an_issue_of_jira_that_moves_leaves_a_closed_item_under_its_old_key(connect: Connect) -> None:
    connection = connect("jira")
    change = {"items": [{"field": "Key", "fromString": "OPS-1", "toString": "NET-9"}]}
    moved = jira_issue(changelog=change)
    moved["issue"]["key"] = "NET-9"

    deliver(connection, jira_issue())
    deliver(connection, moved)

    states = {item.external_id: item.column.is_done for item in Item.objects.all()}
    assert states == {"OPS-1": True, "NET-9": False}


@pytest.mark.parametrize(
    ("kind", "payload", "headers"),
    [
        ("github", {"zen": "Design for failure."}, {"X_GitHub_Event": "ping"}),
        ("github", github_issue(pull_request={"url": "https://api.github.com/x"}), {}),
        ("gitlab", {"object_kind": "push"}, {}),
        ("jira", {"webhookEvent": "comment_created", "issue": {"key": "A-1", "fields": {"summary": "x"}}}, {}),
        ("pagerduty", {"event": {"id": "1", "event_type": "pagey.ping", "data": {"type": "ping"}}}, {}),
        ("alertmanager", {"alerts": []}, {}),
        ("google-cloud-monitoring", {"incident": {}}, {}),
        ("zendesk", {"type": "zen:event-type:user.created", "detail": {"id": "1"}}, {}),
    ],
)
def test_an_event_that_means_nothing_to_a_board_says_so(
    connect: Connect, kind: str, payload: Any, headers: dict[str, str]
) -> None:
    delivery = deliver(connect(kind), payload, **headers)

    assert delivery.state == "ignored"
    assert delivery.problem
    assert not Item.objects.exists()


def test_a_ticket_that_is_refused_says_why(connect: Connect) -> None:
    delivery = deliver(connect("generic"), {"external_id": "A-1", "titel": "x"})

    assert delivery.state == "failed"
    assert list(delivery.results[0]["errors"]) == ["titel", "title"]


def test_github_may_send_a_form(connect: Connect) -> None:
    connection = connect("github")
    body = urlencode({"payload": json.dumps(github_issue())}).encode()

    answer = Client().post(
        f"/hooks/{connection.key}/",
        body,
        content_type="application/x-www-form-urlencoded",
        headers=proof("github", body),
    )
    run_deliveries(connection.pk)

    assert answer.status_code == 202
    assert Item.objects.get().external_id == "acme/ops#7"


def test_two_secrets_hold_while_one_is_rotated(connect: Connect) -> None:
    now = timezone.now()
    connection = connect("alertmanager")

    def answers() -> list[int]:
        return [post(connection, PAYLOADS["alertmanager"], secret=secret).status_code for secret in (SECRET, "new")]

    before = answers()
    connection = rotate_secret(connection=connection, secret="new", at=now)
    during = answers()
    Connection.objects.update(previous_until=now - timedelta(seconds=1))
    after = answers()
    Connection.objects.update(previous_until=now + timedelta(days=1))
    end_previous_secret(connection=connection)

    assert (before, during, after, answers()) == ([202, 403], [202, 202], [403, 202], [403, 202])


def test_a_secret_cannot_be_read_in_the_database(connect: Connect) -> None:
    connection = connect("github")

    with database.cursor() as cursor:
        cursor.execute("SELECT * FROM imports_connection")
        row = cursor.fetchone()

    assert not any(SECRET in str(value) for value in row)
    assert connection.secret != connect("github").secret


def test_with_another_secret_key_senders_are_asked_to_come_back(connect: Connect) -> None:
    connection = connect("alertmanager")

    with override_settings(SECRET_KEY="another key of the server that opens nothing"):
        answer = post(connection, PAYLOADS["alertmanager"])
    with override_settings(SECRET_KEY="another", SECRET_KEY_FALLBACKS=["a-key-for-tests-that-opens-nothing-at-all"]):
        known = post(connection, PAYLOADS["alertmanager"])

    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "secret_unreadable")
    assert known.status_code == 202


def test_a_replay_takes_the_same_bytes_again_and_changes_nothing_newer(connect: Connect) -> None:
    connection = connect("github")
    first = deliver(connection, github_issue())
    deliver(connection, closed())

    replay_delivery(delivery=first)
    run_deliveries(connection.pk)

    first.refresh_from_db()
    assert (first.state, first.results[0]["outcome"]) == ("taken", "skipped")
    assert Item.objects.get().column.is_done


def test_a_persons_class_stays_whatever_the_source_says(connect: Connect, board: Board, by_alice: Any) -> None:
    connection = connect("generic")
    deliver(connection, {"external_id": "A-1", "title": "x", "classification": "toil"})
    item = Item.objects.get()
    edit_item(item=item, changes={"classification": "engineering"}, by=by_alice, at=timezone.now())

    Delivery.objects.update(sender_id=None)
    deliver(connection, {"external_id": "A-1", "title": "y", "classification": "overhead"})

    item.refresh_from_db()
    assert (item.title, item.classification) == ("y", "engineering")


def test_an_archived_board_refuses_with_a_sentence(connect: Connect, board: Board) -> None:
    connection = connect("alertmanager")
    Board.objects.update(archived_at=timezone.now())

    delivery = deliver(connection, PAYLOADS["alertmanager"])

    assert delivery.state == "failed"
    assert "archived" in delivery.problem


def test_a_board_in_the_trash_has_no_address(connect: Connect) -> None:
    connection = connect("alertmanager")
    Board.objects.update(deleted_at=timezone.now())

    assert post(connection, PAYLOADS["alertmanager"]).status_code == 404


def test_only_the_holder_of_the_lease_takes_a_delivery(connect: Connect) -> None:
    now = timezone.now()
    connection = connect("alertmanager")
    post(connection, PAYLOADS["alertmanager"])
    delivery_id = next_delivery(connection_id=connection.pk) or 0

    assert claim_connection(connection_id=connection.pk, owner="first", at=now)
    assert not claim_connection(connection_id=connection.pk, owner="second", at=now + timedelta(seconds=29))
    assert claim_connection(connection_id=connection.pk, owner="second", at=now + timedelta(seconds=31))
    assert not work_off(delivery_id=delivery_id, owner="first", at=now)
    assert not Item.objects.exists()
    assert work_off(delivery_id=delivery_id, owner="second", at=now)
    assert Item.objects.count() == 1


def test_what_a_dead_worker_left_is_taken_up_by_the_next_beat(connect: Connect) -> None:
    now = timezone.now()
    connection = connect("alertmanager")
    post(connection, PAYLOADS["alertmanager"])
    claim_connection(connection_id=connection.pk, owner="dead", at=now)

    at_once = reserve_connections(at=now)
    Connection.objects.update(lease_until=now - timedelta(seconds=1))
    tick()

    assert at_once == []
    assert Delivery.objects.get().state == "taken"


def test_a_delivery_that_always_fails_is_given_up_and_the_next_is_taken(connect: Connect) -> None:
    connection = connect("alertmanager")
    post(connection, PAYLOADS["alertmanager"])
    Delivery.objects.update(attempts=5)
    post(connection, notification(alert(fingerprint="other")))

    run_deliveries(connection.pk)

    assert [delivery.state for delivery in Delivery.objects.order_by("pk")] == ["failed", "taken"]


def test_deliveries_are_kept_for_two_weeks(connect: Connect) -> None:
    connection = connect("alertmanager")
    delivery = deliver(connection, PAYLOADS["alertmanager"])
    waiting = post(connection, notification(alert(fingerprint="other"))).json()["delivery"]

    forget_deliveries(at=delivery.received_at + timedelta(days=13))
    still = Delivery.objects.count()
    forget_deliveries(at=delivery.received_at + timedelta(days=15))

    assert still == 2
    assert [each.pk for each in Delivery.objects.all()] == [waiting]


def test_proofs_are_not_kept(connect: Connect) -> None:
    deliver(connect("alertmanager"), PAYLOADS["alertmanager"])

    assert SECRET not in str(Delivery.objects.get().headers)


def test_more_alerts_cost_no_more_queries(connect: Connect, django_assert_max_num_queries: Any) -> None:
    connection = connect("alertmanager")
    post(connection, notification(*(alert(fingerprint=str(number)) for number in range(50))))

    with django_assert_max_num_queries(60):
        run_deliveries(connection.pk)

    assert Item.objects.count() == 50


def test_issues_of_gitlab_know_project_estimate_and_assignee(connect: Connect) -> None:
    connection = connect("gitlab")

    deliver(connection, gitlab_issue())
    deliver(connection, gitlab_issue("close", state="closed", updated_at="2026-11-02 12:00:00 UTC"))

    item = Item.objects.get()
    assert (item.external_id, item.service, item.estimate_hours) == ("acme/tools/ops#23", "ops", 1.5)
    assert (item.assignee.name, item.column.is_done) == ("Ann Lee", True)


@pytest.mark.django_db(transaction=True)
def test_a_delivery_that_comes_several_times_at_once_is_one(connect: Connect) -> None:
    connection = connect("github")
    start = threading.Barrier(4)

    def run() -> int:
        start.wait()
        try:
            return int(post(connection, github_issue(), X_GitHub_Delivery="72d3162e").status_code)
        finally:
            database.close()

    with ThreadPoolExecutor(4) as pool:
        statuses = [future.result() for future in [pool.submit(run) for __ in range(4)]]
    run_deliveries(connection.pk)

    assert sorted(statuses) == [200, 200, 200, 202]
    assert (Delivery.objects.get().state, Item.objects.count()) == ("taken", 1)


def test_an_alert_that_fires_again_ends_the_occurrence_before_it(connect: Connect) -> None:
    connection = connect("alertmanager")
    again = alert(startsAt="2026-11-02T12:00:00Z")

    deliver(connection, notification(alert(), alert(fingerprint="other")))
    second = deliver(connection, notification(again))
    deliver(connection, notification(alert()))  # said once more, late

    first, other, new = Item.objects.order_by("created_at", "pk")
    assert [each["outcome"] for each in second.results] == ["created", "updated"]
    assert (first.external_id, first.column.is_done) == ("a1b2c3@2026-11-02T09:00:00.123456789Z", True)
    assert first.finished_at == datetime(2026, 11, 2, 12, tzinfo=UTC)
    assert [other.column.is_done, new.column.is_done] == [False, False]


def test_the_true_end_of_an_occurrence_can_come_behind_the_next_beginning(connect: Connect) -> None:
    connection = connect("alertmanager")

    deliver(connection, notification(alert(startsAt="2026-11-02T12:00:00Z")))
    deliver(connection, notification(alert()))
    deliver(connection, notification(alert("resolved")))

    first, second = Item.objects.order_by("created_at")
    assert (first.finished_at, first.column.is_done) == (datetime(2026, 11, 2, 9, 30, tzinfo=UTC), True)
    assert not second.column.is_done


def test_an_end_closes_what_began_before_it_under_another_instant(connect: Connect) -> None:
    connection = connect("alertmanager")

    deliver(connection, notification(alert(startsAt="2026-11-02T09:00:05Z")))
    deliver(connection, notification(alert()))  # another Prometheus saw it five seconds earlier
    deliver(connection, notification(alert("resolved")))

    assert {item.column.is_done for item in Item.objects.all()} == {True}

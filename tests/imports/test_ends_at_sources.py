"""What closing, opening again, deleting and moving at a source does here, for each kind of webhook."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from boards.models import Board, Item
from boards.services.rebuild import rebuild_stays
from imports.models import Connection, Delivery
from imports.services.connections import create_connection
from imports.tasks import run_deliveries
from teams.actors import SYSTEM
from tests.imports.senders import (
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
    slack_command,
    zendesk_event,
)

pytestmark = pytest.mark.django_db

OPENED, CLOSED, AGAIN = "2026-11-02T09:00:00Z", "2026-11-02T11:00:00Z", "2026-11-02T12:00:00Z"


def jira(status: str, hour: int, **payload: Any) -> dict[str, Any]:
    told = jira_issue(status=status, **payload)
    told["issue"]["fields"]["updated"] = f"2026-11-02T{hour}:00:00.000+0000"
    return told


def gitlab(action: str, state: str, moment: str, **attributes: Any) -> dict[str, Any]:
    return gitlab_issue(action, state=state, updated_at=moment, **attributes)


def zendesk(status: str, moment: str) -> dict[str, Any]:
    return zendesk_event(status=status, updated_at=moment) | {"id": moment}


def generic(status: str, moment: str) -> dict[str, Any]:
    return {"external_id": "A-1", "title": "Restart", "status": status, "created_at": OPENED, "updated_at": moment}


# Of each kind: it is there, it is closed, it is open again.
LIVES: dict[str, list[Any]] = {
    "github": [github_issue(), closed(CLOSED), {**github_issue(updated_at=AGAIN), "action": "reopened"}],
    "gitlab": [
        gitlab("open", "opened", OPENED),
        gitlab("close", "closed", CLOSED, closed_at=CLOSED),
        gitlab("reopen", "opened", AGAIN),
    ],
    "jira": [jira("To Do", 10), jira("Done", 11), jira("In Progress", 12)],
    "pagerduty": [
        pagerduty_event("incident.triggered", "triggered", OPENED),
        pagerduty_event("incident.resolved", "resolved", CLOSED),
        pagerduty_event("incident.reopened", "triggered", AGAIN),
    ],
    "zendesk": [zendesk("OPEN", OPENED), zendesk("SOLVED", CLOSED), zendesk("OPEN", AGAIN)],
    "generic": [generic("To Do", OPENED), generic("Done", CLOSED), generic("In Progress", AGAIN)],
}


@pytest.fixture
def connect(board: Board) -> Callable[[str], Connection]:
    def connect(kind: str) -> Connection:
        return create_connection(board=board, kind=kind, secret=SECRET, by=SYSTEM, at=timezone.now())

    return connect


def deliver(to: Connection, payload: object) -> Delivery:
    Delivery.objects.update(sender_id=None)
    body = encoded(payload)
    answer = Client().post(f"/hooks/{to.key}/", body, content_type="application/json", headers=proof(to.kind, body))
    assert answer.status_code == 202, answer.content
    run_deliveries(to.pk)
    return Delivery.objects.get(pk=answer.json()["delivery"])


def is_done() -> bool:
    return Item.objects.get().column.is_done


@pytest.mark.parametrize("kind", LIVES)
def test_what_is_closed_and_opened_again_there_is_so_here(connect: Callable[[str], Connection], kind: str) -> None:
    connection = connect(kind)
    states = []

    for payload in LIVES[kind]:
        assert deliver(connection, payload).state == "taken"
        states.append(is_done())

    item = Item.objects.get()
    assert states == [False, True, False]
    assert item.finished_at is None
    assert item.stays.count() >= 3
    assert rebuild_stays(item_ids=[item.pk], dry_run=True) == []


@pytest.mark.parametrize("kind", LIVES)
def test_late_news_of_an_earlier_state_change_nothing(connect: Callable[[str], Connection], kind: str) -> None:
    connection = connect(kind)
    begun, ended, again = LIVES[kind]

    deliver(connection, ended)
    late = deliver(connection, begun)
    still = is_done()
    deliver(connection, again)
    deliver(connection, ended)

    assert late.results[0]["outcome"] == "skipped"
    assert (still, is_done()) == (True, False)


def test_an_alert_that_fires_again_is_another_item(connect: Callable[[str], Connection]) -> None:
    connection = connect("alertmanager")

    for each in (alert(), alert("resolved"), alert(startsAt="2026-11-02T12:00:00Z")):
        deliver(connection, notification(each))

    assert [item.column.is_done for item in Item.objects.order_by("pk")] == [True, False]


def test_a_closed_incident_of_google_stays_closed(connect: Callable[[str], Connection]) -> None:
    connection = connect("google-cloud-monitoring")

    for state in ("open", "closed", "open"):
        deliver(connection, incident(state))

    assert is_done()


@pytest.mark.parametrize(
    ("kind", "gone"),
    [
        ("github", {**github_issue(), "action": "deleted"}),
        ("github", {**github_issue(), "action": "transferred"}),
        ("jira", jira_issue("jira:issue_deleted")),
        ("zendesk", zendesk_event("ticket.soft_deleted", updated_at=CLOSED)),
        ("zendesk", zendesk_event("ticket.permanently_deleted", updated_at=CLOSED)),
        ("zendesk", zendesk_event("ticket.marked_as_spam", updated_at=CLOSED)),
        # GitLab tells only that the issue is closed, with where it went.
        ("gitlab", gitlab("close", "closed", CLOSED, closed_at=CLOSED, moved_to_id=77)),
    ],
)
def test_what_is_gone_there_is_closed_here_and_keeps_its_past(
    connect: Callable[[str], Connection], kind: str, gone: dict[str, Any]
) -> None:
    connection = connect(kind)
    deliver(connection, LIVES[kind][0])
    item = Item.objects.get()
    stays = item.stays.count()

    deliver(connection, gone)

    item.refresh_from_db()
    assert (item.column.is_done, item.deleted_at) == (True, None)
    assert item.stays.count() > stays


def test_what_github_deletes_ends_when_that_is_heard_and_not_at_its_last_change(
    connect: Callable[[str], Connection],
) -> None:
    connection, heard_at = connect("github"), timezone.now()
    deliver(connection, LIVES["github"][0])

    deliver(connection, {**github_issue(), "action": "deleted"})
    again = deliver(connection, {**github_issue(), "action": "deleted"})

    finished_at = Item.objects.get().finished_at
    assert finished_at is not None
    assert finished_at >= heard_at
    assert again.results[0]["outcome"] == "unchanged"


def test_an_issue_that_goes_to_another_repository_of_the_board_goes_on_there(
    connect: Callable[[str], Connection],
) -> None:
    connection = connect("github")
    there = {**github_issue(3, repository_url="https://api.github.com/repos/acme/net"), "action": "opened"}
    deliver(connection, github_issue())

    deliver(connection, {**github_issue(), "action": "transferred"})
    deliver(connection, {**there, "repository": {"full_name": "acme/net"}})

    states = {item.external_id: item.column.is_done for item in Item.objects.all()}
    assert states == {"acme/ops#7": True, "acme/net#3": False}


def test_what_was_deleted_here_stays_deleted(connect: Callable[[str], Connection]) -> None:
    connection = connect("github")
    deliver(connection, LIVES["github"][0])
    Item.objects.update(deleted_at=timezone.now())

    told = deliver(connection, LIVES["github"][1])

    assert told.results[0]["outcome"] == "skipped"
    assert Item.objects.get().deleted_at is not None


def test_nothing_closes_what_came_from_slack(connect: Callable[[str], Connection]) -> None:
    connection = connect("slack")
    body = slack_command("Disk full")

    Client().post(
        f"/hooks/{connection.key}/",
        body,
        content_type="application/x-www-form-urlencoded",
        headers=proof("slack", body),
    )
    run_deliveries(connection.pk)

    assert not is_done()

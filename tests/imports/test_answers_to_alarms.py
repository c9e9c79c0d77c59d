"""Work that answering an alarm was, and labels that say how work stands, as webhooks tell of them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from boards.models import Item, WorkLog
from imports.models import Connection
from teams.models import Team
from tests.imports.senders import github_issue, pagerduty_event
from tests.imports.test_webhooks import connect, deliver

__all__ = ["connect"]

pytestmark = pytest.mark.django_db

Connect = Callable[..., Connection]


def by(number: str, event: dict[str, Any]) -> dict[str, Any]:
    agent = {"id": number, "type": "user_reference", "summary": number.title()}
    return {"event": {**event["event"], "id": f"{event['event']['id']}-{number}", "agent": agent}}


TRIGGERED = pagerduty_event("incident.triggered", "triggered", "2026-11-02T03:00:00Z")
TAKEN = by("PANN", pagerduty_event("incident.acknowledged", "acknowledged", "2026-11-02T03:05:00Z"))
TAKEN_AGAIN = by("PBOB", pagerduty_event("incident.acknowledged", "acknowledged", "2026-11-02T03:40:00Z"))
RESOLVED = by("PBOB", pagerduty_event("incident.resolved", "resolved", "2026-11-02T04:05:00Z", assignees=[]))


def logged() -> list[tuple[str, datetime, float]]:
    logs = WorkLog.objects.filter(deleted_at=None).order_by("started_at")
    return [(log.person.name, log.started_at, (log.ended_at - log.started_at).total_seconds() / 3600) for log in logs]


def test_from_the_first_acknowledgement_to_the_end_is_work_of_who_acknowledged(connect: Connect) -> None:
    connection = connect("pagerduty")
    for event in (TRIGGERED, TAKEN, TAKEN_AGAIN):
        deliver(connection, event)
    assert logged() == []

    deliver(connection, RESOLVED)
    deliver(connection, TAKEN)

    ((name, began, hours),) = logged()
    assert (name, began.hour, began.minute, hours) == ("Ann Lee", 3, 5, 1.0)
    assert Item.objects.get().started_at == began


def test_the_teams_cap_is_the_most_that_is_logged(connect: Connect, team: Team) -> None:
    Team.objects.filter(pk=team.pk).update(response_cap_hours=0.25)
    connection = connect("pagerduty")

    for event in (TRIGGERED, TAKEN, RESOLVED):
        deliver(connection, event)

    assert [hours for __, __, hours in logged()] == [0.25]


def test_who_resolves_without_having_acknowledged_logs_nothing(connect: Connect) -> None:
    connection = connect("pagerduty")
    machine = {"event": {**TAKEN["event"], "agent": {"id": "PSVC", "type": "service_reference"}}}

    for event in (TRIGGERED, machine, RESOLVED):
        deliver(connection, event)

    assert logged() == []


def test_a_label_moves_an_issue_of_github_to_where_it_says(connect: Connect) -> None:
    connection = connect("github")
    stages = []
    for minute, labels in enumerate(([], ["status: in progress"], ["blocked"], [])):
        fields = {"labels": [{"name": name} for name in labels], "updated_at": f"2026-11-02T10:0{minute}:00Z"}
        deliver(connection, {**github_issue(**fields), "action": "labeled"})
        stages.append(Item.objects.get().column.stage)

    assert stages == ["queue", "active", "waiting", "queue"]

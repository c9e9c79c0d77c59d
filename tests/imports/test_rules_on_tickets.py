"""What rules ask of tickets, what they give, and what of it stays when the source changes its mind."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from boards.models import Board, Change, Item, WorkLog
from teams.models import Team, User
from tests.factories import RuleFactory, ToilTypeFactory

pytestmark = pytest.mark.django_db

CREATED = {"external_id": "OPS-1", "title": "Disk full", "updated_at": "2026-11-02T09:00:00Z"}
LATER = {**CREATED, "updated_at": "2026-11-03T09:00:00Z"}


def labels_of(item: Item) -> list[str]:
    return sorted(item.labels.values_list("name", flat=True))


@pytest.mark.parametrize(
    ("asks", "ticket"),
    [
        ({"reporter": "Grafana@Example.com"}, {"reporter": "grafana@example.com"}),
        ({"project": "OPS"}, {}),
        ({"project": "Storage"}, {"project": "Storage"}),
        ({"reporter": "grafana", "project": "OPS"}, {"reporter": "grafana"}),
    ],
)
def test_a_rule_asks_who_opened_a_ticket_and_for_its_project(
    send: Callable[..., Any], api: APIClient, team: Team, asks: dict[str, str], ticket: dict[str, str]
) -> None:
    RuleFactory(team=team, title_contains="", classification="toil", **asks)

    send({**CREATED, **ticket}, {"external_id": "DEV-2", "title": "Other"})

    found = {item.external_id: item.classification for item in Item.objects.all()}
    assert found == {"OPS-1": "toil", "DEV-2": "unclassified"}
    answer = api.get("/api/v1/items/?external_id=OPS-1").json()["results"][0]
    assert (answer["reporter"], answer["project"]) == (ticket.get("reporter", ""), ticket.get("project", "OPS"))


def test_labels_of_a_rule_stay_when_the_source_changes_its_own(send: Callable[..., Any], team: Team) -> None:
    RuleFactory(team=team, title_contains="disk", classification="toil", labels=["storage", "seen"])
    send({**CREATED, "labels": ["seen", "db"]})

    send({**LATER, "labels": ["prod"]})

    item = Item.objects.get()
    assert labels_of(item) == ["prod", "storage"]  # “seen” was the source's own, and went with it
    change = Change.objects.get(item=item, field="labels")
    assert (change.before, change.after) == (["db", "seen", "storage"], ["prod", "storage"])


def test_a_label_of_a_rule_that_somebody_took_away_stays_away(
    send: Callable[..., Any], api: APIClient, team: Team
) -> None:
    RuleFactory(team=team, title_contains="disk", classification="toil", labels=["storage"])
    send({**CREATED, "labels": ["db"]})
    item = Item.objects.get()
    api.patch(f"/api/v1/items/{item.pk}/", {"labels": ["db"]}, format="json")

    send({**CREATED, "labels": ["db", "prod"], "updated_at": "2027-11-03T09:00:00Z"}, expect=200)

    assert "storage" not in labels_of(item)


def test_rules_decide_about_what_is_labelled_after_it_was_opened(send: Callable[..., Any], team: Team) -> None:
    kind = ToilTypeFactory(team=team, name="Disk full")
    rule = RuleFactory(
        team=team, title_contains="", label="toil", classification="toil", toil_type=kind, sets_service="storage",
        labels=["ruled"],
    )  # fmt: skip
    send(CREATED)
    assert Item.objects.get().classified_by is None

    send({**LATER, "labels": ["toil"]})

    item = Item.objects.get()
    assert (item.classification, item.classified_by, item.rule, item.toil_type) == ("toil", "rule", rule, kind)
    assert (item.service, labels_of(item)) == ("storage", ["ruled", "toil"])


def test_rules_leave_alone_what_a_person_was_not_sure_about(
    send: Callable[..., Any], api: APIClient, team: Team
) -> None:
    RuleFactory(team=team, title_contains="", label="toil", classification="toil")
    send(CREATED)
    item = Item.objects.get()
    api.post("/api/v1/items/classify/", {"items": [item.pk], "classification": "toil"}, format="json")
    api.post("/api/v1/items/classify/", {"items": [item.pk], "classification": "unclassified"}, format="json")

    send({**LATER, "labels": ["toil"]})

    item.refresh_from_db()
    assert (item.classification, item.classified_by) == ("unclassified", "person")


ANSWERED = {
    **CREATED,
    "created_at": "2026-11-02T01:00:00Z",
    "responder": "ann@example.com",
    "acknowledged_at": "2026-11-02T02:00:00Z",
    "finished_at": "2026-11-02T06:00:00Z",
}


@pytest.mark.parametrize(("cap", "hours"), [(None, [2.0]), (0.5, [0.5]), (24, [4.0]), (0, [])])
def test_answering_an_alarm_is_logged_up_to_the_cap_of_the_team(
    send: Callable[..., Any], api: APIClient, team: Team, cap: float | None, hours: list[float]
) -> None:
    if cap is not None:
        answer = api.patch("/api/v1/teams/sre/", {"response_cap_hours": cap}, format="json")
        assert answer.json()["response_cap_hours"] == cap

    send(ANSWERED)

    logs = WorkLog.objects.all()
    assert [(log.ended_at - log.started_at).total_seconds() / 3600 for log in logs] == hours
    assert {log.person.email for log in logs} <= {"ann@example.com"}


def test_the_end_may_come_after_the_answer_and_logs_that_are_told_count_instead(send: Callable[..., Any]) -> None:
    send({name: value for name, value in ANSWERED.items() if name != "finished_at"})
    assert not WorkLog.objects.exists()

    send({**LATER, "finished_at": "2026-11-02T02:30:00Z"})
    log = WorkLog.objects.get()
    assert (log.ended_at - log.started_at).total_seconds() == 1800

    told = {"person": "bob@example.com", "started_at": "2026-11-02T05:00:00Z", "ended_at": "2026-11-02T05:10:00Z"}
    send({**LATER, "updated_at": "2026-11-04T09:00:00Z", "logs": [told]})
    assert [log.person.email for log in WorkLog.objects.filter(deleted_at=None)] == ["bob@example.com"]


@pytest.mark.parametrize("cap", [-1, 24.5, "long"])
def test_a_cap_that_makes_no_sense_is_refused(api: APIClient, team: Team, cap: Any) -> None:
    answer = api.patch("/api/v1/teams/sre/", {"response_cap_hours": cap}, format="json")

    assert "response_cap_hours" in answer.json()["error"]["fields"]
    team.refresh_from_db()
    assert team.response_cap_hours == 2.0


def test_a_rule_says_on_the_item_who_it_asked_for(
    client: Any, send: Callable[..., Any], alice: User, team: Team, board: Board
) -> None:
    RuleFactory(team=team, name="Grafana", title_contains="", reporter="grafana", classification="toil")
    send({**CREATED, "reporter": "grafana"})
    client.force_login(alice)

    page = client.get(f"/t/sre/items/{Item.objects.get().pk}/").content.decode()

    assert "Grafana" in page
    assert "reporter “grafana”" in page

"""The forms of other systems: recognised by themselves, and mapped to tickets."""

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.test import APIClient

from boards.models import Board, Item, WorkLog
from imports.files import open_file
from imports.models import Import
from imports.sources.forms import form_of, form_of_header, mapping_of
from imports.spreadsheets import csv_header, csv_pieces, csv_rows
from imports.tasks import run_import
from imports.tickets import Ticket, parse_ticket
from teams.models import User
from tests.imports.senders import github_issue, zendesk_event
from tests.imports.test_webhook_payloads import places, values

NOW = datetime(2026, 11, 24, tzinfo=UTC)
TOKYO = ZoneInfo("Asia/Tokyo")
FORMS = ("github", "gitlab", "pagerduty", "opsgenie", "servicenow", "zendesk", "trello", "jira")

ISSUE = {**github_issue()["issue"], "user": {"login": "bob"}}
INCIDENT = {
    "id": "PX1",
    "incident_number": 7,
    "title": "Checkout is slow",
    "status": "resolved",
    "urgency": "high",
    "service": {"summary": "checkout"},
    "created_at": "2026-11-02T03:00:00Z",
    "resolved_at": "2026-11-02T07:00:00Z",
    "updated_at": "2026-11-02T07:00:00Z",
    "assignments": [],
    "log_entries": [
        {"type": "trigger_log_entry", "created_at": "2026-11-02T03:00:00Z"},
        {
            "type": "acknowledge_log_entry",
            "created_at": "2026-11-02T03:05:00Z",
            "agent": {"id": "PANN", "summary": "Ann Lee"},
        },
        {"type": "resolve_log_entry", "created_at": "2026-11-02T07:00:00Z"},
    ],
}
ALERT = {
    "id": "70413a06",
    "tinyId": "1791",
    "message": "Disk full",
    "status": "closed",
    "acknowledged": True,
    "tags": ["disk"],
    "owner": "ann@example.com",
    "priority": "P2",
    "entity": "db-3",
    "createdAt": "2026-11-02T09:00:00.000Z",
    "updatedAt": "2026-11-02T10:00:00.000Z",
    "report": {"ackTime": 300_000, "closeTime": 3_600_000, "acknowledgedBy": "ann@example.com"},
}
RECORD = {
    "sys_id": "9d385017",
    "number": "INC0000060",
    "short_description": "Unable to connect to email",
    "state": "7",
    "priority": "1",
    "assigned_to": {"display_value": "Ann Lee", "link": "https://x.service-now.com/y"},
    "opened_at": "2026-11-02 09:00:00",
    "resolved_at": "2026-11-02 11:00:00",
    "closed_at": "2026-11-09 11:00:00",
    "sys_updated_on": "2026-11-09 11:00:00",
}
TICKET = {
    **zendesk_event()["detail"],
    "requester_id": 1,
    "status": "pending",
    "url": "https://a.zendesk.com/api/v2/tickets/1.json",
}
CARD = {
    "id": "64098772e6751c75dc0dc6f6",
    "idBoard": "b",
    "idList": "l1",
    "name": "Renew the certificate",
    "desc": "",
    "closed": False,
    "labels": [{"name": "", "color": "red"}],
    "idMembers": [],
    "dateLastActivity": "2026-11-02T09:00:00Z",
}
MR = {
    "iid": 1,
    "title": "Rotate",
    "state": "closed",
    "web_url": "https://gitlab.example.com/acme/ops/-/issues/1",
    "created_at": "2026-11-02T09:00:00Z",
    "closed_at": "2026-11-02T10:00:00Z",
    "updated_at": "2026-11-02T10:00:00Z",
    "labels": ["logs"],
    "assignees": [{"username": "ann", "name": "Ann"}],
}
JIRA = {"key": "OPS-1", "fields": {"summary": "x", "status": {"name": "Done"}}}
SAMPLES: dict[str, dict[str, Any]] = dict(
    zip(FORMS, (ISSUE, MR, INCIDENT, ALERT, RECORD, TICKET, CARD, JIRA), strict=True)
)
JIRA_CSV = (
    "Summary,Issue key,Status,Status Category,Priority,Assignee,Assignee Id,Created,Updated,Resolved,Labels,Labels,"
    "Component/s,Log Work,Original estimate,Due date\r\n"
    '"Disk full, again",OPS-1,Erledigt,Done,Highest,Ann Lee,5b10,02/Nov/26 9:00 AM,02/Nov/26 1:00 PM,02/Nov/26 1:00 PM,'
    'disk,db,postgres,"Cleaned; twice;02/Nov/26 9:30 AM;ann;3600",7200,05/Nov/26 12:00 AM\r\n'
)


def ticket(form: str, row: Any, zone: Any = UTC) -> Ticket:
    mapping = mapping_of(form, zone)
    mapped = mapping(row) if mapping else None
    assert mapped is not None
    found = parse_ticket(mapped.row, at=NOW)
    assert isinstance(found, Ticket), (form, mapped.row, found)
    return found


@pytest.mark.parametrize("form", FORMS)
def test_each_form_is_recognised_by_its_own_names(form: str) -> None:
    assert form_of(SAMPLES[form]) == form
    assert form_of({"external_id": "A", "title": "x", **SAMPLES[form]}) is None
    assert ticket(form, SAMPLES[form]).said["title"]


@pytest.mark.parametrize("form", [*FORMS, "jira_csv", "snow_csv"])
@given(data=st.data())
def test_no_row_is_so_odd_that_mapping_it_fails(form: str, data: st.DataObject) -> None:
    sample = SAMPLES.get(form) or {"issue key": ["A-1"], "log work": ["x;02/Nov/26 9:30 AM;a;1"], "created": ["1"]}
    row = json.loads(json.dumps(sample))
    for holder, key in data.draw(st.lists(st.sampled_from(places(row)), max_size=3)):
        holder[key] = data.draw(values)
    mapping = mapping_of(form, TOKYO)

    for each in (row, data.draw(values)):
        mapped = mapping(each) if mapping else None
        form_of(each)
        if mapped is not None:
            parse_ticket(mapped.row, at=NOW)


def test_pull_requests_and_templates_are_left_out() -> None:
    github, trello = mapping_of("github", UTC), mapping_of("trello", UTC)
    assert github
    assert trello

    assert github({**ISSUE, "pull_request": {"url": "x"}}) is None
    assert trello({**CARD, "isTemplate": True}) is None


def test_answering_an_incident_is_work_for_at_most_two_hours() -> None:
    found = ticket("pagerduty", INCIDENT)

    (log,) = found.work(at_most=timedelta(hours=2))
    assert (log.person, log.started_at.hour, log.started_at.minute) == ("PANN", 3, 5)
    assert (log.ended_at - log.started_at).total_seconds() == 2 * 3600
    assert [entry.changed.get("status") for entry in found.history or ()][-2:] == ["Acknowledged", "Resolved"]
    assert found.finished_at == datetime(2026, 11, 2, 7, tzinfo=UTC)


def test_answering_an_alert_is_work_until_it_is_closed() -> None:
    found = ticket("opsgenie", ALERT)

    (log,) = found.work(at_most=timedelta(hours=2))
    assert (log.person, (log.ended_at - log.started_at).total_seconds()) == ("ann@example.com", 3300)
    assert (found.said["status"], found.said["priority"], found.said["service"]) == ("Closed", "high", "db-3")


def test_numbers_of_servicenow_are_its_states() -> None:
    found = ticket("servicenow", RECORD, TOKYO)

    assert (found.external_id, found.said["status"], found.said["assignee"]) == ("INC0000060", "Closed", "Ann Lee")
    assert found.created_at == datetime(2026, 11, 2, 9, tzinfo=UTC)
    assert found.finished_at == datetime(2026, 11, 2, 11, tzinfo=UTC)


def test_a_csv_file_of_jira_is_in_the_teams_zone() -> None:
    body = b"".join(csv_pieces([JIRA_CSV.encode("utf-16")]))
    header = csv_header(body)
    (row,) = [row.value for row in csv_rows([body], header=header, is_foreign=True)]

    found = ticket("jira_csv", row, TOKYO)

    assert form_of_header(header.names) == "jira_csv"
    assert found.created_at == datetime(2026, 11, 2, 0, tzinfo=UTC)
    assert found.finished_at == datetime(2026, 11, 2, 4, tzinfo=UTC)
    assert (found.external_id, found.said["title"]) == ("OPS-1", "Disk full, again")
    assert (found.said["labels"], found.said["service"], found.said["priority"]) == (
        ["db", "disk"],
        "postgres",
        "urgent",
    )
    assert (found.said["estimate_hours"], found.said["due_date"], found.said["assignee"]) == (2.0, "2026-11-05", "5b10")
    (log,) = found.logs or ()
    assert (log.note, log.person, log.started_at.hour) == ("Cleaned; twice", "ann", 0)


def test_a_card_of_an_exported_board_knows_its_list() -> None:
    board = json.dumps({"name": "Ops", "cards": [CARD], "lists": [{"id": "l1", "name": "Doing"}]}).encode()

    opened = open_file([board], again=lambda: [board])

    (line,) = opened.pieces
    assert opened.format == "trello"
    found = ticket("trello", json.loads(line))
    assert (found.said["status"], found.said["labels"]) == ("Doing", ["red"])
    assert found.created_at == datetime(2023, 3, 9, 7, 14, 58, tzinfo=UTC)


@pytest.mark.django_db
@pytest.mark.parametrize("form", FORMS)
def test_a_file_goes_in_through_the_page(mallory: User, board: Board, form: str) -> None:
    client = Client()
    client.force_login(mallory)
    names = {"pagerduty": "incidents", "opsgenie": "data", "servicenow": "result", "zendesk": "tickets"}
    rows: Any = [SAMPLES[form]]
    content = json.dumps({names[form]: rows} if form in names else rows).encode()

    client.post("/t/sre/imports/", {"board": board.pk, "file": SimpleUploadedFile("x.json", content), "source": ""})
    batch = Import.objects.get()
    run_import(batch.pk)

    batch.refresh_from_db()
    assert (batch.format, batch.source, batch.created, batch.failed) == (form, form, 1, 0)


@pytest.fixture
def sent(api: APIClient, board: Board) -> Callable[..., Any]:
    def sent(form: str, body: Any, content_type: str = "application/json") -> Any:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        answer = api.post(f"/api/v1/imports/?board={board.pk}&format={form}", raw, content_type=content_type)
        if answer.status_code == 202:
            run_import(answer.json()["id"])
            answer = api.get(f"/api/v1/imports/{answer.json()['id']}/")
        return answer

    return sent


@pytest.mark.django_db
def test_the_api_takes_what_other_apis_answer(sent: Callable[..., Any]) -> None:
    pull = {**ISSUE, "number": 8, "pull_request": {"url": "x"}}

    first = sent("github", [ISSUE, pull]).json()
    again = sent("github", b"\n".join(json.dumps(row).encode() for row in (ISSUE, pull)), "application/x-ndjson").json()
    page = sent("pagerduty", {"incidents": [INCIDENT], "limit": 25}).json()

    assert (first["rows"], first["created"], first["source"]) == (1, 1, "github")
    assert (again["rows"], again["unchanged"]) == (1, 1)
    assert page["created"] == 1
    assert WorkLog.objects.get().person.name == "Ann Lee"


@pytest.mark.django_db
def test_the_api_takes_csv_of_jira(sent: Callable[..., Any]) -> None:
    answer = sent("jira", JIRA_CSV.encode(), "text/csv").json()

    assert (answer["created"], answer["failed"]) == (1, 0)
    assert Item.objects.get().column.is_done


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("form", "body", "content_type", "field"),
    [
        ("bugzilla", [], "application/json", "format"),
        ("github", b"number,title\n", "text/csv", "format"),
        ("github", {"total": 1}, "application/json", "items"),
    ],
)
def test_what_is_of_no_known_form_is_refused(
    sent: Callable[..., Any], form: str, body: Any, content_type: str, field: str
) -> None:
    answer = sent(form, body, content_type)

    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (422, [field])


@pytest.mark.parametrize(
    ("form", "place", "count"),
    [
        ("github", "github/rest/goscm_issues.json", 1),
        ("gitlab", "gitlab/rest/goscm_issues.json", 1),
        ("zendesk", "zendesk/gozendesk_GET_tickets.json", 2),
        ("trello", "other_trackers/trello/devlake__raw_trello_cards.json", 72),
    ],
)
def test_recorded_answers_are_recognised_and_taken(shared_data: Path, form: str, place: str, count: int) -> None:
    opened = open_file([(shared_data / place).read_bytes()])
    mapping = mapping_of(opened.format, UTC)
    assert mapping
    rows = [json.loads(line) for line in opened.pieces]

    mapped = [mapping(row) for row in rows]

    assert (opened.format, len(rows)) == (form, count)
    taken = [parse_ticket(each.row, at=NOW) for each in mapped if each is not None]
    assert all(isinstance(each, Ticket) for each in taken), taken
    assert len(taken) == count - sum(bool(row.get("isTemplate") or row.get("pull_request")) for row in rows)


def test_recorded_pages_of_github_are_issues(shared_data: Path) -> None:
    exchanges = json.loads((shared_data / "github/rest/octokit_paginate-issues.raw-fixture.json").read_text())
    pages = [each["response"] for each in exchanges if isinstance(each["response"], list)]

    numbers = [ticket("github", issue).external_id.rpartition("#")[2] for page in pages for issue in page]

    assert sorted(map(int, numbers)) == list(range(1, 14))


def test_recorded_issues_of_jira_go_in_as_csv(shared_data: Path) -> None:
    body = (shared_data / "datasets/fluid_jira/share_issues.csv").read_bytes()
    text = b"".join(csv_pieces([body]))
    rows = [row.value for row in csv_rows([text], header=csv_header(text), is_foreign=True)]
    wanted = list(csv.DictReader(io.StringIO(body.decode())))

    found = [ticket("jira_csv", row) for row in rows]

    assert [each.external_id for each in found] == [row["key"] for row in wanted]
    assert [each.said["status"] for each in found] == [row["status"] for row in wanted]
    assert found[0].created_at == datetime(2019, 2, 13, 17, 37, 55, 32000, tzinfo=UTC)


def test_recorded_incidents_of_servicenow_go_in_as_csv(shared_data: Path) -> None:
    text = b"".join(csv_pieces([(shared_data / "servicenow/share_uci_incident_event_log.csv").read_bytes()]))
    header = csv_header(text)
    rows = [row.value for row in csv_rows([text], header=header, is_foreign=True)]

    found = {each.external_id: each for each in (ticket("snow_csv", row) for row in rows)}

    assert form_of_header(header.names) == "snow_csv"
    assert len(found) == 200
    assert found["INC0000045"].created_at == datetime(2016, 2, 29, 1, 16, tzinfo=UTC)
    assert found["INC0000045"].said["status"] == "Closed"
    assert found["INC0000045"].finished_at == datetime(2016, 2, 29, 11, 29, tzinfo=UTC)

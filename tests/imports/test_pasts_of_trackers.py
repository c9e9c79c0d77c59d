"""What trackers tell of the past, of people and of what was said, in the several shapes in which each tells it."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.test import APIClient

from boards.models import Board, Column, Comment, Item, Stay, WorkLog
from imports.files import open_file
from imports.sources.beside import attaching
from imports.sources.forms import form_of, mapping_of
from imports.sources.mapped import Mapped
from imports.sources.moments import day_of, local_time
from imports.sources.servicenow_rows import together_by_incident
from imports.spreadsheets import csv_header, csv_pieces, csv_rows
from imports.statuses import StatusColumn, StatusMap
from imports.tasks import run_import
from imports.tickets import Ticket, parse_ticket
from tests.imports.test_webhook_payloads import places, values

NOW = datetime(2026, 11, 24, tzinfo=UTC)
TOKYO = ZoneInfo("Asia/Tokyo")


def mapped(form: str, row: Any, zone: Any = UTC) -> Mapped:
    mapping = mapping_of(form, zone)
    found = mapping(row) if mapping else None
    assert found is not None
    assert isinstance(parse_ticket(found.row, at=NOW), Ticket), parse_ticket(found.row, at=NOW)
    return found


def past(found: Mapped) -> list[tuple[str, Any, Any]]:
    """The history as (day and time, status, assignee); what an entry leaves out is a dot."""
    return [(step["at"][5:16], step.get("status", "."), step.get("assignee", ".")) for step in found.row["history"]]


# GitHub


def event(kind: str, day: int, **more: Any) -> dict[str, Any]:
    return {"event": kind, "created_at": f"2026-11-{day:02}T09:00:00Z", "actor": {"login": "bob"}, **more}


GITHUB = {
    "number": 7,
    "title": "Disk full",
    "html_url": "https://github.com/acme/ops/issues/7",
    "url": "https://api.github.com/repos/acme/ops/issues/7",
    "user": {"login": "carol"},
    "state": "closed",
    "state_reason": "not_planned",
    "labels": [{"name": "disk"}],
    "assignees": [{"login": "bob"}],
    "comments": 1,
    "created_at": "2026-11-01T09:00:00Z",
    "closed_at": "2026-11-09T09:00:00Z",
    "updated_at": "2026-11-09T09:00:00Z",
    "timeline": [
        event("labeled", 2, label={"name": "status: in progress"}),
        event("assigned", 2, assignee={"login": "ann"}),
        event("closed", 3, state_reason="completed"),
        event("reopened", 4),
        event("unassigned", 5, assignee={"login": "ann"}),
        event("unlabeled", 6, label={"name": "status: in progress"}),
        event("cross-referenced", 6),
        event("commented", 6, id=31, body="Again.", user={"login": "dan"}, updated_at="2026-11-06T09:00:00Z"),
        event("closed", 9, state_reason="not_planned"),
    ],
}


def test_a_timeline_of_github_is_the_past_of_an_issue() -> None:
    found = mapped("github", GITHUB)

    assert past(found) == [
        ("11-01T09:00", "Open", "bob"),
        ("11-02T09:00", "in progress", "."),
        ("11-03T09:00", "Closed", "."),
        ("11-04T09:00", "in progress", "."),
        ("11-06T09:00", "Open", "."),
        ("11-09T09:00", "Not planned", "."),
    ]
    assert (found.row["reporter"], found.row["status"]) == ("carol", "Not planned")
    assert found.talk
    assert [(said.number, said.author, said.body) for said in found.talk.comments] == [("31", "dan", "Again.")]


def test_assignees_of_github_follow_each_other() -> None:
    steps = [event("assigned", day, assignee={"login": who}) for day, who in ((2, "ann"), (3, "bob"))]
    steps += [event("unassigned", 4, assignee={"login": "ann"}), event("unassigned", 5, assignee={"login": "bob"})]

    found = mapped("github", {**GITHUB, "assignees": [], "state": "open", "timeline": None, "events": steps})

    assert past(found) == [
        ("11-01T09:00", "Open", None),
        ("11-02T09:00", ".", "ann"),
        ("11-04T09:00", ".", "bob"),
        ("11-05T09:00", ".", None),
    ]


@pytest.mark.parametrize(
    ("label", "status"),
    [
        ("in progress", "in progress"), ("status: Blocked", "Blocked"), ("state/in review", "in review"),
        ("workflow::doing", "doing"), ("対応中", "対応中"), ("bug", "Open"), ("area: testing", "Open"),
        ("status: done", "Open"), ("testing", "Open"),
    ],
)  # fmt: skip
def test_a_label_that_says_how_the_work_stands_is_the_status_of_an_open_issue(label: str, status: str) -> None:
    issue = {**GITHUB, "state": "open", "timeline": None, "labels": [{"name": "disk"}, {"name": label}]}
    closed = {**issue, "state": "closed", "state_reason": None}

    assert mapped("github", issue).row["status"] == status
    assert mapped("github", closed).row["status"] == "Closed"


def test_an_answer_of_githubs_search_is_recognised() -> None:
    body = json.dumps({"total_count": 1, "incomplete_results": False, "items": [{**GITHUB, "score": 1.0}]}).encode()

    opened = open_file([body])

    assert (opened.format, len(list(opened.pieces))) == ("github", 1)


# GitLab

GITLAB = {
    "iid": 12,
    "title": "Rotate",
    "state": "closed",
    "web_url": "https://gitlab.example.com/acme/ops/-/work_items/12",
    "author": {"username": "carol"},
    "labels": ["logs"],
    "assignees": [{"username": "ann", "name": "Ann"}],
    "created_at": "2026-11-01T09:00:00Z",
    "closed_at": "2026-11-05T09:00:00Z",
    "updated_at": "2026-11-05T09:00:00Z",
}


def test_resource_events_and_notes_of_gitlab_are_the_past_of_an_issue() -> None:
    at = "2026-11-0{}T09:00:00Z".format
    user = {"username": "dan", "name": "Dan"}
    found = mapped(
        "gitlab",
        {
            **GITLAB,
            "resource_label_events": [
                {"user": user, "created_at": at(2), "action": "add", "label": {"name": "Doing"}},
                {"user": user, "created_at": at(4), "action": "remove", "label": {"name": "Doing"}},
            ],
            "resource_state_events": [{"user": user, "created_at": at(5), "state": "closed"}],
            "notes": [
                {"id": 1, "system": True, "body": "assigned to @ann and unassigned @bob", "created_at": at(3)},
                {"id": 2, "system": True, "body": "closed", "created_at": at(6)},
                {"id": 3, "body": "Done so.", "author": user, "created_at": at(5)},
            ],
        },
    )

    assert past(found) == [
        ("11-01T09:00", "Open", "bob"),
        ("11-02T09:00", "Doing", "."),
        ("11-03T09:00", ".", "ann"),
        ("11-04T09:00", "Open", "."),
        ("11-05T09:00", "Closed", "."),
    ]
    assert (found.row["external_id"], found.row["reporter"]) == ("acme/ops#12", "carol")
    assert found.people["dan"].name == "Dan"
    assert found.talk
    assert [said.body for said in found.talk.comments] == ["Done so."]


def test_a_status_of_a_work_item_is_understood_by_its_category() -> None:
    found = mapped(
        "gitlab", {**GITLAB, "state": "opened", "status": {"name": "Mise en prod", "category": "in_progress"}}
    )

    assert (found.row["status"], found.stages) == ("Mise en prod", {"mise en prod": "active"})


# PagerDuty


def entry(kind: str, minute: int, **more: Any) -> dict[str, Any]:
    return {"type": f"{kind}_log_entry", "created_at": f"2026-11-02T03:{minute:02}:00Z", **more}


def user(number: str, **more: Any) -> dict[str, Any]:
    return {"id": number, "type": "user_reference", "summary": number.title(), **more}


PAGE = {
    "id": "PX1",
    "incident_number": 7,
    "title": "Checkout is slow",
    "status": "resolved",
    "urgency": "high",
    "teams": [{"summary": "Payments"}],
    "created_at": "2026-11-02T03:00:00Z",
    "resolved_at": "2026-11-02T03:30:00Z",
    "updated_at": "2026-11-02T03:30:00Z",
    "assignments": [],
    "first_trigger_log_entry": {"agent": {"type": "service_reference", "summary": "Prometheus"}},
    "log_entries": [
        entry("resolve", 30, agent=user("PBOB")),
        entry("acknowledge", 10, agent=user("PBOB")),
        entry("acknowledge", 5, agent={"id": "PSVC", "type": "service_reference"}),
        entry("escalate", 8, assignees=[user("PBOB"), user("PANN")]),
        entry("assign", 0, assignees=[user("PANN")]),
        entry("trigger", 0),
        entry("notify", 1, user=user("PANN")),
        entry("annotate", 12, channel={"summary": "look"}),
    ],
    "notes": [{"id": "N1", "user": user("PANN"), "content": "Restarted.", "created_at": "2026-11-02T03:20:00Z"}],
}


def test_log_entries_of_pagerduty_say_whose_an_incident_was_and_who_answered() -> None:
    found = mapped("pagerduty", PAGE)

    assert past(found) == [
        ("11-02T03:00", "Triggered", "."),
        ("11-02T03:00", ".", "PANN"),
        ("11-02T03:05", "Acknowledged", "."),
        ("11-02T03:08", ".", "PBOB"),
        ("11-02T03:10", "Acknowledged", "PBOB"),
        ("11-02T03:30", "Resolved", "."),
    ]
    assert (found.row["responder"], found.row["acknowledged_at"][11:16]) == ("PBOB", "03:10")
    assert (found.row["reporter"], found.row["project"], found.row["assignee"]) == ("Prometheus", "Payments", "PBOB")
    assert found.talk
    assert found.talk.comments[0].body == "Restarted."


def test_one_incident_alone_is_recognised() -> None:
    assert form_of({"incident": PAGE}) == "pagerduty"
    assert mapped("pagerduty", {"incident": PAGE}).row["external_id"] == "PX1"


# Opsgenie

OPSGENIE = {
    "id": "70413a06",
    "tinyId": "1791",
    "message": "Disk full",
    "status": "closed",
    "acknowledged": True,
    "owner": "",
    "source": "Nagios",
    "priority": "P2",
    "createdAt": "2026-11-02T09:00:00.000Z",
    "updatedAt": "2026-11-02T10:00:00.000Z",
    "logs": [
        {"log": "Alert closed via web", "owner": "ann@example.com", "createdAt": "2026-11-02T10:00:00.000Z"},
        {"log": "Alert acknowledged via mobile", "owner": "ann@example.com", "createdAt": "2026-11-02T09:10:00.000Z"},
        {"log": "Alert snoozed until …", "owner": "ann@example.com", "createdAt": "2026-11-02T09:20:00.000Z"},
        {"log": "Viewed on [web]", "owner": "bob@example.com", "createdAt": "2026-11-02T09:05:00.000Z"},
    ],
    "notes": [{"note": "Cleaned.", "owner": "ann@example.com", "createdAt": "2026-11-02T09:30:00Z", "offset": "17"}],
}


def test_the_log_of_an_alert_of_opsgenie_is_its_past() -> None:
    found = mapped("opsgenie", {"data": OPSGENIE, "took": 0.1, "requestId": "x"})

    assert [(at[4:], status) for at, status, __ in past(found)] == [
        ("2T09:00", "Open"), ("2T09:10", "Acknowledged"), ("2T09:20", "Snoozed"), ("2T10:00", "Closed"),
    ]  # fmt: skip
    row = found.row
    assert (row["responder"], row["acknowledged_at"][11:16], row["finished_at"][11:16]) == (
        "ann@example.com", "09:10", "10:00",
    )  # fmt: skip
    assert (row["assignee"], row["reporter"]) == ("ann@example.com", "Nagios")
    assert found.talk
    assert found.talk.comments[0].body == "Cleaned."


def test_alerts_of_opsgenie_are_recognised_in_each_of_their_wrappings() -> None:
    hook = {"action": "Acknowledge", "alert": {
        "alertId": "a1", "tinyId": "2", "message": "Slow", "createdAt": 1793610000000, "updatedAt": 1793610000000000110,
        "priority": 3, "username": "ann@example.com",
    }}  # fmt: skip

    assert open_file([json.dumps({"data": [OPSGENIE], "paging": {}}).encode()]).format == "opsgenie"
    assert open_file([json.dumps({"data": OPSGENIE}).encode()]).format == "opsgenie"
    assert form_of(hook) == "opsgenie"
    row = mapped("opsgenie", hook).row
    assert (row["external_id"], row["status"], row["priority"]) == ("a1", "Acknowledged", "normal")
    assert (row["created_at"][:4], row["assignee"]) == ("2026", "ann@example.com")


# ServiceNow


def test_servicenow_with_all_values_is_understood_by_them() -> None:
    def both(shown: str, value: str) -> dict[str, str]:
        return {"display_value": shown, "value": value}

    found = mapped(
        "servicenow",
        {
            "sys_id": both("9d38", "9d38"),
            "number": both("INC0000060", "INC0000060"),
            "short_description": both("Kein Netz", "Kein Netz"),
            "state": both("In Klärung", "2"),
            "priority": both("1 - Kritisch", "1"),
            "assigned_to": {**both("Ann Lee", "46d4"), "link": "https://x.service-now.com/y"},
            "caller_id": both("Carol", "77aa"),
            "assignment_group": both("Network", "88bb"),
            "opened_at": both("02.11.2026 10:00:00", "2026-11-02 09:00:00"),
            "sys_updated_on": both("02.11.2026 11:00:00", "2026-11-02 10:00:00"),
        },
        TOKYO,
    )

    assert (found.row["status"], found.stages) == ("In Klärung", {"in klärung": "active"})
    assert (found.row["assignee"], found.people["46d4"].name) == ("46d4", "Ann Lee")
    assert (found.row["reporter"], found.row["project"], found.row["priority"]) == ("Carol", "Network", "urgent")
    assert found.row["created_at"] == "2026-11-02T09:00:00+00:00"
    assert mapped("servicenow", {"number": "INC1", "assigned_to": ""}).row["assignee"] is None


JOURNAL = """2026-11-02 10:00:00 - Ann Lee (Work notes)
Restarted - twice.

It helped.

2026-11-02 09:00:00 - Carol (Additional comments)
No mail.
"""


def test_journals_of_servicenow_are_comments() -> None:
    row = {
        "number": "INC1",
        "assigned_to": {"display_value": "Ann Lee", "value": "46d4"},
        "comments_and_work_notes": {"display_value": JOURNAL, "value": ""},
        "work_notes": {"display_value": JOURNAL, "value": ""},
    }

    found = mapped("servicenow", row, TOKYO)

    assert found.talk
    assert [(said.author, said.body, str(said.created_at)[11:16]) for said in found.talk.comments] == [
        ("46d4", "Restarted - twice.\n\nIt helped.", "01:00"),
        ("Carol", "No mail.", "00:00"),
    ]
    assert mapped("servicenow", {"number": "INC1", "comments": "just words"}).talk is None


# Zendesk

ZENDESK = {
    "id": 35436,
    "subject": "Help",
    "status": "solved",
    "requester_id": 20978392,
    "submitter_id": 20978392,
    "assignee_id": 235323,
    "created_at": "2026-11-01T09:00:00Z",
    "updated_at": "2026-11-03T09:00:00Z",
    "audits": [
        {
            "created_at": "2026-11-02T09:00:00Z",
            "author_id": 235323,
            "events": [
                {"type": "Change", "field_name": "status", "previous_value": "new", "value": "open"},
                {"type": "Change", "field_name": "assignee_id", "previous_value": None, "value": "235323"},
                {"type": "Change", "field_name": "priority", "previous_value": "low", "value": "high"},
            ],
        },
        {
            "created_at": "2026-11-03T09:00:00Z",
            "events": [{"type": "Change", "field_name": "status", "previous_value": "open", "value": "solved"}],
        },
    ],
}
USERS = [
    {"id": 235323, "name": "Ann Lee", "email": "ann@example.com"},
    {"id": 20978392, "name": "Carol", "email": "carol@example.com"},
    {"id": 1, "name": "Nobody"},
]


def test_audits_of_zendesk_are_the_past_of_a_ticket() -> None:
    assert past(mapped("zendesk", ZENDESK)) == [
        ("11-01T09:00", "New", None),
        ("11-02T09:00", "Open", "."),
        ("11-02T09:00", ".", "235323"),
        ("11-03T09:00", "Solved", "."),
    ]


@pytest.mark.parametrize("name", ["tickets", "results"])
def test_users_beside_the_tickets_of_an_export_are_who_they_name(name: str) -> None:
    body = json.dumps({name: [ZENDESK], "users": USERS, "count": 1, "end_of_stream": True, "end_time": 1}).encode()

    opened = open_file([body], again=lambda: [body])

    (row,) = [json.loads(line) for line in opened.pieces]
    found = mapped("zendesk", row)
    assert opened.format == "zendesk"
    assert found.people["235323"].email == "ann@example.com"
    assert (found.row["reporter"], len(row["users"])) == ("carol@example.com", 2)


def test_a_deleted_ticket_of_an_incremental_export_is_gone() -> None:
    found = mapped("zendesk", {**ZENDESK, "status": "deleted"})

    assert (found.is_removal, found.row["status"]) == (True, "Removed")


def test_a_ticket_with_its_audits_beside_it_is_recognised() -> None:
    wrapped = {"ticket": {**ZENDESK, "audits": None}, "audit": ZENDESK["audits"][0]}
    del wrapped["ticket"]["audits"]

    assert form_of(wrapped) == "zendesk"
    assert len(mapped("zendesk", wrapped).row["history"]) == 3


# Trello

ANN = {"id": "m1", "username": "ann", "fullName": "Ann Lee"}
LISTS = [{"id": "l1", "name": "To Do"}, {"id": "l2", "name": "Doing"}, {"id": "l3", "name": "Done"}]


def action(kind: str, day: int, number: str = "64098772e6751c75dc0dc6f6", **found: Any) -> dict[str, Any]:
    member = {"member": found.pop("member")} if "member" in found else {}
    return {
        "id": f"a{day}",
        "type": kind,
        "date": f"2026-11-{day:02}T09:00:00.000Z",
        "memberCreator": ANN,
        "data": {"card": {"id": number, **found.pop("card", {})}, **found},
        **member,
    }


BOARD = {
    "name": "Ops",
    "cards": [
        {
            "id": "64098772e6751c75dc0dc6f6",
            "idBoard": "b",
            "idList": "l3",
            "name": "Renew",
            "desc": "Text",
            "closed": True,
            "labels": [],
            "idMembers": ["m1"],
            "dateLastActivity": "2026-11-07T09:00:00Z",
        }
    ],
    "actions": [
        action("updateCard", 7, card={"closed": True}, old={"closed": False}),
        action("commentCard", 6, text="Certbot knows it.", dateLastEdited="2026-11-06T10:00:00.000Z"),
        action("updateCard", 5, listBefore={"name": "Doing"}, listAfter={"name": "Done"}, old={"idList": "l2"}),
        action("addMemberToCard", 4, member=ANN, idMember="m1"),
        action("updateCard", 3, listBefore={"name": "To Do"}, listAfter={"name": "Doing"}, old={"idList": "l1"}),
        action("updateCard", 3, old={"pos": 1}),
        action("createCard", 2, list={"name": "To Do"}),
        action("createCard", 2, number="other", list={"name": "To Do"}),
        action("updateBoard", 1),
    ],
    "members": [ANN],
    "checklists": [
        {
            "idCard": "64098772e6751c75dc0dc6f6",
            "name": "Steps",
            "checkItems": [
                {"name": "Reload", "state": "incomplete", "pos": 2},
                {"name": "Order", "state": "complete", "pos": 1},
            ],
        }
    ],
    "lists": LISTS,
}


def test_actions_of_an_exported_board_are_the_pasts_of_its_cards() -> None:
    body = json.dumps(BOARD).encode()
    (line,) = open_file([body], again=lambda: [body]).pieces

    found = mapped("trello", json.loads(line))

    assert [step[1:] for step in past(found)] == [
        ("To Do", None), ("Doing", "."), (".", "m1"), ("Done", "."), ("Archived", "."),
    ]  # fmt: skip
    assert found.row["description"] == "Text\n\n**Steps**\n\n- [x] Order\n- [ ] Reload"
    assert (found.row["reporter"], found.people["m1"].name) == ("ann", "Ann Lee")
    assert found.talk
    (said,) = found.talk.comments
    assert (said.author, said.body, str(said.edited_at)[11:13]) == ("m1", "Certbot knows it.", "10")


# Jira


def moved(day: int, before: str, after: str, field: str = "status", **ids: Any) -> dict[str, Any]:
    item = {"field": field, "fromString": before, "toString": after, "from": None, "to": None, **ids}
    return {"created": f"2026-11-{day:02}T09:00:00.000+0900", "author": {"name": "ann"}, "items": [item]}


FIELDS = {
    "summary": "Disk full",
    "status": {"name": "完了", "statusCategory": {"key": "done"}},
    "created": "2026-11-01T09:00:00.000+0900",
    "updated": "2026-11-05T09:00:00.000+0900",
    "reporter": {"displayName": "Carol", "name": "carol"},
}
STEPS = [moved(2, "未着手", "進行中"), moved(5, "進行中", "完了")]


@pytest.mark.parametrize(
    "changelog",
    [
        {"changelog": {"startAt": 0, "maxResults": 2, "total": 2, "histories": STEPS}},
        {"changelog": {"histories": STEPS[::-1]}},
        {"changelog": {"startAt": 0, "total": 2, "isLast": True, "values": STEPS}},
        {"changelog": STEPS},
        {"changelog": [{"values": STEPS[:1], "isLast": False}, {"values": STEPS[1:], "isLast": True}]},
        {"changeHistories": [{**step, "created": 1793577600000 + 86_400_000 * day} for day, step in enumerate(STEPS)]},
    ],
)
def test_a_changelog_of_jira_is_read_in_each_of_its_shapes(changelog: dict[str, Any]) -> None:
    found = mapped("jira", {"key": "OPS-1", "fields": FIELDS, **changelog})

    assert [status for __, status, __ in past(found)] == ["未着手", "進行中", "完了"]
    assert found.row["reporter"] == "Carol"


def test_an_answer_of_the_new_search_of_jira_cloud_is_recognised() -> None:
    body = {"issues": [{"id": "1", "key": "OPS-1", "fields": FIELDS}], "nextPageToken": "CAEaAggD", "isLast": False}

    opened = open_file([json.dumps(body).encode()])

    assert (opened.format, len(list(opened.pieces))) == ("jira", 1)


def test_people_of_jira_server_are_one_by_name_and_by_key() -> None:
    ann = {"name": "ann", "key": "JIRAUSER10100", "displayName": "Ann Lee", "emailAddress": "ann@example.com"}
    step = moved(2, "", "Ann Lee", "assignee", to="JIRAUSER10100", **{"from": None})

    found = mapped("jira", {"key": "OPS-1", "fields": {**FIELDS, "assignee": ann}, "changelog": {"histories": [step]}})

    assert [who for __, __, who in past(found)] == [None, "ann"]
    assert set(found.people) >= {"ann"}
    assert "JIRAUSER10100" not in found.people


JIRA_CSV = (
    "Issue key,Summary,Status,Status Category,Status Category Changed,Assignee,Assignee Id,Reporter,Created,Updated,"
    "Resolved,Sprint,Sprint,Labels,Labels,Comment,Comment,Description\n"
    "OPS-1,Disk full,対応中,In Progress,02/Nov/26 11:00 AM,Ann Lee,5b10,Carol,02/Nov/26 9:00 AM,02/Nov/26 1:00 PM,,"
    '1,2,disk,db,"02/Nov/26 10:00 AM;5b10;Cleaned; twice","02/Nov/26 10:00 AM;5b10;Again","Two\nlines"\n'
    "OPS-2,Renew,済,Done,02/Nov/26 11:00 AM,,,Carol,02/Nov/26 9:00 AM,02/Nov/26 1:00 PM,,,,,,,,\n"
)


@pytest.fixture
def sent(api: APIClient, board: Board) -> Callable[..., Any]:
    def sent(form: str, body: Any, content_type: str = "application/json") -> Any:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        answer = api.post(f"/api/v1/imports/?board={board.pk}&format={form}", raw, content_type=content_type)
        if answer.status_code == 202:
            run_import(answer.json()["id"])
            answer = api.get(f"/api/v1/imports/{answer.json()['id']}/")
        return answer.json()

    return sent


@pytest.mark.django_db
def test_csv_of_jira_brings_comments_once_and_the_rest_api_knows_them_again(sent: Callable[..., Any]) -> None:
    first = sent("jira", JIRA_CSV.encode("utf-16"), "text/csv")
    again = sent("jira", JIRA_CSV.encode(), "text/csv")
    comment = {
        "id": "10001",
        "author": {"accountId": "5b10"},
        "body": "Cleaned; twice",
        "created": "2026-11-02T10:00:31.000+0000",
    }
    sent("jira", {"issues": [{"key": "OPS-1", "fields": {
        "summary": "Disk full", "comment": {"comments": [comment], "startAt": 0, "total": 2},
    }}]})  # fmt: skip

    assert (first["created"], first["failed"], again["unchanged"], first["warnings"]) == (2, 0, 2, [])
    said = Comment.objects.filter(item__external_id="OPS-1").order_by("created_at", "pk")
    assert [(each.body, each.external_id[:3]) for each in said] == [("Cleaned; twice", "100"), ("Again", "at ")]
    started, ended = Item.objects.order_by("external_id")
    assert (started.column.stage, started.reporter, started.description) == ("active", "Carol", "Two\nlines")
    assert (ended.column.is_done, str(ended.finished_at)[11:16]) == (True, "11:00")


@pytest.mark.django_db
def test_an_incident_in_a_row_for_each_change_is_one_item_with_its_past(
    sent: Callable[..., Any], columns: dict[str, Column]
) -> None:
    body = (
        b"number,incident_state,assigned_to,opened_at,sys_updated_at,resolved_at,short_description\n"
        b"INC1,New,?,01-11-2026 09:00,01-11-2026 09:05,03-11-2026 12:00,Mail\n"
        b"INC1,Active,Ann,01-11-2026 09:00,02-11-2026 09:00,03-11-2026 12:00,Mail\n"
        b"INC1,-100,Ann,01-11-2026 09:00,02-11-2026 10:00,03-11-2026 12:00,Mail\n"
        b"INC1,Resolved,Ann,01-11-2026 09:00,03-11-2026 11:00,03-11-2026 12:00,Mail\n"
        b"INC1,Closed,Ann,01-11-2026 09:00,08-11-2026 12:00,03-11-2026 12:00,Mail\n"
        b"INC2,New,?,01-11-2026 09:00,01-11-2026 09:05,,VPN\n"
        b"INC1,Closed,Ann,01-11-2026 09:00,08-11-2026 12:00,03-11-2026 12:00,Mail\n"
    )

    done = sent("servicenow", body, "text/csv")

    assert (done["created"], done["failed"], done["warnings"]) == (2, 1, [])
    item = Item.objects.get(external_id="INC1")
    stays = Stay.objects.filter(item=item).order_by("started_at")
    found = [(stay.column.stage, str(stay.started_at)[8:16], stay.assignee and stay.assignee.name) for stay in stays]
    assert found == [
        ("queue", "01 09:00", None), ("active", "02 09:00", "Ann"), ("done", "03 12:00", "Ann"),
    ]  # fmt: skip


@pytest.mark.django_db
def test_a_ticket_that_is_deleted_is_closed_and_none_is_made_of_it(sent: Callable[..., Any]) -> None:
    gone = {**ZENDESK, "status": "deleted", "updated_at": "2026-11-09T09:00:00Z"}

    first = sent("zendesk", {"tickets": [gone]})
    sent("zendesk", {"tickets": [{**ZENDESK, "status": "open", "audits": []}]})
    sent("zendesk", {"tickets": [gone]})

    assert (first["created"], first["skipped"]) == (0, 1)
    assert Item.objects.get().column.is_done


@pytest.mark.django_db
def test_one_answer_wrapped_alone_goes_in_over_the_api(sent: Callable[..., Any]) -> None:
    assert sent("pagerduty", {"incident": PAGE})["created"] == 1
    assert sent("zendesk", {"tickets": [ZENDESK], "users": USERS})["created"] == 1
    assert sent("trello", BOARD)["created"] == 1

    log = WorkLog.objects.get()
    assert (log.person.name, (log.ended_at - log.started_at).total_seconds()) == ("Pbob", 1200)
    owner = Item.objects.get(source="zendesk").assignee
    assert owner is not None
    assert owner.email == "ann@example.com"
    assert Item.objects.get(source="trello").column.is_done


# Words and times of other languages


@pytest.mark.parametrize(
    ("word", "stage"),
    [
        ("未着手", "queue"),
        ("対応中", "active"),
        ("進行中", "active"),
        ("保留", "waiting"),
        ("完了", "done"),
        ("ＤＯＮＥ", "done"),
        ("待办", "queue"),
        ("待處理", "queue"),
        ("进行中", "active"),
        ("處理中", "active"),
        ("已阻塞", "waiting"),
        ("已完成", "done"),
        ("已关闭", "done"),
        ("In Arbeit", "active"),
        ("Erledigt", "done"),
        ("En cours", "active"),
        ("Terminé", "done"),
        ("진행 중", "active"),
        ("Em andamento", "active"),
        ("Hecho", "done"),
        ("ｵｰﾌﾟﾝ", "queue"),
    ],
)
def test_status_words_of_other_languages_find_their_columns(word: str, stage: str) -> None:
    columns = [
        StatusColumn(number, f"c{number}", name) for number, name in enumerate(("queue", "active", "waiting", "done"))
    ]

    found = StatusMap(columns).find(word)

    assert found
    assert found.stage == stage


@pytest.mark.parametrize(
    "written",
    [
        "02/Nov/26 3:00 PM",
        "02/11月/26 3:00 午後",
        "2026/11/02 午後 3:00",
        "2026年11月2日 下午3:00",
        "02/nov./26 3:00 PM",
        "2026-11-02 15:00",
        "2026-11-02T15:00:00.000+0900",
        "02.11.2026 15:00",
    ],
)
def test_times_are_read_as_other_languages_write_them(written: str) -> None:
    assert local_time(written, TOKYO) == "2026-11-02T06:00:00+00:00"
    assert day_of(written, TOKYO) == "2026-11-02"


@pytest.mark.parametrize(
    ("written", "month"), [("05/Dez/25 9:00 AM", 12), ("05/févr./25 9:00 AM", 2), ("05/Mär/25 9:00 AM", 3)]
)
def test_months_are_read_in_other_languages(written: str, month: int) -> None:
    assert local_time(written, UTC) == f"2025-{month:02}-05T09:00:00+00:00"


def test_csv_rows_of_one_incident_are_read_together_wherever_a_job_goes_on() -> None:
    lines = [
        b"number,state,sys_updated_on\n",
        *(f"INC{n // 3},New,2026-11-0{n % 3 + 1} 09:00\n".encode() for n in range(9)),
    ]
    body = b"".join(csv_pieces([b"".join(lines)]))
    header = csv_header(body)
    whole = list(together_by_incident(csv_rows([body], header=header, is_foreign=True)))

    rest = csv_rows([body[whole[0].end :]], header=header, row=whole[0].number + 1, byte=whole[0].end, is_foreign=True)

    assert [row.value["number"] for row in whole] == [["INC0"], ["INC1"], ["INC2"]]
    assert [row.value for row in together_by_incident(rest)] == [row.value for row in whole[1:]]


# Odd ones


def card_of_board() -> dict[str, Any]:
    return {
        **BOARD["cards"][0],
        **{name: BOARD[name] for name in ("actions", "members", "checklists")},
        "list": LISTS[0],
    }


RICH: dict[str, Any] = {
    "github": GITHUB,
    "gitlab": {
        **GITLAB,
        "status": {"name": "x", "category": "done"},
        "resource_label_events": [
            {"user": ANN, "created_at": "2026-11-02T09:00:00Z", "action": "add", "label": {"name": "Doing"}}
        ],
        "resource_state_events": [{"user": ANN, "created_at": "2026-11-03T09:00:00Z", "state": "closed"}],
        "notes": [{"id": 1, "system": True, "body": "assigned to @ann", "created_at": "2026-11-03T09:00:00Z"}],
    },
    "pagerduty": PAGE,
    "opsgenie": OPSGENIE,
    "zendesk": {"ticket": {**ZENDESK, "users": USERS}, "audit": ZENDESK["audits"][0]},
    "trello": card_of_board(),
    "jira": {
        "key": "OPS-1",
        "fields": FIELDS,
        "changelog": [{"values": [*STEPS, moved(3, "", "Ann", "assignee", to="JIRAUSER1")]}],
    },
    "servicenow": {
        "number": {"display_value": "INC1", "value": "INC1"},
        "state": {"display_value": "x", "value": "2"},
        "assigned_to": {"display_value": "Ann", "value": "1"},
        "sys_updated_on": {"display_value": "", "value": "2026-11-02 09:00:00"},
        "work_notes": {"display_value": JOURNAL, "value": ""},
    },
    "snow_csv": {
        "number": ["INC1"],
        "state": ["New"],
        "opened_at": ["02-11-2026 09:00"],
        "resolved_at": ["03-11-2026 09:00"],
        "sys_updated_at": ["02-11-2026 09:00"],
        "row changes": [{"number": ["INC1"], "state": ["New"], "sys_updated_at": ["02-11-2026 09:00"]}],
    },
    "jira_csv": {"issue key": ["A-1"], "comment": ["02/Nov/26 9:30 AM;ann;x"], "created": ["02/Nov/26 9:30 AM"]},
}


@pytest.mark.parametrize("form", RICH)
@given(data=st.data())
def test_no_past_is_so_odd_that_mapping_it_fails(form: str, data: st.DataObject) -> None:
    row = json.loads(json.dumps(RICH[form]))
    for holder, key in data.draw(st.lists(st.sampled_from(places(row)), max_size=3)):
        holder[key] = data.draw(values)
    mapping = mapping_of(form, TOKYO)

    found = mapping(row) if mapping else None

    form_of(row)
    if found is not None:
        parse_ticket(found.row, at=NOW)


@given(data=st.data())
def test_no_board_is_so_odd_that_its_cards_cannot_be_read(data: st.DataObject) -> None:
    board = json.loads(json.dumps({**BOARD, "users": USERS}))
    for holder, key in data.draw(st.lists(st.sampled_from(places(board)), max_size=3)):
        holder[key] = data.draw(values)

    for form, rows in (("trello", board.get("cards")), ("zendesk", board.get("cards"))):
        attach = attaching(form, lambda name: board[name] if isinstance(board.get(name), list) else [])
        assert attach
        for row in rows if isinstance(rows, list) else []:
            attach(row)

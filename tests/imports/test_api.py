"""Importing over the API: what is answered, what is written, and what is left alone."""

import csv
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from boards.models import Board, Change, Column, Item, Label, Stay, WorkLog
from boards.services.classes import classify_items
from boards.services.items import edit_item
from boards.services.moves import move_item
from boards.services.trash import delete_item
from imports.models import Import, RowError, Ticket
from teams.actors import Actor
from teams.models import ApiToken, Handle, Person, Scope, Team, User
from tests.factories import ApiTokenFactory, BoardFactory, RuleFactory, ToilTypeFactory

Send = Callable[..., Any]
URL = "/api/v1/imports/"


def row(**fields: Any) -> dict[str, Any]:
    return {"external_id": "OPS-1", "title": "Disk full on db-3", **fields}


def outcomes(answer: Any) -> list[str]:
    return [result["outcome"] for result in answer["results"]]


def test_the_answer_says_what_became_of_each_row(send: Send, board: Board, api: APIClient) -> None:
    answer = send(row(), row(external_id="OPS-2", status="Triaging hard"), row(external_id="OPS-3", created_at="soon"))

    items = dict(Item.objects.values_list("external_id", "pk"))
    assert answer["state"] == "finished"
    assert (answer["board"], answer["source"], answer["dry_run"]) == (board.pk, "jira", False)
    assert [answer[name] for name in ("rows", "created", "updated", "unchanged", "skipped", "failed")] == [
        3,
        2,
        0,
        0,
        0,
        1,
    ]
    assert answer["results"] == [
        {"index": 0, "external_id": "OPS-1", "outcome": "created", "item": items["OPS-1"]},
        {"index": 1, "external_id": "OPS-2", "outcome": "created", "item": items["OPS-2"]},
        {
            "index": 2,
            "external_id": "OPS-3",
            "outcome": "failed",
            "errors": {"created_at": ["“soon” is not a time such as 2026-11-23T09:00:00Z."]},
        },
    ]
    assert answer["warnings"] == ["1 ticket has the unknown status “Triaging hard”."]
    assert api.get(f"{URL}{answer['id']}/").json() == answer


def test_every_field_of_a_ticket_reaches_its_item(send: Send, api: APIClient) -> None:
    fields = {
        "description": "It is full.",
        "url": "https://tracker.example.com/OPS-1",
        "classification": "toil",
        "labels": ["disk", "db"],
        "service": "postgres",
        "assignee": "Ann@example.com",
        "is_interrupt": True,
        "priority": "urgent",
        "estimate_hours": 1.5,
        "due_date": "2026-12-01",
        "created_at": "2026-11-02T09:00:00+09:00",
    }
    answer = send(
        row(**fields, logs=[{"person": "ann", "started_at": "2026-11-02T00:00Z", "ended_at": "2026-11-02T01:00Z"}])
    )

    item = Item.objects.get(pk=answer["results"][0]["item"])
    shown = {
        name: getattr(item, name) for name in fields if name not in {"labels", "assignee", "due_date", "created_at"}
    }
    assert shown == {name: fields[name] for name in shown}
    assert sorted(item.labels.values_list("name", flat=True)) == ["db", "disk"]
    assert item.assignee == Person.objects.get(email="ann@example.com")
    assert item.due_date.isoformat() == "2026-12-01"
    assert item.created_at.isoformat() == "2026-11-02T00:00:00+00:00"
    assert (item.classified_by, item.source, item.version) == ("import", "jira", 1)
    log = WorkLog.objects.get()
    assert (log.item, log.source, log.person) == (item, "jira", Handle.objects.get(handle="ann").person)


def test_the_same_file_twice_changes_nothing(send: Send) -> None:
    rows = [row(status="Nowhere", labels=["b", "a"], logs=[], history=[{"at": "2026-11-02T00:00Z", "status": "Done"}])]
    send(*rows)
    before = [list(model.objects.order_by("pk").values()) for model in (Item, Change, Stay, Ticket, Person)]

    answer = send(*rows)

    assert outcomes(answer) == ["unchanged"]
    assert [list(model.objects.order_by("pk").values()) for model in (Item, Change, Stay, Ticket, Person)] == before


def test_the_second_row_of_a_key_fails(send: Send) -> None:
    answer = send(row(title=5), row(), row(external_id="OPS-2"))

    assert outcomes(answer) == ["failed", "failed", "created"]
    assert answer["results"][1]["errors"] == {
        "external_id": ["An earlier row of this import has the same external id."]
    }


def test_one_key_of_two_sources_or_boards_is_two_items(send: Send, team: Team) -> None:
    other = BoardFactory(team=team)
    send(row())
    send(row(), source="github")
    send(row(), board=other.pk)

    assert Item.objects.count() == 3


def test_what_changed_at_the_source_is_taken(send: Send) -> None:
    send(row(title="Old", priority="low", labels=["a", "b"]))
    answer = send(row(title="New", priority="high", labels=["b", "c"]))

    item = Item.objects.get()
    assert outcomes(answer) == ["updated"]
    assert (item.title, item.priority, item.version) == ("New", "high", 2)
    assert sorted(item.labels.values_list("name", flat=True)) == ["b", "c"]
    assert set(item.changes.filter(version=2).values_list("field", flat=True)) == {"title", "priority", "labels"}


def test_what_was_changed_here_stays_while_the_source_says_the_same(send: Send, by_alice: Actor) -> None:
    send(row(title="Theirs", priority="low"))
    edit_item(item=Item.objects.get(), changes={"title": "Ours"}, by=by_alice, at=timezone.now())

    answer = send(row(title="Theirs", priority="high"))

    item = Item.objects.get()
    assert outcomes(answer) == ["updated"]
    assert (item.title, item.priority) == ("Ours", "high")


def test_a_change_at_the_source_loses_against_a_later_one_here(send: Send, by_alice: Actor) -> None:
    now = timezone.now()
    send(row(title="First", priority="low"))
    edit_item(item=Item.objects.get(), changes={"title": "Ours"}, by=by_alice, at=now)

    send(row(title="Theirs", priority="high", updated_at=(now - timedelta(hours=1)).isoformat()))

    item = Item.objects.get()
    assert (item.title, item.priority) == ("Ours", "high")


def test_a_change_at_the_source_wins_over_an_earlier_one_here(send: Send, by_alice: Actor) -> None:
    send(row(title="First"))
    edit_item(item=Item.objects.get(), changes={"title": "Ours"}, by=by_alice, at=timezone.now())

    send(row(title="Theirs", updated_at=(timezone.now() + timedelta(seconds=20)).isoformat()))

    assert Item.objects.get().title == "Theirs"


def test_a_persons_class_always_stays(send: Send, by_alice: Actor) -> None:
    send(row(classification="overhead"))
    classify_items(items=Item.objects.all(), classification="toil", by=by_alice, at=timezone.now())

    send(row(classification="engineering", updated_at=(timezone.now() + timedelta(seconds=20)).isoformat()))

    item = Item.objects.get()
    assert (item.classification, item.classified_by) == ("toil", "person")


def test_rules_classify_what_comes_without_a_class(send: Send, team: Team) -> None:
    rule = RuleFactory(team=team, title_contains="disk full", classification="toil")

    send(row(), row(external_id="OPS-2", classification="overhead"), row(external_id="OPS-3", title="Other"))

    found = {item.external_id: (item.classification, item.classified_by, item.rule_id) for item in Item.objects.all()}
    assert found == {
        "OPS-1": ("toil", "rule", rule.pk),
        "OPS-2": ("overhead", "import", None),
        "OPS-3": ("unclassified", None, None),
    }


def test_a_rule_gives_tickets_labels_a_service_and_a_toil_type(send: Send, team: Team) -> None:
    toil_type = ToilTypeFactory(team=team, name="Disk full")
    RuleFactory(
        team=team, title_contains="", project="OPS", labels=["alert"], sets_service="postgres", toil_type=toil_type
    )

    send(row(labels=["disk"]), row(external_id="OPS-2", service="mysql"), row(external_id="WEB-3"))
    again = send(row(labels=["disk"]))

    found = {item.external_id: item for item in Item.objects.prefetch_related("labels")}
    labels = {key: sorted(label.name for label in item.labels.all()) for key, item in found.items()}
    assert labels == {"OPS-1": ["alert", "disk"], "OPS-2": ["alert"], "WEB-3": []}
    assert [found[key].service for key in ("OPS-1", "OPS-2", "WEB-3")] == ["postgres", "mysql", ""]
    assert (found["OPS-1"].toil_type, found["WEB-3"].toil_type) == (toil_type, None)
    assert again["unchanged"] == 1


def test_what_is_closed_at_its_source_is_closed_here(send: Send, columns: dict[str, Column], by_alice: Actor) -> None:
    early = (timezone.now() - timedelta(days=1)).isoformat()
    send(row(status="To Do", created_at=early, updated_at=early))
    move_item(item=Item.objects.get(), to=columns["In progress"], by=by_alice, at=timezone.now())

    answer = send(row(status="Closed", updated_at=(timezone.now() - timedelta(hours=1)).isoformat()))

    item = Item.objects.get()
    assert outcomes(answer) == ["updated"]
    assert (item.column.name, item.finished_at is not None) == ("Done", True)
    assert Stay.objects.get(item=item, ended_at=None).column == columns["Done"]


def test_what_was_closed_at_its_source_is_closed_here_by_a_row_that_leaves_the_status_out(
    send: Send, columns: dict[str, Column], by_alice: Actor
) -> None:
    send({"external_id": "OPS-1", "title": "Disk full", "status": "Done"})
    item = Item.objects.get()
    move_item(item=item, to=columns["Backlog"], by=by_alice, at=timezone.now())

    again = send({"external_id": "OPS-1", "title": "Disk full"})
    once_more = send({"external_id": "OPS-1", "title": "Disk full"})

    item.refresh_from_db()
    assert (outcomes(again), outcomes(once_more)) == (["updated"], ["unchanged"])
    assert item.column.is_done


def test_what_was_opened_again_here_is_closed_again(send: Send, columns: dict[str, Column], by_alice: Actor) -> None:
    send(row(status="Closed"))
    move_item(item=Item.objects.get(), to=columns["In progress"], by=by_alice, at=timezone.now())

    send(row(status="Closed"))

    assert Item.objects.get().column.name == "Done"


def test_an_older_state_of_a_ticket_is_skipped(send: Send) -> None:
    send(row(title="New", updated_at="2026-11-02T00:00Z"))
    answer = send(row(title="Old", updated_at="2026-11-01T00:00Z"))

    assert outcomes(answer) == ["skipped"]
    assert Item.objects.get().title == "New"
    assert answer["warnings"] == ["1 ticket was skipped: a newer state of it is known already."]


def test_a_ticket_of_an_item_in_the_trash_is_skipped(send: Send, by_alice: Actor) -> None:
    send(row())
    delete_item(item=Item.objects.get(), by=by_alice, at=timezone.now())

    answer = send(row(title="Back"))

    assert outcomes(answer) == ["skipped"]
    assert answer["warnings"] == ["1 ticket was skipped: its item is in the trash."]


def test_a_handle_is_one_person_of_its_source(send: Send) -> None:
    send(row(assignee="ann"), row(external_id="OPS-2", assignee="ann"))
    send(row(assignee="ann"), source="github")

    assert Person.objects.filter(name="ann").count() == 2
    assert Item.objects.get(external_id="OPS-2").assignee == Item.objects.filter(source="jira").first().assignee


def test_logs_are_replaced_as_a_set(send: Send) -> None:
    def log(hour: int) -> dict[str, Any]:
        return {"person": "ann", "started_at": f"2026-11-02T0{hour}:00Z", "ended_at": f"2026-11-02T0{hour}:30Z"}

    send(row(logs=[log(1), log(2)]))
    kept = WorkLog.objects.get(started_at="2026-11-02T02:00Z").pk
    send(row(title="Without a word on logs"))
    answer = send(row(logs=[log(2), log(3)]))

    logs = WorkLog.objects.kept().order_by("started_at")
    assert outcomes(answer) == ["updated"]
    assert [each.started_at.hour for each in logs] == [2, 3]
    assert logs[0].pk == kept


def test_an_atomic_import_takes_all_or_none(send: Send, api: APIClient) -> None:
    answer = send(row(), row(external_id="OPS-2", labels=3), mode="atomic", expect=422)

    assert answer["error"]["code"] == "rows_refused"
    assert answer["error"]["message"] == "1 of 2 tickets cannot be taken, so none was: the import is atomic."
    assert answer["error"]["fields"] == {"items.1.labels": ["Labels have to be a list of texts."]}
    assert not Item.objects.exists()
    assert send(row(), mode="atomic")["created"] == 1


def test_a_dry_run_says_what_would_happen_and_writes_nothing(send: Send) -> None:
    send(row())

    answer = send(
        row(title="New"), row(external_id="OPS-2", assignee="ann"), row(external_id="", labels=["x"]), dry_run=True
    )

    assert (answer["dry_run"], answer["created"], answer["updated"], answer["failed"]) == (True, 1, 1, 1)
    assert answer["results"][1] == {"index": 1, "external_id": "OPS-2", "outcome": "created", "item": None}
    assert Item.objects.get().title == "Disk full on db-3"
    assert not Person.objects.filter(name="ann").exists()


def test_the_refused_rows_can_be_mended_and_sent_again(send: Send, api: APIClient, board: Board) -> None:
    answer = send(row(title="", labels=["a"]), row(external_id="OPS-2"))

    lines = b"".join(api.get(f"{URL}{answer['id']}/errors/").streaming_content).splitlines()
    refused = [json.loads(line) for line in lines]
    again = send(*({**each, "title": "Mended"} for each in refused))

    assert refused == [row(title="", labels=["a"], index=0, errors={"title": ["This field may not be empty."]})]
    assert again["created"] == 1


@pytest.mark.parametrize(
    ("body", "status", "code", "fields"),
    [
        ([], 422, "invalid", {"items"}),
        ({}, 422, "invalid", {"board", "source", "items"}),
        ({"board": "x", "source": "", "items": {}}, 422, "invalid", {"board", "source", "items"}),
        ({"board": 1, "source": "a\0", "items": [], "mode": "some"}, 422, "invalid", {"source", "mode"}),
        ({"board": 1, "source": "jira", "items": [], "rows": []}, 422, "invalid", {"rows"}),
        ({"board": 10**30, "source": "jira", "items": []}, 422, "invalid", {"board"}),
        ({"board": 999_999, "source": "jira", "items": []}, 404, "not_found", set()),
    ],
)
def test_a_wrong_body_is_refused(api: APIClient, body: Any, status: int, code: str, fields: set[str]) -> None:
    answer = api.post(URL, body, format="json")

    assert answer.status_code == status
    assert answer.json()["error"]["code"] == code
    assert set(answer.json()["error"].get("fields", {})) == fields


def test_bad_json_says_line_and_column(api: APIClient) -> None:
    answer = api.post(URL, b'{"board": 1,\n "items": [}', content_type="application/json")

    assert answer.status_code == 400
    assert "line 2, column 12" in answer.json()["error"]["message"]


def test_another_type_is_refused(api: APIClient) -> None:
    answer = api.post(URL, b"<items/>", content_type="application/xml")

    assert (answer.status_code, answer.json()["error"]["code"]) == (415, "unsupported_media_type")


def test_more_than_ten_thousand_tickets_are_too_many_for_a_body(send: Send) -> None:
    assert send(*[{}] * 10_001, expect=413)["error"]["code"] == "too_large"


def test_a_body_over_the_limit_is_too_large(send: Send, api: APIClient, board: Board, settings: Any) -> None:
    settings.MAX_UPLOAD = 1_000
    line = json.dumps(row(description="x" * 900)).encode() + b"\n"

    streamed = api.post(f"{URL}?board={board.pk}&source=jira", line * 2, content_type="application/x-ndjson")

    assert send(row(description="x" * 2_000), expect=413)["error"]["code"] == "too_large"
    assert (streamed.status_code, streamed.json()["error"]["code"]) == (413, "too_large")
    assert not Import.objects.exists()


def test_who_may_import(board: Board, team: Team, mallory: User, bob: User, charlie: User) -> None:
    body = {"board": board.pk, "source": "jira", "items": [row()]}

    def post(viewer: User | ApiToken | None) -> int:
        client = APIClient()
        client.force_authenticate(viewer)
        return client.post(URL, body, format="json").status_code

    assert post(None) == 401
    assert post(charlie) == 404
    assert post(bob) == 403
    assert post(ApiTokenFactory(scope=Scope.WRITE)) == 404
    assert post(ApiTokenFactory(team=team, scope=Scope.READ)) == 403
    assert post(ApiTokenFactory(team=team, scope=Scope.IMPORT)) == 200
    assert post(mallory) == 200


def test_another_teams_import_is_not_there(send: Send, charlie: User) -> None:
    answer = send(row(title=1))
    client = APIClient()
    client.force_authenticate(charlie)

    assert client.get(URL).json()["results"] == []
    for path in (f"{answer['id']}/", f"{answer['id']}/errors/"):
        assert client.get(URL + path).status_code == 404
    assert client.post(f"{URL}{answer['id']}/cancel/").status_code == 404


def test_a_repeated_request_is_done_once(api: APIClient, board: Board) -> None:
    body = {"board": board.pk, "source": "jira", "items": [row()]}

    first = api.post(URL, body, format="json", HTTP_IDEMPOTENCY_KEY="once")
    second = api.post(URL, body, format="json", HTTP_IDEMPOTENCY_KEY="once")

    assert second["Idempotency-Replayed"] == "true"
    assert second.json() == first.json()
    assert Import.objects.count() == 1


def test_a_repeated_stream_is_received_once(api: APIClient, board: Board) -> None:
    def post(line: dict[str, Any]) -> Any:
        return api.post(
            f"{URL}?board={board.pk}&source=jira",
            json.dumps(line).encode(),
            content_type="application/x-ndjson",
            HTTP_IDEMPOTENCY_KEY="stream",
        )

    first, second, other = post(row()), post(row()), post(row(title="Another"))

    assert (first.status_code, second.status_code, second["Location"]) == (202, 202, first["Location"])
    assert (other.status_code, other.json()["error"]["code"]) == (422, "idempotency_key_reused")
    assert Import.objects.count() == 1


def test_more_rows_take_no_more_queries(send: Send, django_assert_max_num_queries: Any) -> None:
    rows = [
        row(external_id=f"OPS-{n}", status="Doing", labels=[f"l{n}"], assignee=f"p{n}@example.com") for n in range(200)
    ]

    with django_assert_max_num_queries(45):
        send(*rows)
    with django_assert_max_num_queries(50):
        send(*({**each, "title": "Changed", "status": "Done", "labels": []} for each in rows))

    assert Item.objects.filter(column__name="Done", title="Changed").count() == 200


def test_ranks_follow_the_order_of_the_rows(send: Send) -> None:
    send(*(row(external_id=f"OPS-{n}") for n in (3, 1, 2)))
    send(row(external_id="OPS-0"))

    ordered = Item.objects.in_board_order().values_list("external_id", flat=True)
    assert list(ordered) == ["OPS-3", "OPS-1", "OPS-2", "OPS-0"]


def test_an_answer_of_jiras_search_is_taken_as_it_is(api: APIClient, board: Board, shared_data: Path) -> None:
    body = (shared_data / "jira/rest/digitalservice_search_response.json").read_bytes()
    address = f"{URL}?format=jira&board={board.pk}"

    first = api.post(address, body, content_type="application/json").json()
    second = api.post(address, body, content_type="application/json").json()

    assert (first["source"], first["format"], first["created"], first["failed"]) == ("jira", "jira", 3, 0)
    assert second["unchanged"] == 3
    assert {item.column.stage for item in Item.objects.all()} == {"done"}


def test_a_jira_changelog_becomes_the_past(api: APIClient, board: Board, shared_data: Path) -> None:
    folder = shared_data / "jira/jirametrics/complete_sample/sample_issues"
    issues = [json.loads(path.read_bytes()) for path in sorted(folder.glob("*.json"))]
    address = f"{URL}?format=jira&board={board.pk}"

    first = api.post(address, {"issues": issues}, format="json").json()
    again = api.post(address, {"issues": issues}, format="json").json()

    assert (first["created"], first["warnings"]) == (len(issues), [])
    assert again["unchanged"] == len(issues)
    item = Item.objects.get(external_id="SP-5")
    assert [stay.column.stage for stay in item.stays.order_by("started_at")][-2:] == ["active", "done"]
    assert item.finished_at.isoformat() == "2021-10-11T12:49:07.261000+00:00"


def test_two_thousand_real_issues_come_in_and_stay_as_they_are(api: APIClient, board: Board, shared_data: Path) -> None:
    priorities = {"Blocker": "urgent", "Critical": "high", "Major": "normal", "Minor": "low", "Trivial": "low"}
    with (shared_data / "datasets/fluid_jira/share_issues.csv").open(newline="") as file:
        items = [
            {
                "external_id": issue["key"],
                "title": issue["summary"],
                "description": issue["description"],
                "status": issue["status"],
                "service": issue["components"].split(",")[0][:100],
                "labels": [issue["type"]],
                "priority": priorities.get(issue["priority"], "normal"),
                "created_at": issue["created"],
                "updated_at": issue["updated"],
            }
            for issue in csv.DictReader(file)
        ]
    answers = []

    for __ in range(2):
        for start in range(0, len(items), 1000):
            body = {"board": board.pk, "source": "fluid", "items": items[start : start + 1000]}
            answers.append(api.post(URL, body, format="json").json())

    assert [answer["failed"] for answer in answers] == [0, 0, 0, 0]
    assert [answer["warnings"] for answer in answers] == [[], [], [], []]
    assert sum(answer["created"] for answer in answers) == len(items) == 1989
    assert sum(answer["unchanged"] for answer in answers) == 1989
    assert Item.objects.filter(column__stage="done").count() == 1104 + 428 + 175 + 66


def test_a_list_of_imports_leaves_out_the_rows(send: Send, api: APIClient, django_assert_max_num_queries: Any) -> None:
    for number in range(5):
        send(row(external_id=f"OPS-{number}"))

    with django_assert_max_num_queries(6):
        page = api.get(f"{URL}?limit=2").json()

    assert len(page["results"]) == 2
    assert "results" not in page["results"][0]
    assert page["next"]


def test_refused_rows_are_kept_as_they_came(send: Send) -> None:
    send(row(title="a\0b", labels=["\u20ac"]))

    error = RowError.objects.get()
    assert json.loads(error.row) == row(title="a\0b", labels=["\u20ac"])


def test_new_labels_are_made_in_one_statement_so_that_two_imports_wait_in_one_order(send: Send) -> None:
    send(row(external_id="OPS-1", labels=["a"]))

    with CaptureQueriesContext(connection) as queries:
        answer = send(row(external_id="OPS-1", labels=["z", "c"]), row(external_id="OPS-2", labels=["b"]))

    made = [query["sql"] for query in queries if "INTO" in query["sql"] and '"boards_label"' in query["sql"]]
    assert (answer["updated"], answer["created"]) == (1, 1)
    assert len(made) == 1
    assert set(Label.objects.values_list("name", flat=True)) == {"a", "b", "c", "z"}

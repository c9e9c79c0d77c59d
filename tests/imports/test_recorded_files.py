"""Every file of a tracker or an alarm in the captured payloads goes in through the engine, as its own words say.

What is expected is read off the file by other means than the product's, off what another program made of it, or off
what was published about it.
"""

import csv
import io
import itertools
import json
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from rest_framework.test import APIClient

from boards.models import Board, Comment, Item, Stay
from imports.columns import guess_columns
from imports.files import open_file
from imports.models import Connection, Delivery, Import
from imports.tasks import run_import
from teams.models import User
from tests.imports.test_webhooks import connect, deliver

__all__ = ["connect"]

pytestmark = pytest.mark.django_db

# Beginnings of paths, and what becomes of those files: sent to a connection, taken as a file, or no tickets at all.
# The same stands, with why, in docs/importing.md.
HOOKS = {
    "alertmanager/": "alertmanager",
    "clients/alertmanager/captured/001-hooks_alertmanager.body": "alertmanager",
    "clients/alertmanager/captured/006-hooks_alertmanager-bearer.body": "alertmanager",
    "gcp_monitoring/": "google-cloud-monitoring",
    "github/webhooks/": "github",
    "github/webhooks_ghes35/": "github",
    "gitlab/webhooks/": "gitlab",
    "jira/webhooks/": "jira",
    "pagerduty/webhooks_v3/": "pagerduty",
    "pagerduty/webhooks_v3_docs/": "pagerduty",
    "pagerduty/signature/body.json": "pagerduty",
}
FILES = (
    "csv_import/devlake_customize/issues_input.csv",
    "datasets/endava_it_tickets/",
    "datasets/fluid_jira/",
    "github/rest/goscm_issue.json",
    "github/rest/goscm_issue_comments.json",
    "github/rest/goscm_issues.json",
    "github/rest/octokit_",
    "gitlab/rest/",
    "jira/jirametrics/complete_sample/sample_issues/",
    "jira/rest/",
    "opsgenie/",
    "other_trackers/trello/devlake__raw_trello_cards.json",
    "servicenow/",
    "worked_examples/jira_agile_metrics/",
    "zendesk/",
)
NO_TICKETS = (
    "clients/alertmanager/captured/002-pagerduty_v2_enqueue.body",  # what Alertmanager sends to PagerDuty
    "clients/alertmanager/captured/001-hooks_alertmanager.headers.json",
    "clients/alertmanager/captured/002-pagerduty_v2_enqueue.headers.json",
    "clients/alertmanager/captured/006-hooks_alertmanager-bearer.headers.json",
    "clients/smtp/",
    "csv_import/devlake_customize/expected_issues_output.csv",  # what is compared with
    "github/rest/goscm_issue.json.golden",
    "github/rest/goscm_issues.json.golden",
    "github/signature/",
    "jira/jirametrics/complete_sample/sample_board_1_configuration.json",
    "jira/jirametrics/complete_sample/sample_meta.json",
    "jira/jirametrics/complete_sample/sample_statuses.json",
    "other_trackers/trello/devlake__raw_trello_cards.csv",  # a table of another program, the cards of the JSON in it
    "pagerduty/signature/04-Signatures.md",
    "pagerduty/signature/vector.json",
    "worked_examples/agile_project/",
    "worked_examples/burn_rate/",
)


def load(path: Path) -> Any:
    return json.loads(path.read_text())


def moment(text: str | None) -> datetime | None:
    return None if not text else datetime.fromisoformat(text).astimezone(UTC)


@pytest.fixture
def sent(api: APIClient, board: Board) -> Callable[..., Any]:
    """Send a body in a form through the API, and return what the import says in the end."""

    def sent(form: str, body: Any, content_type: str = "application/json", source: str = "") -> Any:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        address = f"/api/v1/imports/?board={board.pk}&format={form}" + (f"&source={source}" if source else "")
        answer = api.post(address, raw, content_type=content_type)
        assert answer.status_code in {200, 202}, answer.content
        if answer.status_code == 202:
            run_import(answer.json()["id"])
            answer = api.get(f"/api/v1/imports/{answer.json()['id']}/")
        done = answer.json()
        assert (done["state"], done["failed"]) == ("finished", 0), done
        return done

    return sent


@pytest.fixture
def upload(mallory: User, board: Board) -> Callable[..., Import]:
    """Upload a file on the page, read its columns as given, and import it."""

    def upload(content: bytes, **columns: str) -> Import:
        client = Client()
        client.force_login(mallory)
        file = SimpleUploadedFile("tickets.csv", content)
        client.post("/t/sre/imports/", {"board": board.pk, "file": file, "source": "desk"})
        batch = Import.objects.latest("pk")
        run_import(batch.pk)
        batch.refresh_from_db()
        chosen = {**dict(batch.columns), **columns}
        fields = {f"column_{place}": field for place, field in enumerate(chosen.values())}
        client.post(f"/t/sre/imports/{batch.pk}/reading/", {"zone": "UTC", **fields})
        run_import(Import.objects.latest("pk").pk)
        client.post(f"/t/sre/imports/{Import.objects.latest('pk').pk}/run/")
        run_import(Import.objects.latest("pk").pk)
        return Import.objects.latest("pk")

    return upload


def test_it_is_known_of_each_file_what_becomes_of_it(shared_data: Path) -> None:
    with (shared_data / "MANIFEST.csv").open() as file:
        paths = [row["path"] for row in csv.DictReader(file)]

    unknown = [path for path in paths if not path.startswith((*HOOKS, *FILES, *NO_TICKETS))]

    assert unknown == []


def hooked(shared_data: Path, kind: str) -> list[Path]:
    """The recorded bodies of a kind of webhook, in the order of their names."""
    found = [path for start, name in HOOKS.items() if name == kind for path in shared_data.rglob("*") if path.is_file()
             and path.relative_to(shared_data).as_posix().startswith(start)]  # fmt: skip
    return sorted(found)


Deliver = Callable[..., tuple[Delivery, list[Item]]]


@pytest.fixture
def told(connect: Callable[..., Connection]) -> Deliver:
    """Deliver a body to a connection of its own, and return the delivery and the items that came of it."""

    def told(kind: str, payload: Any, **headers: str) -> tuple[Delivery, list[Item]]:
        connection = connect(kind, source=f"{kind}-{Connection.objects.count()}"[:50])
        delivery = deliver(connection, payload, **headers)
        assert delivery.state in {"taken", "ignored"}, (delivery.problem, delivery.results)
        items = Item.objects.filter(source=connection.source).select_related("column", "assignee")
        return delivery, list(items.order_by("external_id"))

    return told


def test_recorded_webhooks_of_github(shared_data: Path, told: Deliver) -> None:
    for path in hooked(shared_data, "github"):
        payloads = load(path)
        for payload in payloads if isinstance(payloads, list) else [payloads]:
            event = "ping" if path.name.startswith("ping") else path.name.split(".")[0]
            delivery, items = told("github", payload, x_github_event="issues" if event == "opened" else event)

            if event == "ping":
                assert (delivery.state, items) == ("ignored", [])
                continue
            (item,), issue = items, payload["issue"]
            assert item.external_id == f"{payload['repository']['full_name']}#{issue['number']}"
            assert (item.title, item.url, item.reporter) == (issue["title"], issue["html_url"], issue["user"]["login"])
            assert (item.created_at, item.column.stage) == (moment(issue["created_at"]), "queue")
            assert sorted(item.labels.values_list("name", flat=True)) == sorted(
                each["name"] for each in issue["labels"]
            )
            owners = [each["login"] for each in [issue["assignee"], *issue["assignees"]] if each]
            assert (item.assignee and item.assignee.name) == next(iter(owners), None)
            said = [payload["comment"]["body"]] if event == "issue_comment" else []
            assert [comment.body for comment in Comment.objects.filter(item=item)] == said


def test_recorded_webhooks_of_gitlab(shared_data: Path, told: Deliver) -> None:
    for path in hooked(shared_data, "gitlab"):
        payload = load(path)
        delivery, items = told("gitlab", payload)

        if payload["object_kind"] == "note":  # of an issue that is not here
            assert (delivery.state, items) == ("ignored", [])
            continue
        (item,), told_of = items, payload["object_attributes"]
        assert (item.external_id, item.title) == ("gitlabhq/gitlab-test#23", told_of["title"])
        assert item.created_at == moment(told_of["created_at"].replace(" UTC", "+00:00"))
        assert (item.column.stage, item.service) == ("queue", "gitlab-test")


STAGES = {"new": "queue", "indeterminate": "active", "done": "done"}


def test_recorded_webhooks_of_jira(shared_data: Path, told: Deliver) -> None:
    for path in hooked(shared_data, "jira"):
        payload = load(path)
        delivery, items = told("jira", payload)

        if payload["webhookEvent"].startswith("comment_"):  # on issues that are not here
            assert (delivery.state, items) == ("ignored", []), path.name
            continue
        (item,), fields = items, payload["issue"]["fields"]
        assert (item.external_id, item.title) == (payload["issue"]["key"], fields["summary"])
        assert item.column.stage == STAGES[fields["status"]["statusCategory"]["key"]], path.name
        if "created" in fields:
            assert item.created_at == moment(fields["created"])
            assert item.finished_at == moment(fields["resolutiondate"])
        owner = fields.get("assignee") or {}
        handle = owner.get("accountId") or owner.get("name")
        named = item.assignee and item.assignee.handles.get(source=item.source).handle
        assert named == handle, path.name
        assert sorted(item.labels.values_list("name", flat=True)) == sorted(fields.get("labels", []))


def test_the_recorded_life_of_one_issue_of_jira_ends_in_its_last_state_in_any_order(
    shared_data: Path, connect: Callable[..., Connection]
) -> None:
    payloads = [load(path) for path in hooked(shared_data, "jira")]
    life = [
        each
        for each in payloads
        if each.get("issue", {}).get("key") == "TES-41" and "created" in each["issue"]["fields"]
    ]
    newest = max(life, key=lambda each: moment(each["issue"]["fields"]["updated"]) or datetime.min.replace(tzinfo=UTC))
    states = []
    for number, order in enumerate((life, life[::-1])):
        connection = connect("jira", source=f"life-{number}")
        for payload in order:
            deliver(connection, payload)
        item = Item.objects.get(source=connection.source)
        states.append((item.title, item.priority, item.column.stage, item.assignee))

    assert states[0] == states[1]
    assert states[0][0] == newest["issue"]["fields"]["summary"]
    assert states[0][2] == "queue"


def test_recorded_webhooks_of_pagerduty(shared_data: Path, told: Deliver) -> None:
    for path in hooked(shared_data, "pagerduty"):
        event = load(path)["event"]
        delivery, items = told("pagerduty", load(path))

        if event["data"]["type"] != "incident":
            assert (delivery.state, items) == ("ignored", [])
            continue
        (item,), data = items, event["data"]
        assert (item.external_id, item.title, item.is_interrupt) == (data["id"], data["title"], True)
        assert item.created_at == moment(data.get("created_at") or event["occurred_at"])
        assert item.column.stage == {"triggered": "queue", "acknowledged": "active", "resolved": "done"}[data["status"]]
        assert item.service == data["service"]["summary"]
        if event["event_type"] == "incident.acknowledged":
            assert item.started_at == moment(event["occurred_at"])


def test_recorded_webhooks_of_alertmanager(shared_data: Path, told: Deliver) -> None:
    for path in hooked(shared_data, "alertmanager"):
        payload = load(path)
        __, items = told("alertmanager", payload)

        wanted = {}
        for each in payload["alerts"]:
            ended = moment(each["endsAt"][:26].rstrip("Z") + "Z") if each["status"] == "resolved" else None
            wanted[each["startsAt"]] = (each["status"] == "resolved", ended)
        assert len(items) == len(payload["alerts"])
        for item in items:
            is_over, ended = wanted[item.external_id.partition("@")[2]]
            assert (item.column.is_done, item.finished_at) == (is_over, ended)
            assert abs(item.created_at - (moment(item.external_id.partition("@")[2][:19] + "Z") or item.created_at)) < (
                timedelta(seconds=1)
            )


def test_recorded_webhooks_of_google(shared_data: Path, told: Deliver) -> None:
    for path in hooked(shared_data, "google-cloud-monitoring"):
        told_of = load(path)["incident"]
        __, (item,) = told("google-cloud-monitoring", load(path))

        assert (item.external_id, item.column.is_done) == (told_of["incident_id"], told_of["state"] == "closed")
        assert item.created_at == datetime.fromtimestamp(told_of["started_at"], UTC)
        ended = told_of["ended_at"]
        assert item.finished_at == (datetime.fromtimestamp(ended, UTC) if ended else None)


def test_recorded_answers_of_github(shared_data: Path, sent: Callable[..., Any]) -> None:
    place = shared_data / "github/rest"
    golden, issue = load(place / "goscm_issue.json.golden"), load(place / "goscm_issue.json")
    del issue["pull_request"]  # with it, it is left out

    assert sent("github", load(place / "goscm_issues.json"))["rows"] == 0
    sent("github", [{**issue, "comments": load(place / "goscm_issue_comments.json")}])

    item = Item.objects.get()
    assert (item.title, item.description, item.url) == (
        golden["Title"],
        golden["Body"],
        golden["Link"].replace("/pull/", "/issues/"),
    )
    assert (item.column.is_done, item.created_at) == (golden["Closed"], moment(golden["Created"]))
    assert list(item.labels.values_list("name", flat=True)) == golden["Labels"]
    assert item.reporter == golden["Author"]["Login"]
    assert [comment.body for comment in Comment.objects.all()] == ["Me too"]


def test_recorded_exchanges_with_github(shared_data: Path, sent: Callable[..., Any]) -> None:
    place = shared_data / "github/rest"
    exchanges = load(place / "octokit_paginate-issues.raw-fixture.json")
    for page in (each["response"] for each in exchanges if each["method"] == "get"):
        sent("github", page)
    (made,) = [each["response"] for each in load(place / "octokit_add-labels-to-issue.raw-fixture.json")
               if each["path"].endswith("/issues")]  # fmt: skip
    sent("github", made, source="other")

    numbers = [int(item.external_id.rpartition("#")[2]) for item in Item.objects.filter(source="github")]
    assert sorted(numbers) == list(range(1, 14))
    assert Item.objects.get(source="other").title == made["title"]


def test_recorded_answers_of_gitlab(shared_data: Path, sent: Callable[..., Any]) -> None:
    place = shared_data / "gitlab/rest"
    issue = load(place / "goscm_issue.json")

    sent("gitlab", [{**issue, "notes": load(place / "goscm_issue_notes.json")}])
    sent("gitlab", load(place / "goscm_issues.json"), source="list")

    for item, raw in ((Item.objects.get(source="gitlab"), issue),
                      (Item.objects.get(source="list"), load(place / "goscm_issues.json")[0])):  # fmt: skip
        assert (item.title, item.created_at) == (raw["title"], moment(raw["created_at"]))
        assert item.column.is_done == (raw["state"] == "closed")
        assert item.assignee
        assert item.assignee.name == raw["assignees"][0]["name"]
        assert item.reporter == raw["author"]["username"]
    assert not Comment.objects.exists()  # the recorded note is one of GitLab's own: “closed”


def test_recorded_issues_of_jira_with_their_pasts(shared_data: Path, sent: Callable[..., Any]) -> None:
    place = shared_data / "jira/jirametrics/complete_sample"
    issues = [load(path) for path in sorted((place / "sample_issues").glob("*.json"))]
    categories = {each["name"]: each["statusCategory"]["key"] for each in load(place / "sample_statuses.json")}

    assert sent("jira", {"issues": issues})["created"] == len(issues)

    for issue in issues:
        item = Item.objects.get(external_id=issue["key"])
        assert item.column.stage == STAGES[categories[issue["fields"]["status"]["name"]]]
        assert item.created_at == moment(issue["fields"]["created"])
        moves = sorted(
            (moment(history["created"]), change["toString"])
            for history in issue["changelog"]["histories"]
            for change in history["items"]
            if change["field"] == "status"
        )
        stays = Stay.objects.filter(item=item).order_by("started_at").values_list("started_at", "column__stage")
        entered = dict(stays)
        for at, name in moves:
            if at in entered:
                assert entered[at] == STAGES[categories[name]], (issue["key"], name)
        if STAGES[categories[issue["fields"]["status"]["name"]]] == "done":
            assert item.finished_at == max(at for at, name in moves if categories[name] == "done")


def test_a_recorded_search_of_jira_and_its_changelogs(shared_data: Path, sent: Callable[..., Any]) -> None:
    place = shared_data / "jira/rest"
    search = load(place / "digitalservice_search_response.json")
    first, second, *rest = search["issues"]
    first = {**first, "changelog": load(place / "digitalservice_changelog_response.json")}
    second = {**second, "changelog": load(place / "digitalservice_changelog_without_in_progress.json")}

    assert sent("jira", {**search, "issues": [first, second, *rest]})["created"] == len(search["issues"])

    with_progress, without = Item.objects.get(external_id=first["key"]), Item.objects.get(external_id=second["key"])
    assert with_progress.started_at == moment("2023-11-03T09:58:19.762+01:00")
    assert with_progress.finished_at == moment("2023-11-07T09:46:08.367+01:00")
    assert (without.started_at, without.finished_at) == (None, moment("2023-11-07T09:46:08.367+01:00"))
    for issue in rest:
        assert Item.objects.get(external_id=issue["key"]).created_at == moment(issue["fields"]["created"])


def test_recorded_issues_of_fluid_as_csv(shared_data: Path, sent: Callable[..., Any]) -> None:
    body = (shared_data / "datasets/fluid_jira/share_issues.csv").read_bytes()
    wanted = {row["key"]: row for row in list(csv.DictReader(io.StringIO(body.decode())))[:300]}
    part = io.StringIO()
    writer = csv.DictWriter(part, next(iter(wanted.values())).keys())
    writer.writeheader()
    writer.writerows(wanted.values())

    guessed = dict(guess_columns(open_file([body]).columns, {}))
    assert (guessed["key"], guessed["summary"], guessed["project"]) == ("external_id", "title", "project")
    assert sent("jira", part.getvalue().encode(), "text/csv")["created"] == len(wanted)

    for item in Item.objects.select_related("column"):
        row = wanted[item.external_id]
        assert (item.title, item.created_at) == (" ".join(row["summary"].split()), moment(row["created"]))
        is_done = row["status"] in {"Done", "Closed", "Resolved", "Won't Fix", "Fixed", "Duplicate"}
        assert item.column.is_done or not is_done, row["status"]


def test_the_recorded_log_of_servicenow_is_its_incidents(shared_data: Path, sent: Callable[..., Any]) -> None:
    body = (shared_data / "servicenow/share_uci_incident_event_log.csv").read_bytes()
    rows: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in csv.DictReader(io.StringIO(body.decode())):
        rows[row["number"]].append(row)

    def written(text: str) -> datetime | None:
        return None if text == "?" else datetime.strptime(text, "%d-%m-%Y %H:%M").replace(tzinfo=UTC)

    assert open_file([body]).format == "snow_csv"
    assert sent("servicenow", body, "text/csv")["created"] == len(rows) == 200

    for item in Item.objects.select_related("column", "assignee"):
        log, last = rows[item.external_id], rows[item.external_id][-1]
        assert item.created_at == written(last["opened_at"])
        assert (item.column.is_done, item.finished_at) == (True, written(last["resolved_at"]) or item.finished_at)
        active = [written(row["sys_updated_at"]) for row in log if row["incident_state"] == "Active"]
        ended = written(last["resolved_at"])
        if active and ended and active[0] and log[0]["incident_state"] != "Active" and active[0] < ended:
            assert item.started_at == active[0], item.external_id
        assert (item.assignee.name if item.assignee else "?") == last["assigned_to"]
        assert (item.reporter or "?") == (last["caller_id"] if last["caller_id"] != "?" else item.reporter or "?")


def test_recorded_answers_of_zendesk(shared_data: Path, sent: Callable[..., Any]) -> None:
    place = shared_data / "zendesk"
    stages = {
        "new": "queue",
        "open": "queue",
        "pending": "waiting",
        "hold": "waiting",
        "solved": "done",
        "closed": "done",
    }
    raw: list[dict[str, Any]] = []
    for name in ("GET_ticket", "GET_tickets", "GET_search_ticket", "POST_ticket"):
        body = load(place / f"gozendesk_{name}.json")
        sent("zendesk", body, source=name)
        tickets = body.get("tickets") or body.get("results") or [body["ticket"]]
        raw += [{**ticket, "source": name} for ticket in tickets]

    assert Item.objects.count() == len(raw) == 5
    for ticket in raw:
        item = Item.objects.get(source=ticket["source"], external_id=str(ticket["id"]))
        assert (item.title, item.priority) == (ticket["subject"], ticket["priority"] or "normal")
        assert (item.column.stage, item.created_at) == (stages[ticket["status"]], moment(ticket["created_at"]))
        assert item.reporter == str(ticket["requester_id"])

    audits = load(place / "gozendesk_GET_ticket_audits.json")
    ticket = {"id": 666, "subject": "x", "status": "open", "requester_id": 1, "created_at": "2011-09-20T00:00:00Z"}
    sent("zendesk", [{**ticket, **audits}], source="audits")
    assert Comment.objects.get(item__source="audits").body == "This is a new private comment"


def test_a_recorded_alert_of_opsgenie(shared_data: Path, sent: Callable[..., Any]) -> None:
    body = load(shared_data / "opsgenie/zulip_create.json")

    assert open_file([json.dumps(body).encode()]).format == "opsgenie"
    sent("opsgenie", body)

    item, alert = Item.objects.get(), body["alert"]
    assert (item.external_id, item.title, item.priority) == (alert["alertId"], alert["message"], "normal")
    assert abs(item.created_at - datetime.fromtimestamp(alert["createdAt"] / 1000, UTC)) < timedelta(milliseconds=1)
    assert (item.service, item.reporter, item.column.stage) == (alert["entity"], alert["source"], "queue")
    assert list(item.labels.values_list("name", flat=True)) == alert["tags"]


def test_recorded_cards_of_trello(shared_data: Path, sent: Callable[..., Any]) -> None:
    cards = load(shared_data / "other_trackers/trello/devlake__raw_trello_cards.json")
    names = {number: f"List {place}" for place, number in enumerate(sorted({card["idList"] for card in cards}))}
    board = {"cards": cards, "lists": [{"id": number, "name": name} for number, name in names.items()]}

    done = sent("trello", board)

    wanted = {card["id"]: card for card in cards if not card["isTemplate"]}
    assert (done["created"], Item.objects.count()) == (len(wanted), len(wanted))
    for item in Item.objects.all():
        card = wanted[item.external_id]
        assert item.title == " ".join(card["name"].split())
        assert item.created_at == datetime.fromtimestamp(int(card["id"][:8], 16), UTC)
    assert len(done["warnings"]) == len({card["idList"] for card in wanted.values()})


def test_a_recorded_input_of_another_importer_is_what_that_made_of_it(
    shared_data: Path, upload: Callable[..., Import]
) -> None:
    place = shared_data / "csv_import/devlake_customize"
    with (place / "expected_issues_output.csv").open() as file:
        expected = {row["id"]: row for row in csv.DictReader(file)}
    wanted = list(csv.DictReader((place / "issues_input.csv").open()))

    batch = upload((place / "issues_input.csv").read_bytes(), id="external_id", issue_key="", original_status="status")

    assert (batch.created, batch.failed) == (len(wanted), 0)
    for row in wanted:
        item, theirs = Item.objects.get(external_id=row["id"]), expected[row["id"]]
        assert (item.url, item.created_at) == (theirs["url"], moment(theirs["created_date"]))
        assert (item.reporter, item.column.stage) == (theirs["creator_name"], "queue")
        assert (item.title, item.finished_at) == (row["title"], None)


def test_recorded_tickets_without_numbers_say_what_is_missing(shared_data: Path, mallory: User, board: Board) -> None:
    body = (shared_data / "datasets/endava_it_tickets/share_all_tickets_processed_improved_v3.csv").read_bytes()
    client = Client()
    client.force_login(mallory)

    client.post(
        "/t/sre/imports/", {"board": board.pk, "file": SimpleUploadedFile("t.csv", body[:20_000]), "source": "desk"}
    )
    batch = Import.objects.latest("pk")
    answer = client.post(
        f"/t/sre/imports/{batch.pk}/reading/", {"zone": "UTC", "column_0": "title", "column_1": "labels"}
    )

    assert answer.status_code == 422
    assert "Say which column is" in answer.content.decode()


@pytest.mark.parametrize("name", ["minimal", "large"])
def test_issues_of_a_worked_example_have_the_cycle_times_that_were_computed(
    shared_data: Path, sent: Callable[..., Any], name: str
) -> None:
    example = load(shared_data / f"worked_examples/jira_agile_metrics/{name}.json")
    records = example["input_issues"]["records"]
    stages = ("Backlog", "Committed", "Build", "Test", "Done")
    category = {"Backlog": "new", "Done": "done"}

    def issue(record: dict[str, Any]) -> dict[str, Any]:
        entered = [(record[stage] + "Z", stage) for stage in stages if record[stage]]
        histories = [
            {"created": at, "items": [{"field": "status", "fromString": before, "toString": after}]}
            for (__, before), (at, after) in itertools.pairwise(entered)
        ]
        status = {"name": record["status"], "statusCategory": {"key": category.get(record["status"], "indeterminate")}}
        fields = {"summary": record["summary"], "status": status, "created": entered[0][0]}
        return {"key": record["key"], "fields": fields, "changelog": {"histories": histories}}

    sent("jira", {"issues": [issue(record) for record in records]})

    for record in records:
        item = Item.objects.get(external_id=record["key"])
        assert item.column.is_done == (record["status"] == "Done")
        if record["cycle_time"] is not None and item.started_at and item.finished_at:
            assert (item.finished_at - item.started_at).total_seconds() / 86_400 == record["cycle_time"], record["key"]

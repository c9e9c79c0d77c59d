"""Whatever is sent to a door, through everything that lies behind it to the database: no answer is an error of ours.

`TOILTRACKER_EXAMPLES=2000` looks longer (tests/machine.py).
"""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from boards.models import Board, Item
from imports.models import Delivery, DeliveryOutcome, Import
from imports.services.connections import create_connection
from imports.tasks import run_deliveries, run_import
from teams.actors import SYSTEM
from teams.models import Team, User
from tests.factories import BoardFactory, ItemFactory
from tests.imports.senders import PAYLOADS, SECRET, encoded, proof, slack_command, slack_message
from tests.machine import examples

pytestmark = pytest.mark.django_db

# A row of the database that the test has made lives as long as the test, not as the example.
fuzzed = settings(
    max_examples=examples(15), suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)

MOMENTS = (
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "1969-12-31T23:59:59Z", "2026-02-30T00:00:00Z",
    "2026-11-02T09:00:00Z", "2026-11-02 09:00", "10000-01-01", "2026-W46", "02.11.2026", "31/12/9999 11:59 PM", "24:00",
    "2016-12-31T23:59:60Z", "2026-11-02T09:00:00+99:99", "２０２６-11-02T09:00:00Z", "-1", "1e400", "١٢",
)  # fmt: skip
ODD = (
    "\0", "a\0b", "\ud800", "\ufeff", "\u202e", "x" * 600, "x" * 5_000, "1" * 400, " ", "=1+1", "İ", "ß", "😀", "%",
    "_", "\\", "'", "[", "\x85", "\u2028",
)  # fmt: skip
texts = st.text(max_size=12) | st.sampled_from(MOMENTS) | st.sampled_from(ODD)
numbers = st.integers() | st.sampled_from([2**31, 2**53, 2**63, -(2**63) - 1, 10**400]) | st.floats(allow_nan=False)
scalars = st.none() | st.booleans() | numbers | texts
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=8,
)
NAMES = (
    "external_id", "title", "description", "url", "status", "classification", "labels", "service", "assignee",
    "is_interrupt", "priority", "estimate_hours", "due_date", "created_at", "started_at", "finished_at", "updated_at",
)  # fmt: skip
entries = st.lists(st.dictionaries(st.sampled_from(["at", "status", "assignee", "blocked"]), values), max_size=3)
logs = st.lists(st.dictionaries(st.sampled_from(["person", "started_at", "ended_at", "note"]), values), max_size=2)
tickets = st.fixed_dictionaries(
    {"external_id": texts | st.sampled_from(["A", "B"]), "title": texts | st.just("Disk full")},
    optional={
        **dict.fromkeys(NAMES[2:], scalars | values),
        **dict.fromkeys(
            ("created_at", "started_at", "finished_at", "updated_at", "due_date"), st.sampled_from(MOMENTS)
        ),
        "labels": st.lists(texts, max_size=4),
        "history": entries | values,
        "logs": logs | values,
    },
)


def places(value: Any) -> list[tuple[Any, Any]]:
    here = list(value.items()) if isinstance(value, dict) else list(enumerate(value)) if isinstance(value, list) else []
    return [(value, key) for key, __ in here] + [place for __, inner in here for place in places(inner)]


def bent(data: st.DataObject, payload: Any) -> Any:
    """A payload with some of its parts put in place of others."""
    whole = json.loads(json.dumps(payload))
    for holder, key in data.draw(st.lists(st.sampled_from(places(whole)), max_size=4)):
        holder[key] = data.draw(values)
    return whole


@pytest.fixture
def board(team: Team) -> Board:
    return BoardFactory(team=team, slug="operations")


@pytest.fixture
def client(mallory: User) -> Client:
    client = Client()
    client.force_login(mallory)
    return client


@pytest.mark.parametrize("kind", [*PAYLOADS, "slack"])
@fuzzed
@given(data=st.data())
def test_a_webhook(board: Board, kind: str, data: st.DataObject) -> None:
    connection = create_connection(board=board, kind=kind, secret=SECRET, by=SYSTEM, at=timezone.now())
    content_type = "application/json"
    if kind == "slack":
        content_type = "application/x-www-form-urlencoded"
        said = data.draw(st.text(max_size=40))
        bodies = [slack_command(said.encode("utf-8", "replace").decode()), data.draw(st.binary(max_size=60))]
        bodies.append(slack_message("x", **data.draw(st.dictionaries(st.sampled_from(["message", "user"]), values))))
    else:
        bodies = [encoded(bent(data, PAYLOADS[kind])) for __ in range(2)]
    for number, body in enumerate(bodies):
        headers = proof(kind, body)
        event = data.draw(st.sampled_from(["issues", "issue_comment", "ping", "\x7f"]))
        headers |= {"X-GitHub-Event": event, "X-GitHub-Delivery": f"{number}"} if kind == "github" else {}
        answer = Client().post(f"/hooks/{connection.key}/", body, content_type=content_type, headers=headers)
        assert answer.status_code < 500, answer.content
    run_deliveries(connection.pk)
    assert not Delivery.objects.filter(connection=connection, state=DeliveryOutcome.WAITING).exists()


@fuzzed
@given(rows=st.lists(tickets | values, min_size=1, max_size=4), mode=st.sampled_from(["partial", "atomic"]))
def test_tickets_as_json_twice(api: APIClient, board: Board, rows: list[Any], mode: str) -> None:
    body = json.dumps({"board": board.pk, "source": "x", "mode": mode, "items": rows})

    answers = [api.post("/api/v1/imports/", body, content_type="application/json") for __ in range(2)]

    assert {answer.status_code for answer in answers} <= {200, 400, 422}
    for answer in answers:
        answer.json()


def sheets() -> Iterator[st.SearchStrategy[bytes]]:
    cells = texts.map(lambda cell: cell.encode("utf-8", "replace").decode())
    for form in (
        NAMES[:4],
        ("Issue key", "Summary", "Log Work", "Created"),
        ("number", "short_description", "opened_at"),
    ):
        rows = st.lists(st.lists(cells, max_size=5), max_size=4)
        yield st.tuples(rows, st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp932", "latin-1"])).map(
            lambda drawn, form=form: "\n".join(",".join(row) for row in [form, *drawn[0]]).encode(drawn[1], "replace")
        )


json_lines = st.lists(tickets | values, min_size=1, max_size=3).map(
    lambda rows: b"\n".join(json.dumps(row).encode() for row in rows)
)
lists = st.lists(tickets | values, max_size=3).map(lambda rows: json.dumps({"items": rows}).encode())


@fuzzed
@given(body=st.one_of(st.binary(max_size=200), json_lines, lists, *sheets()))
def test_a_file_on_the_page(client: Client, board: Board, body: bytes) -> None:
    file = SimpleUploadedFile("tickets.csv", body)
    answer = client.post("/t/sre/imports/", {"board": board.pk, "file": file, "source": "x"})
    assert answer.status_code in {302, 422}
    if answer.status_code == 422:
        return
    preview = Import.objects.latest("pk")
    run_import(preview.pk)
    assert client.get(f"/t/sre/imports/{preview.pk}/").status_code == 200
    client.post(f"/t/sre/imports/{preview.pk}/run/")
    job = Import.objects.latest("pk")
    run_import(job.pk)
    assert b"".join(client.get(f"/t/sre/imports/{job.pk}/rows/").streaming_content) is not None
    assert client.get(f"/t/sre/imports/{job.pk}/").status_code == 200
    assert not Import.objects.unfinished().exists()


API_LISTS = ("items", "boards", "imports", "connections", "rules", "toil-types")
FILTERS = (
    "board", "column", "stage", "classification", "assignee", "label", "service", "source", "external_id", "search",
    "updated_since", "ordering", "limit", "cursor", "archived", "kind", "state", "toil_type", "format", "priority",
)  # fmt: skip


@fuzzed
@given(
    name=st.sampled_from([*API_LISTS, "export/items", "teams/sre/toil", "teams/sre/flow", "teams/sre/reports"]),
    query=st.lists(st.tuples(st.sampled_from([*FILTERS, "start", "end", "by", "denominator"]), texts), max_size=4),
)
def test_filters_of_the_api(api: APIClient, board: Board, name: str, query: list[tuple[str, str]]) -> None:
    ItemFactory(board=board)

    answer = api.get(f"/api/v1/{name}/?{urlencode(query, errors='replace')}")

    assert answer.status_code in {200, 400, 404, 422}, answer
    if answer.streaming:
        list(answer.streaming_content)


PAGES = (
    "b/operations/", "b/operations/cards/", "b/operations/filters/", "palette/", "palette/people/", "names/", "guess/",
    "triage/", "imports/",
)  # fmt: skip
KEYS = (
    "q", "class", "label", "assignee", "age", "type", "service", "lanes", "interrupts", "page", "column", "after",
    "view", "title", "board",
)  # fmt: skip


@fuzzed
@given(page=st.sampled_from(PAGES), query=st.lists(st.tuples(st.sampled_from(KEYS), texts), max_size=4))
def test_filters_of_pages(client: Client, board: Board, page: str, query: list[tuple[str, str]]) -> None:
    ItemFactory(board=board)

    assert client.get(f"/t/sre/{page}?{urlencode(query, errors='replace')}").status_code < 500


@fuzzed
@given(
    line=texts | st.text(alphabet="#@~!\\ ab1:/-\n\0", max_size=30),
    spoken=texts | st.text(alphabet="1.5:,hmd -–0 uhr\0", max_size=12),
    form=st.dictionaries(st.sampled_from(["labels", "service", "description", "classification", "force"]), texts),
)
@example(line="a\0b", spoken="\0", form={})
def test_what_people_type(client: Client, board: Board, line: str, spoken: str, form: dict[str, str]) -> None:
    item = Item.objects.first() or ItemFactory(board=board)
    column = board.columns.first()
    names = "title,description,estimate_hours,due_date,labels,service"
    typed = {
        "b/operations/items/": {"title": line, "column": column and column.pk, "several": "1", "once": line, **form},
        f"items/{item.pk}/logs/": {"duration": spoken, "note": line},
        f"items/{item.pk}/comments/": {"body": line},
        f"items/{item.pk}/edit/": {"fields": names, "title": line, "estimate_hours": spoken, "due_date": line, **form},
        "preview/": {"body": line, "text": line},
    }

    for path, fields in typed.items():
        sent = {name: str(value).encode("utf-8", "replace").decode() for name, value in fields.items()}
        assert client.post(f"/t/sre/{path}", sent).status_code < 500, path
    understood = urlencode({"duration": spoken}, errors="replace")
    assert client.get(f"/t/sre/understood/?{understood}").status_code < 500

"""`items/`: the contract of the API for work items."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from boards import services
from boards.models import Board, Column, Item
from teams.actors import SYSTEM
from teams.models import Person, Scope, Team, User
from tests.boards.conftest import hour
from tests.factories import ApiTokenFactory, BoardFactory, ItemFactory, PersonFactory, ToilTypeFactory

ITEMS = "/api/v1/items/"
FIELDS = [
    *("id", "board", "column", "stage", "title", "description", "classification", "classified_by", "service", "labels"),
    *("assignee", "toil_type", "is_interrupt", "priority", "estimate_hours", "due_date", "blocked_reason", "source"),
    *("external_id", "url", "created_at", "started_at", "finished_at", "updated_at", "version"),
    *("reporter", "project"),  # more than version 1 promises
]


def ids(answer: Any) -> list[int]:
    assert answer.status_code == 200, answer.content
    return [row["id"] for row in answer.json()["results"]]


def signed_in(user: User) -> APIClient:
    client = APIClient()
    client.force_login(user)
    return client


def with_token(team: Team, scope: Scope) -> APIClient:
    client = APIClient()
    ApiTokenFactory(team=team, scope=scope, secret=f"tt_may-{scope}")
    client.credentials(HTTP_AUTHORIZATION=f"Bearer tt_may-{scope}")
    return client


@pytest.fixture
def strange_board(charlie: User) -> Board:
    return BoardFactory(team=charlie.person.teams.get())


def test_an_item_is_made_with_all_its_fields(api: APIClient, board: Board, progress: Column) -> None:
    ToilTypeFactory(team=board.team, name="Disk full")
    given = {
        "board": board.pk,
        "column": progress.pk,
        "title": "Disk full on db-3",
        "description": "It *happens*.",
        "classification": "toil",
        "service": "postgres",
        "labels": ["db", "alert"],
        "assignee": "New@Example.com",
        "toil_type": "Disk full",
        "is_interrupt": True,
        "priority": "high",
        "estimate_hours": 1.5,
        "due_date": "2026-12-01",
        "blocked_reason": "Vendor",
        "source": "pagerduty",
        "external_id": "P1",
        "url": "https://pd.example/P1",
    }

    answer = api.post(ITEMS, given, format="json")

    body = answer.json()
    assert answer.status_code == 201
    assert list(body) == FIELDS
    assert answer["ETag"] == '"1"'
    assert {name: body[name] for name in given} == {**given, "labels": ["alert", "db"], "assignee": "new@example.com"}
    assert (body["stage"], body["classified_by"], body["version"]) == ("active", "person", 1)
    assert body["created_at"] == body["started_at"] == body["updated_at"]
    assert body["created_at"].endswith("Z")
    assert body["finished_at"] is None
    assert api.get(f"{ITEMS}{body['id']}/").json() == body


def test_a_title_and_a_board_are_enough(api: APIClient, board: Board) -> None:
    body = api.post(ITEMS, {"board": board.pk, "title": "Quick"}, format="json").json()

    assert (body["stage"], body["classification"], body["classified_by"]) == ("queue", "unclassified", None)
    assert (body["labels"], body["assignee"], body["toil_type"], body["blocked_reason"]) == ([], None, None, None)


def test_what_was_given_can_be_sent_back_and_changes_nothing(api: APIClient, board: Board) -> None:
    item = ItemFactory(board=board, labels=["db"], assignee="a@example.com", classification="toil")
    body = api.get(f"{ITEMS}{item.pk}/").json()

    answer = api.patch(f"{ITEMS}{item.pk}/", body, format="json")

    assert answer.status_code == 200
    assert answer.json() == body


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "   "),
        ("title", None),
        ("title", ["list"]),
        ("title", "x" * 501),
        ("title", "x" * 100_000),
        ("title", "NUL \0"),
        ("description", "\0"),
        ("labels", ["\0"]),
        ("labels", "db"),
        ("labels", [{"name": "db"}]),
        ("service", "x" * 101),
        ("estimate_hours", -1),
        ("estimate_hours", "inf"),
        ("estimate_hours", "many"),
        ("due_date", "2026-02-30"),
        ("due_date", 5),
        ("assignee", "not an address"),
        ("toil_type", "unknown"),
        ("toil_type", 2**80),
        ("toil_type", True),
        ("priority", "extreme"),
        ("classification", "fun"),
        ("is_interrupt", "perhaps"),
        ("url", "javascript:alert(1)"),
        ("column", 2**80),
        ("column", "first"),
        ("colour", "red"),
    ],
)
def test_a_value_that_cannot_stay_is_422_with_its_field(api: APIClient, board: Board, field: str, value: Any) -> None:
    item = ItemFactory(board=board)

    for answer in (
        api.patch(f"{ITEMS}{item.pk}/", {field: value}, format="json"),
        api.post(ITEMS, {"board": board.pk, "title": "New", field: value}, format="json"),
    ):
        error = answer.json()["error"]
        assert answer.status_code == 422, answer.content
        assert error["code"] == "invalid"
        assert [name.split(".")[0] for name in error["fields"]] == [field]
    assert Item.objects.count() == 1
    assert not Person.objects.filter(user=None).exists()


def test_a_body_that_is_no_json_is_400_and_another_type_415(api: APIClient) -> None:
    broken = api.post(ITEMS, '{"title": ', content_type="application/json")
    other = api.post(ITEMS, "title=x", content_type="application/x-www-form-urlencoded")
    a_list = api.post(ITEMS, "[1]", content_type="application/json")

    assert (broken.status_code, broken.json()["error"]["code"]) == (400, "malformed")
    assert other.status_code == 415
    assert a_list.status_code == 422


def test_a_stale_if_match_is_412_and_names_what_changed(api: APIClient, board: Board) -> None:
    item = ItemFactory(board=board)
    address = f"{ITEMS}{item.pk}/"
    api.patch(address, {"title": "New", "service": "db"}, format="json")

    stale = api.patch(address, {"priority": "low"}, format="json", headers={"If-Match": '"1"'})
    fresh = api.patch(address, {"priority": "low"}, format="json", headers={"If-Match": 'W/"2"'})
    anyhow = api.patch(address, {"priority": "high"}, format="json", headers={"If-Match": "*"})
    gone = api.delete(address, headers={"If-Match": '"3"'})

    assert stale.status_code == 412
    assert stale.json()["error"]["code"] == "stale_version"
    assert sorted(stale.json()["error"]["fields"]) == ["service", "title"]
    assert (fresh.status_code, fresh["ETag"]) == (200, '"3"')
    assert anyhow.status_code == 200
    assert gone.status_code == 412


def test_a_deleted_item_is_gone_until_it_is_restored(api: APIClient, board: Board) -> None:
    item = ItemFactory(board=board)
    address = f"{ITEMS}{item.pk}/"

    answer = api.delete(address)

    assert answer.status_code == 204
    assert api.get(address).status_code == 404
    assert ids(api.get(ITEMS)) == []
    assert ids(api.get(f"{ITEMS}?deleted=true")) == [item.pk]
    assert api.post(f"{address}restore/").status_code == 200
    assert ids(api.get(ITEMS)) == [item.pk]


def test_an_archived_item_is_listed_only_when_asked_for(api: APIClient, board: Board) -> None:
    item, other = ItemFactory(board=board), ItemFactory(board=board)

    assert api.post(f"{ITEMS}{item.pk}/archive/").status_code == 200

    assert ids(api.get(ITEMS)) == [other.pk]
    assert ids(api.get(f"{ITEMS}?archived=true")) == [item.pk]
    assert ids(api.get(f"{ITEMS}?archived=all")) == [item.pk, other.pk]
    assert api.get(f"{ITEMS}{item.pk}/").status_code == 200
    assert api.post(f"{ITEMS}{item.pk}/unarchive/").status_code == 200
    assert ids(api.get(ITEMS)) == [item.pk, other.pk]


def test_a_move_answers_with_the_item_and_where_it_landed(
    api: APIClient, backlog: Column, progress: Column, done: Column
) -> None:
    first, second, item = ItemFactory(column=progress), ItemFactory(column=progress), ItemFactory(column=backlog)
    address = f"{ITEMS}{item.pk}/move/"

    before = api.post(address, {"column": progress.pk, "before": second.pk}, format="json")
    order = ids(api.get(f"{ITEMS}?board={backlog.board_id}&ordering=rank"))
    after = api.post(address, {"column": progress.pk, "after": second.pk}, format="json")
    lost = api.post(address, {"column": done.pk, "before": second.pk}, format="json")

    assert order == [first.pk, item.pk, second.pk]
    assert (before.status_code, before["ETag"]) == (200, '"2"')
    assert [answer.json()["landed"] for answer in (before, after, lost)] == ["before", "after", "end"]
    assert list(before.json()) == [*FIELDS, "landed"]
    assert (lost.json()["stage"], lost.json()["finished_at"]) == ("done", lost.json()["updated_at"])


def test_a_full_column_is_409_unless_forced(api: APIClient, backlog: Column, progress: Column) -> None:
    Column.objects.filter(pk=progress.pk).update(wip_limit=1)
    ItemFactory(column=progress)
    item = ItemFactory(column=backlog)
    new = {"board": backlog.board_id, "column": progress.pk, "title": "New"}

    refusals = [
        api.post(f"{ITEMS}{item.pk}/move/", {"column": progress.pk}, format="json"),
        api.patch(f"{ITEMS}{item.pk}/", {"column": progress.pk}, format="json"),
        api.post(ITEMS, new, format="json"),
    ]
    forced = api.post(f"{ITEMS}{item.pk}/move/", {"column": progress.pk, "force": True}, format="json")

    assert [(each.status_code, each.json()["error"]["code"]) for each in refusals] == [(409, "wip_limit_reached")] * 3
    assert "In progress" in refusals[0].json()["error"]["message"]
    assert forced.status_code == 200
    assert api.post(ITEMS, {**new, "force": True}, format="json").status_code == 201


def test_a_patch_can_put_an_item_into_another_column_or_board(api: APIClient, board: Board, done: Column) -> None:
    item, other = ItemFactory(board=board), BoardFactory(team=board.team)
    address = f"{ITEMS}{item.pk}/"

    moved = api.patch(address, {"column": done.pk, "title": "Both"}, format="json").json()
    away = api.patch(address, {"board": other.pk}, format="json").json()
    torn = [
        api.patch(address, {"board": board.pk, "column": column}, format="json").status_code
        for column in (other.columns.first().pk, other.columns.last().pk)
    ]

    assert (moved["column"], moved["title"], moved["version"]) == (done.pk, "Both", 2)
    assert (away["board"], away["stage"]) == (other.pk, "queue")
    assert torn == [422, 422]


def test_a_taken_external_id_is_409(api: APIClient, board: Board) -> None:
    ItemFactory(board=board, source="jira", external_id="OPS-1")

    answer = api.post(
        ITEMS, {"board": board.pk, "title": "Twin", "source": "jira", "external_id": "OPS-1"}, format="json"
    )

    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "external_id_taken")


def test_several_items_are_classified_at_once_by_a_person(api: APIClient, board: Board) -> None:
    items = [ItemFactory(board=board) for _ in range(3)]

    answer = api.post(
        f"{ITEMS}classify/", {"items": [items[1].pk, items[0].pk, items[1].pk], "classification": "toil"}, format="json"
    )

    body = answer.json()
    assert (answer.status_code, body["changed"]) == (200, 2)
    assert [(row["id"], row["classification"], row["classified_by"]) for row in body["results"]] == [
        (items[1].pk, "toil", "person"),
        (items[0].pk, "toil", "person"),
    ]


@pytest.mark.parametrize("body", [{}, {"items": []}, {"items": ["a"], "classification": "toil"}, {"items": [1] * 1001}])
def test_a_classification_that_makes_no_sense_is_422(api: APIClient, body: Any) -> None:
    assert api.post(f"{ITEMS}classify/", body, format="json").status_code == 422


def test_what_belongs_to_strangers_does_not_exist(
    api: APIClient, board: Board, strange_board: Board, charlie: User
) -> None:
    own, strange = ItemFactory(board=board), ItemFactory(board=strange_board)
    strange_column = strange_board.columns.first()
    client = signed_in(charlie)

    refusals = [
        api.get(f"{ITEMS}{strange.pk}/"),
        api.patch(f"{ITEMS}{strange.pk}/", {"title": "Mine"}, format="json"),
        api.delete(f"{ITEMS}{strange.pk}/"),
        api.post(f"{ITEMS}{strange.pk}/restore/"),
        api.post(ITEMS, {"board": strange_board.pk, "title": "Mine"}, format="json"),
        api.post(ITEMS, {"board": board.pk, "column": strange_column.pk, "title": "Mine"}, format="json"),
        api.post(f"{ITEMS}{own.pk}/move/", {"column": strange_column.pk}, format="json"),
        api.post(f"{ITEMS}{own.pk}/move/", {"column": own.column_id, "before": strange.pk}, format="json"),
        api.post(f"{ITEMS}classify/", {"items": [own.pk, strange.pk], "classification": "toil"}, format="json"),
        client.get(f"{ITEMS}{own.pk}/"),
        client.get(f"{ITEMS}{own.pk}/history/"),
        client.get(f"{ITEMS}{own.pk}/comments/"),
        client.get(f"{ITEMS}{own.pk}/logs/"),
        api.get(f"{ITEMS}{2**80}/"),
    ]

    assert [answer.status_code for answer in refusals] == [404] * len(refusals)
    assert {answer.json()["error"]["code"] for answer in refusals} == {"not_found"}
    assert ids(api.get(ITEMS)) == [own.pk]
    assert ids(client.get(ITEMS)) == [strange.pk]
    own.refresh_from_db()
    assert own.version == 1


def test_who_may_only_look_changes_nothing(board: Board, bob: User) -> None:
    item = ItemFactory(board=board)
    readers = [signed_in(bob), with_token(board.team, scope=Scope.READ), with_token(board.team, scope=Scope.IMPORT)]

    for client in readers:
        refusals = [
            client.post(ITEMS, {"board": board.pk, "title": "New"}, format="json"),
            client.patch(f"{ITEMS}{item.pk}/", {"title": "New"}, format="json"),
            client.delete(f"{ITEMS}{item.pk}/"),
            client.post(f"{ITEMS}{item.pk}/move/", {"column": item.column_id}, format="json"),
            client.post(f"{ITEMS}{item.pk}/archive/"),
            client.post(f"{ITEMS}{item.pk}/restore/"),
            client.post(f"{ITEMS}classify/", {"items": [item.pk], "classification": "toil"}, format="json"),
            client.post(f"{ITEMS}{item.pk}/comments/", {"body": "Hi"}, format="json"),
            client.post(f"{ITEMS}{item.pk}/logs/", {}, format="json"),
        ]
        assert [answer.status_code for answer in refusals] == [403] * len(refusals)
        assert {answer.json()["error"]["code"] for answer in refusals} == {"not_allowed"}
        assert client.get(f"{ITEMS}{item.pk}/").status_code == 200
    assert list(Item.objects.values_list("version", flat=True)) == [1]


def test_without_a_token_or_session_it_is_401(client: Any, board: Board) -> None:
    for method, address in (("get", ITEMS), ("post", ITEMS), ("get", f"{ITEMS}1/"), ("get", "/api/v1/export/items/")):
        answer = getattr(client, method)(address)
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "not_authenticated")


def test_an_item_goes_to_another_team_only_with_the_right_to_work_there(
    alice: User, board: Board, strange_board: Board
) -> None:
    item = ItemFactory(board=board)
    client, target = signed_in(alice), strange_board.columns.first()
    membership = alice.person.memberships.create(team=strange_board.team, role="viewer")

    refused = client.post(f"{ITEMS}{item.pk}/move/", {"column": target.pk}, format="json")
    membership.role = "member"
    membership.save()
    moved = client.post(f"{ITEMS}{item.pk}/move/", {"column": target.pk}, format="json")

    assert refused.status_code == 403
    assert (moved.status_code, moved.json()["board"]) == (200, strange_board.pk)


@pytest.fixture
def cast(board: Board, progress: Column, done: Column) -> dict[str, int]:
    """Items that differ in everything that a list can be narrowed by."""
    ToilTypeFactory(team=board.team, name="Disk full")
    other = BoardFactory(team=board.team)
    disk = ItemFactory(
        column=progress,
        title="Disk full",
        at=hour(0),
        service="db",
        labels=["db", "night"],
        assignee=PersonFactory(email="ann@example.com"),
        toil_type="Disk full",
        is_interrupt=True,
        classification="toil",
        source="pagerduty",
        external_id="P-1",
    )
    shipped = ItemFactory(column=done, title="Ship it", at=hour(10), priority="high", labels=["db"], blocked_reason="x")
    plain = ItemFactory(board=other, title="Plain", at=hour(20), description="About the DISK array")
    services.add_comment(item=plain, body="Ask the vendor, please", by=SYSTEM, at=hour(21))
    return {"disk": disk.pk, "shipped": shipped.pk, "plain": plain.pk, "board": board.pk, "column": progress.pk}


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["disk", "shipped", "plain"]),
        ("board={board}", ["disk", "shipped"]),
        ("board={board},999", ["disk", "shipped"]),
        ("column={column}", ["disk"]),
        ("stage=done", ["shipped"]),
        ("stage=queue,done", ["shipped", "plain"]),
        ("classification=toil", ["disk"]),
        ("classification=toil,unclassified", ["disk", "shipped", "plain"]),
        ("assignee=ANN@example.com", ["disk"]),
        ("assignee=none", ["shipped", "plain"]),
        ("service=db", ["disk"]),
        ("label=db", ["disk", "shipped"]),
        ("labels=db,night", ["disk"]),
        ("toil_type=Disk full", ["disk"]),
        ("toil_type=none", ["shipped", "plain"]),
        ("is_interrupt=true", ["disk"]),
        ("is_blocked=true", ["shipped"]),
        ("priority=high,urgent", ["shipped"]),
        ("source=pagerduty&external_id=P-1", ["disk"]),
        ("team=sre", ["disk", "shipped", "plain"]),
        ("team=other", []),
        ("created_after=2026-11-09T19:00:00Z", ["shipped", "plain"]),
        ("created_before=2026-11-09T19:00:00Z", ["disk"]),
        ("started_after=2026-11-01T00:00:00Z", ["disk"]),
        ("finished_after=2026-11-09T19:00:00Z&finished_before=2026-11-09T19:00:01Z", ["shipped"]),
        ("updated_since=2026-11-10T05:00:00%2B00:00", ["plain"]),
        ("search=disk", ["disk", "plain"]),
        ("search=disk full", ["disk"]),
        ("search=vendor", ["plain"]),
        ("search=p-1", ["disk"]),
        ("ordering=-created_at", ["plain", "shipped", "disk"]),
        ("ordering=finished_at", ["shipped", "disk", "plain"]),
        ("ordering=rank", ["disk", "shipped", "plain"]),
        ("ordering=title", ["disk", "plain", "shipped"]),
    ],
)
def test_a_list_is_narrowed_and_ordered(api: APIClient, cast: dict[str, int], query: str, names: list[str]) -> None:
    answer = api.get(f"{ITEMS}?{query.format(**cast)}")

    assert ids(answer) == [cast[name] for name in names]


@pytest.mark.parametrize(
    "query",
    [
        "board=first",
        f"board={2**80}",
        "stage=gone",
        "classification=fun",
        "created_after=yesterday",
        "created_after=0001-01-01T00:00:00%2B14:00",
        "archived=maybe",
        "ordering=colour",
        "limit=0",
        "labels=" + ",".join(f"label {number}" for number in range(80)),
    ],
)
def test_a_filter_that_makes_no_sense_is_422(api: APIClient, board: Board, query: str) -> None:
    answer = api.get(f"{ITEMS}?{query}")

    assert answer.status_code == 422
    assert list(answer.json()["error"]["fields"]) == [query.split("=", maxsplit=1)[0]]


@pytest.mark.parametrize("ordering", ["rank", "-rank", "finished_at", "-updated_at", "id"])
def test_pages_hold_every_item_once_in_either_direction(
    api: APIClient, progress: Column, done: Column, ordering: str
) -> None:
    for number in range(7):
        ItemFactory(column=[progress, done][number % 2], at=hour(number))
    everything = ids(api.get(f"{ITEMS}?ordering={ordering}"))

    pages, address = [], f"{ITEMS}?ordering={ordering}&limit=3"
    while address:
        page = api.get(address).json()
        pages.append([row["id"] for row in page["results"]])
        address, previous = page["next"], page["previous"]

    assert [number for page in pages for number in page] == everything
    assert ids(api.get(previous)) == pages[-2]


def test_more_items_cost_no_more_queries(api: APIClient, progress: Column) -> None:
    def count(address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert api.get(address).status_code == 200
        return len(queries)

    addresses = [ITEMS, f"{ITEMS}?search=item&label=a", "/api/v1/boards/", "/api/v1/export/items/?format=ndjson"]
    first = ItemFactory(column=progress, labels=["a"], assignee="a@example.com")
    count(ITEMS)  # the first request with a token notes its use
    few = [count(address) for address in addresses]
    for number in range(5):
        ItemFactory(column=progress, labels=["a", str(number)], assignee=f"{number}@example.com")
        BoardFactory(team=progress.board.team)

    assert [count(address) for address in addresses] == few
    assert max(few) <= 4
    before = count(f"{ITEMS}{first.pk}/history/")
    for number in range(5):
        services.edit_item(item=first, changes={"title": f"Title {number}"}, by=SYSTEM, at=hour(number))
    assert count(f"{ITEMS}{first.pk}/history/") == before


def test_a_key_makes_a_write_happen_once(api: APIClient, board: Board) -> None:
    body = {"board": board.pk, "title": "Once"}

    first, again = (api.post(ITEMS, body, format="json", headers={"Idempotency-Key": "a-key"}) for _ in range(2))
    other = api.post(ITEMS, {**body, "title": "Twice"}, format="json", headers={"Idempotency-Key": "a-key"})

    assert (first.status_code, again.status_code, again["Idempotency-Replayed"]) == (201, 201, "true")
    assert (first.json(), first["ETag"]) == (again.json(), again["ETag"])
    assert (other.status_code, other.json()["error"]["code"]) == (422, "idempotency_key_reused")
    assert Item.objects.count() == 1


def test_history_tells_what_happened_by_whom(api: APIClient, alice: User, board: Board) -> None:
    item = ItemFactory(board=board)
    signed_in(alice).patch(f"{ITEMS}{item.pk}/", {"title": "Hers"}, format="json")
    api.patch(f"{ITEMS}{item.pk}/", {"title": "Its"}, format="json")

    history = api.get(f"{ITEMS}{item.pk}/history/").json()["results"]
    latest = api.get(f"{ITEMS}{item.pk}/history/?ordering=-at&field=title&limit=1").json()

    assert [(row["field"], row["by"], row["token"], row["via"], row["version"]) for row in history] == [
        ("created", None, None, "system", 1),
        ("title", "alice@example.com", None, "api", 2),
        ("title", None, "Pipeline", "api", 3),
    ]
    assert (history[2]["before"], history[2]["after"]) == ("Hers", "Its")
    assert [row["after"] for row in latest["results"]] == ["Its"]
    assert latest["next"]


def test_an_export_holds_every_item_in_either_format(api: APIClient, board: Board, strange_board: Board) -> None:
    items = [ItemFactory(board=board, title=title, labels=["a", "b"]) for title in ("Ümläut, “quoted”", "=1+1", "-x")]
    ItemFactory(board=strange_board)
    services.archive_item(item=items[0], by=SYSTEM, at=hour(1))

    ndjson = api.get("/api/v1/export/items/?format=ndjson")
    as_csv = api.get("/api/v1/export/items/?format=csv", headers={"Accept": "text/csv"})
    wrong = api.get("/api/v1/export/items/?format=xls")

    rows = [json.loads(line) for line in b"".join(ndjson.streaming_content).splitlines()]
    table = b"".join(as_csv.streaming_content).decode().splitlines()
    assert [row["id"] for row in rows] == [item.pk for item in items]
    assert list(rows[0]) == FIELDS
    assert table[0].split(",") == FIELDS
    assert '"Ümläut, “quoted”"' in table[1]
    assert ",'=1+1," in table[2]
    assert ",'-x," in table[3]
    assert ",a;b," in table[1]
    assert (as_csv["Content-Type"], wrong.status_code) == ("text/csv; charset=utf-8", 422)

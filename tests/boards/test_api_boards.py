"""`boards/`, `rules/` and `toil-types/`: the contract of the API."""

import pytest
from rest_framework.test import APIClient

from boards.models import Board, Column, Rule, ToilType
from teams.models import User
from tests.factories import ItemFactory, RuleFactory, TeamFactory, ToilTypeFactory

BOARDS = "/api/v1/boards/"
RULES = "/api/v1/rules/"
TYPES = "/api/v1/toil-types/"


def signed_in(user: User) -> APIClient:
    client = APIClient()
    client.force_login(user)
    return client


def test_a_board_is_made_with_its_columns(api: APIClient) -> None:
    columns = [
        {"name": "Inbox", "stage": "queue"},
        {"name": "Doing", "stage": "active", "wip_limit": 3},
        {"name": "Done", "stage": "done"},
    ]

    answer = api.post(BOARDS, {"name": "Operations", "columns": columns}, format="json")

    body = answer.json()
    assert answer.status_code == 201
    assert list(body) == ["id", "team", "slug", "name", "columns", "created_at", "updated_at", "archived_at"]
    assert (body["team"], body["slug"], body["name"]) == ("sre", "operations", "Operations")
    assert [{**column, "id": None} for column in body["columns"]] == [
        {"id": None, "wip_limit": None, **column} for column in columns
    ]
    assert api.get(f"{BOARDS}{body['id']}/").json() == body
    assert api.get(f"{BOARDS}?team=sre").json()["results"] == [body]


def test_a_board_is_only_changed_as_it_was_seen_where_the_program_asks_for_that(api: APIClient, board: Board) -> None:
    address = f"{BOARDS}{board.pk}/"
    seen = api.get(address)["ETag"]
    renamed = api.patch(address, {"name": "Ops"}, format="json", headers={"If-Match": seen})

    late = api.patch(address, {"name": "Late"}, format="json", headers={"If-Match": seen})
    columns = renamed.json()["columns"]
    columns[0]["wip_limit"] = 3
    other = api.patch(address, {"columns": columns}, format="json", headers={"If-Match": renamed["ETag"]})

    assert (renamed.status_code, other.status_code) == (200, 200)
    assert (late.status_code, late.json()["error"]["code"]) == (412, "stale_version")
    assert len({seen, renamed["ETag"], other["ETag"]}) == 3
    assert api.get(address)["ETag"] == other["ETag"]
    assert api.patch(address, {"name": "Any"}, format="json", headers={"If-Match": "*"}).status_code == 200


def test_a_board_without_columns_has_the_usual_ones(api: APIClient) -> None:
    body = api.post(BOARDS, {"name": "Operations"}, format="json").json()

    assert [column["stage"] for column in body["columns"]] == ["queue", "active", "waiting", "done"]


def test_a_list_of_columns_is_the_whole_list(api: APIClient, board: Board, waiting: Column) -> None:
    body = api.get(f"{BOARDS}{board.pk}/").json()
    backlog, progress, __, done = body["columns"]
    ItemFactory(column=waiting)

    refused = api.patch(f"{BOARDS}{board.pk}/", {"columns": [backlog, progress, done]}, format="json")
    waiting.items.all().delete()
    changed = api.patch(
        f"{BOARDS}{board.pk}/",
        {"name": "Ops", "columns": [progress, {**backlog, "name": "Inbox"}, {"name": "Shipped", "stage": "done"}]},
        format="json",
    )

    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "column_not_empty")
    assert changed.status_code == 200
    assert [(column["name"], column["stage"]) for column in changed.json()["columns"]] == [
        ("In progress", "active"),
        ("Inbox", "queue"),
        ("Shipped", "done"),
    ]
    assert changed.json()["columns"][0]["id"] == progress["id"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": ""},
        {"name": "x" * 201},
        {"name": "\0"},
        {"name": "B", "columns": []},
        {"name": "B", "columns": [{"name": "A", "stage": "gone"}]},
        {"name": "B", "columns": [{"name": "A", "stage": "queue", "wip_limit": 0}]},
        {"name": "B", "columns": [{"name": "A", "stage": "queue", "colour": "red"}]},
        {"name": "B", "columns": [{"name": "A", "stage": "queue", "id": 2**80}]},
        {"name": "B", "slug": "Not a slug"},
        {"name": "B", "owner": "me"},
    ],
)
def test_a_board_that_makes_no_sense_is_422(api: APIClient, body: object) -> None:
    answer = api.post(BOARDS, body, format="json")

    assert answer.status_code == 422
    assert answer.json()["error"]["fields"]
    assert not Board.objects.exists()


def test_a_deleted_board_can_be_had_back(api: APIClient, board: Board) -> None:
    item = ItemFactory(board=board)

    assert api.delete(f"{BOARDS}{board.pk}/").status_code == 204

    assert api.get(f"{BOARDS}{board.pk}/").status_code == 404
    assert api.get(f"/api/v1/items/{item.pk}/").status_code == 404
    assert api.get(BOARDS).json()["results"] == []
    assert [row["id"] for row in api.get(f"{BOARDS}?deleted=true").json()["results"]] == [board.pk]
    assert api.post(f"{BOARDS}{board.pk}/restore/").status_code == 200
    assert api.get(f"/api/v1/items/{item.pk}/").status_code == 200


def test_only_owners_and_write_tokens_change_boards(board: Board, alice: User, mallory: User, bob: User) -> None:
    for user in (mallory, bob):
        client = signed_in(user)
        refusals = [
            client.post(BOARDS, {"name": "New"}, format="json"),
            client.patch(f"{BOARDS}{board.pk}/", {"name": "New"}, format="json"),
            client.delete(f"{BOARDS}{board.pk}/"),
            client.post(f"{BOARDS}{board.pk}/restore/"),
        ]
        assert [answer.status_code for answer in refusals] == [403] * 4

    assert signed_in(alice).patch(f"{BOARDS}{board.pk}/", {"name": "Hers"}, format="json").status_code == 200


def test_strangers_see_no_board_rule_or_type(board: Board, charlie: User) -> None:
    rule, toil_type = RuleFactory(team=board.team), ToilTypeFactory(team=board.team)
    client = signed_in(charlie)

    for address in (f"{BOARDS}{board.pk}/", f"{RULES}{rule.pk}/", f"{TYPES}{toil_type.pk}/"):
        assert client.get(address).status_code == 404
        assert client.patch(address, {"name": "Mine"}, format="json").status_code == 404
        assert client.delete(address).status_code == 404
    for address, more in ((BOARDS, {}), (RULES, {"classification": "toil"}), (TYPES, {})):
        assert client.get(address).json()["results"] == []
        assert client.post(address, {"team": "sre", "name": "N", **more}, format="json").status_code == 404


def test_who_has_several_teams_says_which(alice: User) -> None:
    other = TeamFactory(slug="other")
    alice.person.memberships.create(team=other, role="owner")
    client = signed_in(alice)

    unsaid = client.post(BOARDS, {"name": "New"}, format="json")
    said = client.post(BOARDS, {"name": "New", "team": "other"}, format="json")

    assert (unsaid.status_code, list(unsaid.json()["error"]["fields"])) == (422, ["team"])
    assert (said.status_code, said.json()["team"]) == (201, "other")
    assert client.patch(f"{BOARDS}{said.json()['id']}/", {"team": "sre"}, format="json").status_code == 422


def test_rules_are_made_changed_and_deleted(api: APIClient, board: Board) -> None:
    ToilTypeFactory(team=board.team, name="Disk full")
    given = {"name": "Disk", "title_contains": "disk", "classification": "toil", "toil_type": "Disk full"}

    made = api.post(RULES, given, format="json")
    address = f"{RULES}{made.json()['id']}/"
    changed = api.patch(address, {"title_contains": "", "label": "disk"}, format="json")

    assert made.status_code == 201
    assert {name: made.json()[name] for name in given} == given
    assert (changed.json()["title_contains"], changed.json()["label"]) == ("", "disk")
    assert api.get(address).json() == changed.json()
    assert api.get(f"{RULES}?team=sre").json()["results"] == [changed.json()]
    assert api.delete(address).status_code == 204
    assert not Rule.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        {"name": "R", "classification": "toil"},
        {"name": "R", "classification": "unclassified", "label": "a"},
        {"name": "Taken", "classification": "toil", "label": "a"},
        {"name": "", "classification": "toil", "label": "a"},
        {"name": "R", "classification": "toil", "label": "a", "toil_type": "Unknown"},
        {"name": "R", "classification": "toil", "label": "a", "position": -1},
        {"name": "R", "classification": "toil", "label": "a\0"},
    ],
)
def test_a_rule_that_makes_no_sense_is_422(api: APIClient, board: Board, body: object) -> None:
    RuleFactory(team=board.team, name="Taken")

    assert api.post(RULES, body, format="json").status_code == 422
    assert Rule.objects.count() == 1


def test_toil_types_are_made_changed_and_deleted(api: APIClient, board: Board) -> None:
    made = api.post(TYPES, {"name": "Disk full", "service": "db"}, format="json")
    address = f"{TYPES}{made.json()['id']}/"
    item = ItemFactory(board=board, toil_type="Disk full")

    renamed = api.patch(address, {"name": "Disks full"}, format="json")
    twin = api.post(TYPES, {"name": "Disks full"}, format="json")

    assert made.status_code == 201
    assert (renamed.json()["name"], renamed.json()["service"]) == ("Disks full", "db")
    assert twin.status_code == 422
    assert api.get(f"/api/v1/items/{item.pk}/").json()["toil_type"] == "Disks full"
    assert api.delete(address).status_code == 204
    assert api.get(f"/api/v1/items/{item.pk}/").json()["toil_type"] is None
    assert not ToilType.objects.exists()


def test_owners_change_rules_and_types_and_members_read_them(board: Board, alice: User, mallory: User) -> None:
    rule = {"name": "R", "classification": "toil", "label": "a"}

    assert signed_in(alice).post(RULES, rule, format="json").status_code == 201
    assert signed_in(alice).post(TYPES, {"name": "T"}, format="json").status_code == 201
    assert signed_in(mallory).post(RULES, rule, format="json").status_code == 403
    assert signed_in(mallory).post(TYPES, {"name": "T"}, format="json").status_code == 403
    assert len(signed_in(mallory).get(RULES).json()["results"]) == 1
    assert signed_in(mallory).delete(f"{RULES}{Rule.objects.get().pk}/").status_code == 403

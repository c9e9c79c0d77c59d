"""Files with columns of their own: guessed, said otherwise, remembered, and read in a time zone that is chosen."""

import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from rest_framework.test import APIClient

from boards.models import Board, Item
from imports.columns import FIELDS, guess_columns, in_zone, ticket_of
from imports.models import Import, Reading
from imports.tasks import run_import
from teams.models import User
from tests.factories import BoardFactory

URL = "/t/sre/imports/"
TOKYO = ZoneInfo("Asia/Tokyo")
OWN = (
    b"Ticket ID;What;State;Tags;Opened;Prio\n"
    b"7;Disk full;Done;disk, db;02.11.2026 09:00;P1\n"
    b"8;Renew;To do;;2026-11-02T10:00:00;low\n"
    b"9;;To do;;;\n"
)


@pytest.fixture
def client(mallory: User) -> Client:
    client = Client()
    client.force_login(mallory)
    return client


def preview(client: Client, board: Board, content: bytes, source: str = "desk", name: str = "t.csv") -> Import:
    data = {"board": board.pk, "file": SimpleUploadedFile(name, content), "source": source}
    answer = client.post(URL, data)
    assert answer.status_code == 302, answer.content.decode()
    return done()


def done() -> Import:
    batch = Import.objects.latest("pk")
    run_import(batch.pk)
    batch.refresh_from_db()
    return batch


def chosen(batch: Import, zone: str = "Asia/Tokyo", **fields: str) -> dict[str, Any]:
    """Return what the form sends: the columns as they are read, but for those that are named."""
    columns = {**dict(batch.columns), **{name.replace("_", " "): field for name, field in fields.items()}}
    return {"zone": zone, **{f"column_{place}": field for place, field in enumerate(columns.values())}}


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("issue key", "external_id"),
        ("summary", "title"),
        ("件名", "title"),
        ("状态", "status"),
        ("due_on", "due_date"),
        ("assigned to", "assignee"),
        ("created_at", "created_at"),
        ("colour", ""),
    ],
)
def test_columns_are_guessed_by_their_names(header: str, field: str) -> None:
    assert guess_columns([header], {}) == [[header, field]]


def test_a_field_is_guessed_once_and_labels_as_often_as_they_stand_there() -> None:
    guessed = dict(guess_columns(["id", "issue key", "tags", "labels", "", "id"], {}))

    assert guessed == {"id": "", "issue key": "external_id", "tags": "labels", "labels": "labels"}


def test_what_was_said_before_counts_more_than_a_guess() -> None:
    guessed = dict(guess_columns(["number", "summary", "what", "key"], {"what": "title", "number": "", "key": "gone"}))

    assert guessed == {"number": "", "summary": "", "what": "title", "key": ""}


def test_every_field_of_a_ticket_that_fits_into_a_cell_can_be_chosen() -> None:
    cells = {field: ["x"] for field in FIELDS}

    assert ticket_of(cells, columns={field: field for field in FIELDS}, zone=UTC).keys() == set(FIELDS)


def test_cells_become_what_the_api_takes() -> None:
    columns = {"a": "labels", "b": "labels", "c": "estimate_hours", "d": "is_interrupt", "e": "due_date", "f": "title"}
    cells = {"a": ["x; y,z"], "b": ["u, v"], "c": ["1,5"], "d": ["Yes"], "e": ["02.11.2026"], "f": [" T "], "g": ["-"]}

    assert ticket_of(cells, columns=columns, zone=UTC) == {
        "labels": ["x", "y,z", "u", "v"],
        "estimate_hours": 1.5,
        "is_interrupt": True,
        "due_date": "2026-11-02",
        "title": "T",
    }


def test_only_times_without_a_zone_are_put_into_one() -> None:
    row = {"created_at": "2026-11-02 09:00", "history": [{"at": "2026-11-02T10:00:00"}, 3], "logs": 4, "title": "T"}

    assert in_zone(row, TOKYO) == {
        "created_at": "2026-11-02T00:00:00+00:00",
        "history": [{"at": "2026-11-02T01:00:00+00:00"}, 3],
        "logs": 4,
        "title": "T",
    }
    assert in_zone({"updated_at": "2026-11-02T09:00:00Z"}, TOKYO)["updated_at"] == "2026-11-02T09:00:00+00:00"
    assert in_zone({"updated_at": "soon"}, TOKYO) == {"updated_at": "soon"}
    assert in_zone(7, TOKYO) == 7


def test_a_file_without_known_columns_asks_for_them(client: Client, board: Board) -> None:
    batch = preview(client, board, OWN)

    page = client.get(f"{URL}{batch.pk}/").content.decode()
    assert "Say which columns hold the number and the title of a ticket." in page
    assert dict(batch.columns)["ticket id"] == "external_id"
    assert (batch.created, batch.failed) == (0, 3)


def test_columns_and_zone_are_said_previewed_and_imported(client: Client, board: Board) -> None:
    batch = preview(client, board, OWN)

    client.post(f"{URL}{batch.pk}/reading/", chosen(batch, what="title"))
    again = done()
    page = client.get(f"{URL}{again.pk}/").content.decode()
    client.post(f"{URL}{again.pk}/run/")
    job = done()

    first = Item.objects.get(external_id="7")
    assert "Import 2 tickets" in page
    assert (first.title, first.priority, first.column.name) == ("Disk full", "urgent", "Done")
    assert first.created_at == datetime(2026, 11, 2, tzinfo=UTC)
    assert Item.objects.get(external_id="8").created_at == datetime(2026, 11, 2, 1, tzinfo=UTC)
    assert sorted(first.labels.values_list("name", flat=True)) == ["db", "disk"]
    assert (job.created, job.failed) == (2, 1)


def test_the_next_file_of_the_source_on_the_board_is_read_the_same_way(client: Client, board: Board, team: Any) -> None:
    other = BoardFactory(team=team, name="Other")
    batch = preview(client, board, OWN)
    client.post(f"{URL}{batch.pk}/reading/", chosen(batch, what="title", prio=""))
    done()

    same = preview(client, board, b"What,Ticket ID,Prio\nDisk full,7,P1\n")
    other_source = preview(client, board, OWN, source="phone")
    elsewhere = preview(client, other, OWN)

    assert (same.created, same.zone, dict(same.columns)["prio"]) == (1, "Asia/Tokyo", "")
    assert dict(other_source.columns)["what"] == dict(elsewhere.columns)["what"] == ""
    assert Reading.objects.count() == 1


def test_each_column_shows_what_stands_first_in_it(client: Client, board: Board) -> None:
    batch = preview(client, board, b"Nr.;What;Empty\n1;\n2;" + b"Disk <b>full</b> " * 9 + b"\n")

    page = client.get(f"{URL}{batch.pk}/").content.decode()

    assert "such as “1”" in page
    assert "such as “Disk &lt;b&gt;full&lt;/b&gt; Disk" in page
    assert page.count("such as “") == 2


def test_programs_get_refused_rows_of_such_a_file_as_tickets(client: Client, api: APIClient, board: Board) -> None:
    batch = preview(client, board, OWN)
    client.post(f"{URL}{batch.pk}/reading/", chosen(batch, what="title"))
    again = done()

    rows = b"".join(api.get(f"/api/v1/imports/{again.pk}/errors/").streaming_content)
    sent = preview(client, board, json.dumps({**json.loads(rows), "title": "Mended"}).encode() + b"\n", name="x.ndjson")

    assert json.loads(rows)["external_id"] == "9"
    assert (sent.created, sent.failed) == (1, 0)


def test_a_field_twice_or_a_missing_one_is_refused_with_a_sentence(client: Client, board: Board) -> None:
    batch = preview(client, board, OWN)

    twice = client.post(f"{URL}{batch.pk}/reading/", chosen(batch, what="title", state="title"))
    missing = client.post(f"{URL}{batch.pk}/reading/", chosen(batch))
    nowhere = client.post(f"{URL}{batch.pk}/reading/", chosen(batch, zone="Mars/Base", what="title"))

    assert "Two columns cannot both be “Title”." in twice.content.decode()
    assert "Say which column is “Title”." in missing.content.decode()
    assert {twice.status_code, missing.status_code, nowhere.status_code} == {422}
    assert not Reading.objects.exists()


def test_json_without_zones_is_read_in_the_one_that_is_chosen(client: Client, board: Board) -> None:
    row = {"external_id": "7", "title": "Disk full", "created_at": "2026-11-02T09:00:00"}
    batch = preview(client, board, json.dumps([row]).encode(), name="t.json")

    client.post(f"{URL}{batch.pk}/reading/", {"zone": "America/New_York"})
    again = done()

    assert again.preview[0]["created_at"] == "2026-11-02T14:00:00+00:00"


def test_what_was_imported_already_cannot_be_read_otherwise(client: Client, board: Board) -> None:
    batch = preview(client, board, b"external_id,title\n7,Disk full\n")
    client.post(f"{URL}{batch.pk}/run/")

    answer = client.post(f"{URL}{batch.pk}/reading/", chosen(batch), follow=True)

    assert "This preview was imported already" in answer.content.decode()
    assert not Reading.objects.exists()


def test_strangers_viewers_and_gets_are_turned_away(board: Board, client: Client, charlie: User, bob: User) -> None:
    batch = preview(client, board, OWN)
    address = f"{URL}{batch.pk}/reading/"
    stranger, viewer = Client(), Client()
    stranger.force_login(charlie)
    viewer.force_login(bob)

    assert client.get(address).status_code == 405
    assert stranger.post(address, chosen(batch)).status_code == 404
    assert viewer.post(address, chosen(batch)).status_code == 403
    assert Client().post(address).status_code == 302


@pytest.mark.parametrize("header", [",".join(f"c{n}" for n in range(300)), "a," + "b" * 300])
def test_a_first_row_that_names_no_columns_is_refused(client: Client, board: Board, header: str) -> None:
    data = {"board": board.pk, "file": SimpleUploadedFile("t.csv", header.encode() + b"\n1,2\n"), "source": ""}

    answer = client.post(URL, data)

    assert answer.status_code == 422
    assert "too many or too long names" in answer.content.decode()

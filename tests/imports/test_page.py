"""The page on which people bring in a file."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from boards.models import Board, Item
from imports.models import Import, StatusWord, UploadChunk
from imports.tasks import run_import
from teams.models import User

URL = "/t/sre/imports/"
TICKETS = [
    {"external_id": "OPS-1", "title": "Disk full", "status": "Triaged"},
    {"external_id": "OPS-2", "title": "Renew <b>certificate</b>", "status": "Done"},
    {"external_id": "OPS-3", "title": ""},
]


@pytest.fixture
def client(mallory: User) -> Client:
    client = Client()
    client.force_login(mallory)
    return client


def upload(client: Client, board: Board, content: bytes, name: str = "tickets.json", **fields: Any) -> Any:
    data = {"board": board.pk, "file": SimpleUploadedFile(name, content), "source": "", **fields}
    return client.post(URL, data)


def preview(client: Client, board: Board, content: bytes, **fields: Any) -> Import:
    answer = upload(client, board, content, **fields)
    assert answer.status_code == 302, answer.content.decode()
    batch = Import.objects.latest("pk")
    assert answer["Location"] == f"{URL}{batch.pk}/"
    run_import(batch.pk)
    batch.refresh_from_db()
    return batch


@pytest.mark.parametrize(
    ("content", "form"),
    [
        (json.dumps(TICKETS, indent=1).encode(), "ndjson"),
        (json.dumps({"items": TICKETS}).encode(), "ndjson"),
        (b"\n".join(json.dumps(ticket).encode() for ticket in TICKETS), "ndjson"),
        (b"external_id,title,status\nOPS-1,Disk full,Triaged\nOPS-2,Renew,Done\nOPS-3,,\n", "csv"),
        (
            json.dumps(
                {"issues": [{"key": t["external_id"], "fields": {"summary": t["title"]}} for t in TICKETS]}
            ).encode(),
            "jira",
        ),
    ],
)
def test_a_file_of_any_form_is_previewed_before_anything_is_written(
    client: Client, board: Board, content: bytes, form: str
) -> None:
    batch = preview(client, board, content)

    page = client.get(f"{URL}{batch.pk}/").content.decode()
    assert (batch.format, batch.state, batch.created, batch.failed) == (form, "finished", 2, 1)
    assert "Import 2 tickets" in page
    assert "<code>title</code> This field" in page
    assert not Item.objects.exists()


def test_what_came_without_a_file_is_called_by_its_source(client: Client, board: Board) -> None:
    upload(client, board, b"external_id,title\nOPS-1,Disk full\n")
    Import.objects.update(file_name="", source="jira")

    assert ">Tickets from jira</a>" in client.get(URL).content.decode()


def test_a_preview_is_imported_once(client: Client, board: Board) -> None:
    batch = preview(client, board, json.dumps(TICKETS).encode(), source="jira")

    answer = client.post(f"{URL}{batch.pk}/run/")
    job = Import.objects.latest("pk")
    run_import(job.pk)
    again = client.post(f"{URL}{batch.pk}/run/", follow=True)

    page = client.get(f"{URL}{job.pk}/").content.decode()
    assert answer["Location"] == f"{URL}{job.pk}/"
    assert Item.objects.filter(source="jira").count() == 2
    assert "Go to the board" in page
    assert "This preview was imported already" in again.content.decode()
    assert not UploadChunk.objects.exists()


def test_what_a_file_says_is_shown_as_text(client: Client, board: Board) -> None:
    batch = preview(client, board, json.dumps(TICKETS).encode())

    page = client.get(f"{URL}{batch.pk}/").content.decode()
    assert "Renew &lt;b&gt;certificate&lt;/b&gt;" in page


def test_unknown_statuses_can_be_explained_and_previewed_again(client: Client, board: Board) -> None:
    batch = preview(client, board, json.dumps(TICKETS).encode(), source="jira")
    column = board.columns.get(name="Waiting")

    client.post(f"{URL}{batch.pk}/statuses/", {"word_0": str(column.pk)})
    again = Import.objects.latest("pk")
    run_import(again.pk)

    again.refresh_from_db()
    assert batch.unknown_statuses == {"Triaged": 1}
    assert StatusWord.objects.get().column == column
    assert (again.unknown_statuses, again.preview[0]["column"], again.is_preview) == ({}, "Waiting", True)


def test_all_or_none_cannot_be_imported_with_bad_rows(client: Client, board: Board) -> None:
    batch = preview(client, board, json.dumps(TICKETS).encode(), is_atomic="on")

    page = client.get(f"{URL}{batch.pk}/").content.decode()
    assert "It takes all rows or none" in page
    assert "Import 2 tickets" not in page


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The submitted file is empty."),
        (b"\n\n", "The file is empty."),
        (b"[]", "There is no ticket in the file."),
        (b'[{"a": 1},\n{"b" 2}]', "in line 2, column 6"),
        (b"Hello there", "external_id, title is missing."),
        (b"\xff\xfe", "external_id, title is missing."),
        (b"PK\x03\x04\x14\x00", "This is an Excel workbook or a ZIP archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "save the sheet as “CSV UTF-8”"),
        (b"\x1f\x8b\x08", "This file is packed: unpack it"),
        (b"external_id,title\n\x00\x01\x02\x03", "This is not a text file"),
        (bytes(range(256)) * 20, "This is not a text file"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(client: Client, board: Board, content: bytes, sentence: str) -> None:
    answer = upload(client, board, content)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Import.objects.exists()


def test_progress_is_a_fragment_that_asks_again_until_it_is_over(client: Client, board: Board) -> None:
    upload(client, board, json.dumps(TICKETS).encode())
    batch = Import.objects.get()

    running = client.get(f"{URL}{batch.pk}/", HTTP_HX_REQUEST="true").content.decode()
    run_import(batch.pk)
    over = client.get(f"{URL}{batch.pk}/", HTTP_HX_REQUEST="true").content.decode()

    assert "<html" not in running
    assert 'hx-trigger="every 1s"' in running
    assert "0 of 3 rows" in running
    assert "hx-trigger" not in over


def test_an_import_can_be_stopped(client: Client, board: Board) -> None:
    upload(client, board, json.dumps(TICKETS).encode())
    batch = Import.objects.get()

    client.post(f"{URL}{batch.pk}/cancel/")

    batch.refresh_from_db()
    assert batch.state == "cancelled"
    assert client.get(f"{URL}{batch.pk}/").status_code == 200


def test_refused_rows_can_be_downloaded(client: Client, board: Board) -> None:
    batch = preview(client, board, json.dumps(TICKETS).encode())

    answer = client.get(f"{URL}{batch.pk}/rows/")

    lines = b"".join(answer.streaming_content).splitlines()
    assert [json.loads(line)["external_id"] for line in lines] == ["OPS-3"]


@pytest.mark.parametrize("row", [b'{"items": 5}', b'{"title": ' + b"[" * 100_000])
def test_a_row_of_any_kind_is_refused_shown_and_handed_back(client: Client, board: Board, row: bytes) -> None:
    batch = preview(client, board, json.dumps(TICKETS[0]).encode() + b"\n" + row + b"\n")

    page = client.get(f"{URL}{batch.pk}/")
    (line,) = b"".join(client.get(f"{URL}{batch.pk}/rows/").streaming_content).splitlines()

    assert page.status_code == 200
    assert "Needs a fix" in page.content.decode()
    assert json.loads(line)["errors"]


def test_more_imports_take_no_more_queries(client: Client, board: Board, django_assert_max_num_queries: Any) -> None:
    for number in range(6):
        Import.objects.create(board=board, source="jira", is_received=True, file_name=f"{number}.csv")

    with django_assert_max_num_queries(15):
        page = client.get(URL).content.decode()

    assert "5.csv" in page


def test_who_may_see_the_pages(board: Board, bob: User, charlie: User, mallory: User) -> None:
    batch = Import.objects.create(board=board, source="jira", is_received=True)
    addresses = [URL, f"{URL}{batch.pk}/", f"{URL}{batch.pk}/rows/"]
    actions = [f"{URL}{batch.pk}/{name}/" for name in ("run", "cancel", "statuses")]

    def statuses(user: User | None) -> set[int]:
        client = Client()
        if user is not None:
            client.force_login(user)
        return {client.get(path).status_code for path in addresses} | {
            client.post(path).status_code for path in actions
        }

    assert statuses(None) == {302}
    assert statuses(bob) == {403}
    assert statuses(charlie) == {404}
    assert statuses(mallory) <= {200, 302}


def test_actions_are_not_gets(client: Client, board: Board) -> None:
    batch = Import.objects.create(board=board, source="jira", is_received=True)

    assert {client.get(f"{URL}{batch.pk}/{name}/").status_code for name in ("run", "cancel", "statuses")} == {405}


@pytest.mark.parametrize("encoding", ["utf-16", "cp932", "cp1252"])
def test_a_spreadsheet_is_recognised_whatever_wrote_it(client: Client, board: Board, encoding: str) -> None:
    title = "Größe prüfen – später" if encoding == "cp1252" else "ディスクがいっぱい"

    batch = preview(client, board, f"external_id\ttitle\nOPS-1\t{title}\n".encode(encoding), name="x.csv")

    assert (batch.format, batch.created, batch.preview[0]["title"]) == ("csv", 1, title)
    assert "CSV, cells separated by tabs" in client.get(f"{URL}{batch.pk}/").content.decode()

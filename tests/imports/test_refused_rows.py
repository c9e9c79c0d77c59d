"""Refused rows of a CSV file come back as such a file: its columns as they were, and a last one of errors."""

import csv
from io import StringIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from boards.models import Board, Item
from imports.models import Import
from imports.spreadsheets import csv_header, csv_rows, refused_csv
from imports.tasks import run_import
from teams.models import User

URL = "/t/sre/imports/"


@pytest.fixture
def client(mallory: User) -> Client:
    client = Client()
    client.force_login(mallory)
    return client


def preview(client: Client, board: Board, content: bytes) -> Import:
    data = {"board": board.pk, "file": SimpleUploadedFile("tickets.csv", content), "source": "jira"}
    answer = client.post(URL, data)
    assert answer.status_code == 302, answer.content.decode()
    batch = Import.objects.latest("pk")
    run_import(batch.pk)
    return Import.objects.get(pk=batch.pk)


def refused(client: Client, batch: Import) -> tuple[bytes, list[list[str]]]:
    answer = client.get(f"{URL}{batch.pk}/rows/")
    assert answer["Content-Disposition"].endswith('errors.csv"')
    whole = b"".join(answer.streaming_content)
    return whole, list(csv.reader(StringIO(whole.decode("utf-8-sig")), delimiter=batch.delimiter))


def test_they_can_be_mended_and_picked_again(client: Client, board: Board) -> None:
    sheet = 'Nr.;Betreff;Tags;Tags;Erstellt am\n1;"Disk; voll";a;b;02.11.2026\n2;;"c\nd";;\n3;=1+1;;;gestern\n'
    batch = preview(client, board, sheet.encode("cp1252"))
    mapped = {name: place for place, (name, __) in enumerate(batch.columns)}
    wanted = {"nr.": "external_id", "betreff": "title", "tags": "labels", "erstellt am": "created_at"}
    client.post(
        f"{URL}{batch.pk}/reading/",
        {"zone": "UTC", **{f"column_{mapped[name]}": field for name, field in wanted.items()}},
    )
    batch = Import.objects.latest("pk")
    run_import(batch.pk)
    client.post(f"{URL}{batch.pk}/run/")
    job = Import.objects.latest("pk")
    run_import(job.pk)

    whole, rows = refused(client, job)
    again = preview(client, board, whole.replace(b"2;;", b"2;Titel;").replace(b"gestern", b"01.11.2026"))

    assert rows[0] == ["Nr.", "Betreff", "Tags", "Tags", "Erstellt am", "errors"]
    assert [row[:5] for row in rows[1:]] == [["2", "", "c\nd", "", ""], ["3", "'=1+1", "", "", "gestern"]]
    assert [row[5].split(":")[0] for row in rows[1:]] == ["title", "created_at"]
    assert (again.created, again.failed, [name for name, __ in again.columns]) == (2, 0, list(mapped))
    assert [row["title"] for row in again.preview] == ["Titel", "=1+1"]


def test_they_come_back_as_often_as_it_takes(client: Client, board: Board) -> None:
    first, __ = refused(client, preview(client, board, b"external_id,title\nA,\nB,fine\n"))

    __, rows = refused(client, preview(client, board, first))

    assert rows[0] == ["external_id", "title", "errors"]
    assert [row[:2] for row in rows[1:]] == [["A", ""]]


def test_rows_of_jira_keep_all_their_columns(client: Client, board: Board) -> None:
    sheet = b"Issue key,Summary,Labels,Labels,Status\nOPS-1,,a,b,Done\nOPS-2,Disk full,,,Done\n"

    __, rows = refused(client, preview(client, board, sheet))

    assert rows[0] == ["Issue key", "Summary", "Labels", "Labels", "Status", "errors"]
    assert [row[:5] for row in rows[1:]] == [["OPS-1", "", "a", "b", "Done"]]


@pytest.mark.parametrize("row", [b"A,too,many,cells", b'A,"torn', b'A,"b"c'])
def test_a_row_that_is_no_row_comes_back_as_far_as_it_can(client: Client, board: Board, row: bytes) -> None:
    __, rows = refused(client, preview(client, board, b"external_id,title\n" + row + b"\n"))

    assert rows[1][0].startswith("A")
    assert rows[1][-1].startswith("row: ")


def test_rows_of_json_come_back_as_json(client: Client, board: Board) -> None:
    batch = preview(client, board, b'{"external_id": "A"}\n{"external_id": "B", "title": "fine"}\n')

    assert client.get(f"{URL}{batch.pk}/rows/")["Content-Type"] == "application/x-ndjson"


@pytest.mark.parametrize("cell", ["=1+1", "'=1+1", "''=1", "+49", "-", "@a", "'", "'a'", "＝1", "a=1"])
def test_what_is_made_safe_for_spreadsheets_is_taken_as_it_was(cell: str) -> None:
    sheet = "".join(refused_csv([([cell, "b"], "title: No.")], shown=["A", "B"], delimiter=","))
    body = sheet.encode()

    (row,) = csv_rows([body], header=csv_header(body), is_foreign=True)

    assert row.cells == [cell, "b", "title: No."]
    assert not csv_cell(sheet).startswith(("=", "+", "-", "@", "＝"))


def csv_cell(sheet: str) -> str:
    return list(csv.reader(StringIO(sheet)))[1][0]


def test_programs_get_them_as_json(api: Any, client: Client, board: Board) -> None:
    batch = preview(client, board, b"external_id,title\nA,\n")

    answer = api.get(f"/api/v1/imports/{batch.pk}/errors/")

    assert answer["Content-Type"] == "application/x-ndjson"
    assert not Item.objects.exists()

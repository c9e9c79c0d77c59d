"""CSV as the world writes it: encodings, separators, line breaks, headers."""

import csv
import io
import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.encodings import encoding_of, utf8_pieces
from imports.readers import Unreadable
from imports.spreadsheets import csv_header, csv_pieces, csv_rows
from tests.imports.test_readers import cut, places

ROWS = [("OPS-1", "ディスクがいっぱいです", "対応中"), ("OPS-2", "証明書を更新する。期限は来週", "完了")]
WESTERN = [("OPS-1", "Größe prüfen – „später“", "Erledigt"), ("OPS-2", "Café à côté de l’hôtel", "À faire")]


def written(rows: Any, delimiter: str = ",", newline: str = "\r\n") -> str:
    file = io.StringIO()
    writer = csv.writer(file, delimiter=delimiter, lineterminator=newline)
    writer.writerows([("external_id", "title", "status"), *rows])
    return file.getvalue()


def read(body: bytes, sizes: int = 1_000, **options: Any) -> list[Any]:
    pieces = [body[start : start + sizes] for start in range(0, len(body), sizes)]
    text = b"".join(csv_pieces(pieces))
    return [row.value for row in csv_rows([text], header=csv_header(text), **options)]


def expected(rows: Any) -> list[dict[str, str]]:
    return [dict(zip(("external_id", "title", "status"), row, strict=True)) for row in rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp932"])
@pytest.mark.parametrize("sizes", [1, 7, 1_000])
def test_japanese_is_read_in_every_encoding_that_excel_writes(encoding: str, sizes: int) -> None:
    assert read(written(ROWS * 20).encode(encoding), sizes) == expected(ROWS * 20)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_western_letters_are_read_in_every_encoding_that_excel_writes(encoding: str) -> None:
    assert read(written(WESTERN).encode(encoding)) == expected(WESTERN)


def test_what_begins_as_ascii_shows_its_encoding_later() -> None:
    rows = [(f"OPS-{number}", "plain", "Done") for number in range(5_000)] + WESTERN

    assert read(written(rows).encode("cp1252"), 65_536) == expected(rows)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("ディスク", "cp932"),
        ("ﾃﾞｨｽｸ full", "cp932"),
        ("Café, naïve, Übergröße", "cp1252"),
        ("it’s “quoted” – really…", "cp1252"),
        ("日本語", "utf-8"),
    ],
)
def test_an_encoding_is_read_off_the_bytes(text: str, encoding: str) -> None:
    assert encoding_of(text.encode(encoding)) == encoding


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_cells_are_separated_by_what_the_header_is(delimiter: str) -> None:
    rows = [("OPS-1", "Disk full, again; really|now", "To\tDo")]

    assert read(written(rows, delimiter).encode()) == expected(rows)


@pytest.mark.parametrize("before", ["\r\n\r\n", "sep=;\r\n", "sep=;\n\n", "  \n"])
def test_what_stands_before_the_header_is_left_out(before: str) -> None:
    assert read((before + written(ROWS, ";")).encode()) == expected(ROWS)


def test_blank_lines_and_empty_cells_at_the_end_are_nothing() -> None:
    body = b"external_id,title,status\n\n,,\nOPS-1,x,Done,,,\n \nOPS-2,y,Done\n\n"

    assert [row["external_id"] for row in read(body)] == ["OPS-1", "OPS-2"]


def test_cells_may_hold_line_breaks_and_quotes() -> None:
    rows = [("OPS-1", 'two\r\nlines, and a "word"', "Done"), ("OPS-2", "x\n\ny", "Done")]

    assert read(written(rows).encode("utf-16")) == expected(rows)


def test_of_repeated_names_labels_add_up_and_of_others_the_first_counts() -> None:
    body = b"External_ID,title,labels,title,labels\nOPS-1,x,a;b,y,c\nOPS-2,,,z,\n"

    assert read(body) == [
        {"external_id": "OPS-1", "title": "x", "labels": ["a", "b", "c"]},
        {"external_id": "OPS-2", "title": "z"},
    ]
    assert read(body, is_foreign=True)[0]["labels"] == ["a;b", "c"]


def test_a_row_with_more_cells_than_names_says_so() -> None:
    (row,) = read(b"external_id,title\nOPS-1,Disk full, again\n")

    assert row.problem == "The row has 3 cells, the header has 2."


def test_lines_may_end_as_a_macintosh_once_ended_them() -> None:
    text = b"".join(csv_pieces([b"external_id,title\rA,a\r", b"B,b\r"]))

    assert [row.value["title"] for row in csv_rows([text], header=csv_header(text))] == ["a", "b"]


def test_what_a_quote_that_is_never_closed_has_swallowed_is_given_back_whole() -> None:
    text = b'external_id,title\nA,"b\nC,c\nD,d\n'

    (row,) = csv_rows([text], header=csv_header(text))

    assert row.value == Unreadable('A,"b\nC,c\nD,d\n', "This is not CSV: unexpected end of data.")


@given(st.text(), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]), places)
def test_text_that_says_its_encoding_comes_out_as_it_is(text: str, encoding: str, where: list[int]) -> None:
    text = text.encode("utf-8", "replace").decode().removeprefix("\ufeff")
    body = ("external_id," + text).encode(encoding)

    assert b"".join(utf8_pieces(cut(body, where))).decode() == "external_id," + text


@given(st.binary(), places)
def test_no_bytes_are_so_bad_that_reading_them_fails(body: bytes, where: list[int]) -> None:
    text = b"".join(csv_pieces(cut(body, where)))

    text.decode()
    list(csv_rows([text], header=csv_header(text)))


def test_memory_does_not_grow_with_the_file() -> None:
    def pieces(count: int) -> Any:
        yield written([]).encode("utf-16")
        row = "OPS-1,ディスクがいっぱいです,完了\r\n".encode("utf-16-le") * 1_000
        for __ in range(count):
            yield row

    def peak(count: int) -> int:
        text = csv_pieces(pieces(count))
        head = next(text)
        tracemalloc.start()
        rows = sum(1 for __ in csv_rows(text, header=csv_header(head)))
        __, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert rows >= 1_000 * (count - 2)
        return most

    assert peak(40) < 2 * peak(4) + 500_000

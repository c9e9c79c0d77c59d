"""Uploads in pieces: what is read does not depend on where they were cut."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.readers import (
    LONGEST_ROW,
    BadUploadError,
    Unreadable,
    array_elements,
    json_rows,
)
from imports.spreadsheets import csv_header, csv_rows


def cut(text: bytes, places: list[int]) -> list[bytes]:
    """Cut a text at these places, so that pieces may be empty and characters may be torn."""
    ends = sorted({place % (len(text) + 1) for place in places} | {len(text)})
    return [text[start:end] for start, end in zip([0, *ends], ends, strict=False)]


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
places = st.lists(st.integers(0, 10_000), max_size=8)


@given(rows=st.lists(values, max_size=6), places=places, indent=st.sampled_from([None, 1]))
def test_an_array_is_read_whole_wherever_it_is_cut(rows: list[Any], places: list[int], indent: int | None) -> None:
    text = json.dumps(rows, indent=indent, ensure_ascii=False).encode()

    assert list(array_elements(cut(text, places))) == rows


@given(rows=st.lists(values, max_size=4), places=places)
def test_an_object_is_read_up_to_its_list(rows: list[Any], places: list[int]) -> None:
    text = json.dumps({"startAt": 0, "issues": rows, "total": 3}).encode()

    assert list(array_elements(cut(text, places))) == rows


@given(rows=st.lists(values, min_size=1, max_size=6), places=places, goes_on=st.integers(0, 5))
def test_lines_go_on_from_any_row(rows: list[Any], places: list[int], goes_on: int) -> None:
    text = b"\n\n".join(json.dumps(row).encode() for row in rows)
    whole = list(json_rows(cut(text, places)))
    left = whole[min(goes_on, len(whole) - 1)]

    rest = list(json_rows([text[left.end :]], row=left.number + 1, byte=left.end))

    assert [row.value for row in whole] == rows
    assert rest == whole[left.number + 1 :]


@given(st.binary(), places)
def test_no_bytes_are_so_bad_that_reading_them_fails(text: bytes, places: list[int]) -> None:
    pieces = cut(text, places)

    list(json_rows(pieces))
    list(csv_rows(pieces, header=csv_header(text)))
    with suppress(BadUploadError):
        list(array_elements(pieces))


def test_a_broken_line_is_a_row_that_says_where_it_is_broken() -> None:
    rows = list(json_rows([b'{"a": 1}\n{"a": }\n{"a": NaN}\n\xff\n']))

    assert rows[0].value == {"a": 1}
    assert rows[1].value == Unreadable('{"a": }', "This is not JSON: Expecting value at character 7.")
    assert "NaN is not a JSON number" in rows[2].value.problem
    assert rows[3].value.problem == "This is not UTF-8 text."


def test_a_line_without_end_is_refused_and_not_kept() -> None:
    piece = b"x" * (1024 * 1024)
    pieces = [piece] * (LONGEST_ROW // len(piece) + 3)

    rows = list(json_rows([*pieces, b'\n{"a": 1}']))

    assert rows[0].value == Unreadable("", "The row is longer than 4 MB.")
    assert rows[1].value == {"a": 1}


def test_a_broken_file_says_line_and_column() -> None:
    with pytest.raises(BadUploadError, match="in line 3, column 1"):
        list(array_elements([b'[\n{"a": 1}\n{"b": 2}]']))


@pytest.mark.parametrize("text", [b"", b"  ", b"12", b'"a"', b"null"])
def test_what_is_no_list_is_refused(text: bytes) -> None:
    with pytest.raises(BadUploadError):
        list(array_elements([text]))


def test_csv_cells_become_what_json_would_hold() -> None:
    text = (
        b"\xef\xbb\xbfexternal_id,title,labels,is_interrupt,estimate_hours,description\r\n"
        b'OPS-1,"A, b",disk; net,true,1.5,"two\r\nlines"\r\n'
        b"\r\n"
        b"OPS-2,Only a title,,,,\r\n"
    )

    rows = list(csv_rows(cut(text, [5, 60, 100]), header=csv_header(text)))

    assert [row.value for row in rows] == [
        {
            "external_id": "OPS-1",
            "title": "A, b",
            "labels": ["disk", "net"],
            "is_interrupt": True,
            "estimate_hours": 1.5,
            "description": "two\r\nlines",
        },
        {"external_id": "OPS-2", "title": "Only a title"},
    ]


def test_csv_goes_on_from_a_row_behind_a_cell_of_several_lines() -> None:
    text = b'external_id,title\nOPS-1,"a\nb"\nOPS-2,c\nOPS-3,d\n'
    header = csv_header(text)
    first = next(csv_rows([text], header=header))

    rest = list(csv_rows([text[first.end :]], header=header, row=1, byte=first.end))

    assert [(row.number, row.value["external_id"]) for row in rest] == [(1, "OPS-2"), (2, "OPS-3")]

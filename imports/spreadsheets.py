"""CSV as the world writes it, read as a stream: as what a JSON upload would hold, or cell by cell."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, Final, NamedTuple

from django.utils.translation import gettext as _

from boards.cells import cell_as_meant, safe_cell
from imports.encodings import utf8_pieces
from imports.readers import BOM, Row, Unreadable, lines

DELIMITERS: Final = (",", ";", "\t", "|")

# Columns of a CSV file whose cells are not text.
LIST_COLUMNS: Final = frozenset({"labels"})
NUMBER_COLUMNS: Final = frozenset({"estimate_hours"})
FLAG_COLUMNS: Final = frozenset({"is_interrupt"})
FLAGS: Final = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


# The column that refused rows have got when they come back; what is in them was made safe for spreadsheets.
ERRORS: Final = "errors"


class Header(NamedTuple):
    """What the first row of a CSV upload says: the names in small letters, as they stand, and what separates cells."""

    names: list[str]
    delimiter: str
    shown: Sequence[str] = ()

    @property
    def comes_back(self) -> bool:
        """Whether the file was handed out with what was wrong in it."""
        return self.names[-1:] == [ERRORS]


def csv_pieces(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield a CSV upload as UTF-8 that begins with its header: without blank lines and Excel's “sep=;” before it.

    Its lines end as CSV's do, or all with a carriage return alone, which are made line feeds.
    """
    pieces = utf8_pieces(chunks)
    head = b""
    for piece in pieces:
        head = re.sub(rb"\A(?:[ \t]*\r?\n)*(?:sep=.\r?\n)?(?:[ \t]*\r?\n)*", b"", head + piece)
        if len(head) > 100:
            break
    if b"\n" in head or not re.search(rb"\r(?!\Z)", head):
        yield head
        yield from pieces
        return
    for piece in chain([head], pieces):  # as a Macintosh once ended its lines
        yield piece.replace(b"\r", b"\n")


def csv_rows(
    chunks: Iterable[bytes], *, header: Header, row: int = 0, byte: int = 0, is_foreign: bool = False
) -> Iterator[Row]:
    """Yield the rows of a CSV upload as the objects that a JSON upload would have.

    Of a foreign form each name has the list of its cells that are not empty, since a name may stand there twice.
    """
    source = _CountedLines(chunks, byte)
    reader = csv.reader(source, strict=True, delimiter=header.delimiter)
    is_first = byte == 0
    while True:
        source.taken.clear()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            problem = _("This is not CSV: %(problem)s.") % {"problem": error}
            # A quote that is never closed has swallowed the lines behind it: none of them is lost.
            text = "".join(source.taken)
            yield Row(row, source.end, Unreadable(text, problem), [text.rstrip("\r\n")])
            row += 1
            reader, is_first = csv.reader(source, strict=True, delimiter=header.delimiter), False
            continue
        if not is_first and any(cell.strip() for cell in cells):
            if header.comes_back:
                cells = [cell_as_meant(cell) for cell in cells]
            yield Row(row, source.end, _from_cells(header, cells, is_foreign=is_foreign), cells)
            row += 1
        is_first = False


def csv_header(first: bytes) -> Header:
    """Return the first row of a CSV upload, given its beginning; what stands there most often separates."""
    text = first.removeprefix(BOM).decode("utf-8", "replace").replace("\0", "")
    bare = re.sub(r'"[^"]*"', "", next(iter(text.splitlines()), ""))
    delimiter = max(DELIMITERS, key=bare.count)
    names = next(csv.reader(text.splitlines(keepends=True), delimiter=delimiter), [])
    return Header([" ".join(name.split()).lower() for name in names], delimiter, names)


def refused_csv(rows: Iterable[tuple[Sequence[str], str]], *, shown: Sequence[str], delimiter: str) -> Iterator[str]:
    """Yield rows as CSV for spreadsheets: under the names that they had, with what is wrong in a last column."""
    write = csv.writer(_Echo(), delimiter=delimiter).writerow
    width = len(shown) - ([name.strip().lower() for name in shown[-1:]] == [ERRORS])
    yield "\ufeff" + write([*shown[:width], ERRORS])
    for cells, errors in rows:
        own = cells[:width] if len(cells) <= len(shown) else cells
        yield write([*(safe_cell(cell) for cell in own), *[""] * (width - len(own)), safe_cell(errors)])


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        """Hand it back."""
        return text


class _CountedLines:
    """The text lines of a CSV upload, which remembers up to which byte the reader has taken them."""

    def __init__(self, chunks: Iterable[bytes], byte: int) -> None:
        self._lines = lines(chunks, start=byte)
        self.end = byte
        self.taken: list[str] = []

    def __iter__(self) -> "_CountedLines":
        return self

    def __next__(self) -> str:
        self.end, line = next(self._lines)
        text = (line or b"").removeprefix(BOM).decode("utf-8", "replace").replace("\0", "�")
        self.taken.append(text + "\n")
        return text + "\n"


def _from_cells(header: Header, cells: list[str], *, is_foreign: bool) -> Any:
    names = header.names
    if any(cell.strip() for cell in cells[len(names) :]):
        problem = _("The row has %(cells)d cells, the header has %(names)d.") % {
            "cells": len(cells),
            "names": len(names),
        }
        return Unreadable(header.delimiter.join(cells), problem)
    found: dict[str, Any] = {}
    for name, cell in zip(names, cells, strict=False):
        if not name or not cell.strip():
            continue
        if is_foreign:
            found.setdefault(name, []).append(cell)
        elif name in LIST_COLUMNS:
            found[name] = [*found.get(name, []), *_cell(name, cell)]
        else:
            found.setdefault(name, _cell(name, cell))
    return found


def _cell(name: str, cell: str) -> Any:
    if name in LIST_COLUMNS:
        return [label for label in (part.strip() for part in cell.split(";")) if label]
    if name in FLAG_COLUMNS:
        return FLAGS.get(cell.strip().lower(), cell)
    if name in NUMBER_COLUMNS:
        try:
            return float(cell)
        except ValueError:
            return cell
    return cell

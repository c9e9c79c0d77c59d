"""Files that people pick: what form they are of is read off their beginning, and their rows are handed on as lines."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, Final, NamedTuple

from django.utils.translation import gettext as _

from imports.columns import REQUIRED
from imports.models import Format
from imports.not_text import is_binary, no_text, what_is_no_text
from imports.readers import BOM, LISTS, BadUploadError, array_elements, read_json
from imports.sources.beside import attaching
from imports.sources.forms import form_of, form_of_header
from imports.spreadsheets import csv_header, csv_pieces

MOST_COLUMNS: Final = 200
LONGEST_NAME: Final = 200


class Opened(NamedTuple):
    """The form of a file, its content as an upload of that form, and the names of its columns where people map them."""

    format: Format
    pieces: Iterator[bytes]
    columns: Sequence[str] = ()


def open_file(chunks: Iterable[bytes], *, again: Callable[[], Iterable[bytes]] | None = None) -> Opened:
    """Recognise JSON of the API's form or of a tracker's, a JSON object a line, or CSV of the API, Jira or ServiceNow.

    `again` reads the file once more from its beginning: boards of Trello name their lists behind the cards.
    Raises BadUploadError, here or while the pieces are read, with a sentence that says what is wrong and where.
    """
    rest = iter(chunks)
    head = next(rest, b"")
    whole: Iterator[bytes] = chain([head], rest)
    start = head.removeprefix(BOM).lstrip()[:1]
    if not start:
        raise BadUploadError(_("The file is empty."))
    if sentence := what_is_no_text(head):
        raise BadUploadError(sentence)
    if start == b"[" or (start == b"{" and not _is_an_object_a_line(head)):
        return _from_array(whole, again)
    if start == b"{":
        first = read_json(head.removeprefix(BOM).lstrip().split(b"\n", 1)[0])
        return Opened(Format(form_of(first) or Format.NDJSON), whole)
    whole = csv_pieces(whole)
    head = next(whole)
    if head.lstrip()[:1] in {b"[", b"{"}:  # JSON in UTF-16
        return open_file(chain([head], whole), again=again)
    if is_binary(head):
        raise BadUploadError(no_text())
    header = csv_header(head)
    names = header.names[:-1] if header.comes_back else header.names
    if form := form_of_header(names):
        return Opened(Format(form), chain([head], whole))
    if len(set(names)) < len(REQUIRED):
        missing = [name for name in REQUIRED if name not in names]
        sentence = _("The file is neither JSON nor CSV with the columns external_id and title: %(missing)s is missing.")
        raise BadUploadError(sentence % {"missing": ", ".join(missing)})
    if len(set(names)) > MOST_COLUMNS or any(len(name) > LONGEST_NAME or "\0" in name for name in names):
        raise BadUploadError(_("The first row of the file has too many or too long names to be those of columns."))
    return Opened(Format.CSV, chain([head], whole), names)


def _is_an_object_a_line(head: bytes) -> bool:
    """Whether the first line is a whole object, and a row rather than what holds the rows."""
    line = head.removeprefix(BOM).lstrip().split(b"\n", 1)[0]
    first = read_json(line)
    return isinstance(first, dict) and not any(isinstance(first.get(name), list) for name in LISTS)


def _from_array(chunks: Iterable[bytes], again: Callable[[], Iterable[bytes]] | None) -> Opened:
    elements = array_elements(chunks)
    first = next(elements, None)
    if first is None:
        raise BadUploadError(_("There is no ticket in the file."))
    form = Format(form_of(first) or Format.NDJSON)
    rows: Iterator[Any] = chain([first], elements)
    if again is not None and (attach := attaching(form, lambda name: array_elements(again(), only=name))):
        rows = map(attach, rows)
    return Opened(form, (json.dumps(element).encode() + b"\n" for element in rows))

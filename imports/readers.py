"""Uploads read piece by piece, in constant memory: lines, JSON a line, and the elements of one JSON array."""

import codecs
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple, NoReturn

from django.utils.translation import gettext as _

LONGEST_ROW: Final = 4 * 1024 * 1024
BOM: Final = codecs.BOM_UTF8
BOUNDARY: Final = frozenset(",]}")
LISTS: Final = frozenset(
    {"items", "issues", "incidents", "tickets", "result", "data", "cards", "results", "work_items"}
)


class BadUploadError(ValueError):
    """What was sent is not of the form that it should have; the message says what is wrong and where."""


class Unreadable(NamedTuple):
    """A row that could not be read at all."""

    text: str
    problem: str


class Row(NamedTuple):
    """A row of an upload: its number from 0, where it ends, what it holds, and of a CSV file its cells."""

    number: int
    end: int
    value: Any
    cells: Sequence[str] | None = None


def lines(chunks: Iterable[bytes], *, start: int = 0) -> Iterator[tuple[int, bytes | None]]:
    """Yield each line with the byte behind it, None for one that is too long; `start` is where the chunks begin."""
    end, pending, is_skipping = start, b"", False
    for chunk in chunks:
        pieces = (pending + chunk).split(b"\n")
        pending = pieces.pop()
        for piece in pieces:
            end += len(piece) + 1
            yield end, None if is_skipping or len(piece) > LONGEST_ROW else piece
            is_skipping = False
        if len(pending) > LONGEST_ROW:
            end, pending, is_skipping = end + len(pending), b"", True
    if pending or is_skipping:
        end += len(pending)
        yield end, None if is_skipping else pending


def json_rows(chunks: Iterable[bytes], *, row: int = 0, byte: int = 0) -> Iterator[Row]:
    """Yield the rows of an upload with a JSON value a line, from a row and the byte at which it begins."""
    for end, line in lines(chunks, start=byte):
        text = line
        if text is not None and end == len(text) + 1:
            text = text.removeprefix(BOM)
        if text is None or text.strip():
            yield Row(row, end, too_long() if text is None else read_json(text))
            row += 1


def read_json(text: bytes) -> Any:
    """Return the value of one line, or why it cannot be read."""
    try:
        return json.loads(text.decode(), parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        problem = _("This is not JSON: %(problem)s at character %(column)d.") % {
            "problem": error.msg,
            "column": error.colno,
        }
    except UnicodeDecodeError:
        problem = _("This is not UTF-8 text.")
    except (ValueError, RecursionError) as error:
        problem = _("This is JSON that cannot be read: %(problem)s.") % {"problem": error}
    return Unreadable(text.decode("utf-8", "replace").replace("\0", "�"), problem)


def too_long() -> Unreadable:
    """Return what stands for a row that is longer than any ticket."""
    return Unreadable("", _("The row is longer than %(longest)d MB.") % {"longest": LONGEST_ROW // 1024 // 1024})


def array_elements(chunks: Iterable[bytes], *, only: str = "") -> Iterator[Any]:
    """Yield the rows of a JSON text: an array, an object that holds one (`items`, `issues`, …), or an object, a row.

    With `only`, the rows of that list of the object, whatever else there is.

    Raises BadUploadError with line and column. Memory is bounded by the longest element.
    """
    text = _Text(chunks)
    opening = text.peek()
    if opening == "[":
        yield from _elements(text)
    elif opening == "{":
        yield from _members(text, only=only)
    else:
        raise BadUploadError(_("This is neither a list of tickets nor an object with “items” or “issues”."))


class _Text:
    """The not yet read part of a JSON text; grows by chunks, is cut off in front, and knows line and column."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._decode = codecs.getincrementaldecoder("utf-8-sig")().decode
        self._decoder = json.JSONDecoder(parse_constant=_refuse_constant)
        self._buffer, self._line, self._column = "", 1, 1

    def more(self) -> bool:
        """Read another chunk; False at the end."""
        chunk = next(self._chunks, None)
        try:
            self._buffer += self._decode(chunk or b"", final=chunk is None)
        except UnicodeDecodeError:
            raise BadUploadError(_("The file is not UTF-8 text.")) from None
        return chunk is not None

    def peek(self) -> str:
        """Return the next character that is not white space, empty at the end."""
        while True:
            blank = len(self._buffer) - len(self._buffer.lstrip(" \t\r\n"))
            self._take(blank)
            if self._buffer or not self.more():
                return self._buffer[:1]

    def expect(self, *wanted: str) -> str:
        """Take one of these characters."""
        found = self.peek()
        if found not in wanted:
            self.refuse(_("expecting %(wanted)s") % {"wanted": _(" or ").join(wanted)})
        self._take(1)
        return found

    def value(self) -> Any:
        """Take a whole JSON value."""
        self.peek()
        while True:
            try:
                found, end = self._decoder.raw_decode(self._buffer)
                if self._buffer[end : end + 1].strip() or not self.more():
                    self._take(end)
                    return found
            except json.JSONDecodeError as error:
                if len(self._buffer) > LONGEST_ROW or not self.more():
                    self._take(error.pos)
                    self.refuse(error.msg)
            except (ValueError, RecursionError) as error:
                self.refuse(str(error))

    def refuse(self, problem: str) -> NoReturn:
        """Say what is wrong here."""
        place = {"problem": problem, "line": self._line, "column": self._column}
        raise BadUploadError(_("The file is not JSON: %(problem)s in line %(line)d, column %(column)d.") % place)

    def _take(self, count: int) -> None:
        taken, self._buffer = self._buffer[:count], self._buffer[count:]
        newlines = taken.count("\n")
        self._line += newlines
        self._column = count - taken.rfind("\n") if newlines else self._column + count


def _elements(text: _Text) -> Iterator[Any]:
    text.expect("[")
    if text.peek() == "]":
        text.expect("]")
        return
    while True:
        yield text.value()
        if text.expect(",", "]") == "]":
            return


def _members(text: _Text, *, only: str = "") -> Iterator[Any]:
    """Yield the elements of the list of rows in an object; an object without one is a row itself."""
    text.expect("{")
    members: dict[str, Any] = {}
    found = False
    while text.peek() != "}":
        name = text.value()
        text.expect(":")
        if text.peek() == "[" and (name == only if only else name in LISTS):
            found = True
            yield from _elements(text)
        elif only and text.peek() == "[":
            for __ in _elements(text):
                pass
        else:
            members[str(name)] = text.value()
        if text.expect(",", "}") == "}":
            break
    if not found and not only:
        yield members


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(_("%(name)s is not a JSON number") % {"name": name})

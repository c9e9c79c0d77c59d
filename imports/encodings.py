"""Text as the world writes it, as UTF-8: which encoding it is, is read off the bytes themselves, in constant memory."""

import codecs
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final

BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
SAMPLE: Final = 64 * 1024
ENOUGH: Final = 4 * 1024
BEGINNING: Final = 24
# Japanese text stands in runs; a Western letter that looks like half of a Japanese one stands among ASCII.
IN_RUNS: Final = 0.5


def utf8_pieces(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield a text as UTF-8 without byte order mark; it may come as UTF-8, UTF-16, cp932 (Shift JIS) or cp1252.

    What is ASCII at first is decided on where it stops being so. Bytes that are of no encoding become “�”.
    """
    rest = iter(chunks)
    head = _at_least(rest, BEGINNING)
    encoding = None
    for mark, name in BOMS:
        if head.startswith(mark):
            head, encoding = head.removeprefix(mark), name
            break
    else:
        encoding = _utf16_without_mark(head)
    decoder = codecs.getincrementaldecoder(encoding)("replace") if encoding else None
    for piece in chain([head], rest):
        if decoder is None and not piece.isascii():
            piece += _at_least(rest, ENOUGH - len(piece))  # noqa: PLW2901 - the piece with what follows it
            decoder = codecs.getincrementaldecoder(encoding_of(piece[:SAMPLE]))("replace")
        yield piece if decoder is None else decoder.decode(piece).encode("utf-8", "replace")
    if decoder is not None:
        yield decoder.decode(b"", final=True).encode("utf-8", "replace")


def encoding_of(sample: bytes) -> str:
    """Return the encoding of a piece of text that is not ASCII, and whose last character may be torn."""
    if _decodes(sample, "utf-8") is not None:
        return "utf-8"
    text = _decodes(sample, "cp932")
    if text is not None and _share_in_runs(text) >= IN_RUNS:
        return "cp932"
    return "cp1252" if _decodes(sample, "cp1252") is not None else "latin-1"


def _decodes(sample: bytes, encoding: str) -> str | None:
    try:
        return codecs.getincrementaldecoder(encoding)().decode(sample)
    except UnicodeDecodeError:
        return None


def _share_in_runs(text: str) -> float:
    """Return which share of the characters that are not ASCII have another such character beside them."""
    foreign = beside = 0
    for before, letter, after in zip(" " + text, text, text[1:] + " ", strict=False):
        if not letter.isascii():
            foreign += 1
            beside += not before.isascii() or not after.isascii()
    return beside / foreign if foreign else 0.0


def _utf16_without_mark(head: bytes) -> str | None:
    """Return the order of UTF-16 that begins like text of ASCII letters; every other byte of it is zero."""
    if len(head) < 4:
        return None
    even, odd = head[0:BEGINNING:2], head[1:BEGINNING:2]
    if odd.count(0) > len(odd) * 0.6 and even[0]:
        return "utf-16-le"
    if even.count(0) > len(even) * 0.6 and odd[0]:
        return "utf-16-be"
    return None


def _at_least(pieces: Iterator[bytes], size: int) -> bytes:
    head = b""
    while len(head) < size and (piece := next(pieces, None)) is not None:
        head += piece
    return head

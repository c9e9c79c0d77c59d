"""Files that are no text at all: what they are, told by their first bytes, and what to do instead."""

from collections.abc import Callable
from typing import Final

from django.utils.translation import gettext as _

# Of text in UTF-16 every other byte may be zero, and its mark or its letters say so.
LOOKED_AT: Final = 4096


def what_is_no_text(head: bytes) -> str:
    """Return a sentence about a file that cannot be one of tickets, empty where it may be text."""
    return next((sentence() for start, sentence in STARTS if head.startswith(start)), "")


def is_binary(text: bytes) -> bool:
    """Whether what was read as text holds what no text does: zero bytes, or many marks that stand for nothing."""
    sample = text[:LOOKED_AT]
    controls = sum(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in sample)
    return b"\0" in sample or controls * 20 > len(sample)


def no_text() -> str:
    """Return what to say of a file that nothing is known of but that it is no text."""
    return _("This is not a text file: save the tickets as CSV or JSON, and pick that file.")


def _workbook() -> str:
    return _(
        "This is an Excel workbook or a ZIP archive: save the sheet as “CSV UTF-8”, or unpack it, and pick that file."
    )


def _packed() -> str:
    return _("This file is packed: unpack it, and pick what is in it.")


STARTS: Final[tuple[tuple[bytes, Callable[[], str]], ...]] = (
    (b"PK\x03\x04", _workbook),
    (b"PK\x05\x06", _workbook),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _workbook),
    (b"\x1f\x8b", _packed),
    (b"BZh", _packed),
    (b"\xfd7zXZ\x00", _packed),
    (b"7z\xbc\xaf\x27\x1c", _packed),
    (b"%PDF-", no_text),
    (b"\x89PNG", no_text),
    (b"\xff\xd8\xff", no_text),
    (b"SQLite format 3\x00", no_text),
)

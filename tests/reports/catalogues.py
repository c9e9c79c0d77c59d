"""Writes a catalogue of translations as gettext reads it, for tests of how languages are chosen."""

import struct
from collections.abc import Mapping
from pathlib import Path

HEADER = "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=1; plural=0;\n"


def write_catalogue(folder: Path, language: str, messages: Mapping[str, str]) -> None:
    """Write `<language>/LC_MESSAGES/django.mo`: two tables of lengths and places, then the texts."""
    entries = sorted((key.encode(), value.encode()) for key, value in {"": HEADER, **messages}.items())
    count, place = len(entries), 28 + 16 * len(entries)
    tables: list[bytes] = []
    texts = b""
    for column in (0, 1):
        for entry in entries:
            tables.append(struct.pack("<II", len(entry[column]), place + len(texts)))
            texts += entry[column] + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, count, 28, 28 + 8 * count, 0, 0)
    target = folder / language / "LC_MESSAGES" / "django.mo"
    target.parent.mkdir(parents=True)
    target.write_bytes(head + b"".join(tables) + texts)

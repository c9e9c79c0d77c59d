"""Uploads: kept in the database in pieces of one length, so that any worker on any machine can go on reading."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from imports.models import Import, UploadChunk
from imports.services.errors import UploadTooLargeError

CHUNK = 256 * 1024


def store_upload(*, batch: Import, pieces: Iterable[bytes], limit: int) -> int:
    """Keep an upload as it comes, a chunk at a time, and return how many lines it has."""
    position, lines, size = 0, 0, 0
    pending = bytearray()
    last = b"\n"
    for piece in pieces:
        size += len(piece)
        if size > limit:
            raise too_large(limit)
        lines += piece.count(b"\n")
        last = piece[-1:] or last
        pending += piece
        while len(pending) >= CHUNK:
            UploadChunk.objects.create(batch=batch, position=position, body=bytes(pending[:CHUNK]))
            del pending[:CHUNK]
            position += 1
    if pending:
        UploadChunk.objects.create(batch=batch, position=position, body=bytes(pending))
    return lines + (last != b"\n")


def read_upload(*, batch: Import, byte: int = 0) -> Iterator[bytes]:
    """Yield an upload from a byte on, a chunk at a time."""
    position, skipped = divmod(byte, CHUNK)
    while True:
        body = UploadChunk.objects.filter(batch=batch, position=position).values_list("body", flat=True).first()
        if body is None:
            return
        yield bytes(body)[skipped:]
        position, skipped = position + 1, 0


def too_large(limit: int) -> UploadTooLargeError:
    """Return the error for an upload over the limit."""
    return UploadTooLargeError(
        _("The upload is larger than the %(limit)d bytes that this server takes.") % {"limit": limit}
    )

"""Bodies that are read as a stream: the parsers hand on pieces, and never hold more than one."""

from collections.abc import Iterator, Mapping
from typing import IO, Any

from django.http import HttpRequest, UnreadablePostError
from django.utils.translation import gettext as _
from rest_framework.parsers import BaseParser

from imports.services.errors import UploadBrokenOffError
from imports.services.uploads import CHUNK


class NdjsonParser(BaseParser):
    """One JSON object a line."""

    media_type = "application/x-ndjson"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Return the body in pieces."""
        return pieces(stream)


class CsvParser(NdjsonParser):
    """A header row with the names of a ticket's fields, then a ticket a row."""

    media_type = "text/csv"


def is_chunked(request: HttpRequest) -> bool:
    """Whether a body comes in chunks, until it ends: WSGI then names no length, and Django reads nothing."""
    return not request.META.get("CONTENT_LENGTH") and bool(request.META.get("wsgi.input_terminated"))


def pieces(stream: Any) -> Iterator[bytes]:
    """Yield a body as it comes, chunked transfers too (of which WSGI does not tell the length).

    A server may show a lost connection as the end of the body, so that what came is counted.
    """
    if isinstance(stream, HttpRequest) and is_chunked(stream):
        stream = stream.META["wsgi.input"]
        expected = 0
    else:
        expected = int(stream.META.get("CONTENT_LENGTH") or 0) if isinstance(stream, HttpRequest) else 0
    received = 0
    try:
        while piece := stream.read(CHUNK):
            received += len(piece)
            yield piece
        if received < expected:
            raise UnreadablePostError(f"{received} of {expected} bytes")
    except (UnreadablePostError, OSError) as error:
        raise UploadBrokenOffError(
            _("The connection was lost before everything had come; nothing was imported.")
        ) from error

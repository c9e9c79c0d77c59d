"""Files that come with a form: however much is sent, and whoever sends it, the disk gets no more than is taken."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler


class LimitedFileUploadHandler(TemporaryFileUploadHandler):
    """Keeps at most MAX_UPLOAD of one request on the disk; the rest is counted, so that the form can refuse it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sent = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Write a piece of the file while there is room for it."""
        self.sent += len(raw_data)
        return super().receive_data_chunk(raw_data, start) if self.sent <= settings.MAX_UPLOAD else None

    def file_complete(self, file_size: int) -> UploadedFile[Any] | None:
        """Hand on the file; the size of one that was cut is that of all that was sent, which is too large."""
        return super().file_complete(file_size if self.sent <= settings.MAX_UPLOAD else self.sent)

"""Idempotency-Key: the first answer to a write is kept for 24 hours and given again.

The key's row, the write and the answer are one transaction. So a crash leaves none of them, and a second request
with the same key waits for the first (PostgreSQL on the unique index, SQLite on its write lock) and replays it.
"""

import hashlib
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, RawPostDataException
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from teams.errors import InvalidError
from teams.models import ApiToken, IdempotencyRecord

KEPT_FOR = timedelta(hours=24)
MAX_KEY_LENGTH = 255
_WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_KEPT_HEADERS = ("Location", "ETag")


class KeyReusedError(InvalidError):
    """The same key came with another request."""

    code = "idempotency_key_reused"


class _Replay(Exception):  # noqa: N818 - control flow, not an error
    def __init__(self, record: IdempotencyRecord) -> None:
        self.record = record


class IdempotencyMixin(APIView):
    """Lets every write of a view be repeated with one effect."""

    idempotency_record: IdempotencyRecord | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Handle a write that carries a key in one transaction with the key."""
        if request.method not in _WRITES or "Idempotency-Key" not in request.headers:
            return super().dispatch(request, *args, **kwargs)
        with suppress(RequestDataTooBig, RawPostDataException):  # said later, in the one shape; read as a stream before
            request.body  # noqa: B018 - read here: a slow sender must not hold a lock
        with transaction.atomic():
            response = super().dispatch(request, *args, **kwargs)
            if self.idempotency_record is not None and isinstance(response, Response):
                _keep(self.idempotency_record, response.render())
        return response

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Take the key once it is known who asks; a key that is there already ends the request."""
        super().initial(request, *args, **kwargs)
        if request.method in _WRITES and "Idempotency-Key" in request.headers:
            fingerprint = self.idempotency_fingerprint(request)
            self.idempotency_record = _take(request, fingerprint, at=timezone.now())

    def handle_exception(self, exc: Exception) -> Response:
        """Answer a replay with what was kept."""
        if isinstance(exc, _Replay):
            return _replayed(exc.record)
        return super().handle_exception(exc)

    def idempotency_fingerprint(self, request: Request) -> str:
        """Return what must be the same for the same key; views that stream their body leave it out."""
        return fingerprint_of(request, request._request.body)


def fingerprint_of(request: Request, body: bytes) -> str:
    """Return a hash of method, address, type and body."""
    head = f"{request.method} {request.get_full_path()} {request.content_type}\n"
    return hashlib.sha256(head.encode() + body).hexdigest()


def _take(request: Request, fingerprint: str, *, at: datetime) -> IdempotencyRecord:
    key = request.headers["Idempotency-Key"]
    if not key or len(key) > MAX_KEY_LENGTH or not key.isprintable():
        message = _("An Idempotency-Key has 1 to 255 printable characters.")
        raise exceptions.ValidationError({"Idempotency-Key": [message]})
    caller = f"{'token' if isinstance(request.auth, ApiToken) else 'user'}:{request.user.pk}"
    IdempotencyRecord.objects.filter(caller=caller, key=key, created_at__lt=at - KEPT_FOR).delete()
    try:
        with transaction.atomic():
            return IdempotencyRecord.objects.create(caller=caller, key=key, fingerprint=fingerprint, created_at=at)
    except IntegrityError:
        record = IdempotencyRecord.objects.get(caller=caller, key=key)
    if record.fingerprint != fingerprint:
        raise KeyReusedError(_("This Idempotency-Key was used for another request; take a new one."))
    raise _Replay(record)


def _keep(record: IdempotencyRecord, response: HttpResponse) -> None:
    if response.status_code >= 500:
        record.delete()
        return
    record.status = response.status_code
    record.body = response.content.decode()
    record.headers = {name: response[name] for name in _KEPT_HEADERS if name in response}
    record.save(update_fields=["status", "body", "headers"])


def _replayed(record: IdempotencyRecord) -> Response:
    return ReplayedResponse(record)


class ReplayedResponse(Response):
    """The kept bytes of an earlier answer."""

    def __init__(self, record: IdempotencyRecord) -> None:
        headers = {**record.headers, "Idempotency-Replayed": "true"}
        super().__init__(status=record.status, headers=headers, content_type="application/json")
        self.kept = record.body

    @property
    def rendered_content(self) -> str:
        """Return the body as it was sent the first time."""
        self["Content-Type"] = "application/json"
        return self.kept

"""The API resource `imports/`: tickets come in as JSON, NDJSON or CSV, at once or as a job."""

import hashlib
import json
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from django.conf import settings
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import exceptions, mixins, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from boards.models import Board
from imports.filters import ImportFilter
from imports.models import Format, Import
from imports.parsers import CsvParser, NdjsonParser, is_chunked, pieces
from imports.readers import LISTS
from imports.serializers import (
    ImportOptionsSerializer,
    ImportRequestSerializer,
    ImportSerializer,
    ImportSummarySerializer,
    unknown_names,
)
from imports.services.errors import UploadBrokenOffError, UploadTooLargeError
from imports.services.jobs import cancel_import, enqueue, import_now, open_import, receive
from imports.services.record import refused_rows
from imports.services.undo import begin_undo
from imports.services.uploads import CHUNK, too_large
from imports.sources.beside import attaching
from imports.sources.forms import form_of
from teams.actors import Actor, Via
from teams.permissions import can_import, can_work, require
from teams.rest.idempotency import fingerprint_of
from teams.rest.parsers import StrictJsonParser, parse_json
from teams.rest.views import ApiViewSet

AT_ONCE = 1_000
AT_MOST = 10_000
NDJSON = "application/x-ndjson"
OPTIONS = ("board", "source", "mode", "dry_run")
# Whose form `?format=` names, for JSON and a JSON object a line; as CSV only two of them are known.
FORMS = {form.value: form for form in Format if form.system == form.value}
CSV_FORMS = {"jira": Format.JIRA_CSV, "servicenow": Format.SERVICENOW_CSV}

_QUERY = [
    OpenApiParameter("board", int, description="Needed where the body is not the API's own JSON."),
    OpenApiParameter("source", str, description="The name of `format` unless it is given."),
    OpenApiParameter("mode", str, enum=["partial", "atomic"]),
    OpenApiParameter("dry_run", bool),
    OpenApiParameter("format", str, enum=list(FORMS), description="The body is in the form of this system."),
]


@extend_schema_view(
    list=extend_schema(
        responses=ImportSummarySerializer(many=True),
    ),
    retrieve=extend_schema(responses=ImportSerializer),
)
class ImportViewSet(mixins.RetrieveModelMixin, mixins.ListModelMixin, ApiViewSet):
    """Imports of tickets."""

    serializer_class = ImportSerializer
    parser_classes = (StrictJsonParser, NdjsonParser, CsvParser)
    queryset = Import.objects.none()
    filterset_class = ImportFilter
    ordering = ("-created_at",)

    spool: IO[bytes] | None = None
    digest = b""
    is_too_large = False
    broken_off: UploadBrokenOffError | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Put a streamed body that comes with an Idempotency-Key aside, to know it before the key is taken.

        It goes to a file of this request's own: the key's transaction should not wait for a slow sender. A body that
        breaks off takes no key, so that it can be sent again.
        """
        is_stream = _is_stream(request) or is_chunked(request)
        if request.method != "POST" or "Idempotency-Key" not in request.headers or not is_stream:
            return super().dispatch(request, *args, **kwargs)
        with SpooledTemporaryFile(max_size=CHUNK * 4) as spool:
            self.spool = spool
            digest, size = hashlib.sha256(), 0
            try:
                for piece in pieces(request):
                    size += len(piece)
                    if size <= settings.MAX_UPLOAD:
                        spool.write(piece)
                        digest.update(piece)
            except UploadBrokenOffError as error:
                self.broken_off = error
            spool.seek(0)
            self.is_too_large, self.digest = size > settings.MAX_UPLOAD, digest.digest()
            return super().dispatch(request, *args, **kwargs)

    def idempotency_fingerprint(self, request: Request) -> str:
        """Return what must be the same for the same key."""
        if self.broken_off is not None:
            raise self.broken_off
        if self.spool is None:
            return super().idempotency_fingerprint(request)
        return fingerprint_of(request, self.digest)

    def get_queryset(self) -> Any:
        """Return the imports that the caller may see."""
        return Import.objects.visible_to(self.viewer)

    def get_serializer_class(self) -> Any:
        """Lists leave out the rows."""
        return ImportSummarySerializer if self.action == "list" else ImportSerializer

    @extend_schema(
        request={"application/json": ImportRequestSerializer, NDJSON: bytes, "text/csv": bytes},
        parameters=_QUERY,
        responses={200: ImportSerializer, 202: ImportSerializer, 413: OpenApiResponse(description="Too large.")},
    )
    def create(self, request: Request) -> Response:
        """Take tickets: up to 1,000 in a JSON body at once, more as a job."""
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdigit() and int(length) > settings.MAX_UPLOAD:
            raise too_large(settings.MAX_UPLOAD)
        if self.is_too_large:
            raise too_large(settings.MAX_UPLOAD)
        stream = self.spool or request._request
        if _is_stream(request):
            return self._receive(pieces(stream), _format(request), self._options(_query(request)))
        body: Any = _chunked_json(request, stream) if is_chunked(request._request) else request.data
        if (form := _named_form(request)) is not None:
            return self._take(_rows_in(body, form), form, self._options(_query(request)))
        if not isinstance(body, dict):
            raise exceptions.ValidationError(
                {"items": [_("The body has to be an object with board, source and items.")]}
            )
        if names := set(body) - {*OPTIONS, "items"}:
            raise exceptions.ValidationError(unknown_names(names))
        options = self._options({**_query(request), **{name: body[name] for name in OPTIONS if name in body}}, body)
        return self._take(body["items"], Format.NDJSON, options)

    @extend_schema(responses={(200, NDJSON): bytes})
    @action(detail=True, methods=["get"])
    def errors(self, request: Request, pk: str) -> StreamingHttpResponse:
        """Return the rows that were refused, with their errors, to be mended and sent again."""
        batch = self.get_object()
        answer = StreamingHttpResponse(refused_rows(batch), content_type=NDJSON)
        answer["Content-Disposition"] = f'attachment; filename="import-{batch.pk}-errors.ndjson"'
        return answer

    @extend_schema(request=None, responses=ImportSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Stop a job; what was taken stays."""
        batch = self.get_object()
        require(can_import(self.viewer, batch.board.team))
        return Response(ImportSerializer(cancel_import(batch=batch, at=self.now)).data)

    @extend_schema(request=None, responses={202: ImportSerializer})
    @action(detail=True, methods=["post"])
    def undo(self, request: Request, pk: str) -> Response:
        """Take back the items that an import made, but for those on which somebody has worked; a job does it."""
        batch = self.get_object()
        require(can_work(self.viewer, batch.board.team))
        undone = begin_undo(batch=batch, by=self.actor, at=self.now)
        return Response(ImportSerializer(undone).data, status=status.HTTP_202_ACCEPTED)

    def _options(self, given: dict[str, Any], body: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the board and the rest of what an import needs, checked."""
        serializer = ImportOptionsSerializer(data=given)
        errors = {} if serializer.is_valid() else dict(serializer.errors)
        if body is not None and not isinstance(body.get("items"), list):
            errors["items"] = [
                _("This has to be a list of tickets.") if "items" in body else _("This field is required.")
            ]
        if errors:
            raise exceptions.ValidationError(errors)
        options = serializer.validated_data
        boards = Board.objects.visible_to(self.viewer).kept().select_related("team")
        board = get_object_or_404(boards, pk=options["board"])
        require(can_import(self.viewer, board.team))
        return {
            "board": board,
            "source": options["source"],
            "mode": options["mode"],
            "is_dry_run": options["dry_run"],
            "by": Actor(person=self.actor.person, token=self.actor.token, via=Via.IMPORT),
            "at": self.now,
        }

    def _take(self, rows: list[Any], form: Format, options: dict[str, Any]) -> Response:
        if len(rows) > AT_MOST:
            message = _("A JSON body may hold at most %(most)d tickets, this one has %(rows)d: send NDJSON instead.")
            raise UploadTooLargeError(message % {"most": AT_MOST, "rows": len(rows)})
        if len(rows) > AT_ONCE:
            lines = (json.dumps(row).encode() + b"\n" for row in rows)
            return self._receive(lines, form, options)
        by, at = options["by"], options["at"]
        board = options["board"]
        batch = import_now(
            batch=Import(
                board=board,
                source=options["source"],
                mode=options["mode"],
                is_dry_run=options["is_dry_run"],
                format=form,
                created_by=by.person,
                token=by.token,
                created_at=at,
            ),
            rows=rows,
            by=by,
            at=at,
        )
        return Response(ImportSerializer(batch).data)

    def _receive(self, body: Iterator[bytes], form: Format, options: dict[str, Any]) -> Response:
        batch = receive(batch=open_import(**options, format=form), pieces=body)
        enqueue(import_id=batch.pk)
        location = reverse("import-detail", args=[batch.pk], request=self.request)
        return Response(ImportSerializer(batch).data, status=status.HTTP_202_ACCEPTED, headers={"Location": location})


def _chunked_json(request: Request, stream: Any) -> Any:
    """Return a JSON body whose length the sender did not know; REST framework takes it for empty."""
    if (request.content_type or "").partition(";")[0].strip().lower() != "application/json":
        raise exceptions.UnsupportedMediaType(request.content_type)
    body = bytearray()
    for piece in pieces(stream):
        body += piece
        if len(body) > settings.MAX_UPLOAD:
            raise too_large(settings.MAX_UPLOAD)
    return parse_json(bytes(body))


def _is_stream(request: HttpRequest | Request) -> bool:
    return (request.content_type or "").partition(";")[0].strip().lower() in {NDJSON, "text/csv"}


def _query(request: Request) -> dict[str, Any]:
    given = {name: request.query_params[name] for name in OPTIONS if name in request.query_params}
    if _named_form(request) is not None:
        given.setdefault("source", request.query_params["format"])
    return given


def _named_form(request: Request) -> Format | None:
    """Return the system's form that is asked for; a name that is none is refused."""
    name = request.query_params.get("format")
    if name is None:
        return None
    if name not in FORMS:
        raise exceptions.ValidationError({"format": [_("This has to be one of %s.") % ", ".join(FORMS)]})
    return FORMS[name]


def _format(request: Request) -> Format:
    form = _named_form(request)
    if not (request.content_type or "").startswith("text/csv"):
        return form or Format.NDJSON
    if form is not None and form.value not in CSV_FORMS:
        raise exceptions.ValidationError({"format": [_("As CSV this can be one of %s.") % ", ".join(CSV_FORMS)]})
    return CSV_FORMS[form.value] if form is not None else Format.CSV


def _rows_in(body: Any, form: Format) -> list[Any]:
    """Return the rows in an answer of another system: the list that it is, or that it holds."""
    if isinstance(body, list):
        return body
    found = [body[name] for name in sorted(LISTS) if isinstance(body.get(name), list)] if isinstance(body, dict) else []
    if not found and isinstance(body, dict) and form_of(body) == form.system:
        return [body]
    if not found:
        raise exceptions.ValidationError({"items": [_("There is no list of tickets in the body.")]})
    attach = attaching(form, lambda name: body.get(name) if isinstance(body.get(name), list) else [])
    return [attach(row) for row in found[0]] if attach else list(found[0])

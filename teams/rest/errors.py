"""Every error of the REST API in its one shape: a code, a full sentence, and the fields where there are any."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, JsonResponse
from django.utils.translation import gettext as _
from rest_framework import exceptions, status
from rest_framework.response import Response

from teams.errors import FieldErrors, ToilTrackerError


class TooLarge(exceptions.APIException):
    """413: the body is larger than what is taken."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"


def too_large() -> TooLarge:
    """Return the error for a body over the limit."""
    return TooLarge(_("The body is larger than this server takes."))


class StaleVersion(exceptions.APIException):
    """412: the item has changed since the version that If-Match names."""

    status_code = status.HTTP_412_PRECONDITION_FAILED
    default_code = "stale_version"

    def __init__(self, message: str, fields: FieldErrors) -> None:
        super().__init__(message)
        self.fields = fields


def error_body(code: str, message: str, fields: FieldErrors | None = None) -> dict[str, Any]:
    """Return the one shape of an error."""
    error: dict[str, Any] = {"code": code, "message": message}
    if fields:
        error["fields"] = fields
    return {"error": error}


def error_response(http_status: int, code: str, message: str) -> JsonResponse:
    """Answer with an error outside of REST framework's views (no such URL, a failure of our own)."""
    return JsonResponse(error_body(code, message), status=http_status)


def handle_exception(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """Turn an exception into an answer; what is none of ours becomes Django's 500."""
    match error:
        case ToilTrackerError():
            return Response(error_body(error.code, error.message, error.fields), status=error.status)
        case Http404():
            return _answer(exceptions.NotFound(_("There is nothing at this address that you may see.")))
        case PermissionDenied():
            return _answer(exceptions.PermissionDenied(str(error) or None))
        case RequestDataTooBig():
            return _answer(too_large())
        case exceptions.APIException():
            return _answer(error)
    return None


def _answer(error: exceptions.APIException) -> Response:
    headers: dict[str, str] = {}
    if header := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = header
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(max(1, int(wait)))
    if isinstance(error, exceptions.ValidationError):
        fields = dict(_flatten(error.detail))
        body = error_body("invalid", _first_sentence(fields), fields)
        return Response(body, status=status.HTTP_422_UNPROCESSABLE_ENTITY)
    body = error_body(_code(error), str(error.detail), getattr(error, "fields", None))
    return Response(body, status=error.status_code, headers=headers)


_CODES = {
    "parse_error": "malformed",
    "permission_denied": "not_allowed",
    "authentication_failed": "not_authenticated",
    "throttled": "rate_limited",
}


def _code(error: exceptions.APIException) -> str:
    code = error.get_codes()
    return _CODES.get(code, code) if isinstance(code, str) else "error"


def _flatten(detail: Any, path: str = "") -> Iterator[tuple[str, list[str]]]:
    """Yield (dotted field path, sentences) from REST framework's nested details."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from _flatten(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(detail, list) and any(isinstance(entry, dict | list) for entry in detail):
        for index, inner in enumerate(detail):
            yield from _flatten(inner, f"{path}.{index}" if path else str(index))
    else:
        sentences = detail if isinstance(detail, list) else [detail]
        if sentences:
            yield path or "non_field_errors", [str(sentence) for sentence in sentences]


def _first_sentence(fields: FieldErrors) -> str:
    for name, sentences in fields.items():
        if name.endswith("non_field_errors"):
            return sentences[0]
        return f"{name}: {sentences[0]}"
    return _("The request could not be accepted.")

"""`POST /hooks/{key}/`: where connected sources send to. A request is proved and kept; a task does the work."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from imports.models import Connection, Delivery
from imports.parsers import pieces
from imports.sealing import UnreadableSecretError
from imports.services.connections import secrets_of
from imports.services.deliveries import note_refusal, receive_delivery
from imports.services.replies import reply_at_once
from imports.sources.kinds import KINDS
from imports.sources.signatures import BadSignatureError, Call
from imports.sources.slack import answer
from teams.errors import ToilTrackerError
from teams.rest.errors import error_response

LARGEST = 5 * 1024 * 1024


@csrf_exempt
def receive(request: HttpRequest, key: str) -> HttpResponse:
    """Keep what a source sends; else 401 (no proof), 403 (a wrong one), 400 (cannot be read) or 413 (over 5 MB)."""
    if request.method != "POST":
        refusal = error_response(405, "method_not_allowed", _("Webhooks are sent here with POST."))
        refusal["Allow"] = "POST"
        return refusal
    connection = Connection.objects.filter(key=key, board__deleted_at__isnull=True).first() if "\0" not in key else None
    if connection is None:
        return error_response(404, "not_found", _("No source is connected at this address."))
    try:
        return _take(request, connection)
    except BadSignatureError as error:
        note_refusal(connection=connection, message=error.message, at=timezone.now())
        return error_response(error.status, "bad_signature", error.message)
    except UnreadableSecretError:
        message = _("The secret cannot be read any more, since the server has another SECRET_KEY: enter it anew.")
        note_refusal(connection=connection, message=message, at=timezone.now())
        return error_response(503, "secret_unreadable", message)
    except ToilTrackerError as error:
        note_refusal(connection=connection, message=error.message, at=timezone.now())
        return error_response(error.status, error.code, error.message)


def _take(request: HttpRequest, connection: Connection) -> HttpResponse:
    now = timezone.now()
    body = _body(request)
    if body is None:
        message = _("The body is larger than the 5 MB that are taken.")
        note_refusal(connection=connection, message=message, at=now)
        return error_response(413, "too_large", message)
    headers = {name.lower(): value for name, value in request.headers.items()}
    call = Call(headers, {name: str(value) for name, value in request.GET.items()}, body)
    KINDS[connection.kind].verify(call, secrets_of(connection, at=now), now)
    delivery, is_new = receive_delivery(connection=connection, headers=headers, body=body, at=now)
    if KINDS[connection.kind].answers:
        return _said_back(delivery)
    kept = {"delivery": delivery.pk, "state": delivery.state, "repeated": not is_new}
    return JsonResponse(kept, status=202 if is_new else 200)


def _said_back(delivery: Delivery) -> HttpResponse:
    """Tell who used a command what becomes of it; a shortcut shows nothing of an answer, and is told later."""
    words = reply_at_once(delivery)
    return JsonResponse(answer(words)) if words else HttpResponse()


def _body(request: HttpRequest) -> bytes | None:
    """Return the raw bytes, None where there are more than are taken; no more than that is read."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdigit() and int(length) > LARGEST:
        return None
    body = bytearray()
    for piece in pieces(request):
        body += piece
        if len(body) > LARGEST:
            return None
    return bytes(body)

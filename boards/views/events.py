"""What happened on open boards: as a stream of events, or as the answer to a question every few seconds."""

import socket
from collections.abc import Callable, Mapping
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified, JsonResponse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from boards.live.hub import hub
from boards.live.news import read_news
from boards.live.readers import Face, Reader
from boards.models import Board
from boards.views.loading import refusal
from teams.errors import InvalidError
from teams.models import Team
from teams.permissions import can_work, signed_in, team_view

MOST_BOARDS: Final = 20
STREAM: Final = "text/event-stream"
HANDS_OVER: Final = "toiltracker.hands_over"
RETRY_SECONDS: Final = 5


class Handed(HttpResponse):
    """An answer whose connection is given to the hub, with the head that this one would have had."""

    def __init__(self, take: Callable[[socket.socket, bytes], None]) -> None:
        super().__init__(content_type=STREAM)
        self.take_connection = take
        self["Cache-Control"] = "no-cache"
        self["X-Accel-Buffering"] = "no"  # nginx would wait for its buffer to be full


@require_GET
def show(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Tell a script what happened on boards of a team; who is not signed in learns so, and is sent nowhere."""
    if not request.user.is_authenticated:
        return JsonResponse({"error": {"code": "signed_out", "message": _("Sign in to go on.")}}, status=401)
    return _show(request, slug=slug)


@team_view()
def _show(request: HttpRequest, team: Team) -> HttpResponseBase:
    try:
        seen = _boards(request.GET.get("boards", ""))
    except InvalidError as error:
        return refusal(error, status=400)
    rows = Board.objects.visible_to(request.user).kept().filter(team=team, pk__in=seen)
    heads = {board: seq or 0 for board, seq in rows.values_list("pk", "feed_head__seq")}
    if not heads:
        return refusal(InvalidError(_("These boards are not there, or not any more.")), status=404)
    shown = {board: seen[board] for board in heads}
    if STREAM in request.headers.get("Accept", ""):
        return _stream(request, team, shown)
    return _answer(request, team, shown, heads)


def _stream(request: HttpRequest, team: Team, seen: Mapping[int, int]) -> HttpResponse:
    if not request.META.get(HANDS_OVER) or request.session.session_key is None:
        return HttpResponse(status=204)  # no error: this server keeps no streams, and the page asks instead
    user = signed_in(request)
    if not hub().admit(user.pk):
        return HttpResponse(status=503, headers={"Retry-After": str(RETRY_SECONDS)})
    reader = Reader(user.pk, request.session.session_key, team.pk, _face(request, team), seen)
    return Handed(lambda connection, head: hub().take(connection, head, reader))


def _answer(request: HttpRequest, team: Team, seen: Mapping[int, int], heads: Mapping[int, int]) -> HttpResponseBase:
    response: HttpResponseBase
    if seen == heads:
        response = HttpResponseNotModified()
    else:
        face = _face(request, team)
        behind = {(board, seq): [face] for board, seq in seen.items() if seq != heads[board]}
        found = read_news(behind, at=timezone.now())
        response = JsonResponse({"news": [news.said[face] for news in found.values()]})
    response["Cache-Control"] = "no-cache"
    patch_vary_headers(response, ["Accept", "Cookie"])
    return response


def _face(request: HttpRequest, team: Team) -> Face:
    return Face(can_work(request.user, team), translation.get_language() or "en")


def _boards(text: str) -> dict[int, int]:
    """Read `12:345,13:77`: boards, and how far the feed of each has been seen."""
    pairs = [part.split(":") for part in text.split(",")]
    if len(pairs) > MOST_BOARDS or not all(len(pair) == 2 and all(map(_is_number, pair)) for pair in pairs):
        raise InvalidError(_("Name the boards as in ?boards=12:345,13:77, at most %d.") % MOST_BOARDS)
    return {int(board): int(seq) for board, seq in pairs}


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19

"""Loads what an address names, only for those who may see it, and answers scripts with the parts that changed."""

from collections.abc import Iterable
from datetime import datetime

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from boards.board_page import cards_of, columns_on_page
from boards.models import Board, Classification, Item
from boards.views.looking import look_of_scripts, opening_view
from teams.actors import Actor, actor_of
from teams.errors import ToilTrackerError
from teams.models import Team
from teams.permissions import signed_in


def load_board(request: HttpRequest, team: Team, slug: str) -> Board:
    """Return a board of the team that is not in the trash; its `opening` is the view with which the reader opens it."""
    boards = Board.objects.visible_to(request.user).kept().select_related("feed_head")
    boards = boards.annotate(opening=opening_view(request))
    return get_object_or_404(boards, team=team, slug=slug)


def moved_board(request: HttpRequest, team: Team, slug: str) -> Board | None:
    """Return the board that had this short name before it got another one."""
    boards = Board.objects.visible_to(request.user).kept().filter(team=team)
    return boards.filter(former_addresses__team=team, former_addresses__slug=slug).first()


def load_item(request: HttpRequest, team: Team, item_id: int, *, trashed: bool = False) -> Item:
    """Return an item of the team, with what its page shows of other rows."""
    items = Item.objects.visible_to(request.user).filter(board__team=team, board__deleted_at__isnull=True)
    if not trashed:
        items = items.kept()
    return get_object_or_404(items.select_related("board__team", "column", "assignee", "toil_type", "rule"), pk=item_id)


def writer(request: HttpRequest) -> Actor:
    """Return who writes, for the services."""
    return actor_of(signed_in(request))


def board_shown(request: HttpRequest) -> int | None:
    """Return the number of the board on whose page a script asks, None on other pages."""
    text = request.headers.get("X-Board", "")
    return int(text) if text.isdecimal() and len(text) < 19 else None


def is_scripted(request: HttpRequest) -> bool:
    """Whether htmx or one of our modules asks, and takes parts instead of a page."""
    return bool(getattr(request, "htmx", False))


def render_parts(
    request: HttpRequest, board: Board, item_ids: Iterable[int], *, at: datetime | None = None, oob: bool = False
) -> str:
    """Render the cards of items as they are now, and the heads of all columns, which count what the page shows.

    With `oob`, htmx puts each into the place of the element with the same id.
    """
    at = at or timezone.now()
    looking = look_of_scripts(request, board, at=at).looking
    columns = columns_on_page(board=board, looking=looking)
    by_id = {view.column.pk: view.column for view in columns}
    items = Item.objects.on_board().filter(board=board, pk__in=list(item_ids))
    shared = {
        "team": board.team,
        "board": board,
        "can_work": True,
        "oob": oob,
        "filters": looking.filters,
        "done_days": looking.done_days,
        "classes": Classification.choices,
    }
    shared["cards"] = cards_of(items, board=board, columns=by_id, at=at)
    shared["columns"] = columns
    return render_to_string("boards/board.html#parts", shared, request)


def optional_url(name: str, *args: object) -> str:
    """Return the address of another room's page; that room cannot be imported here, and may be left out."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def refusal(error: ToilTrackerError, *, status: int | None = None) -> HttpResponse:
    """Tell a script why something was refused."""
    body = {"code": error.code, "message": error.message, "fields": dict(error.fields)}
    return JsonResponse({"error": body}, status=status or error.status)

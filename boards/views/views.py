"""Saved views of a board: chosen, kept under a name, changed, deleted."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from boards.finding import Lanes
from boards.models import Board, OpeningView, SavedView
from boards.services.views import change_view, delete_view, open_with, save_view
from boards.views.loading import is_scripted, load_board
from boards.views.looking import look_of
from teams.errors import ToilTrackerError
from teams.models import Person, Team
from teams.permissions import can_configure, can_work, require, signed_in, team_view
from teams.queries import person_of

LANES = (
    ("", gettext_lazy("No rows")),
    (Lanes.CLASS, gettext_lazy("By class")),
    (Lanes.SERVICE, gettext_lazy("By service")),
    (Lanes.ASSIGNEE, gettext_lazy("By assignee")),
)


@require_http_methods(["GET", "POST"])
@team_view()
def show(request: HttpRequest, team: Team, board_slug: str) -> HttpResponse:
    """Offer rows and views, as a menu to a script, else as a page; a POST keeps what is looked for as a view."""
    board = load_board(request, team, board_slug)
    board.team = team
    if request.method == "GET":
        part = "boards/views.html#menu" if is_scripted(request) else "boards/views.html"
        return render(request, part, _context(request, board))
    person = person_of(signed_in(request))
    is_shared = request.POST.get("shared") == "1"
    require(not is_shared or can_work(request.user, team))
    name, query = request.POST.get("name", ""), request.POST.get("query", "")
    try:
        view = save_view(board=board, name=name, query=query, person=person, is_shared=is_shared, at=timezone.now())
    except ToilTrackerError as error:
        return _again(request, board, error)
    messages.success(request, _("View “%s” saved") % view.name)
    return redirect(f"{request.path.removesuffix('views/')}?view={view.pk}")


@require_POST
@team_view()
def change(request: HttpRequest, team: Team, board_slug: str, view_id: int) -> HttpResponse:
    """Rename a view, or let it show what is looked for now."""
    board, view = _load(request, team, board_slug, view_id)
    try:
        change_view(view=view, name=request.POST.get("name"), query=request.POST.get("query"))
    except ToilTrackerError as error:
        return _again(request, board, error)
    messages.success(request, _("View “%s” saved") % view.name)
    return redirect(f"{request.path.split('views/')[0]}?view={view.pk}")


@require_POST
@team_view()
def opening(request: HttpRequest, team: Team, board_slug: str, view_id: int) -> HttpResponse:
    """Let the board open with a view from now on for the reader, or (`on=0`) with everything again."""
    board = load_board(request, team, board_slug)
    view = get_object_or_404(SavedView.objects.visible_to(request.user), board=board, pk=view_id)
    person = person_of(signed_in(request))
    if person is None:
        raise Http404
    is_on = request.POST.get("on") == "1"
    open_with(board=board, view=view if is_on else None, person=person)
    told = _("This board opens with “%s” for you now") if is_on else _("This board opens with everything for you now")
    messages.success(request, told % view.name if is_on else told)
    return redirect(f"{request.path.split('views/')[0]}?view={view.pk}")


@require_POST
@team_view()
def delete(request: HttpRequest, team: Team, board_slug: str, view_id: int) -> HttpResponse:
    """Delete a view."""
    __, view = _load(request, team, board_slug, view_id)
    delete_view(view=view)
    messages.success(request, _("View “%s” deleted") % view.name)
    return redirect(request.path.split("views/")[0])


def _load(request: HttpRequest, team: Team, board_slug: str, view_id: int) -> tuple[Board, SavedView]:
    board = load_board(request, team, board_slug)
    board.team = team
    view = get_object_or_404(SavedView.objects.visible_to(request.user), board=board, pk=view_id)
    require(_may_change(request, team, view, person_of(signed_in(request))))
    return board, view


def _may_change(request: HttpRequest, team: Team, view: SavedView, person: Person | None) -> bool:
    """Whether somebody may change a view: their own, and of the team's those that they made; owners all of those."""
    if not view.is_shared or can_configure(request.user, team):
        return True
    return person is not None and view.made_by_id == person.pk and can_work(request.user, team)


def _again(request: HttpRequest, board: Board, error: ToilTrackerError) -> HttpResponse:
    said = next(iter(error.fields.values()))[0] if error.fields else error.message
    return render(request, "boards/views.html", {**_context(request, board), "error": said}, status=error.status)


def _context(request: HttpRequest, board: Board) -> dict[str, object]:
    look = look_of(request, board, at=timezone.now())
    person = person_of(signed_in(request))
    saved = SavedView.objects.visible_to(request.user).filter(board=board).order_by("name", "pk")
    views = [(view, _may_change(request, board.team, view, person)) for view in saved]
    rest = [*look.looking.filters.pairs(), *(pair for pair in look.beside() if pair[0] != "lanes")]
    return {
        "team": board.team,
        "board": board,
        "look": look,
        "mine": [pair for pair in views if not pair[0].is_shared],
        "shared": [pair for pair in views if pair[0].is_shared],
        "rows": [(name, said, urlencode([*rest, ("lanes", name)] if name else rest)) for name, said in LANES],
        "plain": request.POST.get("query", look.plain()),
        "typed_name": request.POST.get("name", ""),
        "can_share": can_work(request.user, board.team),
        "opens_with": OpeningView.objects.filter(board=board, person=person).values_list("view", flat=True).first(),
        "may_change": look.view is not None and _may_change(request, board.team, look.view, person),
    }

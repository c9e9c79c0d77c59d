"""The board page."""

from secrets import token_urlsafe
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET

from boards.board_page import board_page, more_cards, shown_items
from boards.filter_names import TITLES, chips_of, groups_of
from boards.lanes import CARDS_IN_ROWS, put_into_rows, rows_of
from boards.live.news import seq_of
from boards.models import Board, Classification
from boards.views.loading import is_scripted, load_board, moved_board, optional_url
from boards.views.looking import DONE_STEPS, MOST_CARDS, Look, look_of, whole
from teams.models import Team
from teams.permissions import can_work, team_view

QUICK = ("class", "service", "assignee")


@require_GET
@team_view()
def home(request: HttpRequest, team: Team) -> HttpResponse:
    """Go to the board that was looked at last, else to the first one."""
    boards = list(Board.objects.in_use().filter(team=team).in_order())
    wanted = request.COOKIES.get("board")
    board = next((board for board in boards if board.slug == wanted), boards[0] if boards else None)
    if board is None:
        return render(request, "boards/no_board.html", {"team": team})
    return redirect("boards:board", team.slug, board.slug)


@gzip_page
@require_GET
@team_view()
def show(request: HttpRequest, team: Team, board_slug: str) -> HttpResponse:
    """Show the columns and cards of a board; with `ids=1`, say only which items match."""
    try:
        board = load_board(request, team, board_slug)
    except Http404:
        moved = moved_board(request, team, board_slug)
        if moved is None:
            raise
        return redirect("boards:board", team.slug, moved.slug)
    board.team = team
    if not request.GET and not is_scripted(request) and (opening := getattr(board, "opening", None)) is not None:
        return redirect(f"{request.path}?view={opening}")
    look = look_of(request, board, at=timezone.now())
    if request.GET.get("ids") == "1":
        return JsonResponse({"ids": list(shown_items(board, look.looking).values_list("pk", flat=True))})
    response = render(request, "boards/board.html", board_context(request, board, look))
    response.set_cookie("board", board.slug, max_age=365 * 24 * 3600, samesite="Lax", secure=request.is_secure())
    return response


@gzip_page
@require_GET
@team_view()
def cards(request: HttpRequest, team: Team, board_slug: str) -> HttpResponse:
    """Answer a script with the cards of a column that stand behind a rank, and where the next ones begin."""
    board = load_board(request, team, board_slug)
    board.team = team
    column = get_object_or_404(board.columns.kept(), pk=whole(request.GET.get("column"), 0, most=2**62))
    after = whole(request.GET.get("after"), -1, most=2**62)
    look = look_of(request, board, at=timezone.now())
    more = more_cards(board=board, column=column, after=after, looking=look.looking)
    context = {
        "team": team,
        "board": board,
        "in_column": column,
        "more": more,
        "can_work": can_work(request.user, team),
        "page_query": _page_query(look),
        "more_url": reverse("boards:cards", args=[team.slug, board.slug]),
        "all_cards_url": reverse("boards:board", args=[team.slug, board.slug]) + _with(request, cards=MOST_CARDS),
    }
    response = render(request, "boards/board.html#more_cards", context)
    # The board was loaded before its cards: they are as new as this, or newer.
    response["X-Board-Seq"] = str(seq_of(board))
    return response


@require_GET
@team_view()
def filters(request: HttpRequest, team: Team, board_slug: str) -> HttpResponse:
    """Offer what can be looked for on a board: as a menu to a script, else as a page."""
    board = load_board(request, team, board_slug)
    board.team = team
    look = look_of(request, board, at=timezone.now())
    context = {
        "team": team,
        "board": board,
        "look": look,
        "groups": groups_of(board, look.looking.filters),
        "kept": [(name, value) for name, value in look.looking.filters.pairs() if name == "q"] + look.beside(),
    }
    part = "boards/filter.html#menu" if is_scripted(request) else "boards/filter.html"
    return render(request, part, context)


def board_context(request: HttpRequest, board: Board, look: Look) -> dict[str, object]:
    """Read what the board's template shows, as the address asks for it."""
    filters, done_days = look.looking.filters, look.looking.done_days
    limit = max(look.limit, CARDS_IN_ROWS) if look.lanes else look.limit
    page = board_page(board=board, looking=look.looking, limit=limit)
    if look.lanes:
        put_into_rows(page.columns, rows_of(shown_items(board, look.looking), look.lanes), look.lanes)
    older = next((days for days in DONE_STEPS if days > done_days), None)
    beside = look.beside()
    return {
        "team": board.team,
        "board": board,
        "page": page,
        "seq": seq_of(board),
        "filters": filters,
        "look": look,
        "chips": chips_of(filters, look.names, beside),
        "query_pairs": [*filters.pairs(), *beside],
        "query": urlencode([*filters.pairs(), *beside]),
        "clear_url": "?" + urlencode([*(pair for pair in beside if pair[0] != "view"), ("all", "1")]),
        "interrupts_query": urlencode([("interrupts", "1"), *beside]),
        "quick_filters": [(name, TITLES[name]) for name in QUICK],
        "titles": TITLES,
        "classes": Classification.choices,
        "can_work": not board.is_archived and can_work(request.user, board.team),
        "is_empty": not filters.is_on and page.total == 0 and not board.items.exists(),
        "adding": whole(request.GET.get("add"), 0, most=2**62),
        "collapsed": _collapsed(request),
        "once": token_urlsafe(16),
        "done_days": done_days,
        "older_days": older,
        "older_url": _with(request, done=older) if older else "",
        "page_query": _page_query(look),
        "more_url": reverse("boards:cards", args=[board.team.slug, board.slug]),
        "all_cards_url": _with(request, cards=min(look.limit * 5, MOST_CARDS)),
        "gauge_url": optional_url("reports:gauge", board.team.slug),
        "team_url": optional_url("reports:team", board.team.slug),
    }


def _collapsed(request: HttpRequest) -> set[int]:
    """Return the columns that this browser has folded up."""
    kept = request.COOKIES.get("collapsed", "")[:1000].split("-")
    return {int(text) for text in kept if text.isdecimal() and len(text) < 19}


def _with(request: HttpRequest, **values: object) -> str:
    query = request.GET.copy()
    for name, value in values.items():
        query[name] = str(value)
    return "?" + query.urlencode()


def _page_query(look: Look) -> str:
    """Return what the address says of the whole page, for the address of more of its cards."""
    return urlencode([*look.looking.filters.pairs(), *(pair for pair in look.beside() if pair[0] != "cards")])

"""Moving items to another board, of this team or of another one in which the reader works too."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from boards import spoken
from boards.elsewhere import boards_elsewhere
from boards.models import Board, Column, Item
from boards.services.errors import WipLimitReachedError
from boards.services.together import move_items, refuse_too_many
from boards.views.bulk import named_items
from boards.views.loading import board_shown, is_scripted, refusal
from boards.views.outcome import acting, outcome, say, with_undo
from teams.errors import ToilTrackerError
from teams.models import Role, Team
from teams.permissions import team_view


@require_http_methods(["GET", "POST"])
@team_view(Role.MEMBER)
def elsewhere(request: HttpRequest, team: Team) -> HttpResponse:
    """Put items on another board; a GET offers boards and columns, to a script as options to choose from."""
    if request.method == "GET":
        return _offer(request, team)
    items, to = named_items(request, team), _column(request)
    at, board = timezone.now(), items[0].board
    board.team = team
    try:
        with acting(request, team, at=at) as doing:
            refuse_too_many(len(request.POST.getlist("items")))
            moved = move_items(items=items, to=to, force=request.POST.get("force") == "1", by=doing.by, at=at)
    except ToilTrackerError as error:
        if is_scripted(request):
            return refusal(error)
        return _page(request, team, items, error=error, full=to if isinstance(error, WipLimitReachedError) else None)
    said = spoken.moved_elsewhere(moved, to) if moved else spoken.unchanged()
    if is_scripted(request):
        return with_undo(outcome(request, board, [item.pk for item in items], at=at, said=said), doing)
    say(request, said, doing)
    return redirect("boards:board", team.slug, board.slug)


def _offer(request: HttpRequest, team: Team) -> HttpResponse:
    if is_scripted(request):
        boards = boards_elsewhere(viewer=request.user, team=team, besides=board_shown(request))
        return render(request, "boards/elsewhere.html#options", {"team": team, "boards": boards})
    return _page(request, team, named_items(request, team))


def _page(
    request: HttpRequest,
    team: Team,
    items: list[Item],
    *,
    error: ToilTrackerError | None = None,
    full: Column | None = None,
) -> HttpResponse:
    boards = boards_elsewhere(viewer=request.user, team=team, besides=items[0].board_id)
    context = {"team": team, "items": items, "boards": boards, "board": items[0].board, "full": full}
    context["error"] = error.message if error else ""
    return render(request, "boards/elsewhere.html", context, status=error.status if error else 200)


def _column(request: HttpRequest) -> Column:
    """Return the column that is asked for, of a board on which the reader may work; a service refuses what is gone."""
    number = request.POST.get("column", "")
    boards = Board.objects.worked_on_by(request.user)
    columns = Column.objects.filter(board__in=boards).select_related("board__team")
    column = columns.filter(pk=int(number)).first() if number.isdecimal() and len(number) < 19 else None
    if column is None:
        raise Http404
    return column

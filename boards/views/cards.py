"""What is done to cards on the board: move, classify. Each answers a script with the parts that changed."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from boards import spoken
from boards.finding import Lanes, read_lanes
from boards.models import Column, Item
from boards.move_forms import PlaceForm
from boards.services.classes import classify_items
from boards.services.errors import WipLimitReachedError
from boards.services.lanes import move_to_lane
from boards.services.moves import move_item
from boards.services.together import MOST_AT_ONCE, refuse_too_many
from boards.views.items import answer
from boards.views.loading import is_scripted, load_item, refusal, render_parts
from boards.views.outcome import acting, say, with_undo
from teams.errors import ToilTrackerError
from teams.models import Role, Team
from teams.permissions import team_view


@require_http_methods(["GET", "POST"])
@team_view(Role.MEMBER)
def move(request: HttpRequest, team: Team, item_id: int) -> HttpResponse:
    """Move an item before or after another one, or into a column; a GET offers the columns, and places in one."""
    item = load_item(request, team, item_id)
    if request.method == "GET":
        chosen = _column_of(item, _number(request.GET, "column")) if "column" in request.GET else None
        form = None if chosen is None else PlaceForm(item=item, to=chosen)
        return render(request, "boards/move.html", _move_context(team, item, chosen=chosen, place_form=form))
    to = _column_of(item, _number(request.POST, "column"))
    form = PlaceForm(request.POST, item=item, to=to) if "place" in request.POST else None
    if form is not None and not form.is_valid():
        return render(request, "boards/move.html", _move_context(team, item, chosen=to, place_form=form), status=422)
    at = timezone.now()
    try:
        with acting(request, team, at=at) as doing:
            beside = _beside(request, item, to) if form is None else form.neighbours()
            place: dict[str, Any] = {"item": item, "to": to, **beside, "force": request.POST.get("force") == "1"}
            row = _row(request) if form is None else form.lane()
            if row is None:
                moved = move_item(**place, by=doing.by, at=at)
            else:
                moved = move_to_lane(**place, lanes=row[0], lane=row[1], by=doing.by, at=at)
    except ToilTrackerError as error:
        if is_scripted(request):
            return refusal(error)
        is_full = isinstance(error, WipLimitReachedError)
        context = _move_context(team, item, chosen=to if form else None, place_form=form)
        context |= {"error": error.message, "full": to if is_full else None}
        return render(request, "boards/move.html", context, status=error.status)
    if is_scripted(request):
        parts = render_parts(request, item.board, [item.pk], at=at)
        return with_undo(HttpResponse(parts, headers={"X-Landed": str(moved.landed)}), doing)
    say(request, spoken.moved([item], to), doing)
    return redirect("boards:board", team.slug, item.board.slug)


@require_POST
@team_view(Role.MEMBER)
def classify(request: HttpRequest, team: Team) -> HttpResponse:
    """Give one or more items of a board a class."""
    ids = [int(text) for text in request.POST.getlist("items")[:MOST_AT_ONCE] if text.isdecimal() and len(text) < 19]
    items = list(
        Item.objects.visible_to(request.user).kept().filter(board__team=team, pk__in=ids).select_related("board")
    )
    if not items:
        raise Http404
    at, classification = timezone.now(), request.POST.get("classification", "")
    try:
        refuse_too_many(len(request.POST.getlist("items")))
        with acting(request, team, at=at) as doing:
            classify_items(items=items, classification=classification, by=doing.by, at=at)
    except ToilTrackerError as error:
        return refusal(error)
    if request.POST.get("from") == "item":
        said = spoken.classified(items[:1], classification)
        return answer(request, load_item(request, team, items[0].pk), at=at, said=said, doing=doing)
    board = items[0].board
    if is_scripted(request):
        ids = [item.pk for item in items if item.board_id == board.pk]
        return with_undo(HttpResponse(render_parts(request, board, ids, at=at)), doing)
    say(request, spoken.classified(items, classification), doing)
    return redirect("boards:board", team.slug, board.slug)


def _move_context(
    team: Team, item: Item, *, chosen: Column | None = None, place_form: PlaceForm | None = None
) -> dict[str, object]:
    columns = item.board.columns.kept().in_order()
    return {"team": team, "item": item, "columns": columns, "chosen": chosen, "place_form": place_form}


def _beside(request: HttpRequest, item: Item, to: Column) -> dict[str, Item | None]:
    if "before" in request.POST or "after" in request.POST:
        return {"before": _neighbour(request, "before"), "after": _neighbour(request, "after")}
    return {"before": _top_of(to, item), "after": None}


def _row(request: HttpRequest) -> tuple[Lanes, str] | None:
    lanes = read_lanes({"lanes": request.POST.getlist("lanes")}) if "lane" in request.POST else None
    return None if lanes is None else (lanes, request.POST["lane"])


def _column_of(item: Item, number: int) -> Column:
    """Return a column of the item's board; the service refuses one in the trash."""
    column = item.column if item.column_id == number else item.board.columns.filter(pk=number).first()
    if column is None:
        raise Http404
    return column


def _neighbour(request: HttpRequest, name: str) -> Item | None:
    """Return the neighbour that the request names, by its number alone: the service looks for it only in the column."""
    text = request.POST.get(name, "")
    return Item(pk=int(text)) if text.isdecimal() and len(text) < 19 else None


def _top_of(to: Column, item: Item) -> Item | None:
    """Return the item below which nothing goes that is done: the newest stands on top."""
    if not to.is_done:
        return None
    return Item.objects.on_board().filter(column=to).exclude(pk=item.pk).order_by("rank", "id").first()


def _number(given: QueryDict, name: str) -> int:
    text = given.get(name, "")
    if not text.isdecimal() or len(text) > 18:
        raise Http404
    return int(text)

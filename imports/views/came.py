"""Where the links lead that are given out before an item is made: to the item, once it is there."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from boards.models import Board
from imports.services.replies import came_item
from teams.models import Team
from teams.permissions import team_view

LONGEST = 255


@require_GET
@never_cache
@team_view()
def show(request: HttpRequest, team: Team) -> HttpResponse:
    """Lead to the item that a ticket became, or say that it is on its way."""
    number = request.GET.get("board", "")
    boards = Board.objects.visible_to(request.user).kept().filter(team=team)
    board = get_object_or_404(boards, pk=number if number.isdecimal() and len(number) < 10 else 0)
    source, external_id = (request.GET.get(name, "").replace("\0", "")[:LONGEST] for name in ("source", "id"))
    item = came_item(board=board, source=source, external_id=external_id)
    if item is not None:
        return redirect("boards:item", team.slug, item.pk)
    return render(request, "imports/came.html", {"team": team, "board": board}, status=404)

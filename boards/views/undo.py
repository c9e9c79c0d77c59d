"""Taking back what one did on a page."""

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from boards import spoken
from boards.models import Action, Board
from boards.services.undo import Undone, undo_action
from boards.views.loading import board_shown, is_scripted, refusal, writer
from boards.views.outcome import outcome
from teams.errors import ToilTrackerError
from teams.models import Role, Team
from teams.permissions import team_view


@require_POST
@team_view(Role.MEMBER)
def undo(request: HttpRequest, team: Team, action_id: int) -> HttpResponse:
    """Take an action of one's own back; that can be taken back in turn, by the number in `redo`."""
    at, by = timezone.now(), writer(request)
    action = get_object_or_404(Action.objects.filter(person__user=request.user.pk), team=team, pk=action_id)
    try:
        undone = undo_action(action=action, by=by, at=at)
    except ToilTrackerError as error:
        if is_scripted(request):
            return refusal(error)
        messages.error(request, error.message)
        return redirect("boards:home", team.slug)
    said = _said(undone)
    board = _board(request, action)
    if is_scripted(request) and board is not None:
        # An item that is linked to one of another board has not gone from here.
        here = Q(item__board=board) | Q(field="board")
        ids = action.changes.filter(here).order_by("item").values_list("item", flat=True).distinct()
        return outcome(request, board, ids, at=at, said=said, redo=undone.action)
    messages.success(request, said)
    if board is None:
        return redirect("boards:home", team.slug)
    return redirect("boards:board", team.slug, board.slug)


def _said(undone: Undone) -> str:
    if undone.is_repeat:
        return _("That was taken back already.")
    return " · ".join([spoken.taken_back(undone.items, undone.changes), *undone.left])


def _board(request: HttpRequest, action: Action) -> Board | None:
    """Return the board that is shown, where it is the team's; else the first one on which the items are."""
    boards = Board.objects.select_related("team").filter(team=action.team_id)
    shown = boards.filter(pk=board_shown(request) or 0).first()
    return shown or boards.filter(items__changes__action=action).order_by("pk").first()

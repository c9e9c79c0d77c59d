"""Shows what another stage of a column would change in the past, and asks before it is done."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from boards.arrangement import mark_of
from boards.models import Column, Stage
from reports.pages.stage import stage_preview
from teams.models import Role, Team
from teams.permissions import team_view


@require_GET
@team_view(Role.OWNER)
def change(request: HttpRequest, team: Team, board_slug: str, column_id: int) -> HttpResponse:
    """Show the figures before and after; the form beside them writes what was asked for (`name`, `wip_limit`, `stage`).

    It sends along the mark of the columns that the figures were computed from.
    """
    columns = Column.objects.kept().filter(board__team=team, board__slug=board_slug, board__deleted_at__isnull=True)
    column = get_object_or_404(columns.select_related("board"), pk=column_id)
    stage = request.GET.get("stage", "")
    if stage not in Stage.values:
        raise Http404
    seen = mark_of(columns.in_order())
    context = {
        "team": team,
        "board": column.board,
        "column": column,
        "stage": Stage(stage),
        "name": request.GET.get("name", column.name)[:100],
        "wip_limit": request.GET.get("wip_limit", ""),
        "preview": stage_preview(team=team, column=column, stage=stage, at=timezone.now()),
        "seen": seen,
    }
    return render(request, "reports/stage_change.html", context)

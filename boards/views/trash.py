"""Putting items into the trash, and having them back for 30 days."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from boards.models import Board, Column, Item
from boards.services.trash import delete_item, restore_item, unarchive_item
from boards.views.loading import is_scripted, load_item, refusal, render_parts
from boards.views.outcome import acting, say, with_undo
from teams.errors import ToilTrackerError
from teams.models import Role, Team
from teams.permissions import can_work, team_view

KEPT_FOR = timedelta(days=30)
MOST_SHOWN = 500


@require_GET
@team_view()
def show(request: HttpRequest, team: Team) -> HttpResponse:
    """Show what was put into the trash, the latest first."""
    at = timezone.now()
    items = (
        Item.objects.visible_to(request.user)
        .filter(board__team=team, board__deleted_at__isnull=True, deleted_at__gt=at - KEPT_FOR)
        .select_related("board", "column", "assignee")
        .order_by("-deleted_at", "-pk")[:MOST_SHOWN]
    )
    rows = [(item, (item.deleted_at + KEPT_FOR - at).days) for item in items if item.deleted_at]
    boards = Board.objects.visible_to(request.user).filter(team=team, deleted_at__gt=at - KEPT_FOR)
    columns = Column.objects.filter(board__team=team, board__deleted_at__isnull=True, deleted_at__gt=at - KEPT_FOR)
    context = {
        "team": team,
        "rows": rows,
        "boards": boards.order_by("-deleted_at", "-pk"),
        "columns": columns.select_related("board").order_by("-deleted_at", "-pk"),
        "can_work": can_work(request.user, team),
    }
    return render(request, "boards/trash.html", context)


@require_POST
@team_view(Role.MEMBER)
def delete(request: HttpRequest, team: Team, item_id: int) -> HttpResponse:
    """Put an item into the trash."""
    item = load_item(request, team, item_id)
    at = timezone.now()
    with acting(request, team, at=at) as doing:
        delete_item(item=item, by=doing.by, at=at)
    if is_scripted(request):
        return with_undo(HttpResponse(render_parts(request, item.board, [], at=at)), doing)
    say(request, _("%(key)s is in the trash, and can be had back for 30 days") % {"key": item.key}, doing)
    return redirect("boards:trash", team.slug)


@require_POST
@team_view(Role.MEMBER)
def restore(request: HttpRequest, team: Team, item_id: int) -> HttpResponse:
    """Take an item out of the trash."""
    item = load_item(request, team, item_id, trashed=True)
    at = timezone.now()
    try:
        with acting(request, team, at=at) as doing:
            restore_item(item=item, by=doing.by, at=at)
    except ToilTrackerError as error:
        if is_scripted(request):
            return refusal(error)
        messages.error(request, error.message)
        return redirect("boards:trash", team.slug)
    if is_scripted(request):
        return with_undo(HttpResponse(render_parts(request, item.board, [item.pk], at=at)), doing)
    say(request, _("%(key)s is back on the board") % {"key": item.key}, doing)
    return redirect("boards:item", team.slug, item.pk)


@require_POST
@team_view(Role.MEMBER)
def unarchive(request: HttpRequest, team: Team, item_id: int) -> HttpResponse:
    """Put an archived item back on its board."""
    item, at = load_item(request, team, item_id), timezone.now()
    try:
        with acting(request, team, at=at) as doing:
            unarchive_item(item=item, by=doing.by, at=at)
    except ToilTrackerError as error:
        if is_scripted(request):
            return refusal(error)
        messages.error(request, error.message)
        return redirect("boards:item", team.slug, item.pk)
    if is_scripted(request):
        return with_undo(HttpResponse(render_parts(request, item.board, [item.pk], at=at)), doing)
    say(request, _("%(key)s is back on the board") % {"key": item.key}, doing)
    return redirect("boards:item", team.slug, item.pk)

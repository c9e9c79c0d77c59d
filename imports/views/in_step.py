"""The button of an item that takes what its source says."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from boards.models import Item
from boards.sources import source_name
from boards.views.outcome import acting, say
from imports.services.taking_over import take_from_source
from teams.errors import ToilTrackerError
from teams.models import Role, Team
from teams.permissions import team_view


@require_POST
@team_view(Role.MEMBER)
def take(request: HttpRequest, team: Team, item_id: int) -> HttpResponse:
    """Set one field of an item as its source says, and show the item; a toast offers to undo it."""
    at = timezone.now()
    visible = Item.objects.visible_to(request.user).kept().filter(board__team=team)
    item = get_object_or_404(visible.select_related("board__team", "column", "assignee"), pk=item_id)
    try:
        with acting(request, team, at=at) as doing:
            take_from_source(item=item, field=request.POST.get("field", ""), by=doing.by, at=at)
    except ToilTrackerError as error:
        messages.error(request, error.message)
    else:
        words = {"key": item.key, "name": source_name(item.source)}
        say(request, _("%(key)s is as %(name)s says") % words, doing)
    return redirect("boards:item", team.slug, item.pk)

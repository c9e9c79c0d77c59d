"""What an item's panel shows of the toil type that the item belongs to."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from boards.models import ToilType
from reports.pages.toil_type import toil_type_card
from teams.models import Team
from teams.permissions import team_view


@require_safe
@team_view()
def card(request: HttpRequest, team: Team, type_id: int) -> HttpResponse:
    """Show how often a toil type came lately, and what it took."""
    toil_type = get_object_or_404(ToilType.objects.select_related("team"), pk=type_id, team=team)
    context = {"team": team, "card": toil_type_card(toil_type=toil_type, at=timezone.now())}
    return render(request, "reports/toil_type_card.html", context)

"""The buttons that put the sample data in and take it out."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from teams.errors import ToilTrackerError
from teams.models import Role, Team
from teams.permissions import superuser_view, team_view
from toiltracker.demo.loading import load_sample
from toiltracker.demo.removal import remove_sample


@require_POST
@superuser_view
def load(request: HttpRequest) -> HttpResponse:
    """Put the sample team in, and show it."""
    try:
        team = load_sample(at=timezone.now())
    except ToilTrackerError as error:
        messages.error(request, error.message)
        return redirect("reports:teams")
    messages.success(request, _("The sample team is there."))
    return redirect("reports:team", team.slug)


@require_POST
@team_view(Role.OWNER)
def remove(request: HttpRequest, team: Team) -> HttpResponse:
    """Remove the sample team with all that is in it."""
    if not team.is_sample:
        raise PermissionDenied(_("Only the sample team can be removed in this way."))
    remove_sample()
    messages.success(request, _("The sample data is removed."))
    return redirect("reports:teams")

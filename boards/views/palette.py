"""The command palette: where to go, and whom or what to choose for the selected items."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from boards.palette import find, labels_of, members_of
from teams.models import Role, Team
from teams.permissions import team_view

LONGEST = 200


@require_GET
@team_view()
def palette(request: HttpRequest, team: Team) -> HttpResponse:
    """Offer the items, boards, teams and pages that match what was typed."""
    query = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST]
    found = find(viewer=request.user, team=team, query=query)
    return render(request, "boards/palette.html", {"team": team, "found": found, "words": query.casefold().split()})


@require_GET
@team_view(Role.MEMBER)
def people(request: HttpRequest, team: Team) -> HttpResponse:
    """Offer whom items can be given to."""
    return render(request, "boards/palette.html#people", {"team": team, "members": members_of(team)})


@require_GET
@team_view(Role.MEMBER)
def labels(request: HttpRequest, team: Team) -> HttpResponse:
    """Offer the team's labels."""
    return render(request, "boards/palette.html#labels", {"team": team, "labels": labels_of(team)})

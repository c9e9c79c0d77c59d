"""The flow page, the files of its charts, and the items behind its points."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from reports.pages.asked import Asked, asked_for
from reports.pages.flow import flow_page, question_in
from reports.pages.flow_items import flow_items_page
from reports.views.exhibits import exhibit_answer
from teams.models import Team
from teams.permissions import team_view
from teams.queries import timezone_of_team

WEEKS = 12


@require_safe
@team_view()
def show(request: HttpRequest, team: Team) -> HttpResponse:
    """Show how long work takes and what is in progress: of the last twelve weeks, or of any days."""
    at = timezone.now()
    asked = _asked(request, team, at)
    page = flow_page(team=team, asked=asked, question=question_in(request.GET, team=team, at=at), at=at)
    return render(request, "reports/flow.html", {"team": team, "page": page, "asked": asked})


@require_safe
@team_view()
def chart(request: HttpRequest, team: Team, name: str, kind: str) -> HttpResponse:
    """Answer with the numbers or the picture of one chart of the page."""
    at = timezone.now()
    asked = _asked(request, team, at)
    page = flow_page(team=team, asked=asked, question=question_in(request.GET, team=team, at=at), at=at)
    return exhibit_answer(
        page.exhibit(name, is_whole=True), kind=kind, name=f"{team.slug}-{name}-{asked.start.isoformat()}"
    )


@require_safe
@team_view()
def items(request: HttpRequest, team: Team) -> HttpResponse:
    """Show the items that stood somewhere at the end of a day, or were finished in some days."""
    at = timezone.now()
    asked = _asked(request, team, at)
    page = flow_items_page(team=team, asked=asked, given=request.GET.dict(), at=at)
    return render(request, "reports/flow_items.html", {"team": team, "page": page, "asked": asked})


def _asked(request: HttpRequest, team: Team, at: datetime) -> Asked:
    zone = timezone_of_team(team)
    return asked_for(request.GET, timezone=zone, denominator=team.denominator, at=at, usual_weeks=WEEKS)

"""The team page, and the gauge that boards show of it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from reports.models import WeeklyReport
from reports.pages.gauge import gauge_of
from reports.pages.team import team_page
from reports.pages.week import asked_for
from teams.models import Team
from teams.permissions import team_view
from teams.queries import timezone_of_team


@require_safe
@team_view()
def show(request: HttpRequest, team: Team) -> HttpResponse:
    """Show a team's toil share: of a week (`?week=2026-W46`, the last full one if not given) and over many."""
    at = timezone.now()
    asked = asked_for(request.GET, timezone=timezone_of_team(team), at=at)
    page = team_page(team=team, asked=asked, at=at)
    has_report = WeeklyReport.objects.filter(team=team, week=str(asked.week)).exists()
    return render(request, "reports/team.html", {"team": team, "page": page, "asked": asked, "has_report": has_report})


@require_safe
@team_view()
def gauge(request: HttpRequest, team: Team) -> HttpResponse:
    """Show the share of the week so far, small, for the toolbar of the team's boards."""
    return render(request, "reports/team.html#gauge", {"gauge": gauge_of(team=team, at=timezone.now())})

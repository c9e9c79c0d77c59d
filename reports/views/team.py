"""The team page, the files of its charts, the items behind its figures, and the gauge that boards show of it."""

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from reports.models import WeeklyReport
from reports.pages.asked import Asked, asked_for
from reports.pages.gauge import gauge_of
from reports.pages.hours import hours_page, table_of
from reports.pages.team import team_page
from reports.views.exhibits import csv_answer, exhibit_answer
from teams.models import Team
from teams.permissions import team_view
from teams.queries import timezone_of_team


@require_safe
@team_view()
def show(request: HttpRequest, team: Team) -> HttpResponse:
    """Show a team's toil share: of a week (the last full one if not given) or of any days, and over many weeks."""
    at = timezone.now()
    asked = _asked(request, team, at)
    page = team_page(team=team, asked=asked, at=at)
    has_report = asked.is_week and WeeklyReport.objects.filter(team=team, week=str(asked.week)).exists()
    return render(request, "reports/team.html", {"team": team, "page": page, "asked": asked, "has_report": has_report})


@require_safe
@team_view()
def chart(request: HttpRequest, team: Team, name: str, kind: str) -> HttpResponse:
    """Answer with the numbers or the picture of one chart of the page."""
    at = timezone.now()
    asked = _asked(request, team, at)
    page = team_page(team=team, asked=asked, at=at)
    file_name = f"{team.slug}-{name}-{asked.start.isoformat()}"
    if name == "toil-types":
        if kind != "csv":
            raise Http404
        return csv_answer(page.recurring.table, name=file_name)
    return exhibit_answer(page.exhibit(name), kind=kind, name=file_name)


@require_safe
@team_view()
def hours(request: HttpRequest, team: Team) -> HttpResponse:
    """Show the items behind an hour figure, with their hours."""
    at = timezone.now()
    asked = _asked(request, team, at)
    page = hours_page(team=team, asked=asked, given=request.GET.dict(), at=at)
    return render(request, "reports/hours.html", {"team": team, "asked": asked, "page": page})


@require_safe
@team_view()
def hours_file(request: HttpRequest, team: Team) -> HttpResponse:
    """Answer with the same items as CSV, all of them."""
    at = timezone.now()
    asked = _asked(request, team, at)
    page = hours_page(team=team, asked=asked, given=request.GET.dict(), at=at)
    return csv_answer(table_of(team=team, page=page), name=f"{team.slug}-hours-{asked.start.isoformat()}")


@require_safe
@team_view()
def gauge(request: HttpRequest, team: Team) -> HttpResponse:
    """Show the share of the week so far, small, for the toolbar of the team's boards."""
    return render(request, "reports/team.html#gauge", {"gauge": gauge_of(team=team, at=timezone.now())})


def _asked(request: HttpRequest, team: Team, at: datetime) -> Asked:
    return asked_for(request.GET, timezone=timezone_of_team(team), denominator=team.denominator, at=at)
